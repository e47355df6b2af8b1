# frozen_string_literal: true

# Objects that stand for values do what Ruby's own do: a struct, and the sequence, which can be saved.
require "fibonacci"
require "yaml"

def assert(truth, what) = truth || raise("wrong: #{what}")

def error_of
  yield
rescue StandardError => e
  e
else
  raise "nothing was raised"
end

# ---- a struct

term = Fibonacci.nearest(55)
same = Fibonacci.nearest(55)
other = Fibonacci.nearest(89)
assert term == same && term.eql?(same) && term.hash == same.hash, "equal"
assert term != other && !term.eql?(other) && term != 55 && term != nil, "different" # rubocop:disable Style/NonNilCheck
assert [term, same, other].uniq.size == 2 && { term => 1 }[same] == 1, "the key of a Hash"
assert term.inspect == "#<Fibonacci::Term index=10, term=55>" && term.to_s == term.inspect, "inspect"
assert term.to_h == { index: 10, term: 55 }, "to_h"
case term
in { index:, term: number }
  assert [index, number] == [10, 55], "a pattern of names"
end
case term
in [index, number]
  assert [index, number] == [10, 55], "a pattern of places"
end
case term
in { index: 11 } then raise "the wrong pattern"
in Fibonacci::Term(index: 10) then nil
end
assert Fibonacci::Term.new(10, 55) == term, "new"
assert error_of { Fibonacci::Term.new(10) }.is_a?(ArgumentError), "too few values"
assert error_of { Fibonacci::Term.new(10, -1) }.message.start_with?("term must be an integer"), "a bad value"
assert error_of { term.send(:initialize, 1, 1) }.is_a?(TypeError) && term.term == 55, "a second initialize"
assert term.dup == term && term.clone == term && term.dup.index == 10, "dup"
assert Marshal.load(Marshal.dump(term)) == term, "Marshal"
assert YAML.unsafe_load(YAML.dump(term)) == term && YAML.dump(term).include?("term: 55"), "YAML"
assert term.dup.freeze.term == 55, "a frozen one can be read"

class Named < Fibonacci::Term
  attr_accessor :name
end
named = Named.new(10, 55)
named.name = "ten"
assert named == term && !named.eql?(term), "a derived class is equal, but another key"
[Marshal.load(Marshal.dump(named)), YAML.unsafe_load(YAML.dump(named)), named.dup].each do |copy|
  assert copy.instance_of?(Named) && copy == named && copy.name == "ten", "variables of a derived class"
end

empty = Fibonacci::Term.allocate
assert empty.inspect == "#<Fibonacci::Term not initialized>", "inspect before initialize"
%i[index to_h hash deconstruct dup marshal_dump].each do |name|
  assert error_of { empty.public_send(name) }.is_a?(ArgumentError), "#{name} before initialize"
end
[nil, [], [[1], {}], [[1, 2]], [[1, 2], { "a" => 1 }], [[1, "a"], {}], [{}, {}]].each do |state|
  assert error_of { Fibonacci::Term.allocate.marshal_load(state) }.is_a?(StandardError), "the state #{state}"
end
assert error_of { term.marshal_load([[1, 2], {}]) }.is_a?(TypeError) && term.term == 55, "a state for what has one"

# ---- the sequence

sequence = Fibonacci::Sequence.new(88)
sequence.advance
assert sequence.inspect == "#<Fibonacci::Sequence start=88, position=89>", "inspect of a sequence"
assert sequence.count == 5 && sequence.to_a.size == 5 && sequence.first(2) == sequence.first(2), "asked again"
assert sequence.include?(Fibonacci.fib(93)) && sequence.position == 89, "each leaves it as it is"
enumerator = sequence.each
assert enumerator.size.nil? && enumerator.next == Fibonacci.fib(89) && enumerator.next == Fibonacci.fib(90), "next"
enumerator.rewind
assert enumerator.next == Fibonacci.fib(89) && sequence.position == 89, "rewind"
assert sequence.each { break 7 } == 7 && sequence.each { nil }.equal?(sequence), "the value of each"
[sequence.dup, sequence.clone, Marshal.load(Marshal.dump(sequence)), YAML.unsafe_load(YAML.dump(sequence))].each do |copy|
  assert copy.position == 89 && copy.advance == Fibonacci.fib(89) && sequence.position == 89, "a copy"
  copy.reset
  assert copy.position == 88, "a copy knows its start"
end
assert error_of { sequence.send(:initialize, 1) }.is_a?(TypeError) && sequence.position == 89, "a second initialize"
assert error_of { Fibonacci::Sequence.allocate.marshal_load([[5, 3], {}]) }.is_a?(IndexError), "a position before the start"

frozen = sequence.clone(freeze: true)
{ advance: [], reset: [], initialize: [1], initialize_copy: [Fibonacci::Sequence.new] }.each do |name, arguments|
  assert error_of { frozen.send(name, *arguments) }.is_a?(FrozenError), "#{name} of a frozen one"
end
assert frozen.position == 89 && frozen.peek == Fibonacci.fib(89) && frozen.to_a.size == 5, "a frozen one can be read"

# What each leaves behind when it is not ended, the collector takes.
alive = Fibonacci.live_objects
sequence.each { nil }
assert Fibonacci.live_objects == alive, "an each that ends leaves nothing"
1000.times { sequence.each.next }
1000.times { sequence.first }
3.times { GC.start }
left = Fibonacci.live_objects - alive
assert left < 100, "#{left} objects left behind"

assert Fibonacci::VERSION == Fibonacci.library_version && Fibonacci::VERSION.frozen?, "VERSION"
