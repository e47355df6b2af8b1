# frozen_string_literal: true

# A call that fails frees what its arguments own, and a result that finds no memory is an error: the process goes on.
require "fibonacci"
require "second"

PAGES_OF_A_MEGABYTE = 256

def memory = File.read("/proc/self/statm").split[1].to_i / PAGES_OF_A_MEGABYTE

# Fails when many calls that all raise make the process larger by more than these megabytes.
def keeps_nothing(what, calls: 2000, limit: 6)
  begin
    yield
  rescue StandardError => e
    error = e
  end
  raise "#{what}: not refused" unless error

  GC.start
  before = memory
  calls.times do
    yield
  rescue StandardError
    next
  end
  GC.start
  grown = memory - before
  raise "#{what}: #{grown} MB larger after #{calls} calls" if grown > limit

  calls
end

unless File.exist?("/proc/self/statm")
  puts "SKIP: this system does not say how much memory a process has"
  exit
end

numbers = Array.new(2000, 1)
hostile = Object.new
def hostile.inspect = raise("inspect raised")
class Hostile < BasicObject; end

calls = keeps_nothing("a later argument refused") { Second.at(numbers, -1) }
calls += keeps_nothing("a later argument of a hostile kind") { Second.at(numbers, hostile) }
calls += keeps_nothing("a later argument that has no inspect") { Second.at(numbers, Hostile.new) }
{ "an item refused" => -1, "an item of a hostile kind" => hostile, "the library's own refusal" => 0 }.each do |what, last|
  list = numbers + [last]
  calls += keeps_nothing(what) { Fibonacci.encode(list) }
end
large = 2**100_000
calls += keeps_nothing("a large number refused") { Fibonacci.index_of(large) }

# What is raised is the caller's own error.
begin
  Fibonacci.fib(hostile)
rescue RuntimeError => e
  raise unless e.message == "inspect raised"
end

# A second buffer refused does not leave the first one locked.
results = "\0" * 16
[["\0" * 24, ArgumentError], ["\0" * 9, TypeError], [nil, TypeError]].each do |indices, error|
  Fibonacci.fib_each(indices || 3, results)
  raise "not refused"
rescue error
  results << "12345678"
  results.slice!(16..)
end

def address_space = File.read("/proc/self/statm").split[0].to_i * 4096

# No memory, in processes of their own: an error, and the process goes on.
def child(more)
  reader, writer = IO.pipe
  pid = fork do
    Process.setrlimit(:AS, address_space + more)
    writer.puts(yield)
    writer.close
    exit!(true)
  end
  writer.close
  answer = reader.read.chomp
  Process.wait(pid)
  raise "the process ended: #{$?}" unless $?.success?

  answer
end

def error_of
  yield
  "no error"
rescue NoMemoryError => e
  e.class.name
end

many = Array.new(20_000_000, 1)
attempts = {
  "a list" => [100_000_000, -> { Fibonacci.encode(many) }],
  "an exact number" => [150_000_000, -> { Fibonacci.fib_exact(10**9) }],
  "a text" => [150_000_000, -> { Second.copies("x" * 1000, 10**6) }]
}
attempts.each do |what, (bytes, call)|
  answer = child(bytes) { "#{error_of(&call)} #{Fibonacci.fib(10)}" }
  raise "#{what}: #{answer}" unless answer == "NoMemoryError 55"
end

# A result that C++ has memory for and Ruby has not is freed: were it not, C++ would be the next to have none, and its
# exception says so in other words.
FAILURES = 4
answer = child(226_000_000) do
  messages = Array.new(FAILURES) do
    Second.copies("x" * 1000, 100_000) # 134 MB with what it grew by, and 100 MB
  rescue NoMemoryError => e
    e.message
  end
  messages.uniq.inspect
end
raise "a large result: #{answer}" unless answer == '["failed to allocate memory"]'

puts "# checked calls=#{calls} faults=#{attempts.size + FAILURES} findings=0"
