"""What must not end the process or get lost, by each technique: techniques.py [TECHNIQUE ...].

Each technique runs the checks below in programs of its own, for some of them may end the process.
What a technique cannot do stands in [limits] of its technique.toml, with the reason; a reason that
excuses nothing is wrong.
"""

from __future__ import annotations

import copy
import gc
import importlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from array import array
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

# A sanitizer takes too much memory for the checks that limit it, and of the techniques only what is
# written by hand is built for one.
SANITIZED = "libasan" in os.environ.get("LD_PRELOAD", "")
SECONDS = 60
RUNS_AT_EXIT = 4  # whether a thread is caught in the wrong moment is chance
COUNTED = {"calls": 0, "inputs": 0, "faults": 0, "findings": 0}


STUBBORN = "tests/abi/libfibonacci_stubborn.so"


class OwnError(Exception):
    """What the objects of this program raise."""


LIMITS: dict[str, str] = json.loads(os.environ.get("FIBONACCI_LIMITS", "{}"))
USED: set[str] = set()  # of these


def excused(limit: str) -> bool:
    """Tell whether technique.toml has a reason for it; asked only where the check would fail."""
    USED.update({limit} & set(LIMITS))
    return limit in LIMITS


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


def overlapping_memory(m: ModuleType) -> None:
    """Give what separate memory gives where memory is read and written at once, or an error."""
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


def unaligned_memory(m: ModuleType) -> None:
    """Refuse memory that C++ may not read as integers, or copy it."""
    aligned, wanted = array("Q", range(12)), m.terms(0, 12)

    def check(name: str, written: array[int] | memoryview, *arguments: object) -> None:
        before = written.tolist()
        error = raised(m.fill if len(arguments) == 1 else m.fib_each, *arguments)
        if error is None and excused("unaligned_memory"):
            assert written.tolist() == wanted
        else:
            assert type(error) is TypeError, (offset, name, error)
            assert re.match(
                f"{name} must be aligned memory: its address, 0x[0-9a-f]+, is no multiple of 8$",
                str(error).replace(f"argument '{name}': ", ""),  # PyO3's own words
            ), error
            assert written.tolist() == before

    for offset in range(1, 8):
        odd = memoryview(bytearray(104))[offset : 96 + offset].cast("Q")
        check("out", odd, odd)
        check("results", odd, aligned, odd)
        odd[:] = aligned
        out = array("Q", bytes(96))
        check("indices", out, odd, out)
    empty = memoryview(bytearray(9))[1:1].cast("Q")
    assert raised(m.fill, empty) is None
    assert raised(m.fib_each, empty, empty) is None


# ---- what the caller's own objects raise

ONE_INTEGER = ["fib", "fib_wrapping", "fib_recursive", "fib_exact", "index_of", "fib_decimal"]
ONE_INTEGER += ["word", "Sequence"]


def failing(method: str, error: BaseException, asked: list[object] | None = None) -> object:
    """Make an object whose method raises, and notes that it was asked."""

    def fail(self: object, *_: object) -> object:
        if asked is not None:
            asked.append(self)
        raise error

    return type("Failing", (), {method: fail})()


def errors_of_conversions(m: ModuleType) -> None:
    """Let what an argument's own methods raise arrive as the same object."""
    raising = [OwnError("mine"), KeyboardInterrupt(), MemoryError("mine"), ValueError("mine")]
    for error in [*raising, TypeError("mine"), OverflowError("mine")]:

        def items(error: BaseException = error) -> Iterator[int]:
            yield 1
            raise error

        index, real = failing("__index__", error), failing("__float__", error)
        calls: list[tuple[str, tuple[object, ...]]] = [
            *((name, (index,)) for name in ONE_INTEGER),
            ("fib_mod", (5, index)),
            ("fib_by", (index, 5)),
            ("fib_by", (2, index)),
            ("recurrence", (1, 1, 0, 1, index)),
            ("binet", (real,)),
            ("binet", (index,)),
            ("encode", ([1, index],)),
            ("encode", (items(),)),
            ("encode", (failing("__iter__", error),)),
            ("caption", ("F", index)),
            ("terms", (0, index)),
            ("visit", (index, 1, print)),
        ]
        for name, arguments in calls:
            if hasattr(m, name):
                COUNTED["inputs"] += 1
                got = raised(getattr(m, name), *arguments)
                if got is error or excused(f"errors_of_conversions/{name}"):
                    continue
                of_type_error = type(got) is type(error) is TypeError and "mine" in str(got)
                if of_type_error and excused("errors_of_conversions/TypeError"):
                    continue
                message = (name, arguments, type(error), type(got), str(got))
                raise AssertionError(message)


def errors_of_a_repr(m: ModuleType) -> None:
    """Refuse what cannot be shown all the same, but let pass what is no Exception, as Ctrl-C."""
    for error in (OwnError("mine"), KeyboardInterrupt(), MemoryError("mine")):
        asked: list[object] = []
        shown = failing("__repr__", error, asked)
        calls: list[tuple[str, tuple[object, ...]]] = [
            *((name, (shown,)) for name in (*ONE_INTEGER, "binet", "is_word", "encode", "fill")),
            ("encode", ([1, shown],)),
            ("visit", (0, 1, shown)),
        ]
        for name, arguments in calls:
            if hasattr(m, name):
                COUNTED["inputs"] += 1
                asked.clear()
                got = raised(getattr(m, name), *arguments)
                if isinstance(error, OwnError) or not asked:
                    assert type(got) is TypeError, (name, type(got))
                else:
                    assert got is error, (name, type(error), type(got), str(got))
                if isinstance(error, OwnError) and asked:
                    assert "an object of type Failing" in str(got), (name, str(got))
                    assert error in (got.__context__, got.__cause__), name


def a_list_that_changes(m: ModuleType) -> None:
    """Give what is left of a list that an item's __index__() takes apart, or an error."""

    class Clearing:
        def __index__(self) -> int:
            items.clear()
            gc.collect()
            return 5

    for count in (1, 3, 100) if hasattr(m, "encode") else ():
        items: list[object] = [10**6 + i for i in range(count)]
        items.insert(1, Clearing())
        got = raised(m.encode, items)
        assert got is None or isinstance(got, (TypeError, IndexError)), type(got)


def refusals(m: ModuleType) -> None:
    """Refuse what is of the wrong kind altogether with the library's words."""
    huge = 10**5000
    cases: list[tuple[str, object, type[Exception]]] = [
        ("fib", 1.5, TypeError),
        ("fib", huge, OverflowError),
        ("binet", "1", TypeError),
        ("binet", huge, OverflowError),
        ("encode", 5, TypeError),
        ("encode", [1, huge], OverflowError),
        ("index_of", -huge, OverflowError),
        ("fill", huge, TypeError),
    ]
    for name, argument, error in cases:
        if hasattr(m, name):
            got = raised(getattr(m, name), argument)
            right = type(got) is error and " must be " in str(got)
            assert right or excused(f"refusals/{name}"), (name, type(got), str(got))


# ---- callbacks


def false_of_numpy_stops(m: ModuleType) -> None:
    """Stop at NumPy's False as at Python's own, and go on at None and 0."""
    try:
        numpy = importlib.import_module("numpy")
    except ImportError:
        print("# NumPy is not installed: its truth values were left out")
        return
    kinds = [(False, 1), (numpy.bool_(0), 1), (True, 5), (numpy.bool_(1), 5), (None, 5)]
    kinds += [(0, 5), (numpy.uint64(0), 5), ("", 5), (numpy.zeros(2), 5)]
    for result, calls in kinds:
        assert m.visit(0, 5, lambda _index, _term, result=result: result) == calls, repr(result)
        if calls == 1 or result is True:

            class Listening(m.Listener):  # type: ignore[name-defined,misc]
                def on_term(self, _index: int, _term: int, result: object = result) -> object:
                    return result

            stops = raised(m.listen, 0, 5, Listening()) is None
            if not stops and excused("false_of_numpy_stops/listen"):
                continue
            assert m.listen(0, 5, Listening()) == calls, repr(result)


def no_call_after_a_failure(m: ModuleType) -> None:
    """Call nothing again after a failure when a library goes on, and give the first error."""
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


def second_beginning(m: ModuleType) -> None:
    """Leave nothing behind after a second __init__() and one inside of the first."""
    alive = getattr(m, "live_objects", int)
    gc.collect()
    before = alive()
    _begin_again(m)
    gc.collect()
    assert alive() == before


def _begin_again(m: ModuleType) -> None:
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
    if raised(made.__init__, Beginning()) is None or m.__name__.endswith("pyo3"):
        assert made.position in (3, 4, 9)
    else:  # it takes no __index__()
        assert isinstance(raised(lambda: made.position), (TypeError, ValueError))

    class Listening(m.Listener):  # type: ignore[name-defined,misc]
        def on_term(self, index: int, _term: int) -> bool:
            raised(self.__init__)  # type: ignore[misc]
            return index < 3

    listener = Listening()
    raised(listener.__init__)  # type: ignore[misc]
    assert m.listen(0, 9, listener) == 4


def two_bases(m: ModuleType) -> None:
    """Refuse a class of two bases, or give it both."""
    try:

        class Both(m.Listener, m.Sequence):  # type: ignore[name-defined,misc]
            def on_term(self, index: int, _term: int) -> bool:
                raised(m.Sequence.__init__, self, 7)
                return index < 3

        both = Both()
    except TypeError:
        return
    raised(getattr, both, "position")
    raised(m.Sequence.__init__, both, 5)
    raised(getattr, both, "position")
    raised(m.listen, 0, 9, both)
    raised(m.Sequence.advance, both)


def copies(m: ModuleType) -> None:
    """Refuse to copy, or give a sequence of its own."""
    sequence = m.Sequence(5)
    for make in (copy.copy, copy.deepcopy):
        try:
            other = make(sequence)
        except (TypeError, ValueError):
            continue
        before = sequence.position
        other.advance()
        assert sequence.position == before or excused("copies"), make


# ---- memory, threads and signals: each in a program of its own


def refused_memory(m: ModuleType) -> None:
    """Give MemoryError with too little memory, and go on."""
    import resource  # noqa: PLC0415 - not everywhere

    ones, code = [1] * 1_000_000, b"\xff" * 250_000
    large = m.fib_exact(10_000_000) if hasattr(m, "fib_exact") else 0
    listed = tuple(ones)
    calls: list[tuple[Any, ...]] = [
        ("encode", ones),
        ("encode", listed),
        ("decode", code),
        ("decode", bytearray(code)),
        ("index_of", large),
        ("fib_exact", 5_000_000),
        ("fib_decimal", 2_000_000),
        ("word", 30),
        ("caption", "F" * 2_000_000, 5),
    ]
    if m.__name__ == "fibonacci_pure":
        calls = [c for c in calls if c[0] in ("word", "caption")]
    for name, *arguments in calls:
        function = getattr(m, name, None)
        if not function or (isinstance(arguments[0], bytearray) and raised(function, bytearray())):
            continue  # the library lacks it, or it takes bytes alone
        wanted = len(function(*arguments)) if name in ("encode", "decode") else None
        refusals = 0
        for megabytes in (0, 1, 2, 3, 5, 8, 13, 21, 34):
            used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            limit = used * resource.getpagesize() + (megabytes << 20)
            resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
            try:
                result = function(*arguments)
            except MemoryError:
                refusals += 1
            except Exception:
                if not excused(f"refused_memory/{name}"):
                    raise
                refusals += 1
            else:
                assert wanted is None or len(result) == wanted
                del result
            finally:
                resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
            COUNTED["calls"] += 1
        COUNTED["faults"] += refusals
        assert refusals or function not in (m.encode, m.decode), name
    assert m.fib(10) == 55


def daemon_thread_in_a_long_call(m: ModuleType) -> None:
    """End the program while its daemon threads are in the library."""
    _end_with_threads(lambda: m.fib_recursive(22))


def daemon_thread_in_a_callback(m: ModuleType) -> None:
    """End the program while its daemon threads are in a callback of the library."""
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


def signals_in_a_long_call(m: ModuleType) -> None:
    """End a long call by what a handler of signals raises, and go on where it raises nothing."""
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


TOGETHER = [
    overlapping_memory,
    unaligned_memory,
    errors_of_conversions,
    errors_of_a_repr,
    a_list_that_changes,
    refusals,
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
BY_CHANCE = ["daemon_thread_in_a_long_call", "daemon_thread_in_a_callback"]
CHECKS = {check.__name__: check for check in TOGETHER + ALONE}


def run(module: str, names: list[str]) -> None:
    """Run checks, and say which of them failed and what they have counted."""
    m = importlib.import_module(module)
    for name in names:
        print(f"begun {name}", flush=True)
        try:
            CHECKS[name](m)
        except Exception as error:  # noqa: BLE001 - all of them are reported
            print(f"failed {type(error).__name__}: {error}".splitlines()[0], flush=True)
        else:
            print("passed", flush=True)
    print("used", *USED)
    print(f"counted {json.dumps(COUNTED)}", flush=True)


# ---- the technique from outside


class Technique:
    """A technique and what its checks have said: nothing where they pass."""

    def __init__(self, facts: dict[str, Any], build: Path) -> None:
        """Read its limits."""
        self.name: str = facts["name"]
        self.module = f"fibonacci_{facts['program']}"
        self.stubborn = str(build / STUBBORN)
        file = Path(__file__).parents[3] / facts["folder"] / "technique.toml"
        known = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        self.limits: dict[str, str] = known.get("limits", {})
        self.environment = {
            **os.environ,
            **facts["environment"],
            "FIBONACCI_LIMITS": json.dumps(self.limits),
        }
        self.said: dict[str, str] = {}
        self.used: set[str] = set()
        self.counted: Counter[str] = Counter()

    def run(self, names: list[str]) -> None:
        """Run checks in a program of their own, as far as that comes."""
        environment = self.environment
        if names == ["no_call_after_a_failure"]:
            variable = "FIB_LIBRARY" if "FIB_LIBRARY" in environment else "LD_PRELOAD"
            environment = {**environment, variable: self.stubborn}
        if names == ["refused_memory"]:  # what is freed goes back to the system
            environment = {**environment, "MALLOC_MMAP_THRESHOLD_": "65536"}
        command = [sys.executable, "-B", __file__, "--run", self.module, *names]
        pipe = subprocess.PIPE
        try:
            done = subprocess.run(
                command, env=environment, stdout=pipe, stderr=pipe, timeout=SECONDS, check=False
            )
            output = done.stdout.decode(errors="replace")
            words = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            ended = " ".join([f"the program ended with {done.returncode}", *words])
            failed = done.returncode != 0
        except subprocess.TimeoutExpired as error:
            output = (error.stdout or b"").decode(errors="replace")
            ended, failed = f"no end within {SECONDS} s", True
        current = self._read(output, names[0])
        if failed or current not in self.said:
            self.said[current] = ended

    def _read(self, output: str, current: str) -> str:
        """Take the results, and give the last check that was begun."""
        for line in output.splitlines():
            what, _, rest = line.partition(" ")
            if what == "begun":
                current = rest
            elif what in ("passed", "failed"):
                self.said[current] = rest
            elif what == "used":
                self.used.update(rest.split())
            elif what == "counted":
                self.counted.update(json.loads(rest))
        return current

    def run_all(self) -> Technique:
        """Run all checks, those that depend on chance several times; return itself."""
        together = [check.__name__ for check in TOGETHER]
        while left := [name for name in together if name not in self.said]:
            self.run(left)
        for check in ALONE:
            for _ in range(RUNS_AT_EXIT if check.__name__ in BY_CHANCE else 1):
                if not self.said.get(check.__name__) and not SANITIZED:
                    self.run([check.__name__])
        return self

    def report(self) -> int:
        """Print the results, and give the number of those that are wrong."""
        wrong = 0
        for name, said in self.said.items():
            reason = self.limits.get(name) if said or name in BY_CHANCE else None
            self.used.update({name} & set(self.limits) if reason else ())
            wrong += bool(said and not reason)
            result = "not ok" if said and not reason else "ok"
            about = f" # SKIP {reason}" if reason else f": {said}" if said else ""
            print(f"{result} {self.name} {name}{about}", flush=True)
        stale = set() if SANITIZED else set(self.limits) - self.used
        for limit in stale:
            print(f"not ok {self.name} {limit}: [limits] excuses what passes")
        return wrong + len(stale)


def main() -> int:
    """Check the techniques that were built, or those that were named."""
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], sys.argv[3:])
        return 0
    build = Path(importlib.import_module("fibonacci").__file__ or "").parents[3]
    hosts = json.loads((build / "hosts.json").read_text(encoding="utf-8"))["hosts"]
    [all_facts] = [host["techniques"] for host in hosts if host["name"] == "python"]
    names = {facts["name"] for facts in all_facts if "program" in facts}
    wanted = set(sys.argv[1:]) or (names & {"capi"} if SANITIZED else names)
    if not wanted:
        print("SKIP: no technique was built")
        return 0
    chosen = [Technique(facts, build) for facts in all_facts if facts["name"] in wanted]
    total: Counter[str] = Counter(COUNTED)
    with ThreadPoolExecutor(2) as pool:
        for technique in pool.map(Technique.run_all, chosen):
            total["findings"] += technique.report()
            total.update(technique.counted)
    print("# checked", *(f"{key}={count}" for key, count in total.items()))
    return int(total["findings"] > 0)


if __name__ == "__main__":
    sys.exit(main())
