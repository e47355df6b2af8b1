"""The import brings nothing of the standard library with it: that would be most of its time."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import fibonacci

PROGRAM = """
import sys
before = set(sys.modules)
import {module}
print(*sorted(name for name in set(sys.modules) - before if name.partition('.')[0] != '{module}'))
"""

for module in ("fibonacci", "second"):
    # -S: what site has imported would not be seen.
    command = [sys.executable, "-S", "-c", PROGRAM.format(module=module)]
    brought = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    brought = [name for name in brought if not name.startswith("swig_runtime_data")]  # SWIG's own
    assert brought == [], brought


def failure(path: str) -> str:
    """Give what an import of fibonacci says that finds it there."""
    command = [sys.executable, "-c", "import fibonacci"]
    done = subprocess.run(
        command, env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done
    return done.stderr


# Where there is no native module for this Python, both are named; CPython's own error is the cause.
with tempfile.TemporaryDirectory() as folder:
    package = Path(folder, "fibonacci")
    package.mkdir()
    shutil.copy(str(fibonacci.__file__), package)
    said = failure(folder)
    assert "has none at all" in said, said
    foreign = package / "_native.cpython-27-pdp11-linux-gnu.so"
    foreign.touch()
    said = failure(folder)
    this = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    for words in (f"built for another Python than this one, {this}", foreign.name):
        assert words in said.splitlines()[-1], said
    assert "circular import" in said.partition("The above exception was the direct cause")[0], said
    own = package / Path(str(fibonacci._native.__file__)).name  # noqa: SLF001
    own.write_bytes(b"no library")  # its own error is clear
    assert "another Python" not in failure(folder)
    assert own.name in failure(folder).splitlines()[-1]
    archive = Path(folder, "archive.zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.write(package / "__init__.py", "fibonacci/__init__.py")
    assert "must be installed, not imported from a zip" in failure(str(archive)).splitlines()[-1]
