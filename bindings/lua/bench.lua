-- Measures calls.
--
-- lua bench.lua TECHNIQUE SHAPE N LOOPS REPEATS    times one, and prints one line of JSON
-- lua bench.lua TECHNIQUE count LOOPS              lets callgrind count all, and says in which order
--
-- FIB_MARKS is the library of its marks.

-- Source text: x and y are made once, of m, which has the functions; the turn is measured.
local SHAPES = {
  {"void", x = "m.noop", turn = "result = x()"},
  {"void_to_u64", x = "m.max_index", turn = "result = x()"},
  {"u64_to_u64", x = "m.fib_wrapping", turn = "result = x(n)"},
  {"u64_checked", x = "m.fib", turn = "result = x(n)"},
  {"u64_large", x = "m.fib", turn = "result = x(93)"},
  {"recursive", x = "m.fib_recursive", turn = "result = x(n)"},
  {"enum_in", x = "m.fib_by", turn = "result = x(2, n)"},
  {"two_args", x = "m.fib_mod", turn = "result = x(n, 1000000007)"},
  {"five_args", x = "m.recurrence", turn = "result = x(1, 1, 0, 1, n)"},
  {"f64_to_f64", x = "m.binet", turn = "result = x(1.5)"},
  {"u64_to_bool", x = "m.is_fibonacci", turn = "result = x(n)"},
  {"bigint_out", x = "m.fib_exact", turn = "result = x(1000)"},
  {"bigint_in", x = "m.index_of", y = "m.fib_exact(1000)", turn = "result = x(y)"},
  {"string_out", x = "m.fib_decimal", turn = "result = x(n)"},
  {"string_in", x = "m.is_word", turn = "result = x('abaababa')"},
  {"string_in_out", x = "m.caption", turn = "result = x('φ', n)"},
  {"list_out", x = "m.terms", turn = "result = x(0, 10)"},
  {"bytes_out", x = "m.encode", y = "{1, 2, 3, 4}", turn = "result = x(y)"},
  {"bytes_in", x = "m.decode", y = "m.encode {1, 2, 3, 4}", turn = "result = x(y)"},
  {"struct_out", x = "m.nearest", turn = "result = x(n)"},
  {"struct_field", x = "m.nearest(57)", turn = "result = x.term"},
  {"list_of_struct_out", x = "m.zeckendorf", turn = "result = x(100)"},
  {"callback", x = "m.visit", y = "function() return true end", turn = "result = x(0, 1, y)"},
  {"ten_callbacks", x = "m.visit", y = "function() return true end", turn = "result = x(0, 11, y)"},
  {"create", x = "m.Sequence", turn = "result = x(n)"},
  {"method", x = "m.Sequence(5)", turn = "result = x:peek()"},
  {"property", x = "m.Sequence(5)", turn = "result = x:position()"},
  {"iterate", x = "m.Sequence", turn = "for term in x() do result = term end"},  -- 94 steps and a Sequence
  {"error", x = "m.fib", turn = "result = pcall(x, 94)"},
}

local SMALL = 2  -- the argument where calls are counted: the library has little to do

-- F(n) by the definition.
local function fib_recursive(n)
  if n < 2 then return n end
  return fib_recursive(n - 1) + fib_recursive(n - 2)
end

local function refuse(...)
  io.stderr:write("bench.lua: ", string.format(...), "\n")
  os.exit(2)
end

-- What has the functions; it may lack some.
local function functions_of(technique)
  if technique == "pure" then return {fib_recursive = fib_recursive} end
  local found, functions = pcall(require, technique == "swig" and "fibonacci" or "fibonacci_" .. technique)
  if not found then refuse("no technique '%s': %s", technique, functions:match "^[^\n]*") end
  return functions
end

-- Compiles the loop around a turn: no call but the one measured. For all that LuaJIT knows, `given` and `kept` are one
-- table: so n is read anew and the result is needed in every turn, and no call is moved out of the loop.
local function compiled(turn)
  return assert(load(([[
    local clock, x, y, given, kept, loops = ...
    local result
    local start = clock()
    for _ = 1, loops do
      local n = given[1]
      %s
      kept[1] = result
    end
    return clock() - start, result
  ]]):format(turn)))
end

-- The x and y of a shape, nothing where the functions lack it.
local function made(shape, functions)
  local ok, x, y = pcall(load(("local m = ...; return %s, %s"):format(shape.x, shape.y or "nil")), functions)
  if ok and x ~= nil then return x, y end
end

local function time(technique, name, n, loops, repeats)
  local functions, offered, shape = functions_of(technique), {}, nil
  for _, entry in ipairs(SHAPES) do
    if made(entry, functions) ~= nil then
      offered[#offered + 1] = entry[1]
      if entry[1] == name then shape = entry end
    end
  end
  if not shape then refuse("%s has no shape '%s', there are: %s", technique, name, table.concat(offered, " ")) end

  local x, y = made(shape, functions)
  local with_call, empty = compiled(shape.turn), compiled "result = n"
  local given, kept = {n}, {}
  local call_ns, empty_ns, taken, result = {}, {}, nil, nil
  -- The loop with the call and the empty one take turns, so that drift hits both.
  for i = 1, repeats do
    taken, result = with_call(os.clock, x, y, given, kept, loops)
    call_ns[i] = ("%.3f"):format(taken * 1e9 / loops)
    taken = empty(os.clock, x, y, given, kept, loops)
    empty_ns[i] = ("%.3f"):format(taken * 1e9 / loops)
  end
  -- os.clock is the only clock that Lua has.
  print(([[{"technique": "%s", "shape": "%s", "argument": %d, "loops": %d, "call_ns": [%s], "empty_ns": [%s], ]]
    .. [["checksum": "%s", "clock": "os.clock (CPU time)"}]]):format(technique, name, n, loops,
    table.concat(call_ns, ", "), table.concat(empty_ns, ", "),
    type(result) == "number" and ("%d"):format(result) or tostring(result)))
end

-- Lets callgrind count `loops` and twice as many turns of each shape, and of the empty loop. What a shape allocates is
-- collected within its count, in one run of the collector.
local function count(technique, loops)
  local library = os.getenv "FIB_MARKS"
  local marks_begin = assert(package.loadlib(library, "marks_begin"))
  local marks_end = assert(package.loadlib(library, "marks_end"))
  local functions = functions_of(technique)
  local zero = function() return 0 end
  local function count_shape(name, turn, x, y)
    local sample = compiled(turn)
    for _, turns in ipairs {64, loops, 2 * loops, loops, 2 * loops, loops, 2 * loops} do
      collectgarbage()
      collectgarbage "stop"
      marks_begin()
      sample(zero, x, y, {SMALL}, {}, turns)
      collectgarbage()
      marks_end()
      print(name .. " " .. turns)
      collectgarbage "restart"
    end
  end
  count_shape("empty", "result = n")
  for _, shape in ipairs(SHAPES) do
    local x, y = made(shape, functions)
    if x ~= nil then count_shape(shape[1], shape.turn, x, y) end
  end
end

local technique, shape = arg[1], arg[2]
local n, loops, repeats = tonumber(arg[3]), tonumber(arg[4]), tonumber(arg[5])
if shape == "count" and n then
  count(technique, n)
elseif repeats then
  time(technique, shape, n, loops, repeats)
else
  refuse "give it TECHNIQUE SHAPE N LOOPS REPEATS or TECHNIQUE count LOOPS"
end
