"""Looks for faults for as long as one likes: random cases, allocations that fail, sanitizers."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ffikit import BUILD, ROOT, build, screen
from ffikit.testing import Checked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ffikit.hosts import Build, Host

_TESTS = ROOT / "tests"
_FAULTS = _TESTS / "faults"
_LARGEST_SEED = 10**9
_RANDOM = 20_000  # cases a host and a round
_WATCHED = 5_000  # of them under a sanitizer
_FAILING = 500  # of them with every allocation failing
_LINES_SHOWN = 12


@dataclass(frozen=True)
class Job:
    """One check of one host, which says by its status what it found."""

    title: str
    command: list[str]
    environment: dict[str, str]

    def shown(self) -> str:
        """Write it as a shell takes it, from the checkout."""
        words = [f"{name}={value}" for name, value in self.environment.items()]
        return " ".join([*words, *self.command]).replace(f"{ROOT}/", "")


@dataclass
class Finding:
    """What a job found, and what repeats it."""

    job: Job
    report: str
    times: int = 1


@dataclass
class Soak:
    """The rounds of all jobs, and what came of them."""

    built: Build
    watched: dict[str, Build]  # by the preset: the modules that a sanitizer watches
    folder: Path  # of the random cases
    checked: Checked = field(default_factory=Checked)
    findings: dict[str, Finding] = field(default_factory=dict)
    jobs: int = 0

    def round(self, seed: int) -> Iterator[Job]:
        """Give each check of each host once."""
        for host in self.built.hosts:
            yield self._random(host, seed)
        for host in self.built.hosts:
            if self.built.failing_malloc:
                yield self._faults(host, seed)
        for preset, build_of_it in self.watched.items():
            for host in build_of_it.hosts:
                yield from self._watched(host, preset, build_of_it, seed)

    def run(self, job: Job) -> None:
        """Run one check to its end."""
        with subprocess.Popen(
            job.command,
            cwd=ROOT,
            env={**os.environ, **job.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C is for this program, which ends the other
        ) as process:
            try:
                output, _ = process.communicate()
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        self.jobs += 1
        self.checked.add(output)
        if process.returncode:
            known = self.findings.setdefault(job.title, Finding(job, output, 0))
            known.times += 1

    def _random(self, host: Host, seed: int) -> Job:
        arguments = ["--folder", _folder(host), "--seed", str(seed), "--count", str(_RANDOM)]
        command = [sys.executable, "-B", str(_FAULTS / "at_random.py"), *arguments, "--"]
        return Job(f"random.{host.name}", [*command, *_conform(host)], host.environment)

    def _faults(self, host: Host, seed: int) -> Job:
        files = [*_case_files(host), self._some(host, seed, _FAILING)]
        arguments = ["--folder", _folder(host), "--preload", self.built.failing_malloc]
        arguments += ["--inside", f"{BUILD}/"]
        arguments += [word for file in files for word in ("--cases", str(file))]
        command = [sys.executable, "-B", str(_FAULTS / "sweep.py"), *arguments, "--"]
        return Job(f"faults.{host.name}", [*command, *_conform(host)], host.environment)

    def _watched(self, host: Host, preset: str, of: Build, seed: int) -> Iterator[Job]:
        program = [sys.executable, "-B", str(_FAULTS / "sanitized.py"), "--folder", _folder(host)]
        program += ["--preload", of.preload]
        name = f"{preset}.{host.name}"
        if preset == "asan":
            some = ["--file", str(self._some(host, seed, _WATCHED)), "--", *_conform(host)]
            yield Job(f"{name}.random", [*program, *some], host.environment)
            cases = ["--cases", "--", *_conform(host)]
            yield Job(f"{name}.cases", [*program, *cases], host.environment)
        for path in sorted((ROOT / "bindings" / host.folder / "tests").glob(f"*.{host.suffix}")):
            if preset == "tsan" and "thread" not in path.stem:
                continue
            own = ["--topic", f"own.{path.stem}", "--", *host.command, str(path)]
            yield Job(f"{name}.own.{path.stem}", [*program, *own], host.environment)

    def _some(self, host: Host, seed: int, count: int) -> Path:
        """Write random cases into a file and give its path."""
        path = self.folder / f"{host.name}-{seed}-{count}.tsv"
        if not path.exists():
            command = [sys.executable, "-B", str(_TESTS / "cases" / "random_cases.py")]
            command += ["--seed", str(seed), "--count", str(count)]
            command += [word for feature in host.table("lacks") for word in ("--lacks", feature)]
            with path.open("wb") as file:
                subprocess.run(command, stdout=file, check=True)
        return path


def run(built: Build, chosen: str | None, minutes: float, seed: int | None) -> int:
    """Run rounds until the time is over or Ctrl-C; say what was done and found."""
    watched = {}
    if built.preload:
        watched = {
            preset: build.build_sanitized(preset, built, chosen) for preset in ("asan", "tsan")
        }
    else:
        screen.say("Without sanitizers: the compiler has none as a shared library.")
    first = secrets.randbelow(_LARGEST_SEED) if seed is None else seed
    screen.say(f"The seed of the first round is {first}; Ctrl-C ends it, with the summary.")
    folder = ROOT / "build" / "soak"  # kept: what repeats a finding names its files
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    soak = Soak(built, watched, folder)
    began = time.monotonic()
    rounds = _rounds(soak, first, began + 60 * minutes)
    _summarize(soak, rounds, time.monotonic() - began, first)
    return bool(soak.findings)


def _rounds(soak: Soak, first: int, end: float) -> int:
    """Run whole rounds, the first of them in any case; give how many were begun."""
    rounds = 0
    with screen.steps("Soaking") as show, _interruptible():
        try:
            while rounds == 0 or time.monotonic() < end:
                jobs = list(soak.round(first + rounds))
                rounds += 1
                for number, job in enumerate(jobs):
                    if rounds > 1 and time.monotonic() >= end:
                        break
                    found = f", {len(soak.findings)} found" if soak.findings else ""
                    show(number, len(jobs), f"round {rounds}: {job.title}{found}")
                    soak.run(job)
        except KeyboardInterrupt:
            pass
    return rounds


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let the usual end of a program by `timeout` or a service be as calm as Ctrl-C."""
    old = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, old)


def _summarize(soak: Soak, rounds: int, seconds: float, first: int) -> None:
    spent = f"{seconds / 60:.1f} minutes"
    seeds = f"seed {first}" if rounds == 1 else f"seeds {first} to {first + rounds - 1}"
    screen.heading(f"{soak.jobs} checks in {spent}, {seeds}")
    soak.checked.show()
    for title, finding in soak.findings.items():
        times = f" {finding.times} times" if finding.times > 1 else ""
        screen.heading(f"{title} failed{times}:")
        lines = [
            line
            for line in finding.report.splitlines()
            if not re.match(r"(# \S+ faults=|ok )", line)
        ]
        screen.echo("\n".join(lines[:_LINES_SHOWN]))
        screen.say("To repeat it:")
        screen.echo(f"  {finding.job.shown()}")
    screen.say()
    screen.say(
        "Nothing was found." if not soak.findings else f"{len(soak.findings)} checks failed."
    )


def _folder(host: Host) -> str:
    return str(ROOT / "bindings" / host.folder)


def _conform(host: Host) -> list[str]:
    return host.program(f"bindings/{host.folder}/conform")


def _case_files(host: Host) -> list[Path]:
    lacking = {f"optional_{feature}" for feature in host.table("lacks")}
    files = sorted((_TESTS / "cases").glob("*.tsv"))
    return [path for path in files if path.stem not in lacking]
