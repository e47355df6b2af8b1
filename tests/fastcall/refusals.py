"""What fastcall.swg does not go with is refused with a sentence: refusals.py SETTINGS NAME."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from building import Build, fail, need, run

IMPORTED = """
import sys
for _ in range(3):  # a second try gets no further
    try:
        import {name}
    except ImportError as error:
        assert "{words}" in str(error), error
        assert "{name}" not in sys.modules
    else:
        raise AssertionError("imported")
"""
USED = """
import plain, uses_plain
assert uses_plain.of_plain(plain.Plain(), 1, 2) == plain.Plain().two(1, 2) == 3
assert plain.Plain.two(plain.Plain(), 1, 2) == 3
"""
BY_SWIG, BY_COMPILER, BY_IMPORT = range(3)


@dataclass
class Refusal:
    """A module, what it is made with, who refuses it and with which words."""

    interface: str
    words: str
    by: int = BY_COMPILER
    options: tuple[str, ...] = ("-builtin",)


REFUSALS = {
    "keyword": Refusal(
        "two.i", "fastcall_does_not_go_with_swig_keyword", options=("-builtin", "-keyword")
    ),
    "nofastunpack": Refusal(
        "two.i",
        "fastcall_does_not_go_with_swig_nofastunpack",
        options=("-builtin", "-nofastunpack"),
    ),
    "variable_arguments": Refusal(
        "variable_arguments.i", "fastcall_does_not_go_with_variable_arguments"
    ),
    "inheritance": Refusal(
        "inheritance.i", "fastcall: wrapped base or derived classes has Base", BY_IMPORT
    ),
    "heap_types": Refusal(
        "heap_types.i", "fastcall: SWIG_NO_HEAPTYPES is not in effect for Class", BY_IMPORT
    ),
    "other_swig": Refusal("other_swig.i", "fastcall.swg goes with SWIG 4.5.1 alone", BY_SWIG),
    "no_builtin": Refusal("two.i", "fastcall.swg goes with swig -builtin alone", BY_SWIG, ()),
}


def check(name: str, refusal: Refusal, build: Build) -> None:
    """Build the module as far as it goes."""
    module = refusal.interface.partition(".")[0]
    wrapped = build.wrap(refusal.interface, *refusal.options)
    if refusal.by == BY_SWIG:
        said, refused = wrapped.stdout, wrapped.returncode != 0
    else:
        need(wrapped)
        python = build.own_python()
        compiled = build.compile(build.wrapper(module), build.folder / f"{module}.so", python)
        said, refused = compiled.stdout, compiled.returncode != 0
        if refusal.by == BY_IMPORT:
            need(compiled)
            code = IMPORTED.format(name=module, words=refusal.words)
            print(need(run([python.command, "-c", code], build.folder)))
            return
    if not refused:
        fail(f"{name} was taken")
    if refusal.words not in said:
        fail(f"{name}: '{refusal.words}' is not in\n{said}")
    print(next(line for line in said.splitlines() if refusal.words in line))


def check_neighbour(build: Build) -> None:
    """Use a class of a module without fastcall.swg beside a module with it."""
    python = build.own_python()
    for name in ("plain", "uses_plain"):
        need(build.wrap(f"{name}.i", "-builtin"))
        need(build.compile(build.wrapper(name), build.folder / f"{name}.so", python))
    print(need(run([python.command, "-c", USED], build.folder)))


def main() -> None:
    """Check one of them."""
    settings, name = sys.argv[1:]
    build = Build.of(settings, name)
    if name == "neighbour":
        check_neighbour(build)
    else:
        check(name, REFUSALS[name], build)


if __name__ == "__main__":
    main()
