# frozen_string_literal: true

# A short story of Fibonacci numbers; every host tells the same.

require "fibonacci"

puts "F(10) = #{Fibonacci.fib(10)}"
puts "F(93) = #{Fibonacci.fib(93)}"
f999, f1000, f1001 = (999..1001).map { |n| Fibonacci.fib_exact(n) } # Integers like any other
puts "F(1000) = #{f1000}"
puts "F(999) * F(1001) - F(1000)^2 = #{f999 * f1001 - f1000**2}"

puts "What follows F(87) and fits 64 bits:"
Fibonacci::Sequence.new(88).each { |term| puts "  #{term}" }

visited = []
Fibonacci.visit(10, 84) do |_index, term|
  visited << term
  term < 1000 # false stops
end
puts "From F(10) until 1000: #{visited.join(', ')}"

puts "100 = #{Fibonacci.zeckendorf(100).map(&:term).join(' + ')}"
puts Fibonacci.caption("φ", 9)
puts "Five terms from F(5): #{Fibonacci.terms(5, 5).join(', ')}"

code = Fibonacci.encode([1, 2, 3, 100])
puts "Fibonacci coding: #{code.unpack1('H*')} is #{Fibonacci.decode(code).join(', ')}"

begin
  Fibonacci.fib(94)
rescue RangeError => e
  puts "F(94) is refused: #{e.message}"
end

GC.start
puts "Objects still alive: #{Fibonacci.live_objects}"
