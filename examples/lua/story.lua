-- A short story of Fibonacci numbers; every host tells the same.
local fibonacci = require "fibonacci"
local fib_exact = fibonacci.fib_exact

print("F(10) = " .. fibonacci.fib(10))
print("F(93) = " .. tostring(fibonacci.fib(93)))  -- an Integer: no number of Lua holds it
-- So is what fib_exact gives, of any size. Between Lua's own numbers `+` and `*` wrap: start with an Integer.
print("F(1000) = " .. tostring(fib_exact(1000)))
print("F(999) * F(1001) - F(1000)^2 = " .. tostring(fib_exact(999) * fib_exact(1001) - fib_exact(1000) ^ 2))

print "What follows F(87) and fits 64 bits:"
for term in fibonacci.Sequence(88) do print("  " .. tostring(term)) end

local visited = {}
fibonacci.visit(10, 84, function(_, term)
  visited[#visited + 1] = term
  return term < 1000  -- false stops
end)
print("From F(10) until 1000: " .. table.concat(visited, ", "))

local parts = {}
for i, part in ipairs(fibonacci.zeckendorf(100)) do parts[i] = part.term end
print("100 = " .. table.concat(parts, " + "))
print(fibonacci.caption("φ", 9))
print("Five terms from F(5): " .. table.concat(fibonacci.terms(5, 5), ", "))

local code = fibonacci.encode {1, 2, 3, 100}
local hex = code:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)
print("Fibonacci coding: " .. hex .. " is " .. table.concat(fibonacci.decode(code), ", "))

local _, message = pcall(fibonacci.fib, 94)
print("F(94) is refused: " .. message)

collectgarbage()
print("Objects still alive: " .. tostring(fibonacci.live_objects()))
