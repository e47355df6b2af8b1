-- C++ exceptions of every kind are errors, with the place in the program and the text that they mean.
local second = require "second"

local TEXTS = {
  [0] = "outside the domain", "too long", "the result has no place", "too small", "not enough memory",
  "an unknown C++ exception",
}
for kind = 0, #TEXTS do
  for _ = 1, 100 do
    local right, message = pcall(function() second.misbehave(kind) end)
    assert(not right and message:find("errors.lua:10: " .. TEXTS[kind], 1, true), message)
  end
end
assert(second.misbehave(6) == nil)

-- Arguments that were converted before the one that is refused are freed, and so is what an exception leaves behind.
local function resident()
  local file = io.open "/proc/self/statm"
  if not file or os.getenv "ASAN_OPTIONS" then return 0 end  -- that keeps what was freed, and finds leaks itself
  local pages = file:read "*l":match "^%d+ (%d+)"
  file:close()
  return tonumber(pages) * 4096
end

local list = {}
for i = 1, 2000 do list[i] = i end
local calls = {
  function() return second.at(list, -1) end,
  function() return second.at(list, 5000) end,
  function() return second.total(list, 1) end,
  function() return second.population(-second.Integer(2) ^ 100000) end,
  function() return second.total {second.Integer(2) ^ 63, second.Integer(2) ^ 63} end,
}
for _, call in ipairs(calls) do
  for _ = 1, 200 do pcall(call) end
  collectgarbage()
  collectgarbage()
  local before = resident()
  for _ = 1, 2000 do assert(not pcall(call)) end
  collectgarbage()
  collectgarbage()
  assert(resident() - before < 4e6, ("%d bytes were lost"):format(resident() - before))
end
print("# checked calls=" .. (#TEXTS + 1) * 100 + #calls * 2200)
