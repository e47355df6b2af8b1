"""A program ends well, whatever its daemon threads are doing in the library meanwhile."""

from __future__ import annotations

import subprocess
import sys

# A thread that wants the lock back while the program ends does not get it.
PROGRAM = """
import threading, time
import fibonacci

class Index:
    def __index__(self):
        return sum([20])

class Counting(fibonacci.Listener):
    def on_term(self, index, term):
        return index + term >= 0

def call(function, *arguments):
    while True:
        function(*arguments)

for n in range(22, 31, 2):
    threading.Thread(target=call, args=(fibonacci.fib_recursive, n), daemon=True).start()
calls = [
    (fibonacci.visit, 0, 90, lambda index, term: index + term >= 0),
    (fibonacci.listen, 0, 90, Counting()),
    (fibonacci.encode, [Index()] * 5),
]
for each in calls[:CALLS]:
    threading.Thread(target=call, args=each, daemon=True).start()
time.sleep(0.02)
"""

runs = 0
for calls in (0, 0, 0, 0, 0, 3, 3, 3, 3, 3):
    program = PROGRAM.replace("CALLS", str(calls))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done
    runs += 1
print(f"# checked calls={runs}")
