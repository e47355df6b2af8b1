"""The sentences and figures that every form of the report shares.

A name in a sentence stands between backticks; each form of the report shows it in its own way.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ffikit.lab.analysis import ENOUGH, Analysis, Crossover, Estimate, Noise, Versus
from ffikit.lab.results import FLOOR, PURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ffikit.lab.results import Run

OURS = "swig"
TELLING = ("void", "u64_checked", "string_out", "list_out", "callback", "error")
"""The shapes of a table that has room for a handful."""
OUT = "†"
"""Beside a figure that is out of competition: the technique does not pass the shape's case."""
NOTHING = "nothing was measured"
_COUNTING = "`./kit bench run --instructions` counts them."
LADDER_MISSING = f"This run has no counts of instructions; {_COUNTING}"
CALLS, LIST, MEMORY = "n crossings", "one list", "one buffer"
"""The ways in which n values cross."""
_NO_CONTROL = "Nothing was measured twice, so nothing says how far apart two equals would be."
_MOST_CLOSE = 3


def nanoseconds(value: float) -> str:
    """Write nanoseconds with three digits that mean something."""
    if value < 0.005:  # noqa: PLR2004 - what two decimals show
        return "≈0"
    return _three_digits(value)


def ratio(value: float) -> str:
    """Write how many times something is something else."""
    return _three_digits(value)


def percent(value: float) -> str:
    """Write a share with two digits."""
    return f"{value * 100:.2g} %"


def _three_digits(value: float) -> str:
    if value >= 99.95:  # noqa: PLR2004
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}"  # noqa: PLR2004


def interval(cost: Estimate) -> str:
    """Write a median with its interval."""
    return f"{nanoseconds(cost.median)} ({nanoseconds(cost.low)} to {nanoseconds(cost.high)})"


def count(number: int, thing: str, things: str = "") -> str:
    """Write a number of things."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Write a list as a sentence has it."""
    *others, end = words
    return f"{', '.join(others)} {last} {end}" if others else end


@dataclass(frozen=True)
class Verdict:
    """What may be said about one host."""

    host: str
    label: str
    fastest: str
    floor: str
    noise: str
    rivals: list[Versus]
    """The other techniques against the kit's own, the cheapest first."""

    @property
    def sentences(self) -> list[str]:
        """Give everything as text."""
        return [text for text in (self.fastest, self.floor, self.against, self.noise) if text]

    @property
    def extremes(self) -> str:
        """Say between what the others cost."""
        if not self.rivals:
            return ""
        first, last = self.rivals[0], self.rivals[-1]
        if first is last:
            others = f"`{first.technique}` costs {ratio(first.median)} times"
        else:
            others = (
                f"The others cost from {ratio(first.median)} times (`{first.technique}`) "
                f"to {ratio(last.median)} times (`{last.technique}`)"
            )
        return f"{others} what `{OURS}` costs, in the median of the shapes that both have."

    @property
    def against(self) -> str:
        """Say what the others cost."""
        if not self.rivals:
            return ""
        said = [f"`{v.technique}` {ratio(v.median)}{_span(v)}" for v in self.rivals]
        return (
            f"Times the cost of `{OURS}`, in the median of the shapes that both have: "
            f"{listed(said)}."
        )


def verdicts(analysis: Analysis) -> list[Verdict]:
    """Say what may be said about each host; native programs have no rivals."""
    hosts = [host for host in analysis.hosts if not analysis.is_native(host)]
    return [_judge(analysis, host) for host in hosts]


def _judge(analysis: Analysis, host: str) -> Verdict:
    names = [technique.name for technique in analysis.techniques(host)]
    found = [
        versus
        for name in names
        if name not in (OURS, FLOOR, PURE) and (versus := analysis.versus(host, name, OURS))
    ]
    return Verdict(
        host=host,
        label=analysis.label(host),
        fastest=_fastest(analysis, host),
        floor=_floor(analysis, host),
        noise=noise(analysis.noise(host)),
        rivals=sorted(found, key=lambda versus: versus.median),
    )


def _fastest(analysis: Analysis, host: str) -> str:
    few = least_processes(analysis, host)
    if not few:
        return f"{NOTHING.capitalize()} here."
    winners = [w for shape in analysis.shapes if (w := analysis.winner(host, shape))]
    if not winners:
        return "No two techniques were measured that could be compared."
    if few < ENOUGH:
        return (
            f"{count(few, 'process', 'processes')} a technique: with fewer than {ENOUGH} "
            "nobody should say what is faster."
        )
    alone = Counter(winner.name for winner in winners if winner.name).most_common()
    close = [winner.techniques for winner in winners if not winner.name]
    shapes = count(len(winners), "shape")
    said = [f"`{name}` is the fastest in {times} of {shapes}" for name, times in alone[:1]]
    said += [f"`{name}` in {times}" for name, times in alone[1:]]
    if not close:
        return f"Of what checks its arguments, {listed(said)}."
    which = ", ".join(
        f"{' ≈ '.join(f'`{name}`' for name in names)} ({times})"
        for names, times in Counter(tuple(sorted(c)) for c in close).most_common(_MOST_CLOSE)
    )
    first = f"{listed(said)}; in {len(close)}" if said else f"in {len(close)} of {shapes}"
    return f"Of what checks its arguments, {first} it is too close to call: {which}."


def _floor(analysis: Analysis, host: str) -> str:
    versus = analysis.versus(host, OURS, FLOOR)
    if not versus:
        return f"There is no hand-written `{FLOOR}` to hold `{OURS}` against."
    return (
        f"`{OURS}` costs {ratio(versus.median)} times the hand-written `{FLOOR}` in the median of "
        f"{count(len(versus.ratios), 'shape')}{_span(versus)}: less in {versus.faster}, more in "
        f"{versus.slower}, too close to call in {versus.close}."
    )


def _span(versus: Versus) -> str:
    (best, least), (worst, most) = versus.least, versus.most
    if best == worst:
        return ""
    return f" ({ratio(least)} in `{best}` to {ratio(most)} in `{worst}`)"


def noise(found: Noise | None) -> str:
    """Say what the control showed."""
    if not found:
        return _NO_CONTROL
    return (
        f"`{OURS}` was measured twice in each round: the two differ by {percent(found.typical)} in "
        f"the median of {count(found.pairs, 'shape')}, by at most {percent(found.most)} in 95 % of "
        f"them, and in {found.apart or 'none'} their intervals do not overlap. "
        f"A {found.verdict} machine."
    )


def noises(analysis: Analysis) -> str:
    """Say in one sentence what the controls of all hosts showed."""
    found = {host: analysis.noise(host) for host in analysis.hosts}
    said = [f"{percent(n.most)} in {analysis.label(host)}" for host, n in found.items() if n]
    if not said:
        return _NO_CONTROL
    return f"`{OURS}` measured twice differs in 95 % of the shapes by at most {listed(said)}."


def least_processes(analysis: Analysis, host: str) -> int:
    """Give the number of processes of the technique that has the fewest."""
    cells = [c for c in analysis.run.cells if c.host == host and c.processes and not c.control]
    return min((len(cell.processes) for cell in cells), default=0)


def work(analysis: Analysis, host: str) -> list[str]:
    """Say from which n on it pays to cross for the naive recursion."""
    alone = analysis.sweep(host, PURE, "recursive")
    alike: dict[Crossover, list[str]] = {}
    for technique in analysis.techniques(host):
        costs = analysis.sweep(host, technique.name, "recursive")
        found = analysis.crossover(host, costs, alone) if technique.name != PURE else None
        if found:
            alike.setdefault(found, []).append(f"`{technique.name}`")
    return [_pays(found, names, "the host's own recursion") for found, names in alike.items()]


def ways(analysis: Analysis, host: str, technique: str) -> dict[str, dict[int, Estimate]]:
    """Give what n values cost, by the way in which they cross."""
    swept = {
        LIST: analysis.sweep(host, technique, "list_of_n"),
        MEMORY: analysis.sweep(host, technique, "buffer_of_n"),
    }
    one = analysis.cost(host, technique, "u64_checked")
    sizes = sorted(swept[LIST].keys() | swept[MEMORY].keys())
    calls = {n: one.times(n) for n in sizes if one and one.median > 0}
    return {way: costs for way, costs in ({CALLS: calls} | swept).items() if costs}


def crossings(analysis: Analysis, host: str, found: dict[str, dict[int, Estimate]]) -> list[str]:
    """Say from which n on one crossing costs less than n."""
    return [
        _pays(crossover, [way.capitalize()], CALLS)
        for way in (LIST, MEMORY)
        if way in found and CALLS in found
        if (crossover := analysis.crossover(host, found[way], found[CALLS]))
    ]


def _pays(found: Crossover, who: list[str], what: str) -> str:
    verb = "costs" if len(who) == 1 else "cost"
    if found.first is None:
        last = found.measured[-1]
        return f"{listed(who)} never {verb} clearly less than {what}, up to n = {last}."
    since = f"{listed(who)} {verb} less than {what} from n = {found.first} on"
    if found.before is None:
        return f"{since}, the least n that was measured."
    return f"{since}; at n = {found.before} not yet, or it is too close to call."


def measured(run: Run) -> str:
    """Say when, on what and how much was measured."""
    machine = run.machine
    return (
        f"{run.date[:10]}, {machine.cpu}, {count(machine.cores, 'core')}, {machine.system}, "
        f"{run.mode} run: {count(run.rounds, 'round')} in {run.seconds / 60:.1f} minutes"
    )


def unfinished(run: Run) -> str:
    """Warn of a run that did not come to its end."""
    if run.complete:
        return ""
    return "This run was not completed: what it lacks was not measured, and intervals are wider."


def versions(run: Run) -> list[tuple[str, str, str]]:
    """Give host, technique and what it is made with."""
    return [(t.host_label, t.name, t.version) for t in run.techniques if not t.control]


def machine_rows(run: Run) -> list[tuple[str, str]]:
    """Give what times depend on, a row each."""
    machine = run.machine
    return [
        ("CPU", machine.cpu),
        ("cores", str(machine.cores)),
        ("frequency governor", machine.governor),
        ("turbo", machine.turbo),
        ("SMT", machine.smt),
        ("system", machine.system),
        ("kernel", machine.kernel),
        *((f"compiler, {name}", text) for name, text in machine.compilers.items()),
        ("SWIG", machine.swig),
        ("SHA-256 of the library", machine.library_sha256),
    ]
