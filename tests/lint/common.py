"""What the rules share: the project's files, the tools of .venv and how a rule ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = 77


def skip(reason: str) -> NoReturn:
    """End as skipped."""
    print(reason)
    sys.exit(SKIPPED)


def files(*patterns: str) -> list[Path]:
    """Give the files that git tracks or would add, as paths below ROOT."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "-co", "--exclude-standard", "--"]
    try:
        listed = subprocess.run([*command, *patterns], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        skip("this is no git checkout, so there is no list of the project's files")
    paths = (ROOT / name for name in sorted(set(listed.stdout.split("\0"))) if name)
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        return None


def texts(*patterns: str) -> dict[str, str]:
    """Give the text of those files by name; what is not UTF-8 is no text."""
    read = ((str(path.relative_to(ROOT)), _text(path)) for path in files(*patterns))
    return {name: text for name, text in read if text is not None}


def hosts() -> list[Path]:
    """Give the folder of every host."""
    return sorted({path.parent for path in files(":(glob)bindings/[!_]*/CMakeLists.txt")})


def finish(violations: Iterable[str]) -> NoReturn:
    """Print what was found; finding nothing is success."""
    found = list(violations)
    print("\n".join(found) or "nothing found")
    sys.exit(bool(found))


def run_tool(name: str, *arguments: str, patterns: tuple[str, ...] = ()) -> NoReturn:
    """End with the status of a tool of .venv or of PATH, run on the files of `patterns`."""
    path = os.pathsep.join((str(ROOT / ".venv" / "bin"), os.environ.get("PATH", "")))
    tool = shutil.which(name, path=path)
    if not tool:
        skip(f"{name} is not installed: ./kit test brings it")
    named = [str(path) for path in files(*patterns)] if patterns else []
    if patterns and not named:
        skip("there are no such files")
    sys.exit(subprocess.run([tool, *arguments, *named], cwd=ROOT, check=False).returncode)
