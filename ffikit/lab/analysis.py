"""From samples to statements: medians with intervals, what the noise is, and who is faster.

A process is the unit: its samples share one heap layout and one moment, so that only the spread
between processes says how well a median is known. The interval is the percentile bootstrap of the
median of the processes (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ffikit.lab.results import FLOOR, PURE, Cell, Run, Technique
from ffikit.lab.shapes import N, read_shapes, tabled

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIDENCE = 0.95
_RESAMPLES = 2000
_SEED = 2015
QUIET, USABLE = 0.02, 0.05
"""Two runs of the same differ by less: a quiet machine, a usable one."""
ENOUGH = 5
"""Processes without which nobody should say what is less: an interval of fewer holds too little."""


@dataclass(frozen=True)
class Estimate:
    """A median of processes, and the interval that holds it with 95 %."""

    median: float
    low: float
    high: float
    values: tuple[float, ...] = ()

    def overlaps(self, other: Estimate) -> bool:
        """Say whether the intervals share a value."""
        return self.low <= other.high and other.low <= self.high

    @property
    def bears_ratios(self) -> bool:
        """Say whether it is far enough from nothing for a ratio to mean something."""
        return self.low > 0 and self.high - self.low <= self.median

    def times(self, n: int) -> Estimate:
        """Give what n of it cost."""
        values = tuple(value * n for value in self.values)
        return Estimate(self.median * n, self.low * n, self.high * n, values)


def estimate(values: Sequence[float]) -> Estimate:
    """Give the median of the processes with its bootstrap interval."""
    median = float(np.median(values))
    if len(values) < 2 or min(values) == max(values):  # noqa: PLR2004
        return Estimate(median, min(values), max(values), tuple(values))
    return Estimate(median, *_interval(tuple(values)), tuple(values))


@lru_cache(maxsize=1 << 15)
def _interval(values: tuple[float, ...]) -> tuple[float, float]:
    """Give the interval of the median; every form of a report asks for the same."""
    return _bootstrap((np.asarray(values),), np.median)


def ratio(values: Sequence[float], base: Sequence[float]) -> Estimate:
    """Give how many times the median of `base` the other median is, with its interval."""

    def divide(a: np.ndarray, b: np.ndarray, axis: int = -1) -> np.ndarray:
        quotient: np.ndarray = np.median(a, axis=axis) / np.median(b, axis=axis)
        return quotient

    a, b = np.asarray(values), np.asarray(base)
    point = float(divide(a, b))
    if min(len(a), len(b)) < 2:  # noqa: PLR2004
        return Estimate(point, point, point)
    return Estimate(point, *_bootstrap((a, b), divide))


def _bootstrap(samples: tuple[np.ndarray, ...], statistic: object) -> tuple[float, float]:
    # Here, for it takes half a second, which commands without statistics need not wait.
    from scipy import stats  # type: ignore[import-untyped]  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of samples that are all alike
        result = stats.bootstrap(
            samples,
            statistic,
            n_resamples=_RESAMPLES,
            confidence_level=CONFIDENCE,
            method="percentile",
            vectorized=True,
            random_state=np.random.default_rng(_SEED),
        )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


@dataclass(frozen=True)
class Noise:
    """How far apart two runs of the same technique were: what a difference must exceed."""

    typical: float
    most: float
    """What 95 % of the pairs stay below."""
    pairs: int
    apart: int
    """Pairs whose intervals did not overlap, although both are the same."""

    @property
    def verdict(self) -> str:
        """Say what the machine is good for."""
        if self.most <= QUIET:
            return "quiet"
        return "usable" if self.most <= USABLE else "noisy"


@dataclass(frozen=True)
class Winner:
    """The fastest techniques of one host and shape: one, or several that are too close to call."""

    host: str
    shape: str
    techniques: tuple[str, ...]

    @property
    def name(self) -> str | None:
        """Give the one that is faster than all others, if there is one."""
        return self.techniques[0] if len(self.techniques) == 1 else None


@dataclass(frozen=True)
class Versus:
    """How a technique stands to another one, in the shapes that both have."""

    technique: str
    ratios: dict[str, float]
    """How many times the cost of the other, by shape."""
    faster: int
    close: int
    slower: int

    @property
    def median(self) -> float:
        """Give the ratio of the shape in the middle."""
        return float(np.median(list(self.ratios.values())))

    @property
    def least(self) -> tuple[str, float]:
        """Give the shape that suits the technique best, with its ratio."""
        return min(self.ratios.items(), key=lambda item: item[1])

    @property
    def most(self) -> tuple[str, float]:
        """Give the shape that suits the technique worst, with its ratio."""
        return max(self.ratios.items(), key=lambda item: item[1])


@dataclass(frozen=True)
class Crossover:
    """From which n on one way costs less than another, among those that were measured."""

    measured: tuple[int, ...]
    first: int | None
    """It costs less from here on; None: not in what was measured."""

    @property
    def before(self) -> int | None:
        """Give the last n at which it does not pay, or is too close to call."""
        below = [n for n in self.measured if self.first is None or n < self.first]
        return below[-1] if below else None


class Analysis:
    """The statements about a run."""

    def __init__(self, run: Run) -> None:
        """Keep the run; figures are computed when they are asked for."""
        self.run = run
        known = read_shapes()  # a run of an older kit may have others
        self._cells = {cell.key: cell for cell in run.cells if cell.shape in known}
        self._estimates: dict[tuple[object, ...], Estimate | None] = {}
        self._noise: dict[str | None, Noise | None] = {}

    @cached_property
    def hosts(self) -> list[str]:
        """Name the hosts in the order of the run, native programs last."""
        order = sorted(self.run.techniques, key=lambda technique: technique.native)
        return list(dict.fromkeys(technique.host for technique in order if not technique.control))

    def is_native(self, host: str) -> bool:
        """Say whether it is no host but a native program."""
        return all(technique.native for technique in self.techniques(host))

    def techniques(self, host: str) -> list[Technique]:
        """Give a host's techniques, without the control."""
        return [t for t in self.run.techniques if t.host == host and not t.control]

    def label(self, host: str) -> str:
        """Give a host's name with its version."""
        return self.techniques(host)[0].host_label

    @cached_property
    def shapes(self) -> list[str]:
        """Name the shapes of the tables that the run has, in their order."""
        had = {cell.shape for cell in self._cells.values()}
        return [shape.name for shape in tabled() if shape.name in had]

    def cell(
        self, host: str, technique: str, shape: str, n: int = N, *, control: bool = False
    ) -> Cell | None:
        """Find a cell."""
        return self._cells.get((host, technique, control, shape, n))

    def cost(
        self, host: str, technique: str, shape: str, n: int = N, *, control: bool = False
    ) -> Estimate | None:
        """Give nanoseconds a call without the loop; None where nothing was measured."""
        key = (host, technique, shape, n, control)
        if key not in self._estimates:
            values = self._values(host, technique, shape, n, control=control)
            self._estimates[key] = estimate(values) if values else None
        return self._estimates[key]

    def _values(
        self, host: str, technique: str, shape: str, n: int, *, control: bool
    ) -> list[float]:
        """Give a process's median of the differences between call and empty loop, for each."""
        cell = self._cells.get((host, technique, control, shape, n))
        if not cell or not cell.processes:
            return []
        values = [
            float(np.median(np.subtract(process.call_ns, process.empty_ns)))
            for process in cell.processes
        ]
        said = read_shapes()[shape]
        if said.per == 1:
            return values
        once = self.cost(host, technique, said.less, N, control=control)
        return [(value - (once.median if once else 0.0)) / said.per for value in values]

    def loop(self, host: str) -> Estimate:
        """Give nanoseconds a turn of the host's empty loop."""
        return self._beside(host, "empty_ns")

    def own_call(self, host: str) -> Estimate:
        """Give nanoseconds a call of the host's own function that does nothing."""
        loop, own = self._beside(host, "empty_ns"), self._beside(host, "own_ns")
        return estimate([max(value - loop.median, 0.0) for value in own.values])

    def _beside(self, host: str, loop: str) -> Estimate:
        cells = [cell for cell in self._cells.values() if cell.host == host]
        cells = [cell for cell in cells if cell.shape == "void" and cell.processes] or cells
        values = [float(np.median(getattr(p, loop))) for cell in cells for p in cell.processes]
        return estimate(values or [0.0])

    def noise(self, host: str | None = None) -> Noise | None:
        """Compare `swig` with itself; None where the run has no such pair."""
        if host not in self._noise:
            self._noise[host] = self._compare_controls(host)
        return self._noise[host]

    def _compare_controls(self, host: str | None) -> Noise | None:
        distances, apart = [], 0
        for cell in self._cells.values():
            if not cell.control or (host and cell.host != host) or read_shapes()[cell.shape].sweep:
                continue
            again = self.cost(cell.host, cell.technique, cell.shape, cell.n, control=True)
            once = self.cost(cell.host, cell.technique, cell.shape, cell.n)
            if once and again and once.median > 0:
                # Of the whole turn: a difference of a nanosecond is no noise of a fifth.
                loop = self.loop(cell.host).median
                distances.append(abs(again.median - once.median) / (once.median + loop))
                apart += not once.overlaps(again)
        if not distances:
            return None
        return Noise(
            float(np.median(distances)), float(np.quantile(distances, 0.95)), len(distances), apart
        )

    def too_close(self, host: str, one: Estimate, other: Estimate) -> bool:
        """Say whether nobody should say which of the two is less."""
        if min(len(one.values), len(other.values)) < ENOUGH:
            return True
        noise = self.noise(host)
        allowed = (noise.typical if noise else 0.0) * max(one.median, other.median)
        return one.overlaps(other) or abs(one.median - other.median) <= allowed

    def _rivals(self, host: str, shape: str) -> dict[str, Estimate]:
        """Give the cost of each technique that crosses and checks, the cheapest first."""
        costs = {
            technique.name: cost
            for technique in self.techniques(host)
            if technique.name != PURE and not technique.bare
            if (cost := self._comparable(host, technique.name, shape))
        }
        return dict(sorted(costs.items(), key=lambda item: item[1].median))

    def _comparable(self, host: str, technique: str, shape: str) -> Estimate | None:
        """Give a cost, unless the technique does not pass the case of the shape."""
        noted = self.note(host, technique, shape)
        return None if noted else self.cost(host, technique, shape)

    def note(self, host: str, technique: str, shape: str) -> str | None:
        """Say in which way a technique does not pass the case of a shape, if so."""
        cell = self.cell(host, technique, shape)
        return cell.note if cell else None

    def winner(self, host: str, shape: str) -> Winner | None:
        """Find the fastest, and all that are too close to it; None where nobody competes."""
        costs = self._rivals(host, shape)
        if len(costs) < 2:  # noqa: PLR2004
            return None
        first, *others = costs
        close = [name for name in others if self.too_close(host, costs[first], costs[name])]
        return Winner(host, shape, (first, *close))

    def base(self, host: str, shape: str) -> tuple[str, Estimate] | None:
        """Give what a shape's costs are compared with: the floor; without it, the fastest."""
        costs = self._rivals(host, shape)
        name = FLOOR if FLOOR in costs else next(iter(costs), None)
        return (name, costs[name]) if name and costs[name].bears_ratios else None

    def versus(self, host: str, technique: str, other: str) -> Versus | None:
        """Compare two techniques where both cost something; None where they never do."""
        ratios, faster, close, slower = {}, 0, 0, 0
        for shape in self.shapes:
            mine = self._comparable(host, technique, shape)
            theirs = self._comparable(host, other, shape)
            if not (mine and theirs and mine.bears_ratios and theirs.bears_ratios):
                continue
            ratios[shape] = mine.median / theirs.median
            if self.too_close(host, mine, theirs):
                close += 1
            elif mine.median < theirs.median:
                faster += 1
            else:
                slower += 1
        return Versus(technique, ratios, faster, close, slower) if ratios else None

    def sweep(self, host: str, technique: str, shape: str) -> dict[int, Estimate]:
        """Give what a swept shape costs, by n."""
        found = {
            n: self.cost(host, technique, shape, n)
            for of, name, control, said, n in sorted(self._cells)
            if (of, name, control, said) == (host, technique, False, shape)
        }
        return {n: cost for n, cost in found.items() if cost and cost.median > 0}

    def crossover(
        self, host: str, costs: dict[int, Estimate], others: dict[int, Estimate]
    ) -> Crossover | None:
        """Find the n from which on the first costs less, in all n that both have."""
        measured = tuple(sorted(costs.keys() & others.keys()))
        first = None
        for n in reversed(measured):
            mine, theirs = costs[n], others[n]
            if mine.median >= theirs.median or self.too_close(host, mine, theirs):
                break
            first = n
        return Crossover(measured, first) if measured else None
