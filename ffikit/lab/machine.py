"""What times depend on: the machine, and what was built on it."""

from __future__ import annotations

import hashlib
import os
import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ffikit.lab.results import Machine

if TYPE_CHECKING:
    from ffikit.hosts import Build

_CPU = Path("/sys/devices/system/cpu")
_UNKNOWN = "unknown"


def describe_machine(built: Build) -> Machine:
    """Collect it; what this system does not tell is `unknown`."""
    library = Path(built.libraries["cpp"]).read_bytes()
    return Machine(
        cpu=_find("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.processor() or _UNKNOWN,
        cores=os.cpu_count() or 1,
        governor=_read(_CPU / "cpu0/cpufreq/scaling_governor"),
        turbo=_turbo(),
        smt=_read(_CPU / "smt/control"),
        system=_find("/etc/os-release", r'PRETTY_NAME="?([^"\n]+)') or platform.platform(),
        kernel=f"{platform.system()} {platform.release()} {platform.machine()}",
        compilers=built.compilers,
        swig=built.swig,
        library_sha256=hashlib.sha256(library).hexdigest(),
    )


def _turbo() -> str:
    """Say whether the clock may rise above its nominal frequency."""
    if (no_turbo := _read(_CPU / "intel_pstate/no_turbo")) != _UNKNOWN:
        return "off" if no_turbo == "1" else "on"
    if (boost := _read(_CPU / "cpufreq/boost")) != _UNKNOWN:
        return "on" if boost == "1" else "off"
    return _UNKNOWN


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip() or _UNKNOWN
    except OSError:
        return _UNKNOWN


def _find(path: str, pattern: str) -> str:
    match = re.search(pattern, _read(Path(path)))
    return match[1].strip() if match else ""
