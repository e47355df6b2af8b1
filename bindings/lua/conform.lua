-- Runs a file of cases, tests/cases/*.tsv, against the module and prints TAP: lua conform.lua [TECHNIQUE] CASES.
local technique, path = "swig", arg[1]
if arg[2] then technique, path = arg[1], arg[2] end
local fibonacci = require(technique == "swig" and "fibonacci" or "fibonacci_" .. technique)

local REPEAT = tonumber(os.getenv "CONFORM_REPEAT" or 1)  -- for the search for leaks
local FAULTS = os.getenv "CONFORM_FAULTS"               -- under tests/faults/failing_malloc.cpp
local ARM = 4503599627370496                              -- 2^52
local OWN = setmetatable({}, {__tostring = function() return "unchanged" end})  -- what a callback here raises
local NIL = {}                                                                 -- a nil that a list can hold

local unpack = table.unpack or unpack

local function words_of(text)
  local words = {}
  for word in text:gmatch "%S+" do words[#words + 1] = word end
  return words
end

local show

-- `&go`, `&until:7` or `&raise`; remembers what it was called with.
local function callback(text)
  local self = {calls = {}}
  local index = tonumber(text:match "^until:(%d+)$")
  self.call = function(i, term)
    if text == "raise" then error(OWN) end
    self.calls[#self.calls + 1] = show(i) .. ":" .. show(term)
    if index then return i ~= index end
  end
  return self
end

-- A Lua number where one holds the value exactly, else the library's Integer.
local function integer(digits)
  local number
  if math.type then
    number = math.tointeger(digits)
  elseif math.abs(tonumber(digits)) < 2 ^ 53 then
    number = tonumber(digits)
  end
  return number or fibonacci.Integer(digits)
end

-- LuaJIT has memory.
local MEMORY = {u64 = "uint64_t[?]", u64ro = "const uint64_t[?]", f64 = "double[?]"}

local function parse(text)
  if text == "true" then return true end
  if text == "false" then return false end
  if text == "nil" then return NIL end
  if text == "nan" then return 0 / 0 end
  if text == "inf" then return 1 / 0 end
  local mark, rest = text:sub(1, 1), text:sub(2)
  if mark == "'" then return (rest:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)) end
  if mark == "#" then return (rest:gsub("%x%x", function(hex) return string.char(tonumber(hex, 16)) end)) end
  if mark == "&" then return callback(rest) end
  if mark == "[" then
    local list = words_of(text:sub(2, -2))
    for i, item in ipairs(list) do list[i] = parse(item) end
    return list
  end
  local kind, items = text:match "^(%w+)(%[.*%])$"
  if kind then
    local list = parse(items)
    return require("ffi").new(MEMORY[kind], #list, list)
  end
  return text:match "^%-?%d+$" and integer(text) or tonumber(text)
end

-- Lua has one type for text and bytes: the case says which it expects.
function show(value, expected)
  local kind = type(value)
  if kind == "table" and value.term then
    return show(value.index) .. ":" .. show(value.term)
  elseif kind == "table" then
    local items = {}
    for i, item in ipairs(value) do items[i] = show(item) end
    return "[" .. table.concat(items, " ") .. "]"
  elseif kind == "string" and (expected or ""):sub(1, 1) == "#" then
    return "#" .. value:gsub(".", function(c) return ("%02x"):format(c:byte()) end)
  elseif kind == "string" then
    return "'" .. value:gsub("[%%%c]", function(c) return ("%%%02x"):format(c:byte()) end)
  elseif kind == "number" and not math.type and value == math.floor(value) and math.abs(value) < 2 ^ 53 then
    return ("%.0f"):format(value)
  elseif kind == "cdata" and tostring(value):find "^%-?%d" then  -- LuaJIT's uint64_t, or an Integer
    return (tostring(value):gsub("ULL$", ""))
  elseif kind == "cdata" or kind == "userdata" and not getmetatable(value).__add then
    return show(value.index) .. ":" .. show(value.term)
  end
  return (tostring(value):gsub("^%-nan$", "nan"))
end

-- What a callback was called with, or memory holds.
local function show_held(value)
  if type(value) == "table" then return "[" .. table.concat(value.calls, " ") .. "]" end
  local items = {}
  for i = 1, require("ffi").sizeof(value) / 8 do items[i] = show(value[i - 1]) end
  return "u64[" .. table.concat(items, " ") .. "]"
end

local OPERATIONS = {advance = 1, peek = 1, reset = 1, position = 1, exhausted = 1, rest = 1, destroy = 1}

-- Makes a Sequence and does with it what the arguments say.
local function call_sequence(arguments)
  local start, results, n = {}, {}, 0
  for _, argument in ipairs(arguments) do
    if not OPERATIONS[argument] then
      n = n + 1
      local value = parse(argument)
      if value ~= NIL then start[n] = value end
    end
  end
  local sequence = fibonacci.Sequence(unpack(start, 1, n))
  for _, operation in ipairs(arguments) do
    if operation == "destroy" then
      local destroy = type(sequence) == "cdata" and sequence.free or getmetatable(sequence).__gc
      destroy(sequence)
    elseif operation == "rest" then
      local rest = {}
      for term in sequence do rest[#rest + 1] = term end
      results[#results + 1] = show(rest)
    elseif OPERATIONS[operation] then
      local result = sequence[operation](sequence)
      if result ~= nil then results[#results + 1] = show(result) end
    end
  end
  return table.concat(results, " ")
end

local function call(name, texts, expected)
  if name == "Sequence" then return call_sequence(texts) end
  if name == "live_objects" then collectgarbage() collectgarbage() end
  local arguments, held = {}, {}
  for i, text in ipairs(texts) do
    local value = parse(text)
    if name == "index_of" and text:find "^%d+$" and fibonacci.Integer then value = fibonacci.Integer(text) end
    if text:sub(1, 1) == "&" then
      held[#held + 1] = value
      value = value.call
    elseif text:find "^u64" then
      held[#held + 1] = value
    end
    if value ~= NIL then arguments[i] = value end
  end
  local results = {show(fibonacci[name](unpack(arguments, 1, #texts)), expected)}
  for _, value in ipairs(held) do results[#results + 1] = show_held(value) end
  return table.concat(results, " ")
end

-- What is wrong, nil when all is right. Lua's errors are text, without kinds.
local function check(name, expected, arguments)
  local right, got = pcall(call, name, arguments, expected)
  local mark = expected:sub(1, 1)
  if not right then
    local words = words_of(expected)
    local kind = table.remove(words, 1)
    if got == OWN or kind == "!own" then return got ~= OWN and "raised " .. tostring(got) or kind ~= "!own" and "raised" or nil end
    if mark ~= "!" or type(got) ~= "string" then return "raised " .. tostring(got) end
    for _, word in ipairs(words) do
      if not got:lower():find(word:lower(), 1, true) then return "raised " .. got end
    end
  elseif mark == "~" then
    local wanted = tonumber(expected:sub(2))
    if not (math.abs(tonumber(got) - wanted) <= 1e-12 * math.abs(wanted)) then return got end
  elseif got ~= expected then
    return got
  end
end

-- Lets each allocation of the call fail in turn. What is wrong, nil when all is right; and how many ended the call.
local function check_with_faults(name, expected, arguments)
  local n, felt = 0, 0
  while true do
    n = n + 1
    fibonacci.fib_wrapping(ARM + n)
    local wrong = check(name, expected, arguments)
    local failed = tonumber(tostring(fibonacci.fib_wrapping(ARM)):match "%d+")
    if failed > 0 and wrong and wrong:find "not enough memory" then
      felt = felt + 1
      wrong = check(name, expected, arguments)  -- the next call is right
    end
    if wrong or failed == 0 then return wrong, felt end
  end
end

local cases = {}
for line in io.lines(path) do
  if line ~= "" and line:sub(1, 2) ~= "# " then cases[#cases + 1] = line end
end
io.stdout:setvbuf "line"  -- the next case may end the process
print("1.." .. #cases)
local failed, faults = 0, 0
for number, line in ipairs(cases) do
  local fields = {}
  for field in (line .. "\t"):gmatch "([^\t]*)\t" do fields[#fields + 1] = field end
  local name, called, expected = fields[1], fields[2], fields[3]
  local wrong
  for _ = 1, REPEAT do wrong = check(called, expected, {unpack(fields, 4)}) end
  if FAULTS and not wrong then
    local injected
    wrong, injected = check_with_faults(called, expected, {unpack(fields, 4)})
    print("# " .. name .. " faults=" .. injected)
    faults = faults + injected
  end
  print((wrong and "not " or "") .. "ok " .. number .. " - " .. name)
  if wrong then
    failed = failed + 1
    print("# got " .. wrong .. ", wanted " .. expected)
  end
end
if FAULTS then print(("# checked calls=%d faults=%d"):format(#cases + 2 * faults, faults)) end
os.exit(failed == 0, true)
