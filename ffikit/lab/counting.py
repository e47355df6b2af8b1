"""Counts the instructions of a call with callgrind, in one process a technique.

A count does not depend on the clock, nor on what else the machine does: it is the difference of two
loop lengths over that of the loops, less the same for an empty loop.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ffikit import KitError
from ffikit.lab.measure import Bench, LacksError
from ffikit.lab.results import Function
from ffikit.lab.shapes import read_shapes
from ffikit.processes import run_program

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ffikit.hosts import Build, Host, Technique

LOOPS = 100
CALLEE = "libfibonacci"
_REPETITIONS = 3
_BETWEEN_EMPTY = 6
_TOTAL = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)
_LINE = re.compile(r"^\s*([\d,]+)\s+(?:\([^)]*\)\s+)?.*?:(.+?)(?: \[(.*)\])?$", re.MULTILINE)


@dataclass(frozen=True)
class Counted:
    """Instructions of one call, by shape, and for some shapes by function."""

    calls: dict[str, float] = field(default_factory=dict)
    functions: dict[str, list[Function]] = field(default_factory=dict)
    callees: dict[str, float] = field(default_factory=dict)
    """What the library's function costs with all that it calls itself."""


def require(built: Build) -> None:
    """Refuse to count without what it takes."""
    if not shutil.which("valgrind") or not built.marks:
        message = "counting needs valgrind: ./kit doctor says what brings it"
        raise KitError(message)


def count(  # noqa: PLR0913 - what is counted, and how
    built: Build,
    host: Host,
    technique: Technique,
    shapes: Iterable[str],
    n: int,
    *,
    bare: bool = False,
    profiled: tuple[str, ...] = (),
) -> Counted:
    """Count the calls of all shapes that the technique offers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wrapper = ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no"]
        wrapper.append(f"--callgrind-out-file={folder}/out")
        environment = {"FIB_MARKS": built.marks, "PYTHONHASHSEED": "0"}
        dumps: dict[str, dict[int, list[Path]]] = {}
        written = 0
        bench = Bench(host, technique, bare=bare, wrapper=wrapper, environment=environment)
        with bench:
            for shape in _with_empty_loops(list(shapes)):
                found = dumps.setdefault(shape, {LOOPS: [], 2 * LOOPS: []})
                for loops in [LOOPS, 2 * LOOPS] * _REPETITIONS:
                    try:
                        bench.count(shape, n, loops)
                    except LacksError:
                        dumps.pop(shape, None)
                        break
                    written += 1
                    found[loops].append(folder / f"out.{written}")
        calls = _net({shape: _gross(found) for shape, found in dumps.items()})
        there = [shape for shape in profiled if shape in calls]
        empty = _profile(dumps["empty"]) if there else {}
        functions = {shape: _subtract(_profile(dumps[shape]), empty) for shape in there}
        callees = {shape: _callee(_profile(dumps[shape], inclusive=True)) for shape in there}
        return Counted(calls, functions, callees)


def _with_empty_loops(shapes: list[str]) -> list[str]:
    """Put an empty loop before every few shapes: it is taken off all of them.

    What a shape leaves on the heap may be in the way of one empty loop, each time that it is
    repeated, but not of all.
    """
    parts = (shapes[i : i + _BETWEEN_EMPTY] for i in range(0, len(shapes), _BETWEEN_EMPTY))
    return [shape for part in parts for shape in ["empty", *part]]


def _gross(dumps: dict[int, list[Path]]) -> float:
    """Give the instructions of a turn: the least of the repetitions counts."""
    short, long = (min(map(_total, dumps[loops])) for loops in (LOOPS, 2 * LOOPS))
    return (long - short) / LOOPS


def _total(path: Path) -> int:
    text = path.read_text(encoding="utf-8", errors="replace")
    if not (total := _TOTAL.search(text)):
        message = f"callgrind counted nothing in {path.name}"
        raise KitError(message)
    return int(total[1])


def _net(gross: dict[str, float]) -> dict[str, float]:
    """Take the empty loop off, and what a turn does beside what is counted."""
    empty = gross.pop("empty")
    net = {shape: count - empty for shape, count in gross.items()}
    known = read_shapes()
    return {
        shape: (count - net.get(known[shape].less, 0.0)) / known[shape].per
        for shape, count in net.items()
    }


def _callee(profile: dict[tuple[str, str], float]) -> float:
    """Give the inclusive cost of the outermost function of the library."""
    of_library = (count for (_, library), count in profile.items() if library.startswith(CALLEE))
    return max(of_library, default=0.0)


def _profile(
    dumps: dict[int, list[Path]], *, inclusive: bool = False
) -> dict[tuple[str, str], float]:
    """Give the instructions that each function executes in a turn, itself or with what it calls."""
    short, long = (min(dumps[loops], key=_total) for loops in (LOOPS, 2 * LOOPS))
    more, less = _annotate(long, inclusive=inclusive), _annotate(short, inclusive=inclusive)
    more.subtract(less)
    return {function: count / LOOPS for function, count in more.items()}


def _annotate(path: Path, *, inclusive: bool) -> Counter[tuple[str, str]]:
    command = ["callgrind_annotate", "--threshold=100", "--auto=no", "--show-percs=no"]
    command += [f"--inclusive={'yes' if inclusive else 'no'}", str(path)]
    lines = _LINE.findall(run_program(command, {}, "callgrind_annotate"))
    # What was inlined from another file has a line of its own, which does not name the library.
    # What a just-in-time compiler made is of no library either: ???.
    named = (line for line in lines if line[2] not in ("", "???"))
    libraries = {function: Path(library).name for _, function, library in named}
    found: Counter[tuple[str, str]] = Counter()
    for count, function, _ in lines:
        name = function.partition("'")[0]  # 'N is the depth of a recursion
        found[name, libraries.get(function, "")] += int(count.replace(",", ""))
    return found


def _subtract(
    profile: dict[tuple[str, str], float], empty: dict[tuple[str, str], float]
) -> list[Function]:
    """Give the functions of a call without the loop around it, the costliest first."""
    net = {
        function: profile.get(function, 0.0) - empty.get(function, 0.0)
        for function in {**profile, **empty}
    }
    order = sorted(net.items(), key=lambda item: -item[1])
    return [
        Function(name=name, library=library, instructions=round(count, 2))
        for (name, library), count in order
        if abs(count) >= 1
    ]
