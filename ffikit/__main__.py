"""Runs the commands: python -m ffikit COMMAND."""

from __future__ import annotations

import sys

from ffikit.cli import main

if __name__ == "__main__":
    sys.exit(main())
