# frozen_string_literal: true

# A long call ends when the thread is told to, and the process goes on.
require "fibonacci"
require "timeout"

PROMPT = 60 # seconds on a busy machine, for what would take hours

def assert(truth, what) = truth || raise("wrong: #{what}")

CALLS = {
  "fib_recursive" => -> { Fibonacci.fib_recursive(60) },
  "fib_by" => -> { Fibonacci.fib_by(Fibonacci::Algorithm_recursive, 61) }
}.freeze

CALLS.each do |name, call|
  error = begin
    Timeout.timeout(0.1) { call.call }
  rescue Timeout::Error => e
    e
  end
  assert error.is_a?(Timeout::Error), "Timeout ends #{name}: #{error.inspect}"

  ensured = false
  thread = Thread.new do
    call.call
  ensure
    ensured = true
  end
  sleep(0.05)
  thread.kill
  assert thread.join(PROMPT) && thread.value.nil? && ensured, "Thread#kill ends #{name}"

  thread = Thread.new { call.call }
  thread.report_on_exception = false
  sleep(0.05)
  thread.raise(IOError, "closed")
  error = begin
    thread.join(PROMPT)
  rescue IOError => e
    e
  end
  assert error.is_a?(IOError) && error.message == "closed", "Thread#raise ends #{name}"
end
assert Fibonacci.fib_recursive(25) == 75_025, "the next call"

# Before the call, too.
thread = Thread.new do
  Thread.handle_interrupt(RuntimeError => :on_blocking) do
    Thread.stop
    Fibonacci.fib_recursive(60)
  end
end
thread.report_on_exception = false
Thread.pass until thread.stop?
thread.raise("stopped")
error = begin
  thread.join(PROMPT)
rescue RuntimeError => e
  e
end
assert error.is_a?(RuntimeError) && error.message == "stopped", "an interrupt that was waiting"

# A handler of a signal that comes back lets the call go on, and gives its result.
handled = 0
old = trap("USR1") { handled += 1 }
signals = Thread.new do
  20.times do
    Process.kill("USR1", Process.pid)
    sleep(0.005)
  end
end
assert Fibonacci.fib_recursive(36) == 14_930_352, "the result after signals"
signals.join
trap("USR1", old || "DEFAULT")
assert handled.positive?, "the signals were handled"

# A signal that ends the call, in processes of their own.
def child(signal)
  ready, started = IO.pipe
  result, answer = IO.pipe
  pid = fork do
    begin
      started.puts("ready")
      started.close
      Fibonacci.fib_recursive(60)
    rescue SignalException => e
      answer.write("#{e.class} #{Fibonacci.fib(10)} #{Fibonacci.fib_recursive(22)}")
    end
    answer.close
    exit!(true)
  end
  started.close
  answer.close
  ready.gets
  sleep(0.2)
  Process.kill(signal, pid)
  Timeout.timeout(PROMPT) { Process.wait(pid) }
  result.read
rescue Timeout::Error
  Process.kill("KILL", pid)
  "#{signal} did not end it"
end
assert child("INT") == "Interrupt 55 17711", "Ctrl-C"
assert child("TERM") == "SignalException 55 17711", "SIGTERM"

# A signal that the last other thread of the process sends: none is left to tell the call.
ready, started = IO.pipe
pid = fork do
  ready.close
  trap("USR1") { exit!(true) }
  Thread.new do
    started.close
    sleep(0.2)
    Process.kill("USR1", Process.pid)
  end
  Fibonacci.fib_recursive(60)
  exit!(false)
end
started.close
ready.read
status = begin
  Timeout.timeout(PROMPT) { Process.wait2(pid)[1] }
rescue Timeout::Error
  Process.kill("KILL", pid)
  Process.wait2(pid)[1]
end
assert status.success?, "a signal from a thread that has ended: #{status.inspect}"

# Signals in a crowd: whatever raises ends one call, and the next one starts anew.
SIGNALS = 400
ready, started = IO.pipe
pid = fork do
  ended = 0
  finished = false
  trap("USR1") { raise IOError, "signal" }
  trap("USR2") do
    next if finished

    finished = true
    raise IOError, "signal"
  end
  begin
    started.close unless started.closed?
    until finished
      begin
        Fibonacci.fib_recursive(60)
      rescue IOError
        ended += 1
      end
    end
  rescue IOError # between two calls
    retry
  end
  exit!(ended > 10 && Fibonacci.fib_recursive(25) == 75_025)
end
started.close
ready.read
SIGNALS.times do
  Process.kill("USR1", pid)
  sleep(0.001)
end
status = nil
(PROMPT * 10).times do # Ruby lets a signal wait for the next one when the handler of the one before raised
  Process.kill("USR2", pid)
  _, status = Process.wait2(pid, Process::WNOHANG)
  break if status

  sleep(0.1)
end
Process.kill("KILL", pid) unless status
assert status&.success?, "signals in a crowd: #{status.inspect}"
puts "# checked calls=#{CALLS.size * 3 + 6} faults=#{SIGNALS} findings=0"
