"""Writes the C source of fibonacci_cffi_library, which cffi makes from declarations.

write_source.py FILE
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from cffi import FFI  # type: ignore[import-untyped]
from declarations import declarations  # type: ignore[import-not-found]

OUTCOME = Path(__file__).with_name("outcome.h").read_text(encoding="utf-8")

ffi = FFI()
ffi.cdef(declarations())
for signature in re.findall(r"^static ([^{}]*\boutcome_[^{}]*) \{", OUTCOME, re.MULTILINE):
    ffi.cdef(f"{signature};")
ffi.cdef('extern "Python" bool visitor(uint64_t index, uint64_t term, void* user);')
ffi.set_source("fibonacci_cffi_library", OUTCOME)
ffi.emit_c_code(sys.argv[1])
