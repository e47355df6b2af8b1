"""Configures and builds the presets, with progress."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ffikit import BUILD, PRESET, ROOT, KitError, hosts, screen
from ffikit.processes import follow

if TYPE_CHECKING:
    from pathlib import Path

_NINJA_STEP = re.compile(r"\[(\d+)/(\d+)\] (.*)")
_MOST_LINES = 60


def build(chosen: str | None = None) -> hosts.Build:
    """Build every host that is there, or those that `chosen` names, and say what was built."""
    configure(PRESET, host_switches(chosen), "Configuring", BUILD)
    steps = _compile(PRESET)
    result = hosts.read_build()
    names = ", ".join(host.label for host in result.hosts) or "no host"
    screen.say(f"Built for {names}." if steps else f"Nothing to build: {names}.")
    return result


def build_sanitized(preset: str, built: hosts.Build, chosen: str | None = None) -> hosts.Build:
    """Build the modules of the preset asan or tsan for the hosts that `built` has."""
    if not built.preload:
        message = "the compiler has no sanitizer as a shared library"
        raise KitError(message)
    folder = BUILD.parent / preset
    configure(preset, host_switches(chosen), f"Configuring for {preset}", folder)
    _compile(preset, "fibonacci_modules", f" for {preset}")
    return hosts.read_build(folder)


def host_switches(chosen: str | None) -> list[str]:
    """Give CMake's options for --hosts: what is not named is off, what is named must be there."""
    folders = hosts.folders()
    wanted = set() if chosen in (None, "all") else set(chosen.replace(",", " ").split())
    if unknown := wanted.difference(folders):
        message = f"bindings/ has no host '{min(unknown)}'; it has: {' '.join(folders)}"
        raise KitError(message)

    def state(folder: str) -> str:
        if not wanted:
            return "AUTO"
        return "ON" if folder in wanted else "OFF"

    return [f"-DFIBONACCI_HOST_{folder.upper()}={state(folder)}" for folder in folders]


def configure(preset: str, options: list[str], title: str, folder: Path) -> None:
    """Let CMake configure a preset; a failure names the folder of its build."""
    lines: list[str] = []
    with screen.steps(title):
        status = follow(["cmake", "--preset", preset, *options], lines.append)
    if status:
        _fail("CMake could not configure the build", lines, "CMake Error", folder)


def _compile(preset: str, target: str = "all", what: str = "") -> int:
    """Build and give the number of steps that it took."""
    command = ["cmake", "--build", "--preset", preset, "--target", target]
    status, lines, steps = follow_build(command, f"Building{what}")
    if status:
        _fail("the build failed", lines, "FAILED", BUILD.parent / preset)
    return steps


def follow_build(command: list[str], title: str) -> tuple[int, list[str], int]:
    """Show a build's progress; give its status, what it printed and the steps that it took."""
    lines: list[str] = []
    steps = 0
    with screen.steps(title) as show:

        def each(line: str) -> None:
            nonlocal steps
            lines.append(line)
            if match := _NINJA_STEP.match(line):
                steps = int(match[1])
                show(steps, int(match[2]), match[3])

        status = follow(command, each)
    return status, lines, steps


def _fail(what: str, lines: list[str], first: str, folder: Path) -> None:
    begin = next((number for number, line in enumerate(lines) if line.startswith(first)), 0)
    screen.echo("\n".join(lines[begin : begin + _MOST_LINES]))
    message = (
        f"{what}; the reason stands above. ./kit doctor says what this machine lacks; "
        f"the folder {folder.relative_to(ROOT)} may be deleted to begin anew."
    )
    raise KitError(message)
