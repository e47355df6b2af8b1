"""Builds the modules for the sanitizers, in build/asan: build.py CMAKE OPTION..."""

from __future__ import annotations

import subprocess
import sys

cmake, *options = sys.argv[1:]
for command in (
    [cmake, "--preset", "asan", *options],
    [cmake, "--build", "--preset", "asan", "--target", "fibonacci_modules"],
):
    if status := subprocess.run(command, check=False).returncode:
        sys.exit(status)
