"""Python's types hold under mypy --strict, in the package and in each folder of programs."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys

from common import ROOT, files, skip

tool = shutil.which("mypy", path=str(ROOT / ".venv" / "bin")) or shutil.which("mypy")
if not tool:
    skip("mypy is not installed: ./kit test brings it")
status = 0
by_folder = sorted(files("*.py"), key=lambda path: (path.parent, path))
for folder, paths in itertools.groupby(by_folder, key=lambda path: path.parent):
    # Programs of different folders may be called the same, so each folder is checked alone.
    print(f"{folder.relative_to(ROOT)}:", flush=True)
    status |= subprocess.run([tool, *map(str, paths)], cwd=ROOT, check=False).returncode
sys.exit(status)
