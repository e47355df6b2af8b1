"""Every public name has a docstring and a signature, and the examples give what they show."""

from __future__ import annotations

import doctest
import inspect
import pydoc
from typing import TYPE_CHECKING

import fibonacci

if TYPE_CHECKING:
    from collections.abc import Iterator


def described() -> Iterator[tuple[str, object]]:
    """Give the functions and classes, and the members that the classes define."""
    for name in fibonacci.__all__:
        thing = getattr(fibonacci, name)
        if isinstance(thing, int):
            continue  # a constant, which its enumeration describes
        yield name, thing
        if isinstance(thing, type) and not issubclass(thing, int):
            for member in (member for member in vars(thing) if member[0] != "_"):
                yield f"{name}.{member}", getattr(thing, member)


things = dict(described())
assert {"fib", "Term.term", "Sequence.advance", "Sequence.position", "Algorithm"} <= set(things)

parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
for name, thing in [("fibonacci", fibonacci), *things.items()]:
    text = inspect.getdoc(thing)
    assert text, f"{name} has no docstring"
    for foreign in ("std::", ":raises:", "@throws"):
        assert foreign not in text, f"{name}: {text}"
    test = parser.get_doctest(text, {}, name, None, None)  # it stands alone
    assert test.examples, f"{name} has no example"
    runner.run(test)
assert runner.summarize().failed == 0
assert runner.tries > len(things)

for thing in things.values():
    if callable(thing):
        inspect.signature(thing)
for call, signature in {
    fibonacci.fib: "(n, /)",
    fibonacci.noop: "()",
    fibonacci.fib_mod: "(n, m, /)",
    fibonacci.Sequence: "(start=0, /)",
    fibonacci.Sequence.advance: "(self, /)",
    fibonacci.Sequence().advance: "()",
    fibonacci.Term: "(index, term)",
    fibonacci.Listener: "()",
    fibonacci.Listener.on_term: "(self, index, term, /)",
}.items():
    assert str(inspect.signature(call)) == signature, call

assert all(getattr(fibonacci, n).__module__ == "fibonacci" for n in things if "." not in n)
assert "Raises OverflowError when n > max_index()." in str(fibonacci.fib.__doc__)
stops = "Ctrl-C ends it with KeyboardInterrupt"
assert stops in str(fibonacci.fib_recursive.__doc__)
assert "Stopped" not in str(fibonacci.fib_recursive.__doc__)
assert stops not in str(fibonacci.fib.__doc__)
shown = pydoc.plain(pydoc.render_doc(fibonacci.fib))
assert "fib(n, /)\n    F(n)." in shown, shown
shown = pydoc.plain(pydoc.render_doc(fibonacci))
assert "Exact Fibonacci numbers" in shown, shown
assert "Functions take their arguments by position." in shown, shown
