"""Runs a conform program over one case file and fails unless it ran every case.

run_cases.py CASES.tsv [--may-skip] [--lacks TECHNIQUE.toml] -- COMMAND...

The table [lacks] gives the reasons why a technique does not pass some cases, by a pattern of
FILE/CALL/CASE. These count as skipped; a pattern whose cases all pass excuses nothing and is wrong.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TIMEOUT_SECONDS = 60
RESULT = re.compile(r"^(?:not )?ok \d+ - (\S+)", re.MULTILINE)
NOT_PASSED = re.compile(r"^(?:not ok (\d+) - (\S+).*|ok (\d+) - (\S+) # SKIP.*)$", re.MULTILINE)


def read_cases(path: Path) -> dict[str, str]:
    """Give the names of the cases in the order of the file, each with what it calls."""
    lines = path.read_text(encoding="utf-8").split("\n")
    cases = [line.split("\t") for line in lines if line and not line.startswith("# ")]
    return {name: call for name, call, *_ in cases}


def excuse(report: str, cases: Path, reasons: dict[str, str]) -> tuple[str, list[str]]:
    """Mark the cases that did not pass for a known reason; say which reasons hold for none."""
    routes = {name: f"{cases.stem}/{call}/{name}" for name, call in read_cases(cases).items()}
    used = set()

    def mark(match: re.Match[str]) -> str:
        number, name = match[1] or match[3], match[2] or match[4]
        for pattern, reason in reasons.items():
            if fnmatchcase(routes.get(name, ""), pattern):
                used.add(pattern)
                return f"ok {number} - {name} # SKIP {reason}"
        return match[0]

    marked = NOT_PASSED.sub(mark, report)
    stale = [
        f"[lacks] excuses {pattern}, but these cases pass"
        for pattern in reasons
        if pattern not in used and any(fnmatchcase(route, pattern) for route in routes.values())
    ]
    return marked, stale


def complaints(wanted: list[str], reported: list[str]) -> list[str]:
    """Say in which way the reported cases are not the ones of the file."""
    if wanted == reported:
        return []
    missing = [name for name in wanted if name not in reported]
    unknown = [name for name in reported if name not in wanted]
    return [
        f"the file has {len(wanted)} cases, {len(reported)} were reported",
        *(f"not reported: {name}" for name in missing[:5]),
        *(f"not in the file: {name}" for name in unknown[:5]),
    ]


def main() -> int:
    """Run the command and judge it."""
    parser = argparse.ArgumentParser(description=__doc__, prog="run_cases.py")
    parser.add_argument("cases", type=Path)
    parser.add_argument("--may-skip", action="store_true")
    parser.add_argument("--lacks", type=Path)
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options, command = parser.parse_args(sys.argv[1:split]), sys.argv[split + 1 :]
    if not command:
        parser.error("give a command after --")
    reasons = (
        tomllib.loads(options.lacks.read_text(encoding="utf-8")).get("lacks", {})
        if options.lacks
        else {}
    )
    try:
        done = subprocess.run(
            [*command, options.cases],
            stdout=subprocess.PIPE,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        output, code, wrong = done.stdout, done.returncode, []
    except subprocess.TimeoutExpired as error:
        output, code = error.stdout or b"", 0
        wrong = [f"killed after {TIMEOUT_SECONDS} s"]
    reported = output.decode("utf-8", errors="replace")
    report, stale = excuse(reported, options.cases, reasons)
    print(report, end="")
    wrong += stale
    failed = re.search(r"^not ok", report, re.MULTILINE)
    if code and (failed or not re.search(r"^not ok", reported, re.MULTILINE)):
        died = f"by signal {-code}" if code < 0 else f"with {code}"
        wrong.append(f"the program ended {died}")
    elif failed:
        wrong.append("a case failed, but the program ended with 0")
    unexcused = [line for line in reported.splitlines() if " # SKIP " in line and line in report]
    if not options.may_skip and unexcused:
        wrong.append(f"{len(unexcused)} cases were skipped")
    wrong += complaints(list(read_cases(options.cases)), RESULT.findall(report))
    for line in wrong:
        print(f"# {options.cases.name}: {line}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
