"""Memory of any owner is read and filled in place, if its items and their order are right."""

from __future__ import annotations

import ctypes
import importlib
import mmap
from array import array
from functools import partial
from typing import Any, Callable

import fibonacci

WANTED = [0, 1, 1, 2, 3, 5]
INDICES = array("Q", range(6))


def check_filled(memory: Any) -> None:  # noqa: ANN401 - whatever has memory
    """Check that six items are filled in place, by both functions."""
    view = memoryview(memory)
    fibonacci.fill(memory)
    assert [int(item) for item in memory] == WANTED
    fibonacci.fib_each(INDICES, memory)
    assert [int(item) for item in memory] == WANTED
    assert memoryview(memory).obj is view.obj


def refused(call: Callable[[object], object], memory: object) -> str:
    """Give the message of the TypeError that the call raises."""
    try:
        call(memory)
    except TypeError as error:
        return str(error)
    raise AssertionError(memory)


def check_refused(memory: object) -> None:
    """Check that no function fills it."""
    what = "must be writable memory of 64-bit unsigned integers, got "
    assert refused(fibonacci.fill, memory).startswith(f"out {what}")
    into = partial(fibonacci.fib_each, INDICES)
    assert refused(into, memory).startswith(f"results {what}")


check_filled(array("Q", [9] * 6))
check_filled(array("L", [9] * 6))
check_filled(memoryview(array("Q", [9] * 6)))
check_filled(memoryview(bytearray(48)).cast("Q"))
check_filled(memoryview(bytearray(48)).cast("L"))
check_filled(memoryview(mmap.mmap(-1, 48)).cast("Q"))
check_filled((ctypes.c_uint64 * 6)())
empty = array("Q")
fibonacci.fill(empty)
fibonacci.fib_each(empty, empty)
same = array("Q", range(6))
fibonacci.fib_each(same, same)
assert same.tolist() == WANTED
part = memoryview(array("Q", [9] * 8))[1:7]
fibonacci.fill(part)
assert part.obj.tolist() == [9, *WANTED, 9]  # type: ignore[attr-defined]
read_only = memoryview(INDICES).toreadonly()
fibonacci.fib_each(read_only, same)
assert same.tolist() == WANTED

# Overlapping, it is what separate memory would be.
for reads, writes in ((slice(0, 5), slice(1, 6)), (slice(1, 6), slice(0, 5))):
    memory = array("Q", [93, 5, 7, 6, 8, 4])
    wanted = list(map(fibonacci.fib, memory[reads]))
    fibonacci.fib_each(memoryview(memory)[reads], memoryview(memory)[writes])
    assert memory[writes].tolist() == wanted, memory

# Items lie where the processor may read them whole. Only there does the message say so.
askew = memoryview(bytearray(56))[1:49].cast("Q")
words = "must be aligned memory: its address, 0x"
assert refused(fibonacci.fill, askew).startswith(f"out {words}")
assert refused(partial(fibonacci.fib_each, askew), same).startswith(f"indices {words}")
assert refused(partial(fibonacci.fib_each, INDICES), askew).startswith(f"results {words}")
assert askew.tolist() == [0] * 6

check_refused(bytearray(48))  # bytes are no integers of 64 bits
check_refused(bytes(48))
check_refused(array("d", [0.0] * 6))
check_refused(array("q", [0] * 6))
check_refused(array("I", [0] * 6))
check_refused(memoryview(array("Q", [0] * 12))[::2])
check_refused(memoryview(array("Q", [0] * 6))[::-1])
check_refused(read_only)
check_refused([0] * 6)
check_refused(None)
check_refused("memory")

for stream in (
    b"\xd9\x80",
    bytearray(b"\xd9\x80"),
    memoryview(b"\xd9\x80"),
    array("B", [217, 128]),
):
    assert fibonacci.decode(stream) == [1, 2, 3]

grown = bytearray(48)
fibonacci.fill(memoryview(grown).cast("Q"))
grown.extend(b"!")  # the view was released with the call

try:
    numpy = importlib.import_module("numpy")
except ImportError:
    print("NumPy is not installed: its arrays were left out")
else:
    check_filled(numpy.full(6, 9, dtype="uint64"))
    check_filled(numpy.full((2, 6), 9, dtype=numpy.uint64)[1])
    check_filled(numpy.full(6, 9, dtype="=u8"))
    grid = numpy.zeros((2, 3), dtype="uint64")
    fibonacci.fill(grid)
    assert grid.ravel().tolist() == WANTED
    for kind in ("int64", "float64", "uint32", ">u8", "bool", "M8[s]"):
        check_refused(numpy.zeros(6, dtype=kind))
    check_refused(numpy.zeros(12, dtype="uint64")[::2])
    check_refused(numpy.zeros((3, 2), dtype="uint64").T)
    locked = numpy.zeros(6, dtype="uint64")
    locked.flags.writeable = False
    check_refused(locked)
    askew = numpy.frombuffer(bytearray(49), dtype="uint64", offset=1)
    assert refused(fibonacci.fill, askew).startswith(f"out {words}")
    try:
        fibonacci.fill(locked)
    except TypeError as error:
        assert "read-only" in str(error.__cause__), error.__cause__
    assert fibonacci.fib(numpy.uint64(93)) == fibonacci.fib(numpy.int8(93)) == fibonacci.fib(93)
    assert fibonacci.encode(numpy.arange(1, 4)) == b"\xd9\x80"
