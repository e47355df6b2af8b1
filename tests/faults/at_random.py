"""Runs random cases through a host: at_random.py --folder FOLDER [--seed N] -- COMMAND...

The cases come from tests/cases/random_cases.py. The seed is always the same, so that a change is
tested by what it changes; FIBONACCI_SEED or --seed gives another, and ./kit soak takes fresh ones.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from conforming import CASES, conform, describe_death, lacks

SEED = 20150514  # the day of the article
COUNT = 20_000
MOST_SHOWN = 5


def write(arguments: list[str]) -> list[str]:
    """Give the lines that tests/cases/random_cases.py prints."""
    command = [sys.executable, "-B", str(CASES / "random_cases.py"), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().split("\n")[:-1]


def main() -> int:
    """Compare the host with the definitions."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="bindings/<host>")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("FIBONACCI_SEED", SEED)))
    parser.add_argument("--count", type=int, default=COUNT)
    split = sys.argv.index("--")
    options, command = parser.parse_args(sys.argv[1:split]), sys.argv[split + 1 :]
    which = ["--seed", str(options.seed), "--count", str(options.count)]
    for feature in lacks(options.folder):
        which += ["--lacks", feature]
    lines = write(which)
    outcome = conform(command, lines, {})
    wrong = outcome.death or outcome.failed
    print(f"# seed {options.seed}")
    if outcome.death:
        print(describe_death(command, lines, {}, outcome))
    for number, got in list(outcome.failed.items())[:MOST_SHOWN]:
        print(f"# case {number}: {got}")
        print(write([*which, "--paste", str(number)])[0])
    if wrong:
        print(f"# {len(outcome.failed)} of {outcome.count} cases failed; the lines above go into")
        print("# tests/cases/generate.py; this repeats it:")
        print(f"#   FIBONACCI_SEED={options.seed} ./kit test -R '^random\\.'")
    print(f"# checked calls={outcome.reported} inputs={outcome.count}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
