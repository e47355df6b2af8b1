# frozen_string_literal: true

# Classes overridden in Ruby: the collector may move their objects, and whatever leaves a method arrives.
require "fibonacci"
require "timeout"

def assert(truth, what) = truth || raise("wrong: #{what}")

class Summing < Fibonacci::Listener
  attr_reader :sum

  def on_term(_index, term)
    @sum = (@sum || 0) + term
    true
  end
end

# Does what it is told in on_term.
class Doing < Fibonacci::Listener
  def initialize(&action)
    super()
    @action = action
  end

  def on_term(index, term) = @action.call(index, term)
end

def error_of
  yield
rescue Exception => e # rubocop:disable Lint/RescueException
  e
else
  raise "nothing was raised"
end

# ---- the collector

if GC.respond_to?(:compact)
  fill = Array.new(200_000) { Object.new }
  listeners = Array.new(1000) { Summing.new }
  fill = fill.each_slice(2).map(&:first) # holes to move into
  GC.start
  GC.compact
  listeners.each { |listener| assert Fibonacci.listen(0, 5, listener) == 5, "listen after compaction" }
  assert listeners.map(&:sum).uniq == [7], "the sums after compaction"
  GC.auto_compact = true
  listeners = Array.new(300) { Summing.new }
  10.times do
    fill = Array.new(20_000) { Object.new }.each_slice(2).map(&:first)
    GC.start
    listeners.each { |listener| Fibonacci.listen(0, 5, listener) }
  end
  GC.auto_compact = false
  assert listeners.map(&:sum).uniq == [70], "the sums under automatic compaction"
  fill.clear
end

# ---- what leaves a method or a block

assert catch(:left) { Fibonacci.listen(0, 3, Doing.new { throw :left, 7 }) } == 7, "throw out of a method"
assert catch(:left) { Fibonacci.visit(0, 3) { throw :left, 8 } } == 8, "throw out of a block"
assert Fibonacci.visit(0, 3) { break 9 } == 9, "break out of a block"
calls = 0
Fibonacci.visit(0, 10) { |index, _term| calls += 1; break if index == 2 } # rubocop:disable Style/Semicolon
assert calls == 3, "break ends the calls"

error = error_of { Timeout.timeout(0.05) { Fibonacci.listen(0, 1, Doing.new { sleep }) } }
assert error.instance_of?(Timeout::Error), "Timeout in a method: #{error.inspect}"
error = error_of { Timeout.timeout(0.05) { Fibonacci.visit(0, 1) { sleep } } }
assert error.instance_of?(Timeout::Error), "Timeout in a block: #{error.inspect}"

[-> { Fibonacci.listen(0, 1, Doing.new { sleep }) }, -> { Fibonacci.visit(0, 1) { sleep } }].each do |call|
  ensured = false
  thread = Thread.new do
    call.call
  ensure
    ensured = true
  end
  Thread.pass until thread.status == "sleep"
  thread.kill
  assert thread.join(5) && thread.value.nil? && ensured, "Thread#kill"
end

own = Class.new(StandardError).new("own")
assert error_of { Fibonacci.listen(0, 1, Doing.new { raise own }) }.equal?(own), "the same error"
assert error_of { Fibonacci.listen(0, 1, Doing.new { exit(3) }) }.instance_of?(SystemExit), "exit"
begin
  raise "another error"
rescue RuntimeError
  assert error_of { Fibonacci.listen(0, 1, Doing.new { raise own }) }.equal?(own), "the same error in a rescue"
end
inner = Doing.new { raise own }
outer = Doing.new { Fibonacci.listen(0, 1, inner) }
assert error_of { Fibonacci.listen(0, 1, outer) }.equal?(own), "an error through two calls"
ended = []
middle = Doing.new do
  Fibonacci.listen(0, 1, inner)
rescue StandardError => e
  ended << e
  false
end
assert Fibonacci.listen(0, 5, middle) == 1 && ended == [own], "an error rescued between two calls"

# ---- the object's own life

listener = Summing.new
alive = Fibonacci.live_objects
assert error_of { listener.send(:initialize) }.is_a?(TypeError), "a second initialize"
assert Fibonacci.live_objects == alive, "a second initialize makes no object"
assert Fibonacci.listen(0, 5, listener) == 5, "listen after a second initialize"
error = error_of { listener.dup }
assert error.is_a?(TypeError) && error.message.include?("can't copy Summing"), "dup: #{error.inspect}"
assert error_of { Marshal.dump(listener) }.is_a?(TypeError), "Marshal"
assert error_of { Fibonacci::Listener.new }.is_a?(NameError), "a Listener of no derived class"
assert error_of { Fibonacci.listen(0, 1, Summing.allocate) }.is_a?(ArgumentError), "no initialize"
[nil, 1, "", Object.new, Random.new, Thread.current, $stdout, Fibonacci::Sequence.new, Fibonacci.nearest(3),
 $swig_runtime_data_type_pointer5fibonacci, binding, proc {}, Mutex.new].each do |other|
  error = error_of { Fibonacci.listen(0, 1, other) }
  assert error.is_a?(TypeError), "#{other.class}: #{error.inspect}"
end
assert Fibonacci.methods.grep(/disown/).empty?, "what would part a Listener from its object is hidden"
