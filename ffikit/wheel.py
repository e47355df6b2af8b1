"""Builds a wheel of the Python module for other machines: the libraries it needs are inside."""

from __future__ import annotations

import importlib.util
import re
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from ffikit import ROOT, KitError, screen
from ffikit.processes import follow

# A step of the compilation, or what pip does before it.
_STEP = re.compile(r"\s*(?:\[(\d+)/(\d+)\]|(?=Collecting|Downloading|Installing)) *(.*)")
_LAST_LINES = 30
_PIP = ("wheel", "--verbose", "--no-deps", "--no-input", "--disable-pip-version-check")
# With the tools of .venv, which came with their hashes.
_WITH_OUR_TOOLS = ("--no-build-isolation", "--check-build-dependencies")


def run(folder: Path) -> None:
    """Put the wheel into `folder`, in place of one of the same name, and say what it holds."""
    if not importlib.util.find_spec("auditwheel"):
        message = (
            "auditwheel, which puts libraries into a wheel, is for Linux and Python 3.10 or newer; "
            "`pip wheel .` builds a wheel for this machine alone"
        )
        raise KitError(message)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.resolve(), prefix=".wheel-") as scratch:
            wheel = _make(Path(scratch))
            wheel = wheel.replace(folder / wheel.name)
    except OSError as error:
        message = f"cannot write to {folder}: {error.strerror or error}"
        raise KitError(message) from error
    _describe(wheel)


def _make(scratch: Path) -> Path:
    built, repaired = scratch / "built", scratch / "repaired"
    _run_module(
        "Building the wheel", "pip", *_PIP, *_WITH_OUR_TOOLS, "--wheel-dir", str(built), str(ROOT)
    )
    [wheel] = built.glob("*.whl")
    command = ("auditwheel", "repair", "--wheel-dir", str(repaired), str(wheel))
    _run_module("Putting the libraries into it", *command)
    [wheel] = repaired.glob("*.whl")
    return wheel


def _run_module(title: str, name: str, *arguments: str) -> None:
    """Run a module of .venv with progress; when it fails, show the end of what it printed."""
    lines: list[str] = []
    with screen.steps(title) as show:

        def each(line: str) -> None:
            lines.append(line)
            if match := _STEP.match(line):
                show(int(match[1] or 0), int(match[2] or 1), match[3])

        status = follow([sys.executable, "-m", name, *arguments], each)
    if status:
        screen.echo("\n".join(lines[-_LAST_LINES:]))
        message = f"{title} failed in {name}; the reason stands above"
        raise KitError(message)


def _describe(wheel: Path) -> None:
    tag = "-".join(wheel.stem.split("-")[-3:])
    with ZipFile(wheel) as archive:
        libraries = [Path(name).name for name in archive.namelist() if ".so" in name]
    screen.echo(str(wheel))
    screen.echo(f"{wheel.stat().st_size / 1000:.0f} kB, for {tag}")
    screen.echo(f"inside: {', '.join(sorted(libraries))}")
