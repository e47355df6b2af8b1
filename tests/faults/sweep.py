"""Lets every allocation of a host's calls fail.

sweep.py --folder FOLDER --preload SHIM --inside DIR -- COMMAND...

For each case, conform calls again and again: the first allocation fails, the second, ... until none
is left. Each call must give the right value or the host's error for memory, and the next one must
be right. Once a single allocation fails, be it the host's; once all from the n-th on until the call
is over, of which the host's may not fail where host.toml says why under [faults], as `host_ends`.
Counted are the calls that gave the error: a host may collect its garbage, try again and succeed.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from conforming import CASES, case_files, conform, describe_death, read_host, read_lines

# These allocate in the library itself, in whatever host.
ALWAYS = ["bigint_out", "list_out", "bytes_out", "long_string_out", "list_of_struct_out"]
NAMES = ["timed", "bad_arguments"]  # a call of each shape, and each refusal
MANY = 1_000_000
MOST_FAILED = 20
INJECTED = re.compile(r"^# (\S+) faults=(\d+)$", re.MULTILINE)


def sweep(
    command: list[str], lines: list[str], environment: dict[str, str]
) -> tuple[dict[str, int], list[str]]:
    """Give how many faults each case had and what went wrong; one that kills is then left out."""
    failed: list[str] = []
    while True:
        outcome = conform(command, lines, environment)
        if not outcome.death:
            break
        failed.append(describe_death(command, lines, environment, outcome))
        killer = outcome.reported
        if killer == len(lines) or len(failed) > MOST_FAILED:
            break
        lines = lines[:killer] + lines[killer + 1 :]
    failed += [f"{lines[number - 1]}\n# {got}" for number, got in outcome.failed.items()]
    return {name: int(count) for name, count in INJECTED.findall(outcome.output)}, failed


def main() -> int:
    """Sweep over the cases of NAMES and over what the host need not have, or over other files."""
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
    optional = [path for path in case_files(options.folder) if path.stem.startswith("optional_")]
    for path in options.cases or [*(CASES / f"{name}.tsv" for name in NAMES), *optional]:
        lines += read_lines(path)
    calls = faults = 0
    wrong = False
    whose_fail = "ours" if "host_ends" in told else "everybody"
    for whose, in_a_row in (("everybody", 1), (whose_fail, MANY)):
        environment = {
            "LD_PRELOAD": options.preload,
            "FAULTS_INSIDE": options.inside,
            "FAULTS_WHOSE": whose,
            "FAULTS_IN_A_ROW": str(in_a_row),
            "CONFORM_FAULTS": "1",
            **told.get("environment", {}),
        }
        injected, failed = sweep(command, lines, environment)
        calls += len(lines) + 2 * sum(injected.values())
        faults += sum(injected.values())
        what = "one allocation" if in_a_row == 1 else "every allocation from one on"
        print(f"# {what} failed, of {whose}, in {sum(injected.values())} calls")
        print("".join(f"not ok - {each}\n" for each in failed), end="")
        wrong |= bool(failed)
        if not options.cases and (never := [name for name in ALWAYS if not injected.get(name)]):
            wrong = True
            print(f"# no allocation failed in {', '.join(never)}: nothing was tested")
    print(f"# checked calls={calls} faults={faults}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
