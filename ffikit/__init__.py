"""The tool behind ./kit: it builds the library's modules, shows them and tests them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRESET = "default"
BUILD = ROOT / "build" / PRESET


class KitError(Exception):
    """What went wrong and what to do about it, in sentences for the person at the terminal."""
