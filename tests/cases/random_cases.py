"""Prints cases that nobody has written: every call with random arguments, expected by definition.

random_cases.py --seed SEED --count COUNT [--lacks FEATURE]... [--paste NUMBER]...

The same seed always gives the same cases. --paste prints those lines as the call that generate.py
would need to have the case forever.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import generate
from definitions import (
    MAX_INDEX,
    TABLE,
    WORD,
    F,
    Term,
    binet,
    decode,
    encode,
    far_recurrence,
    fib_mod,
    nearest,
    word,
    zeckendorf,
)
from generate import (
    BUFFER_SIGNATURES,
    EDGES,
    FALSE,
    GO,
    LARGEST_EXACT,
    LISTENER_SIGNATURES,
    MAX,
    RAISE,
    SIGNATURES,
    TRUE,
    Mark,
    Parameter,
    close_to,
    fails,
    integers,
    results,
    text,
    u64,
    until,
)

if TYPE_CHECKING:
    from collections.abc import Callable

WORD_LETTERS = word(25)  # of the infinite word, more than any text here has
FIBONACCI = set(F)
OPTIONAL = {"buffers": ["fill", "fib_each"], "listener": ["listen"]}
OPERATIONS = ["advance", "peek", "reset", "position", "exhausted", "rest"]
LETTERS = "abFφé字🐇 %'\"\\\0\t\n\r\x1b\x7f\x85\u2028\ufeff\u0301"


@dataclass(frozen=True)
class Case:
    """What File.add() takes."""

    name: str
    call: str
    expected: object
    arguments: tuple[object, ...]

    def line(self) -> str:
        """Write it as the case files do."""
        return "\t".join([self.name, self.call, text(self.expected), *map(text, self.arguments)])

    def source(self) -> str:
        """Write it as generate.py does."""
        values = [self.name, self.call, self.expected, *self.arguments]
        return f"file.add({', '.join(map(source, values))})"


def source(value: object) -> str:
    """Write a value in Python, a Mark with its class."""
    if isinstance(value, list):
        return f"[{', '.join(map(source, value))}]"
    return f"Mark({str(value)!r})" if isinstance(value, Mark) else repr(value)


class Cases:
    """Random calls and what they give."""

    def __init__(self, seed: int, lacks: list[str]) -> None:
        """Begin anew with a seed; `lacks` names optional_<feature>.tsv that a host does without."""
        self.random = random.Random(seed)  # noqa: S311
        self.seed = seed
        lacking = {call for feature in lacks for call in OPTIONAL[feature]}
        signatures = {**SIGNATURES, **BUFFER_SIGNATURES, **LISTENER_SIGNATURES}
        self.signatures = {call: each for call, each in signatures.items() if call not in lacking}
        self.calls: dict[str, Callable[[], tuple[object, list[object]]]] = {
            call: getattr(self, f"call_{call}")
            for call in self.signatures
            if hasattr(self, f"call_{call}")
        }
        self.calls["Sequence"] = self.call_sequence
        self.signatures["Sequence"] = integers(start=10)

    def case(self, number: int) -> Case:
        """Give the next case: one of ten has a wrong argument."""
        call = self.random.choice(list(self.calls))
        wrong = self.random.random() < 0.1
        expected, arguments = self.wrong(call) if wrong else self.calls[call]()
        return Case(f"random_{self.seed}_{number}", call, expected, tuple(arguments))

    # ---- arguments

    def u64(self) -> int:
        """Give 64 bits, most often near an edge or of few bits."""
        r = self.random
        kind = r.randrange(4)
        if kind == 0:
            return min(
                max(r.choice([*EDGES, 186, 187, 10**9, 2**31, 2**32]) + r.randint(-2, 2), 0), MAX
            )
        if kind == 1:
            return r.choice(TABLE)
        return r.getrandbits(r.randint(1, 64))

    def index(self) -> int:
        """Give an index of a term that most often fits 64 bits."""
        return self.u64() if self.random.randrange(4) == 0 else self.random.randint(0, MAX_INDEX)

    def exact_index(self) -> int:
        """Give an index of a term of any size, small enough to be defined here or refused."""
        r = self.random
        if r.randrange(8) == 0:
            return r.choice([LARGEST_EXACT + 1, LARGEST_EXACT + 1 + r.getrandbits(30), MAX])
        return r.choice([r.randint(0, 200), r.randint(0, 2000), r.randint(0, len(F) - 1)])

    def range(self) -> tuple[int, int]:
        """Give the first index and the number of terms."""
        first = self.index()
        if self.random.randrange(4) == 0:
            return first, self.u64()
        return first, self.random.randint(0, max(MAX_INDEX + 2 - first, 1))

    def text(self) -> str:
        """Give any letters of Unicode, control characters and NUL included."""
        r = self.random
        letters = [
            r.choice(LETTERS) if r.randrange(3) else chr(r.choice([r.randrange(0xD800), 0xE000]))
            for _ in range(r.choice([0, 1, 2, 5, 20, 100]))
        ]
        return "".join(letters)

    def numbers(self) -> list[int]:
        """Give a list, now and then with the 0 that is not in the code."""
        length = self.random.choice([0, 1, 2, 5, 20, 100])
        small = self.random.randrange(2)
        numbers = [self.random.randint(1, 9) if small else self.u64() for _ in range(length)]
        return numbers if self.random.randrange(4) == 0 else [number or 1 for number in numbers]

    # ---- calls that can succeed

    def call_noop(self) -> tuple[object, list[object]]:
        return None, []

    def call_max_index(self) -> tuple[object, list[object]]:
        return MAX_INDEX, []

    def call_fib_wrapping(self) -> tuple[object, list[object]]:
        n = self.u64()
        return fib_mod(n, WORD), [n]

    def _in_64_bits(self, n: int) -> object:
        return TABLE[n] if n <= MAX_INDEX else fails("overflow", "n", 93, n)

    def call_fib(self) -> tuple[object, list[object]]:
        n = self.index()
        return self._in_64_bits(n), [n]

    def call_fib_recursive(self) -> tuple[object, list[object]]:
        n = self.random.choice([self.random.randint(0, 12), 94 + self.random.getrandbits(40)])
        return self._in_64_bits(n), [n]

    def call_fib_by(self) -> tuple[object, list[object]]:
        how, n = self.random.randint(0, 5), self.index()
        if how == 0:
            n = n % 13 if n <= MAX_INDEX else n
        if how == 4 and n <= MAX_INDEX:
            n %= 71
        if how == 5 and n <= MAX_INDEX:
            how = self.random.randint(5, 2**31 - 1)
            return fails("argument", "how", 4, how), [how, n]
        return self._in_64_bits(n), [how % 5, n]

    def call_fib_mod(self) -> tuple[object, list[object]]:
        n, m = self.u64(), self.u64()
        return fib_mod(n, m) if m else fails("argument", "m", 1, 0), [n, m]

    def call_recurrence(self) -> tuple[object, list[object]]:
        p, q, a, b, n = (self.u64() for _ in range(5))
        return far_recurrence((p, q, a, b), n), [p, q, a, b, n]

    def call_binet(self) -> tuple[object, list[object]]:
        r = self.random
        x = r.choice([r.uniform(-1400, 1400), r.uniform(-100, 100), float(r.randint(-90, 90))])
        return close_to(binet(x)), [x]

    def call_is_fibonacci(self) -> tuple[object, list[object]]:
        x = self.u64()
        return TRUE if x in FIBONACCI else FALSE, [x]

    def call_fib_exact(self) -> tuple[object, list[object]]:
        n = self.exact_index()
        return F[n] if n < len(F) else fails("overflow", "n", LARGEST_EXACT, n), [n]

    def call_fib_decimal(self) -> tuple[object, list[object]]:
        expected, arguments = self.call_fib_exact()
        return str(expected) if isinstance(expected, int) else expected, arguments

    def call_index_of(self) -> tuple[object, list[object]]:
        r = self.random
        n = r.choice([r.randint(0, 200), r.randint(0, len(F) - 1)])
        x = r.choice([F[n], max(F[n] + r.randint(-2, 2), 0), r.getrandbits(r.randint(1, 4000))])
        known = x in FIBONACCI
        return 1 if x == 1 else F.index(x) if known else fails("argument", "x", "Fibonacci"), [x]

    def call_is_word(self) -> tuple[object, list[object]]:
        r = self.random
        some = WORD_LETTERS[: r.choice([r.randint(0, 8), r.randint(0, 300)])]
        if some and r.randrange(2):
            at = r.randrange(len(some))
            some = some[:at] + r.choice("abAc\0β") + some[at + 1 :]
        return TRUE if WORD_LETTERS.startswith(some) else FALSE, [some]

    def call_caption(self) -> tuple[object, list[object]]:
        (number, [n]), label = self.call_fib_decimal(), self.text()
        return f"{label}({n}) = {number}" if isinstance(n, int) and n < len(F) else number, [
            label,
            n,
        ]

    def call_word(self) -> tuple[object, list[object]]:
        n = self.random.choice([self.random.randint(0, 14), 31, 31 + self.u64() % 2**60])
        return word(n) if n <= 30 else fails("range", "n", 30, n), [n]

    def _terms(self, first: int, count: int) -> list[Term] | Mark:
        if count and first + count > MAX_INDEX + 1:
            return fails("overflow", "first", "count", 94, first, count)
        return [Term(n, TABLE[n]) for n in range(first, first + count)] if count else []

    def call_terms(self) -> tuple[object, list[object]]:
        first, count = self.range()
        terms = self._terms(first, count)
        return terms if isinstance(terms, Mark) else [t.term for t in terms], [first, count]

    def call_encode(self) -> tuple[object, list[object]]:
        numbers = self.numbers()
        if 0 in numbers:
            return fails("argument", f"numbers[{numbers.index(0)}]", 1, 0), [numbers]
        return encode(numbers), [numbers]

    def call_decode(self) -> tuple[object, list[object]]:
        r = self.random
        stream = bytearray(encode([number or 1 for number in self.numbers()]))
        for _ in range(r.choice([0, 0, 1, 2, 8])):
            at = r.randint(0, len(stream))
            what = r.randrange(3)
            if what == 0:
                stream[at:at] = r.choice([b"\0", b"\x80", b"\xff", bytes([r.randrange(256)])])
            elif what == 1:
                del stream[at : at + r.randint(1, 3)]
            elif at < len(stream):
                stream[at] ^= 1 << r.randrange(8)
        numbers = decode(bytes(stream))
        expected = fails("argument", "bytes", "Fibonacci") if numbers is None else numbers
        return expected, [bytes(stream)]

    def call_nearest(self) -> tuple[object, list[object]]:
        x = self.u64()
        return nearest(x), [x]

    def call_zeckendorf(self) -> tuple[object, list[object]]:
        x = self.u64()
        return zeckendorf(x), [x]

    def call_visit(self) -> tuple[object, list[object]]:
        first, count = self.range()
        visitor = self.random.choice([GO, RAISE, until(first + self.random.randint(0, 20))])
        terms = self._terms(first, count)
        if isinstance(terms, Mark):
            return terms, [first, count, visitor]
        if visitor == RAISE and terms:
            return fails("own"), [first, count, visitor]
        indices = [f"&until:{term.index}" for term in terms]
        if visitor in indices:
            terms = terms[: indices.index(visitor) + 1]
        return results(len(terms), terms), [first, count, visitor]

    call_listen = call_visit

    def call_fill(self) -> tuple[object, list[object]]:
        count = self.random.choice([0, 1, self.random.randint(0, 200)])
        filled = u64([number % WORD for number in F[:count]])
        return results(None, filled), [u64([self.u64() for _ in range(count)])]

    def call_fib_each(self) -> tuple[object, list[object]]:
        r = self.random
        indices = [r.randint(0, MAX_INDEX) for _ in range(r.choice([0, 1, 2, 50]))]
        given = u64(indices) if r.randrange(2) else Mark("u64ro" + text(indices))
        out = [9] * len(indices)
        if r.randrange(8) == 0:
            out = [9] * r.randint(0, 60)
        if len(out) != len(indices):
            return fails("argument", "length", len(indices), len(out)), [given, u64(out)]
        if indices and r.randrange(4) == 0:
            at, bad = r.randrange(len(indices)), max(self.u64(), MAX_INDEX + 1)
            indices[at] = bad
            failure = fails("overflow", f"indices[{at}]", 93, bad)
            return failure, [u64(indices), u64(out)]
        filled = u64([TABLE[n] for n in indices])
        return results(None, u64(indices), filled), [given, u64(out)]

    def call_sequence(self) -> tuple[object, list[object]]:
        """Follow an object by its definition: F(position), up to F(93)."""
        r = self.random
        start = r.choice([0, r.randint(0, 94), r.randint(85, 94)])
        arguments: list[object] = [start] if start or r.randrange(2) else []
        if r.randrange(10) == 0:
            start = max(self.u64(), 95)
            return fails("range", "start", 94, start), [start]
        given: list[object] = []
        position = start
        operations = [*r.choices([*OPERATIONS, "advance"], k=r.randint(0, 12)), "position"]
        for operation in operations:
            arguments.append(Mark(operation))
            if operation in {"advance", "peek"}:
                if position > MAX_INDEX:
                    return fails("range", "position", 93, 94), arguments
                given.append(TABLE[position])
                position += operation == "advance"
            elif operation == "rest":
                given.append(TABLE[position:])
                position = MAX_INDEX + 1
            elif operation == "reset":
                position = start
            else:
                given.append(position if operation == "position" else position > MAX_INDEX)
        if r.randrange(8) == 0:
            arguments += [Mark("destroy"), Mark(r.choice(OPERATIONS))]
            return fails("argument"), arguments
        return results(*given), arguments

    # ---- calls that cannot

    def wrong(self, call: str) -> tuple[object, list[object]]:
        """Give a call with a value that no parameter of the kind takes, or with too many."""
        parameters = self.signatures[call]
        good = [parameter.good for parameter in parameters]
        r = self.random
        if call != "Sequence" and (not good or r.randrange(5) == 0):
            more = [self.u64() for _ in range(r.randint(1, 4))]
            return fails("arity", len(good) + len(more)), [*good, *more]
        at = r.randrange(len(good))
        bad, kind, words = self.bad(parameters[at])
        return fails(kind, parameters[at].name, *words), [*good[:at], bad, *good[at + 1 :]]

    def bad(self, parameter: Parameter) -> tuple[object, str, list[object]]:
        """Give a bad value, the kind of the failure and what the message tells of it."""
        r = self.random
        kind = parameter.kind
        limit = {"u64": MAX, "enum": 2**31 - 1}.get(kind)
        values: list[object] = [None]
        if kind not in {"text", "bytes", "input", "output"}:  # text is memory in some hosts
            values.append(r.choice(["", "5", "abc", "1e3", "F(10)"]))
        if kind != "list":
            values.append([self.u64() for _ in range(r.randint(0, 3))])
        if kind in {"text", "bytes", "list", "callback", "input", "output"}:
            values += [self.u64(), r.uniform(-9, 9), -self.u64()]
        if kind in {"input", "output"}:
            values.append(Mark("f64[1.0 2.0]"))
        if kind == "output":
            values.append(Mark("u64ro[9 9]"))
        if kind in {"u64", "enum", "bigint"}:
            values += [r.randint(-9, 9) + r.uniform(0.1, 0.9), nan, GO]
        value = r.choice(values)
        if limit and r.randrange(2):
            value = r.choice([-1 - self.u64(), limit + 1 + self.u64(), -r.getrandbits(200) - 1])
            return value, "overflow", [limit]
        if kind == "bigint" and r.randrange(2):
            return -1 - r.getrandbits(r.randint(1, 4000)), "overflow", []
        if kind == "list" and r.randrange(2):
            items: list[object] = [self.u64() for _ in range(r.randint(0, 20))]
            bad = r.choice([-1 - self.u64(), MAX + 1 + self.u64(), 0.5, "5"])
            items.insert(r.randint(0, len(items)), bad)
            return items, "overflow" if isinstance(bad, int) else "type", [MAX]
        return value, "type", [limit] if limit else []


def cases(seed: int, count: int, lacks: list[str]) -> list[Case]:
    """Give `count` cases, the last of which asks for what is still alive."""
    made = Cases(seed, lacks)
    numbered = [made.case(number) for number in range(1, count)]
    return [*numbered, Case(f"random_{seed}_{count}", "live_objects", 0, ())]


def check(seed: int, count: int) -> None:
    """See that every call is there, and that generate.py makes the same line of what is pasted."""
    made = cases(seed, count, [])
    assert made == cases(seed, count, []) != cases(seed + 1, count, [])
    missing = {*Cases(seed, []).signatures, "library_version"} - {case.call for case in made}
    assert missing == {"library_version"}, missing  # its definition is the header
    failing = sum(text(case.expected).startswith("!") for case in made)
    assert count / 8 < failing < count / 2, failing
    for case in made:
        file = generate.File("")
        exec(case.source(), {**vars(generate), "file": file})  # noqa: S102
        assert file.lines[1:] == [case.line()], case
    for case in made:
        if case.call == "encode" and isinstance(case.expected, bytes):
            assert decode(case.expected) == case.arguments[0], case
    print(f"# checked inputs={count}")


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--lacks", action="append", default=[])
    parser.add_argument("--paste", action="append", type=int, default=[])
    parser.add_argument("--check", action="store_true", help="print none, look at them")
    options = parser.parse_args()
    if options.check:
        check(options.seed, options.count)
        return
    made = cases(options.seed, options.count, options.lacks)
    if options.paste:
        made = [made[number - 1] for number in options.paste]
    lines = [case.source() if options.paste else case.line() for case in made]
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode())


if __name__ == "__main__":
    main()
