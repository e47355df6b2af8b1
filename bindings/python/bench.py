"""Measures calls.

bench.py TECHNIQUE SHAPE N LOOPS REPEATS    times one, and prints one line of JSON
bench.py TECHNIQUE count LOOPS              lets callgrind count all, and says in which order

FIB_MARKS is the library of its marks.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import sys
from array import array
from importlib import import_module
from itertools import repeat
from time import perf_counter_ns
from types import SimpleNamespace
from typing import Any, Callable, NamedTuple, NoReturn


class Shape(NamedTuple):
    """Source text: x and y are made once, of m, which has the functions; the turn is measured."""

    x: str
    turn: str
    y: str = "None"


SHAPES = {
    "void": Shape("m.noop", "result = x()"),
    "void_to_u64": Shape("m.max_index", "result = x()"),
    "u64_to_u64": Shape("m.fib_wrapping", "result = x(n)"),
    "u64_checked": Shape("m.fib", "result = x(n)"),
    "u64_large": Shape("m.fib", "result = x(93)"),
    "recursive": Shape("m.fib_recursive", "result = x(n)"),
    "enum_in": Shape("m.fib_by", "result = x(2, n)"),
    "two_args": Shape("m.fib_mod", "result = x(n, 1_000_000_007)"),
    "five_args": Shape("m.recurrence", "result = x(1, 1, 0, 1, n)"),
    "f64_to_f64": Shape("m.binet", "result = x(1.5)"),
    "u64_to_bool": Shape("m.is_fibonacci", "result = x(n)"),
    "bigint_out": Shape("m.fib_exact", "result = x(1000)"),
    "bigint_in": Shape("m.index_of", "result = x(y)", "m.fib_exact(1000)"),
    "string_out": Shape("m.fib_decimal", "result = x(n)"),
    "string_in": Shape("m.is_word", "result = x('abaababa')"),
    "string_in_out": Shape("m.caption", "result = x('φ', n)"),
    "list_out": Shape("m.terms", "result = x(0, 10)"),
    "bytes_out": Shape("m.encode", "result = x(y)", "[1, 2, 3, 4]"),
    "bytes_in": Shape("m.decode", "result = x(y)", "m.encode([1, 2, 3, 4])"),
    "buffer_in_place": Shape("m.fill", "result = x(y)", "array('Q', bytes(80))"),
    "buffer_to_buffer": Shape("m.fib_each", "result = x(y, y)", "array('Q', bytes(80))"),
    "struct_out": Shape("m.nearest", "result = x(n)"),
    "struct_field": Shape("m.nearest(57)", "result = x.term"),
    "list_of_struct_out": Shape("m.zeckendorf", "result = x(100)"),
    "callback": Shape("m.visit", "result = x(0, 1, y)", "lambda index, term: True"),
    "ten_callbacks": Shape("m.visit", "result = x(0, 11, y)", "lambda index, term: True"),
    "create": Shape("m.Sequence", "result = x(n)"),
    "method": Shape("m.Sequence(5)", "result = x.peek()"),
    "property": Shape("m.Sequence(5)", "result = x.position"),
    "iterate": Shape("m.Sequence", "for result in x(): pass"),  # 94 steps and a Sequence
    "error": Shape("m.fib", "try: x(94)\n        except y: result = None", "OverflowError"),
}

SMALL = 2  # the argument where calls are counted: the library has little to do

LOOP = """
def sample(clock, turns, n, x, y):
    result = None
    start = clock()
    for _ in turns:
        {turn}
    return clock() - start, result
"""


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


OTHER_TECHNIQUES: dict[str, Callable[[], Any]] = {
    "swig": lambda: import_module("fibonacci"),
    "ctypes_bare": ctypes_bare,
    "pure": lambda: SimpleNamespace(fib_recursive=fib_recursive),
}


def functions_of(technique: str) -> Any:  # noqa: ANN401
    """Give what has the functions; it may lack some."""
    if technique in OTHER_TECHNIQUES:
        return OTHER_TECHNIQUES[technique]()
    try:
        return import_module(f"fibonacci_{technique}")
    except ImportError as error:
        return refuse(f"no technique '{technique}': {error}")


def compiled(turn: str) -> Callable[..., tuple[int, object]]:
    """Compile the loop around a turn, as timeit does: no call but the one measured."""
    names: dict[str, Any] = {}
    exec(LOOP.format(turn=turn), names)  # noqa: S102 - of the table above
    sample: Callable[..., tuple[int, object]] = names["sample"]
    return sample


def offered_by(functions: object) -> dict[str, tuple[Any, Any]]:
    """Give the shapes that there are, each with its x and y."""
    offered = {}
    for name, shape in SHAPES.items():
        try:
            names = {"m": functions, "array": array}
            offered[name] = (eval(shape.x, names), eval(shape.y, names))  # noqa: S307
        except AttributeError:  # noqa: PERF203
            continue
    return offered


def refuse(message: str) -> NoReturn:
    """End with one line."""
    print(f"bench.py: {message}", file=sys.stderr)
    sys.exit(2)


def time(technique: str, shape: str, n: int, loops: int, repeats: int) -> None:
    """Measure; the loop with the call and the empty one take turns, so that drift hits both."""
    offered = offered_by(functions_of(technique))
    if shape not in offered:
        refuse(f"{technique} has no shape '{shape}', there are: {' '.join(offered)}")
    with_call, empty = compiled(SHAPES[shape].turn), compiled("result = n")
    call_ns, empty_ns = [], []
    for _ in range(repeats):
        taken, result = with_call(perf_counter_ns, repeat(None, loops), n, *offered[shape])
        call_ns.append(taken / loops)
        taken, _ = empty(perf_counter_ns, repeat(None, loops), n, *offered[shape])
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


def count(technique: str, loops: int) -> None:
    """Let callgrind count `loops` and twice as many turns of each shape, and of the empty loop."""
    marks = ctypes.PyDLL(os.environ["FIB_MARKS"])
    offered = offered_by(functions_of(technique))
    gc.disable()
    for name, (x, y) in [("empty", (None, None)), *offered.items()]:
        sample = compiled(SHAPES[name].turn if name in SHAPES else "result = n")
        sample(int, repeat(None, 64), SMALL, x, y)  # the interpreter specializes what it has seen
        for turns in [loops, 2 * loops] * 3:
            again = repeat(None, turns)
            marks.marks_begin()
            sample(int, again, SMALL, x, y)
            marks.marks_end()
            print(name, turns)


def main() -> None:
    """Read the command line."""
    try:
        if sys.argv[2:3] == ["count"]:
            _, technique, _, loops = sys.argv
            count(technique, int(loops))
        else:
            _, technique, shape, *numbers = sys.argv
            n, loops_, repeats = map(int, numbers)
            time(technique, shape, n, loops_, repeats)
    except ValueError:
        refuse(f"give it what it wants:\n{__doc__}")


main()
