"""Runs ctest, then says how many cases ran in each host and why others did not."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ffikit import BUILD, PRESET, ROOT, screen
from ffikit.processes import follow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ffikit.hosts import Build

_CLOSING = re.compile(r"\d+% tests passed, \d+ tests failed out of \d+|No tests were found")
_CASE_TEST = re.compile(r"(?:host|technique)\.(?P<route>.+)\.(?P<topic>[^.]+)")
_TAP = re.compile(r"^(?P<failed>not )?ok \d+(?:.*# SKIP (?P<reason>.*))?", re.MULTILINE)
_CHECKED = re.compile(r"^# checked((?: \w+=\d+)+)$", re.MULTILINE)
_WHOLE_SKIP = re.compile(r"^SKIP: (.*)", re.MULTILINE)
_ALL_OUTPUT = str(64 << 20)


@dataclass
class Tally:
    """How many cases passed, failed and were skipped by one route into the library."""

    route: str
    passed: int = 0
    failed: int = 0
    held: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def skipped(self) -> int:
        """Give the cases that were skipped with a reason."""
        return sum(self.reasons.values())

    @property
    def lost(self) -> int:
        """Give the cases that the files hold and nothing reported."""
        return self.held - self.passed - self.failed - self.skipped

    def fault(self) -> str | None:
        """Say what ctest cannot know to be wrong."""
        if self.lost:
            return f"{self.route} reported {self.lost} cases fewer than the files hold"
        if self.held and not self.passed:
            return f"{self.route} passed none of its {self.held} cases"
        return None


@dataclass
class Checked:
    """What the tests did: their own counts, as they print them, and the cases."""

    calls: int = 0
    inputs: int = 0
    faults: int = 0
    findings: int | None = None  # of the sanitizers, None where none of them ran

    def add(self, output: str) -> None:
        """Add the lines `# checked calls=N ...` of one test."""
        for line in _CHECKED.findall(output):
            counts = {key: int(count) for key, count in re.findall(r"(\w+)=(\d+)", line)}
            self.calls += counts.get("calls", 0)
            self.inputs += counts.get("inputs", 0)
            self.faults += counts.get("faults", 0)
            if "findings" in counts:
                self.findings = (self.findings or 0) + counts["findings"]

    def show(self) -> None:
        """Print the table."""
        screen.heading("What was called, and what was found")
        found = "not looked for" if self.findings is None else f"{self.findings:,}"
        screen.table(
            ["calls", "inputs", "faults injected", "sanitizer findings"],
            [[f"{self.calls:,}", f"{self.inputs:,}", f"{self.faults:,}", found]],
            words=0,
        )

    def fault(self) -> str | None:
        """Say what must not be, whatever became of the tests."""
        return f"the sanitizers found {self.findings} faults" if self.findings else None


def run(built: Build, arguments: Sequence[str]) -> int:
    """Run the tests; `arguments` go to ctest, whose closing lines are the last ones printed."""
    junit = BUILD / "junit.xml"
    junit.unlink(missing_ok=True)
    command = ["ctest", "--preset", PRESET, "--parallel", "2", "--output-junit", str(junit)]
    command += ["--test-output-size-passed", _ALL_OUTPUT, "--test-output-size-failed", _ALL_OUTPUT]
    status, closing = _run_ctest([*command, *arguments])
    faults: list[str] = []
    if junit.exists() and closing:
        report = junit.read_text(encoding="utf-8")
        tallies = _count(built, report, selected=bool(arguments))
        _show(built, tallies)
        checked = add_up(report, tallies)
        checked.show()
        judges: list[Tally | Checked] = [checked] if arguments else [*tallies, checked]
        faults = [fault for judge in judges if (fault := judge.fault())]
        for fault in faults:
            screen.complain(fault)
        screen.say()
    screen.echo("\n".join(closing))
    return status or bool(faults)


def _run_ctest(command: list[str]) -> tuple[int, list[str]]:
    """Print what ctest prints, but hold its closing lines back."""
    closing: list[str] = []

    def each(line: str) -> None:
        if closing or _CLOSING.match(line):
            closing.append(line)
        else:
            screen.echo(line)

    return follow(command, each), closing


def _count(built: Build, junit: str, *, selected: bool) -> list[Tally]:
    """Add up the TAP lines of every route; each owes all files unless tests were selected."""
    held = {path.stem: _count_cases(path.read_text("utf-8")) for path in _case_files()}
    tallies = {}
    for host in built.hosts:
        for technique in host.techniques:
            route = host.name if technique.name == "swig" else f"{host.name}/{technique.name}"
            tallies[route] = Tally(route, held=0 if selected else sum(held.values()))
    for test in ET.fromstring(junit).iter("testcase"):  # noqa: S314  ctest wrote it
        match = _CASE_TEST.fullmatch(test.get("name", ""))
        tally = tallies.get(match["route"].replace(".", "/")) if match else None
        if not match or not tally or match["topic"] not in held:
            continue
        if selected:
            tally.held += held[match["topic"]]
        output = test.findtext("system-out") or ""
        if whole := _WHOLE_SKIP.search(output):
            tally.reasons[whole[1]] += held[match["topic"]]
            continue
        for line in _TAP.finditer(output):
            if line["reason"]:
                tally.reasons[line["reason"]] += 1
            elif line["failed"]:
                tally.failed += 1
            else:
                tally.passed += 1
    return list(tallies.values())


def add_up(junit: str, tallies: list[Tally]) -> Checked:
    """Add up the cases and what the tests say of themselves."""
    checked = Checked()
    for tally in tallies:
        checked.calls += tally.passed + tally.failed
        checked.inputs += tally.passed + tally.failed
    for test in ET.fromstring(junit).iter("testcase"):  # noqa: S314  ctest wrote it
        checked.add(test.findtext("system-out") or "")
    return checked


def _case_files() -> list[Path]:
    return sorted((ROOT / "tests" / "cases").glob("*.tsv"))


def _count_cases(text: str) -> int:
    return sum(bool(line) and not line.startswith("# ") for line in text.split("\n"))


def _show(built: Build, tallies: list[Tally]) -> None:
    shown = [tally for tally in tallies if tally.held]
    if shown:
        screen.heading("The cases of tests/cases, in each host and by each technique")
        screen.table(
            ["route", "passed", "failed", "skipped", "not run", "of"],
            [[t.route, *map(str, (t.passed, t.failed, t.skipped, t.lost, t.held))] for t in shown],
        )
    for tally in shown:
        if reasons := [f"{why} ({count})" for why, count in tally.reasons.most_common()]:
            screen.say(f"{tally.route} skipped {tally.skipped}: {'; '.join(reasons)}")
    for skipped in built.skipped:
        screen.say(f"{skipped['name']} was not built: {skipped['reason']}")
