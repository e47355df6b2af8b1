"""Holds SWIG's modules to their goal lines: their instructions against other techniques'."""

from __future__ import annotations

import math
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ffikit import records, screen
from ffikit.lab import counting
from ffikit.lab.shapes import tabled

if TYPE_CHECKING:
    from pathlib import Path

    from ffikit.hosts import Build, Host, Technique

_SMALL = 2  # the argument: the library has little to do
_ROUNDS = (
    3  # what a shape leaves on the heap is in the next one's way: another order, the least counts
)
_NOISE = 15  # instructions: an allocator's pool that is just full
_MARKS = {"met": "  ", "explained": " *", "MISSED": " !"}

Counts = dict[str, float]


@dataclass(frozen=True)
class Verdict:
    """How a count stands to its goal line: at most `line` times the other technique's count."""

    host: str
    shape: str
    technique: str
    ratio: float
    line: float
    word: str


def run(built: Build, wanted: set[str], json_file: Path | None) -> bool:
    """Count every host that has goals, show the tables, and say whether each line is met."""
    counting.require(built)
    shapes = [shape.name for shape in tabled()]
    hosts = [host for host in built.hosts if _goals(host) and (not wanted or host.name in wanted)]
    jobs = [(host, technique) for host in hosts for technique in _techniques(host)]
    counts: dict[str, dict[str, Counts]] = {host.name: {} for host in hosts}
    for seed in range(_ROUNDS):
        order = random.Random(seed).sample(shapes, len(shapes))  # noqa: S311 - no secret
        with screen.steps("Counting") as show, ThreadPoolExecutor(2) as pool:
            results = pool.map(
                lambda job, order=order: counting.count(built, job[0], job[1], order, _SMALL).calls,
                jobs,
            )
            for done, ((host, technique), result) in enumerate(zip(jobs, results), 1):
                known = counts[host.name].get(technique.name, result)
                there = [shape for shape in shapes if shape in result]
                least = {shape: min(result[shape], known[shape]) for shape in there}
                counts[host.name][technique.name] = least
                show(done, len(jobs), f"{host.label} through {technique.name}")
        verdicts = [v for host in hosts for v in _judge_all(host, counts[host.name])]
        above = {verdict.host for verdict in verdicts if verdict.word == "MISSED"}
        jobs = [(host, technique) for host, technique in jobs if host.name in above]
        if not jobs:
            break
    for host in hosts:
        _show(host, counts[host.name])
    missed = [verdict for verdict in verdicts if verdict.word == "MISSED"]
    screen.say(
        "Instructions a call, the interpreter's own among them; a step of iterate, one of ten "
        "callbacks. * is above its goal line for the reason in docs/decisions/0006, ! is a "
        "line missed."
    )
    for verdict in missed:
        screen.say(
            f"MISSED: {verdict.host} {verdict.shape}: {verdict.ratio:.2f} of {verdict.technique}, "
            f"at most {verdict.line:.2f}"
        )
    if json_file:
        content: dict[str, object] = {
            "counts": counts,
            "verdicts": [vars(verdict) for verdict in verdicts],
        }
        records.write_json(json_file, built, content)
    return not missed


def _goals(host: Host) -> dict[str, dict[str, float]]:
    """Give the lines for each technique; a variant of a host has none of its own."""
    return host.table("goals") if host.name == host.folder else {}


def _techniques(host: Host) -> list[Technique]:
    wanted = {"swig", *_goals(host)}
    return [technique for technique in host.techniques if technique.name in wanted]


def _others(host: Host, counts: dict[str, Counts]) -> list[str]:
    return [name for name in _goals(host) if name in counts]


def _show(host: Host, counts: dict[str, Counts]) -> None:
    others = _others(host, counts)
    rows = []
    for shape, count in counts["swig"].items():
        row = [shape, f"{count:.0f}"]
        for other in others:
            verdict = _judge(host, shape, other, counts)
            row.append(f"{verdict.ratio:.2f}{_MARKS[verdict.word]}" if verdict else "-  ")
        rows.append(row)
    screen.heading(f"{host.label}: instructions a call, and the ratio to")
    screen.table(["shape", "SWIG", *(f"{other}  " for other in others)], rows)


def _judge_all(host: Host, counts: dict[str, Counts]) -> list[Verdict]:
    shapes, others = counts["swig"], _others(host, counts)
    judged = [_judge(host, shape, other, counts) for shape in shapes for other in others]
    return [verdict for verdict in judged if verdict]


def _judge(host: Host, shape: str, other: str, counts: dict[str, Counts]) -> Verdict | None:
    swig, theirs = counts["swig"][shape], counts[other].get(shape)
    goals = _goals(host)[other]
    if theirs is None:
        return None
    line = goals.get(shape, goals.get("default", math.inf))
    reason = host.table("explained").get(other, {}).get(shape, 0)

    def within(limit: float) -> bool:
        return swig <= limit * theirs + _NOISE

    word = "met" if within(line) else "explained" if within(reason) else "MISSED"
    return Verdict(host.name, shape, other, swig / theirs, max(line, reason), word)
