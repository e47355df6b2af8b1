"""Every library and program that the build leaves is hardened: hardening.py BUILD.

Read in the files: relocations that are done and read-only before main, a stack that is not
executable, and the exit of the stack protector in what is made to be loaded by others. A file with
nothing to protect or to check shows nothing, so compile_commands.json is read for the options.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:
    from elftools.elf.elffile import ELFFile
except ImportError:
    print("SKIP: pyelftools is missing; ./kit puts it into .venv with Python 3.10 or newer")
    sys.exit()

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"\x7fELF"
EXECUTABLE = 1
BIND_NOW = 8
NOW = 1
# Not what somebody uses: what CMake tries and cargo keeps for itself, what tests compile.
NOT_LEFT = {"CMakeFiles", "deps", "build", "fastcall", "package"}
OPTIONS = ("-fstack-protector-strong", "-D_FORTIFY_SOURCE=2")
LAZY = re.compile(r"bench_plt$")  # the call by way of a lazy PLT is what the lab measures there
PROTECTED = re.compile(r"(core|hosts|techniques)/")  # all of these have arrays
RUST = re.compile(r"fibonacci_pyo3")  # which checks its arrays itself


def built(folder: Path) -> Iterator[Path]:
    """Give the ELF files below a folder that are loaded or run."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.suffix in {".o", ".a", ".rlib"}:
            continue
        if NOT_LEFT.isdisjoint(path.relative_to(folder).parts):
            with path.open("rb") as file:
                if file.read(len(MAGIC)) == MAGIC:
                    yield path


def faults(path: Path, *, protected: bool = True) -> Iterator[str]:
    """Say what one file lacks."""
    with path.open("rb") as file:
        elf = ELFFile(file)
        segments: dict[str, Any] = {part["p_type"]: part for part in elf.iter_segments()}
        dynamic = segments.get("PT_DYNAMIC")
        tags = {tag.entry.d_tag: tag.entry.d_val for tag in dynamic.iter_tags()} if dynamic else {}
        symbols: Any = elf.get_section_by_name(".dynsym")
        names = {symbol.name for symbol in symbols.iter_symbols()} if symbols else set()
    if "PT_GNU_RELRO" not in segments:
        yield "its relocations stay writable (no PT_GNU_RELRO)"
    now = tags.get("DT_FLAGS", 0) & BIND_NOW or tags.get("DT_FLAGS_1", 0) & NOW
    if not (now or "DT_BIND_NOW" in tags) and not LAZY.search(path.name):
        yield "it binds lazily (no BIND_NOW)"
    stack = segments.get("PT_GNU_STACK")
    if not stack or stack["p_flags"] & EXECUTABLE:
        yield "its stack is executable (PT_GNU_STACK)"
    if protected and "__stack_chk_fail" not in names:
        yield "it has no stack protector (no __stack_chk_fail)"


def uncompiled(folder: Path) -> Iterator[str]:
    """Name the sources that were compiled without an option."""
    for entry in json.loads((folder / "compile_commands.json").read_text(encoding="utf-8")):
        words = shlex.split(entry["command"])
        for option in OPTIONS:
            if option not in words:
                yield f"{entry['file']} is compiled without {option}"
        if "-fno-stack-protector" in words:
            yield f"{entry['file']} is compiled with -fno-stack-protector"


def main() -> int:
    """Read the build and say what is not hardened."""
    folder = Path(sys.argv[1])
    paths = list(built(folder))
    wrong = []
    for path in paths:
        name = str(path.relative_to(folder))
        protected = bool(PROTECTED.match(name)) and not RUST.search(name)
        wrong += [f"{name}: {fault}" for fault in faults(path, protected=protected)]
    wrong += uncompiled(folder)
    print("\n".join(wrong) or f"{len(paths)} files are hardened")
    return bool(wrong) or not paths


if __name__ == "__main__":
    sys.exit(main())
