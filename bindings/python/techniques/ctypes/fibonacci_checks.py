"""What the modules that call the C ABI from Python share: its statuses, and strict arguments.

Left to themselves, ctypes takes -1 for 2^64 - 1 and cffi takes Decimal("3.7") for 3.
"""

from __future__ import annotations

import operator
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Callable, SupportsIndex, cast

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from typing_extensions import Buffer

ABI_VERSION = 1
MAX_INDEX = 93
MAX_EXACT = 1_000_000_000
MAX_WORD = 30

INVALID_ARGUMENT, OVERFLOW, OUT_OF_RANGE, NO_MEMORY, BUFFER_TOO_SMALL = 1, 2, 3, 4, 5

# From here on a call may take longer than a question costs.
LONG_RECURSION = 25
LONG_EXACT = 1_000_000
LONG_LIMBS = 10_000
_ERRORS = {INVALID_ARGUMENT: ValueError, OVERFLOW: OverflowError, OUT_OF_RANGE: IndexError}


def failure(status: int, reason: str) -> Exception:
    """Make the exception for a status; the caller knows the reason by what it passed."""
    if status in _ERRORS:
        return _ERRORS[status](reason)
    if status == NO_MEMORY:
        return MemoryError("not enough memory")
    return RuntimeError(f"the library failed with status {status}")


# ---- arguments

INTEGER = "an integer from 0 to 18446744073709551615"
ENUMERATOR = "an integer from 0 to 2147483647"
NATURAL = "an integer of at least 0"
U64_END = 1 << 64
ENUMERATOR_END = 1 << 31
_U64_SIZE = 8
_SHOWN_BITS = 128  # a larger number is told by its size


def refusal(name: str, needed: str, got: object) -> str:
    """Say what the argument must be and what came instead."""
    try:
        shown = repr(got)[:100]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - an int beyond 4300 digits, or what its repr() raises
        said = f"{name} must be {needed}, got an object of type {type(got).__name__}"
        if isinstance(got, int):  # it has more digits than Python prints
            return said
        kind = OverflowError if hasattr(type(got), "__index__") else TypeError
        raise kind(said)  # noqa: B904 - with its repr()'s own error as the context
    return f"{name} must be {needed}, got {shown}"


def index(value: object, name: str, needed: str) -> int:
    """Give an int, or what stands for one (a NumPy integer)."""
    if type(value) is int:
        return value
    if not hasattr(type(value), "__index__"):
        raise TypeError(refusal(name, needed, value))
    return operator.index(cast("SupportsIndex", value))


def u64(value: object, name: str) -> int:
    """Give an int that fits 64 bits unsigned."""
    number = index(value, name, INTEGER)
    if not 0 <= number < U64_END:
        raise OverflowError(refusal(name, INTEGER, value))
    return number


def misfit(**arguments: object) -> OverflowError:
    """Make the error for the first of them that does not fit 64 bits."""
    try:
        for name, value in arguments.items():
            u64(value, name)
    except OverflowError as error:
        return error
    return OverflowError("an integer does not fit")


def enumerator(value: object, name: str) -> int:
    """Give an int that fits a C enum."""
    number = index(value, name, ENUMERATOR)
    if not 0 <= number < ENUMERATOR_END:
        raise OverflowError(refusal(name, ENUMERATOR, value))
    return number


def natural(value: object, name: str) -> int:
    """Give an int of any size that is not negative."""
    number = index(value, name, NATURAL)
    if number < 0:
        raise OverflowError(refusal(name, NATURAL, value))
    return number


def real(value: object, name: str) -> float:
    """Give a float; any number stands for one."""
    kind = type(value)
    if not (hasattr(kind, "__float__") or hasattr(kind, "__index__")):
        raise TypeError(refusal(name, "a number", value))
    try:
        return float(cast("float", value))
    except OverflowError:
        if not isinstance(value, int):
            raise  # of its own __float__()
        raise OverflowError(refusal(name, "a number", value)) from None


def encoded(value: object, name: str) -> bytes:
    """Give the bytes of a str."""
    if not isinstance(value, str):
        raise TypeError(refusal(name, "a string", value))
    return value.encode()


def u64_list(value: object, name: str) -> list[int]:
    """Give a list of ints that fit 64 bits."""
    if isinstance(value, (str, bytes)) or not hasattr(type(value), "__iter__"):
        raise TypeError(refusal(name, "a list of integers", value))
    items = enumerate(cast("Iterable[object]", value))
    return [u64(item, f"{name}[{i}]") for i, item in items]


def binary(value: object, name: str) -> bytes:
    """Give the bytes of any memory."""
    try:
        return bytes(memoryview(cast("Buffer", value)))
    except TypeError:
        raise TypeError(refusal(name, "bytes", value)) from None


def u64_memory(value: object, name: str, *, writable: bool) -> memoryview:
    """Give a view of contiguous 64-bit unsigned integers; nothing else is taken for them."""
    needed = f"{'writable ' if writable else ''}memory of 64-bit unsigned integers"
    try:
        view = memoryview(cast("Buffer", value))
    except TypeError:
        raise TypeError(refusal(name, needed, value)) from None
    if (
        view.format not in {"L", "Q"}
        or view.itemsize != _U64_SIZE
        or not view.c_contiguous
        or (writable and view.readonly)
    ):
        raise TypeError(refusal(name, needed, value))
    return view


def unaligned(**addresses: int) -> TypeError | None:
    """Make the error for the first whose items the library must not read where they lie."""
    for name, address in addresses.items():
        if address % _U64_SIZE:
            at = f"its address, {address:#x}, is no multiple of {_U64_SIZE}"
            return TypeError(f"{name} must be aligned memory: {at}")
    return None


# ---- callbacks


def goes_on(result: object) -> bool:
    """Tell whether a callback goes on that gave neither True nor None: not with NumPy's False."""
    if result is False:
        return False
    kind = type(result)
    return kind.__module__ != "numpy" or kind.__name__ not in {"bool", "bool_"} or bool(result)


def stopped(_index: int, _term: int) -> bool:
    """Stand for a callback that has failed: a library may go on all the same."""
    return False


def _handlers_of_signals(raised: list[BaseException]) -> Generator[bool, object, None]:
    """Let handlers of signals run at each send(), and tell whether one has raised.

    A function would not do: Python runs them at its beginning, before any `try` in it. This goes
    on inside its `try`.
    """
    while True:
        try:
            yield bool(raised)
        except GeneratorExit:  # noqa: PERF203
            return
        except BaseException as error:  # noqa: BLE001 - raised again where C has returned
            raised.append(error)


_checks: list[Any] = []  # of the calls that run, for a handler may call too


@contextmanager
def interruptible(
    make: Callable[[Callable[..., bool]], Any], null: object, set_check: Callable[[Any], object]
) -> Iterator[None]:
    """Let a long call be ended by what a handler of signals raises, as Ctrl-C does.

    Handlers run on the main thread alone: on another there is nothing to ask.
    """
    if threading.get_ident() != threading.main_thread().ident:
        yield
        return
    raised: list[BaseException] = []
    handlers = _handlers_of_signals(raised)
    next(handlers)
    _checks.append(make(handlers.send))
    set_check(_checks[-1])
    try:
        yield
    finally:
        _checks.pop()
        set_check(_checks[-1] if _checks else null)
    if raised:
        raise raised.pop()


# ---- what the library says no to, by a status


def above_64_bits(n: int) -> str:
    """Say why there is no F(n) in 64 bits."""
    return f"n must be at most {MAX_INDEX} for a 64-bit result, got {n}"


def above_exact(n: int) -> str:
    """Say why there is no F(n) at all."""
    return f"n must be at most {MAX_EXACT}, got {n}"


def above_word(n: int) -> str:
    """Say why there is no such word."""
    return f"n must be at most {MAX_WORD}, got {n}"


def above_terms(first: int, count: int) -> str:
    """Say why there are not so many terms."""
    return f"first + count must be at most {MAX_INDEX + 1}, got {first} + {count}"


def above_start(start: int) -> str:
    """Say why no Sequence starts there."""
    return f"start must be at most {MAX_INDEX + 1}, got {start}"


def above_position(position: int) -> str:
    """Say why a Sequence gives no more."""
    return f"position must be at most {MAX_INDEX}, got {position}"


def no_modulus(m: int) -> str:
    """Say why there is no F(n) mod m."""
    return f"m must be at least 1, got {m}"


def no_algorithm(how: int, last: int) -> str:
    """Say why there is no such algorithm."""
    return f"how must be at most {last}, got {how}"


def no_term(number: int) -> str:
    """Say that it is no Fibonacci number."""
    bits = number.bit_length()
    shown = str(number) if bits <= _SHOWN_BITS else f"a number of {bits} bits"
    return f"x must be a Fibonacci number, got {shown}"


def no_code(numbers: list[int]) -> str:
    """Say which number has no Fibonacci code."""
    i = numbers.index(0) if 0 in numbers else 0  # none where memory was what lacked
    return f"numbers[{i}] must be at least 1, got 0"


def malformed(code: bytes) -> str:
    """Say that it is no Fibonacci code."""
    return refusal("bytes", "Fibonacci code", code)


def no_result(indices: Iterable[int]) -> str:
    """Say which index is too large."""
    too_large = ((i, n) for i, n in enumerate(indices) if n > MAX_INDEX)
    i, bad = next(too_large, (0, "another one before"))  # another thread may have mended it
    return f"indices[{i}] must be at most {MAX_INDEX}, got {bad}"


def lengths_differ(indices: int, results: int) -> str:
    """Say how long the two are."""
    return f"indices and results must have the same length, got {indices} and {results}"


UNINITIALIZED = "Sequence.__init__() was not called"
