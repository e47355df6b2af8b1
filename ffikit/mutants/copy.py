"""A copy of the project in build/mutants, where files can be changed, built and tested."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ffikit import PRESET, ROOT, KitError, build
from ffikit.processes import follow, run_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FOLDER = ROOT / "build" / "mutants"
_NOT_COPIED = {"build", ".venv", ".git"}


@dataclass(frozen=True)
class Outcome:
    """What ctest says of one test: `state` is "passed", "failed" or "skipped"."""

    state: str
    seconds: float
    output: str


@dataclass
class Test:
    """A test that the copy's build has registered."""

    words: list[str] = field(default_factory=list)
    """Its command, its environment and the files that it requires."""
    setups: set[str] = field(default_factory=set)
    """The fixtures that it sets up."""
    fixtures: set[str] = field(default_factory=set)
    """The fixtures that it requires."""
    folder: str = ""
    """Where its executable is built, if that is not known from its words."""


class Copy:
    """The copy and its build, both of which the next run finds and uses again."""

    def __init__(self) -> None:
        """Say where they lie; nothing is copied yet."""
        self.tree = FOLDER / "tree"
        self.build = self.tree / "build" / PRESET

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other run out of the copy."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (FOLDER / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = "another run of ./kit mutants is at work in build/mutants: let it end"
                raise KitError(message) from error
            yield

    def refresh(self) -> None:
        """Make the copy's files what the project's are now; what is equal keeps its time."""
        listed = set(_project_files())
        self.tree.mkdir(parents=True, exist_ok=True)
        for path in _files_below(self.tree):
            if path not in listed:
                (self.tree / path).unlink()
        for path in listed:
            _copy_if_different(ROOT / path, self.tree / path)
        venv = self.tree / ".venv"  # the same tools and the same Python
        venv.unlink(missing_ok=True)
        if (ROOT / ".venv").exists():
            venv.symlink_to(ROOT / ".venv", target_is_directory=True)
        if shutil.which("git") and not (self.tree / ".git").exists():
            # For the rules of tests/lint, which ask git for the files: all count as new.
            run_program(["git", "init", "--quiet", str(self.tree)], {}, "git init")

    def configure(self, switches: Sequence[str]) -> None:
        """Configure the copy as the project itself is by default."""
        options = ["-S", str(self.tree), *switches]
        build.configure(PRESET, options, "Configuring the copy", FOLDER)
        self.__dict__.pop("tests", None)
        self.__dict__.pop("outputs", None)

    @cached_property
    def tests(self) -> dict[str, Test]:
        """Every test that is registered, by its name."""
        command = ["ctest", "--test-dir", str(self.build), "--show-only=json-v1"]
        found = json.loads(run_program(command, {}, "ctest"))["tests"]
        return {test["name"]: self._describe(test) for test in found}

    def _describe(self, test: dict[str, Any]) -> Test:
        properties = {each["name"]: each["value"] for each in test.get("properties", [])}
        described = Test(
            words=[
                *test.get("command", []),
                *properties.get("ENVIRONMENT", []),
                *properties.get("REQUIRED_FILES", []),
            ],
            setups=set(properties.get("FIXTURES_SETUP", [])),
            fixtures=set(properties.get("FIXTURES_REQUIRED", [])),
        )
        # Before it is built, ctest does not say where the executable of a test will lie.
        if "command" not in test and "REQUIRED_FILES" not in properties:
            folder = Path(properties["WORKING_DIRECTORY"])
            described.folder = str(folder.relative_to(self.build))
        return described

    @cached_property
    def outputs(self) -> set[str]:
        """Every file that the build makes, as a path below it."""
        command = ["cmake", "--build", str(self.build), "--", "-t", "targets", "all"]
        lines = run_program(command, {}, "ninja").splitlines()
        made = (line.rpartition(": ") for line in lines if not line.endswith(": phony"))
        return {path for path, colon, _ in made if colon and not path.startswith("/")}

    def targets(self, names: Iterable[str]) -> list[str]:
        """Give what has to be built for tests: the files of the build that they name."""
        needed: set[str] = set()
        for name in self._with_fixtures(names):
            test = self.tests[name]
            if test.folder:
                needed.add(f"{test.folder}/all")
            for word in test.words:
                needed |= self._named_in(word)
        return ["all"] if "all" in needed else sorted(needed)

    def is_quick(self, name: str) -> bool:
        """Tell whether a part of the build is enough for a test, which makes none of its own."""
        return not self.tests[name].fixtures and self.targets([name]) != ["all"]

    def _with_fixtures(self, names: Iterable[str]) -> set[str]:
        found = set(names)
        while True:
            required = {fixture for name in found for fixture in self.tests[name].fixtures}
            more = {name for name, test in self.tests.items() if test.setups & required}
            if more <= found:
                return found
            found |= more

    def _named_in(self, word: str) -> set[str]:
        """Give the outputs in a word such as FILE, FOLDER, NAME=FOLDER:FOLDER or FOLDER/?.so."""
        found: set[str] = set()
        for rest in word.split(str(self.build))[1:]:
            path = re.split("[:;?]", rest)[0].strip("/")
            if path in {"", "hosts.json"}:  # which lists all that was built
                return {"all"}
            if path in self.outputs:
                found.add(path)
            inside = (output for output in self.outputs if output.startswith(f"{path}/"))
            found.update(output for output in inside if "/CMakeFiles/" not in output)
        return found

    def make(self, targets: Sequence[str], title: str) -> tuple[int, list[str]]:
        """Build targets and give the status and what was printed."""
        if not targets:
            return 0, []
        command = ["cmake", "--build", str(self.build), "--target", *targets]
        status, lines, _ = build.follow_build(command, title)
        return status, lines

    def test(self, names: Sequence[str], timeout: int) -> dict[str, Outcome]:
        """Run tests and give what came of each."""
        junit = FOLDER / "junit.xml"
        junit.unlink(missing_ok=True)
        pattern = "|".join(re.escape(name) for name in names)
        # No bytecode: a changed file of the same size and second would run as it was before.
        command = ["cmake", "-E", "env", "PYTHONDONTWRITEBYTECODE=1"]
        command += ["ctest", "--test-dir", str(self.build), "-R", f"^({pattern})$"]
        command += ["--parallel", "2", "--timeout", str(timeout), "--output-junit", str(junit)]
        lines: list[str] = []
        follow(command, lines.append)
        if not junit.exists():
            message = "ctest could not run the tests:\n" + "\n".join(lines[-20:])
            raise KitError(message)
        cases = ET.fromstring(junit.read_bytes()).iter("testcase")  # noqa: S314  ctest wrote it
        found = {case.get("name", ""): _outcome(case) for case in cases}
        return {name: found[name] for name in names if name in found}


def _outcome(case: ET.Element) -> Outcome:
    states = {"run": "passed", "fail": "failed"}
    return Outcome(
        state=states.get(case.get("status", ""), "skipped"),
        seconds=float(case.get("time", 0)),
        output=case.findtext("system-out") or "",
    )


def _project_files() -> list[Path]:
    """Give the files that git tracks or would add; where there is no git, all that lie here."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    except (OSError, subprocess.CalledProcessError):
        return list(_files_below(ROOT))
    paths = (Path(name) for name in sorted(set(listed.stdout.split("\0"))) if name)
    return [path for path in paths if os.path.lexists(ROOT / path)]


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        if Path(parent) == folder:
            folders[:] = [name for name in folders if name not in _NOT_COPIED]
        for name in names:
            path = (Path(parent) / name).relative_to(folder)
            if path.parts[0] not in _NOT_COPIED:  # a link is no folder
                yield path


def _copy_if_different(source: Path, target: Path) -> None:
    if source.is_symlink():
        if not target.is_symlink() or target.readlink() != source.readlink():
            target.unlink(missing_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(source.readlink())
        return
    if target.is_symlink():
        target.unlink()
    if not target.is_file() or target.read_bytes() != source.read_bytes():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    shutil.copymode(source, target)
