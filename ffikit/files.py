"""Writes files whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ffikit import KitError

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str) -> None:
    """Put a text into a file, so that an interruption leaves the old one."""
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}"
        raise KitError(message) from error
