# frozen_string_literal: true

# What no case checks, by the techniques that were built: techniques.rb [TECHNIQUE ...]. What they cannot do stands in
# ../techniques/README.md.
require "fibonacci"
require "json"

SANITIZED = ENV.fetch("LD_PRELOAD", "").include?("libasan") # what is written by hand is built for a sanitizer, nothing else
CHECKED = SANITIZED ? %w[capi] : %w[capi ffi fiddle]
UNWINDS = %w[capi].freeze # the others cannot let throw and break pass C's frames

def assert(truth, what) = truth || raise("wrong: #{what}")

FAULTS = [] # what was raised, as it must be

def error_of
  yield
rescue Exception => e # rubocop:disable Lint/RescueException
  FAULTS << e
  e
else
  raise "nothing was raised"
end

class Bare < BasicObject; end

def check_terms(library)
  term, same, other = [55, 55, 89].map { |number| library.zeckendorf(number).first }
  assert term == same && term.eql?(same) && term.hash == same.hash, "equal terms"
  assert term != other && !term.eql?(other) && term != 55 && term != nil, "different terms" # rubocop:disable Style/NonNilCheck
  assert [term, same, other].uniq.size == 2 && { term => 1 }[same] == 1, "the key of a Hash"
end

def check_sequences(library)
  sequence = library::Sequence.new(10)
  sequence.advance
  error = error_of { sequence.send(:initialize, 5) }
  assert error.instance_of?(TypeError) && error.message == "already initialized #{sequence.class}", "a second initialize: #{error.inspect}"
  assert sequence.position == 11 && sequence.peek == 89, "the object after a second initialize"
  copy = sequence.dup
  copy.advance
  assert copy.position == 12 && sequence.position == 11, "dup"
  assert copy.reset.nil? && copy.position == 10, "reset of a copy"
  sequence.freeze
  assert error_of { sequence.send(:initialize, 5) }.instance_of?(FrozenError) && sequence.position == 11, "a frozen one"
  empty = library::Sequence.allocate.freeze
  assert error_of { empty.send(:initialize, 5) }.instance_of?(FrozenError), "a frozen one without an object"
end

def check_what_cannot_be_shown(library)
  naked = Bare.new
  [
    -> { library.fib(naked) }, -> { library.binet(naked) }, -> { library.index_of(naked) }, -> { library.caption(naked, 5) },
    -> { library.decode(naked) }, -> { library.encode([1, naked]) }, -> { library.fill(naked) },
    -> { library.fib_each(naked, naked) }, -> { library.visit(1, 2, naked) }, -> { library.listen(1, 2, naked) }
  ].each_with_index do |call, number|
    error = error_of(&call)
    assert error.instance_of?(TypeError) && error.message.end_with?(", got #<Bare>"), "refusal #{number}: #{error.inspect}"
  end
end

def check_what_leaves_a_callback(library, unwinds)
  calls = 0
  leave = lambda do
    catch(:out) do
      library.visit(1, 5) do
        calls += 1
        throw(:out, "thrown")
      end
    end
  end
  if unwinds
    assert leave.call == "thrown", "throw"
  else
    error = error_of(&leave)
    assert error.instance_of?(RuntimeError) && error.message.start_with?("throw, break"), "throw: #{error.inspect}"
  end
  assert calls == 1 && library.visit(1, 5) { nil } == 5, "the next call"
end

# Gives what was built of the techniques.
def built
  extension = $LOADED_FEATURES.find { |path| File.basename(path, ".*") == "fibonacci" }
  hosts = JSON.parse(File.read(File.expand_path("../../../hosts.json", extension)))["hosts"]
  techniques = hosts.find { |host| host["name"] == "ruby" }["techniques"]
  techniques.select { |facts| (ARGV.empty? ? CHECKED : ARGV).include?(facts["name"]) }
end

chosen = built
if chosen.empty?
  puts "SKIP: no technique was built"
  exit
end
findings = chosen.flat_map do |facts|
  name = facts["name"]
  $LOAD_PATH.unshift(facts["environment"]["RUBYLIB"])
  ENV.update(facts["environment"])
  require "fibonacci_#{name}"
  library = Object.const_get("Fibonacci#{name.capitalize}")
  checks = [
    -> { check_terms(library) }, -> { check_sequences(library) }, -> { check_what_cannot_be_shown(library) },
    -> { check_what_leaves_a_callback(library, UNWINDS.include?(name)) }
  ]
  checks.filter_map do |check|
    check.call
    nil
  rescue StandardError => e
    "#{name}: #{e.message}"
  end
end
puts findings
puts "# checked faults=#{FAULTS.size} findings=#{findings.size}"
exit(findings.empty?)
