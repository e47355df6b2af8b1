# frozen_string_literal: true

# Text crosses as text: its encoding counts, not its bytes.
require "fibonacci"

def refused(error, words)
  yield
rescue error => e
  raise "other words: #{e.message}" unless e.message.include?(words)
else
  raise "not refused: #{words}"
end

text = "café φ"
wanted = "café φ(5) = 5"
results = %w[UTF-8 UTF-16LE UTF-16BE UTF-32LE ISO-8859-7].to_h do |encoding|
  label = encoding == "ISO-8859-7" ? "φ" : text
  result = Fibonacci.caption(label.encode(encoding), 5)
  raise "#{encoding}: #{result.encoding}" unless result.encoding == Encoding::UTF_8

  [encoding, result]
end
raise results.inspect unless results.values.uniq == [wanted, "φ(5) = 5"]
raise "Latin-1" unless Fibonacci.caption("é".encode("ISO-8859-1"), 5) == "é(5) = 5"
raise "ASCII" unless Fibonacci.caption("e".encode("US-ASCII"), 5) == "e(5) = 5" && Fibonacci.caption("e".b, 5) == "e(5) = 5"
raise "a word" unless Fibonacci.is_word("abaab".encode("UTF-16LE")) && !Fibonacci.is_word("abab".encode("UTF-32BE"))
raise "NUL" unless Fibonacci.caption("a\0b", 5) == "a\0b(5) = 5"

refused(ArgumentError, "label must be text that is valid") { Fibonacci.caption("\xFF", 5) }
refused(ArgumentError, "label must be text that is valid") { Fibonacci.caption("x\xC3", 5) }
refused(ArgumentError, "label must be text that is valid") { Fibonacci.caption("\xE9".dup.force_encoding("US-ASCII"), 5) }
refused(ArgumentError, "label must be text of a known encoding") { Fibonacci.caption("é".b, 5) }
refused(EncodingError, "UTF-7") { Fibonacci.caption("+AOk-".dup.force_encoding("UTF-7"), 5) }
refused(TypeError, "label must be a string") { Fibonacci.caption(:label, 5) }

# Bytes are bytes, whatever encoding they are marked with.
bytes = Fibonacci.encode([1, 2, 3])
raise "bytes" unless Fibonacci.decode(bytes.dup.force_encoding("UTF-16LE")) == [1, 2, 3]

# A String that is converted lives as long as the call.
GC.stress = true
raise "a converted String" unless Fibonacci.caption(("é" * 50).encode("UTF-16LE"), 5).start_with?("é" * 50)

GC.stress = false

# The arguments of an Enumerator are its own: a call leaves there what it found.
label = ("é" * 40).encode("UTF-16LE")
captions = Fibonacci.enum_for(:caption, label, 5)
6.times { GC.start } # the arguments are old now: what is written among them unseen would not be kept
captions.each {} # rubocop:disable Lint/EmptyBlock
20.times do
  GC.start(full_mark: false)
  20_000.times { "x" * 50 }
end
again = captions.each {} # rubocop:disable Lint/EmptyBlock
raise "an Enumerator's text: #{again}" unless again == "#{"é" * 40}(5) = 5"

label.replace("φ".encode("UTF-16LE"))
again = captions.each {} # rubocop:disable Lint/EmptyBlock
raise "an Enumerator's text that has changed: #{again}" unless again == "φ(5) = 5"

# What is shown of a wrong argument is cut between its letters.
refused(TypeError, "...") { Fibonacci.fib("φ" * 200) }
begin
  Fibonacci.fib("aφ" * 200)
rescue TypeError => e
  raise "broken text in a message" unless e.message.valid_encoding?
end

# What cannot be shown is shown by its class.
class Bare < BasicObject; end
naked = Bare.new
refused(TypeError, "n must be an integer from 0 to 18446744073709551615, got #<Bare>") { Fibonacci.fib(naked) }
refused(TypeError, "label must be a string, got #<Bare>") { Fibonacci.caption(naked, 5) }
refused(TypeError, "got #<Bare>") { Fibonacci.encode([1, naked]) }
refused(TypeError, "got #<Bare>") { Fibonacci.fill(naked) }
refused(TypeError, "got #<Bare>") { Fibonacci.visit(1, 2, naked) }
refused(TypeError, "got #<Bare>") { Fibonacci.listen(1, 2, naked) }

# Memory that is a part of another String need not lie at an address that 8 divides.
indices = "z#{[*0...64].pack('Q*')}".b.byteslice(1, 512)
results = "\0" * 512
Fibonacci.fib_each(indices, results)
raise "a part of a String" unless results.unpack("Q*") == (0...64).map { |n| Fibonacci.fib(n) }

out = "z#{"\0" * 512}".b
part = out.byteslice(1, 512)
Fibonacci.fill(part)
raise "a part that is filled" unless part.unpack("Q*") == results.unpack("Q*") && out == "z#{"\0" * 512}"
