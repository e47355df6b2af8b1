"""Calls a native library from Python with ctypes alone: fib.py [N]; FIB_LIBRARY is its path."""

from __future__ import annotations

import ctypes
import os
import sys
from array import array
from ctypes import c_bool, c_char_p, c_size_t, c_uint64, c_void_p
from pathlib import Path
from time import perf_counter
from typing import Callable


def find_library() -> str:
    """Give FIB_LIBRARY, or the C++ library where the build put it."""
    if path := os.environ.get("FIB_LIBRARY"):
        return path
    root = Path(__file__).resolve().parents[2]
    built = max(root.glob("build/*/core/libfibonacci.so"), key=os.path.getmtime, default=None)
    return str(built or sys.exit("No library in build/: run ./kit demo first, or set FIB_LIBRARY."))


path = find_library()
lib = ctypes.PyDLL(path)  # keeps Python's lock during a call; CDLL lets other threads run

# ctypes knows no header, so it is told the types.
# Without restype a result is an int of 32 bits: fib_wrapping(93) would be 572466946.
# Without argtypes so is an argument: fib_wrapping(2**32 + 10) would be 55. And a str is a pointer.
lib.fib_recursive.restype, lib.fib_recursive.argtypes = c_uint64, [c_uint64]
lib.fib_wrapping.restype, lib.fib_wrapping.argtypes = c_uint64, [c_uint64]
lib.fib_u64.argtypes = [c_uint64, ctypes.POINTER(c_uint64)]  # its status is an int: no restype
lib.fib_status_message.restype = c_char_p
lib.fib_fill.argtypes = [c_size_t, ctypes.POINTER(c_uint64)]
Visitor = ctypes.CFUNCTYPE(c_bool, c_uint64, c_uint64, c_void_p)  # result, then parameters
lib.fib_visit.argtypes = [c_uint64, c_uint64, Visitor, c_void_p, ctypes.POINTER(c_uint64)]

# Python looks for Ctrl-C between two of its own instructions, and a call is one: fib_recursive(60)
# would go on for hours. So the library asks Python each millisecond, which needs Python's lock.
lib.fib_set_stop_check.argtypes = [c_void_p, c_void_p]
lib.fib_set_stop_check(ctypes.cast(ctypes.pythonapi.PyErr_CheckSignals, c_void_p), None)


def check(status: int) -> None:
    """Turn a status into an exception: nothing else looks at it."""
    if status:
        raise ArithmeticError(lib.fib_status_message(status).decode())


def fib(n: int) -> int:
    """F(n), exact or refused."""
    out = c_uint64()
    check(lib.fib_u64(n, ctypes.byref(out)))  # byref: C writes into out
    return out.value


def fib_python(n: int) -> int:
    """F(n) by the definition."""
    return n if n <= 1 else fib_python(n - 1) + fib_python(n - 2)


def seconds(function: Callable[[int], int], n: int) -> float:
    """Time one call."""
    start = perf_counter()
    function(n)
    return perf_counter() - start


# The article's own call, beside the same recursion in Python.
N = int(sys.argv[1]) if len(sys.argv) > 1 else 27
print(f"naive fib({N}) = ", end="", flush=True)
print(lib.fib_recursive(N))
python, native = seconds(fib_python, N), seconds(lib.fib_recursive, N)
ratio = python / native
print(f"  Python {python:.4f} s, {Path(path).name} {native:.4f} s: {ratio:.0f} times as fast")

# 64 bits end where Python's integers go on (and ctypes takes -1 for 2**64 - 1 without a word).
print(f"F(94) in 64 bits: {lib.fib_wrapping(94)}, in Python: {fib(92) + fib(93)}")
try:
    fib(94)
except ArithmeticError as error:
    print(f"F(94) checked: {error}")

# C writes into the memory of a Python object, without a copy.
numbers = array("Q", bytes(8 * 12))
lib.fib_fill(len(numbers), (c_uint64 * len(numbers)).from_buffer(numbers))
print(f"filled: {numbers.tolist()}")


def until_three_digits(index: int, term: int, _user: int | None) -> bool:
    """Print a term; False stops. An exception would be printed and lost: it cannot cross C."""
    print(f"visited F({index}) = {term}")
    return len(str(term)) < len("100")


# C calls Python. The name keeps the object alive as long as C may call it.
visitor, calls = Visitor(until_three_digits), c_uint64()
check(lib.fib_visit(9, 85, visitor, None, ctypes.byref(calls)))
print(f"stopped after {calls.value} calls of 85")
