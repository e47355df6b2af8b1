-- Prints every name that a module shows, one per line, with the members of its classes: lua names.lua MODULE. What begins with
-- two underscores is Lua's own.
local module = require(arg[1])

local printed = {}
local function print_once(name)
  if not printed[name] and not name:find "%f[^.%z]__" then print(name) end
  printed[name] = true
end

local function print_members(prefix, members)
  for member in pairs(members) do print_once(prefix .. "." .. tostring(member)) end
end

for name, value in pairs(module) do
  print_once(name)
  if type(value) == "table" then print_members(name, value) end
end

-- A class need not be in the module: its metatable is in the registry. Where a class has attributes, its __index is a function
-- with the members as an upvalue.
for key, metatable in pairs(debug.getregistry()) do
  local name = type(key) == "userdata" and type(metatable) == "table" and rawget(metatable, "__name")
  if name and rawget(metatable, "__newindex") then
    local members = metatable.__index
    if type(members) == "function" then members = select(2, debug.getupvalue(members, 1)) end
    print_members(name, members)
  end
end
print_members("Integer", getmetatable(module.Integer(0)).__index)
