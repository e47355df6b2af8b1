"""Runs the bench programs of the hosts and turns their samples into figures."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ffikit import KitError
from ffikit.processes import run_program

if TYPE_CHECKING:
    from ffikit.hosts import Host, Technique

_SAMPLE_NS = 2e6
_MOST_LOOPS = 1_000_000


@dataclass(frozen=True)
class Samples:
    """What one bench process measured, in nanoseconds a turn of its loop."""

    technique: str
    shape: str
    argument: int
    loops: int
    call_ns: list[float]
    empty_ns: list[float]
    checksum: str
    clock: str = ""

    def net_ns(self) -> list[float]:
        """Give the samples without the cost of the empty loop."""
        empty = statistics.median(self.empty_ns)
        return [sample - empty for sample in self.call_ns]


@dataclass(frozen=True)
class Spread:
    """The middle of many samples: the median between the quartiles."""

    low: float
    median: float
    high: float

    def overlaps(self, other: Spread) -> bool:
        """Say whether the middle halves share a value: too close to call."""
        return self.low <= other.high and other.low <= self.high


def spread(values: list[float]) -> Spread:
    """Summarize samples."""
    return Spread(*statistics.quantiles(values, n=4, method="inclusive"))


def measure_host(host: Host, technique: Technique, shape: str, *numbers: int) -> Samples:
    """Measure a call from a host; the numbers are its argument, the loops and the repeats."""
    command = [*host.program(f"bindings/{host.folder}/bench"), technique.program]
    environment = {**host.environment, **technique.environment}
    command += [shape, *map(str, numbers)]
    return _measure(command, environment, f"{host.label} through {technique.name}")


def measure_native(host: Host, technique: Technique, shape: str, *numbers: int) -> Samples:
    """Measure the same without any host."""
    request = f"time {shape} {' '.join(map(str, numbers))}\n"
    command = [*technique.command, technique.program]
    title = f"{host.label} through {technique.name}"
    output = run_program(command, technique.environment, title, request)
    try:
        found = json.loads(output)
        found["checksum"] = found.pop("result")
        del found["own_ns"]
        return Samples(technique.name, **found)
    except (ValueError, TypeError, KeyError) as error:
        message = f"{title} printed no measurement but {output!r}"
        raise KitError(message) from error


def choose_loops(samples: Samples) -> int:
    """Give the number of turns that makes a sample last about two milliseconds."""
    return int(min(max(_SAMPLE_NS / max(min(samples.call_ns), 1.0), 1), _MOST_LOOPS))


def _measure(command: list[str], environment: dict[str, str], title: str) -> Samples:
    output = run_program(command, environment, title)
    try:
        return Samples(**json.loads(output))
    except (ValueError, TypeError) as error:
        message = f"{title} printed no measurement but {output!r}"
        raise KitError(message) from error
