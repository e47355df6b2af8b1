"""Python passes every rule of ruff but those that pyproject.toml gives a reason against."""

from __future__ import annotations

from common import run_tool

run_tool("ruff", "check", patterns=("*.py",))
