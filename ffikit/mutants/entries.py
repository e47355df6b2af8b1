"""The seeded errors that tests/mutants describes, and which of them are chosen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ffikit import ROOT, KitError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ROOT / "tests" / "mutants"
_SENTENCE = r"^[a-z0-9]+(_[a-z0-9]+)*$"


class Mutant(BaseModel):
    """An error that a reviewer could overlook, and the test that must go red because of it."""

    name: str = Field(pattern=_SENTENCE)
    """A sentence in snake_case."""
    file: str
    before: str = Field(min_length=1)
    """Occurs exactly once in the file."""
    after: str
    test: str = Field(min_length=1)
    """What ctest calls it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def plant(self, text: str) -> str:
        """Return the file's text with the error in it; a KitError says why that cannot be."""
        count = text.count(self.before)
        if count != 1:
            message = f"`before` occurs {count} times in {self.file}, not once"
            raise KitError(message)
        if self.before == self.after:
            message = "`after` is the same as `before`"
            raise KitError(message)
        return text.replace(self.before, self.after)


class _File(BaseModel):
    mutant: list[Mutant] = Field(min_length=1)

    model_config = ConfigDict(extra="forbid")


def read(path: Path) -> list[Mutant]:
    """Read one file; what is wrong with it is a KitError."""
    where = f"{path.parent.name}/{path.name}"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return _File.model_validate(content).mutant
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"cannot read {where}: {error}"
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{where}: {_place(first['loc'], content)}: {first['msg']}"
    raise KitError(message)


def _place(location: tuple[int | str, ...], content: dict[str, object]) -> str:
    """Name the entry that is wrong: by its own name where it has one."""
    found: object = content
    words = []
    for step in location:
        words.append(f"number {step + 1}" if isinstance(step, int) else step)
        try:
            found = found[step]  # type: ignore[index]
        except (KeyError, TypeError):
            continue
        if isinstance(found, dict) and isinstance(name := found.get("name"), str):
            words[-1] = f"`{name}`"
    return " ".join(words)


def read_all() -> dict[str, list[Mutant]]:
    """Read the mutants of every topic; no two share a name."""
    topics = {path.stem: read(path) for path in sorted(FOLDER.glob("*.toml"))}
    seen: dict[str, str] = {}
    for topic, mutants in topics.items():
        for mutant in mutants:
            if mutant.name in seen:
                message = (
                    f"two mutants are called {mutant.name}: in {seen[mutant.name]} and {topic}"
                )
                raise KitError(message)
            seen[mutant.name] = topic
    return topics


def choose(topics: dict[str, list[Mutant]], wanted: set[str]) -> list[Mutant]:
    """Give those that `wanted` names, by their own name or their topic; all if it is empty."""
    names = {mutant.name for mutants in topics.values() for mutant in mutants}
    if unknown := wanted - names - topics.keys():
        message = f"no mutant or topic is called {min(unknown)}; the topics: {' '.join(topics)}"
        raise KitError(message)
    return [
        mutant
        for topic, mutants in topics.items()
        for mutant in mutants
        if not wanted or wanted & {topic, mutant.name}
    ]
