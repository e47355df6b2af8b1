"""The library written in Python alone, with the API and the errors of the SWIG module.

What a call across the border has to beat. An argument of the right type and range costs one
comparison; all that can be wrong is said by functions that only a wrong one reaches.
"""

from __future__ import annotations

import math
import operator
import os
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Callable, SupportsIndex, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Buffer

Algorithm_recursive = 0
Algorithm_iterative = 1
Algorithm_fast_doubling = 2
Algorithm_matrix = 3
Algorithm_binet = 4

_LAST = 93
_END = _LAST + 1
_LARGEST_EXACT = 1_000_000_000
_LARGEST_WORD = 30
_U64_MAX = 2**64 - 1
_ENUMERATOR_MAX = 2**31 - 1


def _make_table() -> tuple[int, ...]:
    terms = [0, 1]
    while len(terms) <= _LAST:
        terms.append(terms[-2] + terms[-1])
    return tuple(terms)


_TABLE = _make_table()  # F(0), ..., F(93)
_INDICES = {term: n for n, term in reversed(list(enumerate(_TABLE)))}  # 1 for 1


# ---- what is wrong with an argument

_INTEGER = f"an integer from 0 to {_U64_MAX}"
_ENUMERATOR = f"an integer from 0 to {_ENUMERATOR_MAX}"
_NATURAL = "an integer of at least 0"
_SHOWN_BITS = 128  # a larger number is told by its size


def _refusal(name: str, needed: str, got: object) -> str:
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


def _index(value: object, name: str, needed: str) -> int:
    """Give an int, or what stands for one (a NumPy integer)."""
    if not hasattr(type(value), "__index__"):
        raise TypeError(_refusal(name, needed, value))
    return operator.index(cast("SupportsIndex", value))


def _u64(value: object, name: str) -> int:
    number = _index(value, name, _INTEGER)
    if not 0 <= number <= _U64_MAX:
        raise OverflowError(_refusal(name, _INTEGER, value))
    return number


def _fitting(value: object) -> int:
    """Give an n whose F(n) fits 64 bits."""
    n = _u64(value, "n")
    if n > _LAST:
        message = f"n must be at most {_LAST} for a 64-bit result, got {n}"
        raise OverflowError(message)
    return n


def _exact(value: object) -> int:
    """Give an n that fib_exact() takes."""
    n = _u64(value, "n")
    if n > _LARGEST_EXACT:
        message = f"n must be at most {_LARGEST_EXACT}, got {n}"
        raise OverflowError(message)
    return n


def _range(first: object, count: object) -> tuple[int, int]:
    """Give a range of terms that all fit 64 bits, or one without any."""
    first, count = _u64(first, "first"), _u64(count, "count")
    if count and first + count > _END:
        message = f"first + count must be at most {_END}, got {first} + {count}"
        raise OverflowError(message)
    return first, count


# ---- numbers


def noop() -> None:
    """Do nothing."""


def max_index() -> int:
    """Give 93, the largest n whose F(n) fits 64 bits."""
    return _LAST


def fib_wrapping(n: int, /) -> int:
    """Give F(n) mod 2^64, for any n."""
    if type(n) is not int or not 0 <= n <= _U64_MAX:
        n = _u64(n, "n")
    a, b = 0, 1  # F(k), F(k+1), where k is what has been read of n's bits
    for bit in f"{n:b}":
        even, odd = a * (2 * b - a) & _U64_MAX, a * a + b * b & _U64_MAX
        if bit == "1":
            a, b = odd, even + odd
        else:
            a, b = even, odd
    return a


def fib(n: int, /) -> int:
    """Give F(n). OverflowError above 93."""
    if type(n) is not int or not 0 <= n <= _LAST:
        n = _fitting(n)
    return _TABLE[n]


def _recursive(n: int) -> int:
    return n if n < 2 else _recursive(n - 1) + _recursive(n - 2)


def fib_recursive(n: int, /) -> int:
    """Give F(n) by the definition, 2 F(n+1) - 1 calls. OverflowError above 93."""
    if type(n) is not int or not 0 <= n <= _LAST:
        n = _fitting(n)
    return _recursive(n)


def _iterative(n: int) -> int:
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def fib_by(how: int, n: int, /) -> int:
    """Give F(n) by one of the algorithms. OverflowError above 93."""
    if type(how) is not int or not 0 <= how <= _ENUMERATOR_MAX:
        number = _index(how, "how", _ENUMERATOR)
        if not 0 <= number <= _ENUMERATOR_MAX:
            raise OverflowError(_refusal("how", _ENUMERATOR, how))
        how = number
    if type(n) is not int or not 0 <= n <= _LAST:
        n = _fitting(n)
    try:
        algorithm = _ALGORITHMS[how]
    except IndexError:
        message = f"how must be at most {Algorithm_binet}, got {how}"
        raise ValueError(message) from None
    return algorithm(n)


def fib_mod(n: int, m: int, /) -> int:
    """Give F(n) mod m, for any n. ValueError for m = 0."""
    if type(n) is not int or not 0 <= n <= _U64_MAX:
        n = _u64(n, "n")
    if type(m) is not int or not 0 < m <= _U64_MAX:
        m = _u64(m, "m")
        if m == 0:
            message = "m must be at least 1, got 0"
            raise ValueError(message)
    a, b = 0, 1 % m  # as in fib_wrapping()
    for bit in f"{n:b}":
        even, odd = a * (2 * b - a) % m, (a * a + b * b) % m
        if bit == "1":
            a, b = odd, even + odd
        else:
            a, b = even, odd
    return a


def recurrence(p: int, q: int, a: int, b: int, n: int, /) -> int:
    """Give x(n) mod 2^64 of x(0) = a, x(1) = b, x(k+1) = p x(k) + q x(k-1)."""
    if not (
        type(p) is type(q) is type(a) is type(b) is type(n) is int
        and 0 <= p <= _U64_MAX
        and 0 <= q <= _U64_MAX
        and 0 <= a <= _U64_MAX
        and 0 <= b <= _U64_MAX
        and 0 <= n <= _U64_MAX
    ):
        p, q, a, b, n = _u64(p, "p"), _u64(q, "q"), _u64(a, "a"), _u64(b, "b"), _u64(n, "n")
    # {{s, t}, {u, v}} runs through the squares of {{p, q}, {1, 0}}, which takes (x(k+1), x(k))
    # one step on.
    s, t, u, v = p, q, 1, 0
    while n:
        if n & 1:
            a, b = u * b + v * a & _U64_MAX, s * b + t * a & _U64_MAX
        s, t, u, v = (
            s * s + t * u & _U64_MAX,
            s * t + t * v & _U64_MAX,
            u * s + v * u & _U64_MAX,
            u * t + v * v & _U64_MAX,
        )
        n >>= 1
    return a


_ROOT = math.sqrt(5)
_PHI = (1 + _ROOT) / 2


def binet(x: float, /) -> float:
    """Give phi^x / sqrt(5)."""
    if type(x) is not float:
        if not (hasattr(type(x), "__float__") or hasattr(type(x), "__index__")):
            raise TypeError(_refusal("x", "a number", x))
        try:
            x = float(x)
        except OverflowError:
            if not isinstance(x, int):
                raise  # of its own __float__()
            raise OverflowError(_refusal("x", "a number", x)) from None
    try:
        power: float = _PHI**x
    except OverflowError:
        return math.inf
    return power / _ROOT


def _rounded_binet(n: int) -> int:
    return math.floor(binet(n) + 0.5)


_ALGORITHMS: tuple[Callable[[int], int], ...] = (
    _recursive,
    _iterative,
    fib_wrapping,
    lambda n: recurrence(1, 1, 0, 1, n),
    _rounded_binet,
)


def is_fibonacci(x: int, /) -> bool:
    """Tell whether there is an n with F(n) = x."""
    if type(x) is not int or not 0 <= x <= _U64_MAX:
        x = _u64(x, "x")
    return x in _INDICES


# ---- numbers of any size


def fib_exact(n: int, /) -> int:
    """Give F(n), of any size. OverflowError above n = 10^9."""
    if type(n) is not int or not 0 <= n <= _LARGEST_EXACT:
        n = _exact(n)
    if n <= _LAST:
        return _TABLE[n]
    skipped = n.bit_length() - 6  # the table has what the first six bits make
    k = n >> skipped
    a, b = _TABLE[k], _TABLE[k + 1]
    for bit in range(skipped - 1, -1, -1):
        even, odd = a * (2 * b - a), a * a + b * b
        if n >> bit & 1:
            a, b = odd, even + odd
        else:
            a, b = even, odd
    return a


def index_of(x: int, /) -> int:
    """Give the n with F(n) = x; 1 for 1. ValueError when there is none."""
    if type(x) is not int or x < 0:
        number = _index(x, "x", _NATURAL)
        if number < 0:
            raise OverflowError(_refusal("x", _NATURAL, x))
        x = number
    if x <= _TABLE[_LAST]:
        n = _INDICES.get(x)
        if n is not None:
            return n
    else:
        # F(n) is the integer nearest to phi^n / sqrt(5).
        n = round((math.log2(x) + math.log2(_ROOT)) / math.log2(_PHI))
        # All but the right one end at the first comparison.
        if n <= _LARGEST_EXACT and fib_wrapping(n) == x & _U64_MAX and fib_exact(n) == x:
            return n
    bits = x.bit_length()
    shown = x if bits <= _SHOWN_BITS else f"a number of {bits} bits"
    message = f"x must be a Fibonacci number, got {shown}"
    raise ValueError(message)


_LONGEST_STR_BITS = 2000  # Python may refuse to print an int of more than 640 digits


def fib_decimal(n: int, /) -> str:
    """Give F(n) in decimal. OverflowError above n = 10^9."""
    x = fib_exact(n)
    return str(x) if x.bit_length() < _LONGEST_STR_BITS else str(Decimal(x))


# ---- text


def is_word(text: str, /) -> bool:
    """Tell whether it is a prefix of the infinite Fibonacci word abaababa... ."""
    if not isinstance(text, str):
        raise TypeError(_refusal("text", "a string", text))
    shorter, known = "a", "ab"
    while len(known) < len(text):
        shorter, known = known, known + shorter
    return known.startswith(text)


def caption(label: str, n: int, /) -> str:
    """Give `label(n) = F(n)`. OverflowError above n = 10^9."""
    if not isinstance(label, str):
        raise TypeError(_refusal("label", "a string", label))
    return f"{label}({n}) = {fib_decimal(n)}"


def word(n: int, /) -> str:
    """Give the n-th Fibonacci word, F(n+1) letters: b, a, ab, aba, ... IndexError above n = 30."""
    if type(n) is not int or not 0 <= n <= _LARGEST_WORD:
        n = _u64(n, "n")
        if n > _LARGEST_WORD:
            message = f"n must be at most {_LARGEST_WORD}, got {n}"
            raise IndexError(message)
    if n == 0:
        return "b"
    shorter, text = "b", "a"
    for _ in range(n - 1):
        shorter, text = text, text + shorter
    return text


# ---- lists and memory


def terms(first: int, count: int, /) -> list[int]:
    """Give F(first), ..., F(first + count - 1). OverflowError when one lies above F(93)."""
    if type(first) is not int or type(count) is not int or not 0 <= first <= first + count <= _END:
        first, count = _range(first, count)
    return list(_TABLE[first : first + count])


def _code(number: int) -> str:
    """Give the bits of one number: its terms, smallest first, then a second 1 in a row."""
    bits = ["1"]
    for term in _TABLE[bisect_right(_TABLE, number) - 1 : 1 : -1]:
        if term <= number:
            number -= term
            bits.append("1")
        else:
            bits.append("0")
    return "".join(reversed(bits))


def encode(numbers: Iterable[int], /) -> bytes:
    """Give the numbers in Fibonacci coding. ValueError when one is 0."""
    if isinstance(numbers, (str, bytes)) or not hasattr(type(numbers), "__iter__"):
        raise TypeError(_refusal("numbers", "a list of integers", numbers))
    given = list(numbers)
    for i, number in enumerate(given):
        if type(number) is not int or not 0 <= number <= _U64_MAX:
            given[i] = _u64(number, f"numbers[{i}]")
    if 0 in given:
        message = f"numbers[{given.index(0)}] must be at least 1, got 0"
        raise ValueError(message)
    bits = "".join(map(_code, given))
    size = (len(bits) + 7) // 8
    return int(bits.ljust(8 * size, "0") or "0", 2).to_bytes(size, "big")


def decode(code: Buffer, /) -> list[int]:
    """Give the numbers that encode() packed. ValueError for a malformed stream."""
    try:
        data = bytes(memoryview(code))
    except TypeError:
        raise TypeError(_refusal("bytes", "binary data", code)) from None
    bits = f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}" if data else ""
    *parts, padding = bits.split("11")
    if "1" in padding or len(padding) > 7:
        raise _malformed(data)
    numbers = []
    for part in parts:
        used = [n for n, bit in enumerate(part + "1", 2) if bit == "1"]
        number = sum([_TABLE[n] for n in used]) if used[-1] <= _LAST else _U64_MAX + 1
        if number > _U64_MAX:
            raise _malformed(data)
        numbers.append(number)
    return numbers


def _malformed(data: bytes) -> ValueError:
    return ValueError(_refusal("bytes", "Fibonacci code", data))


def _memory(value: object, name: str, *, writable: bool) -> memoryview:
    needed = f"{'writable ' if writable else ''}memory of 64-bit unsigned integers"
    try:
        view = memoryview(cast("Buffer", value))
    except TypeError:
        raise TypeError(_refusal(name, needed, value)) from None
    if (
        view.format not in {"L", "Q"}
        or view.itemsize != 8
        or not view.c_contiguous
        or (writable and view.readonly)
    ):
        raise TypeError(_refusal(name, needed, value))
    return view if view.ndim == 1 else view.cast("B").cast("Q")


def fill(out: Buffer, /) -> None:
    """Write F(0), F(1), ... mod 2^64 into memory of 64-bit unsigned integers."""
    items = _memory(out, "out", writable=True)
    a, b = 0, 1
    for i in range(len(items)):
        items[i] = a
        a, b = b, a + b & _U64_MAX


def fib_each(indices: Buffer, results: Buffer, /) -> None:
    """Write F of each index into `results`, perhaps in place. OverflowError when an index > 93."""
    given = _memory(indices, "indices", writable=False)
    out = _memory(results, "results", writable=True)
    if len(given) != len(out):
        lengths = f"got {len(given)} and {len(out)}"
        message = f"indices and results must have the same length, {lengths}"
        raise ValueError(message)
    try:
        found = [_TABLE[n] for n in given]
    except IndexError:
        i, bad = next((i, n) for i, n in enumerate(given) if n > _LAST)
        message = f"indices[{i}] must be at most {_LAST}, got {bad}"
        raise OverflowError(message) from None
    out[:] = array(out.format, found)


# ---- structs


@dataclass
class Term:
    """A Fibonacci number and where it stands."""

    __slots__ = ("index", "term")

    index: int
    term: int


def nearest(x: int, /) -> Term:
    """Give the term closest to x; the smaller of two that are equally close."""
    if type(x) is not int or not 0 <= x <= _U64_MAX:
        x = _u64(x, "x")
    n = bisect_left(_TABLE, x)
    if n > _LAST or (n > 0 and x - _TABLE[n - 1] <= _TABLE[n] - x):
        n -= 1
    return Term(n, _TABLE[n])


def zeckendorf(x: int, /) -> list[Term]:
    """Give the unique sum of terms with no two neighbours, largest first."""
    if type(x) is not int or not 0 <= x <= _U64_MAX:
        x = _u64(x, "x")
    parts = []
    while x:
        n = bisect_right(_TABLE, x) - 1
        term = _TABLE[n]
        parts.append(Term(n, term))
        x -= term
    return parts


# ---- callbacks


def visit(first: int, count: int, visitor: Callable[[int, int], object], /) -> int:
    """Call back with (index, term) of `count` terms until False, and give the number of calls.

    OverflowError, before the first call, when a term lies above F(93).
    """
    if not callable(visitor):
        raise TypeError(_refusal("visitor", "a function", visitor))
    if type(first) is not int or type(count) is not int or not 0 <= first <= first + count <= _END:
        first, count = _range(first, count)
    for index, term in enumerate(_TABLE[first : first + count], first):
        result = visitor(index, term)
        if not (result is True or result is None or _goes_on(result)):
            return index - first + 1
    return count


def _goes_on(result: object) -> bool:
    """Tell whether a callback goes on: not with NumPy's False either."""
    if result is False:
        return False
    kind = type(result)
    return kind.__module__ != "numpy" or kind.__name__ not in {"bool", "bool_"} or bool(result)


class Listener:
    """A class to be overridden."""

    def on_term(self, index: int, term: int) -> object:
        """Take a term; False stops."""
        raise NotImplementedError


def listen(first: int, count: int, listener: Listener, /) -> int:
    """Do what visit() does with an object."""
    if not isinstance(listener, Listener):
        raise TypeError(_refusal("listener", "a Listener", listener))
    return visit(first, count, listener.on_term)


# ---- the sequence


class Sequence:
    """F(start), F(start + 1), ..., F(93), one at a time."""

    __slots__ = ("_position", "_start")

    def __init__(self, start: int = 0, /) -> None:
        """Begin at F(start). IndexError when start > 94."""
        if type(start) is not int or not 0 <= start <= _END:
            start = _u64(start, "start")
            if start > _END:
                message = f"start must be at most {_END}, got {start}"
                raise IndexError(message)
        self._start = self._position = start

    def __iter__(self) -> Sequence:
        """Iterate over what is left."""
        return self

    def __next__(self) -> int:
        """Give what advance() gives, until exhausted."""
        try:
            position = self._position
            term = _TABLE[position]
        except IndexError:
            raise StopIteration from None
        except AttributeError:
            raise _uninitialized() from None
        self._position = position + 1
        return term

    def advance(self) -> int:
        """Give F(position), then move on. IndexError when exhausted."""
        term = self.peek()
        self._position += 1
        return term

    def peek(self) -> int:
        """Give F(position). IndexError when exhausted."""
        try:
            return _TABLE[self._position]
        except IndexError:
            message = f"position must be at most {_LAST}, got {self._position}"
            raise IndexError(message) from None
        except AttributeError:
            raise _uninitialized() from None

    def reset(self) -> None:
        """Go back to start."""
        try:
            self._position = self._start
        except AttributeError:
            raise _uninitialized() from None

    @property
    def position(self) -> int:
        """The index of the term that comes."""
        try:
            return self._position
        except AttributeError:
            raise _uninitialized() from None

    @property
    def exhausted(self) -> bool:
        """Whether F(93) was given out."""
        return self.position > _LAST


def _uninitialized() -> ValueError:
    return ValueError("Sequence.__init__() was not called")


# ---- the library itself


def library_version() -> str:
    """Give major.minor.patch: the build says it, for it is that of the other libraries too."""
    return os.environ.get("FIB_VERSION", "unknown")
