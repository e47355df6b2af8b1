"""Every host's folder holds what the others hold, and _default has a file for every hook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from common import ROOT, files, finish, hosts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALWAYS = ("CMakeLists.txt", "README.md", "host.hpp", "host.swg", "host.toml")
PROGRAMS = ("conform", "bench", "names")
# ./kit reads these with sed: each on one line.
KEYS = {
    "title": r'".+"',
    "prepare": r"(true|false)\b",
    "suffix": r'"\w+"',
    **dict.fromkeys(("debian", "fedora", "arch", "brew"), r"\[.*\]"),
}


def missing_keys(manifest: str) -> list[str]:
    """Give the keys that a host.toml lacks or spreads over lines."""
    return [
        key
        for key, value in KEYS.items()
        if not re.search(rf"^{key} = {value}", manifest, re.MULTILINE)
    ]


def violations() -> Iterator[str]:
    """Compare each folder with what a host consists of."""
    known = set(files())

    def absent(*paths: Path) -> Iterator[str]:
        return (f"{path.relative_to(ROOT)} is missing" for path in paths if path not in known)

    for folder in hosts():
        yield from absent(*(folder / name for name in ALWAYS))
        if (path := folder / "host.toml") in known:
            manifest = path.read_text(encoding="utf-8")
            for key in missing_keys(manifest):
                yield f"{path.relative_to(ROOT)} does not say {key} on one line"
            suffix = re.search(r'^suffix = "(\w+)"', manifest, re.MULTILINE)
            if suffix:
                yield from absent(*(folder / f"{name}.{suffix[1]}" for name in PROGRAMS))
                yield from absent(ROOT / "examples" / folder.name / f"story.{suffix[1]}")
    interface = (ROOT / "interface" / "fibonacci.i").read_text(encoding="utf-8")
    hooks = {path.name for path in files(":(glob)bindings/*/host*.swg")}
    hooks |= set(re.findall(r'^%include "(\w+\.swg)"', interface, re.MULTILINE))
    yield from absent(*(ROOT / "bindings" / "_default" / hook for hook in sorted(hooks)))


finish(violations())
