"""Collects the figures of the demo, each checked before it is kept."""

from __future__ import annotations

import itertools
import re
from dataclasses import asdict, dataclass, field
from functools import cached_property
from operator import sub
from statistics import median
from typing import TYPE_CHECKING

from ffikit import KitError
from ffikit.lab.analysis import Estimate, estimate
from ffikit.lab.measure import Bench
from ffikit.lab.results import PURE, Process
from ffikit.lab.shapes import N, fibonacci_by_addition
from ffikit.processes import run_program
from ffikit.screen import steps

if TYPE_CHECKING:
    from ffikit.hosts import Build, Host, Technique

INDICES = (10, 93, 1000)
COMPARED_IN = "python"
COMPARED = ("swig", "ctypes", "bare")
_PROCESSES = 5
_SAMPLES = 15
_SAMPLE_NS = 2e6


@dataclass(frozen=True)
class Call:
    """A call of the comparison: its shape, and how a reader writes it."""

    shape: str
    text: str
    bare: bool = False
    """Is it also a function of the C ABI that needs nothing around it?"""


_CALLS = (
    Call("void", "noop()", bare=True),
    Call("u64_to_u64", "fib_wrapping(20)", bare=True),
    Call("u64_checked", "fib(20)"),
    Call("two_args", "fib_mod(20, 10**9+7)"),
    Call("string_out", "fib_decimal(20)"),
)


@dataclass(frozen=True)
class Story:
    """The numbers that one host printed, as decimal text."""

    host: str
    label: str
    numbers: dict[str, str]


@dataclass(frozen=True)
class Naive:
    """The naive recursion, called from somewhere by some route and computed by some code."""

    caller: str
    route: str
    callee: str
    samples: Process

    @property
    def seconds(self) -> float:
        """Give the time of one call, the best of a few."""
        return min(self.samples.call_ns) / 1e9


@dataclass(frozen=True)
class Crossing:
    """One call by one technique, measured in several processes."""

    call: Call
    technique: str
    runs: list[Process] = field(default_factory=list)

    @cached_property
    def cost(self) -> Estimate:
        """Give nanoseconds a call, without the loop."""
        return estimate([float(median(map(sub, r.call_ns, r.empty_ns))) for r in self.runs])

    @property
    def loop(self) -> float:
        """Give nanoseconds a turn of the empty loop."""
        return median(ns for run in self.runs for ns in run.empty_ns)


def tell_stories(built: Build) -> list[Story]:
    """Run each host's story and check its numbers."""
    expected = {str(n): str(fibonacci_by_addition(n)) for n in INDICES}
    stories = []
    for host in built.hosts:
        command = host.program(f"examples/{host.folder}/story")
        output = run_program(command, host.environment, f"the story in {host.label}")
        numbers = dict(re.findall(r"^F\((\d+)\) = (\d+)$", output, re.MULTILINE))
        for n, value in expected.items():
            if numbers.get(n) != value:
                message = f"{host.label} says F({n}) = {numbers.get(n)}, but it is {value}"
                raise KitError(message)
        stories.append(Story(host.name, host.label, {n: numbers[n] for n in expected}))
    return stories


def run_naive(built: Build, n: int) -> list[Naive]:
    """Run the naive recursion in every host alone, natively, and from every host; Python first."""
    hosts = sorted(built.hosts, key=lambda host: host.name != COMPARED_IN)
    runs: list[tuple[Host, Technique, str, str]] = []
    for host in hosts:
        runs += [(host, t, "", host.label) for t in host.techniques if t.name == PURE]
    for host in built.natives:
        runs += [(host, t, "", host.title) for t in host.techniques if t.name == "direct"]
    for host in hosts:
        for technique in (t for t in host.techniques if t.raw or t.name == "swig"):
            route, _, library = technique.name.partition("-")
            runs.append((host, technique, route, title(library or "cpp")))
    rows = []
    with steps(f"fib({n})") as show:
        for done, (host, technique, route, callee) in enumerate(runs):
            caller = host.label if host in built.hosts else host.title
            show(done, len(runs), f"{caller} {route}")
            with Bench(host, technique) as bench:
                samples = bench.time("recursive", n, 1, 2 if technique.name == PURE else 5)
            rows.append(Naive(caller, route, callee, samples))
    return rows


def title(language: str) -> str:
    """Give the name of a library's language for a reader."""
    return {"cpp": "C++"}.get(language, language.capitalize())


def run_crossings(built: Build) -> list[Crossing]:
    """Measure SWIG and ctypes in Python, the processes of both in turn."""
    host = next((host for host in built.hosts if host.name == COMPARED_IN), None)
    routes = {technique.name: technique for technique in host.techniques} if host else {}
    if not host or "ctypes" not in routes:
        return []
    turns = [
        Crossing(call, name) for call in _CALLS for name in COMPARED if call.bare or name != "bare"
    ]
    loops: dict[tuple[str, str], int] = {}
    with steps("SWIG and ctypes") as show:
        for _, crossing in itertools.product(range(_PROCESSES), turns):
            show(len(crossing.runs), _PROCESSES, f"{crossing.call.text} by {crossing.technique}")
            bare = crossing.technique == "bare"
            technique = routes["ctypes" if bare else crossing.technique]
            shape = crossing.call.shape
            with Bench(host, technique, bare=bare) as bench:
                key = (shape, crossing.technique)
                if key not in loops:
                    loops[key] = bench.choose_loops(shape, N, _SAMPLE_NS)
                crossing.runs.append(bench.measure(shape, N, loops[key], _SAMPLES))
    return turns


def content(
    stories: list[Story], naive: list[Naive], crossings: list[Crossing]
) -> dict[str, object]:
    """Give every figure with its raw samples, for JSON."""
    return {
        "hosts": [asdict(story) for story in stories],
        "naive": [
            {**vars(row), "samples": row.samples.model_dump(), "seconds": row.seconds}
            for row in naive
        ],
        "crossings": [
            {
                "call": asdict(crossing.call),
                "technique": crossing.technique,
                "runs": [run.model_dump() for run in crossing.runs],
                "cost_ns": asdict(crossing.cost),
                "empty_ns": crossing.loop,
            }
            for crossing in crossings
        ],
    }
