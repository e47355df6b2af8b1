"""The C ABI as a Python module by ctypes alone, with the API and the errors of the SWIG module.

FIB_LIBRARY is the path of the library. A function that it lacks is absent from this module.
`bare` has the functions that need nothing around them, without checks.
"""

from __future__ import annotations

import os
from ctypes import (
    CDLL,
    CFUNCTYPE,
    POINTER,
    Array,
    Structure,
    addressof,
    byref,
    c_bool,
    c_char,
    c_char_p,
    c_double,
    c_int,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from functools import partial, wraps
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Callable, NoReturn, TypeVar, cast

from fibonacci_checks import (  # type: ignore[import-not-found]  # mypy looks from the root
    ABI_VERSION,
    BUFFER_TOO_SMALL,
    INVALID_ARGUMENT,
    LONG_EXACT,
    LONG_LIMBS,
    LONG_RECURSION,
    MAX_EXACT,
    MAX_INDEX,
    MAX_WORD,
    OUT_OF_RANGE,
    UNINITIALIZED,
    above_64_bits,
    above_exact,
    above_position,
    above_start,
    above_terms,
    above_word,
    binary,
    encoded,
    enumerator,
    failure,
    goes_on,
    interruptible,
    lengths_differ,
    malformed,
    natural,
    no_algorithm,
    no_code,
    no_modulus,
    no_result,
    no_term,
    real,
    refusal,
    stopped,
    u64,
    u64_list,
    u64_memory,
    unaligned,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Buffer

Algorithm_recursive = 0
Algorithm_iterative = 1
Algorithm_fast_doubling = 2
Algorithm_matrix = 3
Algorithm_binet = 4


class Term(Structure):
    """A Fibonacci number and where it stands."""

    _fields_ = (("index", c_uint64), ("term", c_uint64))

    index: int
    term: int

    def __repr__(self) -> str:
        """Show both."""
        return f"Term(index={self.index}, term={self.term})"


# ---- the library: each function's types, said once

_Visitor = CFUNCTYPE(c_bool, c_uint64, c_uint64, c_void_p)
_StopCheck = CFUNCTYPE(c_bool, c_void_p)
_status = c_int
_u64s, _u64_out, _size_out = POINTER(c_uint64), POINTER(c_uint64), POINTER(c_size_t)
_chars = POINTER(c_char)

_TYPES: dict[str, tuple[Any, ...]] = {  # name: result, parameters
    "fib_status_message": (c_char_p, _status),
    "fib_library_version": (c_char_p,),
    "fib_abi_version": (c_uint32,),
    "fib_live_objects": (c_uint64,),
    "fib_set_stop_check": (None, _StopCheck, c_void_p),
    "fib_noop": (None,),
    "fib_max_index": (c_uint64,),
    "fib_wrapping": (c_uint64, c_uint64),
    "fib_recursive": (c_uint64, c_uint64),
    "fib_u64": (_status, c_uint64, _u64_out),
    "fib_by": (_status, c_int, c_uint64, _u64_out),
    "fib_mod": (_status, c_uint64, c_uint64, _u64_out),
    "fib_recurrence": (c_uint64, c_uint64, c_uint64, c_uint64, c_uint64, c_uint64),
    "fib_binet": (c_double, c_double),
    "fib_is_fibonacci": (c_bool, c_uint64),
    "fib_exact": (_status, c_uint64, _u64s, c_size_t, _size_out),
    "fib_index_of": (_status, _u64s, c_size_t, _u64_out),
    "fib_decimal": (_status, c_uint64, _chars, c_size_t, _size_out),
    "fib_is_word": (c_bool, c_char_p, c_size_t),
    "fib_caption": (_status, c_char_p, c_size_t, c_uint64, _chars, c_size_t, _size_out),
    "fib_word": (_status, c_uint64, _chars, c_size_t, _size_out),
    "fib_terms": (_status, c_uint64, c_uint64, _u64s, c_size_t, _size_out),
    "fib_encode": (_status, _u64s, c_size_t, _chars, c_size_t, _size_out),
    "fib_decode": (_status, c_char_p, c_size_t, _u64s, c_size_t, _size_out),
    "fib_fill": (_status, c_size_t, _u64s),
    "fib_each": (_status, _u64s, c_size_t, _u64s),
    "fib_nearest": (Term, c_uint64),
    "fib_zeckendorf": (_status, c_uint64, POINTER(Term), c_size_t, _size_out),
    "fib_visit": (_status, c_uint64, c_uint64, _Visitor, c_void_p, _u64_out),
    "fib_sequence_new": (_status, c_uint64, POINTER(c_void_p)),
    "fib_sequence_free": (None, c_void_p),
    "fib_sequence_advance": (_status, c_void_p, _u64_out),
    "fib_sequence_peek": (_status, c_void_p, _u64_out),
    "fib_sequence_reset": (_status, c_void_p),
    "fib_sequence_position": (_status, c_void_p, _u64_out),
    "fib_sequence_exhausted": (_status, c_void_p, POINTER(c_bool)),
}


def _load(path: str | None) -> CDLL:
    if not path:
        message = "FIB_LIBRARY must be the path of the library, build/<preset>/.../libfibonacci.so"
        raise ImportError(message)
    loaded = CDLL(path)
    for name, (result, *parameters) in _TYPES.items():
        if hasattr(loaded, name):
            function = getattr(loaded, name)
            function.restype, function.argtypes = result, parameters
    if (version := loaded.fib_abi_version()) != ABI_VERSION:
        message = f"{path} has version {version} of the C ABI, {ABI_VERSION} is needed"
        raise ImportError(message)
    return loaded


library = _load(os.environ.get("FIB_LIBRARY"))
bare = SimpleNamespace(
    noop=library.fib_noop,
    max_index=library.fib_max_index,
    fib_wrapping=library.fib_wrapping,
    fib_recursive=library.fib_recursive,
    recurrence=library.fib_recurrence,
    binet=library.fib_binet,
    is_fibonacci=library.fib_is_fibonacci,
)
_absent: list[str] = []  # names that the library cannot serve
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _calls(symbol: str) -> Callable[[_Function], _Function]:
    """Mark what stands for a function of the library, and count its arguments."""

    def mark(function: _Function) -> _Function:
        name, code = function.__name__, function.__code__
        if not hasattr(library, symbol):
            _absent.append(name)

        @wraps(function)
        def counted(*arguments: object) -> object:
            if len(arguments) != code.co_argcount:
                message = f"{name}() takes {code.co_argcount} arguments, got {len(arguments)}"
                raise TypeError(message)
            return function(*arguments)

        return cast("_Function", counted)

    return mark


def _interruptibly(function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
    """Call what can run long, so that Ctrl-C ends it."""

    def set_check(check: object) -> None:
        library.fib_set_stop_check(check, None)

    with interruptible(_StopCheck, _StopCheck(), set_check):
        return function(*arguments)


# ---- memory


def _memory(value: object, name: str, *, writable: bool) -> Array[c_uint64]:
    """Give the object's own memory; a copy of memory that is only read and cannot be written."""
    view = u64_memory(value, name, writable=writable)
    items = c_uint64 * (view.nbytes // view.itemsize)
    memory: Array[c_uint64] = (items.from_buffer_copy if view.readonly else items.from_buffer)(view)
    return memory


# ---- results of variable size


def _fetch(
    item: type[Any], capacity: int, call: Callable[[Any, int, Any], int], reason: Callable[[], str]
) -> tuple[Any, int]:
    """Call with memory for `capacity` items, more if needed, and give it and their number."""
    size = c_size_t()
    while True:
        memory = (item * capacity)()
        status = call(memory, capacity, byref(size))
        if not status:
            return memory, size.value
        if status != BUFFER_TOO_SMALL:
            raise failure(status, reason())
        capacity = size.value


# ---- numbers


@_calls("fib_noop")
def noop() -> None:
    """Do nothing: the price of the crossing itself."""
    library.fib_noop()


@_calls("fib_max_index")
def max_index() -> int:
    """Give 93, the largest n whose F(n) fits 64 bits."""
    result: int = library.fib_max_index()
    return result


@_calls("fib_wrapping")
def fib_wrapping(n: int, /) -> int:
    """Give F(n) mod 2^64, for any n."""
    result: int = library.fib_wrapping(u64(n, "n"))
    return result


@_calls("fib_u64")
def fib(n: int, /) -> int:
    """Give F(n). OverflowError above 93."""
    n, out = u64(n, "n"), c_uint64()
    if status := library.fib_u64(n, byref(out)):
        raise failure(status, above_64_bits(n))
    return out.value


@_calls("fib_recursive")
def fib_recursive(n: int, /) -> int:
    """Give F(n) by the definition, 2 F(n+1) - 1 calls. OverflowError above 93."""
    n = u64(n, "n")
    if n > MAX_INDEX:
        raise OverflowError(above_64_bits(n))
    result: int
    if n < LONG_RECURSION:
        result = library.fib_recursive(n)
    else:
        result = _interruptibly(library.fib_recursive, n)
    return result


@_calls("fib_by")
def fib_by(how: int, n: int, /) -> int:
    """Give F(n) by one of the algorithms. OverflowError above 93."""
    how, n, out = enumerator(how, "how"), u64(n, "n"), c_uint64()
    call = library.fib_by if n < LONG_RECURSION else partial(_interruptibly, library.fib_by)
    if status := call(how, n, byref(out)):
        unknown = status == INVALID_ARGUMENT
        raise failure(status, no_algorithm(how, Algorithm_binet) if unknown else above_64_bits(n))
    return out.value


@_calls("fib_mod")
def fib_mod(n: int, m: int, /) -> int:
    """Give F(n) mod m, for any n. ValueError for m = 0."""
    n, m, out = u64(n, "n"), u64(m, "m"), c_uint64()
    if status := library.fib_mod(n, m, byref(out)):
        raise failure(status, no_modulus(m))
    return out.value


@_calls("fib_recurrence")
def recurrence(p: int, q: int, a: int, b: int, n: int, /) -> int:
    """Give x(n) mod 2^64 of x(0) = a, x(1) = b, x(k+1) = p x(k) + q x(k-1)."""
    result: int = library.fib_recurrence(
        u64(p, "p"), u64(q, "q"), u64(a, "a"), u64(b, "b"), u64(n, "n")
    )
    return result


@_calls("fib_binet")
def binet(x: float, /) -> float:
    """Give phi^x / sqrt(5)."""
    result: float = library.fib_binet(real(x, "x"))
    return result


@_calls("fib_is_fibonacci")
def is_fibonacci(x: int, /) -> bool:
    """Tell whether there is an n with F(n) = x."""
    result: bool = library.fib_is_fibonacci(u64(x, "x"))
    return result


# ---- numbers of any size cross as 64-bit limbs, least significant first


@_calls("fib_exact")
def fib_exact(n: int, /) -> int:
    """Give F(n), of any size. OverflowError above n = 10^9."""
    n = u64(n, "n")
    limbs, _ = _fetch(
        c_uint64,
        n // 92 + 1 if n <= MAX_EXACT else 0,
        partial(_interruptibly, library.fib_exact, n)
        if n >= LONG_EXACT
        else lambda *out: library.fib_exact(n, *out),
        lambda: above_exact(n),
    )
    return int.from_bytes(limbs, "little")  # the limbs that were not needed are 0


@_calls("fib_index_of")
def index_of(x: int, /) -> int:
    """Give the n with F(n) = x; 1 for 1. ValueError when there is none."""
    number, out = natural(x, "x"), c_uint64()
    length = (number.bit_length() + 63) // 64
    limbs = (c_uint64 * length).from_buffer_copy(number.to_bytes(8 * length, "little"))
    is_long = length >= LONG_LIMBS
    call = partial(_interruptibly, library.fib_index_of) if is_long else library.fib_index_of
    if status := call(limbs, length, byref(out)):
        raise failure(status, no_term(number))
    return out.value


@_calls("fib_decimal")
def fib_decimal(n: int, /) -> str:
    """Give F(n) in decimal. OverflowError above n = 10^9."""
    n = u64(n, "n")
    digits, size = _fetch(
        c_char,
        n // 4 + 1 if n <= MAX_EXACT else 0,
        partial(_interruptibly, library.fib_decimal, n)
        if n >= LONG_EXACT
        else lambda *out: library.fib_decimal(n, *out),
        lambda: above_exact(n),
    )
    return _text(digits, size)


# ---- text


def _text(utf8: Array[c_char], size: int) -> str:
    return utf8.raw[:size].decode()


@_calls("fib_is_word")
def is_word(text: str, /) -> bool:
    """Tell whether it is a prefix of the infinite Fibonacci word abaababa... ."""
    utf8 = encoded(text, "text")
    result: bool = library.fib_is_word(utf8, len(utf8))
    return result


@_calls("fib_caption")
def caption(label: str, n: int, /) -> str:
    """Give `label(n) = F(n)`. OverflowError above n = 10^9."""
    utf8, n = encoded(label, "label"), u64(n, "n")
    text, size = _fetch(
        c_char,
        len(utf8) + n // 4 + 32 if n <= MAX_EXACT else 0,
        partial(_interruptibly, library.fib_caption, utf8, len(utf8), n)
        if n >= LONG_EXACT
        else lambda *out: library.fib_caption(utf8, len(utf8), n, *out),
        lambda: above_exact(n),
    )
    return _text(text, size)


@_calls("fib_word")
def word(n: int, /) -> str:
    """Give the n-th Fibonacci word, F(n+1) letters: b, a, ab, aba, ... IndexError above n = 30."""
    n = u64(n, "n")
    text, size = _fetch(
        c_char,
        library.fib_wrapping(n + 1) if n <= MAX_WORD else 0,
        lambda *out: library.fib_word(n, *out),
        lambda: above_word(n),
    )
    return _text(text, size)


# ---- lists and memory


@_calls("fib_terms")
def terms(first: int, count: int, /) -> list[int]:
    """Give F(first), ..., F(first + count - 1). OverflowError when one lies above F(93)."""
    first, count = u64(first, "first"), u64(count, "count")
    numbers, size = _fetch(
        c_uint64,
        min(count, MAX_INDEX + 1),
        lambda *out: library.fib_terms(first, count, *out),
        lambda: above_terms(first, count),
    )
    return list(numbers[:size])


@_calls("fib_encode")
def encode(numbers: Iterable[int], /) -> bytes:
    """Give the numbers in Fibonacci coding. ValueError when one is 0."""
    items = u64_list(numbers, "numbers")
    given = (c_uint64 * len(items))(*items)
    code, size = _fetch(
        c_char,
        12 * len(items),  # no number takes more
        lambda *out: library.fib_encode(given, len(given), *out),
        lambda: no_code(items),
    )
    return bytes(code.raw[:size])


@_calls("fib_decode")
def decode(code: Buffer, /) -> list[int]:
    """Give the numbers that encode() packed. ValueError for a malformed stream."""
    data = binary(code, "bytes")
    numbers, size = _fetch(
        c_uint64,
        4 * len(data),  # no number takes less than two bits
        lambda *out: library.fib_decode(data, len(data), *out),
        lambda: malformed(data),
    )
    return list(numbers[:size])


@_calls("fib_fill")
def fill(out: Buffer, /) -> None:
    """Write F(0), F(1), ... mod 2^64 into memory of 64-bit unsigned integers, without a copy."""
    items = _memory(out, "out", writable=True)
    if status := library.fib_fill(len(items), items):
        raise unaligned(out=addressof(items)) or failure(status, "")


@_calls("fib_each")
def fib_each(indices: Buffer, results: Buffer, /) -> None:
    """Write F of each index into `results`, perhaps in place. OverflowError when an index > 93."""
    given = _memory(indices, "indices", writable=False)
    out = _memory(results, "results", writable=True)
    if len(given) != len(out):
        raise ValueError(lengths_differ(len(given), len(out)))
    if status := library.fib_each(given, len(given), out):
        refused = unaligned(indices=addressof(given), results=addressof(out))
        raise refused or failure(status, no_result(given))


# ---- structs


@_calls("fib_nearest")
def nearest(x: int, /) -> Term:
    """Give the term closest to x; the smaller of two that are equally close."""
    result: Term = library.fib_nearest(u64(x, "x"))
    return result


@_calls("fib_zeckendorf")
def zeckendorf(x: int, /) -> list[Term]:
    """Give the unique sum of terms with no two neighbours, largest first."""
    x = u64(x, "x")
    terms, size = _fetch(Term, 47, lambda *out: library.fib_zeckendorf(x, *out), str)
    return list(terms[:size])


# ---- callbacks


def _visit(first: int, count: int, function: Callable[[int, int], object]) -> int:
    raised: list[BaseException] = []

    def visitor(index: int, term: int, _user: int | None) -> bool:
        nonlocal function
        try:  # ctypes would print an exception and go on
            result = function(index, term)
            return result is True or result is None or goes_on(result)
        except BaseException as error:  # noqa: BLE001 - raised again where C has returned
            raised.append(error)
            function = stopped
            return False

    out = c_uint64()
    status = library.fib_visit(first, count, _Visitor(visitor), None, byref(out))
    if raised:
        raise raised.pop()
    if status:
        raise failure(status, above_terms(first, count))
    return out.value


@_calls("fib_visit")
def visit(first: int, count: int, visitor: Callable[[int, int], object], /) -> int:
    """Call back with (index, term) of `count` terms until False, and give the number of calls.

    What the visitor raises arrives unchanged. OverflowError, before the first call, when a term
    lies above F(93).
    """
    first, count = u64(first, "first"), u64(count, "count")
    if not callable(visitor):
        raise TypeError(refusal("visitor", "a function", visitor))
    return _visit(first, count, visitor)


class Listener:
    """A class to be overridden."""

    def on_term(self, index: int, term: int) -> object:
        """Take a term; False stops."""
        raise NotImplementedError


@_calls("fib_visit")
def listen(first: int, count: int, listener: Listener, /) -> int:
    """Do what visit() does with an object."""
    first, count = u64(first, "first"), u64(count, "count")
    if not isinstance(listener, Listener):
        raise TypeError(refusal("listener", "a Listener", listener))
    return _visit(first, count, listener.on_term)


# ---- the sequence


class _Handle(c_void_p):
    """Owns a fib_sequence; NULL owns none."""

    def __del__(self, free: Callable[[_Handle], None] = library.fib_sequence_free) -> None:
        free(self)


class Sequence:
    """F(start), F(start + 1), ..., F(93), one at a time."""

    _handle = _Handle()  # until __init__: the library refuses NULL

    def __reduce__(self) -> NoReturn:
        """Refuse: a copy would be of the same sequence."""
        message = "a Sequence cannot be copied or pickled"
        raise TypeError(message)

    def __init__(self, start: int = 0, /) -> None:
        """Begin at F(start). IndexError when start > 94."""
        start, handle = u64(start, "start"), _Handle()
        if status := library.fib_sequence_new(start, byref(handle)):
            raise failure(status, above_start(start))
        self._handle = handle

    def __iter__(self) -> Sequence:
        """Iterate over what is left."""
        return self

    def __next__(self) -> int:
        """Give what advance() gives, until exhausted."""
        if self.exhausted:
            raise StopIteration
        return self.advance()

    def advance(self) -> int:
        """Give F(position), then move on. IndexError when exhausted."""
        out = c_uint64()
        self._check(library.fib_sequence_advance(self._handle, byref(out)))
        return out.value

    def peek(self) -> int:
        """Give F(position). IndexError when exhausted."""
        out = c_uint64()
        self._check(library.fib_sequence_peek(self._handle, byref(out)))
        return out.value

    def reset(self) -> None:
        """Go back to start."""
        self._check(library.fib_sequence_reset(self._handle))

    @property
    def position(self) -> int:
        """The index of the term that comes."""
        out = c_uint64()
        self._check(library.fib_sequence_position(self._handle, byref(out)))
        return out.value

    @property
    def exhausted(self) -> bool:
        """Whether F(93) was given out."""
        out = c_bool()
        self._check(library.fib_sequence_exhausted(self._handle, byref(out)))
        return out.value

    def _check(self, status: int) -> None:
        if status == OUT_OF_RANGE:
            raise failure(status, above_position(self.position))
        if status:
            raise failure(status, UNINITIALIZED)


# ---- the library itself


@_calls("fib_live_objects")
def live_objects() -> int:
    """Give the number of sequences that are alive."""
    result: int = library.fib_live_objects()
    return result


@_calls("fib_library_version")
def library_version() -> str:
    """Give major.minor.patch."""
    result: bytes = library.fib_library_version()
    return result.decode()


for _name in _absent:
    del globals()[_name]
