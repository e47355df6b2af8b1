-- What a callback raises, returns and is.
local fibonacci, second = require "fibonacci", require "second"

local function refused(words, call, ...)
  local right, message = pcall(call, ...)
  assert(not right and tostring(message):find(words, 1, true), words .. " <> " .. tostring(message))
end

-- The first failure stops: the library calls on, the callback does not run again.
local calls = 0
refused("first", second.count, 3, function(candidate)
  calls = calls + 1
  if candidate == 1 then error "first" end
  return true
end)
assert(calls == 1)
assert(second.count(5, function(candidate) return candidate ~= 3 end) == 4)

-- An error arrives as it is, and leaves nothing behind.
for _, raised in ipairs {{}, print, 42, true} do
  local right, got = pcall(fibonacci.visit, 0, 5, function() error(raised, 0) end)
  assert(not right and got == raised)
end
local right, got = pcall(fibonacci.visit, 0, 5, function() error("as it is", 0) end)
assert(not right and got == "as it is")
right, got = pcall(fibonacci.visit, 0, 5, function() error() end)
assert(not right and got == nil)
assert(coroutine.resume(coroutine.create(function() return fibonacci.visit(0, 5, function() end) end)))
right, got = coroutine.resume(coroutine.create(function() fibonacci.visit(0, 5, function() error("inside", 0) end) end))
assert(not right and got == "inside")

-- A handler of messages sees where an error came from.
local function culprit() error "went wrong" end
local function guilty_callback() culprit() end
local INNERMOST, NEXT = "callbacks.lua:33: in ", "callbacks.lua:34: in "
right, got = xpcall(function() fibonacci.visit(0, 5, guilty_callback) end, debug.traceback)
assert(not right and got:find(INNERMOST, 1, true) and got:find(NEXT, 1, true), got)
right, got = xpcall(function() fibonacci.visit(0, 5, function() error(culprit) end) end, function(value) return value end)
assert(not right and got == culprit)
-- Two of them, one in the other: the innermost frames, once.
right, got = xpcall(function()
  fibonacci.visit(0, 5, function() fibonacci.visit(0, 5, guilty_callback) end)
end, debug.traceback)
assert(not right and select(2, got:gsub(INNERMOST, "")) == 1, got)
-- Where the next to catch is pcall, nothing is added.
right, got = xpcall(function()
  return select(2, pcall(fibonacci.visit, 0, 5, function() error("as it is", 0) end))
end, debug.traceback)
assert(right and got == "as it is")
-- Lua's own errors, and one in an error's making.
right, got = xpcall(function() fibonacci.visit(0, 5, function() return nil + 1 end) end, debug.traceback)
assert(not right and got:find "arithmetic" and got:find "in function <[^>]*callbacks.lua:51>", got)

-- What can be called is a callback.
local seen = {}
local callable = setmetatable({}, {__call = function(self, index, term) seen[index] = term return index ~= 12 end})
assert(fibonacci.visit(10, 10, callable) == 3 and seen[12] == 144 and not seen[13])
assert(fibonacci.visit(0, 3, tostring) == 3)
for _, value in ipairs {5, "print", {}, setmetatable({}, {}), io.stdout, true, fibonacci.nearest(1)} do
  refused("visitor must be a function", fibonacci.visit, 0, 5, value)
end
refused("visitor must be a function, got nil", fibonacci.visit, 0, 5, nil)

-- Terms that no number holds arrive as Integers.
local terms = {}
fibonacci.visit(92, 2, function(_, term) terms[#terms + 1] = tostring(term) end)
assert(terms[2] == "12200160415121876738")

-- A callback cannot yield; it may do all else.
right, got = coroutine.resume(coroutine.create(function() fibonacci.visit(0, 5, coroutine.yield) end))
assert(not right and tostring(got):find "yield", got)
assert(fibonacci.visit(0, 3, function(index)
  assert(fibonacci.visit(0, 3, function() return true end) == 3)
  collectgarbage()
  return index < 1
end) == 2)

-- A recursion without an end through a callback ends in an error, and Lua goes on; so does an error far above the last pcall.
local depth = 0
local function runaway()
  depth = depth + 1
  fibonacci.visit(0, 1, runaway)
end
right, got = pcall(runaway)
assert(not right and tostring(got):find "stack overflow" and depth > 100, got)
right, got = xpcall(runaway, tostring)
assert(not right and tostring(got):find "stack", got)
local function descend(levels, call)
  if levels == 0 then return call() end
  return 1 + descend(levels - 1, call)
end
local DEEP = _VERSION == "Lua 5.1" and 15000 or 150000
local function fail_in_callback() fibonacci.visit(0, 1, function() error("as it is", 0) end) end
right, got = pcall(descend, DEEP, fail_in_callback)
assert(not right and got == "as it is", got)
-- A handler is looked for among 100 levels.
local function identity(message) return message end
right, got = xpcall(function() descend(90, fail_in_callback) end, identity)
assert(not right and got:find "^as it is\nstack traceback:\n", got)
right, got = xpcall(function() descend(110, fail_in_callback) end, identity)
assert(not right and got == "as it is", got)
-- Coroutines have stacks of their own, but share that of C. The metamethods of a list run within a call too.
local function spawn() fibonacci.visit(0, 1, coroutine.wrap(spawn)) end
right, got = pcall(spawn)
assert(not right and tostring(got):find "stack overflow", got)
local list = setmetatable({}, {})
getmetatable(list).__index = function() return fibonacci.encode(list) end
right, got = pcall(fibonacci.encode, list)
assert(not right and tostring(got):find "stack overflow", got)
assert(fibonacci.fib(10) == 55)
print("# checked calls=" .. depth)
