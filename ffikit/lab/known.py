"""A bench program whose costs are known: `known.py COST` must be found by the lab to cost COST ns.

It speaks the protocol of the hosts' bench programs. Each turn waits on the clock for so long; with
FIB_KNOWN_SEEDS, a file that counts the processes, no time passes at all: the samples are drawn from
a seeded distribution, with an offset of the process and now and then an outlier, so that what the
lab makes of them is the same each time.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from time import perf_counter_ns

RESULTS = {"void": "nil", "void_to_u64": "93", "u64_to_u64": "6765", "u64_checked": "6765"}
LOOP_NS = 20.0
OWN_NS = 40.0
_SPREAD = 0.01
_OUTLIER, _OUTLIERS = 3.0, 0.05


def wait(ns: float) -> None:
    """Spend so many nanoseconds."""
    end = perf_counter_ns() + ns
    while perf_counter_ns() < end:
        pass


def measured(ns: float, loops: int) -> float:
    """Give what a turn took by the clock."""
    start = perf_counter_ns()
    for _ in range(loops):
        wait(ns)
    return (perf_counter_ns() - start) / loops


class Drawn:
    """Samples of a process that never ran."""

    def __init__(self, seeds: Path, name: str) -> None:
        """Take the next seed."""
        number = len(seeds.read_text(encoding="utf-8")) if seeds.exists() else 0
        with seeds.open("a", encoding="utf-8") as file:
            file.write(".")
        self._random = random.Random(f"{name} {number}")  # noqa: S311 - no secret
        self._offset = self._random.gauss(1, _SPREAD)

    def sample(self, ns: float, _: int) -> float:
        """Draw one."""
        factor = _OUTLIER if self._random.random() < _OUTLIERS else 1.0
        return ns * self._offset * self._random.gauss(1, _SPREAD) * factor


def main() -> None:
    """Answer requests."""
    cost = float(sys.argv[1])
    seeds = os.environ.get("FIB_KNOWN_SEEDS")
    sample = Drawn(Path(seeds), sys.argv[1]).sample if seeds else measured
    for line in sys.stdin:
        _, shape, n, loops, repeats = line.split()
        answer: dict[str, object] = {"shape": shape}
        if shape in RESULTS:
            costs = {"call_ns": cost + LOOP_NS, "empty_ns": LOOP_NS, "own_ns": OWN_NS}
            samples: dict[str, list[float]] = {key: [] for key in costs}
            for _ in range(int(repeats)):
                for key, ns in costs.items():
                    samples[key].append(sample(ns, int(loops)))
            answer |= {**samples, "argument": int(n), "loops": int(loops), "result": RESULTS[shape]}
        else:
            answer["lacks"] = "nothing is known of it"
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
