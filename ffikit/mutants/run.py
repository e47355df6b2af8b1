"""Plants one error after another in a copy, builds it and looks whether its test goes red."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ffikit import ROOT, KitError, build, screen
from ffikit.mutants.copy import FOLDER, Copy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ffikit.mutants.copy import Outcome
    from ffikit.mutants.entries import Mutant

_BASELINE_TIMEOUT = 900
_LEAST_TIMEOUT = 60
_TIMES_AS_LONG = 10
"""A test that takes this many times as long as before, and a minute more, has an endless loop."""
_LAST_LINES = 30


@dataclass(frozen=True)
class Verdict:
    """What came of one mutant, and why where that needs words."""

    mutant: Mutant
    result: str
    seconds: float = 0.0
    why: str = ""

    @property
    def is_fault(self) -> bool:
        """Tell whether a test, or the mutant itself, is not good."""
        return self.result not in {"killed", "left out"}


def show_list(mutants: Sequence[Mutant]) -> None:
    """Print what there is, without building anything."""
    for mutant in mutants:
        screen.echo(f"{mutant.name}\n    {mutant.file}\n    {mutant.test}")


def run(
    mutants: Sequence[Mutant], *, hosts: str | None, sample: int | None, seed: str | None
) -> int:
    """Judge the mutants, or a sample of them; give 1 unless each was seen by its test."""
    copy = Copy()
    with copy.alone():
        copy.refresh()
        copy.configure(build.host_switches(hosts))
        return _run(copy, mutants, sample, seed)


def _run(copy: Copy, mutants: Sequence[Mutant], sample: int | None, seed: str | None) -> int:
    verdicts = [
        Verdict(mutant, "left out", why=f"this build has no test {mutant.test}")
        for mutant in mutants
        if mutant.test not in copy.tests
    ]
    possible = [mutant for mutant in mutants if mutant.test in copy.tests]
    if sample is not None:
        seed = seed or _commit()
        possible = draw([m for m in possible if copy.is_quick(m.test)], sample, seed)
        verdicts = []
        screen.say(f"Seed {seed}. The same again: ./kit mutants --sample {sample} --seed {seed}")
    try:
        outcomes = _look_without(copy, possible)
        for verdict in _judge(copy, possible, outcomes):
            verdicts.append(verdict)
            if verdict.is_fault:
                screen.say(f"{verdict.mutant.name}: {verdict.result}")
    finally:  # after Ctrl-C too: what is known by then
        _show(verdicts)
    judged = [verdict for verdict in verdicts if verdict.result != "left out"]
    if sample is not None:
        screen.echo(f"# checked faults={sum(v.result == 'killed' for v in judged)}")
    if not judged:
        message = "no mutant could be tried: see the reasons above"
        raise KitError(message)
    return int(any(verdict.is_fault for verdict in judged))


def _commit() -> str:
    """Name the commit that is checked out: the seed that changes with it."""
    command = ["git", "-C", str(ROOT), "rev-parse", "--short=10", "HEAD"]
    found = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return found.stdout.strip() or "0"


def draw(mutants: Sequence[Mutant], count: int, seed: str) -> list[Mutant]:
    """Choose some by a seed, in an order that builds each file's neighbours one after another."""
    by_name = sorted(mutants, key=lambda mutant: mutant.name)
    drawn = random.Random(seed).sample(by_name, min(count, len(by_name)))  # noqa: S311  no secret
    return sorted(drawn, key=lambda mutant: mutant.file)


def _look_without(copy: Copy, mutants: Sequence[Mutant]) -> dict[str, Outcome]:
    """Build the unchanged copy and run every named test: a mutant proves nothing to a red one."""
    names = sorted({mutant.test for mutant in mutants})
    if not names:
        return {}
    status, lines = copy.make(copy.targets(names), "Building the unchanged copy")
    if status:
        screen.echo("\n".join(lines[-_LAST_LINES:]))
        message = "the unchanged copy does not build; the reason stands above"
        raise KitError(message)
    with screen.steps(f"Running {len(names)} tests without a mutant"):
        return copy.test(names, _BASELINE_TIMEOUT)


def _judge(
    copy: Copy, mutants: Sequence[Mutant], outcomes: dict[str, Outcome]
) -> Iterator[Verdict]:
    for number, mutant in enumerate(mutants, 1):
        before = outcomes.get(mutant.test)
        if not before or before.state == "skipped":
            why = f"{mutant.test} is skipped: {_end(before)}"
            yield Verdict(mutant, "left out", why=why)
            continue
        if before.state == "failed":
            why = f"{mutant.test} is red without it:\n{_end(before)}"
            yield Verdict(mutant, "red without it", why=why)
            continue
        limit = _LEAST_TIMEOUT + round(before.seconds * _TIMES_AS_LONG)
        if copy.tests[mutant.test].fixtures:  # which may build
            limit = max(limit, _BASELINE_TIMEOUT)
        yield _try(copy, mutant, limit, f"{number}/{len(mutants)} {mutant.name}")


def _end(outcome: Outcome | None) -> str:
    lines = (outcome.output if outcome else "").strip().splitlines()
    return "\n".join(lines[-_LAST_LINES:])


def _try(copy: Copy, mutant: Mutant, limit: int, title: str) -> Verdict:
    began = time.monotonic()
    path = copy.tree / mutant.file
    try:
        unchanged = path.read_text(encoding="utf-8")
        changed = mutant.plant(unchanged)
    except OSError as error:
        return Verdict(mutant, "does not apply", why=f"{mutant.file}: {error.strerror}")
    except KitError as error:
        return Verdict(mutant, "does not apply", why=str(error))
    try:
        path.write_text(changed, encoding="utf-8")
        status, lines = copy.make(copy.targets([mutant.test]), title)
        log = "\n".join(lines)
        if status:
            why = "\n".join(line for line in lines if "error:" in line) or log
            return Verdict(mutant, "does not build", time.monotonic() - began, why)
        outcome = copy.test([mutant.test], limit)[mutant.test]
        log += f"\n\n{mutant.test} {outcome.state}:\n{outcome.output}"
    finally:  # a new time with the old text: the next build must make it as it was
        path.write_text(unchanged, encoding="utf-8")
    seconds = time.monotonic() - began
    if outcome.state == "failed":
        return Verdict(mutant, "killed", seconds)
    why = f"{mutant.test} {outcome.state} although it was there; see {_keep(mutant, log)}"
    return Verdict(mutant, "SURVIVED", seconds, why)


def _keep(mutant: Mutant, log: str) -> Path:
    """Write down what was printed, for whoever looks why a mutant survived."""
    path = FOLDER / f"{mutant.name}.log"
    path.write_text(log, encoding="utf-8")
    return path.relative_to(ROOT)


def _show(verdicts: Sequence[Verdict]) -> None:
    """Print a line for each, and below what needs words."""
    screen.say()
    names = max((len(verdict.mutant.name) for verdict in verdicts), default=0)
    for verdict in verdicts:
        line = f"{verdict.result:14} {verdict.seconds:4.0f} s  {verdict.mutant.name:{names}}"
        screen.echo(f"{line}  {verdict.mutant.test}")
    for verdict in verdicts:
        if verdict.why:
            screen.say()
            screen.echo(f"{verdict.mutant.name}: {verdict.why}")
    counts = Counter(verdict.result for verdict in verdicts)
    screen.say()
    screen.say(", ".join(f"{count} {result}" for result, count in counts.items()))
