"""What binds a host serves any library, so it names nothing that the library's header declares."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from common import finish, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = "core/include/fibonacci/fibonacci.hpp"
# The files of a host that are about this library: its programs and its prose.
ABOUT_THE_LIBRARY = ("conform*", "bench*", "*.md", "host.toml", "CMakeLists.txt")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
OWN_TYPE = re.compile(r"\b(?:class|struct|namespace|enum class) (\w+)")
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')


def without(pattern: re.Pattern[str], text: str) -> str:
    """Blank out what a pattern matches, keeping the lines."""
    return pattern.sub(lambda match: "\n" * match[0].count("\n"), text)


def declared(header: str) -> tuple[str, set[str], set[str]]:
    """Give the namespace of a header, and the functions and the types that it declares there."""
    code = without(COMMENT, header)
    namespace = re.search(r"^namespace (\w+)", code, re.MULTILINE)
    functions = set(re.findall(r"^FIB_API [^;(]*?(\w+)\(", code, re.MULTILINE))
    types = set(re.findall(r"^(?:class|struct|enum class)(?: FIB_API)? (\w+)", code, re.MULTILINE))
    types |= set(re.findall(r"^typedef .*\(\*(\w+)\)", code, re.MULTILINE))
    if not namespace or not functions or not types:
        finish([f"{HEADER}: no namespace, functions and types were found in it"])
    return namespace[1], functions, types


def binding_files() -> Iterator[tuple[str, str]]:
    """Give the files that bind a host, with their text."""
    for file, text in texts("bindings/").items():
        _, _, *rest = file.split("/")
        if len(rest) == 1 and not any(fnmatch(rest[0], each) for each in ABOUT_THE_LIBRARY):
            yield file, text


def violations() -> Iterator[str]:
    """Look for the namespace everywhere, for the other names in the code."""
    namespace, functions, types = declared(texts(HEADER)[HEADER])
    read = {file: (text, without(STRING, without(COMMENT, text))) for file, text in binding_files()}
    # A host may have a type of its own that is called the same.
    types -= {name for _, code in read.values() for name in OWN_TYPE.findall(code)}
    # So may a member, or a function of another namespace: text.encode(), std::fill().
    used = re.compile(
        rf"(?<![\w.>:%$])(?:(?:{'|'.join(sorted(types))})\b|(?:{'|'.join(sorted(functions))})\()"
    )
    for file, (text, code) in read.items():
        for number, (line, bare) in enumerate(zip(text.splitlines(), code.splitlines()), 1):
            if re.search(rf"\b{namespace}(?!_)\b", line) or used.search(bare):
                yield f"{file}:{number}: {line.strip()}"


finish(violations())
