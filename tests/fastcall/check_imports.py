"""Imports the module of many.i more than once in a process, and in sub-interpreters.

Each way has a process of its own: check_imports.py runs all, check_imports.py WAY one.
"""

from __future__ import annotations

import gc
import importlib
import subprocess
import sys
from typing import Any

USE = """
import many
assert many.f3_10(1, 2, 3) == 10 * 3**8 + 3**7 + 2 * 3**6 + 3 * 3**5
made = many.C2(1, 2)
assert made.m2(3, 4) == many.C2.m2(made, 3, 4) == made.value * 3**8 + 3 * 3**7 + 4 * 3**6
assert many.C2.s2(3, 4) == 5 * 3**8 + 3 * 3**7 + 4 * 3**6
assert many.C2(1, 2).first == made.value == many.made(1, 2).m0() // 3**8
assert many.Number(3)[4] == (many.Number(3) + many.Number(4)).value == 7
class Sub(many.C2): pass
assert Sub(1, 2).m0() == made.m0() and many.value_of(Sub(1, 2), 0) == made.m0()
for wrong in (many.f3_10, many.C2, made.m2, lambda: many.C2(a=1)):
    try:
        wrong()
    except TypeError:
        continue
    raise AssertionError(wrong)
"""
OWN_LOCK = (3, 12)  # the first with interpreters that do not share the lock


def use() -> Any:  # noqa: ANN401
    """Use the module here; gives it."""
    exec(USE, {})  # noqa: S102
    return importlib.import_module("many")


class Interpreter:
    """A sub-interpreter of any Python."""

    def __init__(self, *, own_lock: bool = False) -> None:
        name = "_xxsubinterpreters" if sys.version_info < (3, 13) else "_interpreters"
        self.api: Any = importlib.import_module(name)
        if sys.version_info < (3, 13):
            self.id = self.api.create(isolated=own_lock)
        else:
            self.id = self.api.create("isolated" if own_lock else "legacy")

    def run(self, code: str) -> None:
        failed = self.api.run_string(self.id, code)
        assert failed is None, failed

    def end(self) -> None:
        self.api.destroy(self.id)


def reload() -> None:
    """Get the same module by reloading it."""
    many = use()
    assert importlib.reload(many) is many
    use()


def second_import() -> None:
    """Take it from sys.modules: imported anew it is a new module with the same classes."""
    first, made, members = use(), None, None
    for _ in range(3):
        made = first.C2(1, 2)
        members = dict(vars(first.C2))
        del sys.modules["many"]
        again = use()
        assert again is not first
        assert again.C2 is first.C2
        assert dict(vars(again.C2)) == members
        assert again.value_of(made, 3) == first.value_of(again.C2(1, 2), 3)
        first = again
        gc.collect()


REFUSED = """
try:
    import many
except ImportError as error:
    assert "{}" in str(error), error
else:
    raise AssertionError("imported")
"""


def in_another() -> None:
    """Get a sentence in sub-interpreters, again and again, which does no harm to this one."""
    for count in range(3):
        others = [Interpreter(), Interpreter()]
        for other in others * 2:
            other.run(REFUSED.format("many is for the main interpreter alone"))
        if count > 0:  # before this one has imported it, and after
            use()
        for other in others:
            other.end()
    use()


def with_own_lock() -> None:
    """CPython itself refuses the module where the lock is not shared."""
    if sys.version_info < OWN_LOCK:
        return
    other = Interpreter(own_lock=True)
    other.run(REFUSED.format("module many does not support loading in subinterpreters"))
    other.end()
    use()


WAYS = (reload, second_import, in_another, with_own_lock)


def main() -> int:
    """Run one way or all."""
    for way in WAYS:
        if sys.argv[1:] == [way.__name__]:
            way()
            return 0
    failed = False
    for way in WAYS:
        code = subprocess.run(
            [sys.executable, "-B", __file__, way.__name__], check=False
        ).returncode
        failed |= bool(code)
        print(f"{f'not ok ({code})' if code else 'ok'} - {way.__name__}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
