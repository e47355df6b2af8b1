-- Calls every function that can be reached from a module, with arguments of every kind: each call ends with a result or an
-- error. HOSTILE_VERBOSE=1 names each call before it is made.
local VERBOSE = os.getenv "HOSTILE_VERBOSE"
local unpack = table.unpack or unpack
local fibonacci, second = require "fibonacci", require "second"

-- Light userdata, as much as a program can get hold of.
local upvalue = 0
local light = debug.upvalueid and debug.upvalueid(function() return upvalue end, 1) or false

local function make_objects()
  return {
    fibonacci = {fibonacci.Sequence(5), fibonacci.nearest(10), fibonacci.Integer(0), fibonacci.fib_exact(1000)},
    second = {second.Countdown(10, 3), second.divide(17, 5), second.Integer(-1)},
  }
end

-- Functions by name: of the module, of its objects' metatables and of what these index.
local function collect(module_name, module)
  local functions, seen = {}, {}
  local function visit(value, name)
    if type(value) == "function" then
      functions[#functions + 1] = {name = name, call = value}
    end
    if (type(value) ~= "table" and type(value) ~= "userdata") or seen[value] then return end
    seen[value] = true
    if type(value) == "table" then
      for key, item in pairs(value) do visit(item, name .. "." .. tostring(key)) end
    end
    local metatable = getmetatable(value)
    if type(metatable) == "table" then visit(metatable, name .. "<meta>") end
  end
  visit(module, module_name)
  for i, object in ipairs(make_objects()[module_name]) do visit(object, module_name .. "#" .. i) end
  table.sort(functions, function(a, b) return a.name < b.name end)
  return functions
end

local function make_values()
  local objects = make_objects()
  local destroyed = fibonacci.Sequence(3)
  getmetatable(destroyed).__gc(destroyed)
  return {
    0, -1, 3, 12, 3.7, 0 / 0, 1 / 0, "", "text", "3", true,
    {}, {1, 2, 3}, {1, nil, 3}, {"a"}, setmetatable({}, {__index = function() return 1 end}),
    setmetatable({}, getmetatable(objects.fibonacci[1])), setmetatable({}, getmetatable(objects.fibonacci[3])),
    getmetatable(objects.fibonacci[2]), fibonacci, tostring, function() return true end, coroutine.create(tostring),
    io.stdout, light, destroyed,
    objects.fibonacci[1], objects.fibonacci[2], objects.fibonacci[3], objects.fibonacci[4],
    objects.second[1], objects.second[2], objects.second[3],
  }
end

local count = 0
local function try(entry, n, ...)
  if VERBOSE then io.stderr:write(entry.name, " ", n, " ", tostring((...)), " ", tostring((select(2, ...))), "\n") end
  count = count + 1
  pcall(entry.call, ...)
end

local inputs = 0
for module_name, module in pairs {fibonacci = fibonacci, second = second} do
  for _, entry in ipairs(collect(module_name, module)) do
    local values = make_values()
    inputs = inputs + 1
    try(entry, 0)
    try(entry, 1, nil)
    for i = 1, #values do
      try(entry, 1, values[i])
      try(entry, 2, values[i], nil)
      for k = 1, #values do try(entry, 2, values[i], values[k]) end
      try(entry, 3, values[i], 3, function() return true end)
      try(entry, 3, 0, values[i], values[i])
      try(entry, 3, 0, 3, values[i])
      try(entry, 5, 1, 1, values[i], values[i], 10)
    end
    try(entry, 200, unpack(values, 1, #values))
  end
end
collectgarbage()
collectgarbage()
-- What is left works.
assert(fibonacci.fib(10) == 55 and tostring(fibonacci.fib(93)) == "12200160415121876738")
assert(tostring(fibonacci.fib_exact(100) * second.Integer(2)) == "708449696358523830150")
print(("# checked calls=%d inputs=%d"):format(count, inputs))
