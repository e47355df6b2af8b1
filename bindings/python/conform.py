"""Runs a file of cases, tests/cases/*.tsv, and prints TAP: conform.py [TECHNIQUE] CASES."""

from __future__ import annotations

import gc
import importlib
import math
import os
import re
import sys
from array import array
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

*_, TECHNIQUE, CASES = ["swig", *sys.argv[1:]]
REPEAT = int(os.environ.get("CONFORM_REPEAT", "1"))  # for the search for leaks
FAULTS = "CONFORM_FAULTS" in os.environ  # under tests/faults/failing_malloc.cpp
ARM = 2**52
# The others are of functions written in Python: CPython has lost its own MemoryError, and in some
# versions the words about it too.
LACKS_MEMORY = ("raised MemoryError", "raised SystemError('<function ", "raised SystemError()")
fibonacci = importlib.import_module(
    "fibonacci" if TECHNIQUE == "swig" else f"fibonacci_{TECHNIQUE}"
)

ERRORS = {
    "argument": ValueError,
    "overflow": OverflowError,
    "range": IndexError,
    "memory": MemoryError,
    "type": TypeError,
    "arity": TypeError,
}


class OwnError(Exception):
    """What a callback of this program raises."""


OWN = OwnError("unchanged")


class Callback:
    """`&go`, `&until:7` or `&raise`; remembers what it was called with."""

    def __init__(self, text: str) -> None:
        self.what, _, self.index = text.partition(":")
        self.calls: list[str] = []

    def __call__(self, index: int, term: int) -> bool | None:
        if self.what == "raise":
            raise OWN
        self.calls.append(f"{index}:{term}")
        return index != int(self.index) if self.what == "until" else None

    def __str__(self) -> str:
        return f"[{' '.join(self.calls)}]"


def parse(text: str) -> Any:  # noqa: ANN401, PLR0911
    """Read one argument."""
    if text in (constants := {"true": True, "false": False, "nil": None}):
        return constants[text]
    if text[0] == "'":
        return unquote(text[1:])
    if text[0] == "#":
        return bytes.fromhex(text[1:])
    if text[0] == "&":
        return Callback(text[1:])
    if memory := re.fullmatch(r"(u64|u64ro|f64)\[(.*)\]", text):
        kind, items = memory[1], memory[2].split()
        values = array("d", map(float, items)) if kind == "f64" else array("Q", map(int, items))
        return memoryview(values).toreadonly() if kind == "u64ro" else values
    if text[0] == "[":
        return [parse(item) for item in text[1:-1].split()]
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


def show(value: Any) -> str:  # noqa: ANN401, PLR0911
    """Write a result as the cases do; an unexpected type shows as itself."""
    if value is None or isinstance(value, bool):
        return {None: "nil", True: "true", False: "false"}[value]
    if isinstance(value, list):
        return f"[{' '.join(map(show, value))}]"
    if isinstance(value, (array, memoryview)):
        return f"u64[{' '.join(map(str, value))}]"
    if isinstance(value, bytes):
        return f"#{value.hex()}"
    if isinstance(value, fibonacci.Term):
        return f"{value.index}:{value.term}"
    if isinstance(value, str):
        return "'" + re.sub(r"[%\0-\x1f\x7f]", lambda each: f"%{ord(each[0]):02x}", value)
    return str(value)


def call_sequence(arguments: list[str]) -> str:
    """Make a Sequence and do with it what the arguments say."""
    words = {"advance", "peek", "reset", "position", "exhausted", "rest", "destroy"}
    sequence = fibonacci.Sequence(*[parse(a) for a in arguments if a not in words])
    results = []
    for word in (a for a in arguments if a in words):
        if word == "destroy":
            sequence = fibonacci.Sequence.__new__(
                fibonacci.Sequence
            )  # no end is earlier than no beginning
        elif word in ("position", "exhausted"):
            results.append(getattr(sequence, word))
        elif word == "rest":
            results.append(list(sequence))
        else:
            results += [r for r in [getattr(sequence, word)()] if r is not None]
    return " ".join(map(show, results))


def call(name: str, texts: list[str]) -> str:
    """Call what the case names."""
    if name == "Sequence":
        return call_sequence(texts)
    if name == "live_objects":
        gc.collect()
    arguments = [parse(text) for text in texts]
    passed = list(arguments)
    if name == "listen":
        passed = [calling()(a) if isinstance(a, Callback) else a for a in arguments]
    result = getattr(fibonacci, name)(*passed)
    held = [a for a in arguments if isinstance(a, (array, memoryview, Callback))]
    return " ".join([show(result), *map(show, held)])


@cache
def calling() -> Any:  # noqa: ANN401
    """Give the class derived from Listener, which a library may lack."""

    class Calling(fibonacci.Listener):  # type: ignore[name-defined,misc]
        def __init__(self, callback: Callback) -> None:
            super().__init__()
            self.callback = callback

        def on_term(self, index: int, term: int) -> bool | None:
            return self.callback(index, term)

    return Calling


def check(name: str, expected: str, arguments: list[str]) -> str:
    """Say what is wrong, nothing when all is right."""
    kind, *words = expected[1:].split(" ") if expected[0] == "!" else [""]
    try:
        got = call(name, arguments)
    except OwnError as error:
        error.__traceback__ = None  # it would keep the call's objects alive
        return "" if error is OWN and kind == "own" else f"raised {error!r}"
    except Exception as error:  # noqa: BLE001
        right = type(error) is ERRORS.get(kind)
        missing = [word for word in words if word.lower() not in str(error).lower()]
        return "" if right and not missing else f"raised {error!r}"
    if expected[0] == "~":
        close = math.isclose(float(got), float(expected[1:]), rel_tol=1e-12)
        return "" if close and not got.isdigit() else got
    return "" if got == expected else got or "nothing"


def check_with_faults(name: str, expected: str, arguments: list[str]) -> tuple[str, int]:
    """Let each allocation fail in turn; say what is wrong, and how many failures ended the call."""
    felt = 0
    kind = expected.split(" ", maxsplit=1)[0] if expected[0] == "!" else expected
    for n in count(1):
        fibonacci.fib_wrapping(ARM + n)
        wrong = check(name, kind, arguments)  # there may be no memory for the words
        failed = fibonacci.fib_wrapping(ARM)
        if failed and wrong.startswith(LACKS_MEMORY):
            felt += 1
            wrong = check(name, expected, arguments)  # the next call is right
        if wrong or not failed:
            return wrong, felt
    raise AssertionError


def main() -> int:
    """Run all cases, each reported at once: the next may end the process."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    lines = Path(CASES).read_text(encoding="utf-8").split("\n")
    cases = [line.split("\t") for line in lines if line and not line.startswith("# ")]
    print(f"1..{len(cases)}")
    failed = faults = 0
    for number, (case, name, expected, *arguments) in enumerate(cases, 1):
        if not hasattr(fibonacci, name):
            print(f"ok {number} - {case} # SKIP the library has no {name}")
            continue
        for _ in range(REPEAT):
            wrong = check(name, expected, arguments)
        if FAULTS and not wrong:
            wrong, injected = check_with_faults(name, expected, arguments)
            print(f"# {case} faults={injected}")
            faults += injected
        failed += bool(wrong)
        print(f"{'not ' if wrong else ''}ok {number} - {case}")
        if wrong:
            print(f"# got {wrong}, wanted {expected}")
    if FAULTS:
        print(f"# checked calls={len(cases) + 2 * faults} faults={faults}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
