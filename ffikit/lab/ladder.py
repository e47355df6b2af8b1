"""The cost ladder: sorts the functions that callgrind saw in a call into rungs.

What a function belongs to is said by the table [ladder] of host.toml, in regular expressions:
`interpreter` names files of the host itself, `argument` and `result` functions of it that convert.
The kit's library with all that it calls itself is the callee. Other code, libffi's and libc's too,
is the wrapper's; what a just-in-time compiler made has no name and is the interpreter's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from ffikit.lab.counting import CALLEE
from ffikit.lab.results import Function, Rung

if TYPE_CHECKING:
    from ffikit.hosts import Host

    Name = Literal["interpreter", "argument", "wrapper", "callee", "result"]

SHAPES = ("void", "u64_checked", "five_args", "string_in_out", "method")
"""The calls that are taken apart."""
_ORDER: tuple[Name, ...] = ("interpreter", "argument", "wrapper", "callee", "result")
_SHOWN = 12


def sort(host: Host, functions: list[Function], callee: float) -> list[Rung]:
    """Give all rungs from the interpreter to the result, each with its costliest functions."""
    sorted_: dict[Name, list[Function]] = {name: [] for name in _ORDER}
    rules = host.table("ladder")
    for function in functions:
        sorted_[_rung(rules, function)].append(function)
    own = sum(function.instructions for function in sorted_["callee"])
    called = Function(
        name="(what it calls itself)", library="", instructions=round(callee - own, 1)
    )
    if called.instructions >= 1:
        sorted_["callee"].append(called)
        less = called.model_copy(
            update={"name": "(called by the callee)", "instructions": -called.instructions}
        )
        sorted_["wrapper"].append(less)
    return [
        Rung(
            name=name,
            instructions=round(sum(function.instructions for function in found), 1),
            functions=found[:_SHOWN],
        )
        for name, found in sorted_.items()
    ]


def _rung(rules: dict[str, list[str]], function: Function) -> Name:
    def matches(key: str, text: str) -> bool:
        return any(re.search(pattern, text) for pattern in rules.get(key, []))

    if function.library.startswith(CALLEE):
        return "callee"
    if matches("argument", function.name):
        return "argument"
    if matches("result", function.name):
        return "result"
    of_host = not function.library or matches("interpreter", function.library)
    return "interpreter" if of_host else "wrapper"
