# frozen_string_literal: true

# Runs a file of cases, tests/cases/*.tsv, against the module and prints TAP: ruby conform.rb [TECHNIQUE] CASES.

*, TECHNIQUE, CASES = "swig", *ARGV
if TECHNIQUE == "swig"
  require "fibonacci"
else
  require "fibonacci_#{TECHNIQUE}"
  Fibonacci = Object.const_get("Fibonacci#{TECHNIQUE.capitalize}")
end

REPEAT = ENV.fetch("CONFORM_REPEAT", "1").to_i # for the search for leaks
FAULTS = ENV.key?("CONFORM_FAULTS") # under tests/faults/failing_malloc.cpp
ARM = 2**52

ERRORS = {
  "argument" => ArgumentError,
  "overflow" => RangeError,
  "range" => IndexError,
  "memory" => NoMemoryError,
  "type" => TypeError,
  "arity" => ArgumentError
}.freeze

# What a callback of this program raises.
class OwnError < StandardError; end

OWN = OwnError.new("unchanged")

# `&go`, `&until:7` or `&raise`; remembers what it was called with.
class Callback
  attr_reader :calls

  def initialize(text)
    @what, @index = text.split(":")
    @calls = []
  end

  def call(index, term)
    raise OWN if @what == "raise"

    @calls << "#{index}:#{term}"
    @what == "until" ? index != @index.to_i : nil
  end

  def to_proc = method(:call).to_proc
  def to_s = "[#{@calls.join(' ')}]"
end

# Memory: a String whose bytes are the items.
Memory = Struct.new(:bytes) do
  def to_s = "u64[#{bytes.unpack('Q*').join(' ')}]"
end

# Calls the callback as the method of a class derived from the library's.
class Calling < Fibonacci::Listener
  def initialize(callback)
    super()
    @callback = callback
  end

  def on_term(index, term) = @callback.call(index, term)
end

def parse(text)
  case text
  when "true" then true
  when "false" then false
  when "nil" then nil
  when /\A'(.*)\z/m then Regexp.last_match(1).gsub(/%(\h\h)/) { Regexp.last_match(1).hex.chr }
  when /\A#(.*)\z/ then [Regexp.last_match(1)].pack("H*")
  when /\A&(.*)\z/ then Callback.new(Regexp.last_match(1))
  when /\Au64\[(.*)\]\z/ then Memory.new(Regexp.last_match(1).split.map(&:to_i).pack("Q*"))
  when /\Au64ro\[(.*)\]\z/ then Memory.new(Regexp.last_match(1).split.map(&:to_i).pack("Q*").freeze)
  when /\Af64\[(.*)\]\z/ then Regexp.last_match(1).split.map(&:to_f) # no String says what its bytes are
  when /\A\[(.*)\]\z/ then Regexp.last_match(1).split.map { |item| parse(item) }
  when /\A-?\d+\z/ then text.to_i
  when "nan" then Float::NAN
  when "inf" then Float::INFINITY
  else Float(text)
  end
end

def show(value)
  case value
  when nil then "nil"
  when Array then "[#{value.map { |item| show(item) }.join(' ')}]"
  when Fibonacci::Term then "#{value.index}:#{value.term}"
  when String
    value.encoding == Encoding::BINARY ? "##{value.unpack1('H*')}" : "'#{value.gsub(/[%\x00-\x1f\x7f]/) { |each| format('%%%02x', each.ord) }}"
  when Float then value.to_s.sub("Infinity", "inf").downcase
  else value.to_s
  end
end

OPERATIONS = %w[advance peek reset position exhausted rest destroy].freeze

# Makes a Sequence and does with it what the arguments say.
def call_sequence(arguments)
  operations, start = arguments.partition { |argument| OPERATIONS.include?(argument) }
  sequence = Fibonacci::Sequence.new(*start.map { |argument| parse(argument) })
  results = operations.filter_map do |operation|
    case operation
    when "destroy" # no end is earlier than no beginning
      sequence = Fibonacci::Sequence.allocate
      nil
    when "rest" # each leaves the Sequence where it is, so that Enumerable can ask again: then it is taken
      show(sequence.to_a.tap { sequence.advance until sequence.exhausted })
    when "reset" then sequence.reset
    else show(sequence.public_send(operation))
    end
  end
  results.join(" ")
end

def call(name, texts)
  return call_sequence(texts) if name == "Sequence"

  GC.start if name == "live_objects"
  arguments = texts.map { |text| parse(text) }
  passed = arguments.map do |argument|
    next argument.bytes if argument.is_a?(Memory)

    name == "listen" && argument.is_a?(Callback) ? Calling.new(argument) : argument
  end
  block = name == "visit" && passed.last.is_a?(Callback) ? passed.pop : nil
  result = Fibonacci.public_send(name, *passed, &block)
  held = arguments.grep(Memory) + arguments.grep(Callback)
  [show(result), *held].join(" ")
end

# What is wrong, nil when all is right.
def check(name, expected, arguments)
  kind, *words = expected.start_with?("!") ? expected[1..].split : [""]
  got = call(name, arguments)
  if expected.start_with?("~")
    wanted = Float(expected[1..])
    return (Float(got) - wanted).abs <= 1e-12 * wanted.abs ? nil : got
  end
  got == expected ? nil : got
rescue OwnError => e
  e.equal?(OWN) && kind == "own" ? nil : "raised #{e.inspect}"
rescue StandardError, NoMemoryError => e
  right = e.instance_of?(ERRORS[kind] || NilClass)
  right && words.all? { |word| e.message.downcase.include?(word.downcase) } ? nil : "raised #{e.inspect}"
end

# Lets each allocation of the call fail in turn. What is wrong, nil when all is right; and how many ended the call.
def check_with_faults(name, expected, arguments)
  felt = 0
  (1..).each do |n|
    Fibonacci.fib_wrapping(ARM + n)
    wrong = check(name, expected, arguments)
    failed = Fibonacci.fib_wrapping(ARM)
    if failed.positive? && wrong&.start_with?("raised #<NoMemoryError")
      felt += 1
      wrong = check(name, expected, arguments) # the next call is right
    end
    return [wrong, felt] if wrong || failed.zero?
  end
end

cases = File.readlines(CASES, chomp: true, encoding: "UTF-8")
            .reject { |line| line.empty? || line.start_with?("# ") }
$stdout.sync = true # the next case may end the process
puts "1..#{cases.size}"
failed = faults = 0
cases.each.with_index(1) do |line, number|
  name, function, expected, *arguments = line.split("\t", -1)
  wrong = nil
  REPEAT.times { wrong = check(function, expected, arguments) }
  if FAULTS && !wrong
    wrong, injected = check_with_faults(function, expected, arguments)
    puts "# #{name} faults=#{injected}"
    faults += injected
  end
  failed += 1 if wrong
  puts "#{wrong ? 'not ' : ''}ok #{number} - #{name}"
  puts "# got #{wrong}, wanted #{expected}" if wrong
end
puts "# checked calls=#{cases.size + 2 * faults} faults=#{faults}" if FAULTS
exit(failed.zero?)
