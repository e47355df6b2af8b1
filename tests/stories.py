"""Runs the story of every host that was built and compares them: stories.py HOSTS.json."""

from __future__ import annotations

import difflib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TOLD = ("93", "1000")  # the indices of the numbers that are checked
SKIPPED = 77


def tell(host: dict[str, Any]) -> list[str]:
    """Give the lines that the host's story prints."""
    story = ROOT / "examples" / host["folder"] / f"story.{host['suffix']}"
    done = subprocess.run(
        [*host["command"], str(story)],
        env={**os.environ, **host["environment"]},
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode().splitlines()


def exact_lines() -> list[str]:
    """Give the lines that the cases demand."""
    text = (ROOT / "tests" / "cases" / "bigints.tsv").read_text(encoding="utf-8")
    cases = re.findall(r"^\w+\tfib_exact\t(\d+)\t(\d+)$", text, re.MULTILINE)
    values = {n: value for value, n in cases}
    return [f"F({n}) = {values[n]}" for n in TOLD]


def main() -> int:
    """Show the first story, and of the others what differs."""
    hosts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["hosts"]
    if not hosts:
        print("no host was built")
        return SKIPPED
    first, *others = hosts
    story, title = tell(first), f"{first['title']} {first['version']}"
    print("\n".join([f"{title}:", *story, ""]))
    wrong = [f"missing: {line}" for line in exact_lines() if line not in story]
    for host in others:
        other = f"{host['title']} {host['version']}"
        differences = list(difflib.unified_diff(story, tell(host), title, other, lineterm="", n=0))
        print(f"{other}: {'not ' if differences else ''}the same")
        wrong += differences
    print("\n".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
