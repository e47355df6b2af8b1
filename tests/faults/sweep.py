"""Lets every allocation of a host's calls fail.

sweep.py --folder FOLDER --preload SHIM --inside DIR -- COMMAND...

For each case, conform calls again and again: the first allocation fails, the second, ... until none
is left. Each call must give the right value or the host's error for memory, and the next one must
be right. Once with a single allocation that fails, once with all from the n-th on until the call is
over. host.toml says under [faults] what the host itself cannot bear: `most_in_a_row`, where not all
may fail; `host_ends`, why only allocations of the module and of the library may.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from conforming import CASES, conform, describe_death, read_host, read_lines

# These allocate in the library itself, in whatever host.
ALWAYS = ["bigint_out", "list_out", "bytes_out", "long_string_out", "list_of_struct_out"]
MANY = 1_000_000
INJECTED = re.compile(r"^# (\S+) faults=(\d+)$", re.MULTILINE)


def main() -> int:
    """Sweep over the cases that the lab times, one for each shape, or over the files given."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="bindings/<host>")
    parser.add_argument("--preload", required=True, help="failing_malloc.cpp, compiled")
    parser.add_argument("--inside", required=True, help="where the modules and the library lie")
    parser.add_argument("--cases", type=Path, action="append", default=[])
    split = sys.argv.index("--")
    options, command = parser.parse_args(sys.argv[1:split]), sys.argv[split + 1 :]
    host = read_host(options.folder)
    told = host.get("faults", {})
    lines = []
    for path in options.cases or [CASES / "timed.tsv"]:
        lines += read_lines(path)
    calls = faults = 0
    wrong = False
    for in_a_row in (1, told.get("most_in_a_row", MANY)):
        environment = {
            "LD_PRELOAD": options.preload,
            "FAULTS_INSIDE": options.inside,
            "FAULTS_WHOSE": "ours" if "host_ends" in told else "everybody",
            "FAULTS_IN_A_ROW": str(in_a_row),
            "CONFORM_FAULTS": "1",
            **told.get("environment", {}),
        }
        outcome = conform(command, lines, environment)
        injected = {name: int(count) for name, count in INJECTED.findall(outcome.output)}
        calls += len(lines) + 2 * sum(injected.values())
        faults += sum(injected.values())
        print(
            f"# {in_a_row} in a row, of {environment['FAULTS_WHOSE']}: "
            f"{sum(injected.values())} faults"
        )
        for number, got in outcome.failed.items():
            wrong = True
            print(f"not ok - {lines[number - 1]}\n# {got}")
        if outcome.death:
            wrong = True
            print("\n".join(describe_death(command, lines, environment, outcome.death)))
            print(outcome.remarks()[-2000:])
        elif not options.cases and (never := [name for name in ALWAYS if not injected.get(name)]):
            wrong = True
            print(f"# no allocation failed in {', '.join(never)}: nothing was tested")
    print(f"# checked calls={calls} faults={faults}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
