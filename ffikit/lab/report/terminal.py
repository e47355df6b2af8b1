"""Shows a run in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ffikit import screen
from ffikit.lab.analysis import Analysis
from ffikit.lab.report import words

if TYPE_CHECKING:
    from ffikit.lab.results import Run, Technique


def show(run: Run) -> None:
    """Print the verdict of each host with its table of a handful of shapes."""
    analysis = Analysis(run)
    shapes = [shape for shape in words.TELLING if shape in analysis.shapes]
    said = {verdict.host: verdict.sentences for verdict in words.verdicts(analysis)}
    screen.say(f"{words.measured(run)}.")
    if warning := words.unfinished(run):
        screen.say(warning, "yellow")
    for host in analysis.hosts:
        screen.heading(f"{analysis.label(host)}: nanoseconds a call")
        screen.table(
            ["technique", *shapes],
            [
                [row.name, *(_cost(analysis, row, shape) for shape in shapes)]
                for row in analysis.techniques(host)
            ],
        )
        for sentence in said.get(host, []):
            screen.say(sentence.replace("`", ""))
    screen.say()
    screen.say(
        "Medians of processes, the empty loop taken off. * is the fastest of what checks its "
        "arguments, = is too close to it to call, - was not measured or cannot be done, "
        f"{words.OUT} does not pass the test of that call."
    )
    for skipped in run.skipped:
        screen.say(f"skipped {skipped.name}: {skipped.reason}")


def _cost(analysis: Analysis, row: Technique, shape: str) -> str:
    cost = analysis.cost(row.host, row.name, shape)
    if not cost:
        return "-"
    winner = analysis.winner(row.host, shape)
    mark = ""
    if winner and row.name in winner.techniques:
        mark = "*" if winner.name else "="
    if analysis.note(row.host, row.name, shape):
        mark = words.OUT
    return mark + words.nanoseconds(cost.median)
