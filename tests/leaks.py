"""Runs the cases of a host many times and fails when its memory grows with the number.

leaks.py CASES... -- COMMAND...
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

FEW, MANY, MORE = 200, 1100, 2000
GROWTH_KIB = 1280  # between one and the next; 200 items lost by one failing case are 1400


def peak_kib(command: list[str], repeat: int) -> int:
    """Give the peak of its resident memory; its rusage would hold this program's size too."""
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


def leaks(command: list[str]) -> bool:
    """Say whether memory goes on growing: a collector's heap grows too, but not twice."""
    peaks = [peak_kib(command, FEW), peak_kib(command, MANY)]
    if peaks[1] - peaks[0] > GROWTH_KIB:
        peaks.append(peak_kib(command, MORE))
    found = len(peaks) == 3 and peaks[2] - peaks[1] > GROWTH_KIB
    shown = ", ".join(f"{peak} after {n}" for peak, n in zip(peaks, (FEW, MANY, MORE)))
    print(f"{'LEAKS' if found else 'ok':5} {Path(command[-1]).name}: KiB {shown}", flush=True)
    return found


def main() -> None:
    """Look at one file of cases at a time."""
    split = sys.argv.index("--")
    found = [leaks([*sys.argv[split + 1 :], cases]) for cases in sys.argv[1:split]]
    sys.exit(any(found))


if __name__ == "__main__":
    main()
