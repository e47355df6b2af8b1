"""Checks what a native program tells: check_native.py PROGRAM."""

from __future__ import annotations

import re
import subprocess
import sys


def term(n: int) -> int:
    """F(n) by addition."""
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


story = subprocess.run(sys.argv[1:], check=True, stdout=subprocess.PIPE, text=True).stdout
print(story)
told = re.findall(r"^F\((\d+)\) = (\d+)$", story, re.MULTILINE)
assert {"10", "93"} <= {n for n, _ in told}
assert all(term(int(n)) == int(value) for n, value in told)
assert re.search(r"^F\(94\): .", story, re.MULTILINE)  # refused
assert all(str(term(n)) in story for n in range(88, 94))
indices, terms = re.findall(r"= (F.*|\d+ [+] .*)$", story, re.MULTILINE)
assert [term(int(n)) for n in re.findall(r"\d+", indices)] == [int(x) for x in terms.split(" + ")]
assert sum(map(int, terms.split(" + "))) == 100
