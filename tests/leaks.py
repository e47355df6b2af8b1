"""Runs the cases of a host many times and fails when its memory grows with the number: leaks.py CASES... -- COMMAND..."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

FEW, MANY = 100, 1000
GROWTH_KIB = 1280  # the noise of collectors; 200 items lost by one failing case are 1400


def peak_kib(command: list[str], repeat: int) -> int:
    """Returns the peak of resident memory of the command. (Its rusage would hold this program's size too.)"""
    environment = os.environ | {"CONFORM_REPEAT": str(repeat)}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
        status = Path(f"/proc/{process.pid}/status")
        peak = 0
        while process.poll() is None:
            if found := re.search(r"VmHWM:\s*(\d+) kB", status.read_text()):
                peak = int(found[1])
            time.sleep(0.002)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed with CONFORM_REPEAT={repeat}")
    return peak


def main() -> None:
    """Compares a few repetitions with many, one file of cases at a time."""
    split = sys.argv.index("--")
    leaking = False
    for cases in sys.argv[1:split]:
        command = [*sys.argv[split + 1 :], cases]
        few, many = peak_kib(command, FEW), peak_kib(command, MANY)
        verdict = "LEAKS" if many - few > GROWTH_KIB else "ok"
        leaking |= verdict != "ok"
        print(f"{verdict:5} {Path(cases).name:24} {few:7} KiB after {FEW}, {many:7} KiB after {MANY}")
    sys.exit(leaking)


if __name__ == "__main__":
    main()
