"""Runs other programs."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from ffikit import ROOT, KitError

if TYPE_CHECKING:
    from collections.abc import Callable


def run_program(command: list[str], environment: dict[str, str], title: str) -> str:
    """Run a program and give what it printed; its failure is a KitError."""
    try:
        process = subprocess.run(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        message = f"{title} cannot run: {error}"
        raise KitError(message) from error
    if process.returncode:
        message = (
            f"{title} ended with status {process.returncode}:\n"
            f"{(process.stdout + process.stderr).strip()}\n"
            f"The command was: {' '.join(command)}"
        )
        raise KitError(message)
    return process.stdout


def follow(command: list[str], each: Callable[[str], None]) -> int:
    """Run a command in the checkout, hand over every line it prints, give its status."""
    try:
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PWD": str(ROOT)},  # CMake believes it, even if it leads over links
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                each(line.rstrip("\n"))
    except FileNotFoundError as error:
        message = f"{command[0]} is missing: ./kit doctor says what brings it"
        raise KitError(message) from error
    return process.returncode
