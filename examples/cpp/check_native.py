"""Checks what a native program tells and measures: check_native.py PROGRAM."""

from __future__ import annotations

import json
import re
import subprocess
import sys

MODULUS = 1_000_000_007
N, LOOPS, REPEATS = 20, 10, 3


def term(n: int) -> int:
    """F(n) by addition."""
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def run(*arguments: str) -> str:
    """Give what the program prints."""
    command = [sys.argv[1], *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


story = run()
print(story)
told = re.findall(r"^F\((\d+)\) = (\d+)$", story, re.MULTILINE)
assert {"10", "93"} <= {n for n, _ in told}
assert all(term(int(n)) == int(value) for n, value in told)
assert re.search(r"^F\(94\): .", story, re.MULTILINE)  # refused
assert all(str(term(n)) in story for n in range(88, 94))
indices, terms = re.findall(r"= (F.*|\d+ [+] .*)$", story, re.MULTILINE)
assert [term(int(n)) for n in re.findall(r"\d+", indices)] == [int(x) for x in terms.split(" + ")]
assert sum(map(int, terms.split(" + "))) == 100

results = {
    "void": 0,
    "u64_to_u64": term(N),
    "u64_checked": term(N),
    "recursive": term(N),
    "two_args": term(N) % MODULUS,
}
for shape, result in results.items():
    line = run("bench", "direct", shape, str(N), str(LOOPS), str(REPEATS))
    print(line, end="")
    measured = json.loads(line)
    calls, empties = measured.pop("call_ns"), measured.pop("empty_ns")
    assert len(calls) == len(empties) == REPEATS
    assert measured == {
        "technique": "direct",
        "shape": shape,
        "argument": N,
        "loops": LOOPS,
        "checksum": str(result),
    }

wrong = subprocess.run([sys.argv[1], "bench", "direct", "none", "1", "1", "1"], check=False)
assert wrong.returncode == 1
