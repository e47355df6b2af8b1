"""Every mutant can be planted: its file has the text once, and ctest knows its test.

Run below a build's folder, as ctest does; without one the names of tests are not looked at.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

try:
    from ffikit import ROOT, KitError
    from ffikit.mutants import entries
except ImportError as error:
    print(f"SKIP: {error.name} is not installed: ./kit test brings it")
    sys.exit()

if TYPE_CHECKING:
    from collections.abc import Iterator


def find_build() -> Path | None:
    """Give the build that this runs in."""
    here = Path.cwd()
    return next((p for p in (here, *here.parents) if (p / "CMakeCache.txt").exists()), None)


def known_tests(build: Path) -> set[str]:
    """Ask ctest which tests there are."""
    command = ["ctest", "--test-dir", str(build), "--show-only=json-v1"]
    listed = subprocess.run(command, capture_output=True, check=True)
    return {test["name"] for test in json.loads(listed.stdout)["tests"]}


def is_not_built(test: str, build: Path) -> bool:
    """Tell whether the test is of a host or technique that this build has skipped."""
    path = build / "hosts.json"
    if not path.exists():
        return True
    words = [*test.split("."), "", ""]
    names = {each["name"] for each in json.loads(path.read_text(encoding="utf-8"))["skipped"]}
    return bool(names & {words[1], f"{words[1]}/{words[2]}"})


def violations() -> Iterator[str]:
    """Look at every entry."""
    topics = entries.read_all()
    build = find_build()
    tests = known_tests(build) if build else set()
    for topic, mutants in topics.items():
        names = [mutant.name for mutant in mutants]
        if names != sorted(names):
            pairs = zip(names, sorted(names))
            found, right = next(pair for pair in pairs if pair[0] != pair[1])
            yield f"{topic}.toml is not sorted by name: {right} belongs where {found} stands"
        for mutant in mutants:
            try:
                mutant.plant((ROOT / mutant.file).read_text(encoding="utf-8"))
            except OSError as error:
                yield f"{topic}: {mutant.name}: {mutant.file}: {error.strerror}"
            except KitError as error:
                yield f"{topic}: {mutant.name}: {error}"
            if build and mutant.test not in tests and not is_not_built(mutant.test, build):
                yield f"{topic}: {mutant.name}: there is no test {mutant.test}"


def main() -> int:
    """Print what is wrong."""
    try:
        found = list(violations())
    except KitError as error:
        found = [str(error)]
    print("\n".join(found) or "nothing found")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
