-- What Lua expects of values, objects, lists and their end.
local fibonacci, second = require "fibonacci", require "second"

local function refused(words, call, ...)
  local right, message = pcall(call, ...)
  assert(not right and tostring(message):find(words, 1, true), words .. " <> " .. tostring(message))
end

-- A struct is a value.
local term = fibonacci.nearest(57)
assert(term == fibonacci.nearest(56) and term ~= fibonacci.nearest(90))
assert(fibonacci.nearest(1) ~= fibonacci.zeckendorf(1)[1])  -- F(1) and F(2): the indices differ
assert(tostring(term) == "Term(index=10, term=55)")
local last = fibonacci.zeckendorf(fibonacci.fib(93))[1]
assert(last == fibonacci.nearest(fibonacci.fib(93)))
assert(tostring(last) == "Term(index=93, term=12200160415121876738)")
assert(tostring(second.divide(17, 5)) == "Division(quotient=3, remainder=2)")
assert(second.divide(17, 5) == second.divide(17, 5) and term ~= second.divide(17, 5))
assert(not getmetatable(term).__eq(term, 5) and not getmetatable(term).__eq())
refused("nothing that can be set is called 'term'", function() term.term = 1 end)
refused("__index expects 2 arguments, got 0", getmetatable(term).__index)

-- An object is itself, and shows its state.
local sequence = fibonacci.Sequence(10)
assert(sequence == sequence and sequence ~= fibonacci.Sequence(10))
assert(tostring(sequence) == "Sequence(position=10, exhausted=false)")
assert(sequence() == 55 and sequence(nil) == 89 and sequence(nil, 89) == 144)
assert(tostring(sequence) == "Sequence(position=13, exhausted=false)")
for _ in sequence do end
assert(sequence() == nil and select("#", sequence()) == 0 and sequence:exhausted())
refused("self must be Sequence, got 5", getmetatable(sequence).__call, 5)

-- Its end: by the collector, by hand, by <close>.
local function alive()
  collectgarbage()
  collectgarbage()
  return fibonacci.live_objects()
end
sequence = nil
assert(alive() == 0)
sequence = fibonacci.Sequence(1)
assert(alive() == 1)
getmetatable(sequence).__gc(sequence)
assert(fibonacci.live_objects() == 0 and tostring(sequence) == "Sequence (destroyed)")
getmetatable(sequence).__gc(sequence)
refused("self must be alive, got a Sequence that was destroyed", sequence.advance, sequence)
refused("self must be alive, got a Sequence that was destroyed", sequence)
if _VERSION ~= "Lua 5.1" then
  local inside = assert(load [[
    local fibonacci = require "fibonacci"
    local s <close> = fibonacci.Sequence(3)
    return fibonacci.live_objects(), s
  ]])
  local count, closed = inside()
  assert(count == 1 and fibonacci.live_objects() == 0)
  refused("was destroyed", closed.peek, closed)
end
getmetatable(sequence).__close(5)
getmetatable(sequence).__close()
sequence = nil
assert(alive() == 0)

-- A list ends where the table ends: a hole is an error with its place.
local function hole(list, index)
  refused(("numbers[%d] must be an integer from 0 to 18446744073709551615, got nil"):format(index), fibonacci.encode, list)
end
hole({1, nil, 3}, 2)
hole({1, 2, [4] = 4}, 3)
hole({[1] = 1, [2] = 2, [6] = 6}, 3)
hole({[1] = 1, [5] = 5, [2] = 2}, 3)
hole({[0] = 1}, 1)
hole({[1.5] = 1}, 1)
do
  local list = {}
  for i = 1, 100 do list[i] = i end
  list[50] = nil
  hole(list, 50)
  local sparse = {[1000] = 1}
  hole(sparse, 1)
  for i = 40, 1, -1 do sparse[i] = i end
  hole(sparse, 41)
end
assert(fibonacci.encode {1, 2, 3, 4, n = 4, name = "named"} == "\217\216")
assert(fibonacci.encode {[3] = 3, [2] = 2, [4] = 4, [1] = 1} == "\217\216")
refused("numbers[2] must be an integer", second.total, {1, "2"})

-- A table that has items elsewhere is no list; methods are no items.
local function three(_, i) if type(i) == "number" and i < 4 then return i end end
for _, metatable in ipairs {
  {__index = three, __len = function() return 3 end},
  {__index = three},
  {__index = {1, 2, 3}},
  {__len = function() return 3 end},
} do
  refused("numbers must be a table that holds all its items itself, got table", fibonacci.encode, setmetatable({}, metatable))
end
refused("numbers must be a table that holds", second.total, setmetatable({1, 2}, {__index = three}))
refused("nothing at <3>", second.total, setmetatable({1, 2}, {__index = function(_, i) error("nothing at <" .. i .. ">", 0) end}))
assert(second.total(setmetatable({1, 2}, {__index = {sum = print}, __tostring = print})) == 3)

-- A type that no typemap knows is refused.
refused("numbers must be std::vector< double >", second.size_of, {1.5})
refused("numbers must be std::vector< double >", second.size_of, io.stdout)
refused("numbers must be std::vector< double >", second.size_of, nil)
