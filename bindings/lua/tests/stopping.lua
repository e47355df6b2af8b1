-- A long call can be stopped: by Ctrl-C in lua and luajit, and by a hook, as with Lua's own loops.
local fibonacci = require "fibonacci"

local RECURSIVE = fibonacci.Algorithm_recursive

local function limited(seconds, call, ...)
  local deadline = os.clock() + seconds
  debug.sethook(function()
    if os.clock() > deadline then
      debug.sethook()
      error("time is up", 0)
    end
  end, "", 100000)
  local right, message = pcall(call, ...)
  debug.sethook()
  return right, message, os.clock() - deadline
end

for _, call in ipairs {
  function() return fibonacci.fib_recursive(60) end,
  function() return fibonacci.fib_by(RECURSIVE, 60) end,
} do
  local right, message, late = limited(0.2, call)
  assert(not right and message == "time is up" and late < 5, message)
end
-- In a coroutine, and the error may be anything.
local OWN = {}
local thread = coroutine.create(function()
  debug.sethook(function() debug.sethook() error(OWN) end, "", 10)
  return fibonacci.fib_recursive(60)
end)
local right, message = coroutine.resume(thread)
assert(not right and message == OWN)
debug.sethook()

-- A hook that does not raise runs, and changes nothing.
local ran = 0
debug.sethook(function() ran = ran + 1 end, "", 1000)
local term = fibonacci.fib_recursive(30)
debug.sethook()
assert(term == 832040 and ran > 1, ran)
assert(fibonacci.fib_recursive(24) == 46368)

-- Ctrl-C, in a process of its own.
local interpreter = arg[-1]
if os.execute "timeout 1 true" ~= true and os.execute "timeout 1 true" ~= 0 then
  print "# Ctrl-C was not tried: there is no timeout"
  return
end
local file = os.tmpname()
local out = assert(io.open(file, "w"))
out:write [[
  local fibonacci = require "fibonacci"
  print "ready"
  io.flush()
  local right, message = pcall(fibonacci.fib_recursive, 60)
  print(right, message, fibonacci.fib(10))
]]
out:close()
-- The shell's process becomes the interpreter's, whose number it has told.
local pipe = assert(io.popen(("timeout 60 sh -c 'echo $$; exec \"%s\" \"%s\" 2>&1'"):format(interpreter, file)))
local process, ready = pipe:read "*l", pipe:read "*l"
assert(tonumber(process) and ready == "ready", ready)
os.execute("sleep 0.5; kill -INT " .. process)
local said = pipe:read "*a"
pipe:close()
os.remove(file)
assert(said:find "^false\t[^\n]*interrupted!\t55\n", said)
