-- The second library, tests/second, bound by this folder as it is.
local second = require "second"

local function refused(words, call, ...)
  local right, message = pcall(call, ...)
  assert(not right and tostring(message):find(words, 1, true), words)
end

local division = second.divide(17, 5)
assert(division.quotient == 3 and division.remainder == 2)
assert(second.quotient(17, 5, second.Rounding_up) == 4)
assert(second.power_of_two(1000) == second.Integer(2) ^ 1000)
assert(second.population(second.Integer(2) ^ 1000 - 1) == 1000)
assert(second.count(10, function(candidate) return candidate % 3 == 0 end) == 3)
assert(table.concat(second.divisors(12), " ") == "1 2 3 4 6 12")
assert(second.total {1, 2, second.Integer "9223372036854775808"} == second.Integer "9223372036854775811")
assert(second.copies("φ", 3) == "φφφ")
assert(second.checksum "\0\1\2" == 33)
assert(second.twice == nil)  -- Lua has no memory that C++ may fill

local countdown = second.Countdown(10, 4)
assert(countdown:left() == 10 and second.alive() == 1)
local terms = {}
for term in countdown do terms[#terms + 1] = term end
assert(table.concat(terms, " ") == "10 6 2")
refused("ended", countdown.advance, countdown)

refused("b must be at least 1", second.divide, 1, 0)
refused("sum does not fit", second.total, {second.Integer(2) ^ 63, second.Integer(2) ^ 63})
refused("n must be at most 100000", second.power_of_two, 100001)
refused("a must be an integer from 0", second.divide, -1, 1)
refused("how must be an integer", second.quotient, 1, 1, "up")
refused("first", second.count, 3, function(candidate) return candidate > 1 or error "first" end)  -- the others succeed
for kind, words in pairs {[0] = "outside the domain", "too long", "the result has no place", "too small",
                          "not enough memory", "an unknown C++ exception"} do
  refused(words, second.misbehave, kind)
end
assert(second.at({5, 6, 7}, 2) == 7)
refused("index must be an integer from 0", second.at, {5, 6, 7}, -1)
refused("numbers must be", second.size_of, {1.5})
assert(second.divide(17, 5) == second.divide(17, 5))
refused("step must be at least 1", second.Countdown, 5, 0)

countdown = nil
collectgarbage()
collectgarbage()
assert(second.alive() == 0)
