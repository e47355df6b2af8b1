"""A typemap's body is at most three lines: what is longer is a function of host.hpp."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from common import finish, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 3
PAIRS = {"(": ")", "{": "}"}
TOKEN = re.compile(r'%\{|%\}|"|[(){};]')


def end_of(text: str, start: int) -> int:
    """Give the position after the bracket, block or string that begins at `start`."""
    if text.startswith("%{", start):
        return text.index("%}", start) + 2
    if text[start] == '"':
        return text.index('"', start + 1) + 1
    opening, closing, depth = text[start], PAIRS[text[start]], 0
    for position in range(start, len(text)):
        depth += (text[position] == opening) - (text[position] == closing)
        if depth == 0:
            return position + 1
    return len(text)


def bodies(text: str) -> Iterator[tuple[int, str]]:
    """Give each typemap's line and body; one without a body has none."""
    for match in re.finditer(r"%typemap\s*(?=\()", text):
        position = end_of(text, match.end())
        while token := TOKEN.search(text, position):
            if token[0] == ";":
                break
            position = end_of(text, token.start())
            if token[0] != "(":
                body = text[token.end() : position - len(token[0])]
                yield text.count("\n", 0, match.start()) + 1, body
                break


finish(
    f"{file}:{number}: the body has {len(lines)} lines"
    for file, text in texts("bindings/*.swg", "interface/*.i").items()
    for number, body in bodies(text)
    if len(lines := [line for line in body.splitlines() if line.strip()]) > LONGEST
)
