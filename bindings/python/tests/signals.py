"""Ctrl-C and other signals end a long call with what their handlers raise; the process goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from typing import Callable

import fibonacci

# The child says when it has begun. Its call would take hours.
PROGRAM = """
import fibonacci
for call in (
    lambda: fibonacci.fib_recursive(60),
    lambda: fibonacci.fib_by(fibonacci.Algorithm_recursive, 60),
):
    try:
        print("begins", flush=True)
        call()
    except KeyboardInterrupt:
        print("interrupted", fibonacci.fib_recursive(25), flush=True)
"""

with subprocess.Popen(
    [sys.executable, "-c", PROGRAM],
    stdout=subprocess.PIPE,
    text=True,
    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
) as child:
    watch = threading.Timer(60, child.kill)
    watch.start()
    assert child.stdout
    for _ in range(2):
        assert child.stdout.readline() == "begins\n"
        time.sleep(0.2)  # for the call itself
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "interrupted 75025\n"
    child.wait()
    watch.cancel()
    assert child.returncode == 0, child.returncode


def on_alarm(_number: int, _frame: object) -> None:
    """Raise, as a handler of a time limit does."""
    message = "too long"
    raise TimeoutError(message)


def limited(call: Callable[[], object]) -> None:
    """Check that a time limit ends the call."""
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        call()
    except TimeoutError as error:
        assert str(error) == "too long"
    else:
        raise AssertionError(call)


signal.signal(signal.SIGALRM, on_alarm)
limited(lambda: fibonacci.fib_recursive(60))
limited(lambda: fibonacci.fib_by(fibonacci.Algorithm_recursive, 60))
limited(lambda: fibonacci.fib_exact(200_000_000))

# A handler that does not raise lets the call go on.
seen: list[int] = []
signal.signal(signal.SIGALRM, lambda number, _frame: seen.append(number))
signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
assert fibonacci.fib_recursive(39) == 63245986
signal.setitimer(signal.ITIMER_REAL, 0)
assert seen[0] == signal.SIGALRM
print("# checked calls=6")

# A handler may call the library, also what asks and cannot be stopped from Python.
handled: list[str] = []
signal.signal(signal.SIGALRM, lambda *_: handled.append(fibonacci.caption("x", 2_000_000)[:10]))
signal.setitimer(signal.ITIMER_REAL, 0.1)
assert fibonacci.fib_recursive(38) == 39088169
while not handled:
    time.sleep(0.01)
assert handled == ["x(2000000)"]
