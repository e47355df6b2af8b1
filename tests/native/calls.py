"""Checks that a native bench program calls as its technique says: calls.py OBJDUMP FORM PROGRAM."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

FORMS = {
    "direct": r"call +[0-9a-f]+ <(fib_\w+)>",
    "plt": r"call +[0-9a-f]+ <(fib_\w+)@plt>",
    # From the GOT, perhaps read before the loop.
    "no_plt": r"(?:call +\*|mov +)0x[0-9a-f]+\(%rip\).* <(fib_\w+)(?:@+\w+)?>",
    "dlsym": r"(?:call +\*|mov +)0x[0-9a-f]+\(%rip\).* <loaded::(fib_\w+)>",
    "rust_direct": r"call +[0-9a-f]+ <(?:fibonacci_rust::numbers|direct)::(\w+)>",
}
HEADER = Path(__file__).parents[2] / "core" / "include" / "fibonacci" / "fibonacci.h"
NOT_TIMED = {
    "fib_status_message",
    "fib_library_version",
    "fib_abi_version",
    "fib_live_objects",
    "fib_sequence_reset",
    "fib_set_stop_check",
}
OF_RUST = {
    *("noop", "wrapping", "fib", "recursive", "by", "modulo", "recurrence", "binet"),
    *("is_fibonacci", "nearest"),
}


def expected(form: str) -> set[str]:
    """Name the functions that the loops call."""
    if form == "rust_direct":
        return OF_RUST
    declared = re.findall(r"^FIB_API .*?\b(fib_\w+)\(", HEADER.read_text("utf-8"), re.MULTILINE)
    return set(declared) - NOT_TIMED


def loops(objdump: str, program: str) -> list[str]:
    """Give the instructions of the timed loops, but for jumps within them."""
    command = [objdump, "-d", "-C", "--no-show-raw-insn", program]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    functions = re.findall(r"^[0-9a-f]+ <(.*)>:\n((?:.+\n)*)", text, re.MULTILINE)
    bodies = [body for name, body in functions if "LoopOf<" in name and "::run" in name]
    assert len(bodies) >= len(expected(form)), f"only {len(bodies)} loops were found"
    lines = (line for body in bodies for line in body.splitlines())
    return [line.partition(":")[2].strip() for line in lines if "LoopOf<" not in line]


form = sys.argv[2]
called = set()
for line in loops(sys.argv[1], sys.argv[3]):
    if match := re.fullmatch(FORMS[form], line):
        called.add(match[1])
    else:
        assert not re.search(r"<(loaded::)?fib_|<fibonacci_rust::", line), line
missing = expected(form) - called
assert not missing, f"not called in this form: {sorted(missing)}"
print(f"{len(expected(form))} functions are called in the form of {form}")
