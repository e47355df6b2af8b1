"""The library as cffi opens it: FIB_LIBRARY is its path, and nothing is compiled."""

from __future__ import annotations

import os
from typing import Any, Callable

from cffi import FFI  # type: ignore[import-untyped]
from declarations import declarations  # type: ignore[import-not-found]

ffi = FFI()
ffi.cdef(declarations())
lib = ffi.dlopen(os.environ["FIB_LIBRARY"])


def as_visitor(function: Callable[..., bool]) -> Any:  # noqa: ANN401
    """Make it what the library calls."""
    return ffi.callback("fib_visitor", function, error=False)
