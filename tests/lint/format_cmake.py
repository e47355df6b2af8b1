"""CMake files are formatted as .gersemirc says."""

from __future__ import annotations

from common import run_tool

run_tool("gersemi", "--check", "--diff", patterns=("*CMakeLists.txt", "*.cmake"))
