"""The second library, tests/second, bound by this folder as it is."""

from __future__ import annotations

import gc
from array import array

import second


def refused(error: type[Exception], words: str, call: object, *arguments: object) -> None:
    """Check that the call fails with the error and a message that holds the words."""
    try:
        call(*arguments)  # type: ignore[operator]
    except error as raised:
        assert words in str(raised), raised
    else:
        raise AssertionError(words)


division = second.divide(17, 5)
assert (division.quotient, division.remainder) == (3, 2)
assert second.quotient(17, 5, second.Rounding_up) == 4
assert second.power_of_two(1000) == 2**1000
assert second.population(2**1000 - 1) == 1000
assert second.count(10, lambda candidate: candidate % 3 == 0) == 3
assert second.divisors(12) == [1, 2, 3, 4, 6, 12]
assert second.total([1, 2, 2**63]) == 3 + 2**63
assert second.copies("φ", 3) == "φφφ"
assert second.checksum(b"\0\1\2") == 33
items = array("Q", [1, 2, 3])
second.twice(items)
assert list(items) == [2, 4, 6]

countdown = second.Countdown(10, 4)
assert (countdown.left, list(countdown), second.alive()) == (10, [10, 6, 2], 1)
refused(IndexError, "ended", countdown.advance)

refused(ValueError, "b must be at least 1", second.divide, 1, 0)
refused(OverflowError, "sum does not fit", second.total, [2**63, 2**63])
refused(OverflowError, "n must be at most 100000", second.power_of_two, 100001)
refused(OverflowError, "a must be an integer from 0", second.divide, -1, 1)
refused(TypeError, "how must be an integer", second.quotient, 1, 1, "up")
refused(ZeroDivisionError, "division", second.count, 3, lambda candidate: candidate // 0)
refused(IndexError, "", second.at, [1, 2], 2)
refused(OverflowError, "index must be an integer from 0", second.at, [1] * 1000, -1)
for numbers in ([], [1.5], 1.5, None, second.Countdown):  # a type that no host knows
    refused(TypeError, "numbers must be ", second.size_of, numbers)
refused(ValueError, "step must be at least 1", second.Countdown, 5, 0)

# Whatever is thrown arrives, and the process goes on.
for kind, (error, words) in enumerate(
    [
        (ValueError, "outside the domain"),
        (ValueError, "too long"),
        (ValueError, "the result has no place"),
        (RuntimeError, "too small"),
        (MemoryError, "not enough memory"),
        (RuntimeError, "an unknown C++ exception"),
    ]
):
    refused(error, words, second.misbehave, kind)
assert second.misbehave(6) is None


def judge_but_first(candidate: int) -> bool:
    """Fail in the first call only; the library calls again all the same."""
    judged.append(candidate)
    if candidate == 1:
        message = "first"
        raise ValueError(message)
    return True


judged: list[int] = []
refused(ValueError, "first", second.count, 3, judge_but_first)
assert judged == [1]

del countdown
gc.collect()
assert second.alive() == 0
