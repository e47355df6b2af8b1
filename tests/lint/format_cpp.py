"""C and C++ are formatted as .clang-format says."""

from __future__ import annotations

from common import run_tool

run_tool("clang-format", "--dry-run", "-Werror", patterns=("*.c", "*.cpp", "*.h", "*.hpp", "*.cc"))
