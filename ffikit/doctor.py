"""The doctor: what this machine can build, what it lacks and what brings it; needs no .venv.

./kit asks the package manager and hands the answer over: KIT_SURVEY has a line for the kit and for
each host, with its name, "default" where a machine is prepared for it, and the packages it lacks,
between tabs; KIT_INSTALL is the command that goes before packages.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass

from ffikit import ROOT

# What the build uses: the command, and the oldest version that does.
_TOOLS = (
    ("Python", (sys.executable, "--version"), "3.9"),
    ("CMake", ("cmake", "--version"), "3.25"),
    ("Ninja", ("ninja", "--version"), "1.10"),
    ("C++", ("c++", "--version"), "8"),
    ("Rust", ("rustc", "--version"), "1.63"),
)
_VERSION = re.compile(r"\d+(\.\d+)+")


@dataclass(frozen=True)
class Survey:
    """What one line of KIT_SURVEY says."""

    name: str
    default: bool
    missing: list[str]


def main() -> int:
    """Print the findings; 0 when the kit and the default hosts are ready."""
    if "KIT_SURVEY" not in os.environ:
        print("The doctor needs what ./kit finds out: run ./kit doctor", file=sys.stderr)
        return 2
    surveys = [_read(line) for line in os.environ["KIT_SURVEY"].splitlines()]
    print("Tools")
    faults = [fault for tool in _TOOLS if (fault := _examine(*tool))]
    faults += _examine_swig()
    for survey in surveys:
        if survey is surveys[1]:
            print("Hosts")
        state = f"lacks {' '.join(survey.missing)}" if survey.missing else "ready"
        print(f"  {survey.name:12} {state}{'' if survey.default else ', prepared on request'}")
    needed = [survey for survey in surveys if survey.default and survey.missing]
    for fault in faults:
        print(fault)
    _advise("What a default ./kit demo lacks comes with", needed)
    _advise("Every other host comes with", [s for s in surveys if s.missing and not s.default])
    if needed or faults:
        return 1
    print("Ready: ./kit demo")
    return 0


def _read(line: str) -> Survey:
    name, default, missing = line.split("\t")
    return Survey(name, bool(default), missing.split())


def _advise(what: str, surveys: list[Survey]) -> None:
    if surveys:
        packages = dict.fromkeys(package for survey in surveys for package in survey.missing)
        print(f"{what}:\n  {os.environ['KIT_INSTALL']} {' '.join(packages)}")


def _version(command: tuple[str, ...]) -> str | None:
    try:
        process = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    match = _VERSION.search(process.stdout)
    return match[0] if match and not process.returncode else None


def _examine(name: str, command: tuple[str, ...], oldest: str) -> str | None:
    """Print one tool's version and give what is wrong with it; what is absent is in the survey."""
    found = _version(command)
    print(f"  {name:12} {found or 'missing'}, {oldest} or newer is needed")
    if found and _numbers(found) < _numbers(oldest):
        advice = " .venv/bin/pip install cmake brings one." if name == "CMake" else ""
        return f"{name} {found} is too old: {oldest} or newer is needed.{advice}"
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _examine_swig() -> list[str]:
    """Print the SWIG that the build will use and give what is wrong with it."""
    pinned = re.search(
        r"^swig==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE
    )
    wanted = pinned[1] if pinned else "?"
    found = _version((str(ROOT / ".venv" / "bin" / "swig"), "-version"))
    print(f"  {'SWIG':12} {found or f'{wanted}, which ./kit puts into .venv'}")
    if found and found != wanted:
        return [f"SWIG {found} is in .venv, {wanted} is needed: delete .venv"]
    return []


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    sys.exit(main())
