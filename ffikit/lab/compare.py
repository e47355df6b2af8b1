"""Two runs of one machine: what became slower, and by how much at least."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ffikit import KitError, screen
from ffikit.lab.analysis import Analysis, Estimate, ratio

if TYPE_CHECKING:
    from ffikit.lab.results import Run


@dataclass(frozen=True)
class Change:
    """How many times the cost of A a call costs in B, with its interval."""

    name: str
    before: Estimate
    after: Estimate
    ratio: Estimate

    def is_slower(self, percent: float) -> bool:
        """Say whether the whole interval is above so many per cent more."""
        return self.ratio.low > 1 + percent / 100

    def is_faster(self, percent: float) -> bool:
        """Say whether the whole interval is below so many per cent less."""
        return self.ratio.high < 1 - percent / 100


def percent(text: str | None) -> float | None:
    """Read `5` or `5%`."""
    if text is None:
        return None
    if not (number := re.fullmatch(r"(\d+(?:\.\d+)?)\s*%?", text.strip())):
        message = f"--fail-above takes per cent, as in 5%, not {text!r}"
        raise KitError(message)
    return float(number[1])


def changes(before: Run, after: Run) -> list[Change]:
    """Compare every call that both runs have measured."""
    a, b = Analysis(before), Analysis(after)
    found = []
    for cell in before.cells:
        if cell.control:
            continue
        where = (cell.host, cell.technique, cell.shape, cell.n)
        one, other = a.cost(*where), b.cost(*where)
        if one and other and one.median > 0:
            name = "/".join(map(str, where[:3])) + (f" n = {cell.n}" if cell.shape else "")
            found.append(Change(name, one, other, ratio(other.values, one.values)))
    return found


def show(before: Run, after: Run, fail_above: float | None) -> bool:
    """Show what changed by more than the runs' own noise; say whether something became too slow."""
    found = changes(before, after)
    if not found:
        message = "the two runs have no call in common"
        raise KitError(message)
    for name in ("machine", "techniques"):
        if getattr(before, name) != getattr(after, name):
            screen.say(f"The {name} of the two runs differ: a change may be theirs.", "yellow")
    noise = max((n.most for run in (before, after) if (n := Analysis(run).noise())), default=0.0)
    least = max(noise * 100, fail_above or 0.0)
    slower = sorted(
        (change for change in found if change.is_slower(least)), key=lambda c: -c.ratio.median
    )
    faster = sorted(
        (change for change in found if change.is_faster(least)), key=lambda c: c.ratio.median
    )
    for title, some in (("Slower", slower), ("Faster", faster)):
        if some:
            screen.heading(title)
            screen.table(
                ["call", "A ns", "B ns", "B/A", "95 % interval"],
                [
                    [
                        change.name,
                        f"{change.before.median:.1f}",
                        f"{change.after.median:.1f}",
                        f"{change.ratio.median:.2f}",
                        f"{change.ratio.low:.2f} to {change.ratio.high:.2f}",
                    ]
                    for change in some
                ],
            )
    screen.say(
        f"\n{len(found)} calls compared: {len(slower)} slower, {len(faster)} faster, by more than "
        f"{least:.1f} %: the larger of what was asked for and the runs' own noise ({noise:.1%})."
    )
    return fail_above is not None and bool(slower)
