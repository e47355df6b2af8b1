-- Measures calls: `lua bench.lua TECHNIQUE` answers each line of its input with a line of JSON.
--
-- time SHAPE N LOOPS REPEATS    times the call, an empty loop and a function of Lua's own
-- count SHAPE N LOOPS           lets callgrind count, between the marks of the library FIB_MARKS

-- Source text: x, y and z are made once, of n and of m, which has the functions; the turn is measured. What the result
-- is like, Lua's types do not say: `shows` does.
local SHAPES = {
  empty = {x = "m", turn = "result = n"},
  own = {x = "own", turn = "result = x(n)"},
  void = {x = "m.noop", turn = "result = x()"},
  void_to_u64 = {x = "m.max_index", turn = "result = x()"},
  u64_to_u64 = {x = "m.fib_wrapping", turn = "result = x(n)"},
  u64_checked = {x = "m.fib", turn = "result = x(n)"},
  u64_large = {x = "m.fib", turn = "result = x(93)"},
  recursive = {x = "m.fib_recursive", turn = "result = x(n)"},
  enum_in = {x = "m.fib_by", turn = "result = x(2, n)"},
  two_args = {x = "m.fib_mod", turn = "result = x(n, 1000000007)"},
  five_args = {x = "m.recurrence", turn = "result = x(1, 1, 0, 1, n)"},
  f64_to_f64 = {x = "m.binet", turn = "result = x(1.5)"},
  u64_to_bool = {x = "m.is_fibonacci", turn = "result = x(n)"},
  bigint_out = {x = "m.fib_exact", turn = "result = x(1000)"},
  bigint_in = {x = "m.index_of", y = "m.fib_exact(1000)", turn = "result = x(y)"},
  string_out = {x = "m.fib_decimal", turn = "result = x(n)", shows = "text(result)"},
  string_in = {x = "m.is_word", turn = "result = x('abaababa')"},
  string_in_out = {x = "m.caption", turn = "result = x('φ', n)", shows = "text(result)"},
  long_string_out = {x = "m.word", turn = "result = x(n)", shows = "text(result)"},
  list_out = {x = "m.terms", turn = "result = x(0, 10)", shows = "list(result, number)"},
  list_of_n = {x = "m.terms", turn = "result = x(0, n)", shows = "list(result, number)"},
  bytes_out = {x = "m.encode", y = "{1, 2, 3, 4}", turn = "result = x(y)", shows = "hex(result)"},
  bytes_in = {x = "m.decode", y = "'\\217\\216'", turn = "result = x(y)", shows = "list(result, number)"},
  buffer_in_place = {x = "m.fill", y = "memory(10)", turn = "result = x(y)", shows = "items(y, 10)"},
  buffer_to_buffer = {
    x = "m.fib_each", y = "memory(10)", z = "memory(10)", turn = "result = x(y, z)", shows = "items(z, 10)",
  },
  buffer_of_n = {
    x = "m.fib_each", y = "memory(n)", z = "memory(n)", turn = "result = x(y, z)", shows = "items(z, n)",
  },
  struct_out = {x = "m.nearest", turn = "result = x(n)", shows = "term(result)"},
  struct_field = {x = "m.nearest(57)", turn = "result = x.term"},
  list_of_struct_out = {x = "m.zeckendorf", turn = "result = x(100)", shows = "list(result, term)"},
  callback = {x = "m.visit", y = "function() return true end", turn = "result = x(0, 1, y)"},
  ten_callbacks = {x = "m.visit", y = "function() return true end", turn = "result = x(0, 11, y)"},
  director = {x = "m.listen", y = "m.Listener()", turn = "result = x(0, 1, y)"},
  create = {x = "m.Sequence", turn = "result = x(n)", shows = "number(result:position())"},
  method = {x = "m.Sequence(5)", turn = "result = x:peek()"},
  property = {x = "m.Sequence(5)", turn = "result = x:position()"},
  iterate = {x = "m.Sequence", turn = "for term in x() do result = term end"},
  error = {x = "m.fib", turn = "local _, why = pcall(x, 94) result = why", shows = "failure(result)"},
}

-- Results as tests/cases writes them.
local shown = {}

function shown.number(value)
  if type(value) ~= "number" or (math.type and math.type(value) == "integer") then
    return (tostring(value):gsub("U?LL$", ""))
  end
  return (value == math.floor(value) and "%.0f" or "%.17g"):format(value)
end

function shown.text(value) return "'" .. value end

function shown.hex(value)
  return "#" .. value:gsub(".", function(c) return ("%02x"):format(c:byte()) end)
end

function shown.term(value) return shown.number(value.index) .. ":" .. shown.number(value.term) end

function shown.list(values, show)
  local items = {}
  for i, value in ipairs(values) do items[i] = show(value) end
  return "[" .. table.concat(items, " ") .. "]"
end

function shown.items(memory, count)
  local items = {}
  for i = 1, count do items[i] = memory[i - 1] end
  return "u64" .. shown.list(items, shown.number)
end

function shown.failure(error) return tostring(error):find "at most 93" and "!overflow" or tostring(error) end

local function refuse(...)
  io.stderr:write("bench.lua: ", string.format(...), "\n")
  os.exit(2)
end

-- What has the functions; it may lack some.
local function functions_of(technique)
  local name = technique:gsub("_bare$", "")
  local found, functions = pcall(require, name == "swig" and "fibonacci" or "fibonacci_" .. name)
  if not found then refuse("no technique '%s': %s", technique, functions:match "^[^\n]*") end
  return name == technique and functions or functions.bare
end

-- What the source texts may name: `own` does nothing, a call that does not leave Lua.
local function names_for(functions, n)
  local names = setmetatable({m = functions, n = n, own = function(k) return k end}, {__index = shown})
  function names.memory(count) -- i % 94 at item i; only LuaJIT has such memory
    local items = require "ffi".new("uint64_t[?]", count)
    for i = 0, count - 1 do items[i] = i % 94 end
    return items
  end
  return names
end

local function evaluate(text, names)
  local code = "return " .. text
  return (setfenv and setfenv(assert(loadstring(code)), names) or assert(load(code, "shape", "t", names)))()
end

-- Compiles the loop around a turn: no call but the one measured. For all that LuaJIT knows, `given` and `kept` are one
-- table: so n is read anew and the result is needed in every turn, and no call is moved out of the loop.
local function compiled(turn)
  return assert((loadstring or load)(([[
    local clock, loops, x, y, z, given, kept = ...
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

local prepared = {}

-- The loop of a shape with its x, y and z, made once; nothing and the reason where the functions lack it.
local function prepare(functions, name, n)
  local key = name .. " " .. n
  if prepared[key] then return prepared[key] end
  local shape, names = SHAPES[name], names_for(functions, n)
  local loop = compiled(shape.turn)
  local ok, why = pcall(function()
    names.x, names.y, names.z = evaluate(shape.x, names), evaluate(shape.y or "nil", names), evaluate(shape.z or "nil", names)
    assert(names.x ~= nil, "there is no " .. shape.x:gsub("^m%.", ""))
    names.run = function(clock, loops)
      local taken
      taken, names.result = loop(clock, loops, names.x, names.y, names.z, {n}, {})
      return taken
    end
    names.show = function() return evaluate(shape.shows or "number(result)", names) end
    names.run(os.clock, 1)
    names.show()
  end)
  if not ok then return nil, (tostring(why):gsub("^[^ ]*:%d+: ", "")) end
  prepared[key] = names
  return names
end

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"'
end

local function time(functions, shape, n, loops, repeats)
  local order = {{"call_ns", shape}, {"empty_ns", "empty"}, {"own_ns", "own"}}
  local times = {{}, {}, {}}
  -- The three loops take turns, so that drift hits all.
  for i = 1, repeats do
    for k, entry in ipairs(order) do
      times[k][i] = ("%.3f"):format(prepare(functions, entry[2], n).run(os.clock, loops) * 1e9 / loops)
    end
  end
  local answer = ""
  for k, entry in ipairs(order) do
    answer = answer .. ('"%s": [%s], '):format(entry[1], table.concat(times[k], ", "))
  end
  -- os.clock is the only clock that Lua has.
  return answer .. ('"result": %s, "clock": "os.clock (CPU time)"'):format(quoted(prepare(functions, shape, n).show()))
end

-- What a shape allocates is collected within its count, in one run of the collector.
local function count(functions, shape, n, loops)
  local library = os.getenv "FIB_MARKS"
  local marks_begin = assert(package.loadlib(library, "marks_begin"))
  local marks_end = assert(package.loadlib(library, "marks_end"))
  local names = prepare(functions, shape, n)
  local function zero() return 0 end
  if not names.warm then names.run(zero, 64) end
  names.warm = true
  collectgarbage()
  collectgarbage "stop"
  marks_begin()
  names.run(zero, loops)
  collectgarbage()
  marks_end()
  collectgarbage "restart"
  return '"counted": true'
end

if #arg ~= 1 then refuse "give it TECHNIQUE, and requests as its input" end
local functions = functions_of(arg[1])
for line in io.lines() do
  local command, shape, n, loops, repeats = line:match "^(%a+) ([%w_]+) (%d+) (%d+) ?(%d*)$"
  local answer = ({time = time, count = count})[command]
  if not answer or not SHAPES[shape] or (command == "time") ~= (repeats ~= "") then refuse("cannot answer '%s'", line) end
  n, loops, repeats = tonumber(n), tonumber(loops), tonumber(repeats)
  local found, why = prepare(functions, shape, n)
  if found then
    print(('{"shape": "%s", "argument": %d, "loops": %d, %s}'):format(shape, n, loops,
      answer(functions, shape, n, loops, repeats)))
  else
    print(('{"shape": "%s", "lacks": %s}'):format(shape, quoted(why)))
  end
  io.flush()
end
