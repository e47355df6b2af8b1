"""Keeps what the demo measured: all of it as JSON, the crossings as a table in the README."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ffikit import ROOT, KitError, figures, screen

if TYPE_CHECKING:
    from ffikit.figures import Crossing, Naive, Story
    from ffikit.hosts import Build

SCHEMA = 1
_PLACE = re.compile(
    r"(<!-- begin: written by ./kit demo --readme -->\n).*?(<!-- end -->)", re.DOTALL
)


def describe_machine() -> dict[str, str]:
    """Say what a reader needs to know before comparing times."""
    return {
        "cpu": _find("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.processor(),
        "cores": str(os.cpu_count()),
        "system": _find("/etc/os-release", r'PRETTY_NAME="?([^"\n]+)') or platform.platform(),
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def _find(path: str, pattern: str) -> str:
    try:
        match = re.search(pattern, Path(path).read_text(encoding="utf-8"))
    except OSError:
        return ""
    return match[1].strip() if match else ""


def demo_content(
    stories: list[Story], naive: list[Naive], crossings: list[Crossing]
) -> dict[str, object]:
    """Give every figure of the demo with its raw samples."""
    return {
        "hosts": [asdict(story) for story in stories],
        "naive": [asdict(row) | {"seconds": row.seconds} for row in naive],
        "crossings": [
            asdict(crossing) | {"cost_ns": asdict(crossing.cost), "empty_ns": crossing.loop}
            for crossing in crossings
        ],
    }


def write_json(path: Path, built: Build, content: dict[str, object]) -> None:
    """Write what was measured, and on what."""
    whole = {
        "schema": SCHEMA,
        "date": dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
        "machine": describe_machine(),
        "compilers": built.compilers,
        "swig": built.swig,
        **content,
        "skipped": built.skipped,
    }
    try:
        path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}"
        raise KitError(message) from error


def write_readme(built: Build, columns: list[str], rows: list[list[str]], explained: str) -> None:
    """Put the table of crossings, with machine and date, between the marks in README.md."""
    path = ROOT / "README.md"
    machine = describe_machine()
    conditions = [
        machine["cpu"],
        f"{machine['cores']} cores",
        machine["system"],
        *(host.label for host in built.hosts if host.name == figures.COMPARED_IN),
        built.compilers["cpp"],
        f"SWIG {built.swig}",
        str(dt.datetime.now(dt.timezone.utc).date()),
    ]
    lines = [
        f"| {' | '.join(columns)} |",
        f"|---|{'---:|' * (len(columns) - 1)}",
        *(f"| `{row[0]}` | {' | '.join(row[1:])} |" for row in rows),
        "",
        f"Nanoseconds a call, the empty loop subtracted. {explained}",
        f"Measured on {', '.join(conditions)}.",
        "",
    ]
    text, count = _PLACE.subn(
        lambda match: match[1] + "\n".join(lines) + match[2], path.read_text(encoding="utf-8")
    )
    if count != 1 or not rows:
        message = "README.md has no place for the table, or there is no comparison to put there"
        raise KitError(message)
    path.write_text(text, encoding="utf-8")
    screen.say("The table is in README.md.")
