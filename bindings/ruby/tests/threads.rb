# frozen_string_literal: true

# Other threads run during a long call, and only then.
require "fibonacci"

def cpu_time = Process.clock_gettime(Process::CLOCK_THREAD_CPUTIME_ID)

# Held, the lock leaves this thread what Ruby gives it after the call: 0.1 s. Given back, half of the time or all.
SHARE = 0.3

ended = false
call_time = nil
thread = Thread.new do
  start = cpu_time
  Fibonacci.fib_recursive(42)
  call_time = cpu_time - start
  ended = true
end
start = cpu_time
turns = 0
turns += 1 until ended
own_time = cpu_time - start
thread.join
raise "#{own_time} s beside #{call_time} s" unless own_time > SHARE * call_time

results = Array.new(2) { Thread.new { Fibonacci.fib_exact(200_000) } }.map(&:value)
raise "the threads disagree" unless results.uniq == [Fibonacci.fib_exact(200_000)]

begin
  Fibonacci.fib_exact(2**40)
rescue RangeError => e
  raise unless e.message.include?("1000000000")
end

# A String that is being filled cannot be moved.
items = "\0" * 8 * 30_000_000
filler = Thread.new { Fibonacci.fill(items) }
refused = 0
while filler.alive?
  begin
    items << "12345678"
  rescue RuntimeError
    refused += 1
  end
  Thread.pass
end
filler.join
raise "the String was never locked" if refused.zero?
raise unless items.unpack("Q4") == [0, 1, 1, 2]

Fibonacci.fill(items = "\0" * 16)
items << "12345678" # and afterwards it can
