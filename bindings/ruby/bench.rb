# frozen_string_literal: true

# Measures calls: `ruby bench.rb TECHNIQUE` answers each line of its input with a line of JSON.
#
# time SHAPE N LOOPS REPEATS    times the call, an empty loop and a method of Ruby's own
# count SHAPE N LOOPS           lets callgrind count, between the marks of the library FIB_MARKS

require "json"

# Source text: x, y and z are made once, of n and of m, which has the functions; the turn is measured.
Shape = Struct.new(:turn, :x, :y, :z, :shows)

# Without an x of its own, it is the method that the turn calls: so it must be there.
def shape(turn, x: "m.method(:#{turn[/m\.(\w+)/, 1]})", y: "nil", z: "nil", shows: "show(result)")
  Shape.new(turn, x, y, z, shows)
end

SHAPES = {
  "empty" => shape("result = n", x: "nil"),
  "own" => shape("result = x.own(n)", x: "Own"),
  "void" => shape("result = m.noop"),
  "void_to_u64" => shape("result = m.max_index"),
  "u64_to_u64" => shape("result = m.fib_wrapping(n)"),
  "u64_checked" => shape("result = m.fib(n)"),
  "u64_large" => shape("result = m.fib(93)"),
  "recursive" => shape("result = m.fib_recursive(n)"),
  "enum_in" => shape("result = m.fib_by(2, n)"),
  "two_args" => shape("result = m.fib_mod(n, 1_000_000_007)"),
  "five_args" => shape("result = m.recurrence(1, 1, 0, 1, n)"),
  "f64_to_f64" => shape("result = m.binet(1.5)"),
  "u64_to_bool" => shape("result = m.is_fibonacci(n)"),
  "bigint_out" => shape("result = m.fib_exact(1000)"),
  "bigint_in" => shape("result = m.index_of(y)", y: "m.fib_exact(1000)"),
  "string_out" => shape("result = m.fib_decimal(n)"),
  "string_in" => shape("result = m.is_word(y)", y: "'abaababa'"),
  "string_in_out" => shape("result = m.caption(y, n)", y: "'φ'"),
  "long_string_out" => shape("result = m.word(n)"),
  "list_out" => shape("result = m.terms(0, 10)"),
  "list_of_n" => shape("result = m.terms(0, n)"),
  "bytes_out" => shape("result = m.encode(y)", y: "[1, 2, 3, 4]"),
  "bytes_in" => shape("result = m.decode(y)", y: "[0xd9, 0xd8].pack('C*')"),
  "buffer_in_place" => shape("result = m.fill(y)", y: "memory([0] * 10)", shows: "show_memory(y)"),
  "buffer_to_buffer" => shape("result = m.fib_each(y, z)", y: "memory([*0...10])", z: "memory([0] * 10)",
                                                           shows: "show_memory(z)"),
  "buffer_of_n" => shape("result = m.fib_each(y, z)", y: "memory(Array.new(n) { |i| i % 94 })",
                                                      z: "memory([0] * n)", shows: "show_memory(z)"),
  "struct_out" => shape("result = m.nearest(n)"),
  "struct_field" => shape("result = x.term", x: "m.nearest(57)"),
  "list_of_struct_out" => shape("result = m.zeckendorf(100)"),
  "callback" => shape("result = m.visit(0, 1) { true }"),
  "ten_callbacks" => shape("result = m.visit(0, 11) { true }"),
  "director" => shape("result = m.listen(0, 1, y)", y: "listener_of(m)"),
  "create" => shape("result = x.new(n)", x: "m::Sequence", shows: "show(result.position)"),
  "method" => shape("result = x.peek", x: "m::Sequence.new(5)"),
  "property" => shape("result = x.position", x: "m::Sequence.new(5)"),
  "iterate" => shape("x.new.each { |term| result = term }", x: "m::Sequence"),
  "error" => shape("begin result = m.fib(94); rescue y; result = y; end", y: "RangeError")
}.freeze

# A method that does nothing: a call that does not leave Ruby.
module Own
  def self.own(n) = n
end

def memory(numbers) = numbers.pack("Q*")

# An object of a class whose method is overridden here.
def listener_of(m) # rubocop:disable Naming/MethodParameterName
  Class.new(m::Listener) { def on_term(_index, _term) = true }.new
end

def refuse(message)
  warn "bench.rb: #{message}"
  exit 2
end

# What has the functions; it may lack some.
def functions_of(technique)
  name = technique.delete_suffix("_bare")
  require(name == "swig" ? "fibonacci" : "fibonacci_#{name}")
  found = Object.const_get(name == "swig" ? "Fibonacci" : "Fibonacci#{name.capitalize}")
  name == technique ? found : found.bare
rescue LoadError => e
  refuse "no technique '#{technique}': #{e.message}"
end

# Writes a value as tests/cases does.
def show(value)
  case value
  when nil then "nil"
  when RangeError.singleton_class then "!overflow"
  when String then value.encoding == Encoding::BINARY ? "##{value.unpack1('H*')}" : "'#{value}"
  when Numeric, true, false then value.to_s
  else value.respond_to?(:term) ? "#{value.index}:#{value.term}" : "[#{value.map { |item| show(item) }.join(' ')}]"
  end
end

def show_memory(string) = "u64#{show(string.unpack('Q*'))}"

# The loop around a turn, with the x, y and z that it was given: no call but the one measured.
class Loop
  attr_reader :given

  def initialize(functions, name, number)
    @shape = SHAPES.fetch(name)
    m = functions
    n = number
    @given = [m, n, *[@shape.x, @shape.y, @shape.z].map { |text| eval(text, binding, __FILE__, __LINE__) }]
    @lambda = eval(<<~RUBY, binding, __FILE__, __LINE__ + 1) # of the table above
      lambda do |clock, loops, m, n, x, y, z|
        result = nil
        turns = 0
        start = clock.call
        while turns < loops
          #{@shape.turn}
          turns += 1
        end
        [clock.call - start, result]
      end
    RUBY
  end

  # Gives what the clock says of so many turns.
  def run(clock, loops)
    taken, @result = @lambda.call(clock, loops, *@given)
    taken
  end

  def result
    _, _, _, y, z = @given
    result = @result
    eval(@shape.shows, binding, __FILE__, __LINE__)
  end
end

# The answers; loops are prepared once for each shape and n.
class Bench
  CLOCK = -> { Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) }

  def initialize(technique)
    functions = functions_of(technique)
    @loops = Hash.new { |known, (name, n)| known[[name, n]] = Loop.new(functions, name, n) }
    @warm = Hash.new { |known, key| known[key] = @loops[key].tap { |one| one.run(-> { 0 }, 64) } }
  end

  # The three loops take turns, so that drift hits all.
  def time(shape, n, loops, repeats)
    order = { call_ns: shape, empty_ns: "empty", own_ns: "own" }.transform_values { |name| @loops[[name, n]] }
    times = order.transform_values { [] }
    repeats.times { order.each { |key, one| times[key] << one.run(CLOCK, loops).fdiv(loops) } }
    { **times, result: order[:call_ns].result, clock: "Process::CLOCK_MONOTONIC" }
  end

  # What a shape allocates is collected within its count, in one run of the collector.
  def count(shape, n, loops)
    measured = @warm[[shape, n]]
    GC.start
    GC.disable
    marks_begin.call
    measured.run(-> { 0 }, loops)
    GC.enable
    GC.start
    marks_end.call
    {}
  end

  def marks_begin = @marks_begin ||= mark("marks_begin")
  def marks_end = @marks_end ||= mark("marks_end")

  def mark(name)
    require "fiddle"
    Fiddle::Function.new(Fiddle.dlopen(ENV.fetch("FIB_MARKS"))[name], [], Fiddle::TYPE_INT)
  end
end

refuse "give it TECHNIQUE, and requests as its input" unless ARGV.size == 1
bench = Bench.new(ARGV.shift)
$stdout.sync = true
$stdin.each_line do |line|
  command, shape, *numbers = line.split
  numbers.map! { |text| Integer(text, 10, exception: false) }
  wanted = { "time" => 3, "count" => 2 }[command]
  refuse "cannot answer '#{line.chomp}'" unless numbers.compact.size == wanted && SHAPES.key?(shape)
  answer = { shape: shape, argument: numbers[0], loops: numbers[1], **bench.public_send(command, shape, *numbers) }
  puts JSON.generate(answer)
rescue NoMethodError, NameError, ArgumentError, TypeError, NotImplementedError => e
  puts JSON.generate(shape: shape, lacks: e.message.lines.first.chomp)
end
