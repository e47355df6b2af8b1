"""Writes tests/cases/*.tsv; with --check, says how the files differ from what it would write.

A line is `case  call  expected  argument...`, separated by tabs; README.md tells of the values.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from dataclasses import dataclass
from functools import partial
from math import inf, nan
from pathlib import Path
from typing import TYPE_CHECKING

from definitions import (
    MAX_INDEX,
    TABLE,
    WORD,
    F,
    Term,
    binet,
    binet_in_double,
    encode,
    far_recurrence,
    fib_mod,
    nearest,
    recurrence,
    word,
    zeckendorf,
)

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
VERSION_HEADER = HERE.parents[1] / "core" / "include" / "fibonacci" / "version.h"


# ---- values and lines


class Mark(str):
    """Text that stands in a field as it is: an operation, a callback, memory, a failure."""

    __slots__ = ()


MAX = WORD - 1
LARGEST_EXACT = 10**9
LOOPED = 1000  # the largest n that a recurrence is followed to step by step
EDGES = [0, 1, 2, 3, 4, 92, 93, 94, 2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1, 2**63, MAX]
GO, RAISE = Mark("&go"), Mark("&raise")
TRUE, FALSE = Mark("true"), Mark("false")


def text(value: object) -> str:
    """Write a value as the case files do."""
    if isinstance(value, Term):
        return f"{value.index}:{value.term}"
    if isinstance(value, bytes):
        return "#" + value.hex()
    if isinstance(value, list):
        return "[" + " ".join(map(text, value)) + "]"
    if isinstance(value, str) and not isinstance(value, Mark):
        return "'" + re.sub(r"[%\0-\x1f\x7f]", lambda each: f"%{ord(each[0]):02x}", value)
    if value is None or isinstance(value, bool):
        return {None: "nil", True: "true", False: "false"}[value]
    return str(value)


def fails(kind: str, *words: object) -> Mark:
    """Expect the host's error for a kind, with these words in its message."""
    return Mark("!" + " ".join([kind, *map(str, words)]))


def results(*values: object) -> Mark:
    """Expect several results in a row."""
    return Mark(" ".join(map(text, values)))


def close_to(value: float) -> Mark:
    """Expect a float that is equal but for its last digits."""
    return Mark(f"~{value}")


def u64(numbers: list[int]) -> Mark:
    """Give memory of uint64 items."""
    return Mark("u64" + text(numbers))


def until(index: int) -> Mark:
    """Give a callback that says false at an index."""
    return Mark(f"&until:{index}")


class File:
    """The lines of one case file."""

    def __init__(self, title: str) -> None:
        """Begin with a line of purpose."""
        self.lines = [f"# {title} Written by generate.py."]
        self.names: set[str] = set()

    def add(self, case: str, call: str, expected: object, *arguments: object) -> None:
        """Add one case."""
        if case in self.names:
            message = f"two cases are called {case}"
            raise ValueError(message)
        self.names.add(case)
        self.lines.append("\t".join([case, call, text(expected), *map(text, arguments)]))


# ---- what is right


def add_small_numbers(file: File) -> None:
    """Add F(n) in 64 bits, by every algorithm."""
    file.add("noop_gives_nothing", "noop", None)
    file.add("max_index_is_93", "max_index", MAX_INDEX)
    version = re.search(r'FIB_VERSION_STRING "(.*)"', VERSION_HEADER.read_text(encoding="utf-8"))
    file.add("library_version_is_that_of_the_header", "library_version", version and version[1])
    for n, term in enumerate(TABLE):
        file.add(f"fib_of_{n}", "fib", term, n)
    for n in [0, 1, 2, 92, 93, 94, 95, 186, 1000, 2**32, 2**53 + 1, 2**63, MAX]:
        file.add(f"fib_wrapping_of_{n}", "fib_wrapping", fib_mod(n, WORD), n)
    for n in range(21):
        file.add(f"fib_recursive_of_{n}", "fib_recursive", F[n], n)
    for how, last in enumerate([20, MAX_INDEX, MAX_INDEX, MAX_INDEX, 70]):
        for n in sorted({0, 1, 2, 3, 10, 20, last - 1, last}):
            file.add(f"fib_by_algorithm_{how}_of_{n}", "fib_by", F[n], how, n)
    file.add("binet_goes_wrong_at_71", "fib_by", binet_in_double(71), 4, 71)


def add_too_large_numbers(file: File) -> None:
    """Add what does not fit 64 bits, and algorithms that there are not."""
    for n in [94, MAX]:
        failure = fails("overflow", "n", 93, n)
        for call in ["fib", "fib_recursive"]:
            file.add(f"{call}_of_{n}_overflows", call, failure, n)
        for how in range(5):
            file.add(f"fib_by_algorithm_{how}_of_{n}_overflows", "fib_by", failure, how, n)
    for how in [5, 99, 2**31 - 1]:
        failure = fails("argument", "how", 4, how)
        file.add(f"there_is_no_algorithm_{how}", "fib_by", failure, how, 10)


def add_several_arguments(file: File) -> None:
    """Add functions of two and of five numbers."""
    for n in [0, 1, 2, 93, 94, 1000, 2**63, MAX]:
        for m in [1, 2, 10, 10**9 + 7, 2**63, 2**63 + 1, MAX]:
            file.add(f"fib_mod_of_{n}_and_{m}", "fib_mod", fib_mod(n, m), n, m)
    for n in [0, 5]:
        file.add(f"fib_mod_of_{n}_and_0_fails", "fib_mod", fails("argument", "m", 1, 0), n, 0)
    families = {
        "fibonacci": (1, 1, 0, 1),
        "lucas": (1, 1, 2, 1),
        "pell": (2, 1, 0, 1),
        "jacobsthal": (1, 2, 0, 1),
        "powers_of_two": (2, 0, 1, 2),
        "zeros": (0, 0, 7, 8),
        "largest": (MAX, MAX, MAX, MAX),
    }
    for family, start in families.items():
        for n in [0, 1, 2, 3, 10, 63, 64, 94, 1000, 2**63, MAX]:
            value = recurrence(start, n) if n <= LOOPED else far_recurrence(start, n)
            file.add(f"recurrence_{family}_{n}", "recurrence", value, *start, n)


def add_floats_and_truths(file: File) -> None:
    """Add floats in and out, and truth values."""
    arguments = {"0": 0, "10": 10, "70": 70, "a_half": 0.5, "minus_one": -1.0, "1000": 1e3}
    for name, x in arguments.items():
        file.add(f"binet_of_{name}", "binet", close_to(binet(x)), x)
    file.add("binet_of_infinity", "binet", inf, inf)
    file.add("binet_of_too_much_is_infinity", "binet", inf, 1e300)
    file.add("binet_of_nan", "binet", nan, nan)
    for x in sorted({*EDGES, 5, 6, TABLE[-1] - 1, TABLE[-1], TABLE[-1] + 1, *TABLE[85:]}):
        file.add(f"is_fibonacci_of_{x}", "is_fibonacci", x in TABLE, x)


def add_bigints(file: File) -> None:
    """Add numbers of any size."""
    for n in [0, 1, 2, 93, 94, 186, 187, 1000, 10_000]:
        file.add(f"fib_exact_of_{n}", "fib_exact", F[n], n)
        file.add(f"fib_decimal_of_{n}", "fib_decimal", str(F[n]), n)
    for n in [LARGEST_EXACT + 1, 2**40, MAX]:
        failure = fails("overflow", "n", LARGEST_EXACT, n)
        for call in ["fib_exact", "fib_decimal"]:
            file.add(f"{call}_of_{n}_is_refused", call, failure, n)
    for n in [0, 1, *range(3, 12), 93, 94, 186, 187, 1000, 10_000]:
        file.add(f"index_of_term_{n}", "index_of", n, F[n])
    for x in [4, 2**53, 2**63, MAX, WORD]:
        file.add(f"index_of_{x}_fails", "index_of", fails("argument", "x", "Fibonacci", x), x)
    for n in [93, 94, 187, 1000, 10_000, 20_000]:
        for name, x in {"above": F[n] + 1, "below": F[n] - 1}.items():
            failure = fails("argument", "x", "Fibonacci")
            file.add(f"index_of_one_{name}_term_{n}_fails", "index_of", failure, x)


def add_words(file: File) -> None:
    """Add Fibonacci words, and what is none."""
    for n in range(13):
        file.add(f"word_{n}", "word", word(n), n)
    for n in [31, MAX]:
        file.add(f"word_{n}_is_out_of_range", "word", fails("range", "n", 30, n), n)
    long = word(16)
    for name, prefix in {"nothing": "", "a_long_one": long, "a_long_part": long[:1000]}.items():
        file.add(f"is_word_accepts_{name}", "is_word", TRUE, prefix)
    for prefix in ["a", "ab", "aba", "abaa", "abaab"]:
        file.add(f"is_word_accepts_{prefix}", "is_word", TRUE, prefix)
    others = {
        "b": "b",
        "aa": "aa",
        "abb": "abb",
        "abab": "abab",
        "capitals": "ABA",
        "another_last_letter": long[:-1] + ("b" if long[-1] == "a" else "a"),
        "a_nul_at_the_end": "aba\0",
        "a_nul_alone": "\0",
        "another_script": "αβα",
    }
    for name, other in others.items():
        file.add(f"is_word_refuses_{name}", "is_word", FALSE, other)


def add_captions(file: File) -> None:
    """Add text of every kind."""
    labels = {
        "plain": "F",
        "greek": "φ",
        "empty": "",
        "with_nul_inside": "a\0b",
        "nul_alone": "\0",
        "four_bytes_a_letter": "🐇🐇",
        "percent": "100%00",
        "quote_and_backslash": "'\\n",
        "combining": "e\u0301",
        "longer_than_a_small_string": "Liber Abaci, Pisa, anno 1202",
    }
    for name, label in labels.items():
        file.add(f"caption_{name}", "caption", f"{label}(9) = {F[9]}", label, 9)
    for n in [0, 93, 94, 1000]:
        file.add(f"caption_of_term_{n}", "caption", f"F({n}) = {F[n]}", "F", n)
    for n in [LARGEST_EXACT + 1, MAX]:
        failure = fails("overflow", "n", LARGEST_EXACT, n)
        file.add(f"caption_of_term_{n}_is_refused", "caption", failure, "F", n)


TERMS_THAT_EXIST = [(0, 1), (0, 10), (5, 3), (90, 4), (93, 1), (0, 94)]  # first and count
TERMS_THAT_EXIST += [(0, 0), (94, 0), (1000, 0), (MAX, 0)]
TERMS_TOO_LARGE = [(94, 1), (0, 95), (90, 5), (93, 2)]
TERMS_TOO_LARGE += [(1, MAX), (0, MAX), (MAX, 1), (MAX, MAX), (2**63, 2**63)]


def add_terms(file: File) -> None:
    """Add lists of terms."""
    for first, count in TERMS_THAT_EXIST:
        file.add(f"{count}_terms_from_{first}", "terms", TABLE[first : first + count], first, count)
    for first, count in TERMS_TOO_LARGE:
        failure = fails("overflow", "first", "count", 94, first, count)
        file.add(f"{count}_terms_from_{first}_overflow", "terms", failure, first, count)


def add_coding(file: File) -> None:
    """Add Fibonacci coding there and back, and streams that are none."""
    messages = {
        "nothing": [],
        "one": [1],
        "one_many_times": [1] * 9,
        "small_numbers": list(range(1, 34)),
        "the_largest_number": [MAX],
        "the_largest_term": [TABLE[-1]],
        "the_edges": [x for x in EDGES if x],
        "powers_of_three": [pow(3, k, WORD) for k in range(1, 60)],
        "what_fills_whole_bytes": [1, 1, 1, 1],
    }
    for name, message in messages.items():
        file.add(f"encode_{name}", "encode", encode(message), message)
        file.add(f"decode_{name}", "decode", message, encode(message))
    refused = {"alone": [0], "first": [0, 1], "last": [5, 7, 0], "last_of_many": [1] * 300 + [0]}
    for name, message in refused.items():
        failure = fails("argument", f"numbers[{message.index(0)}]", 1, 0)
        file.add(f"encode_refuses_zero_{name}", "encode", failure, message)
    malformed = {
        "a_number_without_end": bytes([0x80]),
        "a_second_number_without_end": encode([1, 1, 1]) + bytes([0x40]),
        "a_byte_of_padding_alone": bytes(1),
        "a_byte_of_padding_too_many": encode([1, 2, 3]) + bytes(1),
        "what_was_cut_off": encode([MAX])[:-1],
        "two_to_the_64": encode([WORD]),
        "term_94": encode([F[94]]),
        "term_150": encode([F[150]]),
    }
    failure = fails("argument", "bytes", "Fibonacci")
    for name, stream in malformed.items():
        file.add(f"decode_refuses_{name}", "decode", failure, stream)


def add_structs(file: File) -> None:
    """Add one term and many."""
    middle = F[93] // 2  # of F(91) and F(92), as close to each
    near_middles = [middle - 1, middle, middle + 1, F[94] // 2, F[94] // 2 + 1]
    for x in sorted({*EDGES, *range(10), *near_middles}):
        file.add(f"nearest_to_{x}", "nearest", nearest(x), x)
    for x in sorted({*EDGES, *range(10), 100, F[92], F[93] - 1, F[93], F[93] + 1, middle}):
        file.add(f"zeckendorf_of_{x}", "zeckendorf", zeckendorf(x), x)


def add_visits(call: str, file: File) -> None:
    """Add what `visit` and `listen` have in common."""

    def seen(first: int, count: int) -> Mark:
        terms = [Term(n, TABLE[n]) for n in range(first, first + count)]
        return results(len(terms), terms)

    for first, count in TERMS_THAT_EXIST:
        file.add(f"{call}_{count}_from_{first}", call, seen(first, count), first, count, GO)
    file.add(f"{call}_until_some_index", call, seen(0, 8), 0, 94, until(7))
    file.add(f"{call}_until_the_first", call, seen(7, 1), 7, 5, until(7))
    file.add(f"{call}_until_the_last", call, seen(89, 5), 89, 5, until(93))
    file.add(f"{call}_until_an_index_that_never_comes", call, seen(3, 4), 3, 4, until(50))
    file.add(f"{call}_nothing_calls_nobody", call, results(0, []), 5, 0, RAISE)
    file.add(f"{call}_gives_back_what_was_raised", call, fails("own"), 0, 5, RAISE)
    for first, count in TERMS_TOO_LARGE:
        failure = fails("overflow", "first", "count", 94, first, count)
        name = f"{call}_{count}_from_{first}_overflows_before_the_first_call"
        file.add(name, call, failure, first, count, RAISE)


def add_sequences(file: File) -> None:
    """Add objects, their methods, properties, iteration and end."""

    def add(case: str, expected: object, operations: str, *start: int) -> None:
        file.add(case, "Sequence", expected, *start, *map(Mark, operations.split()))

    add("starts_at_0_when_nothing_is_said", results(0, 1, 1, 2), "advance advance advance advance")
    add("starts_where_told", results(55, 89, 144), "advance advance advance", 10)
    add("peek_stays", results(55, 55, 10), "peek peek position", 10)
    add("advance_moves_on", results(10, 55, 11, 89), "position advance position peek", 10)
    add("reset_goes_back_to_start", results(55, 89, 10), "advance advance reset position", 10)
    add("reset_of_a_new_one_changes_nothing", results(0, 0), "reset position peek")
    add("is_not_exhausted_before_the_last", FALSE, "exhausted", 93)
    add("is_exhausted_after_the_last", results(F[93], TRUE, 94), "advance exhausted position", 93)
    add("is_exhausted_when_it_starts_at_94", TRUE, "exhausted", 94)
    add("reset_wakes_an_exhausted_one", results(F[93], FALSE), "advance reset exhausted", 93)
    add("iterates_over_everything", results(TABLE), "rest")
    add("iterates_over_the_rest", results(F[88], TABLE[89:], TRUE), "advance rest exhausted", 88)
    add("iterates_over_nothing_at_the_end", results([]), "rest", 94)
    add("iterates_once", results(TABLE[90:], []), "rest rest", 90)
    add("iterates_again_after_reset", results(TABLE[90:], TABLE[90:]), "rest reset rest", 90)

    end = fails("range", "position", 93, 94)
    add("advance_at_the_end_fails", end, "advance", 94)
    add("peek_at_the_end_fails", end, "peek", 94)
    add("advance_past_the_end_fails", end, "advance advance advance", 92)
    add("peek_past_the_end_fails", end, "advance peek", 93)
    add("advance_after_iteration_fails", end, "rest advance")
    for start in [95, MAX]:
        add(f"start_at_{start}_fails", fails("range", "start", 94, start), "", start)

    add("lives_until_destroyed", 55, "advance destroy", 10)
    for operation in ["advance", "peek", "reset", "position", "exhausted", "rest"]:
        add(f"{operation}_of_a_destroyed_one_fails", fails("argument"), f"destroy {operation}", 10)


def add_timed(file: File) -> None:
    """Add the calls that the lab times; a case bears the name of its shape."""
    n = 20
    file.add("void", "noop", None)
    file.add("void_to_u64", "max_index", MAX_INDEX)
    file.add("u64_to_u64", "fib_wrapping", F[n], n)
    file.add("u64_checked", "fib", F[n], n)
    file.add("u64_large", "fib", F[93], 93)
    file.add("recursive", "fib_recursive", F[n], n)
    file.add("enum_in", "fib_by", F[n], 2, n)
    file.add("two_args", "fib_mod", F[n], n, 10**9 + 7)
    file.add("five_args", "recurrence", F[n], 1, 1, 0, 1, n)
    file.add("f64_to_f64", "binet", close_to(binet(1.5)), 1.5)
    file.add("u64_to_bool", "is_fibonacci", FALSE, n)
    file.add("bigint_out", "fib_exact", F[1000], 1000)
    file.add("bigint_in", "index_of", 1000, F[1000])
    file.add("string_out", "fib_decimal", str(F[n]), n)
    file.add("string_in", "is_word", TRUE, word(5))
    file.add("string_in_out", "caption", f"φ({n}) = {F[n]}", "φ", n)
    file.add("long_string_out", "word", word(n), n)
    file.add("list_out", "terms", TABLE[:10], 0, 10)
    file.add("bytes_out", "encode", encode([1, 2, 3, 4]), [1, 2, 3, 4])
    file.add("bytes_in", "decode", [1, 2, 3, 4], encode([1, 2, 3, 4]))
    file.add("list_of_n", "terms", TABLE[:n], 0, n)
    file.add("struct_out", "nearest", nearest(n), n)
    file.add("struct_field", "nearest", nearest(57), 57)
    file.add("list_of_struct_out", "zeckendorf", zeckendorf(100), 100)
    file.add("callback", "visit", results(1, [Term(0, 0)]), 0, 1, GO)
    file.add("ten_callbacks", "visit", results(11, list(map(Term, range(11), F))), 0, 11, GO)
    file.add("create", "Sequence", n, n, Mark("position"))
    file.add("method", "Sequence", 5, 5, Mark("peek"))
    file.add("property", "Sequence", 5, 5, Mark("position"))
    file.add("iterate", "Sequence", results(TABLE), Mark("rest"))
    file.add("error", "fib", fails("overflow", "n", 93, 94), 94)


def add_timed_buffers(file: File) -> None:
    """Add the timed calls that need memory of the host."""
    for name, n in {"buffer_to_buffer": 10, "buffer_of_n": 20}.items():
        indices = list(range(n))
        expected = results(None, u64(indices), u64([F[i] for i in indices]))
        file.add(name, "fib_each", expected, u64(indices), u64([9] * n))
    file.add("buffer_in_place", "fill", results(None, u64(TABLE[:10])), u64([9] * 10))


def add_timed_listener(file: File) -> None:
    """Add the timed call of a class that is overridden in the host."""
    file.add("director", "listen", results(1, [Term(0, 0)]), 0, 1, GO)


def add_end(file: File) -> None:
    """Add the leak ledger, which must be empty when all else is done."""
    file.add("nothing_is_left_alive", "live_objects", 0)


# ---- what is wrong


@dataclass(frozen=True)
class Bad:
    """A value that no parameter of a kind takes, what it is, and what comes of it."""

    what: str
    value: object
    kind: str = "type"
    words: tuple[object, ...] = ()


NIL, A_LIST, TEXT, A_NUMBER = (
    Bad("nil", None),
    Bad("a_list", [5]),
    Bad("text", "5"),
    Bad("a_number", 5),
)
NOT_A_NUMBER = [TEXT, NIL, A_LIST]


def bad_integers(limit: int) -> list[Bad]:
    """Give what is no integer from 0 to the limit."""
    too_large = [Bad(f"{x}", x, "overflow", (limit, x)) for x in sorted({limit + 1, WORD})]
    return [
        Bad("a_negative_number", -1, "overflow", (limit, -1)),
        *too_large,
        Bad("a_fraction", 3.7, words=(limit, 3.7)),
        Bad("nan", nan, words=(limit, nan)),
        *(Bad(bad.what, bad.value, words=(limit,)) for bad in NOT_A_NUMBER),
    ]


BAD = {
    "u64": bad_integers(MAX),
    "enum": bad_integers(2**31 - 1),
    "bigint": [
        Bad("a_negative_number", -1, "overflow", (-1,)),
        Bad("a_large_negative_number", -F[1000], "overflow"),
        Bad("a_fraction", 3.7, words=(3.7,)),
        Bad("nan", nan),
        *NOT_A_NUMBER,
    ],
    "float": NOT_A_NUMBER,
    "text": [A_NUMBER, NIL, A_LIST],
    "bytes": [A_NUMBER, NIL, A_LIST],
    "list": [
        A_NUMBER,
        TEXT,
        NIL,
        *(
            Bad(f"a_list_with_{bad.what}", [1, bad.value], bad.kind, bad.words)
            for bad in bad_integers(MAX)
            if bad.what not in {"nil", "a_list"}
        ),
    ],
    "callback": [A_NUMBER, TEXT, NIL],
    "input": [A_NUMBER, NIL, A_LIST, Bad("memory_of_doubles", Mark("f64[1.0]"))],
    "output": [
        A_NUMBER,
        NIL,
        A_LIST,
        Bad("memory_of_doubles", Mark("f64[1.0]")),
        Bad("read_only_memory", Mark("u64ro[9]")),
    ],
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function, its kind and a good argument."""

    name: str
    kind: str
    good: object


def integers(**good: int) -> list[Parameter]:
    """Give parameters of 64 bits."""
    return [Parameter(name, "u64", value) for name, value in good.items()]


SIGNATURES = {
    "noop": [],
    "max_index": [],
    "live_objects": [],
    "library_version": [],
    "fib_wrapping": integers(n=10),
    "fib": integers(n=10),
    "fib_recursive": integers(n=10),
    "fib_by": [Parameter("how", "enum", 2), *integers(n=10)],
    "fib_mod": integers(n=10, m=7),
    "recurrence": integers(p=1, q=1, a=0, b=1, n=10),
    "binet": [Parameter("x", "float", 10.5)],
    "is_fibonacci": integers(x=8),
    "fib_exact": integers(n=10),
    "index_of": [Parameter("x", "bigint", 55)],
    "fib_decimal": integers(n=10),
    "is_word": [Parameter("text", "text", "aba")],
    "caption": [Parameter("label", "text", "F"), *integers(n=10)],
    "word": integers(n=5),
    "terms": integers(first=0, count=5),
    "encode": [Parameter("numbers", "list", [1, 2])],
    "decode": [Parameter("bytes", "bytes", encode([1, 2]))],
    "nearest": integers(x=10),
    "zeckendorf": integers(x=10),
    "visit": [*integers(first=0, count=2), Parameter("visitor", "callback", GO)],
}
BUFFER_SIGNATURES = {
    "fill": [Parameter("out", "output", u64([9]))],
    "fib_each": [Parameter("indices", "input", u64([1])), Parameter("results", "output", u64([9]))],
}
LISTENER_SIGNATURES = {
    "listen": [*integers(first=0, count=2), Parameter("listener", "callback", GO)],
}


def add_bad_arguments(signatures: dict[str, list[Parameter]], file: File) -> None:
    """Add every bad value for every parameter, and too few and too many arguments."""
    for call, parameters in signatures.items():
        good = [parameter.good for parameter in parameters]
        for i, parameter in enumerate(parameters):
            for bad in BAD[parameter.kind]:
                name = f"{call}_refuses_{bad.what}_as_{parameter.name}"
                failure = fails(bad.kind, parameter.name, *bad.words)
                file.add(name, call, failure, *good[:i], bad.value, *good[i + 1 :])
        count = len(good)
        if good:
            failure = fails("arity", count - 1)
            file.add(f"{call}_refuses_too_few_arguments", call, failure, *good[:-1])
        failure = fails("arity", count + 1)
        file.add(f"{call}_refuses_too_many_arguments", call, failure, *good, 1)


def add_bad_starts(file: File) -> None:
    """Add every bad value for the one parameter of the class."""
    for bad in BAD["u64"]:
        failure = fails(bad.kind, "start", *bad.words)
        file.add(f"Sequence_refuses_{bad.what}_as_start", "Sequence", failure, bad.value)


# ---- what a host may lack


def add_buffers(file: File) -> None:
    """Add memory of the host that the library fills."""
    for count in [0, 1, 3, 96]:
        filled = u64([fib_mod(n, WORD) for n in range(count)])
        file.add(f"fill_{count}_items", "fill", results(None, filled), u64([9] * count))
    indices = {"nothing": [], "one": [93], "any_order": [10, 0, 93, 1, 10], "all": list(range(94))}
    for name, some in indices.items():
        expected = results(None, u64(some), u64([F[n] for n in some]))
        file.add(f"fib_each_of_{name}", "fib_each", expected, u64(some), u64([9] * len(some)))
    expected = results(None, u64([10, 20]), u64([F[10], F[20]]))
    name = "fib_each_reads_read_only_memory"
    file.add(name, "fib_each", expected, Mark("u64ro[10 20]"), u64([9, 9]))
    for index in [94, MAX]:
        name = f"fib_each_of_index_{index}_overflows"
        failure = fails("overflow", "indices[2]", 93, index)
        file.add(name, "fib_each", failure, u64([1, 2, index, 3]), u64([9] * 4))
    for given, wanted in [(3, 2), (2, 3), (0, 1), (1, 0)]:
        name = f"fib_each_of_{given}_into_{wanted}_fails"
        failure = fails("argument", "length", given, wanted)
        file.add(name, "fib_each", failure, u64([1] * given), u64([9] * wanted))


FILES: dict[str, tuple[str, list[Callable[[File], None]]]] = {
    "numbers": (
        "Numbers of 64 bits.",
        [
            add_small_numbers,
            add_too_large_numbers,
            add_several_arguments,
            add_floats_and_truths,
        ],
    ),
    "bigints": ("Numbers of any size.", [add_bigints]),
    "text": ("Text in and out.", [add_words, add_captions]),
    "lists": ("Lists and bytes.", [add_terms, add_coding]),
    "structs": ("Terms, one and many.", [add_structs]),
    "callbacks": ("Callbacks.", [partial(add_visits, "visit")]),
    "sequences": ("The class Sequence; ends with the leak ledger.", [add_sequences, add_end]),
    "timed": ("What the lab times.", [add_timed]),
    "bad_arguments": (
        "Values that no parameter takes, too few and too many arguments.",
        [partial(add_bad_arguments, SIGNATURES), add_bad_starts, add_end],
    ),
    "optional_buffers": (
        "Memory of the caller.",
        [add_buffers, partial(add_bad_arguments, BUFFER_SIGNATURES), add_timed_buffers],
    ),
    "optional_listener": (
        "A class overridden in the host; ends with the leak ledger.",
        [
            partial(add_visits, "listen"),
            partial(add_bad_arguments, LISTENER_SIGNATURES),
            add_timed_listener,
            add_end,
        ],
    ),
}


def contents() -> dict[str, str]:
    """Give every file's name and text."""
    files = {}
    for name, (title, parts) in FILES.items():
        file = File(title)
        for add in parts:
            add(file)
        files[f"{name}.tsv"] = "\n".join([*file.lines, ""])
    return files


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args().check
    wanted = contents()
    different = False
    for name in sorted({*wanted, *(path.name for path in HERE.glob("*.tsv"))}):
        path = HERE / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        new = wanted.get(name, "")
        if old == new:
            continue
        different = True
        if check:
            lines = partial(str.splitlines, keepends=True)
            sys.stdout.writelines(difflib.unified_diff(lines(old), lines(new), name, "generated"))
        else:
            path.write_text(new, encoding="utf-8") if new else path.unlink()
    return int(check and different)


if __name__ == "__main__":
    sys.exit(main())
