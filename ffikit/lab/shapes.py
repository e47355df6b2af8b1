"""The catalogue of call shapes: shapes.toml, and the cases that say what a result must be."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ffikit import ROOT, KitError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

N = 20
"""The argument of every shape that has one, in the tables."""
_CASES = ROOT / "tests" / "cases"


@dataclass(frozen=True)
class Shape:
    """A shape of calls; shapes.toml explains the fields."""

    name: str
    call: str
    arguments: tuple[str, ...]
    expected: str
    file: str
    about: str
    shows: str = "all"
    direction: str = "call"
    per: int = 1
    less: str = ""
    sweep: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """Give the call as a reader would write it."""
        values = [a for a in self.arguments if not a.isalpha()]
        done = "".join(f".{word}()" for word in self.arguments if word.isalpha())
        return f"{self.call}({', '.join(map(_readable, values))}){done}"

    @property
    def route(self) -> str:
        """Give FILE/CALL/CASE, as the patterns of technique.toml name it."""
        return f"{self.file}/{self.call}/{self.name}"

    def accepts(self, result: str, n: int = N) -> bool:
        """Say whether a bench program's result is the one of the case, or of the sweep."""
        if self.sweep:
            return result == _SWEPT[self.name](n)
        expected = self.expected
        if expected.startswith("~"):
            return math.isclose(float(result), float(expected[1:]), rel_tol=1e-12)
        if self.shows == "memory":
            expected = expected[expected.rindex("u64[") :]
        elif self.shows == "first":
            expected = expected.split()[0]
        elif self.shows == "last":
            expected = re.split(r"[\s:]", expected.rstrip("]"))[-1]
        return result == expected


def fibonacci_by_addition(n: int) -> int:
    """Compute F(n) with nothing but Python's own integers: what results are checked against."""
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def _numbers(indices: list[int]) -> str:
    return "[" + " ".join(str(fibonacci_by_addition(i)) for i in indices) + "]"


_SWEPT = {
    "recursive": lambda n: str(fibonacci_by_addition(n)),
    "list_of_n": lambda n: _numbers(list(range(n))),
    "buffer_of_n": lambda n: "u64" + _numbers([i % 94 for i in range(n)]),
}


def _readable(argument: str) -> str:
    if argument.startswith("'"):
        return f'"{unquote(argument[1:])}"'
    if argument.startswith("&"):
        return "callback"
    if argument.startswith("u64["):
        return f"memory of {len(argument.split())}"
    if argument.startswith("["):
        return argument.replace(" ", ", ")
    return argument if len(argument) < len("1000000007 ") else f"{argument[:4]}…"


@cache
def read_shapes() -> dict[str, Shape]:
    """Give every shape by its name, in the order of the catalogue."""
    text = Path(__file__).with_name("shapes.toml").read_text(encoding="utf-8")
    cases = _read_cases()
    shapes = {}
    for name, fields in tomllib.loads(text).items():
        if name not in cases:
            message = f"ffikit/lab/shapes.toml: no file of tests/cases has a case '{name}'"
            raise KitError(message)
        sweep = tuple(fields.pop("sweep", ()))
        shapes[name] = Shape(name, **cases[name], sweep=sweep, **fields)
    return shapes


def tabled() -> list[Shape]:
    """Give the shapes of the tables."""
    return [shape for shape in read_shapes().values() if not shape.sweep]


def _read_cases() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(_CASES.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line and not line.startswith("# "):
                name, call, expected, *arguments = line.split("\t")
                found[name] = {
                    "call": call,
                    "expected": expected,
                    "arguments": tuple(arguments),
                    "file": path.stem,
                }
    return found
