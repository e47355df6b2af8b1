"""Objects behave as Python's own: repr(), ==, hash(), pickle, copy and dir()."""

from __future__ import annotations

import abc
import copy
import gc
import importlib
import pickle
import sys
from enum import IntEnum
from functools import partial
from typing import Any, Callable

import fibonacci


def refused(error: type[Exception], words: str, call: Callable[[], object]) -> None:
    """Check that the call fails with the error and a message that holds the words."""
    try:
        call()
    except error as raised:
        assert words in str(raised), raised
    else:
        raise AssertionError(words)


def copies(thing: Any) -> list[Any]:  # noqa: ANN401 - it is what it is
    """Copy in every way."""
    protocols = range(pickle.HIGHEST_PROTOCOL + 1)
    pickled = [pickle.loads(pickle.dumps(thing, protocol)) for protocol in protocols]  # noqa: S301
    return [copy.copy(thing), copy.deepcopy(thing), *pickled]


Term, Sequence = fibonacci.Term, fibonacci.Sequence

# A value: equal to equal ones, and unchanging.
term = fibonacci.nearest(50)
assert repr(term) == "Term(index=10, term=55)"
assert term == Term(10, 55)
assert term != Term(11, 89)
assert term != (10, 55)
assert len({term, *copies(term), Term(10, 55), Term(93, fibonacci.fib(93))}) == 2
assert Term.__match_args__ == ("index", "term")
refused(TypeError, "expected 2 arguments, got 1", lambda: Term(1))
refused(TypeError, "expected 2 arguments, got 3", lambda: Term(1, 1, 1))
assert eval(repr(term), vars(fibonacci)) == term  # noqa: S307 - what repr() promises
assert Term(term=55, index=10) == Term(10, term=55) == term
refused(TypeError, "got two values for index", lambda: Term(1, index=1))
refused(TypeError, "needs a value for term", lambda: Term(index=1))
refused(TypeError, "got other names", lambda: Term(index=1, term=1, more=1))
refused(TypeError, "takes no keyword arguments", lambda: Sequence(start=1))
refused(TypeError, "takes no keyword arguments", lambda: type("Odd", (Sequence,), {})(start=1))
refused(TypeError, "term must be an integer from 0", lambda: Term(1, 1.5))
refused(OverflowError, "index must be an integer from 0", lambda: Term(-1, 1))
refused(TypeError, "was made before", lambda: term.__init__(1, 1))
restore, *_ = term.__reduce__()
refused(TypeError, "made of index,term", lambda: restore(Term, 1))
refused(TypeError, "must come first", lambda: restore(int, 1))
refused(TypeError, "must come first", lambda: restore(5))
refused(TypeError, "must come first", restore)
refused(OverflowError, "term must be", lambda: restore(Term, 1, -1))
refused(ValueError, "must be initialized", lambda: hash(Term.__new__(Term)))
refused(ValueError, "must be initialized", lambda: Term.__new__(Term) == term)
refused(TypeError, "not supported", lambda: term < Term(11, 89))
refused(TypeError, "int()", lambda: int(term))
refused(AttributeError, "index", lambda: setattr(term, "index", 1))
assert repr(Term.__new__(Term)).startswith("<fibonacci.Term object")

# An iterator changes: it is equal to itself alone, as all of Python's are, so hash() stays.
before = fibonacci.live_objects()
sequence = Sequence(5)
sequence.advance()
assert repr(sequence) == "Sequence(start=5, position=6)"
for again in copies(sequence):
    assert repr(again) == repr(sequence)
    assert again != sequence
    assert (again.advance(), again.advance()) == (8, 13)
    again.reset()
    assert again.position == 5
    assert again.position < sequence.position
assert {sequence: 1}[sequence] == 1
assert [each.exhausted for each in copies(Sequence(94))] == [True] * 8
refused(IndexError, "position must be at most 93", lambda: restore(Sequence, 5, 4))
refused(ValueError, "must be initialized", lambda: copy.copy(Sequence.__new__(Sequence)))
del sequence, again
gc.collect()
assert fibonacci.live_objects() == before


class Named(fibonacci.Sequence):  # type: ignore[misc]
    """A derived class, with attributes."""

    def __init__(self, start: int, name: str) -> None:
        super().__init__(start)
        self.name = name


for derived in copies(Named(7, "seven")):
    assert isinstance(derived, Named)
    assert (derived.name, derived.position) == ("seven", 7)
    assert repr(derived) == "Named(start=7, position=7)"


# What a derived class has besides is its own affair, as it is with deque and set.
class Slotted(fibonacci.Term):  # type: ignore[misc]
    """With slots, one of them empty."""

    __slots__ = ("empty", "note")


class Both(Slotted):
    """With slots and attributes."""


class Stateful(fibonacci.Sequence):  # type: ignore[misc]
    """Says itself what is kept of it."""

    note = "lost"

    def __getstate__(self) -> str:
        return f"kept {self.note}"

    def __setstate__(self, state: str) -> None:
        self.note = state


class Demanding(fibonacci.Sequence):  # type: ignore[misc]
    """Wants arguments that nobody has at hand for a copy."""

    def __new__(cls, _start: int, note: str) -> Any:  # noqa: ANN401
        made = super().__new__(cls)
        made.note = note
        return made

    def __init__(self, start: int, _note: str) -> None:
        super().__init__(start)

    def __getnewargs__(self) -> tuple[int, str]:
        return self.position, "new"


for slotted in (Slotted(3, 2), Both(3, 2)):
    slotted.note = ["a list"]
    if isinstance(slotted, Both):
        slotted.more = "more"
    for again in copies(slotted):
        assert type(again) is type(slotted)
        assert (again, again.note) == (slotted, ["a list"])
        assert not hasattr(again, "empty")
        assert getattr(again, "more", None) == getattr(slotted, "more", None)
assert copy.deepcopy(slotted).note is not slotted.note
stateful = Stateful(8)
stateful.note = "this"
assert [(each.note, each.position) for each in copies(stateful)] == [("kept this", 8)] * 8
demanding = Demanding(4, "first")
assert [(each.note, each.position) for each in copies(demanding)] == [("first", 4)] * 8


# CPython knows that two of the classes lie differently in memory.
for one, other in (
    (fibonacci.Listener, Sequence),
    (Term, Sequence),
    (Sequence, fibonacci.Listener),
):
    refused(TypeError, "lay-out conflict", partial(type, "Two", (one, other), {}))


class Summing(fibonacci.Listener, abc.ABC):  # type: ignore[misc]
    """Goes with other base classes, those with a metaclass too."""


summing = Summing()
refused(TypeError, "was made before", partial(Summing.__init__, summing))
refused(TypeError, "cannot pickle", lambda: pickle.dumps(Summing()))
refused(TypeError, "cannot pickle", lambda: copy.copy(Summing()))


class Hasty:
    """An integer that makes the object while it is converted for its making."""

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make

    def __index__(self) -> int:
        self.make()
        return 7


fresh = Term.__new__(Term)
refused(
    TypeError, "was made before", lambda: fresh.__init__(Hasty(lambda: fresh.__init__(1, 2)), 3)
)
assert fresh == Term(1, 2)
gc.collect()
before = fibonacci.live_objects()
twice = Sequence.__new__(Sequence)
twice.__init__(Hasty(partial(twice.__init__, 5)))  # as list has it, the last one counts
assert (twice.position, fibonacci.live_objects()) == (7, before + 1)
twice.__init__(9)
assert (twice.position, fibonacci.live_objects()) == (9, before + 1)
del twice
assert fibonacci.live_objects() == before

# What is no value looks and compares like any object, before __init__() too.
assert Sequence.__new__(Sequence) != Sequence.__new__(Sequence)
assert repr(fibonacci.Listener.__new__(fibonacci.Listener)).startswith("<fibonacci.Listener object")

# Nothing of SWIG's own is in sight.
usual = {*dir(object)}
assert {*dir(Term)} - usual == {"__match_args__", "index", "term"}
attributes = {"advance", "exhausted", "peek", "position", "reset"}
assert {*dir(Sequence)} - usual == {"__iter__", "__next__", *attributes}
assert {*dir(fibonacci.Listener)} - usual == {"on_term"}
assert type(Term) is type
assert not [name for name in dir(fibonacci) if "native" in name or "isown" in name]
assert {name for name in dir(fibonacci) if name[0] != "_"} == {*fibonacci.__all__}
assert fibonacci.__version__ == fibonacci.library_version()

# An enumeration is a class of Python, made when it is first used.
Algorithm = fibonacci.Algorithm
assert issubclass(Algorithm, IntEnum)
assert Algorithm is fibonacci.Algorithm
assert [each.name for each in Algorithm][3:] == ["matrix", "binet"]
assert all(getattr(fibonacci, f"Algorithm_{each.name}") == each for each in Algorithm)
assert all(fibonacci.fib_by(each, 30) == 832040 for each in Algorithm)
assert pickle.loads(pickle.dumps(Algorithm.matrix)) is Algorithm.matrix  # noqa: S301
refused(AttributeError, "no attribute 'nothing'", lambda: fibonacci.nothing)

# Imported anew, the module is what it was.
for name in [name for name in sys.modules if name.partition(".")[0] == "fibonacci"]:
    del sys.modules[name]
anew = importlib.import_module("fibonacci")
assert anew is not fibonacci
assert anew.Term(10, 55) == anew.nearest(50)
assert repr(anew.Sequence(4)) == "Sequence(start=4, position=4)"
assert {*dir(anew.Sequence)} - usual == {"__iter__", "__next__", *attributes}
assert copies(anew.nearest(50)) == [anew.nearest(50)] * 8
