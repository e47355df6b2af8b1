"""The C ABI as a Python module by cffi's ABI mode, with the API and the errors of the SWIG module.

`bare` has the C functions themselves: nothing around them checks.
"""

# mypy: disable-error-code="no-any-return"
# What cffi gives has no types.

from __future__ import annotations

from functools import partial
from typing import Any, Callable, NoReturn

from fibonacci_cffi import *  # type: ignore[import-not-found]  # noqa: F403
from fibonacci_cffi import Algorithm_binet, Listener, interruptibly, tell_counts, visitor
from fibonacci_cffi_library import as_visitor, ffi, lib  # type: ignore[import-not-found]
from fibonacci_checks import (  # type: ignore[import-not-found]
    INVALID_ARGUMENT,
    LONG_RECURSION,
    OUT_OF_RANGE,
    UNINITIALIZED,
    above_64_bits,
    above_position,
    above_start,
    above_terms,
    enumerator,
    failure,
    misfit,
    no_algorithm,
    no_modulus,
    refusal,
    u64,
)

_fib = lib.fib_u64
_fib_by = lib.fib_by
_long_fib_by = partial(interruptibly, _fib_by)
_fib_mod = lib.fib_mod
_fib_visit = lib.fib_visit
_sequence_new = lib.fib_sequence_new
_sequence_free = lib.fib_sequence_free
_sequence_advance = lib.fib_sequence_advance
_sequence_peek = lib.fib_sequence_peek
_sequence_reset = lib.fib_sequence_reset
_sequence_position = lib.fib_sequence_position
_sequence_exhausted = lib.fib_sequence_exhausted

_new, _new_handle, _gc, _NULL = ffi.new, ffi.new_handle, ffi.gc, ffi.NULL
_U64, _BOOL, _SEQUENCE = map(ffi.typeof, ("uint64_t *", "bool *", "fib_sequence **"))

# Memory for results, used again: to make it costs as much as a call. No two calls have the same
# at a time, whatever threads there are.
_free_results: list[Any] = []
_take_result, _give_result = _free_results.pop, _free_results.append

# ---- numbers


def fib(n: int, /) -> int:
    """Give F(n). OverflowError above 93."""
    try:
        out = _take_result()
    except IndexError:
        out = _new(_U64)
    try:
        status = _fib(n if type(n) is int else u64(n, "n"), out)
    except OverflowError:
        raise misfit(n=n) from None
    if status:
        raise failure(status, above_64_bits(n))
    result = out[0]
    _give_result(out)
    return result


def fib_by(how: int, n: int, /) -> int:
    """Give F(n) by one of the algorithms. OverflowError above 93."""
    if not type(how) is type(n) is int:
        how, n = enumerator(how, "how"), u64(n, "n")
    try:
        out = _take_result()
    except IndexError:
        out = _new(_U64)
    call = _fib_by if n < LONG_RECURSION else _long_fib_by
    try:
        status = call(how, n, out)
    except OverflowError:
        enumerator(how, "how")
        raise misfit(n=n) from None
    if status == INVALID_ARGUMENT:
        raise failure(status, no_algorithm(enumerator(how, "how"), Algorithm_binet))
    if status:
        raise failure(status, above_64_bits(n))
    result = out[0]
    _give_result(out)
    return result


def fib_mod(n: int, m: int, /) -> int:
    """Give F(n) mod m, for any n. ValueError for m = 0."""
    if not type(n) is type(m) is int:
        n, m = u64(n, "n"), u64(m, "m")
    try:
        out = _take_result()
    except IndexError:
        out = _new(_U64)
    try:
        status = _fib_mod(n, m, out)
    except OverflowError:
        raise misfit(n=n, m=m) from None
    if status:
        raise failure(status, no_modulus(m))
    result = out[0]
    _give_result(out)
    return result


# ---- callbacks

_visitor = as_visitor(visitor)


def _visit(first: int, count: int, function: Callable[[int, int], object]) -> int:
    call: list[Any] = [function]
    user, out = _new_handle(call), _new(_U64)
    try:
        status = _fib_visit(
            first if type(first) is int else u64(first, "first"),
            count if type(count) is int else u64(count, "count"),
            _visitor,
            user,
            out,
        )
    except OverflowError:
        raise misfit(first=first, count=count) from None
    if len(call) > 1:
        raise call.pop()
    if status:
        raise failure(status, above_terms(first, count))
    return out[0]


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

    _out = _new(_U64)

    def __init__(self, start: int = 0, /) -> None:
        """Begin at F(start). IndexError when start > 94."""
        handle = _new(_SEQUENCE)
        try:
            status = _sequence_new(start if type(start) is int else u64(start, "start"), handle)
        except OverflowError:
            raise misfit(start=start) from None
        if status:
            raise failure(status, above_start(start))
        self._handle, self._out = _gc(handle[0], _sequence_free), _new(_U64)

    def __iter__(self) -> Sequence:
        """Iterate over what is left."""
        return self

    def __next__(self) -> int:
        """Give what advance() gives, until exhausted."""
        out = self._out
        if status := _sequence_advance(self._handle, out):
            if status == OUT_OF_RANGE:
                raise StopIteration
            raise self._failure(status)
        return out[0]

    def advance(self) -> int:
        """Give F(position), then move on. IndexError when exhausted."""
        out = self._out
        if status := _sequence_advance(self._handle, out):
            raise self._failure(status)
        return out[0]

    def peek(self) -> int:
        """Give F(position). IndexError when exhausted."""
        out = self._out
        if status := _sequence_peek(self._handle, out):
            raise self._failure(status)
        return out[0]

    def reset(self) -> None:
        """Go back to start."""
        if status := _sequence_reset(self._handle):
            raise self._failure(status)

    @property
    def position(self) -> int:
        """The index of the term that comes."""
        out = self._out
        if status := _sequence_position(self._handle, out):
            raise self._failure(status)
        return out[0]

    @property
    def exhausted(self) -> bool:
        """Whether F(93) was given out."""
        out = _new(_BOOL)
        if status := _sequence_exhausted(self._handle, out):
            raise self._failure(status)
        return out[0]

    def _failure(self, status: int) -> Exception:
        past = status == OUT_OF_RANGE
        return failure(status, above_position(self.position) if past else UNINITIALIZED)


tell_counts(globals())
