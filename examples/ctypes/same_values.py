"""Runs fib.py against each library and compares what it prints: same_values.py LIBRARY LIBRARY."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep


def values(library: str) -> list[str]:
    """Give the lines that fib.py prints, times aside."""
    command = [sys.executable, "-B", str(Path(__file__).with_name("fib.py")), "20"]
    environment = {**os.environ, "FIB_LIBRARY": library}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    print(done.stdout)
    return [line for line in done.stdout.splitlines() if not line.endswith("times as fast")]


def is_interrupted(library: str) -> bool:
    """Tell whether Ctrl-C ends fib_recursive(60), which would take hours."""
    command = [sys.executable, "-B", str(Path(__file__).with_name("fib.py")), "60"]
    environment = {**os.environ, "FIB_LIBRARY": library}
    pipe = subprocess.PIPE
    program = subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)
    try:
        assert program.stdout
        program.stdout.read(len("naive fib(60) = "))
        sleep(0.2)  # it says so just before the call
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        return False
    finally:
        program.kill()
    return "lib.fib_recursive" in errors and "KeyboardInterrupt" in errors


first, second = map(values, sys.argv[1:])
assert first == second
assert all(map(is_interrupted, sys.argv[1:]))
