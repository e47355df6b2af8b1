"""Runs fib.py against each library and compares what it prints: same_values.py LIBRARY LIBRARY."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def values(library: str) -> list[str]:
    """Give the lines that fib.py prints, times aside."""
    command = [sys.executable, "-B", str(Path(__file__).with_name("fib.py")), "20"]
    environment = {**os.environ, "FIB_LIBRARY": library}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    print(done.stdout)
    return [line for line in done.stdout.splitlines() if not line.endswith("times as fast")]


first, second = map(values, sys.argv[1:])
assert first == second
