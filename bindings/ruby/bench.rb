# frozen_string_literal: true

# Measures calls.
#
# ruby bench.rb TECHNIQUE SHAPE N LOOPS REPEATS    times one, and prints one line of JSON
# ruby bench.rb TECHNIQUE count LOOPS              lets callgrind count all, and says in which order
#
# FIB_MARKS is the library of its marks.

require "json"

# Source text: x and y are made once, of m, which has the functions; the turn is measured.
Shape = Struct.new(:x, :turn, :y)

SHAPES = {
  "void" => Shape.new("m.method(:noop)", "m.noop"),
  "void_to_u64" => Shape.new("m.method(:max_index)", "m.max_index"),
  "u64_to_u64" => Shape.new("m.method(:fib_wrapping)", "m.fib_wrapping(n)"),
  "u64_checked" => Shape.new("m.method(:fib)", "m.fib(n)"),
  "u64_large" => Shape.new("m.method(:fib)", "m.fib(93)"),
  "recursive" => Shape.new("m.method(:fib_recursive)", "m.fib_recursive(n)"),
  "enum_in" => Shape.new("m.method(:fib_by)", "m.fib_by(2, n)"),
  "two_args" => Shape.new("m.method(:fib_mod)", "m.fib_mod(n, 1_000_000_007)"),
  "five_args" => Shape.new("m.method(:recurrence)", "m.recurrence(1, 1, 0, 1, n)"),
  "f64_to_f64" => Shape.new("m.method(:binet)", "m.binet(1.5)"),
  "u64_to_bool" => Shape.new("m.method(:is_fibonacci)", "m.is_fibonacci(n)"),
  "bigint_out" => Shape.new("m.method(:fib_exact)", "m.fib_exact(1000)"),
  "bigint_in" => Shape.new("m.fib_exact(1000)", "m.index_of(x)"),
  "string_out" => Shape.new("m.method(:fib_decimal)", "m.fib_decimal(n)"),
  "string_in" => Shape.new("m.method(:is_word)", "m.is_word(y)", "'abaababa'"),
  "string_in_out" => Shape.new("m.method(:caption)", "m.caption(y, n)", "'φ'"),
  "list_out" => Shape.new("m.method(:terms)", "m.terms(0, 10)"),
  "bytes_out" => Shape.new("m.method(:encode)", "m.encode(y)", "[1, 2, 3, 4]"),
  "bytes_in" => Shape.new("m.encode([1, 2, 3, 4])", "m.decode(x)"),
  "buffer_in_place" => Shape.new("m.method(:fill)", "m.fill(y)", "'12345678' * 10"),
  "buffer_to_buffer" => Shape.new("m.method(:fib_each)", "m.fib_each(y, y)", "[1].pack('Q') * 10"),
  "struct_out" => Shape.new("m.method(:nearest)", "m.nearest(n)"),
  "struct_field" => Shape.new("m.nearest(57)", "x.term"),
  "list_of_struct_out" => Shape.new("m.method(:zeckendorf)", "m.zeckendorf(100)"),
  "callback" => Shape.new("m.method(:visit)", "m.visit(0, 1) { true }"),
  "ten_callbacks" => Shape.new("m.method(:visit)", "m.visit(0, 11) { true }"),
  "create" => Shape.new("m::Sequence", "x.new(n)"),
  "method" => Shape.new("m::Sequence.new(5)", "x.peek"),
  "property" => Shape.new("m::Sequence.new(5)", "x.position"),
  "iterate" => Shape.new("m::Sequence", "x.new.each { |term| term }"), # 94 steps and a Sequence
  "error" => Shape.new("m.method(:fib)", "begin m.fib(94); rescue RangeError; nil end")
}.freeze

SMALL = 2 # the argument where calls are counted: the library has little to do

# F(n) by the definition.
module Pure
  def self.fib_recursive(n) = n < 2 ? n : fib_recursive(n - 1) + fib_recursive(n - 2)
end

def refuse(message)
  warn "bench.rb: #{message}"
  exit 2
end

# What has the functions; it may lack some.
def functions_of(technique)
  return Pure if technique == "pure"
  return require("fibonacci") && Fibonacci if technique == "swig"

  require "fibonacci_#{technique}"
  Object.const_get("Fibonacci#{technique.capitalize}")
rescue LoadError => e
  refuse "no technique '#{technique}': #{e.message}"
end

# Compiles the loop around a turn: no call but the one measured.
def compiled(turn)
  eval(<<~RUBY, binding, __FILE__, __LINE__ + 1) # of the table above
    lambda do |clock, loops, m, n, x, y|
      result = nil
      turns = 0
      start = clock.call
      while turns < loops
        result = #{turn}
        turns += 1
      end
      [clock.call - start, result]
    end
  RUBY
end

# The shapes that there are, each with its x and y.
def offered_by(m) # rubocop:disable Naming/MethodParameterName
  SHAPES.filter_map do |name, shape|
    [name, [eval(shape.x, binding), eval(shape.y || "nil", binding)]]
  rescue NameError
    nil
  end.to_h
end

def time(technique, shape, n, loops, repeats)
  functions = functions_of(technique)
  offered = offered_by(functions)
  refuse "#{technique} has no shape '#{shape}', there are: #{offered.keys.join(' ')}" unless offered.key?(shape)

  clock = -> { Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) }
  with_call = compiled(SHAPES[shape].turn)
  empty = compiled("n")
  # The loop with the call and the empty one take turns, so that drift hits both.
  result = nil
  call_ns, empty_ns = Array.new(repeats) do
    taken, result = with_call.call(clock, loops, functions, n, *offered[shape])
    [taken.fdiv(loops), empty.call(clock, loops, functions, n, *offered[shape]).first.fdiv(loops)]
  end.transpose
  puts JSON.generate(
    technique: technique, shape: shape, argument: n, loops: loops, call_ns: call_ns, empty_ns: empty_ns,
    checksum: result.nil? ? "nil" : result.to_s, clock: "Process::CLOCK_MONOTONIC"
  )
end

# Lets callgrind count `loops` and twice as many turns of each shape, and of the empty loop. What a shape allocates is
# collected within its count, in one run of the collector.
def count(technique, loops)
  require "fiddle"
  library = Fiddle.dlopen(ENV.fetch("FIB_MARKS"))
  marks_begin = Fiddle::Function.new(library["marks_begin"], [], Fiddle::TYPE_INT)
  marks_end = Fiddle::Function.new(library["marks_end"], [], Fiddle::TYPE_INT)
  clock = -> { 0 }
  functions = functions_of(technique)
  { "empty" => [nil, nil] }.merge(offered_by(functions)).each do |name, (x, y)|
    sample = compiled(SHAPES.key?(name) ? SHAPES[name].turn : "n")
    sample.call(clock, 64, functions, SMALL, x, y)
    ([loops, 2 * loops] * 3).each do |turns|
      GC.start
      GC.disable
      marks_begin.call
      sample.call(clock, turns, functions, SMALL, x, y)
      GC.enable
      GC.start
      marks_end.call
      puts "#{name} #{turns}"
    end
  end
end

technique, shape, *numbers = ARGV
numbers.map! { |text| Integer(text, 10, exception: false) }
wanted = shape == "count" ? 1 : 3
refuse "give it TECHNIQUE SHAPE N LOOPS REPEATS or TECHNIQUE count LOOPS" unless numbers.compact.size == wanted
shape == "count" ? count(technique, *numbers) : time(technique, shape, *numbers)
