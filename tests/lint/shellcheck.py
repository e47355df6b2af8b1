"""Shell scripts pass shellcheck."""

from __future__ import annotations

from common import run_tool

run_tool("shellcheck", patterns=("kit", ".ci/run", "*.sh"))
