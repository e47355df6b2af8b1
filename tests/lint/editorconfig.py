"""Text ends in one newline, lines end in no blank and LF, and only what needs tabs has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import finish, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

WITH_TABS = (".tsv", ".go", "Makefile", ".gitmodules")


def violations() -> Iterator[str]:
    """Look at every line of every text."""
    for file, text in texts().items():
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            yield f"{file}: does not end in one newline"
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip() and not (file.endswith(WITH_TABS) and "\r" not in line):
                yield f"{file}:{number}: ends in a blank"
            elif "\t" in line and not file.endswith(WITH_TABS):
                yield f"{file}:{number}: has a tab"


finish(violations())
