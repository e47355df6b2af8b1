"""Writes what was measured as JSON, with what it was measured on."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from ffikit import files
from ffikit.lab.machine import describe_machine

if TYPE_CHECKING:
    from pathlib import Path

    from ffikit.hosts import Build

SCHEMA = 1


def write_json(path: Path, built: Build, content: dict[str, object]) -> None:
    """Write what was measured, and on what."""
    whole = {
        "schema": SCHEMA,
        "date": dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
        "machine": describe_machine(built).model_dump(),
        **content,
        "skipped": built.skipped,
    }
    files.write(path, json.dumps(whole, indent=1) + "\n")
