-- What a module shows is the library's: nothing of SWIG's is left in it, in its classes, or among the globals.
local fibonacci, second = require "fibonacci", require "second"

for name in pairs(_G) do assert(not tostring(name):find "^swig", "global " .. tostring(name)) end

local METAMETHODS = {
  __call = true, __close = true, __eq = true, __gc = true, __index = true, __name = true, __newindex = true,
  __shown = true, __tostring = true,
}

local function check_module(module)
  assert(getmetatable(module) == nil)
  for name, value in pairs(module) do
    assert(type(value) == "function" or type(value) == "number", name)
    assert(not name:find "swig" and not name:find "SWIG" and name ~= "string", name)
  end
end

local function check_class(object)
  for name, value in pairs(getmetatable(object)) do assert(METAMETHODS[name], name) end
  for _, name in ipairs {"__disown", ".fn", ".get", ".set", ".type", ".static", "swig_type"} do
    assert(object[name] == nil, name)
  end
end

check_module(fibonacci)
check_module(second)
for _, object in ipairs {fibonacci.Sequence(), fibonacci.nearest(1), second.Countdown(1, 1), second.divide(1, 1)} do
  check_class(object)
end

-- Two modules whose classes share nothing; and nothing can be written.
assert(not pcall(function() fibonacci.nearest(1).term = 5 end))
assert(not pcall(function() fibonacci.Sequence().position = 5 end))
assert(select(2, pcall(second.Countdown(1, 1).left, fibonacci.Sequence()))
  :find "self must be Countdown, got userdata")
