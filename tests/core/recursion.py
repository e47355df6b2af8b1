"""Proves by disassembly that the compiled fib_recursive is the program one reads.

recursion.py OBJDUMP OBJECT

Left alone, a compiler inlines the recursion into itself and turns its second call into a loop: what
is timed then is another function.
"""

from __future__ import annotations

import re
import subprocess
import sys

FUNCTION = "fibonacci::(anonymous namespace)::recursive(unsigned long)"
# The assembler resolves a call of a local function, or leaves it to the linker as a relocation.
CALL = re.compile(
    rf"\s(?:callq?|bl)\s+[0-9a-f]+ <{re.escape(FUNCTION)}>$"
    rf"|\sR_\w+\s+{re.escape(FUNCTION)}(?:-0x4)?$",
    re.MULTILINE,
)
CALLS_IN_THE_SOURCE = 2


def calls_to_itself(disassembly: str) -> int | None:
    """Count the calls from the function to its own beginning; None when it is not there."""
    _, found, behind = disassembly.partition(f" <{FUNCTION}>:\n")
    return len(CALL.findall(behind.partition("\n\n")[0])) if found else None


def main() -> int:
    """Judge one object file."""
    objdump, path = sys.argv[1:]
    command = [objdump, "--disassemble", "--reloc", "--demangle", "--no-show-raw-insn", path]
    disassembly = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    calls = calls_to_itself(disassembly)
    if calls == CALLS_IN_THE_SOURCE:
        print(f"{FUNCTION} calls itself {calls} times, as its source does")
        return 0
    found = "is not there" if calls is None else f"calls itself {calls} times"
    print(f"{FUNCTION} {found}; its source has {CALLS_IN_THE_SOURCE} calls.")
    print("core/CMakeLists.txt has to keep the compiler from changing recursive.cpp.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
