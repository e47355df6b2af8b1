-- The library written in Lua alone, with the API and the errors of the SWIG module: what a call across the border has to
-- beat. Lua has no large integers: a result that no number of its own holds exactly is refused, never rounded.
--
-- A lookup in a table is a check as well: it finds nothing for what is no integer or out of range.
local error, floor, math_type, tostring, type = error, math.floor, math.type, tostring, type
local char, format = string.char, string.format

local M = {
  Algorithm_recursive = 0,
  Algorithm_iterative = 1,
  Algorithm_fast_doubling = 2,
  Algorithm_matrix = 3,
  Algorithm_binet = 4,
}

local LAST, LARGEST_EXACT, LARGEST_WORD, LARGEST_ENUMERATOR = 93, 1000000000, 30, 2147483647

-- ---- what is wrong with an argument; `level` says whose caller is to blame, as it does for error()

-- The value of what is a value, the type of all else.
local function shown(value)
  local kind = type(value)
  if kind == "number" and not math_type and value == floor(value) and value < 2 ^ 53 then return format("%.0f", value) end
  if kind == "string" then return "'" .. value .. "'" end
  return (kind == "number" or kind == "boolean") and tostring(value) or kind
end

local function refuse(name, needed, value, level)
  error(name .. " must be " .. needed .. ", got " .. shown(value), level + 1)
end

-- M.fib_wrapping(), M.fib_mod() and M.recurrence() of this Lua, and what its numbers hold.
local LARGEST, u64 = require(math_type and "fibonacci_pure_integers" or "fibonacci_pure_doubles")(M, refuse)

local TABLE, INDICES, HELD = {[0] = 0, 1}, {[0] = 0, 1}, 1  -- F(0), ..., F(HELD); the n of each, 1 for 1
while TABLE[HELD] <= LARGEST - TABLE[HELD - 1] do
  HELD = HELD + 1
  TABLE[HELD] = TABLE[HELD - 1] + TABLE[HELD - 2]
  INDICES[TABLE[HELD]] = INDICES[TABLE[HELD]] or HELD
end

local function not_held(n, level)
  error(format("F(%d) must be at most %d for a Lua number, got %s", n, LARGEST, M.fib_decimal(n)), level + 1)
end

-- An n whose F(n) is in the table.
local function held(value)
  local n = u64(value, "n", 3)
  if n > LAST then refuse("n", "at most 93 for a 64-bit result", n, 3) end
  if n > HELD then not_held(n, 3) end
  return n
end

local function range(first, count)
  if count > 0 and (first > LAST or count > LAST + 1 - first) then
    error(("first + count must be at most %d, got %s + %s"):format(LAST + 1, shown(first), shown(count)), 3)
  end
end

-- ---- numbers

function M.noop() end

function M.max_index() return LAST end

function M.fib(n)
  local term = TABLE[n]
  if term then return term end
  held(n)
end

local function recursive(n)
  if n < 2 then return n end
  return recursive(n - 1) + recursive(n - 2)
end

function M.fib_recursive(n)
  return recursive(held(n))
end

local function iterative(n)
  local a, b = 0, 1
  for _ = 1, n do a, b = b, a + b end
  return a
end

local ROOT = math.sqrt(5)
local PHI = (1 + ROOT) / 2

local algorithms = {
  [0] = recursive,
  iterative,
  M.fib_wrapping,
  function(n) return M.recurrence(1, 1, 0, 1, n) end,
  function(n) return floor(PHI ^ n / ROOT + 0.5) end,
}

function M.fib_by(how, n)
  local algorithm = algorithms[how]
  if not algorithm and not (type(how) == "number" and how == floor(how) and how >= 0 and how <= LARGEST_ENUMERATOR) then
    refuse("how", "an integer from 0 to 2147483647", how, 2)
  end
  n = held(n)
  if not algorithm then refuse("how", "at most 4", how, 2) end
  return algorithm(n)
end

function M.binet(x)
  if type(x) ~= "number" then refuse("x", "a number", x, 2) end
  return PHI ^ x / ROOT
end

function M.is_fibonacci(x)
  if INDICES[x] then return true end
  u64(x, "x", 2)
  return false
end

function M.index_of(x)
  local n = INDICES[x]
  if n then return n end
  if not (type(x) == "number" and x == floor(x) and x >= 0) then refuse("x", "an integer of at least 0", x, 2) end
  refuse("x", "a Fibonacci number", x, 2)
end

-- ---- text

local BASE, DIGITS = 1000000000000000, 15
local SEED = 72  -- the last n for which F(n) and F(n + 1) lie below BASE

-- F(n) beyond the table, by addition of groups of digits: the least significant group first.
local function digits_of(n)
  local a, b = {TABLE[SEED]}, {TABLE[SEED + 1]}
  for _ = SEED + 1, n do
    local carry = 0
    for i = 1, #b do
      local sum = (a[i] or 0) + b[i] + carry
      carry = 0
      if sum >= BASE then
        sum, carry = sum - BASE, 1
      end
      a[i] = sum
    end
    if carry > 0 then a[#b + 1] = carry end
    a, b = b, a
  end
  local groups, count = {}, #a
  for i = 1, count do groups[i] = format(i == 1 and "%d" or "%0" .. DIGITS .. "d", a[count + 1 - i]) end
  return table.concat(groups)
end

function M.fib_decimal(n)
  local term = TABLE[n]
  if term then return format("%d", term) end
  n = u64(n, "n", 2)
  if n > LARGEST_EXACT then refuse("n", "at most 1000000000", n, 2) end
  return digits_of(n)
end

function M.is_word(text)
  if type(text) ~= "string" then refuse("text", "a string", text, 2) end
  local shorter, known = "a", "ab"
  while #known < #text do shorter, known = known, known .. shorter end
  return known:sub(1, #text) == text
end

function M.caption(label, n)
  if type(label) ~= "string" then refuse("label", "a string", label, 2) end
  n = u64(n, "n", 2)
  if n > LARGEST_EXACT then refuse("n", "at most 1000000000", n, 2) end
  return label .. "(" .. n .. ") = " .. M.fib_decimal(n)
end

function M.word(n)
  n = u64(n, "n", 2)
  if n > LARGEST_WORD then refuse("n", "at most 30", n, 2) end
  if n == 0 then return "b" end
  local shorter, text = "b", "a"
  for _ = 2, n do shorter, text = text, text .. shorter end
  return text
end

-- ---- lists

function M.terms(first, count)
  first, count = u64(first, "first", 2), u64(count, "count", 2)
  range(first, count)
  local list = {}
  for i = 1, count do list[i] = TABLE[first + i - 1] or not_held(first + i - 1, 2) end
  return list
end

local STEPS = {64, 32, 16, 8, 4, 2, 1}

-- The last n with F(n) <= x.
local function last_at_most(x)
  local n = 0
  for i = 1, #STEPS do
    local term = TABLE[n + STEPS[i]]
    if term and term <= x then n = n + STEPS[i] end
  end
  return n
end

function M.encode(numbers)
  if type(numbers) ~= "table" then refuse("numbers", "a list of integers", numbers, 2) end
  local given = {}
  for i = 1, #numbers do given[i] = u64(numbers[i], "numbers[" .. i .. "]", 2) end
  local present = 0
  for key in next, numbers do
    if type(key) == "number" then present = present + 1 end
  end
  if present ~= #given then u64(nil, "numbers[" .. #given + 1 .. "]", 2) end  -- behind a hole there are more
  local bytes, byte, room = {}, 0, 8
  local function put(bit)
    byte, room = 2 * byte + bit, room - 1
    if room == 0 then
      bytes[#bytes + 1] = char(byte)
      byte, room = 0, 8
    end
  end
  for i = 1, #given do
    local number = given[i]
    if number == 0 then refuse(("numbers[%d]"):format(i - 1), "at least 1", 0, 2) end
    -- Its terms, smallest first, then a second 1 in a row.
    local bits, largest = {}, last_at_most(number)
    for n = largest, 2, -1 do
      local used = TABLE[n] <= number
      bits[n] = used and 1 or 0
      if used then number = number - TABLE[n] end
    end
    for n = 2, largest do put(bits[n]) end
    put(1)
  end
  while room < 8 do put(0) end
  return table.concat(bytes)
end

local WEIGHTS = {128, 64, 32, 16, 8, 4, 2, 1}

function M.decode(code)
  if type(code) ~= "string" then refuse("bytes", "binary data", code, 2) end
  local function malformed(why) error("bytes must be Fibonacci code, got " .. why, 3) end
  local numbers, number, n, before = {}, 0, 2, false
  for i = 1, #code do
    local byte = code:byte(i)
    for k = 1, 8 do
      local bit = byte >= WEIGHTS[k]
      if bit then byte = byte - WEIGHTS[k] end
      if bit and before then
        numbers[#numbers + 1] = number
        number, n, before = 0, 2, false
      else
        if bit then
          if n > HELD or TABLE[n] > LARGEST - number then malformed(("a number above %d"):format(LARGEST)) end
          number = number + TABLE[n]
        end
        n, before = n + 1, bit
      end
    end
  end
  if number ~= 0 then malformed "a number without end" end
  if n > 2 + 7 then malformed "more than 7 bits of padding" end
  return numbers
end

-- ---- structs: tables with the fields index and term

function M.nearest(x)
  local n = INDICES[x]
  if not n then
    x = u64(x, "x", 2)
    n = last_at_most(x)
    local above = TABLE[n + 1]  -- no number that Lua holds is closer to one that it does not
    if above and x - TABLE[n] > above - x then n = n + 1 end
  end
  return {index = n, term = TABLE[n]}
end

function M.zeckendorf(x)
  x = u64(x, "x", 2)
  local parts, count, n = {}, 0, last_at_most(x)
  while x > 0 do
    local term = TABLE[n]
    if term <= x then
      count = count + 1
      parts[count] = {index = n, term = term}
      x = x - term
    end
    n = n - 1
  end
  return parts
end

-- ---- callbacks

function M.visit(first, count, visitor)
  first, count = u64(first, "first", 2), u64(count, "count", 2)
  if type(visitor) ~= "function" and not (getmetatable(visitor) or {}).__call then
    refuse("visitor", "a function", visitor, 2)
  end
  range(first, count)
  for index = first, first + count - 1 do
    if visitor(index, TABLE[index] or not_held(index, 2)) == false then return index - first + 1 end
  end
  return count
end

-- ---- the sequence

local sequence = {}
sequence.__index = sequence

local function no_term(self)
  if self.at > LAST then refuse("position", "at most 93", self.at, 3) end
  not_held(self.at, 3)
end

function M.Sequence(start)
  if start == nil then
    start = 0
  else
    start = u64(start, "start", 2)
    if start > LAST + 1 then refuse("start", "at most 94", start, 2) end
  end
  return setmetatable({start = start, at = start}, sequence)
end

function sequence:advance()
  local at = self.at
  local term = TABLE[at]
  if not term then no_term(self) end
  self.at = at + 1
  return term
end

-- A step of the generic for.
function sequence:__call()
  local at = self.at
  local term = TABLE[at]
  if term then
    self.at = at + 1
  elseif at <= LAST then
    not_held(at, 2)
  end
  return term
end

function sequence:peek()
  return TABLE[self.at] or no_term(self)
end

function sequence:reset() self.at = self.start end

function sequence:position() return self.at end

function sequence:exhausted() return self.at > LAST end

-- ---- the library itself

-- The build says it, for it is that of the other libraries too.
function M.library_version() return os.getenv "FIB_VERSION" or "unknown" end

return M
