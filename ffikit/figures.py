"""Collects the figures of the demo, each checked before it is kept."""

from __future__ import annotations

import itertools
import re
import statistics
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from ffikit import KitError, bench
from ffikit.bench import Samples, Spread, choose_loops, spread
from ffikit.hosts import Build, Technique
from ffikit.processes import run_program
from ffikit.screen import steps

if TYPE_CHECKING:
    from collections.abc import Callable

INDICES = (10, 93, 1000)
_PURE = Technique("pure", {}, "pure")
COMPARED_IN = "python"
COMPARED = ("swig", "ctypes", "bare")
_PROCESSES = 5
_SAMPLES = 15
_LOOPS_TO_TRY = 1000


@dataclass(frozen=True)
class Call:
    """A call of the comparison: its shape, how a reader writes it, its argument n."""

    shape: str
    text: str
    n: int = 20
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
    samples: Samples

    @property
    def seconds(self) -> float:
        """Give the time of one call, the best of a few."""
        return min(self.samples.net_ns()) / 1e9


@dataclass(frozen=True)
class Crossing:
    """One call by one technique, measured in several processes."""

    call: Call
    technique: str
    runs: list[Samples] = field(default_factory=list)

    @property
    def cost(self) -> Spread:
        """Give nanoseconds a call, without the loop."""
        return spread([ns for run in self.runs for ns in run.net_ns()])

    @property
    def loop(self) -> float:
        """Give nanoseconds a turn of the empty loop."""
        return statistics.median(ns for run in self.runs for ns in run.empty_ns)


def fibonacci_by_addition(n: int) -> int:
    """Compute F(n) with nothing but Python's own integers: what every result is checked against."""
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def check(samples: Samples, n: int, who: str) -> None:
    """Refuse a time whose result is not F(n)."""
    expected = "nil" if samples.shape == "void" else str(fibonacci_by_addition(n))
    if samples.checksum != expected:
        message = f"{who}: {samples.shape}({n}) gave {samples.checksum} instead of {expected}"
        raise KitError(message)


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
    few, many = ("recursive", n, 1, 2), ("recursive", n, 1, 5)
    runs: list[tuple[str, str, str, Callable[[], Samples]]] = [
        (host.label, "", "itself", partial(bench.measure_host, host, _PURE, *few)) for host in hosts
    ]
    for native in built.natives:
        direct = next(t for t in native.techniques if t.name == "direct")
        measure = partial(bench.measure_native, native, direct, *many)
        runs.append((native.title, "", native.title, measure))
    for host in hosts:
        for technique in (t for t in host.techniques if t.raw or t.name == "swig"):
            route, _, library = technique.name.partition("-")
            measure = partial(bench.measure_host, host, technique, *many)
            runs.append((host.label, route, title(library or "cpp"), measure))
    rows = []
    with steps(f"fib({n})") as show:
        for done, (caller, route, callee, run) in enumerate(runs):
            show(done, len(runs), f"{caller} {route}")
            samples = run()
            check(samples, n, f"{caller} {route}")
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
    routes["bare"] = Technique("bare", routes["ctypes"].environment, "ctypes_bare")
    turns = [
        (Crossing(call, name), routes[name])
        for call in _CALLS
        for name in COMPARED
        if call.bare or name != "bare"
    ]
    with steps("SWIG and ctypes") as show:

        def measure(crossing: Crossing, technique: Technique, loops: int, repeats: int) -> Samples:
            show(len(crossing.runs), _PROCESSES, f"{crossing.call.text} through {technique.name}")
            shape, n = crossing.call.shape, crossing.call.n
            samples = bench.measure_host(host, technique, shape, n, loops, repeats)
            check(samples, n, technique.name)
            return samples

        loops = [choose_loops(measure(*turn, _LOOPS_TO_TRY, 3)) for turn in turns]
        for _, (turn, count) in itertools.product(range(_PROCESSES), list(zip(turns, loops))):
            turn[0].runs.append(measure(*turn, count, _SAMPLES))
    return [crossing for crossing, _ in turns]
