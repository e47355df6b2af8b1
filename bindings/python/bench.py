"""Measures calls: `bench.py TECHNIQUE` answers each line of its input with a line of JSON.

time SHAPE N LOOPS REPEATS    times the call, an empty loop and a function of Python's own
count SHAPE N LOOPS           lets callgrind count, between the marks of the library FIB_MARKS
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import sys
from array import array
from functools import cache
from importlib import import_module
from itertools import repeat
from time import perf_counter_ns
from typing import Any, Callable, NamedTuple, NoReturn


class Shape(NamedTuple):
    """Source text: x, y, z are made once, of n and of m, the functions; the turn is measured."""

    x: str
    turn: str
    y: str = "None"
    z: str = "None"
    shows: str = "result"


SHAPES = {
    "empty": Shape("None", "result = n"),
    "own": Shape("own", "result = x(n)"),
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
    "long_string_out": Shape("m.word", "result = x(n)"),
    "list_out": Shape("m.terms", "result = x(0, 10)"),
    "list_of_n": Shape("m.terms", "result = x(0, n)"),
    "bytes_out": Shape("m.encode", "result = x(y)", "[1, 2, 3, 4]"),
    "bytes_in": Shape("m.decode", "result = x(y)", "b'\\xd9\\xd8'"),
    "buffer_in_place": Shape("m.fill", "result = x(y)", "array('Q', bytes(80))", shows="y"),
    "buffer_to_buffer": Shape(
        "m.fib_each", "result = x(y, z)", "array('Q', range(10))", "array('Q', bytes(80))", "z"
    ),
    "buffer_of_n": Shape(
        "m.fib_each",
        "result = x(y, z)",
        "array('Q', [i % 94 for i in range(n)])",
        "array('Q', bytes(8 * n))",
        "z",
    ),
    "struct_out": Shape("m.nearest", "result = x(n)"),
    "struct_field": Shape("m.nearest(57)", "result = x.term"),
    "list_of_struct_out": Shape("m.zeckendorf", "result = x(100)"),
    "callback": Shape("m.visit", "result = x(0, 1, y)", "lambda index, term: True"),
    "ten_callbacks": Shape("m.visit", "result = x(0, 11, y)", "lambda index, term: True"),
    "director": Shape("m.listen", "result = x(0, 1, y)", "listener_of(m)"),
    "create": Shape("m.Sequence", "result = x(n)", shows="result.position"),
    "method": Shape("m.Sequence(5)", "result = x.peek()"),
    "property": Shape("m.Sequence(5)", "result = x.position"),
    "iterate": Shape("m.Sequence", "for result in x(): pass"),
    "error": Shape("m.fib", "try: result = x(94)\n        except y: result = y", "OverflowError"),
}

LOOP = """
def sample(clock, turns, n, x, y, z):
    result = None
    start = clock()
    for _ in turns:
        {turn}
    return clock() - start, result
"""


def own(n: int) -> int:
    """Do nothing: a call that does not leave Python."""
    return n


def listener_of(functions: Any) -> object:  # noqa: ANN401
    """Make an object of a class whose method is overridden here."""

    class Listening(functions.Listener):  # type: ignore[misc]
        def on_term(self, index: int, term: int) -> bool:  # noqa: ARG002
            return True

    return Listening()


@cache
def functions_of(technique: str) -> Any:  # noqa: ANN401
    """Give what has the functions; it may lack some."""
    module = technique.removesuffix("_bare")
    try:
        found = import_module("fibonacci" if module == "swig" else f"fibonacci_{module}")
    except ImportError as error:
        refuse(f"no technique '{technique}': {error}")
    return found if module == technique else found.bare


@cache
def prepare(technique: str, shape: str, n: int) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """Compile the loop around a turn, as timeit does, and make its x, y and z."""
    loop: dict[str, Any] = {}
    exec(LOOP.format(turn=SHAPES[shape].turn), loop)  # noqa: S102 - of the table above
    names = globals() | {"m": functions_of(technique), "n": n}
    x, y, z = (eval(text, names) for text in SHAPES[shape][:1] + SHAPES[shape][2:4])  # noqa: S307
    return loop["sample"], (n, x, y, z)


@cache
def warm_up(technique: str, shape: str, n: int) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """Prepare a loop and run it a little: the interpreter specializes what it has seen."""
    sample, given = prepare(technique, shape, n)
    sample(int, repeat(None, 64), *given)
    return sample, given


def show(value: Any) -> str:  # noqa: ANN401, PLR0911
    """Write a value as tests/cases does."""
    if value is None or value is True or value is False:
        return {None: "nil", True: "true", False: "false"}[value]
    if value is OverflowError:
        return "!overflow"
    if isinstance(value, str):
        return f"'{value}"
    if isinstance(value, bytes):
        return f"#{value.hex()}"
    if hasattr(value, "term"):
        return f"{value.index}:{value.term}"
    if hasattr(value, "__len__"):
        kind = "u64" if isinstance(value, array) else ""
        return f"{kind}[{' '.join(map(show, value))}]"
    return str(value)


def time(technique: str, shape: str, n: int, loops: int, repeats: int) -> dict[str, object]:
    """Time; the three loops take turns, so that drift hits all."""
    order = [("call_ns", shape), ("empty_ns", "empty"), ("own_ns", "own")]
    times: dict[str, list[float]] = {key: [] for key, _ in order}
    results = {}
    for _ in range(repeats):
        for key, name in order:
            sample, given = prepare(technique, name, n)
            taken, results[key] = sample(perf_counter_ns, repeat(None, loops), *given)
            times[key].append(taken / loops)
    _, (_, x, y, z) = prepare(technique, shape, n)
    names = {"result": results["call_ns"], "x": x, "y": y, "z": z}
    result = show(eval(SHAPES[shape].shows, names))  # noqa: S307
    return {**times, "result": result, "clock": "time.perf_counter_ns"}


def count(technique: str, shape: str, n: int, loops: int) -> dict[str, object]:
    """Let callgrind count."""
    marks = ctypes.PyDLL(os.environ["FIB_MARKS"])
    sample, given = warm_up(technique, shape, n)
    gc.disable()
    turns = repeat(None, loops)
    marks.marks_begin()
    sample(int, turns, *given)
    marks.marks_end()
    return {}


COMMANDS: dict[str, Callable[..., dict[str, object]]] = {"time": time, "count": count}


def refuse(message: str) -> NoReturn:
    """End with one line."""
    print(f"bench.py: {message}", file=sys.stderr)
    sys.exit(2)


def main() -> None:
    """Answer requests."""
    if len(sys.argv) != 2:
        refuse(f"give it what it wants:\n{__doc__}")
    technique = sys.argv[1]
    functions_of(technique)
    for line in sys.stdin:
        try:
            command, shape, *numbers = line.split()
            answer = COMMANDS[command]
            n, loops, *_ = given = list(map(int, numbers))
            about = {"shape": shape, "argument": n, "loops": loops}
            print(json.dumps({**about, **answer(technique, shape, *given)}), flush=True)
        except (AttributeError, NotImplementedError, TypeError) as error:  # noqa: PERF203
            print(json.dumps({"shape": shape, "lacks": str(error)}), flush=True)
        except (KeyError, ValueError) as error:
            refuse(f"cannot answer {line.strip()!r}: {error}")


main()
