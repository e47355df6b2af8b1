"""Times a call and prints one line of JSON: bench.py TECHNIQUE SHAPE N LOOPS REPEATS."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from itertools import repeat
from time import perf_counter_ns
from types import SimpleNamespace
from typing import Any, Callable, NoReturn

SHAPES = {  # the function, and its arguments as source
    "void": ("noop", ""),
    "u64_to_u64": ("fib_wrapping", "n"),
    "u64_checked": ("fib", "n"),
    "recursive": ("fib_recursive", "n"),
    "two_args": ("fib_mod", "n, 1_000_000_007"),
    "string_out": ("fib_decimal", "n"),
}


def fib_recursive(n: int) -> int:
    """Give F(n) by the definition."""
    return n if n < 2 else fib_recursive(n - 1) + fib_recursive(n - 2)


def ctypes_bare() -> SimpleNamespace:
    """Give the C functions themselves: nothing checks what they are given."""
    library = import_module("fibonacci_ctypes").library
    return SimpleNamespace(
        noop=library.fib_noop,
        fib_wrapping=library.fib_wrapping,
        fib_recursive=library.fib_recursive,
    )


TECHNIQUES: dict[str, Callable[[], Any]] = {  # what has the functions; it may lack some
    "swig": lambda: import_module("fibonacci"),
    "ctypes": lambda: import_module("fibonacci_ctypes"),
    "ctypes_bare": ctypes_bare,
    "pure": lambda: SimpleNamespace(fib_recursive=fib_recursive),
}

LOOP = """
def sample(clock, call, n, turns):
    start = clock()
    for _ in turns:
        result = {expression}
    return clock() - start, result
"""


def loop(expression: str) -> Callable[..., tuple[int, object]]:
    """Compile the loop around an expression, as timeit does: no call but the one measured."""
    names: dict[str, Any] = {}
    exec(LOOP.format(expression=expression), names)  # noqa: S102 - of the tables above
    sample: Callable[..., tuple[int, object]] = names["sample"]
    return sample


def refuse(message: str) -> NoReturn:
    """End with one line."""
    print(f"bench.py: {message}", file=sys.stderr)
    sys.exit(2)


def main(technique: str, shape: str, n: int, loops: int, repeats: int) -> None:
    """Measure; the loop with the call and the empty one take turns, so that drift hits both."""
    if technique not in TECHNIQUES:
        refuse(f"no technique '{technique}', there are: {' '.join(TECHNIQUES)}")
    functions = TECHNIQUES[technique]()
    offered = [name for name, (function, _) in SHAPES.items() if hasattr(functions, function)]
    if shape not in offered:
        refuse(f"{technique} has no shape '{shape}', there are: {' '.join(offered)}")
    function, arguments = SHAPES[shape]
    call, with_call, empty = getattr(functions, function), loop(f"call({arguments})"), loop("n")

    call_ns, empty_ns = [], []
    for _ in range(repeats):
        taken, result = with_call(perf_counter_ns, call, n, repeat(None, loops))
        call_ns.append(taken / loops)
        taken, _ = empty(perf_counter_ns, call, n, repeat(None, loops))
        empty_ns.append(taken / loops)
    measured = {
        "technique": technique,
        "shape": shape,
        "argument": n,
        "loops": loops,
        "call_ns": call_ns,
        "empty_ns": empty_ns,
        "checksum": "nil" if result is None else str(result),
        "clock": "time.perf_counter_ns",
    }
    print(json.dumps(measured))


try:
    _, technique, shape, *numbers = sys.argv
    n, loops, repeats = map(int, numbers)
except ValueError:
    refuse("give it TECHNIQUE SHAPE and three integers, N LOOPS REPEATS")
main(technique, shape, n, loops, repeats)
