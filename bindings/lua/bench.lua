-- Times a call and prints one line of JSON: lua bench.lua TECHNIQUE SHAPE N LOOPS REPEATS.

local SHAPES = {  -- the name, the function, and its arguments as source
  {"void", "noop", ""},
  {"u64_to_u64", "fib_wrapping", "n"},
  {"u64_checked", "fib", "n"},
  {"recursive", "fib_recursive", "n"},
  {"two_args", "fib_mod", "n, 1000000007"},
  {"string_out", "fib_decimal", "n"},
}

-- F(n) by the definition.
local function fib_recursive(n)
  if n < 2 then return n end
  return fib_recursive(n - 1) + fib_recursive(n - 2)
end

local TECHNIQUES = {  -- what has the functions; it may lack some
  swig = function() return require "fibonacci" end,
  capi = function() return require "fibonacci_capi" end,
  pure = function() return {fib_recursive = fib_recursive} end,
}

-- Compiles the loop around an expression: no call but the one measured. For all that LuaJIT knows, `given` and `kept`
-- are one table: so n is read anew and the result is needed in every turn, and no call is moved out of the loop.
local function loop(expression)
  return load(([[
    local clock, call, given, kept, loops = ...
    local result
    local start = clock()
    for _ = 1, loops do
      local n = given[1]
      result = %s
      kept[1] = result
    end
    return (clock() - start) * 1e9 / loops, result
  ]]):format(expression))
end

local function refuse(...)
  io.stderr:write("bench.lua: ", string.format(...), "\n")
  os.exit(2)
end

local technique, shape = arg[1], arg[2]
local n, loops, repeats = tonumber(arg[3]), tonumber(arg[4]), tonumber(arg[5])
if not (n and loops and repeats) then refuse "give it TECHNIQUE SHAPE and three integers, N LOOPS REPEATS" end

local names = {}
for name in pairs(TECHNIQUES) do names[#names + 1] = name end
table.sort(names)
if not TECHNIQUES[technique] then refuse("no technique '%s', there are: %s", technique, table.concat(names, " ")) end

local functions, offered, call, arguments = TECHNIQUES[technique](), {}, nil, nil
for _, entry in ipairs(SHAPES) do
  local called = functions[entry[2]]
  if called then offered[#offered + 1] = entry[1] end
  if entry[1] == shape then call, arguments = called, entry[3] end
end
if not call then refuse("%s has no shape '%s', there are: %s", technique, shape, table.concat(offered, " ")) end

-- The loop with the call and the empty one take turns, so that drift hits both.
local with_call, empty = loop("call(" .. arguments .. ")"), loop "n"
local given, kept = {n}, {}
local call_ns, empty_ns, result = {}, {}, nil
for i = 1, repeats do
  local taken
  taken, result = with_call(os.clock, call, given, kept, loops)
  call_ns[i] = ("%.3f"):format(taken)
  empty_ns[i] = ("%.3f"):format((empty(os.clock, call, given, kept, loops)))
end

-- os.clock is the only clock that Lua has.
print(([[{"technique": "%s", "shape": "%s", "argument": %s, "loops": %s, "call_ns": [%s], "empty_ns": [%s], ]]
  .. [["checksum": "%s", "clock": "os.clock (CPU time)"}]]):format(technique, shape, arg[3], arg[4],
  table.concat(call_ns, ", "), table.concat(empty_ns, ", "),
  type(result) == "number" and ("%d"):format(result) or tostring(result)))
