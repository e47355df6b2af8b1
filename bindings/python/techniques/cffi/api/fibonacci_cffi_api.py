"""The C ABI as a Python module by cffi's API mode, with the API and the errors of the SWIG module.

`bare` has the C functions themselves: nothing around them checks.
"""

# mypy: disable-error-code="no-any-return"
# What cffi gives has no types.

from __future__ import annotations

from functools import partial
from typing import Any, Callable, NoReturn

from fibonacci_cffi import *  # type: ignore[import-not-found]  # noqa: F403
from fibonacci_cffi import Algorithm_binet, Listener, interruptibly, tell_counts, visitor
from fibonacci_cffi_library import ffi, lib  # type: ignore[import-not-found]
from fibonacci_checks import (  # type: ignore[import-not-found]
    LONG_RECURSION,
    MAX_INDEX,
    UNINITIALIZED,
    above_64_bits,
    above_position,
    above_start,
    above_terms,
    enumerator,
    misfit,
    no_algorithm,
    no_modulus,
    refusal,
    u64,
)

_fib = lib.outcome_u64
_fib_by = lib.outcome_by
_long_fib_by = partial(interruptibly, _fib_by)
_fib_mod = lib.outcome_mod
_fib_visit = lib.outcome_visit
_sequence_new = lib.outcome_sequence_new
_sequence_free = lib.fib_sequence_free
_sequence_advance = lib.outcome_sequence_advance
_sequence_peek = lib.outcome_sequence_peek
_sequence_reset = lib.fib_sequence_reset
_sequence_position = lib.outcome_sequence_position

_new_handle, _gc, _NULL = ffi.new_handle, ffi.gc, ffi.NULL
_FAILED = (1 << 64) - 1

# ---- numbers


def fib(n: int, /) -> int:
    """Give F(n). OverflowError above 93."""
    try:
        result = _fib(n if type(n) is int else u64(n, "n"))
    except OverflowError:
        raise misfit(n=n) from None
    if result == _FAILED:
        raise OverflowError(above_64_bits(n))
    return result


def fib_by(how: int, n: int, /) -> int:
    """Give F(n) by one of the algorithms. OverflowError above 93."""
    if not type(how) is type(n) is int:
        how, n = enumerator(how, "how"), u64(n, "n")
    try:
        result = _fib_by(how, n) if n < LONG_RECURSION else _long_fib_by(how, n)
    except OverflowError:
        enumerator(how, "how")
        raise misfit(n=n) from None
    if result == _FAILED:
        if enumerator(how, "how") > Algorithm_binet:
            raise ValueError(no_algorithm(how, Algorithm_binet))
        raise OverflowError(above_64_bits(n))
    return result


def fib_mod(n: int, m: int, /) -> int:
    """Give F(n) mod m, for any n. ValueError for m = 0."""
    if not type(n) is type(m) is int:
        n, m = u64(n, "n"), u64(m, "m")
    try:
        result = _fib_mod(n, m)
    except OverflowError:
        raise misfit(n=n, m=m) from None
    if result == _FAILED:
        raise ValueError(no_modulus(m))
    return result


# ---- callbacks

ffi.def_extern(error=False)(visitor)
_visitor = lib.visitor


def _visit(first: int, count: int, function: Callable[[int, int], object]) -> int:
    call: list[Any] = [function]
    user = _new_handle(call)
    try:
        result = _fib_visit(
            first if type(first) is int else u64(first, "first"),
            count if type(count) is int else u64(count, "count"),
            _visitor,
            user,
        )
    except OverflowError:
        raise misfit(first=first, count=count) from None
    if len(call) > 1:
        raise call.pop()
    if result == _FAILED:
        raise OverflowError(above_terms(first, count))
    return result


def visit(first: int, count: int, visitor: Callable[[int, int], object], /) -> int:
    """Call back with (index, term) of `count` terms until False, and give the number of calls.

    What the visitor raises arrives unchanged. OverflowError, before the first call, when a term
    lies above F(93).
    """
    if not callable(visitor):
        raise TypeError(refusal("visitor", "a function", visitor))
    return _visit(first, count, visitor)


def listen(first: int, count: int, listener: Listener, /) -> int:
    """Do what visit() does with an object."""
    if not isinstance(listener, Listener):
        raise TypeError(refusal("listener", "a Listener", listener))
    return _visit(first, count, listener.on_term)


# ---- the sequence


class Sequence:
    """F(start), F(start + 1), ..., F(93), one at a time."""

    _handle = _NULL  # until __init__: the library refuses it

    def __reduce__(self) -> NoReturn:
        """Refuse: a copy would be of the same sequence."""
        message = "a Sequence cannot be copied or pickled"
        raise TypeError(message)

    def __init__(self, start: int = 0, /) -> None:
        """Begin at F(start). IndexError when start > 94."""
        try:
            handle = _sequence_new(start if type(start) is int else u64(start, "start"))
        except OverflowError:
            raise misfit(start=start) from None
        if not handle:
            raise MemoryError if start <= MAX_INDEX + 1 else IndexError(above_start(start))
        self._handle = _gc(handle, _sequence_free)

    def __iter__(self) -> Sequence:
        """Iterate over what is left."""
        return self

    def __next__(self) -> int:
        """Give what advance() gives, until exhausted."""
        result = _sequence_advance(self._handle)
        if result == _FAILED:
            self.position  # noqa: B018 - tells of a missing __init__()
            raise StopIteration
        return result

    def advance(self) -> int:
        """Give F(position), then move on. IndexError when exhausted."""
        result = _sequence_advance(self._handle)
        if result == _FAILED:
            raise IndexError(above_position(self.position))
        return result

    def peek(self) -> int:
        """Give F(position). IndexError when exhausted."""
        result = _sequence_peek(self._handle)
        if result == _FAILED:
            raise IndexError(above_position(self.position))
        return result

    def reset(self) -> None:
        """Go back to start."""
        if _sequence_reset(self._handle):
            raise ValueError(UNINITIALIZED)

    @property
    def position(self) -> int:
        """The index of the term that comes."""
        result = _sequence_position(self._handle)
        if result == _FAILED:
            raise ValueError(UNINITIALIZED)
        return result

    @property
    def exhausted(self) -> bool:
        """Whether F(93) was given out."""
        return self.position > MAX_INDEX


tell_counts(globals())
