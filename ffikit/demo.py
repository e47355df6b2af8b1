"""The demo: every host calls the library, then what the calls cost on this machine."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ffikit import figures, records, screen
from ffikit.lab.shapes import fibonacci_by_addition
from ffikit.screen import say

if TYPE_CHECKING:
    from pathlib import Path

    from ffikit.figures import Crossing, Naive, Story
    from ffikit.hosts import Build
    from ffikit.lab.analysis import Estimate

_CROSSING_COLUMNS = ["call", "SWIG", "ctypes", "bare", "ctypes/SWIG", "loop"]
_ARTICLE = (
    "The 2015 article: fib(37) took 15.7 s in pure Python and 0.44 s in Rust through ctypes, "
    "36 times faster."
)
_CALLEE = (
    "These ratios are the callee's: the host crosses once, and the library makes the other "
    "millions of calls itself. What one crossing costs is the next table."
)
_NEXT = (
    ("./kit bench run", "what every kind of call costs, by every technique"),
    ("./kit test", "every test, and how many cases ran in each host"),
    ("./kit doctor", "which further hosts this machine could build"),
    ("README.md", "the module in three lines; building without the kit"),
    ("examples/", "the same story in each host, ctypes, C++ and Rust"),
)


def run(built: Build, *, full: bool, json_file: Path | None) -> None:
    """Show the whole demo; `full` adds the article's fib(37)."""
    stories = figures.tell_stories(built)
    _show_stories(stories)
    naive: list[Naive] = []
    for n in (32, 37) if full else (32,):
        rows = figures.run_naive(built, n)
        _show_naive(rows, n)
        naive += rows
    for language, compiler in built.compilers.items():
        say(f"{figures.title(language)} is built by {compiler}.")
    say(_ARTICLE)
    say(_CALLEE)
    crossings = figures.run_crossings(built)
    _show_crossings(crossings)
    _show_rest(built)
    if json_file:
        records.write_json(json_file, built, figures.content(stories, naive, crossings))
        say(f"\nEvery figure is in {json_file}.")


def _show_stories(stories: list[Story]) -> None:
    screen.heading(f"One library, one interface file, {len(stories)} hosts, exact in each")
    small, most, big = (str(n) for n in figures.INDICES)
    room = screen.width() - max((len(story.label) for story in stories), default=0) - 37
    screen.table(
        ["host", f"F({small})", f"F({most})", f"F({big})"],
        [
            [
                story.label,
                story.numbers[small],
                story.numbers[most],
                screen.shorten(story.numbers[big], max(room, 7)),
            ]
            for story in stories
        ],
    )
    for story in stories[:1]:
        say(f"F({big}) has {len(story.numbers[big])} digits; all of them were compared.")


def _show_naive(rows: list[Naive], n: int) -> None:
    calls = 2 * fibonacci_by_addition(n + 1) - 1
    screen.heading(f"The naive fib({n}): {calls:,} calls")
    first = rows[0]
    screen.table(
        ["caller", "route", "callee", "seconds", "ratio"],
        [
            [
                row.caller,
                row.route,
                row.callee,
                f"{row.seconds:.4f}",
                f"{first.seconds / row.seconds:.1f}",
            ]
            for row in rows
        ],
        words=3,
    )
    say(f"The best of a few runs; the ratio is to the first row, {first.caller} itself.")


_WHAT_IS_COMPARED = (
    "SWIG and ctypes refuse the same bad arguments; 'bare' is the C function alone, which refuses "
    "none, and '-' where it gives its result through a pointer."
)


def _show_crossings(crossings: list[Crossing]) -> None:
    if not crossings:
        say("\nSWIG is compared with ctypes in Python, which this build does not have.")
        return
    screen.heading("What one crossing costs in Python, in nanoseconds")
    rows = []
    for call, group in itertools.groupby(crossings, key=lambda crossing: crossing.call):
        routes = {crossing.technique: crossing for crossing in group}
        swig, ctypes, bare = (routes.get(name) for name in figures.COMPARED)
        rows.append(
            [
                call.text,
                *(f"{route.cost.median:.0f}" if route else "-" for route in (swig, ctypes, bare)),
                _compare(ctypes.cost, swig.cost) if swig and ctypes else "-",
                f"{swig.loop:.0f}" if swig else "-",
            ]
        )
    screen.table(_CROSSING_COLUMNS, rows)
    runs = crossings[0].runs
    say(
        f"Medians of {len(runs)} processes x {len(runs[0].call_ns)} samples, less the empty loop "
        "of the last column; 'too close' where the 95 % intervals overlap. "
        f"{_WHAT_IS_COMPARED}"
    )


def _compare(slow: Estimate, fast: Estimate) -> str:
    return "too close" if slow.overlaps(fast) else f"{slow.median / fast.median:.1f}"


def _show_rest(built: Build) -> None:
    if built.skipped:
        screen.heading("Skipped")
        for skipped in built.skipped:
            say(f"{skipped['name']}: {skipped['reason']}")
    screen.heading("Where to go next")
    width = max(len(where) for where, _ in _NEXT)
    for where, what in _NEXT:
        say(f"{where:{width}}  {what}")
