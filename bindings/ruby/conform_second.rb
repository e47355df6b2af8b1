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
refused(IndexError, "ended") { countdown.advance }

refused(ArgumentError, "b must be at least 1") { Second.divide(1, 0) }
refused(RangeError, "sum does not fit") { Second.total([2**63, 2**63]) }
refused(RangeError, "n must be at most 100000") { Second.power_of_two(100_001) }
refused(RangeError, "a must be an integer from 0") { Second.divide(-1, 1) }
refused(TypeError, "how must be an integer") { Second.quotient(1, 1, "up") }
refused(ZeroDivisionError, "divided by 0") { Second.count(3) { |candidate| candidate / 0 } }
refused(ArgumentError, "step must be at least 1") { Second::Countdown.new(5, 0) }
