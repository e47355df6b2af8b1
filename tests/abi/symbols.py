"""Compares the symbols that the library exports with symbols.txt.

symbols.py NM LIBRARY [--update]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LIST = Path(__file__).with_name("symbols.txt")
TEMPLATES_OF_THE_COMPILER = "Wu"  # which ones of std:: it leaves in the library is its own affair


def exported(nm: str, library: str) -> set[str]:
    """Give the names, demangled; the several symbols of one constructor count once."""
    command = [nm, "--dynamic", "--defined-only", "--demangle", library]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    symbols = (line.split(maxsplit=2)[1:] for line in output.splitlines())
    return {name for kind, name in symbols if kind not in TEMPLATES_OF_THE_COMPILER}


def main() -> int:
    """Compare, or write the list."""
    nm, library, *options = sys.argv[1:]
    now = exported(nm, library)
    if options == ["--update"]:
        LIST.write_text("".join(f"{name}\n" for name in sorted(now)), encoding="utf-8")
        return 0
    before = set(LIST.read_text(encoding="utf-8").splitlines())
    for name in sorted(now - before):
        print(f"appeared: {name}")
    for name in sorted(before - now):
        print(f"vanished: {name}")
    if now == before:
        return 0
    print("When something vanished or changed, raise FIB_ABI_VERSION in version.h.")
    print("Then write the list anew:")
    print(f"  {sys.executable} {__file__} {nm} {library} --update")
    return 1


if __name__ == "__main__":
    sys.exit(main())
