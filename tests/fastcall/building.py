"""What the tests here share: SWIG, the compiler and an interpreter, as CMake found them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BINDING = ROOT / "bindings" / "python"
SWIG_OPTIONS = ("-python", "-c++", "-Wall", "-Werror")
COMPILE_OPTIONS = ("-std=c++17", "-O1", "-fPIC", "-shared", "-fno-strict-aliasing")
SKIPPED = 77


@dataclass
class Python:
    """An interpreter for which modules can be built."""

    command: str
    version: str
    include: str
    suffix: str


@dataclass
class Build:
    """Settings that CMake wrote, and the folder in which a test builds."""

    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: str, name: str) -> Build:
        """Read the settings and make the folder."""
        read = json.loads(Path(settings).read_text(encoding="utf-8"))
        folder = Path(read["folder"]) / name
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, read)

    def wrap(self, interface: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run SWIG on a file of this folder."""
        name = Path(interface).stem
        command = [self.settings["swig"], *SWIG_OPTIONS, *options, "-interface", name]
        command += [f"-I{BINDING}", "-outdir", str(self.folder), "-o", str(self.wrapper(name))]
        return run([*command, str(HERE / interface)])

    def wrapper(self, name: str) -> Path:
        """Give the path of what SWIG makes."""
        return self.folder / f"{name}.cxx"

    def compile(
        self, source: Path, module: Path, python: Python, *options: str
    ) -> subprocess.CompletedProcess[str]:
        """Compile a wrapper for an interpreter."""
        module.parent.mkdir(parents=True, exist_ok=True)
        folders = [f"-I{folder}" for folder in (HERE, BINDING, ROOT / "bindings" / "_default")]
        command = [self.settings["compiler"], *COMPILE_OPTIONS, *folders, f"-I{python.include}"]
        return run([*command, str(source), "-o", str(module), *options])

    def own_python(self) -> Python:
        """Give the interpreter that the module of the build is for."""
        found = probe(self.settings["python"])
        assert isinstance(found, Python), found
        return found


def run(command: list[str], path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command, with a folder for Python's modules; give what it says in one text."""
    environment = os.environ | ({"PYTHONPATH": str(path)} if path else {})
    return subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def need(done: subprocess.CompletedProcess[str]) -> str:
    """End when a command failed, with what it said."""
    if done.returncode:
        fail(f"{done.stdout}\nfailed with {done.returncode}: {' '.join(done.args)}")
    return done.stdout


def fail(message: str) -> NoReturn:
    """End as failed."""
    print(message, flush=True)
    sys.exit(1)


def probe(command: str) -> Python | str:
    """Look at an interpreter; a text says why it does not serve."""
    code = (
        "import json, platform, sysconfig; print(json.dumps([platform.python_version(), "
        "sysconfig.get_path('include'), sysconfig.get_config_var('EXT_SUFFIX')]))"
    )
    done = run([command, "-c", code])
    if done.returncode:
        return f"{command} does not run"
    python = Python(command, *json.loads(done.stdout))
    if not (Path(python.include) / "Python.h").is_file():
        return f"{command} has no headers"
    return python
