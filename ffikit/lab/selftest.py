"""The lab measures itself: a technique that costs more by a known amount, and one that does not."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ffikit import screen
from ffikit.hosts import Host, Technique
from ffikit.lab import known
from ffikit.lab.analysis import Analysis, Estimate, ratio
from ffikit.lab.run import Laboratory, Mode, Wanted

if TYPE_CHECKING:
    from ffikit.hosts import Build

BASE_NS, INJECTED_NS = 2000.0, 500.0
_HOST = "known"
_TOLERANCE = 0.05


@dataclass(frozen=True)
class Finding:
    """One thing that the lab must find, and what it found."""

    name: str
    right: bool
    found: str


def run(built: Build) -> bool:
    """Measure with the real clock, show what was found, say whether it is right."""
    mode = Mode("selftest", 10, 60.0, 0.2e6, 5)
    with tempfile.TemporaryDirectory() as folder:
        analysis = measure(built, mode, Path(folder) / "run.json", {})
    findings = judge(analysis)
    screen.heading(
        f"A technique of {BASE_NS:.0f} ns, the same again, and {INJECTED_NS:.0f} ns more"
    )
    screen.table(
        ["the lab must", "found", ""],
        [[f.name, f.found, "ok" if f.right else "WRONG"] for f in findings],
        words=3,
    )
    return all(finding.right for finding in findings)


def measure(
    built: Build, mode: Mode, path: Path, environment: dict[str, str], seed: int | None = None
) -> Analysis:
    """Run the lab on programs whose costs are known; with a seed, in an order that is known too."""

    def technique(name: str, cost: float) -> Technique:
        command = [sys.executable, known.__file__]
        return Technique(name, environment, program=str(cost), command=command)

    techniques = [
        technique("swig", BASE_NS),
        technique("twin", BASE_NS),
        technique("injected", BASE_NS + INJECTED_NS),
    ]
    host = Host(_HOST, _HOST, "Known", "1", [], {}, "py", techniques)
    only = replace(built, hosts=[host], natives=[], skipped=[])
    laboratory = Laboratory(only, mode, Wanted(set(), set(), set(known.RESULTS)))
    laboratory.run.seed = laboratory.run.seed if seed is None else seed
    laboratory.measure(path)
    return Analysis(laboratory.run)


def judge(analysis: Analysis) -> list[Finding]:
    """Compare what the lab says with what is true."""
    findings = []
    for shape in known.RESULTS:
        base, injected = (_cost(analysis, name, shape) for name in ("swig", "injected"))
        recovered = injected.median - base.median
        findings.append(
            Finding(
                f"recover {INJECTED_NS:.0f} ns in {shape}",
                abs(recovered - INJECTED_NS) <= _TOLERANCE * BASE_NS,
                f"{recovered:.0f} ns",
            )
        )
        slower = ratio(injected.values, base.values)
        findings.append(
            Finding(
                f"see that it is slower in {shape}",
                slower.low > 1 and not analysis.too_close(_HOST, base, injected),
                f"{slower.low:.3f} to {slower.high:.3f} times",
            )
        )
        winner = analysis.winner(_HOST, shape)
        close = sorted(winner.techniques if winner else ())
        findings.append(
            Finding(
                f"name no winner of two alike in {shape}", close == ["swig", "twin"], str(close)
            )
        )
    noise = analysis.noise()
    apart = noise.apart if noise else -1
    findings.append(Finding("find no difference from A to A", apart == 0, f"{apart} pairs apart"))
    return findings


def _cost(analysis: Analysis, technique: str, shape: str) -> Estimate:
    cost = analysis.cost(_HOST, technique, shape)
    assert cost  # noqa: S101 - measured just now
    return cost
