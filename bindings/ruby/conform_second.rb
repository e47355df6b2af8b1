# frozen_string_literal: true

# The second library, tests/second, bound by this folder as it is.
require "second"

def assert(truth, what) = truth || raise("wrong: #{what}")

def refused(error, words)
  yield
rescue error => e
  assert e.message.include?(words), e.message
else
  raise "not refused: #{words}"
end

division = Second.divide(17, 5)
assert [division.quotient, division.remainder] == [3, 2], "struct"
assert Second.quotient(17, 5, Second::Rounding_up) == 4, "enum"
assert Second.power_of_two(1000) == 2**1000, "big integer out"
assert Second.population(2**1000 - 1) == 1000, "big integer in"
assert Second.count(10) { |candidate| (candidate % 3).zero? } == 3, "block"
assert Second.divisors(12) == [1, 2, 3, 4, 6, 12], "list out"
assert Second.total([1, 2, 2**63]) == 3 + 2**63, "list in"
assert Second.copies("φ", 3) == "φφφ", "text"
assert Second.checksum("\0\1\2") == 33, "bytes"
items = [1, 2, 3].pack("Q*")
Second.twice(items)
assert items.unpack("Q*") == [2, 4, 6], "memory"

countdown = Second::Countdown.new(10, 4)
assert [countdown.left, countdown.to_a, Second.alive] == [10, [10, 6, 2], 1], "class"
assert [countdown.count, countdown.first(2), countdown.left] == [3, [10, 6], 10], "each leaves it as it is"
3.times { countdown.advance }
refused(IndexError, "ended") { countdown.advance }

refused(ArgumentError, "b must be at least 1") { Second.divide(1, 0) }
refused(RangeError, "sum does not fit") { Second.total([2**63, 2**63]) }
refused(RangeError, "n must be at most 100000") { Second.power_of_two(100_001) }
refused(RangeError, "a must be an integer from 0") { Second.divide(-1, 1) }
refused(TypeError, "how must be an integer") { Second.quotient(1, 1, "up") }
refused(ZeroDivisionError, "divided by 0") { Second.count(3) { |candidate| candidate / 0 } }
refused(ArgumentError, "step must be at least 1") { Second::Countdown.new(5, 0) }
refused(RangeError, "numbers[1] must be an integer") { Second.at([1, 2**64], 0) }
refused(RangeError, "index must be an integer") { Second.at([1, 2], -1) }
refused(IndexError, "") { Second.at([1, 2], 2) }

# Whatever the library throws arrives.
refused(ArgumentError, "outside the domain") { Second.misbehave(0) }
refused(ArgumentError, "too long") { Second.misbehave(1) }
refused(ArgumentError, "no place") { Second.misbehave(2) }
refused(RuntimeError, "too small") { Second.misbehave(3) }
begin
  Second.misbehave(4)
rescue NoMemoryError => e
  assert e.message == "not enough memory", e.message
else
  raise "no NoMemoryError"
end
refused(RuntimeError, "unknown C++ exception") { Second.misbehave(5) }

# A type that nothing here knows is refused, whatever is passed for it.
[[1.0], nil, 1, Second::Countdown.new(1, 1)].each do |argument|
  refused(TypeError, "numbers must be std::vector< double >") { Second.size_of(argument) }
end

# A library that calls again after a failure gets no further call, and the failure is what arrives.
calls = 0
refused(RuntimeError, "first") do
  Second.count(3) do |candidate|
    calls += 1
    raise "first" if candidate == 1

    true
  end
end
assert calls == 1, "#{calls} calls after a failure"
assert Second.count(3) { break :left } == :left, "break"

assert division == Second.divide(17, 5) && division != Second.divide(17, 4), "equal structs"
assert division.inspect == "#<Second::Division quotient=3, remainder=2>", division.inspect
