"""The options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from ffikit import KitError

Hosts = Annotated[
    Optional[str],
    typer.Option("--hosts", help="Folders of bindings/ with commas between, or 'all'."),
]
Json = Annotated[
    Optional[Path],
    typer.Option("--json", metavar="FILE", help="Write every figure and the raw samples."),
]


def check_folder(file: Path | None) -> None:
    """Refuse a file in a folder that does not exist, before anything is done for it."""
    if file and not file.parent.is_dir():
        message = f"cannot write {file}: there is no folder {file.parent}"
        raise KitError(message)


def split(text: str | None) -> set[str]:
    """Give the names in a list with commas; nothing and 'all' are no choice."""
    return {name.strip() for name in (text or "").split(",")} - {"", "all"}
