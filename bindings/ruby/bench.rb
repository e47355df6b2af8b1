# frozen_string_literal: true

# Times a call and prints one line of JSON: ruby bench.rb TECHNIQUE SHAPE N LOOPS REPEATS.

require "json"

SHAPES = { # the function, and its arguments as source
  "void" => [:noop, ""],
  "u64_to_u64" => [:fib_wrapping, "n"],
  "u64_checked" => [:fib, "n"],
  "recursive" => [:fib_recursive, "n"],
  "two_args" => [:fib_mod, "n, 1_000_000_007"],
  "string_out" => [:fib_decimal, "n"]
}.freeze

# F(n) by the definition.
module Pure
  def self.fib_recursive(n) = n < 2 ? n : fib_recursive(n - 1) + fib_recursive(n - 2)
end

TECHNIQUES = { # what has the functions; it may lack some
  "swig" => -> { require("fibonacci") && Fibonacci },
  "capi" => -> { require("fibonacci_capi") && FibonacciCapi },
  "pure" => -> { Pure }
}.freeze

# Compiles the loop around an expression: no call but the one measured.
def loop_around(expression)
  eval(<<~RUBY, binding, __FILE__, __LINE__ + 1) # of the tables above
    lambda do |functions, n, loops|
      result = nil
      turn = 0
      start = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
      while turn < loops
        result = #{expression}
        turn += 1
      end
      [(Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) - start).fdiv(loops), result]
    end
  RUBY
end

def refuse(message)
  warn "bench.rb: #{message}"
  exit 2
end

technique, shape, *numbers = ARGV
n, loops, repeats = numbers.map { |text| Integer(text, 10, exception: false) }
refuse "give it TECHNIQUE SHAPE and three integers, N LOOPS REPEATS" unless numbers.size == 3 && n && loops && repeats

refuse "no technique '#{technique}', there are: #{TECHNIQUES.keys.join(' ')}" unless TECHNIQUES.key?(technique)
functions = TECHNIQUES[technique].call
offered = SHAPES.select { |_, (function, _)| functions.respond_to?(function) }
refuse "#{technique} has no shape '#{shape}', there are: #{offered.keys.join(' ')}" unless offered.key?(shape)
function, arguments = SHAPES[shape]
with_call = loop_around("functions.#{function}(#{arguments})")
empty = loop_around("n")

# The loop with the call and the empty one take turns, so that drift hits both.
result = nil
call_ns, empty_ns = Array.new(repeats) do
  taken, result = with_call.call(functions, n, loops)
  [taken, empty.call(functions, n, loops).first]
end.transpose
puts JSON.generate(
  technique: technique, shape: shape, argument: n, loops: loops, call_ns: call_ns, empty_ns: empty_ns,
  checksum: result.nil? ? "nil" : result.to_s, clock: "Process::CLOCK_MONOTONIC"
)
