"""Runs what README.md shows, word for word: each host's lines with their output, and its commands.

readme.py hosts.json
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# ./kit test is what runs this program.
NOT_HERE = re.compile(r"^\./kit test")


def blocks(kind: str) -> list[str]:
    """Give the fenced blocks of one kind."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def run_hosts(hosts: list[dict[str, object]]) -> list[str]:
    """Run the lines of each host that is built, and of its variants; give what is wrong."""
    [expected] = blocks("text")
    wrong = []
    for host in hosts:
        for program in blocks(str(host["folder"])):
            environment = {**os.environ, **host["environment"]}  # type: ignore[dict-item]
            done = subprocess.run(
                [*host["command"], "-"],  # type: ignore[misc]
                input=program,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            right = done.stdout == expected
            print(f"{'ok' if right else 'NOT OK'}: the lines in {host['name']}")
            wrong += [] if right else [f"{host['name']} printed\n{done.stdout}{done.stderr}"]
    return wrong


def run_commands() -> list[str]:
    """Run each command; give those that failed."""
    wrong = []
    for line in "".join(blocks("sh")).splitlines():
        if NOT_HERE.match(line):
            continue
        print(f"$ {line}", flush=True)
        if subprocess.run(["sh", "-c", line], cwd=ROOT, check=False).returncode:
            wrong.append(f"this command failed: {line}")
    return wrong


def main() -> None:
    """Run everything and say what is wrong."""
    hosts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["hosts"]
    wrong = run_hosts(hosts) + run_commands()
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
