"""Python is formatted by ruff."""

from __future__ import annotations

from common import run_tool

run_tool("ruff", "format", "--check", "--diff", patterns=("*.py",))
