"""Only what is False stops: Python's, and NumPy's, which is another object."""

from __future__ import annotations

import importlib
from typing import Any, Callable

import fibonacci


class Answering(fibonacci.Listener):  # type: ignore[misc]
    """Gives one answer to every term."""

    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer

    def on_term(self, *_: int) -> Any:  # noqa: ANN401
        return self.answer


def visited(answer: object) -> int:
    """Give how many terms of five are visited with that answer."""
    by_function: int = fibonacci.visit(0, 5, lambda _index, _term: answer)
    by_method: int = fibonacci.listen(0, 5, Answering(answer))
    assert by_function == by_method, (answer, by_function, by_method)
    return by_function


class Falsehood:
    """False, but of no kind that says it is a bool."""

    def __bool__(self) -> bool:
        return False


assert visited(False) == 1  # noqa: FBT003
others: list[object] = [True, None, 0, 0.0, "", [], Falsehood(), NotImplemented]
for goes_on in others:
    assert visited(goes_on) == 5, goes_on

# What says it is a bool of NumPy's, and raises when it is asked, stops with that.
failing = type("numpy.bool_", (), {"__bool__": lambda _self: 1 // 0})()
calls: list[Callable[[], object]] = [
    lambda: fibonacci.visit(0, 5, lambda _index, _term: failing),
    lambda: fibonacci.listen(0, 5, Answering(failing)),
]
for call in calls:
    try:
        call()
    except ZeroDivisionError:
        continue
    message = "the error was lost"
    raise AssertionError(message)

try:
    numpy = importlib.import_module("numpy")
except ImportError:
    print("NumPy is not installed: its booleans were left out")
else:
    assert visited(numpy.uint64(1) < numpy.uint64(0)) == visited(numpy.False_) == 1
    assert visited(numpy.True_) == visited(numpy.uint64(0)) == visited(numpy.float64(0)) == 5
    hundred = numpy.uint64(100)
    assert fibonacci.visit(0, 93, lambda _index, term: numpy.uint64(term) < hundred) == 13
