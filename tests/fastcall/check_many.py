"""Calls everything in the module of many.i: check_many.py, with the module in PYTHONPATH."""

from __future__ import annotations

import functools
import importlib
import pickle
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

many: Any = importlib.import_module("many")
classes: list[Any] = [many.C0, many.C1, many.C2, many.C3, many.C4]
FUNCTIONS = {f"f{count}_{k}": (count, k) for count in range(9) for k in range(10, 50)}
ARGUMENTS = (1, 2, -1, 7, 3, -5, 11, 4)
MANY = 100_000
NO_KEYWORDS: dict[str, int] = {}


def total(*digits: int) -> int:
    """Compute what MANY_SUM of many.hpp does."""
    return functools.reduce(lambda sum_, digit: 3 * sum_ + digit, digits + (0,) * (9 - len(digits)))


def refused(
    *words: str | int, call: Callable[..., object], kind: type[Exception] = TypeError
) -> None:
    """Check that a call fails and says these words."""
    try:
        result = call()
    except kind as error:
        said = str(error)
    else:
        raise AssertionError(result)
    assert all(str(word) in said for word in words), said


def wrong_counts(function: Callable[..., object], count: int) -> None:
    """Check that a call with an argument too few or too many fails and says both counts."""
    name = function.__name__.lstrip("_")
    for given in {count - 1, count + 1} - {-1}:
        expected = {0: ("0", "no ")[count != 0 or "." in name], 1: "one"}.get(count, str(count))
        try:
            function(*range(given))
        except TypeError as error:
            said = str(error)
        else:
            raise AssertionError(function)
        counts = [str(count), expected] + (["no arguments"] if count == 0 else ["exactly one"])
        assert any(word in said for word in counts), said
        assert str(given) in said, said


def check_functions() -> None:
    """Every function gets its arguments, and complains about their number."""
    for name, (count, k) in FUNCTIONS.items():
        function, arguments = getattr(many, name), ARGUMENTS[:count]
        assert function(*arguments) == total(k, *arguments), name
        wrong_counts(function, count)
        refused("keyword", call=lambda f=function, a=arguments: f(*a, z=1))
        if count:
            bad = ["no number", *arguments[1:]]
            refused(name, "argument 1", call=lambda f=function, b=bad: f(*b))
    refused("keyword", call=lambda: many.f2_10(1, b=2))
    refused("keyword", call=lambda: many.f2_10(a=1, b=2))


def check_ways_to_call() -> None:
    """CPython has several ways to a function."""
    assert many.f3_10(*[1, 2], *[3]) == total(10, 1, 2, 3)
    assert many.f3_10(*(1, 2, 3), **NO_KEYWORDS) == total(10, 1, 2, 3)
    assert functools.partial(many.f3_10, 1, 2)(3) == total(10, 1, 2, 3)
    assert list(map(many.f2_10, [1, 3], [2, 4])) == [total(10, 1, 2), total(10, 3, 4)]
    made = many.C2(1, 2)
    bound, unbound = made.m2, many.C2.m2
    assert bound(3, 4) == unbound(made, 3, 4) == made.m2.__call__(3, 4) == total(made.value, 3, 4)
    assert many.C2.__call__(1, 2).value == made.value
    assert functools.partial(many.C2, 1)(2).value == made.value
    assert [each.value for each in map(many.C1, range(3))] == [total(1, n) for n in range(3)]


def check_classes() -> None:
    """Constructors, methods, static methods and attributes of every class."""
    for count, made_by in enumerate(classes):
        arguments = ARGUMENTS[:count]
        made = made_by(*arguments)
        value = total(count, *arguments)
        assert (made.value, made.first, made_by.shared) == (value, value, 5)
        wrong_counts(made_by, count)
        refused("keyword", call=lambda m=made_by, a=arguments: m(*a, z=1))
        for n in range(5):
            passed = ARGUMENTS[:n]
            method, static = getattr(made, f"m{n}"), getattr(made_by, f"s{n}")
            assert method(*passed) == total(value, *passed)
            assert static(*passed) == getattr(made, f"s{n}")(*passed) == total(5, *passed)
            for function in (method, static):
                wrong_counts(function, n)
                refused("keyword", call=lambda f=function, p=passed: f(*p, z=1))
        check_attributes(made, made_by)
    refused("m2", call=lambda: many.C2.m2(many.C1(1), 2, 3))
    refused("m2", call=many.C2.m2)
    refused("C2", call=lambda: many.value_of(many.C1(1), 2))
    assert many.value_of(many.C2(1, 2), 3) == total(many.C2(1, 2).value, 3)
    assert many.made(1, 2).value == many.made_new(1, 2).value == many.C2(1, 2).value


def check_attributes(made: Any, made_by: Any) -> None:  # noqa: ANN401
    """Write what is for writing, and fail to write the rest."""
    first = made.first
    made.value = 12
    assert (made.value, made.first, made.m0()) == (12, first, total(12))
    refused("first", call=lambda: setattr(made, "first", 1), kind=AttributeError)
    refused(call=lambda: setattr(made, "value", "no number"))
    refused("deletion", call=lambda: delattr(made, "value"), kind=AttributeError)
    made_by.shared = 6
    assert made_by.s0() == total(6)
    made_by.shared = 5


def check_globals() -> None:
    """Variables of the module."""
    assert (many.cvar.level, many.limit) == (3, 7)
    many.cvar.level = 4
    assert many.cvar.level == 4
    many.cvar.level = 3
    assert many.C0_shared_get() == 5


def check_overloads() -> None:
    """Of functions, methods, static methods and constructors, with default arguments too."""
    c = many.C1(8)
    assert many.over() == 0
    assert many.over(5) == total(1, 5)
    assert many.over(5, 6) == total(2, 5, 6)
    assert many.over("A") == total(3, 65)
    assert many.over(c, 6) == total(4, c.value, 6)
    for function in (many.defaults, many.compact):
        assert function(1) == total(1, 5, 7)
        assert function(1, 2) == total(1, 2, 7)
        assert function(1, 2, 3) == total(1, 2, 3)
    over = many.Over(2)
    assert [many.Over().value, over.value] == [0, total(2, 5)]
    assert [many.Over(2, 3).value, many.Over("A").value] == [total(2, 3), 65]
    assert [over.over(1), over.over(1, 2), over.over("A")] == [
        total(1, 1),
        total(2, 1, 2),
        total(3, 65),
    ]
    assert [over.defaults(1), over.defaults(1, 2)] == [
        total(over.value, 1, 5),
        total(over.value, 1, 2),
    ]
    assert [many.Over.pick(1), over.pick(1, 2)] == [total(1, 1), total(2, 1, 2)]
    refused("at least 1", "got 0", call=many.compact)
    refused("at most 3", "got 4", call=lambda: many.compact(1, 2, 3, 4))
    refused("at most 2", "got 3", call=lambda: many.over(1, 2, 3))
    refused("overloaded", call=lambda: over.over(1, 2, 3))
    refused("at most 2", "got 3", call=lambda: many.Over(1, 2, 3))
    refused("overloaded", call=lambda: many.over([]))
    refused("overloaded", call=lambda: many.Over([]))


def check_operators() -> None:
    """Slots call the same wrappers with a tuple; their names stay CPython's."""
    number, other = many.Number(3), many.Number(4)
    assert (number + other).value == number.__add__(other).value == 7
    assert number == many.Number(3)
    assert number != other
    assert number[5] == number.__getitem__(5) == 8
    number[5] = 6
    assert number.value == 11
    assert number(1, 2) == number.__call__(1, 2) == total(11, 1, 2)
    refused("2", "1", call=lambda: number(1))
    refused(call=lambda: number + "x")
    refused(call=lambda: number["x"])
    slot = type(int.__add__)
    for name in ("__add__", "__eq__", "__getitem__", "__setitem__", "__call__", "__init__"):
        assert type(vars(many.Number)[name]) is slot, name


def check_what_swig_gives_every_object() -> None:
    """SWIG's own methods want their tuple."""
    made = many.C2(1, 2)
    assert made.own() is True
    assert made.thisown is True
    made.own(False)  # noqa: FBT003
    assert made.own() is False
    made.acquire()
    assert made.own() is True
    refused(call=lambda: made.own(1, 2))
    assert made.this is not None
    refused("Unmade", call=many.Unmade)
    assert many.unmade() is not None


def check_second_init() -> None:
    """Do what SWIG does at a second __init__(): keep the first object."""
    made = many.C2.__new__(many.C2)
    made.__init__(1, 2)
    for _ in range(10):
        made.__init__(3, 4)
        assert made.m0() == many.C2(1, 2).m0()
    refused("2", "1", call=lambda: made.__init__(1))
    refused("keyword", call=lambda: made.__init__(1, 2, z=3))
    assert made.m0() == many.C2(1, 2).m0()


class Sub(many.C2):  # type: ignore[misc]
    """Takes its constructor from C++."""

    def m2(self, a: int, b: int) -> str:
        return f"sub {super().m2(a, b)}"


class SubWithInit(many.C2):  # type: ignore[misc]
    """Has one of its own, which takes keywords."""

    def __init__(self, name: str, *, a: int = 1) -> None:
        super().__init__(a, 2)
        self.name = name


class SubWithNew(many.C2):  # type: ignore[misc]
    """Has its own __new__()."""

    def __new__(cls, *_: object) -> Any:  # noqa: ANN401
        return super().__new__(cls)


def check_subclasses() -> None:
    """Python's subclasses take CPython's way to the same constructor."""
    value = many.C2(1, 2).value
    sub = Sub(1, 2)
    assert isinstance(sub, many.C2)
    assert (sub.value, sub.m2(1, 2)) == (value, f"sub {total(value, 1, 2)}")
    sub.anything = 3
    assert sub.anything == 3
    assert many.value_of(sub, 3) == total(value, 3)
    named = SubWithInit("one", a=1)
    assert (named.value, named.name, named.m2(1, 2)) == (value, "one", total(value, 1, 2))
    assert SubWithNew(1, 2).value == value
    wrong_counts(Sub, 2)
    refused("keyword", call=lambda: Sub(1, 2, z=3))
    refused("name", call=SubWithInit)
    refused("C2", call=lambda: many.C2.m2(object(), 1, 2))


def check_pickle() -> None:
    """Functions are pickled by their names, static methods by those of their classes."""
    for function in (many.f0_10, many.f1_20, many.f8_49, many.over, many.C2.s0, many.C2.s2):
        again = pickle.loads(pickle.dumps(function))  # noqa: S301
        assert again == function, function
    assert many.f3_10.__module__ == "many"
    assert many.f3_10.__qualname__ == "f3_10"
    assert many.C2.s2.__qualname__ == many.C2.s0.__qualname__.replace("0", "2")
    assert many.C2.m2.__qualname__ == "C2.m2"
    assert pickle.loads(pickle.dumps(many.C2)) is many.C2  # noqa: S301


def check_threads() -> None:
    """Threads that call at once do not see each other's arguments."""
    wrong: list[tuple[str, int]] = []
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)

    def call(seed: int) -> None:
        made = many.C3(seed, 2, 3)
        for n in range(3000):
            name = f"f5_{10 + n % 40}"
            if getattr(many, name)(seed, n, 1, 2, 3) != total(10 + n % 40, seed, n, 1, 2, 3):
                wrong.append((name, seed))
            if many.C2(seed, n % 9).m2(n, 3) != total(total(2, seed, n % 9), n, 3):
                wrong.append(("C2", seed))
            if made.m3(seed, n, 1) != total(made.value, seed, n, 1):
                wrong.append(("m3", seed))

    threads = [threading.Thread(target=call, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(switch)
    assert not wrong, wrong[:5]


def use_once(text: str) -> None:
    """Make, call and fail once, in every way."""
    made = many.C2(1, 2)
    made.m2(1, 2)
    made.m0()
    many.C2.s3(1, 2, 3)
    many.f8_10(1, 2, 3, 4, 5, 6, 7, 8)
    many.over(text)
    many.made_new(1, 2).value = 3
    Sub(1, 2).m2(3, 4)
    for bad in (many.C2, many.f8_10, made.m2, made.m4, lambda: many.C2(text, 2)):
        try:
            bad()
        except TypeError:
            continue
        raise AssertionError(bad)


def growth(times: int, use: Callable[[], object]) -> int:
    """Give by how many blocks Python's memory grows."""
    use()
    before = sys.getallocatedblocks()
    for _ in range(times):
        use()
    return sys.getallocatedblocks() - before


def check_growth() -> None:
    """Nothing is left of 100,000 objects, nor of calls that fail; no reference is lost."""
    text = str(MANY)
    live, references = many.cvar.live, sys.getrefcount(text)
    of_class = sys.getrefcount(many.C2)
    assert growth(MANY, lambda: many.C2(1, 2)) < 100
    assert growth(MANY // 20, lambda: use_once(text)) < 100
    assert many.cvar.live == live
    assert sys.getrefcount(text) == references
    assert abs(sys.getrefcount(many.C2) - of_class) < 10


def main() -> int:
    """Run all checks."""
    failed = False
    for name, check in list(globals().items()):
        if name.startswith("check_") and name != "check_attributes":
            try:
                check()
            except Exception:  # noqa: BLE001
                failed = True
                print(f"not ok - {name[6:]}\n{traceback.format_exc()}", flush=True)
            else:
                print(f"ok - {name[6:]}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
