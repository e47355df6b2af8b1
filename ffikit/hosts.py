"""The hosts: the folders that there are, and what the build made of them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any

from ffikit import BUILD, ROOT, KitError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from pathlib import Path


@cache
def _read_toml(path: str) -> dict[str, Any]:
    file = ROOT / path
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


@dataclass(frozen=True)
class Technique:
    """A way from a host into the library; `program` is what its bench program calls it.

    `raw`: it calls the C ABI, and nothing was compiled for the host. `version`: of what it is made
    with, empty for what comes with the host. `folder`: where it lies in the checkout. `bare`: its
    module also offers C functions that nothing checks. `partial`: the library behind it lacks some.
    `command`: its bench program, where it is not the host's.
    """

    name: str
    environment: dict[str, str]
    program: str = "swig"
    raw: bool = False
    bare: bool = False
    partial: bool = False
    version: str = ""
    folder: str = ""
    command: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Host:
    """A host that was built, and how its programs are run."""

    name: str
    folder: str
    title: str
    version: str
    command: list[str]
    environment: dict[str, str]
    suffix: str
    techniques: list[Technique]

    def reason(self, technique: Technique, route: str) -> str | None:
        """Say why a technique does not do FILE/CALL/CASE, by its technique.toml or host.toml."""
        feature = route.partition("/")[0].removeprefix("optional_")
        return self.fault(technique, route) or self.table("lacks").get(feature)

    def fault(self, technique: Technique, route: str) -> str | None:
        """Say why a technique fails FILE/CALL/CASE, by its technique.toml."""
        special = _read_toml(f"{technique.folder}/technique.{self.name}.toml")
        lacks = (special or _read_toml(f"{technique.folder}/technique.toml")).get("lacks", {})
        found = (reason for pattern, reason in lacks.items() if fnmatchcase(route, pattern))
        return next(found, None)

    def table(self, name: str) -> dict[str, Any]:
        """Give a table of the folder's host.toml, empty where there is none."""
        found: dict[str, Any] = _read_toml(f"bindings/{self.folder}/host.toml").get(name, {})
        return found

    @property
    def label(self) -> str:
        """Title and version, as a reader knows the host."""
        return self.title if self.version in self.title else f"{self.title} {self.version}"

    def program(self, path: str) -> list[str]:
        """Give the command that runs ROOT/path.<suffix of the host>."""
        return [*self.command, str(ROOT / f"{path}.{self.suffix}")]


@dataclass(frozen=True)
class Build:
    """What a finished build holds, as CMake wrote it into hosts.json."""

    hosts: list[Host]
    skipped: list[dict[str, str]]
    libraries: dict[str, str]
    natives: list[Host]
    compilers: dict[str, str]
    swig: str
    marks: str = ""
    preload: str = ""  # what a program preloads whose modules a sanitizer watches
    failing_malloc: str = ""  # what lets allocations fail


def folders() -> list[str]:
    """Name every host that has a folder in bindings/."""
    found = (ROOT / "bindings").glob("[!_]*/host.toml")
    return sorted(path.parent.name for path in found)


def read_build(folder: Path = BUILD) -> Build:
    """Read what CMake wrote about the build in a folder."""
    path = folder / "hosts.json"
    if not path.exists():
        message = f"there is no build in {folder.relative_to(ROOT)}: run ./kit demo"
        raise KitError(message)
    content = json.loads(path.read_text(encoding="utf-8"))
    for kind in ("hosts", "natives"):
        for host in content[kind]:
            host["techniques"] = [Technique(**technique) for technique in host["techniques"]]
        content[kind] = [Host(**host) for host in content[kind]]
    return Build(**content)
