"""A short story of Fibonacci numbers; every host tells the same."""

from __future__ import annotations

import gc

import fibonacci
from fibonacci import fib, fib_exact

print(f"F(10) = {fib(10)}")
print(f"F(93) = {fib(93)}")
print(f"F(1000) = {fib_exact(1000)}")  # an int like any other
print(f"F(999) * F(1001) - F(1000)^2 = {fib_exact(999) * fib_exact(1001) - fib_exact(1000) ** 2}")

print("What follows F(87) and fits 64 bits:")
for term in fibonacci.Sequence(88):
    print(f"  {term}")

LIMIT = 1000
visited: list[str] = []


def visitor(_index: int, term: int) -> bool:
    """Keep the term; False stops."""
    visited.append(str(term))
    return term < LIMIT


fibonacci.visit(10, 84, visitor)
print(f"From F(10) until {LIMIT}: {', '.join(visited)}")

print(f"100 = {' + '.join(str(part.term) for part in fibonacci.zeckendorf(100))}")
print(fibonacci.caption("φ", 9))
print(f"Five terms from F(5): {', '.join(map(str, fibonacci.terms(5, 5)))}")

code = fibonacci.encode([1, 2, 3, 100])
print(f"Fibonacci coding: {code.hex()} is {', '.join(map(str, fibonacci.decode(code)))}")

try:
    fib(94)
except OverflowError as error:
    print(f"F(94) is refused: {error}")

gc.collect()
print(f"Objects still alive: {fibonacci.live_objects()}")
