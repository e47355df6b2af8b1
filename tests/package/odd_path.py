"""A checkout works wherever it lies: odd_path.py ARGUMENTS.

ARGUMENTS: CMAKE CTEST GENERATOR CC CXX SWIG FOLDER HOST.

The project's files are copied into a folder whose name has a space, an x and an é. One host's
modules are built and tested there, and ./kit is asked, all through a symbolic link to that folder.
FOLDER is the host's in bindings/, HOST its name.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "a x é"
LINK = "link é"


def ask(folder: Path, *command: str | Path) -> tuple[int, str]:
    """Run a command in a folder, as a shell does that came there; give its status and output."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PWD": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout


def run(folder: Path, *command: str | Path) -> str:
    """Run a command and give what it printed; its failure ends the test."""
    status, output = ask(folder, *command)
    if status:
        sys.exit(f"status {status} of {' '.join(map(str, command))}:\n{output}")
    return output


def copy(checkout: Path) -> None:
    """Copy the files that git tracks or would add, and make a repository of them for the lints."""
    command = ("git", "ls-files", "-z", "-co", "--exclude-standard", "--", ":!.venv")
    status, listed = ask(ROOT, *command) if shutil.which("git") else (1, "")
    if status:
        print("SKIP: this is no git checkout, so there is no list of the project's files")
        sys.exit()
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, checkout / name
        if os.path.lexists(source):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    if (ROOT / ".venv").exists():
        (checkout / ".venv").symlink_to(ROOT / ".venv", target_is_directory=True)
    run(checkout, "git", "init", "--quiet")


def check_build(link: Path) -> None:
    """Configure, build and test one host there; every test has to pass, none may be skipped."""
    cmake, ctest, generator, cc, cxx, swig, folder, host = sys.argv[1:]
    run(
        link,
        *(cmake, "-S", link, "--preset", "default", "-G", generator),
        *(f"-DCMAKE_C_COMPILER={cc}", f"-DCMAKE_CXX_COMPILER={cxx}"),
        *(f"-DPython3_EXECUTABLE={sys.executable}", f"-DSWIG_EXECUTABLE={swig}"),
        *("-DFIBONACCI_HOSTS_DEFAULT=OFF", f"-DFIBONACCI_HOST_{folder.upper()}=AUTO"),
        *("-DFIBONACCI_TESTS=ON", "-DFIBONACCI_TECHNIQUES=none", "-DCMAKE_BUILD_TYPE=Debug"),
    )
    print("configured", flush=True)
    targets = ("fibonacci_core", f"fibonacci_{host}", f"second_{host}", "abi_check")
    run(link, cmake, "--build", "--preset", "default", "--target", *targets)
    print("built", flush=True)
    wanted = [f"{kind}.{host}" for kind in ("names", "second", "random")]
    wanted += [f"host.{host}.numbers", f"host.{host}.text", "abi.cpp"]
    wanted += ["lint.one_interface", "lint.no_host_lists"]
    pattern = "|".join(map(re.escape, wanted))
    output = run(link, ctest, "--preset", "default", "-R", f"^({pattern})$")
    for name in wanted:
        if not re.search(rf": {re.escape(name)} \.+ +Passed ", output):
            sys.exit(f"{name} did not pass:\n{output}")
    print(f"{len(wanted)} tests passed", flush=True)


def check_kit(link: Path) -> None:
    """Expect of ./kit what it says in this checkout, from its folder and from another."""
    run(link, "./kit", "help")
    for folder, kit, command in ((link, "./kit", "help"), (link.parent, link / "kit", "doctor")):
        expected, found = ask(ROOT, ROOT / "kit", command), ask(folder, kit, command)
        if found != expected:  # the doctor's status tells what this machine lacks
            said = [f"status {status}:\n{output}" for status, output in (found, expected)]
            sys.exit(f"{kit} {command} ended with {said[0]}\nbut in this checkout with {said[1]}")
        print(f"./kit {command} says there what it says here", flush=True)


def main() -> None:
    """Copy the project, and use the copy through the link."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        checkout, link = folder / NAME, folder / LINK
        checkout.mkdir()
        link.symlink_to(checkout, target_is_directory=True)
        copy(checkout)
        check_kit(link)
        check_build(link)


if __name__ == "__main__":
    main()
