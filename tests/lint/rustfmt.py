"""Rust is formatted by rustfmt."""

from __future__ import annotations

import subprocess

from common import run_tool, skip

try:
    subprocess.run(["rustfmt", "--version"], capture_output=True, check=True)
except (OSError, subprocess.CalledProcessError):
    skip("rustfmt is not installed")
run_tool("rustfmt", "--check", "--edition", "2021", patterns=("*.rs",))
