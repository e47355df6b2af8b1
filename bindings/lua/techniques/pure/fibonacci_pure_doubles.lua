-- What fibonacci_pure.lua does with the numbers of LuaJIT, which are doubles: integers up to 2^53 are exact. (The 64-bit
-- integers of LuaJIT belong to its ffi.)
local floor, type = math.floor, type

local LARGEST = 2 ^ 53 - 1
local LAST_HELD = 78             -- F(79) is larger
local SMALL = 2 ^ 26             -- numbers below have sums of two products that are exact
local MEDIUM, PART = 2 ^ 31, 2 ^ 21  -- so are products of a number below MEDIUM and one below PART

return function(M, refuse)
  local function u64(value, name, level)
    if type(value) == "number" and value >= 0 and value <= LARGEST and value == floor(value) then return value end
    refuse(name, "an integer from 0 to 18446744073709551615", value, level + 1)
  end

  -- The largest power of 2 in n, at least 1.
  local function top_bit(n)
    local bit = 1
    while 2 * bit <= n do bit = 2 * bit end
    return bit
  end

  function M.fib_wrapping(n)
    n = u64(n, "n", 2)
    if n > LAST_HELD then refuse("n", "at most 78 for an exact result in a Lua number", n, 2) end
    local bit = top_bit(n)
    local a, b = 0, 1  -- F(k), F(k+1), where k is what has been read of n's bits
    repeat
      local even, odd = a * (2 * b - a), a * a + b * b
      if n < bit then
        a, b = even, odd
      else
        a, b, n = odd, even + odd, n - bit
      end
      bit = bit / 2
    until bit < 1
    return a
  end

  -- Below m, from two that are.
  local function add_mod(a, b, m)
    local rest = m - b
    return a >= rest and a - rest or a + b
  end

  local function multiply_mod(a, b, m)
    if a < SMALL and b < SMALL then return a * b % m end
    if m <= MEDIUM then
      local high = floor(b / PART)
      return (a * high % m * PART + a * (b - high * PART)) % m
    end
    local product = 0
    while b > 0 do
      if b % 2 == 1 then product = add_mod(product, a, m) end
      a, b = add_mod(a, a, m), floor(b / 2)
    end
    return product
  end

  function M.fib_mod(n, m)
    n, m = u64(n, "n", 2), u64(m, "m", 2)
    if m == 0 then refuse("m", "at least 1", m, 2) end
    local bit = top_bit(n)
    local a, b = 0, 1 % m  -- as in fib_wrapping()
    repeat
      local even, odd
      if m <= SMALL then
        even, odd = a * (2 * b - a) % m, (a * a + b * b) % m
      else
        even = multiply_mod(a, add_mod(b, (b - a) % m, m), m)
        odd = add_mod(multiply_mod(a, a, m), multiply_mod(b, b, m), m)
      end
      if n < bit then
        a, b = even, odd
      else
        a, b, n = odd, add_mod(even, odd, m), n - bit
      end
      bit = bit / 2
    until bit < 1
    return a
  end

  function M.recurrence(p, q, a, b, n)
    p, q, a, b, n = u64(p, "p", 2), u64(q, "q", 2), u64(a, "a", 2), u64(b, "b", 2), u64(n, "n", 2)
    -- {{s, t}, {u, v}} runs through the squares of {{p, q}, {1, 0}}, which takes (x(k+1), x(k)) one step on.
    local s, t, u, v = p, q, 1, 0
    while n > 0 do
      if n % 2 == 1 then
        a, b = u * b + v * a, s * b + t * a
      end
      s, t, u, v = s * s + t * u, s * t + t * v, u * s + v * u, u * t + v * v
      n = floor(n / 2)
    end
    -- Nothing is negative: whatever was rounded on the way to a result has made it too large, or not a number.
    if not (a <= LARGEST) then error(("the result must be at most %d for a Lua number, got more"):format(LARGEST), 2) end
    return a
  end

  return LARGEST, u64
end
