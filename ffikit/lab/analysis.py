"""From samples to statements: medians with intervals, what the noise is, and who is faster.

A process is the unit: its samples share one heap layout and one moment, so that only the spread
between processes says how well a median is known. The interval is the percentile bootstrap of the
median of the processes (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats  # type: ignore[import-untyped]

from ffikit.lab.results import FLOOR, PURE, Cell, Run, Technique
from ffikit.lab.shapes import N, read_shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIDENCE = 0.95
_RESAMPLES = 2000
_SEED = 2015
QUIET, USABLE = 0.02, 0.05
"""Two runs of the same differ by less: a quiet machine, a usable one."""


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


def estimate(values: Sequence[float]) -> Estimate:
    """Give the median of the processes with its bootstrap interval."""
    median = float(np.median(values))
    if len(values) < 2 or min(values) == max(values):  # noqa: PLR2004
        return Estimate(median, min(values), max(values), tuple(values))
    interval = _bootstrap((np.asarray(values),), np.median)
    return Estimate(median, *interval, tuple(values))


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


class Analysis:
    """The statements about a run."""

    def __init__(self, run: Run) -> None:
        """Keep the run; figures are computed when they are asked for."""
        self.run = run
        self._cells = {cell.key: cell for cell in run.cells}
        self._estimates: dict[tuple[object, ...], Estimate | None] = {}
        self._noise: dict[str | None, Noise | None] = {}

    @cached_property
    def hosts(self) -> list[str]:
        """Name the hosts in the order of the run, native programs last."""
        order = sorted(self.run.techniques, key=lambda technique: technique.native)
        return list(dict.fromkeys(technique.host for technique in order))

    def techniques(self, host: str) -> list[Technique]:
        """Give a host's techniques, without the control."""
        return [t for t in self.run.techniques if t.host == host and not t.control]

    def label(self, host: str) -> str:
        """Give a host's name with its version."""
        return self.techniques(host)[0].host_label

    @cached_property
    def shapes(self) -> list[str]:
        """Name the shapes of the tables that the run has, in their order."""
        had = {cell.shape for cell in self.run.cells}
        return [name for name, shape in read_shapes().items() if name in had and not shape.sweep]

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
        cells = [cell for cell in self.run.cells if cell.host == host and cell.shape == "void"]
        cells = cells or [cell for cell in self.run.cells if cell.host == host]
        values = [float(np.median(getattr(p, loop))) for cell in cells for p in cell.processes]
        return estimate(values or [0.0])

    def versus_floor(self, host: str, technique: str, shape: str) -> float | None:
        """Give how many times the cost of the hand-written module this is."""
        mine, floor = self.cost(host, technique, shape), self.cost(host, FLOOR, shape)
        return mine.median / floor.median if mine and floor and floor.median > 0 else None

    def noise(self, host: str | None = None) -> Noise | None:
        """Compare `swig` with itself; None where the run has no such pair."""
        if host not in self._noise:
            self._noise[host] = self._compare_controls(host)
        return self._noise[host]

    def _compare_controls(self, host: str | None) -> Noise | None:
        distances, apart = [], 0
        for cell in self.run.cells:
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
        noise = self.noise(host)
        allowed = (noise.typical if noise else 0.0) * max(one.median, other.median)
        return one.overlaps(other) or abs(one.median - other.median) <= allowed

    def winner(self, host: str, shape: str) -> Winner | None:
        """Find the fastest that cross and check; all that are too close to the fastest."""
        costs = {
            technique.name: cost
            for technique in self.techniques(host)
            if technique.name != PURE and not technique.bare
            if (cost := self.cost(host, technique.name, shape))
        }
        if not costs:
            return None
        order = sorted(costs, key=lambda name: costs[name].median)
        first = costs[order[0]]
        close = [
            name for name in order if name == order[0] or self.too_close(host, first, costs[name])
        ]
        return Winner(host, shape, tuple(close))
