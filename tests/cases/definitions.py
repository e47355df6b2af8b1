"""The plain definition of all that the library computes, in Python's own integers."""

from __future__ import annotations

from decimal import Decimal, localcontext
from math import floor, sqrt
from typing import NamedTuple

MAX_INDEX = 93
WORD = 2**64


class Term(NamedTuple):
    """A Fibonacci number and where it stands."""

    index: int  # type: ignore[assignment] # it hides tuple.index, which nobody calls
    term: int


def _numbers(count: int) -> list[int]:
    numbers = [0, 1]
    while len(numbers) < count:
        numbers.append(numbers[-1] + numbers[-2])
    return numbers


F = _numbers(20_001)
TABLE = F[: MAX_INDEX + 1]


def recurrence(start: tuple[int, int, int, int], n: int) -> int:
    """Give x(n) of x(0) = a, x(1) = b, x(k+1) = p x(k) + q x(k-1), mod 2^64, step by step."""
    p, q, a, b = start
    for _ in range(n):
        a, b = b, (p * b + q * a) % WORD
    return a


def far_recurrence(start: tuple[int, int, int, int], n: int, m: int = WORD) -> int:
    """Give the same mod m for an n that no loop reaches, by the n-th power of one step's matrix."""
    p, q, a, b = start
    power, square = ((1, 0), (0, 1)), ((p, q), (1, 0))
    while n:
        if n & 1:
            power = _product(power, square, m)
        square = _product(square, square, m)
        n >>= 1
    return (power[1][0] * b + power[1][1] * a) % m


Matrix = tuple[tuple[int, int], tuple[int, int]]


def _product(x: Matrix, y: Matrix, m: int) -> Matrix:
    (a, b), (c, d) = x
    (e, f), (g, h) = y
    return (((a * e + b * g) % m, (a * f + b * h) % m), ((c * e + d * g) % m, (c * f + d * h) % m))


def fib_mod(n: int, m: int) -> int:
    """Give F(n) mod m."""
    return far_recurrence((1, 1, 0, 1), n, m)


def binet(x: float) -> float:
    """Give phi^x / sqrt(5), computed with 40 digits."""
    with localcontext() as context:
        context.prec = 40
        root = Decimal(5).sqrt()
        return float(((1 + root) / 2) ** Decimal(x) / root)


def binet_in_double(n: int) -> int:
    """Give what the formula yields in IEEE double, rounded half up."""
    return floor(((1 + sqrt(5)) / 2) ** n / sqrt(5) + 0.5)


def nearest(x: int) -> Term:
    """Give the term closest to x, the smaller of two."""
    index = min(range(MAX_INDEX + 1), key=lambda n: (abs(TABLE[n] - x), n))
    return Term(index, TABLE[index])


def zeckendorf(x: int) -> list[Term]:
    """Give the sum of terms with no two neighbours, largest first, for an x of any size."""
    terms = []
    for index in reversed(range(2, 200)):
        if F[index] <= x:
            terms.append(Term(index, F[index]))
            x -= F[index]
    return terms


def encode(numbers: list[int]) -> bytes:
    """Give the numbers in Fibonacci coding: a bit for F(2), F(3), ..., and a 1 behind the last."""
    bits = ""
    for number in numbers:
        used = {term.index for term in zeckendorf(number)}
        bits += "".join("1" if index in used else "0" for index in range(2, max(used) + 1)) + "1"
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def decode(stream: bytes) -> list[int] | None:
    """Give the numbers in a stream, a 1 behind a 1 ending each; None where it is not in the code.

    Behind the last number there may be zeros up to the end of the byte.
    """
    bits = "".join(f"{byte:08b}" for byte in stream)
    numbers = []
    while "11" in bits:
        number, _, bits = bits.partition("11")
        number += "1"
        numbers.append(sum(F[index] for index, bit in enumerate(number, 2) if bit == "1"))
    whole = "1" not in bits and len(bits) < 8 and all(number < WORD for number in numbers)
    return numbers if whole else None


def word(n: int) -> str:
    """Give the n-th Fibonacci word."""
    shorter, text = "b", "a"
    for _ in range(n):
        shorter, text = text, text + shorter
    return shorter
