-- The C ABI as a LuaJIT module by its own ffi, with the API and the errors of the SWIG module.
--
-- FIB_LIBRARY is the path of the library. A number of 64 bits is a Lua number as far as that is exact, up to 2^53 - 1,
-- above that a uint64_t. `bare` has C functions with nothing around them.
--
-- A function of C is called as C.name, which is a constant to the compiler. None here takes `...` that need not: a trace
-- that begins in such a function cannot return from it. So what was not given is nil, and `extra` was too much.
local ffi = require "ffi"
local new_table = require "table.new"

local cast, istype, new, string_of = ffi.cast, ffi.istype, ffi.new, ffi.string
local error, floor, pcall, rawget, select, tonumber, tostring, type =
  error, math.floor, pcall, rawget, select, tonumber, tostring, type

-- fibonacci.h, but for int in the place of enums, which would be objects here, and for what has a metatable below.
ffi.cdef [[
typedef struct { uint64_t raw_index, raw_term; } fib_term;
typedef struct fib_sequence fib_sequence;
typedef bool (*fib_visitor)(uint64_t index, uint64_t term, void* user);

const char* fib_status_message(int status);
const char* fib_library_version(void);
uint32_t fib_abi_version(void);
uint64_t fib_live_objects(void);

void fib_noop(void);
uint64_t fib_max_index(void);
uint64_t fib_wrapping(uint64_t n);
uint64_t fib_recursive(uint64_t n);
int fib_u64(uint64_t n, uint64_t* out);
int fib_by(int how, uint64_t n, uint64_t* out);
int fib_mod(uint64_t n, uint64_t m, uint64_t* out);
uint64_t fib_recurrence(uint64_t p, uint64_t q, uint64_t a, uint64_t b, uint64_t n);
double fib_binet(double x);
bool fib_is_fibonacci(uint64_t x);

int fib_exact(uint64_t n, uint64_t* buffer, size_t capacity, size_t* out);
int fib_index_of(const uint64_t* limbs, size_t length, uint64_t* out);
int fib_decimal(uint64_t n, char* buffer, size_t capacity, size_t* out);

bool fib_is_word(const char* text, size_t length);
int fib_caption(const char* label, size_t length, uint64_t n, char* buffer, size_t capacity, size_t* out);
int fib_word(uint64_t n, char* buffer, size_t capacity, size_t* out);

int fib_terms(uint64_t first, uint64_t count, uint64_t* buffer, size_t capacity, size_t* out);
int fib_encode(const uint64_t* numbers, size_t length, char* buffer, size_t capacity, size_t* out);
int fib_decode(const char* bytes, size_t size, uint64_t* buffer, size_t capacity, size_t* out);
int fib_fill(size_t count, uint64_t* out);
int fib_each(const uint64_t* indices, size_t length, uint64_t* out);

fib_term fib_nearest(uint64_t x);
int fib_zeckendorf(uint64_t x, fib_term* buffer, size_t capacity, size_t* out);

int fib_visit(uint64_t first, uint64_t count, fib_visitor visitor, void* user, uint64_t* out);

int fib_sequence_new(uint64_t start, fib_sequence** out);
void fib_sequence_free(fib_sequence* self);
int fib_sequence_advance(fib_sequence* self, uint64_t* out);
int fib_sequence_peek(const fib_sequence* self, uint64_t* out);
int fib_sequence_reset(fib_sequence* self);
int fib_sequence_position(const fib_sequence* self, uint64_t* out);
int fib_sequence_exhausted(const fib_sequence* self, bool* out);

typedef struct { bool negative; size_t size; uint64_t limbs[?]; } fibonacci_integer;
typedef struct { fib_sequence* handle; } fibonacci_sequence;
]]
local ABI_VERSION = 1
local OUT_OF_RANGE, NO_MEMORY, INTERNAL = 3, 4, 6

local C = ffi.load(os.getenv "FIB_LIBRARY" or error("FIB_LIBRARY must be the path of the library", 0))
if C.fib_abi_version() ~= ABI_VERSION then
  error(("the library has version %d of the C ABI, %d is needed"):format(C.fib_abi_version(), ABI_VERSION), 0)
end

local M = {
  Algorithm_recursive = 0,
  Algorithm_iterative = 1,
  Algorithm_fast_doubling = 2,
  Algorithm_matrix = 3,
  Algorithm_binet = 4,
}

local LARGEST = 2 ^ 53 - 1  -- the largest integer that a Lua number holds, with all below it
local MAX_INDEX, MAX_EXACT, MAX_WORD = 93, 1e9, 30
local SHOWN_LIMBS = 64

local chars_t, u64s_t, terms_t = ffi.typeof "char[?]", ffi.typeof "uint64_t[?]", ffi.typeof "fib_term[?]"
local uint64_t, int64_t = ffi.typeof "uint64_t", ffi.typeof "int64_t"
local Integer = ffi.typeof "fibonacci_integer"

-- What C writes through `out`. It is read at once: where a trace begins, a finalizer may run that calls C too.
local out, size, flag, handle = new "uint64_t[1]", new "size_t[1]", new "bool[1]", new "fib_sequence*[1]"

-- ---- errors

local needed = {
  u64 = "an integer from 0 to 18446744073709551615",
  enumerator = "an integer from 0 to 2147483647",
  natural = "an integer of at least 0",
  number = "a number",
  string = "a string",
  bytes = "binary data",
  list = "a list of integers",
  callable = "a function",
  writable = "writable memory of 64-bit unsigned integers",
  readable = "memory of 64-bit unsigned integers",
}

-- The value of what is a value, the type of all else.
local function shown(value)
  local kind = type(value)
  if kind == "number" then
    return floor(value) == value and math.abs(value) < 1e20 and ("%.0f"):format(value) or tostring(value)
  elseif kind == "string" then
    return "'" .. value .. "'"
  elseif istype(Integer, value) and value.size > SHOWN_LIMBS then
    return ("a number of %d limbs"):format(tonumber(value.size))
  elseif kind == "cdata" then
    return (tostring(value):gsub("^(%-?%d+)U?LL$", "%1"))
  end
  return kind == "boolean" and tostring(value) or kind
end

-- `level` says who is to blame, as it does for error(); `counted` is for an argument that is nil, so perhaps not given.
local function refuse(name, what, value, level, counted)
  local text = ("%s must be %s, got %s"):format(name, what, shown(value))
  error(type(value) == "nil" and counted and counted .. ": " .. text or text, level + 1)
end

local function too_many(name, expected)
  local plural = expected == 1 and "" or "s"
  error(("%s expects %d argument%s, got %d or more"):format(name, expected, plural, expected + 1), 3)
end

local function fail(status, text, level)
  if status == NO_MEMORY or status == INTERNAL then text = string_of(C.fib_status_message(status)) end
  error(text, level or 3)
end

local function above_exact(n) return "n must be at most 1000000000, got " .. shown(n) end

local function above_terms(first, count)
  return ("first + count must be at most 94, got %s + %s"):format(shown(first), shown(count))
end

-- ---- numbers

-- A Lua number as far as it is exact.
local function number(x)
  if x <= LARGEST then return tonumber(x) end
  return x
end

local function is_natural(value)
  return type(value) == "number" and value >= 0 and value <= LARGEST and floor(value) == value
end

-- What C takes for a uint64_t.
local function u64(value, name)
  if is_natural(value) or istype(uint64_t, value) then return value end
  if istype(int64_t, value) and value >= 0 then return value end
  if istype(Integer, value) and value.size <= 1 and not value.negative then
    return value.size == 0 and 0 or value.limbs[0]
  end
  refuse(name, needed.u64, value, 3)
end

function M.noop(extra)
  if extra ~= nil then too_many("noop", 0) end
  C.fib_noop()
end

function M.max_index(extra)
  if extra ~= nil then too_many("max_index", 0) end
  return number(C.fib_max_index())
end

function M.fib_wrapping(n, extra)
  if extra ~= nil then too_many("fib_wrapping", 1) end
  return number(C.fib_wrapping(u64(n, "n")))
end

local function above_u64(n) return "n must be at most 93 for a 64-bit result, got " .. shown(n) end

function M.fib_recursive(n, extra)
  if extra ~= nil then too_many("fib_recursive", 1) end
  n = u64(n, "n")
  if n > MAX_INDEX then error(above_u64(n), 2) end
  return number(C.fib_recursive(n))
end

function M.fib(n, extra)
  if extra ~= nil then too_many("fib", 1) end
  local status = C.fib_u64(u64(n, "n"), out)
  local result = out[0]
  if status ~= 0 then fail(status, above_u64(n)) end
  return number(result)
end

function M.fib_by(how, n, extra)
  if extra ~= nil then too_many("fib_by", 2) end
  if not is_natural(how) or how > 2147483647 then refuse("how", needed.enumerator, how, 2) end
  local status = C.fib_by(how, u64(n, "n"), out)
  local result = out[0]
  if status ~= 0 then
    fail(status, how > M.Algorithm_binet and "how must be at most 4, got " .. how or above_u64(n))
  end
  return number(result)
end

function M.fib_mod(n, m, extra)
  if extra ~= nil then too_many("fib_mod", 2) end
  local status = C.fib_mod(u64(n, "n"), u64(m, "m"), out)
  local result = out[0]
  if status ~= 0 then fail(status, "m must be at least 1, got 0") end
  return number(result)
end

function M.recurrence(p, q, a, b, n, extra)
  if extra ~= nil then too_many("recurrence", 5) end
  return number(C.fib_recurrence(u64(p, "p"), u64(q, "q"), u64(a, "a"), u64(b, "b"), u64(n, "n")))
end

function M.binet(x, extra)
  if extra ~= nil then too_many("binet", 1) end
  if type(x) ~= "number" then
    if not (istype(uint64_t, x) or istype(int64_t, x) or istype(Integer, x)) then
      refuse("x", needed.number, x, 2, "binet expects 1 argument, got 0")
    end
    x = istype(Integer, x) and tonumber(tostring(x)) or tonumber(x)
  end
  return C.fib_binet(x)
end

function M.is_fibonacci(x, extra)
  if extra ~= nil then too_many("is_fibonacci", 1) end
  return C.fib_is_fibonacci(u64(x, "x"))
end

-- ---- numbers of any size: LuaJIT has none. An Integer holds them, prints them and compares them, no more.

local HALF, GROUP = 2 ^ 32, 1e6  -- HALF * GROUP is exact in a Lua number

local function digits_of(x)
  local count = 2 * tonumber(x.size)
  local halves = new("uint32_t[?]", count)
  ffi.copy(halves, x.limbs, 4 * count)
  local groups = {}
  while count > 0 do
    local rest = 0
    for i = count - 1, 0, -1 do
      local value = rest * HALF + halves[i]
      halves[i] = floor(value / GROUP)
      rest = value % GROUP
    end
    groups[#groups + 1] = ("%06d"):format(rest):reverse()
    while count > 0 and halves[count - 1] == 0 do count = count - 1 end
  end
  local digits = table.concat(groups):reverse():match "^0*(.+)$" or "0"
  return (x.negative and "-" or "") .. digits
end

ffi.metatype(Integer, {
  __tostring = digits_of,
  __eq = function(a, b)
    if not (istype(Integer, a) and istype(Integer, b)) then return shown(a) == shown(b) end
    if a.size ~= b.size or a.negative ~= b.negative then return false end
    for i = 0, tonumber(a.size) - 1 do
      if a.limbs[i] ~= b.limbs[i] then return false end
    end
    return true
  end,
})

-- The integer that the digits or the value say: a uint64_t where one holds it, else an Integer.
function M.Integer(value, extra)
  if extra ~= nil then too_many("Integer", 1) end
  if istype(Integer, value) then value = tostring(value) end
  local exact = type(value) ~= "number" or math.abs(value) <= LARGEST
  local text = type(value) == "string" and value or exact and shown(value) or ""
  local sign, digits = text:match "^(%-?)(%d+)$"
  if not digits then refuse("x", "decimal digits or an integer", value, 2) end
  local x = new(Integer, floor(#digits / 19) + 1)
  local halves, count = cast("uint32_t*", x.limbs), 0
  for first, last in digits:gmatch "()%d%d?%d?%d?%d?%d?()" do
    local carry, scale = tonumber(digits:sub(first, last - 1)), 10 ^ (last - first)
    for i = 0, count - 1 do
      local sum = halves[i] * scale + carry
      carry = floor(sum / HALF)
      halves[i] = sum % HALF
    end
    if carry > 0 then
      halves[count] = carry
      count = count + 1
    end
  end
  if count <= 2 and sign == "" or count == 0 then return x.limbs[0] end
  x.negative, x.size = sign == "-", floor((count + 1) / 2)
  return x
end

function M.fib_exact(n, extra)
  if extra ~= nil then too_many("fib_exact", 1) end
  n = u64(n, "n")
  local capacity = n <= MAX_EXACT and floor(tonumber(n) / 92) + 1 or 0
  local x = new(Integer, capacity)
  local status = C.fib_exact(n, x.limbs, capacity, size)
  local length = tonumber(size[0])
  if status ~= 0 then fail(status, above_exact(n)) end
  x.size = length
  return x
end

local limb = new "uint64_t[1]"

function M.index_of(x, extra)
  if extra ~= nil then too_many("index_of", 1) end
  local limbs, count = limb, 1
  if istype(Integer, x) and not x.negative then
    limbs, count = x.limbs, x.size
  elseif is_natural(x) or istype(uint64_t, x) or istype(int64_t, x) and x >= 0 then
    count = x == 0 and 0 or 1
    limb[0] = x
  else
    refuse("x", needed.natural, x, 2, "index_of expects 1 argument, got 0")
  end
  local status = C.fib_index_of(limbs, count, out)
  local result = out[0]
  if status ~= 0 then fail(status, "x must be a Fibonacci number, got " .. shown(x)) end
  return number(result)
end

-- ---- memory for results of variable size: a call takes it and puts it back, for a finalizer may call in between

local KEPT_CHARS, KEPT_ITEMS, MAX_PARTS = 65536, 1024, 47
local spare_chars, spare_items, spare_parts

local function take_chars(capacity)
  if capacity > KEPT_CHARS then return new(chars_t, capacity) end
  local chars = spare_chars or new(chars_t, KEPT_CHARS)
  spare_chars = nil
  return chars
end

local function put_back_chars(chars, capacity)
  if capacity <= KEPT_CHARS then spare_chars = chars end
end

local function take_items(capacity)
  if capacity > KEPT_ITEMS then return new(u64s_t, capacity) end
  local items = spare_items or new(u64s_t, KEPT_ITEMS)
  spare_items = nil
  return items
end

local function put_back_items(items, capacity)
  if capacity <= KEPT_ITEMS then spare_items = items end
end

local function text_of(chars, length, capacity)
  local text = string_of(chars, length)
  put_back_chars(chars, capacity)
  return text
end

local function list_of(items, length, capacity)
  local list = new_table(length, 0)
  for i = 1, length do list[i] = number(items[i - 1]) end
  put_back_items(items, capacity)
  return list
end

-- ---- text

function M.fib_decimal(n, extra)
  if extra ~= nil then too_many("fib_decimal", 1) end
  n = u64(n, "n")
  local capacity = n <= MAX_EXACT and floor(tonumber(n) / 4) + 1 or 0
  local chars = take_chars(capacity)
  local status = C.fib_decimal(n, chars, capacity, size)
  local length = tonumber(size[0])
  if status ~= 0 then fail(status, above_exact(n)) end
  return text_of(chars, length, capacity)
end

function M.is_word(text, extra)
  if extra ~= nil then too_many("is_word", 1) end
  if type(text) ~= "string" then refuse("text", needed.string, text, 2, "is_word expects 1 argument, got 0") end
  return C.fib_is_word(text, #text)
end

function M.caption(label, n, extra)
  if extra ~= nil then too_many("caption", 2) end
  if type(label) ~= "string" then refuse("label", needed.string, label, 2, "caption expects 2 arguments, got 0") end
  n = u64(n, "n")
  local capacity = n <= MAX_EXACT and #label + floor(tonumber(n) / 4) + 32 or 0
  local chars = take_chars(capacity)
  local status = C.fib_caption(label, #label, n, chars, capacity, size)
  local length = tonumber(size[0])
  if status ~= 0 then fail(status, above_exact(n)) end
  return text_of(chars, length, capacity)
end

function M.word(n, extra)
  if extra ~= nil then too_many("word", 1) end
  n = u64(n, "n")
  local capacity = n <= MAX_WORD and tonumber(C.fib_wrapping(n + 1)) or 0
  local chars = take_chars(capacity)
  local status = C.fib_word(n, chars, capacity, size)
  local length = tonumber(size[0])
  if status ~= 0 then fail(status, "n must be at most 30, got " .. shown(n)) end
  return text_of(chars, length, capacity)
end

-- ---- lists

function M.terms(first, count, extra)
  if extra ~= nil then too_many("terms", 2) end
  first, count = u64(first, "first"), u64(count, "count")
  local items = take_items(KEPT_ITEMS)  -- there are no more than 94
  local status = C.fib_terms(first, count, items, KEPT_ITEMS, size)
  local length = tonumber(size[0])
  if status ~= 0 then fail(status, above_terms(first, count)) end
  return list_of(items, length, KEPT_ITEMS)
end

function M.encode(numbers, extra)
  if extra ~= nil then too_many("encode", 1) end
  if type(numbers) ~= "table" then refuse("numbers", needed.list, numbers, 2, "encode expects 1 argument, got 0") end
  local count = #numbers
  local items = take_items(count)
  for i = 1, count do
    local item = rawget(numbers, i)
    if not is_natural(item) then item = u64(item, "numbers[" .. i .. "]") end
    items[i - 1] = item
  end
  local present = 0
  for key in next, numbers do
    if type(key) == "number" then present = present + 1 end
  end
  if present ~= count then u64(nil, "numbers[" .. count + 1 .. "]") end  -- behind a hole there are more
  local capacity = 12 * count  -- no number takes more
  local chars = take_chars(capacity)
  local status = C.fib_encode(items, count, chars, capacity, size)
  local length = tonumber(size[0])
  if status ~= 0 then
    local zero = 0
    while items[zero] ~= 0 do zero = zero + 1 end
    fail(status, ("numbers[%d] must be at least 1, got 0"):format(zero))
  end
  put_back_items(items, count)
  return text_of(chars, length, capacity)
end

function M.decode(bytes, extra)
  if extra ~= nil then too_many("decode", 1) end
  if type(bytes) ~= "string" then refuse("bytes", needed.bytes, bytes, 2, "decode expects 1 argument, got 0") end
  local capacity = 4 * #bytes  -- no number takes less than two bits
  local items = take_items(capacity)
  local status = C.fib_decode(bytes, #bytes, items, capacity, size)
  local length = tonumber(size[0])
  if status ~= 0 then fail(status, ("bytes must be Fibonacci code, got %d bytes that are none"):format(#bytes)) end
  return list_of(items, length, capacity)
end

-- ---- memory: arrays of uint64_t

-- How many items an array has, remembered: ffi.sizeof() of one ends a trace.
local read_lengths = setmetatable({}, {__mode = "k"})
local write_lengths = setmetatable({}, {__mode = "k"})

local function measure(memory, lengths, name, counted)
  local kind = type(memory) == "cdata" and tostring(ffi.typeof(memory)) or ""
  local writable = kind:find "^ctype<uint64_t %[[%d?]+%]>$"
  if lengths == write_lengths and not writable then refuse(name, needed.writable, memory, 3, counted) end
  if not writable and not kind:find "^ctype<const uint64_t %[[%d?]+%]>$" then
    refuse(name, needed.readable, memory, 3, counted)
  end
  local length = ffi.sizeof(memory) / 8
  lengths[memory] = length
  return length
end

function M.fill(memory, extra)
  if extra ~= nil then too_many("fill", 1) end
  local length = write_lengths[memory] or measure(memory, write_lengths, "out", "fill expects 1 argument, got 0")
  C.fib_fill(length, memory)
end

function M.fib_each(indices, results, extra)
  if extra ~= nil then too_many("fib_each", 2) end
  local length = read_lengths[indices]
    or measure(indices, read_lengths, "indices", "fib_each expects 2 arguments, got 0")
  local room = write_lengths[results]
    or measure(results, write_lengths, "results", "fib_each expects 2 arguments, got 1")
  if length ~= room then
    error(("indices and results must have the same length, got %d and %d"):format(length, room), 2)
  end
  local status = C.fib_each(indices, length, results)
  if status ~= 0 then
    local i = 0
    while indices[i] <= MAX_INDEX do i = i + 1 end
    fail(status, ("indices[%d] must be at most 93, got %s"):format(i, shown(indices[i])))
  end
end

-- ---- structs

local Term
Term = ffi.metatype("fib_term", {
  __eq = function(a, b)
    return istype(Term, a) and istype(Term, b) and a.raw_index == b.raw_index and a.raw_term == b.raw_term
  end,
  __index = function(self, field)
    if field == "term" then return number(self.raw_term) end
    if field == "index" then return number(self.raw_index) end
  end,
})

function M.nearest(x, extra)
  if extra ~= nil then too_many("nearest", 1) end
  return C.fib_nearest(u64(x, "x"))
end

function M.zeckendorf(x, extra)
  if extra ~= nil then too_many("zeckendorf", 1) end
  x = u64(x, "x")
  local parts = spare_parts or new(terms_t, MAX_PARTS)
  spare_parts = nil
  local status = C.fib_zeckendorf(x, parts, MAX_PARTS, size)
  local length = tonumber(size[0])
  if status ~= 0 then fail(status) end
  local list = new_table(length, 0)
  for i = 1, length do list[i] = Term(parts[i - 1].raw_index, parts[i - 1].raw_term) end
  spare_parts = parts
  return list
end

-- ---- a callback: one for all visits, for there are few of these and each is kept for ever

local visitor         -- of the innermost visit that runs: no visit outlives one that it was called in
local failed, raised  -- no error may cross C

local on_term = cast("fib_visitor", function(index, term)
  local fine, result = pcall(visitor, number(index), number(term))
  if fine then return result ~= false end
  failed, raised = true, result
  return false
end)

function M.visit(first, count, called, extra)
  if extra ~= nil then too_many("visit", 3) end
  first, count = u64(first, "first"), u64(count, "count")
  if type(called) ~= "function" and not (getmetatable(called) or {}).__call then
    refuse("visitor", needed.callable, called, 2, "visit expects 3 arguments, got 2")
  end
  local outer = visitor
  visitor = called
  local status = C.fib_visit(first, count, on_term, nil, out)
  local stopped, reason = failed, raised
  visitor, failed, raised = outer, false, nil
  local result = out[0]
  if stopped then error(reason, 0) end
  if status ~= 0 then fail(status, above_terms(first, count)) end
  return number(result)
end
jit.off(M.visit)  -- compiled code must not call what calls back

-- ---- the sequence

local sequence = {}  -- its methods

local function fail_sequence(self, status)
  if status == OUT_OF_RANGE then
    C.fib_sequence_position(self.handle, out)
    error("position must be at most 93, got " .. shown(out[0]), 3)
  end
  fail(status, "self must be alive, got a Sequence that was destroyed", 4)
end

-- Ends it now instead of when it is collected; what comes later finds none.
function sequence:free()
  C.fib_sequence_free(self.handle)
  self.handle = nil
end

function sequence:advance(extra)
  if extra ~= nil then too_many("advance", 1) end
  local status = C.fib_sequence_advance(self.handle, out)
  local result = out[0]
  if status ~= 0 then fail_sequence(self, status) end
  return number(result)
end

function sequence:peek(extra)
  if extra ~= nil then too_many("peek", 1) end
  local status = C.fib_sequence_peek(self.handle, out)
  local result = out[0]
  if status ~= 0 then fail_sequence(self, status) end
  return number(result)
end

function sequence:reset(extra)
  if extra ~= nil then too_many("reset", 1) end
  local status = C.fib_sequence_reset(self.handle)
  if status ~= 0 then fail_sequence(self, status) end
end

function sequence:position(extra)
  if extra ~= nil then too_many("position", 1) end
  local status = C.fib_sequence_position(self.handle, out)
  local result = out[0]
  if status ~= 0 then fail_sequence(self, status) end
  return number(result)
end

function sequence:exhausted(extra)
  if extra ~= nil then too_many("exhausted", 1) end
  local status = C.fib_sequence_exhausted(self.handle, flag)
  local result = flag[0]
  if status ~= 0 then fail_sequence(self, status) end
  return result
end

local Sequence = ffi.metatype("fibonacci_sequence", {
  __gc = sequence.free,
  __index = sequence,
  -- A step of the generic for.
  __call = function(self)
    local status = C.fib_sequence_advance(self.handle, out)
    local result = out[0]
    if status == 0 then return number(result) end
    if status ~= OUT_OF_RANGE then fail_sequence(self, status) end
  end,
})

function M.Sequence(...)
  if select("#", ...) > 1 then too_many("Sequence", 1) end
  local start = 0
  if select("#", ...) == 1 then start = u64((...), "start") end  -- nil is no start
  local self = Sequence()
  local status = C.fib_sequence_new(start, handle)
  local made = handle[0]
  if status ~= 0 then fail(status, "start must be at most 94, got " .. shown(start)) end
  self.handle = made
  return self
end

-- ---- the library itself

function M.live_objects(extra)
  if extra ~= nil then too_many("live_objects", 0) end
  return number(C.fib_live_objects())
end

function M.library_version(extra)
  if extra ~= nil then too_many("library_version", 0) end
  return string_of(C.fib_library_version())
end

M.bare = {
  noop = C.fib_noop,
  max_index = C.fib_max_index,
  fib_wrapping = C.fib_wrapping,
  fib_recursive = C.fib_recursive,
  recurrence = C.fib_recurrence,
  binet = C.fib_binet,
  is_fibonacci = C.fib_is_fibonacci,
}

return M
