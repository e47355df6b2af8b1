-- Integer by its properties, against arithmetic on decimal digits that is written here, and against the C library's way to
-- read a float.
local fibonacci = require "fibonacci"
local Integer = fibonacci.Integer
local HAS_INTEGERS = math.type ~= nil
local LARGEST = HAS_INTEGERS and math.maxinteger or 2 ^ 53 - 1
local seed = 20151123

-- The generator of the standard "minimal" kind: the same numbers in every Lua.
local function random(n)
  seed = seed * 16807 % 2147483647
  return seed % n
end

-- ---- natural numbers as decimal digits: the reference

local function strip(digits) return (digits:gsub("^0+(%d)", "%1")) end

local function compare(a, b)
  if #a ~= #b then return #a < #b and -1 or 1 end
  return a == b and 0 or a < b and -1 or 1
end

local function add(a, b)
  local width, carry, sum = math.max(#a, #b), 0, {}
  a, b = ("0"):rep(width - #a) .. a, ("0"):rep(width - #b) .. b
  for i = width, 1, -1 do
    local digit = a:byte(i) + b:byte(i) - 96 + carry
    carry = digit > 9 and 1 or 0
    sum[width - i + 1] = string.char(digit - 10 * carry + 48)
  end
  return strip((carry == 1 and "1" or "0") .. table.concat(sum):reverse())
end

local function subtract(a, b)  -- a >= b
  local borrow, rest = 0, {}
  b = ("0"):rep(#a - #b) .. b
  for i = #a, 1, -1 do
    local digit = a:byte(i) - b:byte(i) - borrow
    borrow = digit < 0 and 1 or 0
    rest[#a - i + 1] = string.char(digit + 10 * borrow + 48)
  end
  return strip(table.concat(rest):reverse())
end

local function multiply(a, b)
  local product = {}
  for i = 1, #a + #b do product[i] = 0 end
  for i = #a, 1, -1 do
    local carry = 0
    for k = #b, 1, -1 do
      local sum = product[i + k] + (a:byte(i) - 48) * (b:byte(k) - 48) + carry
      product[i + k], carry = sum % 10, math.floor(sum / 10)
    end
    product[i] = product[i] + carry
  end
  for i, digit in ipairs(product) do product[i] = string.char(digit + 48) end
  return strip(table.concat(product))
end

-- The same with a sign.
local function split(text)
  local sign, digits = text:match "^(%-?)(%d+)$"
  return sign == "-", digits
end
local function join(negative, digits) return (negative and digits ~= "0" and "-" or "") .. digits end
local function signed_add(x, y)
  local negative_x, a = split(x)
  local negative_y, b = split(y)
  if negative_x == negative_y then return join(negative_x, add(a, b)) end
  if compare(a, b) >= 0 then return join(negative_x, subtract(a, b)) end
  return join(negative_y, subtract(b, a))
end
local function opposite(x)
  local negative, a = split(x)
  return join(not negative, a)
end
local function signed_multiply(x, y)
  local negative_x, a = split(x)
  local negative_y, b = split(y)
  return join(negative_x ~= negative_y, multiply(a, b))
end
local function signed_compare(x, y)
  local negative_x, a = split(x)
  local negative_y, b = split(y)
  if negative_x ~= negative_y then return negative_x and -1 or 1 end
  return negative_x and compare(b, a) or compare(a, b)
end

-- ---- operands: of all sizes, and at the edges of a limb, of a Lua number, of a double

local EDGES = {
  "0", "1", "2", "9", "10", "4294967295", "4294967296", "9007199254740991", "9007199254740992", "9007199254740993",
  "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
  "340282366920938463463374607431768211455", "340282366920938463463374607431768211456",
}
local function any()
  local digits
  if random(3) == 0 then
    digits = EDGES[random(#EDGES) + 1]
  else
    local parts = {tostring(random(9) + 1)}
    for i = 2, random(random(4) == 0 and 120 or 40) + 1 do parts[i] = tostring(random(10)) end
    digits = table.concat(parts)
  end
  return join(random(3) == 0, digits)
end

-- As an Integer, or as a number of Lua's where one holds it.
local function number_or_integer(text)
  local number = tonumber(text)
  if HAS_INTEGERS then number = math.tointeger(text) end
  local fits = number and (HAS_INTEGERS or math.abs(number) <= LARGEST)
  return fits and random(2) == 0 and number or Integer(text)
end

local checks = 0
local function check(right, ...)
  checks = checks + 1
  if not right then error("wrong: " .. table.concat({...}, ", "), 2) end
end
local function equal(got, wanted, ...)
  check(tostring(got) == wanted, wanted, tostring(got), ...)
end

for _ = 1, 1500 do
  local x, y = any(), any()
  local a, b = Integer(x), number_or_integer(y)
  equal(a, x)
  equal(-a, opposite(x))
  equal(a + b, signed_add(x, y), x, y)
  equal(b + a, signed_add(x, y), x, y)
  equal(a - b, signed_add(x, opposite(y)), x, y)
  equal(b - a, signed_add(y, opposite(x)), x, y)
  equal(a * b, signed_multiply(x, y), x, y)
  equal(b * a, signed_multiply(x, y), x, y)
  check(a .. "|" == x .. "|" and "|" .. a == "|" .. x and a .. Integer(y) == x .. y and a .. 7 == x .. "7")

  local order = signed_compare(x, y)
  b = Integer(y)
  check((a == b) == (order == 0) and (a ~= b) == (order ~= 0), x, y)
  check((a < b) == (order < 0) and (a <= b) == (order <= 0), x, y)
  check((a > b) == (order > 0) and (a >= b) == (order >= 0), x, y)

  -- x = q * y + r, where r has y's sign and |r| < |y|: one pair alone does that.
  if y ~= "0" then
    local q, r = tostring(a:idiv(b)), tostring(a % b)
    equal(signed_add(signed_multiply(q, y), r), x, q, r)
    local negative_r, magnitude_r = split(r)
    local negative_y, magnitude_y = split(y)
    check(r == "0" or negative_r == negative_y, x, y, r)
    check(compare(magnitude_r, magnitude_y) < 0, x, y, r)
    if HAS_INTEGERS then equal(load("local a, b = ... return a // b")(a, b), q, x, y) end
  end

  local exponent, power = random(7), "1"
  for _ = 1, exponent do power = signed_multiply(power, x) end
  equal(a ^ exponent, power, x, exponent)

  -- To numbers: to the nearest float, which the C library finds from the digits.
  check(a:tonumber() == tonumber(x .. ".0"), x)
  local fits = HAS_INTEGERS and math.tointeger(x) or not HAS_INTEGERS and math.abs(tonumber(x)) <= LARGEST and tonumber(x)
  local right, got = pcall(a.tointeger, a)
  check(right == (fits and true or false) and (not fits or got == fits), x)

  -- With floats: as Lua's numbers.
  local float = (random(2000) - 1000) / 8 + 0.0625
  local nearest = a:tonumber()
  check(a + float == nearest + float and float - a == float - nearest and a * float == nearest * float, x)
  check(a / float == nearest / float and float / a == float / nearest, x)
  check(a % float == nearest % float and a ^ 0.5 == nearest ^ 0.5 or nearest < 0, x)
  if HAS_INTEGERS then
    local less, less_equal = signed_compare(x, ("%d"):format(math.floor(float))), nil
    less_equal = less <= 0
    check((a < float) == less_equal and (a <= float) == less_equal and (float < a) == not less_equal, x, float)
  end
end

-- ---- floats, at the edges

local function power_of_two(n) return Integer(2) ^ n end

-- Quotients: q is the float nearest to a / b exactly when 2 |a/b - q| is at most the distance to the next float, and an even
-- q is taken of two. With q = m 2^e and a 53-bit m, all of that is arithmetic on Integers.
local function check_quotient(a, b)
  local q = a / b
  local m, e = q, 0
  while m >= 1 do m, e = m / 2, e + 1 end
  while m < 0.5 do m, e = m * 2, e - 1 end
  m, e = Integer(("%.0f"):format(m * 2 ^ 53)), e - 53
  -- |a - m 2^e b| <= 2^(e-1) b, all times a power of 2 that clears e
  local shift = e < 1 and power_of_two(1 - e) or Integer(1)
  local scale = e < 1 and Integer(1) or power_of_two(e - 1)
  local error = a * shift - m * scale * b * Integer(2)
  local half = scale * b
  if error < Integer(0) then error = -error end
  check(error < half or error == half and m % Integer(2) == Integer(0), tostring(a), tostring(b))
end
for _ = 1, 400 do
  local _, x = split(any())
  local _, y = split(any())
  if x ~= "0" and y ~= "0" then check_quotient(Integer(x), Integer(y)) end
end
for _ = 1, 200 do  -- ties, and what lies beside them
  local m = power_of_two(53) + Integer(random(2 ^ 30)) * Integer(random(2 ^ 22))
  local b = Integer(split(any()) and 7 or 3) ^ (random(60) + 1)
  for difference = -1, 1 do check_quotient((m * Integer(2) + Integer(1)) * b + Integer(difference), b) end
end
check(Integer(1) / 3 == 1 / 3 and 1 / Integer(3) == 1 / 3 and Integer(-7) / Integer(2) == -3.5)
check(Integer(1) / 0 == 1 / 0 and Integer(-1) / Integer(0) == -1 / 0)
local nan = Integer(0) / Integer(0)
check(nan ~= nan)
check(Integer(10) ^ 400 / Integer(10) ^ 399 == 10 and Integer(10) ^ 400 / Integer(3) == 1 / 0)
check(Integer(10) ^ 2000 / (Integer(10) ^ 2000 + 1) == 1)
-- Near 0 a double has fewer bits: the smallest, its half (a tie: 0), a little more than that, and three halves (a tie: 2).
check(Integer(1) / power_of_two(1074) == 2 ^ -1074 and Integer(1) / power_of_two(1075) == 0)
check((power_of_two(200) + 1) / power_of_two(1275) == 2 ^ -1074)
check(Integer(3) / power_of_two(1075) == 2 ^ -1073 and Integer(5) / power_of_two(1076) == 2 ^ -1074)
check(Integer(1) / power_of_two(5000) == 0 and (-Integer(1)) / power_of_two(5000) == 0)
check((power_of_two(1024) - power_of_two(970)):tonumber() == 1 / 0)  -- a tie between the largest double and 2^1024
check((power_of_two(1024) - power_of_two(970) - 1):tonumber() == (2 - 2 ^ -52) * 2 ^ 1023)
check(Integer("9007199254740993"):tonumber() == 9007199254740992 and Integer("9007199254740995"):tonumber() == 9007199254740996)
check(fibonacci.binet(Integer("9007199254740995")) == fibonacci.binet(9007199254740996))

-- Terms of Fibonacci divided by one another: also where they become Integers.
for n = 2, 93 do
  local ratio = fibonacci.fib(n) / fibonacci.fib(n - 1)
  check(n < 40 or math.abs(ratio - (1 + math.sqrt(5)) / 2) < 4e-16, n)
end

if HAS_INTEGERS then
  local less, less_equal = load "local a, b = ... return a < b", load "local a, b = ... return a <= b"
  local large = Integer(2) ^ 60 + 1
  check(less(2.0 ^ 60, large) and not less(large, 2.0 ^ 60) and less_equal(large, 2.0 ^ 60 + 256))
  check(less(large, 1 / 0) and less(-1 / 0, large) and not less(1 / 0, large) and less_equal(large, 1 / 0))
  check(not less(large, nan) and not less(nan, large) and not less_equal(large, nan) and not less_equal(nan, large))
  check(less(5, Integer(6)) and less_equal(Integer(6), 6) and less(math.mininteger, Integer(math.mininteger) + 1))
  check(Integer(math.mininteger):tointeger() == math.mininteger and Integer(math.maxinteger):tointeger() == math.maxinteger)
  check(math.type(Integer(5) + 2.0) == "float" and Integer(5) + 2.0 == 7.0)
  local floor_divide = load "local a, b = ... return a // b"
  check(floor_divide(Integer(5), 0.0) == 1 / 0 and floor_divide(Integer(7), 2.0) == 3.0)
  check(floor_divide(-Integer(7), 2.0) == -4.0 and floor_divide(-7, Integer(2)) == Integer(-4))
else
  check(Integer(2 ^ 53 - 1):tointeger() == 2 ^ 53 - 1 and not pcall(Integer(2 ^ 53 - 1 + 0).tointeger, Integer(2) ^ 53))
  check((Integer(5) + 2.5) == 7.5 and Integer(7):idiv(2.5) == 2)
end

-- ---- what is refused

local function refused(words, call, ...)
  local right, message = pcall(call, ...)
  check(not right and tostring(message):find(words, 1, true), words, tostring(message))
end
for _, text in ipairs {"", "-", "+5", " 5", "5 ", "0x10", "1e3", "1.0", "5\0", "--5"} do
  refused("Integer must be given decimal digits", Integer, text)
end
refused("Integer must be given decimal digits or an integer, got 3.5", Integer, 3.5)
refused("Integer must be given decimal digits or an integer, got nil", Integer, nil)
refused("Integer expects 1 argument, got 0", Integer)
refused("Integer expects 1 argument, got 2", Integer, 1, 2)
refused("an Integer goes with numbers, got string", function() return Integer(1) + "1" end)
refused("an Integer goes with numbers, got table", function() return Integer(1) * {} end)
refused("an Integer divided by zero", function() return Integer(1) % 0 end)
refused("an Integer divided by zero", function() return Integer(1):idiv(Integer(0)) end)
refused("the exponent of an Integer must be at least 0", function() return Integer(2) ^ Integer(-1) end)
refused("the Integer is too large", function() return Integer(2) ^ Integer(2) ^ 34 end)
refused("the Integer is too large", function() return Integer(3) ^ Integer("99999999999999999999999") end)
refused("attempt to concatenate a nil value", function() return Integer(1) .. nil end)
refused("self must be Integer", Integer(1).tonumber, 5)
refused("n must be an integer from 0 to 18446744073709551615, got -1", fibonacci.fib, Integer(-1))
refused("n must be an integer from 0 to 18446744073709551615, got an Integer of 109 limbs", fibonacci.fib, fibonacci.fib_exact(10000))

-- What only wears an Integer's metatable is none: an object, a file.
for _, object in ipairs {fibonacci.Sequence(1), fibonacci.nearest(5), assert(io.open(arg[0]))} do
  debug.setmetatable(object, getmetatable(Integer(5)))
  refused("an Integer goes with numbers, got userdata", tostring, object)
  refused("an Integer goes with numbers, got userdata", function() return object + 1 end)
  refused("n must be an integer from 0 to 18446744073709551615, got userdata", fibonacci.fib, object)
end

-- 0, 1 and -1 have powers of any size; 0 has no limb.
local huge = Integer("99999999999999999999999")
check(tostring(Integer(-1) ^ huge) == "-1" and tostring(Integer(-1) ^ (huge + 1)) == "1")
check(tostring(Integer(0) ^ huge) == "0" and tostring(Integer(0) ^ 0) == "1" and tostring(Integer(1) ^ huge) == "1")
check(fibonacci.fib(Integer(0)) == 0 and fibonacci.index_of(Integer(0)) == 0 and Integer(0):tointeger() == 0)
check(Integer(0) == Integer("-0") and Integer("000") == Integer(0) and tostring(Integer("-007")) == "-7")

print("# checked inputs=" .. checks)
