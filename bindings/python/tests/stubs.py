"""The stub file says what the module is, and type checkers find what is wrong in a program."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import indent

import fibonacci
import second

# A program that uses every name, with nothing for mypy to complain of.
RIGHT = """
from __future__ import annotations

import enum
from array import array
from collections.abc import Callable

import fibonacci
from fibonacci import Algorithm, Listener, Sequence, Term

class Adder(Listener):
    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def on_term(self, index: int, term: int) -> bool:
        return index * term < self.limit

class Silent(Listener):
    def on_term(self, index: int, term: int) -> None: ...

class Odd(Sequence): ...

class Number:
    def __index__(self) -> int:
        return 7

def stop(index: int, term: int) -> bool:
    return index < term

numbers: list[int] = [
    fibonacci.max_index(),
    fibonacci.fib_wrapping(100),
    fibonacci.fib(Number()),
    fibonacci.fib_recursive(True),
    fibonacci.fib_by(Algorithm.matrix, 3),
    fibonacci.fib_by(fibonacci.Algorithm_binet, 3),
    fibonacci.fib_mod(10, 7),
    fibonacci.recurrence(1, 1, 0, 1, 9),
    fibonacci.fib_exact(1000),
    fibonacci.index_of(2**70),
    fibonacci.visit(1, 2, stop),
    fibonacci.visit(1, 2, lambda index, term: print(index + term)),
    fibonacci.visit(1, 2, print),
    fibonacci.listen(1, 2, Adder(5)),
    fibonacci.listen(1, 2, Silent()),
    fibonacci.live_objects(),
    Algorithm.iterative.value,
    Algorithm.recursive + 1 + Algorithm.fast_doubling,
    *fibonacci.terms(1, 2),
    *fibonacci.decode(fibonacci.encode(iter([1, 2]))),
    *fibonacci.decode(memoryview(b"d")),
    *Sequence(90),
    next(Sequence()),
    next(iter(Odd(7))),
    fibonacci.Algorithm_iterative + fibonacci.Algorithm_fast_doubling,
    fibonacci.Algorithm_recursive + fibonacci.Algorithm_matrix,
]
wrong = {name: fibonacci.binet(4) - fibonacci.binet(0.5) for name in ("a", "b")}
truths: list[bool] = [
    fibonacci.is_fibonacci(5),
    fibonacci.is_word("ab"),
    Term(1, 1) == Term(True, Number()) == Term(index=1, term=7),
    Sequence(4).exhausted,
]
texts: list[str] = [
    fibonacci.fib_decimal(5),
    fibonacci.caption("F", 5),
    fibonacci.word(5),
    fibonacci.library_version(),
    fibonacci.__version__,
    str(fibonacci.__doc__),
    *fibonacci.__all__,
]
fibonacci.noop()
memory = array("Q", [0, 0])
fibonacci.fill(memory)
fibonacci.fill(memoryview(bytearray(16)).cast("Q"))
fibonacci.fib_each(memory, memory)
parts: list[Term] = [fibonacci.nearest(4), *fibonacci.zeckendorf(100)]
pairs: list[tuple[int, int]] = [(part.index, part.term) for part in parts]
kind: type[enum.IntEnum] = Algorithm
visit: Callable[[int, int, Callable[[int, int], object]], int] = fibonacci.visit
sequence = Sequence(start) if (start := 5) else Sequence()
sequence.reset()
total: int = sequence.advance() + sequence.peek() + sequence.position
"""

# Each line of these must be complained of.
WRONG = """
fibonacci.fib("5")
fibonacci.fib(5.0)
fibonacci.fib(None)
fibonacci.fib()
fibonacci.fib(1, 2)
fibonacci.fib(n=5)
fibonacci.fib_exact(b"5")
fibonacci.fib_by("matrix", 5)
fibonacci.fib_by(fibonacci.Algorithm.other, 5)
fibonacci.binet("5")
fibonacci.is_word(b"ab")
fibonacci.caption(5, "F")
fibonacci.encode(5)
fibonacci.encode(["1"])
fibonacci.decode("d")
fibonacci.decode([1])
fibonacci.fill([0, 0])
fibonacci.fib_each([1], [0])
fibonacci.visit(1, 2, lambda index: True)
fibonacci.visit(1, 2, "print")
fibonacci.visit(1, 2, lambda index, term: term.upper())
fibonacci.listen(1, 2, print)
fibonacci.noop(1)
fibonacci.zeckendorf(5)[0].number
fibonacci.nearest(5).index = 4
fibonacci.fib(5).upper()
fibonacci.Term(1)
fibonacci.Term("1", 1)
fibonacci.Term(index=1, number=1)
fibonacci.Sequence("5")
fibonacci.Sequence(start=5)
fibonacci.Sequence(5).position()
fibonacci.Sequence(5).position = 4
fibonacci.Sequence(5).exhausted + "x"
fibonacci.Algorithm_matrix = 5
fibonacci.nothing
class Wrong(fibonacci.Listener): on_term = 5
""".strip()

if not importlib.util.find_spec("mypy"):
    print("SKIP: mypy is not installed in this Python: ./kit test brings it into .venv")
    sys.exit()

for module in (fibonacci, second):
    stub = Path(module.__file__).with_suffix(".pyi")
    assert stub.with_name("py.typed").exists(), stub
    assert not re.search(r"\bAny\b", stub.read_text(encoding="utf-8")), stub


def run(*arguments: str, folder: str) -> tuple[int, str]:
    """Run a program of Python; mypy finds the modules where Python does."""
    environment = {**os.environ, "MYPYPATH": os.environ["PYTHONPATH"]}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


with tempfile.TemporaryDirectory() as folder:
    right, wrong = Path(folder, "right.py"), Path(folder, "wrong.py")
    right.write_text(RIGHT, encoding="utf-8")
    lines = WRONG.splitlines()
    wrong.write_text(f"import fibonacci\n{WRONG}\n", encoding="utf-8")
    strict = ("-m", "mypy", "--strict", "--disallow-any-expr", "--cache-dir", "cache")
    status, said = run(*strict, "right.py", folder=folder)
    assert status == 0, said
    status, said = run(*strict, "wrong.py", folder=folder)
    found = {int(number) for number in re.findall(r"^wrong\.py:(\d+): error", said, re.MULTILINE)}
    missed = [line for number, line in enumerate(lines, 2) if number not in found]
    assert not missed, (
        f"mypy finds nothing wrong with\n{indent(chr(10).join(missed), '  ')}\n{said}"
    )
    # The decorator for classes of C that cannot be combined is too new for most type checkers.
    stubtest = ("-m", "mypy.stubtest", "--ignore-disjoint-bases", "fibonacci", "second")
    status, said = run(*stubtest, folder=folder)
    assert status == 0, said

used = {name for name in fibonacci.__all__ if re.search(rf"\b{name}\b", RIGHT)}
assert used == {*fibonacci.__all__}, {*fibonacci.__all__} - used
