"""Checks what a native bench program answers: results.py PROGRAM TECHNIQUE.

Each shape's result is that of its case; what cannot be done has a reason, and a malformed request
ends the program with a line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

try:
    from ffikit.lab.shapes import N, read_shapes
except ImportError as error:
    print(f"SKIP: {error}")
    sys.exit()

LOOPS, REPEATS = 10, 2
COMMAND = sys.argv[1:]


def ask(*requests: str) -> list[dict[str, Any]]:
    """Give the answers to requests."""
    text = "".join(f"{request}\n" for request in requests)
    program = subprocess.run(COMMAND, input=text, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in program.stdout.splitlines()]


def refuses(command: list[str], request: str) -> None:
    """Expect status 2 and one line."""
    run = subprocess.run(command, input=request, capture_output=True, text=True, check=False)
    assert run.returncode == 2, f"{command} {request!r} ended with {run.returncode}"
    assert not run.stdout, run.stdout
    assert run.stderr.count("\n") == 1, run.stderr


shapes = read_shapes()
answers = ask(*(f"time {name} {N} {LOOPS} {REPEATS}" for name in shapes))
assert [answer["shape"] for answer in answers] == list(shapes)
lacking = {answer["shape"]: answer["lacks"] for answer in answers if "lacks" in answer}
for answer in answers:
    name = answer["shape"]
    if name in lacking:
        print(f"{name} is lacking: {lacking[name]}")
        assert set(answer) == {"shape", "lacks"}
        assert lacking[name] != "there is no such shape"
        continue
    assert shapes[name].accepts(answer["result"]), answer
    assert (answer["argument"], answer["loops"]) == (N, LOOPS)
    for key in ("call_ns", "empty_ns", "own_ns"):
        assert len(answer[key]) == REPEATS
        assert all(isinstance(sample, float) for sample in answer[key])
    assert answer["clock"]
print(f"{len(shapes) - len(lacking)} shapes give what their cases say")

swept = [(name, n) for name, shape in shapes.items() for n in shape.sweep]
for (name, n), answer in zip(swept, ask(*(f"time {name} {n} 1 1" for name, n in swept))):
    assert "lacks" in answer or len(answer["result"].split()) == (1 if name == "recursive" else n)

assert ask("time none 1 1 1")[0]["lacks"]
if "FIB_MARKS" in os.environ:
    counted = [name for name in ("empty", *shapes) if name not in lacking]
    assert ask(*(f"count {name} {N} {LOOPS}" for name in counted)) == [
        {"shape": name, "loops": LOOPS} for name in counted
    ]
for request in (
    "",
    "time",
    "time void 1 1",
    "time void -1 1 1",
    "time void 1 0 1",
    "count void x 1",
):
    refuses(COMMAND, f"{request}\n")
refuses([COMMAND[0], "none"], "")
