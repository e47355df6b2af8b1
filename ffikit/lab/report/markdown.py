"""Writes a run as Markdown: a whole report, or the table that README.md shows."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ffikit import ROOT, KitError, files
from ffikit.lab.analysis import Analysis
from ffikit.lab.report import charts, words
from ffikit.lab.results import FLOOR, PURE
from ffikit.lab.shapes import read_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ffikit.lab.results import Run, Technique

_PLACE = re.compile(
    r"(<!-- begin: written by ./kit bench report --readme -->\n).*?(<!-- end -->)", re.DOTALL
)
_MOST_ROWS, _LEAST_ROWS = 26, 2
_NONE = "–"  # noqa: RUF001 - a dash
_KEY = (
    "**Bold** is the fastest of what checks its arguments; ≈ is too close to it to call; "
    f"{words.OUT} does not pass the test of that call."
)


def write(run: Run, path: Path) -> None:
    """Write the report, whole or not at all."""
    files.write(path, render(run))


def render(run: Run) -> str:
    """Give the report."""
    return "\n".join(_report(Analysis(run))) + "\n"


def table(run: Run) -> str:
    """Give the table of README.md: a handful of shapes, and when and where it was measured."""
    analysis = Analysis(run)
    shapes = [shape for shape in words.TELLING if shape in analysis.shapes]
    wanted = [t for host in analysis.hosts for t in _compared(analysis, host)]
    rows = _cut(wanted)
    lines = _rows(["host", "technique", *(f"`{shape}`" for shape in shapes)], words=2)
    before = ""
    for row in rows:
        label = "" if row.host == before else _plain(row.host_label)
        lines.append(_line([label, _plain(row.name), *_costs(analysis, row, shapes)]))
        before = row.host
    if not rows or not shapes:
        lines = [f"{words.NOTHING.capitalize()}."]
    left = len(wanted) - len(rows)
    more = f" The report has {words.count(left, 'more technique')}." if left else ""
    lines += ["", f"Nanoseconds a call, the empty loop taken off. {_KEY}{more}"]
    lines += [_prose(words.noises(analysis))]
    lines += [_prose(f"{words.measured(run)}. {words.unfinished(run)}".strip())]
    return "\n".join(lines)


def _compared(analysis: Analysis, host: str) -> list[Technique]:
    """Give the techniques that are compared, the kit's own and the floor first; of natives one."""
    found = [t for t in analysis.techniques(host) if t.name != PURE and not t.bare]
    if analysis.is_native(host):
        return found[:1]
    return sorted(found, key=lambda t: (t.name != words.OURS, t.name != FLOOR))


def _cut(rows: list[Technique]) -> list[Technique]:
    """Leave as many as there is room for; the host that has most gives first."""
    left = list(rows)
    while len(left) > _MOST_ROWS:
        (host, had), *_ = Counter(row.host for row in left).most_common(1)
        if had <= _LEAST_ROWS:
            break
        left.remove([row for row in left if row.host == host][-1])
    return left


def _report(analysis: Analysis) -> Iterator[str]:
    run = analysis.run
    yield from ("# What a call costs", "", _prose(f"{words.measured(run)}."), "")
    if warning := words.unfinished(run):
        yield from (f"**{warning}**", "")
    yield from ("## Verdict", "")
    judged = words.verdicts(analysis)
    if not judged:
        yield from (f"{words.NOTHING.capitalize()}.", "")
    for verdict in judged:
        yield from (f"### {_plain(verdict.label)}", "")
        yield from (line for sentence in verdict.sentences for line in (_prose(sentence), ""))
    yield from ("## Nanoseconds a call", "", f"The empty loop is taken off. {_KEY}", "")
    for host in analysis.hosts:
        yield from _host(analysis, host)
    yield from _break_even(analysis)
    yield from ("## Machine", "")
    yield from _rows(["", ""], words=2)
    yield from (_line([_plain(name), _plain(text)]) for name, text in words.machine_rows(run))
    yield from ("", "## Techniques", "")
    yield from _rows(["host", "technique", "made with"], words=3)
    yield from (_line(list(map(_plain, version))) for version in words.versions(run))
    if run.skipped:
        yield from ("", "## Skipped", "")
        yield from (f"- {_plain(each.name)}: {_plain(each.reason)}" for each in run.skipped)


def _host(analysis: Analysis, host: str) -> Iterator[str]:
    """Give a host's table, a row for each shape, and why a cell has no time."""
    rows = analysis.techniques(host)
    shapes = read_shapes()
    yield from (f"### {_plain(analysis.label(host))}", "")
    yield from _rows(["call", *(_plain(row.name) for row in rows)], words=1)
    for shape in analysis.shapes:
        cells = (_cost(analysis, row, shape) for row in rows)
        yield _line([f"`{shape}`: {_plain(shapes[shape].about)}", *cells])
    yield ""
    notes: dict[tuple[str, str], list[str]] = {}
    for cell in analysis.run.cells:
        said = f"lacks: {cell.lacks}" if cell.lacks else f"{words.OUT}: {cell.note}"
        if cell.host == host and (cell.lacks or cell.note) and not cell.control:
            notes.setdefault((cell.technique, said), []).append(f"`{cell.shape}`")
    for (technique, said), names in notes.items():
        yield f"- {_plain(technique)}, {words.listed(names)}: {_plain(said)}"
    if notes:
        yield ""


def _break_even(analysis: Analysis) -> Iterator[str]:
    said = []
    for host in analysis.hosts:
        label = analysis.label(host)
        said += [f"{label}: {sentence}" for sentence in words.work(analysis, host)]
        for row in analysis.techniques(host):
            ways = words.ways(analysis, host, row.name)
            sentences = words.crossings(analysis, host, ways)
            said += [f"{label}, {charts.name_of(row)}: {sentence}" for sentence in sentences]
    if said:
        yield from ("## When crossing pays", "", *(f"- {_prose(each)}" for each in said), "")


def _costs(analysis: Analysis, row: Technique, shapes: Sequence[str]) -> list[str]:
    return [_cost(analysis, row, shape) for shape in shapes]


def _cost(analysis: Analysis, row: Technique, shape: str) -> str:
    """Give a cell."""
    cost = analysis.cost(row.host, row.name, shape)
    if not cost:
        return _NONE
    text = words.nanoseconds(cost.median)
    if analysis.note(row.host, row.name, shape):
        return f"{text} {words.OUT}"
    winner = analysis.winner(row.host, shape)
    if not winner or row.name not in winner.techniques:
        return text
    return f"**{text}**" if winner.name else f"≈ {text}"


def _rows(columns: Sequence[str], *, words: int) -> list[str]:
    """Begin a table whose first `words` columns hold words and whose others hold numbers."""
    rules = ["---" if position < words else "---:" for position in range(len(columns))]
    return [_line(columns), f"|{'|'.join(rules)}|"]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Escape what Markdown would take for its own."""
    return re.sub(r"([\\`*_\[\]<>|&#])", r"\\\1", text.replace("\n", " "))


def _prose(sentence: str) -> str:
    """Escape a sentence, but for the names that stand between backticks."""
    parts = re.split(r"(`[^`]+`)", sentence)
    return "".join(part if part.startswith("`") else _plain(part) for part in parts)


def renew_readme(run: Run) -> None:
    """Put the table between the marks in README.md."""
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    renewed, count = _PLACE.subn(lambda place: f"{place[1]}{table(run)}\n{place[2]}", text)
    if count != 1:
        message = f"README.md has no place for the table: {_PLACE.pattern}"
        raise KitError(message)
    files.write(path, renewed)
