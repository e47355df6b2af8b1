"""The caller's own errors arrive as they are, and no lack of memory ends Python."""

from __future__ import annotations

import subprocess
import sys
from array import array
from typing import Any, Callable

import fibonacci


class OwnError(Exception):
    """What the code of this program raises."""


RAISED = (OwnError("own"), TypeError("own"), ValueError("own"), OverflowError("own"))
PASSING = (*RAISED, KeyboardInterrupt(), MemoryError("own"), SystemExit(3))
checked = 0


def caught(call: Callable[..., object], *arguments: object) -> BaseException:
    """Give what the call raises."""
    global checked  # noqa: PLW0603
    checked += 1
    try:
        result = call(*arguments)
    except BaseException as error:  # noqa: BLE001
        return error
    raise AssertionError(result)


def raising(error: BaseException, *names: str) -> Any:  # noqa: ANN401
    """Give an object whose methods of these names raise the error."""

    def method(*_: object) -> object:
        raise error

    return type("Raising", (), dict.fromkeys(names, method))()


# What the code of an argument raises is not covered by a refusal.
for error in PASSING:
    index, items = raising(error, "__index__"), raising(error, "__iter__")
    for call in (fibonacci.fib, fibonacci.fib_exact, fibonacci.index_of, fibonacci.Sequence):
        assert caught(call, index) is error
    assert caught(fibonacci.fib_by, index, 3) is error
    assert caught(fibonacci.fib_mod, 3, index) is error
    assert caught(fibonacci.binet, index) is error
    assert caught(fibonacci.binet, raising(error, "__float__")) is error
    assert caught(fibonacci.encode, items) is error
    assert caught(fibonacci.encode, raising(error, "__getitem__", "__len__")) is error
    assert caught(fibonacci.encode, [1, index]) is error
    assert caught(fibonacci.encode, (item.__index__() for item in [index])) is error
    assert caught(fibonacci.Term, 1, index) is error
    assert caught(fibonacci.visit, 1, 2, raising(error, "__call__")) is error
    if sys.version_info >= (3, 12):
        memory = raising(error, "__buffer__")
        assert caught(fibonacci.decode, memory) is error
        assert caught(fibonacci.fill, memory) is error
        assert caught(fibonacci.fib_each, memory, memory) is error

wrong_index = type("", (), {"__index__": lambda _self: "no int"})()
assert "__index__ returned non-int" in str(caught(fibonacci.fib, wrong_index))


class Float(int):
    """An int with a conversion of its own."""

    def __float__(self) -> float:
        raise RAISED[3]


assert caught(fibonacci.binet, Float(3)) is RAISED[3]

# What is not of the kind at all is refused, even if it cannot be shown.
for call, words in (
    (fibonacci.fib, "n must be an integer from 0"),
    (fibonacci.fib_exact, "n must be an integer from 0"),
    (fibonacci.index_of, "x must be an integer of at least 0"),
    (fibonacci.binet, "x must be a number"),
    (fibonacci.encode, "must be a list of integers"),
    (fibonacci.decode, "must be binary data"),
    (fibonacci.is_word, "text must be a string"),
    (fibonacci.fill, "out must be writable memory of 64-bit unsigned integers"),
):
    assert words in str(refusal := caught(call, object()))
    assert refusal.__cause__ is refusal.__context__ is None
    for error in RAISED:
        refusal = caught(call, raising(error, "__repr__"))
        assert isinstance(refusal, TypeError), refusal
        assert refusal is not error
        assert f"{words}" in str(refusal), refusal
        assert "got an object of type Raising" in str(refusal), refusal
        assert refusal.__context__ is error
    for error in PASSING[len(RAISED) :]:
        assert caught(call, raising(error, "__repr__")) is error

huge = caught(fibonacci.fib, 10**5000)
assert isinstance(huge, OverflowError)
if hasattr(sys, "set_int_max_str_digits"):
    assert "got an object of type int" in str(huge)
assert huge.__context__ is None
assert isinstance(caught(fibonacci.binet, 10**400), OverflowError)

# The refusal by the memory's owner is the cause of ours.
strided = caught(fibonacci.fill, memoryview(array("Q", range(6)))[::2])
assert isinstance(strided, TypeError)
assert isinstance(strided.__cause__, BufferError)


# A library that goes on after an overridden method has failed does not cover the error.
class Failing(fibonacci.Listener):  # type: ignore[misc]
    """Raises an error."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def on_term(self, *_: int) -> bool:
        raise self.error


for error in PASSING:
    assert caught(fibonacci.listen, 0, 3, Failing(error)) is error

# Too little memory for the conversion of an argument: an error, and the process goes on.
PROGRAM = """
import resource
import fibonacci
ones, huge = [1] * 30_000_000, 1 << 400_000_000
with open("/proc/self/statm") as file:
    used = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 20_000_000, -1))
for function, argument in ((fibonacci.encode, ones), (fibonacci.index_of, huge)):
    try:
        function(argument)
    except MemoryError:
        print("MemoryError")
print(fibonacci.encode(ones[:3]).hex(), fibonacci.fib_exact(1000) % 1000)
"""
if sys.platform == "linux":
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["MemoryError", "MemoryError", "fc 875"], done
    assert done.returncode == 0, done

print(f"# checked calls={checked} inputs={checked}")
