"""A project that takes the kit in as a folder stays as it was: guest.py ARGUMENTS.

ARGUMENTS: CMAKE GENERATOR CC CXX PKG_CONFIG WORK.

Its cache, its variables, its flags and its assertions are compared with those that it has alone.
It needs neither SWIG nor Python.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
PARENT = Path(__file__).with_name("guest")
ENTRY = re.compile(r"^([^#/\n][^:\n]*):\w+=(.*)$", re.MULTILINE)
OF_THE_KIT = re.compile(r"FIBONACCI_|fibonacci_|FETCHCONTENT_|CMAKE_NUMBER_OF_MAKEFILES$")
# What a project in C gets when a library in C++ comes in.
OF_THE_LANGUAGE = re.compile(r"CMAKE_CXX_|_CMAKE_CXX_|CMAKE_HAVE_")
ABSENT = ("SWIG", "Python3", "Python", "PkgConfig", "Catch2")


def fail(message: str) -> NoReturn:
    """End with a sentence."""
    sys.exit(f"guest.py: {message}")


def run(*command: str | Path) -> str:
    """Run a command and give what it printed; its failure ends the test."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        fail(f"status {done.returncode} of {' '.join(map(str, command))}:\n{done.stdout}")
    return done.stdout


class Parent:
    """The project in one language, alone or with the kit as its guest."""

    def __init__(self, arguments: list[str], folder: Path, *options: str) -> None:
        """Configure it."""
        self.cmake, generator, cc, cxx = arguments
        self.folder = folder
        run(
            self.cmake,
            *("-S", PARENT, "-B", folder, "-G", generator),
            *(f"-DCMAKE_C_COMPILER={cc}", f"-DCMAKE_CXX_COMPILER={cxx}"),
            "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
            *(f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in ABSENT),
            *options,
        )

    def cache(self, ignored: re.Pattern[str]) -> dict[str, str]:
        """Give its cache without some entries, and without the name of its folder in it."""
        text = (self.folder / "CMakeCache.txt").read_text(encoding="utf-8")
        entries = dict(ENTRY.findall(text.replace(str(self.folder), "<folder>")))
        return {name: value for name, value in entries.items() if not ignored.match(name)}

    def check_flags(self, language: str) -> None:
        """Expect the parent's flags of its language for every file, and C++17 for the kit's."""
        text = (self.folder / "compile_commands.json").read_text(encoding="utf-8")
        for entry in json.loads(text):
            in_core = (ROOT / "core") in Path(entry["file"]).resolve().parents
            own = language == "CXX" or not in_core
            wanted = {"-O1", "-DPARENT"} if own else {"-O3", "-DNDEBUG"}
            wanted |= {"-std=c++17"} if in_core else set()
            if missing := wanted - set(entry["command"].split()):
                fail(f"{entry['file']} is compiled without {missing}: {entry['command']}")
            if in_core and re.search(r"-O2|FORTIFY|stack-protector", entry["command"]):
                fail(f"the guest has flags of its own: {entry['command']}")

    def build(self) -> None:
        """Build and run it; its assertions are on, for it has no build type."""
        run(self.cmake, "--build", self.folder)
        run(self.folder / "consumer")
        done = subprocess.run([self.folder / "asserts"], stderr=subprocess.DEVNULL, check=False)
        if done.returncode != -signal.SIGABRT:
            fail(f"the parent's assert ended with {done.returncode}")


def main() -> None:
    """Compare each kind of parent alone and with its guest."""
    *arguments, _, work = sys.argv[1:]
    folder = Path(work) / "guests"
    shutil.rmtree(folder, ignore_errors=True)
    for language, way in (("CXX", "add_subdirectory"), ("C", "FetchContent")):
        ignored = OF_THE_KIT
        if language == "C":
            ignored = re.compile(f"{OF_THE_KIT.pattern}|{OF_THE_LANGUAGE.pattern}")
        options = (f"-DLANGUAGE={language}", f"-DWAY={way}")
        alone = Parent(arguments, folder / f"{language}_alone", *options, "-DKIT=")
        guest = Parent(arguments, folder / language, *options, f"-DKIT={ROOT}")
        before, after = alone.cache(ignored), guest.cache(ignored)
        before["KIT"] = str(ROOT)
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                fail(f"{name} of the parent's cache was {before.get(name)}, is {after.get(name)}")
        guest.build()
        print(f"{way}: the parent in {language} is as it was")
        Parent(arguments, guest.folder, "-DCMAKE_BUILD_TYPE=Release").check_flags(language)


if __name__ == "__main__":
    main()
