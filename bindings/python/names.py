"""Prints every public name of a module and every member of its classes: names.py MODULE."""

from __future__ import annotations

import enum
import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

# What Python's own protocols ask an object for, besides what every object has.
PROTOCOLS = {"__getstate__", "__iter__", "__match_args__", "__next__", *dir(object)}


def public_names(module: ModuleType) -> Iterator[str]:
    """Give the names, and `Class.member` for the members, inherited ones too."""
    for name in dir(module):
        if name[0] == "_":
            continue
        yield name
        thing = getattr(module, name)
        if isinstance(thing, enum.EnumMeta):
            # A member is one more way to write the constant.
            yield from (f"{name}_{member}" for member in thing.__members__)
        elif isinstance(thing, type):
            yield from (f"{name}.{member}" for member in dir(thing) if member not in PROTOCOLS)


def main() -> None:
    """Print them."""
    print("\n".join(sorted(set(public_names(importlib.import_module(sys.argv[1]))))))


if __name__ == "__main__":
    main()
