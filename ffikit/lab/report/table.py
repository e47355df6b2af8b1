"""The heat map of techniques and shapes: what each cell shows, and why some show nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ffikit.lab.report import charts, words
from ffikit.lab.results import FLOOR

if TYPE_CHECKING:
    from ffikit.lab.analysis import Analysis, Estimate
    from ffikit.lab.results import Technique

LEVELS = (0.5, 0.9, 1.1, 1.5, 2.5, 5, 15, 50)
"""Where the colours change, in times the floor."""
NEUTRAL = 2
_NOT_MEASURED = "not measured in this run"


@dataclass(frozen=True)
class Cell:
    """What a cell can show, and the number of the note that says why it is empty or out of it."""

    ns: str = ""
    ratio: str = ""
    instructions: str = ""
    level: int = NEUTRAL
    title: str = ""
    mark: str = ""
    """"fastest" alone, or too "close" to the fastest to call."""
    why: int = 0


@dataclass(frozen=True)
class Row:
    """A technique."""

    technique: Technique
    name: str
    kind: str
    cells: list[Cell]


@dataclass
class Table:
    """A host's table, and the native programs below it."""

    host: str
    label: str
    base: str
    rows: list[Row] = field(default_factory=list)
    natives: list[Row] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def number_of(self, reason: str) -> int:
        """Add a reason to the notes, once, and give its number."""
        if reason not in self.reasons:
            self.reasons.append(reason)
        return self.reasons.index(reason) + 1


def legend() -> list[tuple[int, str]]:
    """Say what the levels mean."""
    ends = [f"{level:g}" for level in LEVELS]
    middle = [f"{low} to {high}" for low, high in zip(ends, ends[1:])]
    return list(enumerate([f"below {ends[0]}", *middle, f"{ends[-1]} and more"]))


def make(analysis: Analysis, host: str) -> Table:
    """Make a host's table."""
    bases = {shape: analysis.base(host, shape) for shape in analysis.shapes}
    names = {base[0] for base in bases.values() if base}
    base = f"{FLOOR}, to the fastest where it has no time" if FLOOR in names else "the fastest"
    table = Table(host, analysis.label(host), names.pop() if len(names) == 1 else base)
    for technique in charts.rows_of(analysis, host):
        cells = [
            _cell(analysis, table, technique, shape, bases[shape]) for shape in analysis.shapes
        ]
        row = Row(technique, charts.name_of(technique), charts.kind_of(technique), cells)
        (table.rows if technique.host == host else table.natives).append(row)
    return table


def _cell(
    analysis: Analysis,
    table: Table,
    technique: Technique,
    shape: str,
    base: tuple[str, Estimate] | None,
) -> Cell:
    cell = analysis.cell(technique.host, technique.name, shape)
    cost = analysis.cost(technique.host, technique.name, shape)
    counted = cell.instructions if cell else None
    instructions = "" if counted is None else f"{counted:,.0f}"
    if not cost:
        reason = (cell.lacks if cell else None) or _NOT_MEASURED
        return Cell(title=reason, why=table.number_of(reason), instructions=instructions)
    said = [f"{words.interval(cost)} ns, the median of {len(cost.values)} and its 95 % interval"]
    times = cost.median / base[1].median if base and cost.median > 0 else None
    if base and times is not None:
        said.append(f"{words.ratio(times)} times {base[0]}")
    if instructions:
        said.append(f"{instructions} instructions")
    why, mark = 0, ""
    if cell and cell.note:
        why = table.number_of(f"out of competition: {cell.note}")
        said.append(f"out of competition: {cell.note}")
    winner = analysis.winner(table.host, shape)
    if winner and technique.host == table.host and technique.name in winner.techniques:
        mark = "fastest" if winner.name else "close"
        said.append("the fastest" if winner.name else "too close to the fastest to call")
    return Cell(
        ns=words.nanoseconds(cost.median),
        ratio="" if times is None else words.ratio(times),
        instructions=instructions,
        level=NEUTRAL if times is None else sum(times >= level for level in LEVELS),
        title="; ".join(said),
        mark=mark,
        why=why,
    )
