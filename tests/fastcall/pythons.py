"""Builds many.i's wrapper and the library's for one Python and runs all: pythons.py SETTINGS 3.N.

The wrappers are the same for every Python: SWIG makes the one in the test fastcall.wrapper, the
other is the build's.
"""

from __future__ import annotations

import concurrent.futures
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from building import BINDING, HERE, ROOT, SKIPPED, Build, Python, fail, need, probe, run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator


def commands(version: str, own: str) -> Iterator[str]:
    """Give what may be that Python: the build's own, those on PATH, those that pyenv knows."""
    yield own
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        found = shutil.which(f"python{version}", path=folder)
        if found:
            yield found
    pyenv = shutil.which("pyenv")
    if pyenv:
        root = run([pyenv, "root"]).stdout.strip()
        yield from map(str, sorted(Path(root).glob(f"versions/{version}.*/bin/python{version}")))


def find(version: str, own: str) -> Python:
    """Give a Python of that version; when there is none, end as skipped with the reason."""
    reasons = []
    for command in commands(version, own):
        found = probe(command)
        if isinstance(found, Python) and found.version.startswith(f"{version}."):
            return found
        if isinstance(found, str):
            reasons.append(found)
    why = "; ".join(reasons) or f"no python{version} on PATH and pyenv has none"
    print(f"SKIP: Python {version}: {why}")
    sys.exit(SKIPPED)


def build_many(build: Build, python: Python) -> None:
    """Build the module of many.i."""
    source = build.folder.parent / "wrapper" / "many.cxx"
    module = build.folder / f"many{python.suffix}"
    need(build.compile(source, module, python, "-DSWIG_TYPE_TABLE=many"))


def build_library(build: Build, python: Python) -> None:
    """Build the library's module out of the wrapper of the build."""
    package = build.folder / "fibonacci"
    library = Path(build.settings["library"])
    options = [f"-I{folder}" for folder in build.settings["include"]]
    options += ["-DSWIG_TYPE_TABLE=fibonacci", str(library), f"-Wl,-rpath,{library.parent}"]
    options += ["-DSWIGWORDSIZE64"] * build.settings["long_uint64"]
    wrapper = Path(build.settings["wrapper"])
    need(build.compile(wrapper, package / f"_native{python.suffix}", python, *options))
    shutil.copy(BINDING / "__init__.py", package)


def run_case_file(build: Build, python: Python, cases: Path) -> subprocess.CompletedProcess[str]:
    """Run a file of cases."""
    judge = [sys.executable, "-B", str(ROOT / "tests" / "run_cases.py"), str(cases), "--"]
    return run([*judge, python.command, "-B", str(BINDING / "conform.py")], build.folder)


def main() -> int:
    """Build and run for the version."""
    settings, version = sys.argv[1:]
    build = Build.of(settings, f"python{version}")
    python = find(version, build.settings["python"])
    print(f"Python {python.version}: {python.command}", flush=True)
    shutil.rmtree(build.folder)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for built in [pool.submit(each, build, python) for each in (build_many, build_library)]:
            built.result()
    failed = []
    for program in (["check_many.py"], ["check_flags.py", "many"], ["check_imports.py"]):
        command = [python.command, "-B", str(HERE / program[0]), *program[1:]]
        done = run(command, build.folder)
        print(done.stdout, end="", flush=True)
        if done.returncode:
            failed.append(f"{program[0]} ended with {done.returncode}")
    case_files = sorted((ROOT / "tests" / "cases").glob("*.tsv"))
    for cases in case_files:
        done = run_case_file(build, python, cases)
        lines = done.stdout.splitlines()
        right = sum(line.startswith("ok ") for line in lines)
        print(f"{cases.stem}: {right} cases", flush=True)
        if done.returncode:
            print("\n".join(line for line in lines if not line.startswith("ok ")))
            failed.append(cases.name)
    if failed or not case_files:
        fail(f"Python {python.version}: {', '.join(failed) or 'no cases'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
