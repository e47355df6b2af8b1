"""Configures and builds the presets, with progress."""

from __future__ import annotations

import re

from ffikit import BUILD, PRESET, ROOT, KitError, hosts, screen
from ffikit.processes import follow

_NINJA_STEP = re.compile(r"\[(\d+)/(\d+)\] (.*)")
_MOST_LINES = 60


def build(chosen: str | None = None) -> hosts.Build:
    """Build every host that is there, or those that `chosen` names, and say what was built."""
    _configure(PRESET, _host_switches(chosen))
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
    _configure(preset, _host_switches(chosen), f" for {preset}")
    _compile(preset, "fibonacci_modules", f" for {preset}")
    return hosts.read_build(BUILD.parent / preset)


def _host_switches(chosen: str | None) -> list[str]:
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


def _configure(preset: str, switches: list[str], what: str = "") -> None:
    lines: list[str] = []
    with screen.steps(f"Configuring{what}"):
        status = follow(["cmake", "--preset", preset, *switches], lines.append)
    if status:
        _fail("CMake could not configure the build", lines, "CMake Error")


def _compile(preset: str, target: str = "all", what: str = "") -> int:
    """Build and give the number of steps that it took."""
    lines: list[str] = []
    steps = 0
    with screen.steps(f"Building{what}") as show:

        def each(line: str) -> None:
            nonlocal steps
            lines.append(line)
            if match := _NINJA_STEP.match(line):
                steps = int(match[1])
                show(steps, int(match[2]), match[3])

        status = follow(["cmake", "--build", "--preset", preset, "--target", target], each)
    if status:
        _fail("the build failed", lines, "FAILED")
    return steps


def _fail(what: str, lines: list[str], first: str) -> None:
    begin = next((number for number, line in enumerate(lines) if line.startswith(first)), 0)
    screen.echo("\n".join(lines[begin : begin + _MOST_LINES]))
    message = (
        f"{what}; the reason stands above. ./kit doctor says what this machine lacks; "
        f"the folder {BUILD.relative_to(ROOT)} may be deleted to begin anew."
    )
    raise KitError(message)
