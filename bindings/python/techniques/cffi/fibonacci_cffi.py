"""What is the same in cffi's two modes: FIB_LIBRARY opened (ABI), or a compiled module (API).

The folder of the mode, on PYTHONPATH, brings fibonacci_cffi_library. An int is passed as it is,
and cffi checks its range; all else, of which cffi would truncate some, goes through u64().
"""

# mypy: disable-error-code="no-any-return"
# What cffi gives has no types.

from __future__ import annotations

import operator
import os
from functools import partial, wraps
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Callable

from fibonacci_cffi_library import ffi, lib  # type: ignore[import-not-found]
from fibonacci_checks import (  # type: ignore[import-not-found]
    ABI_VERSION,
    LONG_EXACT,
    LONG_LIMBS,
    LONG_RECURSION,
    MAX_EXACT,
    MAX_INDEX,
    MAX_WORD,
    above_64_bits,
    above_exact,
    above_terms,
    above_word,
    binary,
    encoded,
    failure,
    goes_on,
    interruptible,
    lengths_differ,
    malformed,
    misfit,
    natural,
    no_code,
    no_result,
    no_term,
    real,
    stopped,
    u64,
    u64_list,
    u64_memory,
    unaligned,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Buffer

if (_version := lib.fib_abi_version()) != ABI_VERSION:
    _message = f"the library has version {_version} of the C ABI, {ABI_VERSION} is needed"
    raise ImportError(_message)

Algorithm_recursive = 0
Algorithm_iterative = 1
Algorithm_fast_doubling = 2
Algorithm_matrix = 3
Algorithm_binet = 4

Term = ffi.CData  # a struct's fields are attributes; cffi has no class for each struct

bare = SimpleNamespace(
    noop=lib.fib_noop,
    max_index=lib.fib_max_index,
    fib_wrapping=lib.fib_wrapping,
    fib_recursive=lib.fib_recursive,
    recurrence=lib.fib_recurrence,
    binet=lib.fib_binet,
    is_fibonacci=lib.fib_is_fibonacci,
)

# Looked up once: attributes of the library and names of types are slow.
_fib_wrapping = lib.fib_wrapping
_fib_recursive = lib.fib_recursive
_recurrence = lib.fib_recurrence
_binet = lib.fib_binet
_is_fibonacci = lib.fib_is_fibonacci
_fib_exact = lib.fib_exact
_index_of = lib.fib_index_of
_fib_decimal = lib.fib_decimal
_is_word = lib.fib_is_word
_caption = lib.fib_caption
_word = lib.fib_word
_terms = lib.fib_terms
_encode = lib.fib_encode
_decode = lib.fib_decode
_fill = lib.fib_fill
_fib_each = lib.fib_each
_nearest = lib.fib_nearest
_zeckendorf = lib.fib_zeckendorf

_NULL = ffi.NULL
_new, _unpack, _string, _buffer = ffi.new, ffi.unpack, ffi.string, ffi.buffer
_from_buffer, _from_bytes, _index = ffi.from_buffer, int.from_bytes, operator.index
_new_uncleared = ffi.new_allocator(should_clear_after_alloc=False)
_CHARS, _BYTES, _U64S = map(ffi.typeof, ("char[]", "uint8_t[]", "uint64_t[]"))
_U64, _SIZE = map(ffi.typeof, ("uint64_t *", "size_t *"))
_TERM, _SUM = map(ffi.typeof, ("fib_term *", "fib_term[47]"))

_FEW = 80  # items that cffi converts without asking for memory

_unread = _new(_SIZE)  # for sizes that are known before

# ---- calls that can run long


def interruptibly(function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
    """Call what can run long, so that Ctrl-C ends it."""
    with interruptible(_as_stop_check, _NULL, _set_check):
        return function(*arguments)


def _as_stop_check(function: Callable[..., bool]) -> Any:  # noqa: ANN401
    return ffi.callback("fib_stop_check", function)


def _set_check(check: object) -> None:
    lib.fib_set_stop_check(check, _NULL)


# ---- numbers

noop = lib.fib_noop
max_index = lib.fib_max_index
live_objects = lib.fib_live_objects


def fib_wrapping(n: int, /) -> int:
    """Give F(n) mod 2^64, for any n."""
    try:
        return _fib_wrapping(n if type(n) is int else u64(n, "n"))
    except OverflowError:
        raise misfit(n=n) from None


def fib_recursive(n: int, /) -> int:
    """Give F(n) by the definition, 2 F(n+1) - 1 calls. OverflowError above 93."""
    number = n if type(n) is int else u64(n, "n")
    if number >= LONG_RECURSION:
        if number > MAX_INDEX:
            raise OverflowError(above_64_bits(u64(n, "n")))
        return interruptibly(_fib_recursive, number)
    try:
        return _fib_recursive(number)
    except OverflowError:
        raise misfit(n=n) from None


def recurrence(p: int, q: int, a: int, b: int, n: int, /) -> int:
    """Give x(n) mod 2^64 of x(0) = a, x(1) = b, x(k+1) = p x(k) + q x(k-1)."""
    if not type(p) is type(q) is type(a) is type(b) is type(n) is int:
        p, q, a, b, n = u64(p, "p"), u64(q, "q"), u64(a, "a"), u64(b, "b"), u64(n, "n")
    try:
        return _recurrence(p, q, a, b, n)
    except OverflowError:
        raise misfit(p=p, q=q, a=a, b=b, n=n) from None


def binet(x: float, /) -> float:
    """Give phi^x / sqrt(5)."""
    return _binet(x if type(x) is float else real(x, "x"))


def is_fibonacci(x: int, /) -> bool:
    """Tell whether there is an n with F(n) = x."""
    try:
        return _is_fibonacci(x if type(x) is int else u64(x, "x"))
    except OverflowError:
        raise misfit(x=x) from None


# ---- numbers of any size cross as 64-bit limbs, least significant first


def fib_exact(n: int, /) -> int:
    """Give F(n), of any size. OverflowError above n = 10^9."""
    if not (type(n) is int and 0 <= n <= MAX_EXACT):
        n = u64(n, "n")
    limbs = _new(_U64S, n // 92 + 1 if n <= MAX_EXACT else 0)
    call = _fib_exact if n < LONG_EXACT else partial(interruptibly, _fib_exact)
    if status := call(n, limbs, len(limbs), _unread):
        raise failure(status, above_exact(n))
    return _from_bytes(_buffer(limbs), "little")  # the limbs that were not needed are 0


def index_of(x: int, /) -> int:
    """Give the n with F(n) = x; 1 for 1. ValueError when there is none."""
    number, out = natural(x, "x"), _new(_U64)
    length = (number.bit_length() + 63) // 64
    limbs = _from_buffer(_U64S, number.to_bytes(8 * length, "little"))
    call = _index_of if length < LONG_LIMBS else partial(interruptibly, _index_of)
    if status := call(limbs, length, out):
        raise failure(status, no_term(number))
    return out[0]


def fib_decimal(n: int, /) -> str:
    """Give F(n) in decimal. OverflowError above n = 10^9."""
    if not (type(n) is int and 0 <= n <= MAX_EXACT):
        n = u64(n, "n")
    digits = _new(_CHARS, n // 4 + 2 if n <= MAX_EXACT else 0)
    call = _fib_decimal if n < LONG_EXACT else partial(interruptibly, _fib_decimal)
    if status := call(n, digits, len(digits), _unread):
        raise failure(status, above_exact(n))
    return _string(digits).decode()


# ---- text


def is_word(text: str, /) -> bool:
    """Tell whether it is a prefix of the infinite Fibonacci word abaababa... ."""
    utf8 = text.encode() if type(text) is str else encoded(text, "text")
    return _is_word(utf8, len(utf8))


def caption(label: str, n: int, /) -> str:
    """Give `label(n) = F(n)`. OverflowError above n = 10^9."""
    utf8 = label.encode() if type(label) is str else encoded(label, "label")
    if not (type(n) is int and 0 <= n <= MAX_EXACT):
        n = u64(n, "n")
    size = _new(_SIZE)
    text = _new(_CHARS, len(utf8) + n // 4 + 32 if n <= MAX_EXACT else 0)
    call = _caption if n < LONG_EXACT else partial(interruptibly, _caption)
    if status := call(utf8, len(utf8), n, text, len(text), size):
        raise failure(status, above_exact(n))
    return _unpack(text, size[0]).decode()


def word(n: int, /) -> str:
    """Give the n-th Fibonacci word, F(n+1) letters: b, a, ab, aba, ... IndexError above n = 30."""
    if not (type(n) is int and 0 <= n <= MAX_WORD):
        n = u64(n, "n")
    length = _fib_wrapping(n + 1) if n <= MAX_WORD else 0
    text = _new_uncleared(_CHARS, length)
    if status := _word(n, text, length, _unread):
        raise failure(status, above_word(n))
    return _unpack(text, length).decode()


# ---- lists and memory


def terms(first: int, count: int, /) -> list[int]:
    """Give F(first), ..., F(first + count - 1). OverflowError when one lies above F(93)."""
    if not (type(first) is type(count) is int and 0 <= first <= MAX_INDEX and count >= 0):
        first, count = u64(first, "first"), u64(count, "count")
    capacity = count if count <= MAX_INDEX + 1 else 0
    numbers = _new(_U64S, capacity)
    try:
        status = _terms(first, count, numbers, capacity, _unread)
    except OverflowError:
        raise misfit(first=first, count=count) from None
    if status:
        raise failure(status, above_terms(first, count))
    return _unpack(numbers, count) if count else []


def encode(numbers: Iterable[int], /) -> bytes:
    """Give the numbers in Fibonacci coding. ValueError when one is 0."""
    try:
        if type(numbers) is list:
            return _encoded([*map(_index, numbers)])
    except (TypeError, OverflowError):
        pass
    return _encoded(u64_list(numbers, "numbers"))


def _encoded(items: list[int]) -> bytes:
    capacity, size = 12 * len(items), _new(_SIZE)  # no number takes more
    code = _new(_BYTES, capacity)
    # cffi itself forgets to tell when it has no memory for a long list.
    given = items if len(items) <= _FEW else _new(_U64S, items)
    if status := _encode(given, len(items), code, capacity, size):
        raise failure(status, no_code(items))
    return _buffer(code, size[0])[:]


def decode(code: Buffer, /) -> list[int]:
    """Give the numbers that encode() packed. ValueError for a malformed stream."""
    data = code if type(code) is bytes else binary(code, "bytes")
    capacity, size = 4 * len(data), _new(_SIZE)  # no number takes less than two bits
    numbers = _new(_U64S, capacity)
    if status := _decode(data, len(data), numbers, capacity, size):
        raise failure(status, malformed(data))
    return _unpack(numbers, size[0]) if data else []


def fill(out: Buffer, /) -> None:
    """Write F(0), F(1), ... mod 2^64 into memory of 64-bit unsigned integers, without a copy."""
    items = _from_buffer(_U64S, u64_memory(out, "out", writable=True))
    if status := _fill(len(items), items):
        raise unaligned(out=_address(items)) or failure(status, "")


def fib_each(indices: Buffer, results: Buffer, /) -> None:
    """Write F of each index into `results`, perhaps in place. OverflowError when an index > 93."""
    given = _from_buffer(_U64S, u64_memory(indices, "indices", writable=False))
    out = _from_buffer(_U64S, u64_memory(results, "results", writable=True))
    if len(given) != len(out):
        raise ValueError(lengths_differ(len(given), len(out)))
    if status := _fib_each(given, len(given), out):
        refused = unaligned(indices=_address(given), results=_address(out))
        raise refused or failure(status, no_result(given))


# ---- structs


def nearest(x: int, /) -> Any:  # noqa: ANN401 - a Term
    """Give the term closest to x; the smaller of two that are equally close."""
    try:
        return _nearest(x if type(x) is int else u64(x, "x"))
    except OverflowError:
        raise misfit(x=x) from None


def zeckendorf(x: int, /) -> list[Any]:
    """Give the unique sum of terms with no two neighbours, largest first."""
    found, size = _new(_SUM), _new(_SIZE)
    try:
        _zeckendorf(x if type(x) is int else u64(x, "x"), found, len(found), size)
    except OverflowError:
        raise misfit(x=x) from None
    # Copies: an item of an array does not keep the array alive.
    return [_new(_TERM, term)[0] for term in found[0 : size[0]]]


def _address(memory: Any) -> int:  # noqa: ANN401
    return int(ffi.cast("uintptr_t", memory))


# ---- callbacks


class Listener:
    """A class to be overridden."""

    def on_term(self, index: int, term: int) -> object:
        """Take a term; False stops."""
        raise NotImplementedError


def visitor(index: int, term: int, user: Any) -> bool:  # noqa: ANN401
    """Call the function in the list behind `user`, and add what it raises to the list."""
    call = ffi.from_handle(user)
    try:  # cffi would print an exception and go on
        result = call[0](index, term)
        return result is True or result is None or goes_on(result)
    except BaseException as error:  # noqa: BLE001 - raised again where C has returned
        call.append(error)
        call[0] = stopped
        return False


# ---- the library itself


def library_version() -> str:
    """Give major.minor.patch."""
    return ffi.string(lib.fib_library_version()).decode()


def tell_counts(functions: dict[str, Any]) -> None:
    """Let each function tell how many arguments there were.

    Python names the missing ones. Counting would make each call dearer: only the tests ask for it.
    """

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        name, expected = function.__name__, function.__code__.co_argcount

        @wraps(function)
        def call(*arguments: object) -> object:
            if len(arguments) != expected:
                message = f"{name}() takes {expected} arguments, got {len(arguments)}"
                raise TypeError(message)
            return function(*arguments)

        return call

    if "FIBONACCI_COUNTS" in os.environ:
        for name, function in functions.items():
            own = hasattr(function, "__code__") and function.__module__.startswith(__name__)
            if own and not name.startswith("_"):
                functions[name] = counted(function)
