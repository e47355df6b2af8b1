-- Where memory ends, a call fails and the program goes on: each limit in a process of its own.
if package.config:sub(1, 1) ~= "/" or not io.open "/proc/self/statm" then
  print "SKIP: it needs ulimit and /proc"
  return
end
local interpreter = arg[-1]

-- Runs a program under a limit of so many KB; gives what it says, and the status that the shell does.
local function run(program, limit)
  local file = os.tmpname()
  local out = assert(io.open(file, "w"))
  out:write(program)
  out:close()
  local pipe = assert(io.popen(("ulimit -v %d; '%s' '%s' 2>&1; echo status=$?"):format(limit, interpreter, file)))
  local said, status = pipe:read "*a":match "^(.*)status=(%d+)%s*$"
  pipe:close()
  os.remove(file)
  return said, tonumber(status)
end

local START = [[
local fibonacci = require "fibonacci"
local second = require "second"
local Integer = fibonacci.Integer
collectgarbage "generational"
]]
if _VERSION == "Lua 5.1" then START = START:gsub("collectgarbage [^\n]*\n", "") end
local FINISH = [[
local ok, message = pcall(attempt)
attempt = nil
collectgarbage()
collectgarbage()
assert(fibonacci.fib(10) == 55 and tostring(Integer(2) ^ 100) == "1267650600228229401496703205376")
if not ok then assert(tostring(message):find "not enough memory", message) end
print(ok and "done" or "refused")
]]

-- Each under higher and higher limits, until it is done.
local PROGRAMS = {
  encode = [[
    local list = {}
    for i = 1, 2 ^ 20 do list[i] = 1e15 end
    collectgarbage()
    local function attempt() return fibonacci.encode(list) end]],
  copies = "local function attempt() return second.copies('abcdefgh', 3e6) end",
  decode = "local function attempt() return fibonacci.decode(('\\255'):rep(5e5)) end",
  multiply = "local x = fibonacci.fib_exact(2e7) local function attempt() return x * x end",
  square = "local x = fibonacci.fib_exact(5e6) local function attempt() return x ^ 8 end",
  divide = "local x = fibonacci.fib_exact(2e7) local y = fibonacci.fib_exact(1e7) local function attempt() return x % y end",
  quotient = "local x = fibonacci.fib_exact(2e7) local y = fibonacci.fib_exact(15e6) local function attempt() return x / y end",
  digits = "local x = fibonacci.fib_exact(3e6) local function attempt() return tostring(x) end",
  from_digits = "local text = ('9'):rep(1e6) local function attempt() return Integer(text) end",
  big_result = "local function attempt() return second.power_of_two(1e5), fibonacci.fib_exact(2e7) end",
  population = "local x = fibonacci.fib_exact(3e7) local function attempt() return second.population(x) end",
}
local calls, faults = 0, 0
for name, program in pairs(PROGRAMS) do
  local seen = {}
  for limit = 16000, 200000, 7000 do
    local said, status = run(START .. program .. "\n" .. FINISH, limit)
    calls = calls + 1
    assert(status < 126 or said:find "loading shared libraries", name .. " at " .. limit .. ": " .. said .. status)
    local result = said:match "(%l+)\n$"
    if result == "refused" then faults = faults + 1 end
    seen[result or "nothing"] = true
    if result == "done" then break end
  end
  assert(seen.done, name .. " was never done")
end
assert(faults > 20, faults)

-- The limits are far away from what these want: they are refused at once.
for _, program in ipairs {
  "local function attempt() return fibonacci.fib_exact(5e7) ^ 4 end",
  "local function attempt() return Integer(('9'):rep(2e7)) end",
} do
  local said, status = run(START .. program .. "\n" .. FINISH, 110000)
  assert(status == 0 and said:find "refused", program .. ": " .. said .. status)
  calls, faults = calls + 1, faults + 1
end
print(("# checked calls=%d faults=%d"):format(calls, faults))
