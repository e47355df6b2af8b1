"""Wraps many.i, once for all Pythons: wrapper.py SETTINGS."""

from __future__ import annotations

import sys

from building import Build, need

build = Build.of(sys.argv[1], "wrapper")
need(build.wrap("many.i", "-builtin", "-fastdispatch"))
print(f"{build.wrapper('many').stat().st_size} bytes")
