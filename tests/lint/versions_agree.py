"""A version is said once: the library's in version.h, SWIG's the same wherever it is pinned."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from common import finish, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = "core/include/fibonacci/version.h"
# Who else says the library's version: history, an expected value, and a format that demands one.
MAY_SAY_IT = re.compile(r"CHANGELOG\.md|tests/cases/.*\.tsv|.*/Cargo\.toml")
SWIG_PINS = {
    "requirements.in": r"^swig==([\d.]+)",
    "requirements.txt": r"^swig==([\d.]+)",
    "pyproject.toml": r'"swig==([\d.]+)"',
    "cmake/FibonacciHosts.cmake": r"\(FIBONACCI_SWIG_VERSION ([\d.]+)\)",
}


def violations() -> Iterator[str]:
    """Compare the pins, then look for the library's version elsewhere."""
    content = texts()
    pins = {
        file: match[1] if match else "nothing"
        for file, pattern in SWIG_PINS.items()
        for match in [re.search(pattern, content.get(file, ""), re.MULTILINE)]
    }
    if len(set(pins.values())) > 1:
        yield f"the pins of SWIG differ: {pins}"

    version = re.search(r'FIB_VERSION_STRING "([\d.]+)"', content[HEADER])
    if not version:
        finish([f"{HEADER} has no FIB_VERSION_STRING"])
    said = re.compile(rf"(?<![\d.]){re.escape(version[1])}(?![\d.])")
    for file, text in content.items():
        if file != HEADER and not MAY_SAY_IT.fullmatch(file) and said.search(text):
            yield f"{file} says {version[1]}, which is for {HEADER} to say"
        if file.endswith("/Cargo.toml") and not said.search(text):
            yield f"{file} has another version than {version[1]} of {HEADER}"


finish(violations())
