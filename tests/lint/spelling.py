"""Words are spelt right, as far as codespell knows."""

from __future__ import annotations

from common import run_tool

run_tool("codespell", patterns=("*",))
