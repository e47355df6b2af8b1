"""The C ABI in the words that cffi's parser reads."""

from __future__ import annotations

import re
from pathlib import Path

HEADER = Path(__file__).parents[4] / "core" / "include" / "fibonacci" / "fibonacci.h"


def declarations() -> str:
    """Give what the header declares, without the preprocessor's lines."""
    text = HEADER.read_text(encoding="utf-8")
    text = re.sub(r"^#ifdef __cplusplus$.*?^#endif$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"^#.*$", "", text, flags=re.MULTILINE).replace("FIB_API ", "")
