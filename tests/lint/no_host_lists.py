"""A host is one folder: outside bindings/, examples/<host>/ and the prose nothing names a host.

A mutant names the test that must see it, which may be a host's. Python is left out, for the kit
itself is written in it; so are names too short to tell from a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from common import finish, hosts, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST = 3
NOT_LOOKED_FOR = {"python", "and"}


def names() -> set[str]:
    """Give the folders' names and the words of the titles in host.toml."""
    found = set()
    for folder in hosts():
        found.add(folder.name)
        manifest = folder / "host.toml"
        title = re.search(r'^title = "(.*)"', manifest.read_text(encoding="utf-8"), re.MULTILINE)
        found |= set(re.findall(r"[A-Za-z]+", title[1].lower() if title else ""))
    return {name for name in found - NOT_LOOKED_FOR if len(name) >= SHORTEST}


def violations() -> Iterator[str]:
    """Look for each name as a word of its own, also between underscores."""
    word = re.compile(rf"(?<![a-z])({'|'.join(sorted(names()))})(?![a-z])", re.IGNORECASE)
    allowed = re.compile(
        rf"bindings/|examples/({'|'.join(folder.name for folder in hosts())})/|docs/|.*\.md$"
        r"|tests/mutants/\w+\.toml$"
    )
    for file, text in texts().items():
        if allowed.match(file):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if match := word.search(line):
                yield f"{file}:{number}: names {match[0]}: {line.strip()}"


finish(violations())
