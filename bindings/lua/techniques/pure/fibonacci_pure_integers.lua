-- What fibonacci_pure.lua does with the integers of Lua 5.4: 64 bits that wrap, of which those without sign are taken.
local format, math_type, tointeger = string.format, math.type, math.tointeger

local LARGEST = math.maxinteger
local SMALL = 1 << 31  -- numbers below have sums of two products that do not wrap

return function(M, refuse)
  local function u64(value, name, level)
    if math_type(value) == "integer" and value >= 0 then return value end
    local exact = math_type(value) == "float" and tointeger(value)
    if exact and exact >= 0 then return exact end
    refuse(name, "an integer from 0 to 18446744073709551615", value, level + 1)
  end

  -- A result that has wrapped: negative where it is 2^63 or more.
  local function unsigned(x)
    if x >= 0 then return x end
    local tenth = (x >> 1) // 5
    error(format("the result must be at most %d for a Lua number, got %d%d", LARGEST, tenth, x - 10 * tenth), 3)
  end

  function M.fib_wrapping(n)
    if math_type(n) ~= "integer" or n < 0 then n = u64(n, "n", 2) end
    local bit = 1
    while bit <= n >> 1 do bit = bit << 1 end
    local a, b = 0, 1  -- F(k), F(k+1), where k is what has been read of n's bits
    repeat
      local even, odd = a * (2 * b - a), a * a + b * b
      if n & bit == 0 then
        a, b = even, odd
      else
        a, b = odd, even + odd
      end
      bit = bit >> 1
    until bit == 0
    if a < 0 then unsigned(a) end
    return a
  end

  -- Below m, from two that are.
  local function add_mod(a, b, m)
    local rest = m - b
    return a >= rest and a - rest or a + b
  end

  local function multiply_mod(a, b, m)
    if a < SMALL and b < SMALL then return a * b % m end
    local product = 0
    while b > 0 do
      if b & 1 == 1 then product = add_mod(product, a, m) end
      a, b = add_mod(a, a, m), b >> 1
    end
    return product
  end

  function M.fib_mod(n, m)
    if math_type(n) ~= "integer" or n < 0 then n = u64(n, "n", 2) end
    if math_type(m) ~= "integer" or m < 0 then m = u64(m, "m", 2) end
    if m == 0 then refuse("m", "at least 1", m, 2) end
    local bit = 1
    while bit <= n >> 1 do bit = bit << 1 end
    local a, b = 0, 1 % m  -- as in fib_wrapping()
    repeat
      local even, odd
      if m <= SMALL then
        even, odd = a * (2 * b - a) % m, (a * a + b * b) % m
      else
        even = multiply_mod(a, add_mod(b, (b - a) % m, m), m)
        odd = add_mod(multiply_mod(a, a, m), multiply_mod(b, b, m), m)
      end
      if n & bit == 0 then
        a, b = even, odd
      else
        a, b = odd, add_mod(even, odd, m)
      end
      bit = bit >> 1
    until bit == 0
    return a
  end

  function M.recurrence(p, q, a, b, n)
    if math_type(p) ~= "integer" or p < 0 then p = u64(p, "p", 2) end
    if math_type(q) ~= "integer" or q < 0 then q = u64(q, "q", 2) end
    if math_type(a) ~= "integer" or a < 0 then a = u64(a, "a", 2) end
    if math_type(b) ~= "integer" or b < 0 then b = u64(b, "b", 2) end
    if math_type(n) ~= "integer" or n < 0 then n = u64(n, "n", 2) end
    -- {{s, t}, {u, v}} runs through the squares of {{p, q}, {1, 0}}, which takes (x(k+1), x(k)) one step on.
    local s, t, u, v = p, q, 1, 0
    while n > 0 do
      if n & 1 == 1 then
        a, b = u * b + v * a, s * b + t * a
      end
      s, t, u, v = s * s + t * u, s * t + t * v, u * s + v * u, u * t + v * v
      n = n >> 1
    end
    if a < 0 then unsigned(a) end
    return a
  end

  return LARGEST, u64
end
