"""Runs a host's conform program over cases and says which failed, even when the process ended."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CASES = Path(__file__).resolve().parents[1] / "cases"
TIMEOUT_SECONDS = 120
_RESULT = re.compile(r"^(not )?ok (\d+) - .*\n(# got .*)?", re.MULTILINE)


def read_host(folder: Path) -> dict[str, Any]:
    """Give what host.toml says."""
    return tomllib.loads((folder / "host.toml").read_text(encoding="utf-8"))


def lacks(folder: Path) -> list[str]:
    """Give the features that the host does without."""
    return list(read_host(folder).get("lacks", {}))


def case_files(folder: Path) -> list[Path]:
    """Give the files of cases that the host can run."""
    lacking = {f"optional_{feature}" for feature in lacks(folder)}
    return [path for path in sorted(CASES.glob("*.tsv")) if path.stem not in lacking]


def read_lines(path: Path) -> list[str]:
    """Give the cases of a file, a line each."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("# ")]


@dataclass
class Outcome:
    """What a conform program did with some cases."""

    command: list[str]
    status: int
    output: str
    count: int
    failed: dict[int, str]  # number of the case: what came instead
    reported: int

    @property
    def death(self) -> str:
        """Say how the program ended if it did not end well; empty if it did."""
        if self.status < 0:
            try:
                return f"ended by {signal.Signals(-self.status).name}"
            except ValueError:
                return f"ended by signal {-self.status}"
        if self.reported != self.count:
            return f"reported {self.reported} of {self.count} cases, status {self.status}"
        return f"ended with status {self.status}" if bool(self.status) != bool(self.failed) else ""

    def remarks(self) -> str:
        """Give what was printed beside results: what a runtime says before it ends the process."""
        lines = self.output.splitlines()
        return "\n".join(line for line in lines if not re.match(r"(not )?ok \d+ - |# |1\.\.", line))


def run(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run a program; give its status and all that it printed."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        text = (error.stdout or b"").decode("utf-8", "replace")
        return -signal.SIGKILL, f"{text}\nkilled after {TIMEOUT_SECONDS} s\n"
    return done.returncode, done.stdout.decode("utf-8", "replace")


def conform(command: list[str], lines: list[str], environment: dict[str, str]) -> Outcome:
    """Run the cases in one process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.tsv"
        path.write_bytes("".join(f"{line}\n" for line in lines).encode())
        status, output = run([*command, str(path)], environment)
    results = list(_RESULT.finditer(output))
    failed = {int(each[2]): (each[3] or "").removeprefix("# ") for each in results if each[1]}
    return Outcome(command, status, output, len(lines), failed, len(results))


def describe_death(
    command: list[str], lines: list[str], environment: dict[str, str], outcome: Outcome
) -> str:
    """Say which case ended the program: the first that it did not report."""
    if outcome.reported == len(lines):
        return f"{outcome.death}, behind the last case\n{outcome.remarks()[-1000:]}"
    line = lines[outcome.reported]
    alone = conform(command, [line], environment)
    how = "by itself" if alone.death else f"only behind the {outcome.reported} cases before it"
    return f"{line}\n# {outcome.death}, {how}\n{outcome.remarks()[-1000:]}"


def shown(environment: dict[str, str]) -> str:
    """Write an environment as a shell takes it."""
    return " ".join(f"{name}={value}" for name, value in environment.items())
