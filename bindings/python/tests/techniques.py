"""What must not end the process or get lost, by each technique: techniques.py [TECHNIQUE ...].

Each technique runs the checks below in programs of its own, for some of them may end the process.
What a technique cannot do stands in [limits] of its technique.toml, with the reason.
"""

from __future__ import annotations

import copy
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from array import array
from functools import partial
from pathlib import Path
from typing import Any, Callable

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SECONDS = 60
RUNS_AT_EXIT = 6  # whether a thread is caught in the wrong moment is chance
COUNTED = {"calls": 0, "inputs": 0, "faults": 0, "findings": 0}


class OwnError(Exception):
    """What the objects of this program raise."""


def raised(call: Callable[..., object], *arguments: object) -> BaseException | None:
    """Give what the call raises."""
    COUNTED["calls"] += 1
    try:
        call(*arguments)
    except BaseException as error:  # noqa: BLE001 - that is the question
        error.__traceback__ = None
        return error
    return None


# ---- memory of the caller


def overlapping_memory(m: Any) -> None:
    """Memory that is read and written at once gives what separate memory gives, or an error."""
    for shift in range(-3, 4):
        items = array("Q", [3, 9, 5, 93, 5, 2, 7, 5, 5])
        given, out = memoryview(items)[3:6], memoryview(items)[3 + shift : 6 + shift]
        wanted = array("Q", items.tolist())
        separate = array("Q", bytes(24))
        m.fib_each(array("Q", given), separate)
        wanted[3 + shift : 6 + shift] = separate
        assert isinstance(raised(m.fib_each, given, out), (type(None), ValueError)), shift
        assert items in (wanted, array("Q", [3, 9, 5, 93, 5, 2, 7, 5, 5])), (shift, items)
    items = array("Q", [93, 5, 5, 5])
    m.fib_each(memoryview(items)[:3], memoryview(items)[1:])
    assert items.tolist() == [93, m.fib(93), 5, 5]


def unaligned_memory(m: Any) -> None:
    """Memory that C++ may not read as integers is refused by the usual words, or copied."""
    words = "memory of 64-bit unsigned integers"
    aligned = array("Q", range(12))
    for offset in range(1, 8):
        raw = bytearray(104)
        odd = memoryview(raw)[offset : 96 + offset].cast("Q")
        error = raised(m.fill, odd)
        if error is None:
            assert odd.tolist() == m.terms(0, 12)
        else:
            assert type(error) is TypeError
            assert str(error).startswith(f"out must be writable {words}"), error
            assert raw == bytes(104)
        for read in (odd, odd.toreadonly()):
            odd[:] = aligned
            out = array("Q", bytes(96))
            error = raised(m.fib_each, read, out)
            if error is None:
                assert out.tolist() == m.terms(0, 12)
            else:
                assert type(error) is TypeError
                assert str(error).startswith(f"indices must be {words}"), error
        error = raised(m.fib_each, aligned, odd)
        if error is not None:
            assert type(error) is TypeError
            assert str(error).startswith(f"results must be writable {words}"), error
    empty = memoryview(bytearray(9))[1:1].cast("Q")
    m.fill(empty)
    m.fib_each(empty, empty)


# ---- what the caller's own objects raise


def failing(method: str, error: BaseException) -> object:
    """Make an object whose method raises."""

    def fail(self: object, *arguments: object) -> object:  # noqa: ARG001
        raise error

    return type("Failing", (), {method: fail})()


def errors_of_conversions(m: Any) -> None:
    """What an argument's own methods raise arrives as the same object."""
    mine = [OwnError("mine"), KeyboardInterrupt(), MemoryError("mine"), ValueError("mine")]
    mine += [TypeError("mine"), OverflowError("mine")]
    for error in mine:

        def items(error: BaseException = error) -> Any:
            yield 1
            raise error

        index, real = failing("__index__", error), failing("__float__", error)
        calls: list[tuple[str, tuple[object, ...]]] = [
            ("fib", (index,)),
            ("fib_wrapping", (index,)),
            ("fib_recursive", (index,)),
            ("fib_mod", (5, index)),
            ("fib_by", (index, 5)),
            ("fib_by", (2, index)),
            ("recurrence", (1, 1, 0, 1, index)),
            ("index_of", (index,)),
            ("binet", (real,)),
            ("binet", (index,)),
            ("encode", ([1, index],)),
            ("encode", (items(),)),
            ("encode", (failing("__iter__", error),)),
            ("caption", ("F", index)),
            ("terms", (0, index)),
            ("visit", (index, 1, print)),
            ("Sequence", (index,)),
        ]
        if not isinstance(error, ValueError):  # an int of many digits has no repr
            shown = failing("__repr__", error)
            names = "fib fib_exact index_of binet is_word encode decode fill"
            calls += [(name, (shown,)) for name in names.split()]
            calls += [("encode", ([1, shown],)), ("visit", (0, 1, shown)), ("listen", (0, 1, shown))]
        for name, arguments in calls:
            if hasattr(m, name):
                COUNTED["inputs"] += 1
                got = raised(getattr(m, name), *arguments)
                assert got is error, (name, arguments, error, got)


def what_the_library_refuses_stays_refused(m: Any) -> None:
    """What is of the wrong kind altogether gets the library's words."""
    huge = 10**5000
    for name, argument, error in (
        ("fib", 1.5, TypeError),
        ("fib", huge, OverflowError),
        ("binet", "1", TypeError),
        ("binet", huge, OverflowError),
        ("encode", 5, TypeError),
        ("encode", [1, huge], OverflowError),
        ("index_of", -huge, OverflowError),
        ("fill", huge, TypeError),
    ):
        if hasattr(m, name):
            got = raised(getattr(m, name), argument)
            assert type(got) is error, (name, got)
            assert " must be " in str(got), (name, got)


# ---- callbacks


def false_of_numpy_stops(m: Any) -> None:
    """NumPy's False stops as Python's own does; None and 0 go on."""
    numpy = importlib.import_module("numpy")
    kinds = [(False, 1), (numpy.bool_(False), 1), (True, 5), (numpy.bool_(True), 5), (None, 5)]
    kinds += [(0, 5), (numpy.uint64(0), 5), ("", 5), (numpy.zeros(2), 5)]
    for result, calls in kinds:
        assert m.visit(0, 5, lambda _index, _term, result=result: result) == calls, repr(result)
        if calls == 1 or result is True:

            class Listening(m.Listener):  # type: ignore[name-defined,misc]
                def on_term(self, _index: int, _term: int, result: object = result) -> object:
                    return result

            assert m.listen(0, 5, Listening()) == calls, repr(result)


def no_call_after_a_failure(m: Any) -> None:
    """A library that goes on gets no further call, and the first error arrives."""
    seen: list[int] = []

    def fail(index: int, _term: int) -> bool:
        seen.append(index)
        if index == 2:
            raise OwnError(str(index))
        return True

    class Listening(m.Listener):  # type: ignore[name-defined,misc]
        on_term = staticmethod(fail)

    for call in (partial(m.visit, 0, 9, fail), partial(m.listen, 0, 9, Listening())):
        seen.clear()
        error = raised(call)
        assert type(error) is OwnError, repr(error)
        assert str(error) == "2"
        assert seen == [0, 1, 2]
    assert m.visit(3, 5, lambda _index, _term: False) == 5, "the library must be the stubborn one"


# ---- objects


def second_beginning(m: Any) -> None:
    """A second __init__() and one inside of the first leave nothing behind."""
    gc.collect()
    before = m.live_objects()
    again = m.Sequence(5)
    raised(again.__init__, 7)
    assert again.position in (5, 7)
    assert isinstance(raised(again.__init__, 1000), (IndexError, TypeError, type(None)))
    assert isinstance(raised(again.peek), (type(None), ValueError))

    class Beginning:
        def __index__(self) -> int:
            raised(made.__init__, 3)
            return 4

    made = m.Sequence.__new__(m.Sequence, *([9] if "pyo3" in m.__name__ else []))
    raised(made.__init__, Beginning())
    assert made.position in (3, 4, 9)

    class Listening(m.Listener):  # type: ignore[name-defined,misc]
        def on_term(self, index: int, _term: int) -> bool:
            raised(self.__init__)  # type: ignore[misc]
            return index < 3

    listener = Listening()
    raised(listener.__init__)  # type: ignore[misc]
    assert m.listen(0, 9, listener) == 4
    del again, made, listener
    gc.collect()
    assert m.live_objects() == before


def two_bases(m: Any) -> None:
    """A class of two bases is refused, or has both."""
    try:

        class Both(m.Listener, m.Sequence):  # type: ignore[name-defined,misc]
            def on_term(self, index: int, _term: int) -> bool:
                raised(m.Sequence.__init__, self, 7)
                return index < 3

    except TypeError:
        return
    both = Both()
    raised(lambda: both.position)
    raised(m.Sequence.__init__, both, 5)
    raised(lambda: both.position)
    raised(m.listen, 0, 9, both)
    raised(m.Sequence.advance, both)
    del both
    gc.collect()


def copies(m: Any) -> None:
    """A copy is refused, or a sequence of its own."""
    sequence = m.Sequence(5)
    for make in (copy.copy, copy.deepcopy):
        try:
            other = make(sequence)
        except (TypeError, ValueError):
            continue
        before = sequence.position
        other.advance()
        assert sequence.position == before, make


# ---- memory, threads and signals: each in a program of its own


def refused_memory(m: Any) -> None:
    """With too little memory there is MemoryError, and the process goes on."""
    import resource  # noqa: PLC0415 - not everywhere

    ones, code = [1] * 4_000_000, b"\xff" * 1_000_000
    large = m.fib_exact(3_000_000) if hasattr(m, "fib_exact") else 0
    listed = tuple(ones)
    calls = [
        ("encode", ones),
        ("encode", listed),
        ("decode", code),
        ("decode", bytearray(code)),
        ("index_of", large),
        ("fib_exact", 20_000_000),
        ("fib_decimal", 20_000_000),
        ("word", 30),
        ("caption", "F" * 3_000_000, 5),
    ]
    if m.__name__ == "fibonacci_pure":
        calls = [c for c in calls if c[0] in ("word", "caption")]
    for name, *arguments in calls:
        if not hasattr(m, name):
            continue
        function = getattr(m, name)
        wanted = len(function(*arguments)) if name in ("encode", "decode") else None
        refusals = 0
        for megabytes in (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144):
            used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            limit = used * resource.getpagesize() + (megabytes << 20)
            resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
            try:
                result = function(*arguments)
            except MemoryError:
                refusals += 1
                COUNTED["faults"] += 1
            else:
                assert wanted is None or len(result) == wanted
                del result
            finally:
                resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
            COUNTED["calls"] += 1
        print(f"# {name}: {refusals} times refused", flush=True)
    assert COUNTED["faults"] > 0
    assert m.encode([1, 2, 3]) == b"\xd9\x80"


def daemon_thread_in_a_long_call(m: Any) -> None:
    """A program may end while its daemon threads are in the library."""
    _end_with_threads(lambda: m.fib_recursive(22))


def daemon_thread_in_a_callback(m: Any) -> None:
    """A program may end while its daemon threads are in a callback of the library."""
    _end_with_threads(lambda: m.visit(0, 93, lambda index, term: index <= term + 1))


def _end_with_threads(call: Callable[[], object]) -> None:
    def run() -> None:
        while True:
            call()

    sys.setswitchinterval(1e-4)
    for _ in range(4):
        threading.Thread(target=run, daemon=True).start()
    time.sleep(0.1)
    print("1 reached the end", flush=True)


def signals_in_a_long_call(m: Any) -> None:
    """What a signal handler raises ends a long call; one that raises nothing does not."""
    caught: list[float] = []
    signal.signal(signal.SIGALRM, lambda *_: caught.append(time.monotonic()))
    n = 16 if m.__name__ == "fibonacci_pure" else 36
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    result = m.fib_recursive(n)
    ended = time.monotonic()
    assert result == m.fib(n)
    signal.setitimer(signal.ITIMER_REAL, 0)
    if n == 36:
        assert caught, "the call was too short"
        assert ended - caught[0] > 0.01, "the handler ran after the call"
    error = OwnError("mine")

    def fail(*_: object) -> None:
        raise error

    signal.signal(signal.SIGALRM, fail)
    for call in (lambda: m.fib_recursive(60), lambda: m.fib_by(0, 60)):
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        start = time.monotonic()
        got = raised(call)
        assert got is error, repr(got)
        assert time.monotonic() - start < 20
    assert m.fib_recursive(25) == 75025
    assert m.fib_by(0, 25) == 75025


def interrupt(m: Any) -> None:
    """Ctrl-C is KeyboardInterrupt."""
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start() if False else None
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    assert isinstance(raised(m.fib_recursive, 60), KeyboardInterrupt)


TOGETHER = [
    overlapping_memory,
    unaligned_memory,
    errors_of_conversions,
    what_the_library_refuses_stays_refused,
    false_of_numpy_stops,
    second_beginning,
    two_bases,
    copies,
]
ALONE = [
    no_call_after_a_failure,
    refused_memory,
    daemon_thread_in_a_long_call,
    daemon_thread_in_a_callback,
    signals_in_a_long_call,
]
CHECKS = {check.__name__: check for check in TOGETHER + ALONE}


def main() -> None:
    m = importlib.import_module(sys.argv[2])
    for name in sys.argv[3:]:
        try:
            CHECKS[name](m)
        except Exception as e:
            print(f"not ok {name}: {e!r}", flush=True)
        else:
            print(f"ok {name}", flush=True)

main()
