"""Every package that ./kit installs is pinned and comes with its hashes.

requirements.txt is what is installed and is made of requirements.in; pyproject.toml builds with the
same versions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from common import ROOT, finish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WANTED, COMPILED, PROJECT = "requirements.in", "requirements.txt", "pyproject.toml"
PIN = re.compile(r"([\w.-]+)==([\w.!+-]+)\s*(?:;\s*([^#\\]*?)\s*)?(?:\\|--hash|#|$)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
ELSEWHERE = re.compile(r"://|^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links)\b", re.MULTILINE)
AGAIN = f": uv pip compile {WANTED} -o {COMPILED}, as CONTRIBUTING.md says"


def read(name: str) -> str:
    """Give a file's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def lines(text: str) -> Iterator[str]:
    """Give the requirements, each on one line."""
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line


def pins(requirements: Iterable[str]) -> dict[str, set[str]]:
    """Give the versions of each package, of which a Python gets one."""
    found = defaultdict(set)
    for requirement in requirements:
        if match := PIN.match(requirement):
            found[re.sub(r"[-_.]+", "-", match[1]).lower()].add(match[2])
    return found


def violations() -> Iterator[str]:
    """Compare the three files that name packages."""
    compiled = list(lines(read(COMPILED)))
    installed = pins(compiled)
    required = re.findall(r"^requires = \[(.*?)^\]", read(PROJECT), re.MULTILINE | re.DOTALL)[0]
    build = re.findall(r'"([^"]*)"', required)
    sources = {WANTED: list(lines(read(WANTED))), PROJECT: build}
    for file, requirements in sources.items():
        for requirement in requirements:
            if not PIN.match(requirement):
                yield f"{file}: not pinned: {requirement}"
        for name, versions in pins(requirements).items():
            if odd := versions ^ installed.get(name, set()):
                found = "/".join(sorted(odd))
                yield f"{name} {found} is not in both {file} and {COMPILED}{AGAIN}"
    for requirement in compiled:
        if not PIN.match(requirement) or not HASH.search(requirement):
            yield f"{COMPILED}: no version or no hash: {requirement[:60]}"
    for file in (WANTED, COMPILED):
        if match := ELSEWHERE.search(read(file)):
            yield f"{file} says where packages come from, which a machine decides: {match[0]}"


finish(violations())
