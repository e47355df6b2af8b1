"""Runs a conform program over one case file and fails unless it ran every case.

run_cases.py CASES.tsv [--may-skip] -- COMMAND...
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

TIMEOUT_SECONDS = 60
RESULT = re.compile(r"^(?:not )?ok \d+ - (\S+)", re.MULTILINE)


def names_of_cases(path: Path) -> list[str]:
    """Give the names in the order of the file."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [line.split("\t")[0] for line in lines if line and not line.startswith("# ")]


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
    split = sys.argv.index("--") if "--" in sys.argv else 0
    options, command = sys.argv[2:split], sys.argv[split + 1 :]
    if not split or not command or options not in ([], ["--may-skip"]):
        sys.exit(__doc__)
    cases = sys.argv[1]
    try:
        done = subprocess.run(
            [*command, cases],
            stdout=subprocess.PIPE,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        output, code, wrong = done.stdout, done.returncode, []
    except subprocess.TimeoutExpired as error:
        output, code = error.stdout or b"", 0
        wrong = [f"killed after {TIMEOUT_SECONDS} s"]
    report = output.decode("utf-8", errors="replace")
    print(report, end="")
    if code:
        died = f"by signal {-code}" if code < 0 else f"with {code}"
        wrong.append(f"the program ended {died}")
    elif re.search(r"^not ok", report, re.MULTILINE):
        wrong.append("a case failed, but the program ended with 0")
    if not options and (skipped := report.count(" # SKIP ")):
        wrong.append(f"{skipped} cases were skipped")
    wrong += complaints(names_of_cases(Path(cases)), RESULT.findall(report))
    for line in wrong:
        print(f"# {Path(cases).name}: {line}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
