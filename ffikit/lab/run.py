"""A run of the lab: rounds of short processes, one for each technique, in an order that changes.

In each round every technique has a process of its own, in shuffled order, and each process measures
all shapes, in shuffled order: what drifts or disturbs hits all techniques alike. Where host.toml
says `alone`, each shape has a process. The host's `swig` runs twice in every round, as itself and
as the control that must show no difference.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ffikit import KitError, screen
from ffikit.lab import counting, ladder, results
from ffikit.lab.machine import describe_machine
from ffikit.lab.measure import Bench, LacksError, WrongResultError
from ffikit.lab.results import PURE, Cell, Ladder, Run, Skipped
from ffikit.lab.results import Technique as Row
from ffikit.lab.shapes import N, read_shapes, tabled

if TYPE_CHECKING:
    from pathlib import Path

    from ffikit.hosts import Build, Host, Technique

_LEAST_ROUNDS = 5
_BARE_LACKS = "only the functions that need nothing around them are there without checks"


@dataclass(frozen=True)
class Mode:
    """How long a run takes: rounds, as many as the seconds allow but at least a few.

    A process takes so many samples of a call, each about so long.
    """

    name: str
    rounds: int
    seconds: float
    sample_ns: float
    samples: int


MODES = {
    mode.name: mode
    for mode in (
        Mode("quick", 12, 130, 0.3e6, 3),
        Mode("normal", 20, 420, 0.5e6, 5),
        Mode("thorough", 40, 1080, 1e6, 8),
    )
}


@dataclass(frozen=True)
class Subject:
    """A technique to be measured."""

    host: Host
    technique: Technique
    row: Row

    @property
    def calls(self) -> list[tuple[str, int]]:
        """Give the shapes and arguments to measure; sweeps are for what a chart compares."""
        swept = self.row.native or self.technique.raw or self.row.name in ("swig", PURE)
        return [
            (shape.name, n)
            for shape in read_shapes().values()
            if not shape.sweep or (swept and not self.row.control and not self.row.bare)
            for n in shape.sweep or (N,)
        ]


def list_subjects(built: Build, hosts: set[str], techniques: set[str]) -> list[Subject]:
    """Give every technique that was built and is wanted; an empty set wants all."""
    names = {name for host in built.hosts for name in (host.name, host.folder)}
    _refuse_unknown("host", hosts, names | {host.name for host in built.natives})
    subjects = []
    for host in built.hosts:
        if not hosts or hosts & {host.name, host.folder}:
            for technique in host.techniques:
                if not technique.partial:
                    subjects += _subjects(host, technique)
    for host in built.natives:
        subjects += [Subject(host, t, _row(host, t, t.name, native=True)) for t in host.techniques]
    known = {subject.row.name for subject in subjects}
    _refuse_unknown("technique", techniques, known)
    return [subject for subject in subjects if not techniques or subject.row.name in techniques]


def choose_shapes(wanted: set[str]) -> set[str]:
    """Give the names of the shapes to measure, with those that others are reckoned from."""
    shapes = read_shapes()
    _refuse_unknown("shape", wanted, set(shapes))
    return {other for name in wanted or shapes for other in (name, shapes[name].less) if other}


def _refuse_unknown(what: str, wanted: set[str], known: set[str]) -> None:
    if unknown := sorted(wanted - known):
        message = f"there is no {what} '{unknown[0]}'; there are: {', '.join(sorted(known))}"
        raise KitError(message)


def _subjects(host: Host, technique: Technique) -> list[Subject]:
    rows = [_row(host, technique, technique.name)]
    if technique.name == "swig":
        rows.append(_row(host, technique, technique.name, control=True))
    if technique.bare:
        rows.append(_row(host, technique, f"{technique.name}_bare", bare=True))
    return [Subject(host, technique, row) for row in rows]


def _row(host: Host, technique: Technique, name: str, **flags: bool) -> Row:
    return Row(host=host.name, host_label=host.label, name=name, version=technique.version, **flags)


@dataclass(frozen=True)
class Wanted:
    """The names of what shall be measured; an empty set is all of it."""

    hosts: set[str]
    techniques: set[str]
    shapes: set[str]


class Laboratory:
    """Measures subjects round by round into a run, which is written after each."""

    def __init__(
        self, built: Build, mode: Mode, wanted: Wanted, earlier: Run | None = None
    ) -> None:
        """Begin a run, or go on with what was measured earlier on this machine."""
        self._built = built
        self._mode = mode
        self._loops: dict[tuple[object, ...], int] = {}
        if earlier:
            wanted = Wanted(
                wanted.hosts or {technique.host for technique in earlier.techniques},
                wanted.techniques or {technique.name for technique in earlier.techniques},
                wanted.shapes or {cell.shape for cell in earlier.cells},
            )
        self._subjects = list_subjects(built, wanted.hosts, wanted.techniques)
        self._shapes = choose_shapes(wanted.shapes)
        self.run = Run(
            schema=results.SCHEMA,
            date=dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
            machine=describe_machine(built),
            mode=mode.name,
            seed=random.SystemRandom().randrange(2**32),
            techniques=[subject.row for subject in self._subjects],
            skipped=[Skipped(**skipped) for skipped in built.skipped],
        )
        if earlier:
            self.run = results.merge([earlier, self.run])
            self.run.complete = earlier.complete and earlier.mode == mode.name
            self.run.mode = mode.name
        self._cells = {cell.key: cell for cell in self.run.cells}

    def measure(self, path: Path) -> None:
        """Measure all rounds, or what there is time for; the file holds every finished round."""
        if self.run.complete:
            return
        rounds = range(self.run.rounds, self._mode.rounds)
        began, before = time.monotonic(), self.run.seconds
        with screen.steps("Measuring") as show:
            for done in rounds:
                order = random.Random(self.run.seed + done).sample(  # noqa: S311 - no secret
                    self._subjects, len(self._subjects)
                )
                for position, subject in enumerate(order):
                    finished = done * len(order) + position
                    self.run.seconds = before + time.monotonic() - began
                    left = self._seconds_left(finished / len(order))
                    what = f"{_clock(left)} left, {subject.row.title}"
                    show(finished, self._mode.rounds * len(order), what)
                    self._measure_in_a_process(subject, self.run.seed + finished)
                self.run.seconds = before + time.monotonic() - began
                self.run.rounds = done + 1
                self.write(path)
                if done + 1 >= _LEAST_ROUNDS and self._seconds_left(done + 1) <= 0:
                    break
        self.run.complete = True
        self.write(path)

    def count(self, path: Path) -> None:
        """Count the instructions of every call with callgrind, and where they go."""
        counting.require(self._built)
        names = [shape.name for shape in tabled() if shape.name in self._shapes]
        subjects = [subject for subject in self._subjects if not subject.row.control]

        def one(subject: Subject) -> counting.Counted:
            return counting.count(
                self._built,
                subject.host,
                subject.technique,
                names,
                N,
                bare=subject.row.bare,
                profiled=ladder.SHAPES,
            )

        with screen.steps("Counting") as show, ThreadPoolExecutor(2) as pool:
            self.run.ladders = []
            for done, (subject, counted) in enumerate(zip(subjects, pool.map(one, subjects)), 1):
                show(done, len(subjects), subject.row.title)
                for shape, instructions in counted.calls.items():
                    cell = self._cell(subject.row, shape, N)
                    cell.instructions = None if cell.lacks else round(instructions, 1)
                for shape, functions in counted.functions.items():
                    rungs = ladder.sort(subject.host, functions, counted.callees[shape])
                    self.run.ladders.append(
                        Ladder(
                            host=subject.host.name,
                            technique=subject.row.name,
                            shape=shape,
                            rungs=rungs,
                        )
                    )
        self.write(path)

    def _seconds_left(self, rounds: float) -> float:
        """Give what is left of the rounds at the pace so far, or of the time, if that is less."""
        allowed = self._mode.seconds - self.run.seconds
        if not rounds:
            return allowed
        pace = self.run.seconds / rounds
        least = (_LEAST_ROUNDS - rounds) * pace
        return max(min((self._mode.rounds - rounds) * pace, allowed), least)

    def write(self, path: Path) -> None:
        """Write what was measured so far."""
        self.run.cells = list(self._cells.values())
        results.write(path, self.run)

    def _measure_in_a_process(self, subject: Subject, seed: int) -> None:
        calls = [call for call in subject.calls if call[0] in self._shapes]
        random.Random(seed).shuffle(calls)  # noqa: S311 - no secret
        alone = subject.host.table("bench").get("alone", False)
        for some in [[call] for call in calls] if alone else [calls]:
            with Bench(subject.host, subject.technique, bare=subject.row.bare) as bench:
                for shape, n in some:
                    self._measure_call(bench, subject, shape, n)

    def _measure_call(self, bench: Bench, subject: Subject, shape: str, n: int) -> None:
        cell = self._cell(subject.row, shape, n)
        if cell.lacks:
            return
        try:
            loops = self._choose_loops(bench, subject.row, shape, n)
            cell.processes.append(bench.measure(shape, n, loops, self._mode.samples))
        except (LacksError, WrongResultError) as error:
            cell.lacks = _excuse(subject, shape, error)
        else:
            if not subject.row.bare:
                cell.note = subject.host.fault(subject.technique, read_shapes()[shape].route)

    def _cell(self, row: Row, shape: str, n: int) -> Cell:
        key = (row.host, row.name, row.control, shape, n)
        if key not in self._cells:
            self._cells[key] = Cell(
                host=row.host, technique=row.name, control=row.control, shape=shape, n=n
            )
        return self._cells[key]

    def _choose_loops(self, bench: Bench, row: Row, shape: str, n: int) -> int:
        key = (row.host, row.name, shape, n)
        if key not in self._loops:
            self._loops[key] = bench.choose_loops(shape, n, self._mode.sample_ns)
        return self._loops[key]


def _excuse(subject: Subject, shape: str, error: Exception) -> str:
    """Give the reason why a technique does not do a shape; without one, that is an error."""
    if subject.row.bare:
        return _BARE_LACKS
    if subject.row.native and isinstance(error, LacksError):
        return str(error)
    if reason := subject.host.reason(subject.technique, read_shapes()[shape].route):
        return reason
    message = (
        f"{subject.row.title} does not do {shape} ({error}), and "
        f"{subject.technique.folder} has no reason for it in its .toml"
    )
    raise KitError(message) from error


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(round(seconds), 0), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
