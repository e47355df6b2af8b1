"""Makes a module's stub file and docstrings of the stub file that SWIG writes with stub/host.swg.

describe.py MODULE SWIG.pyi STUB.pyi DOCSTRINGS.hpp [EXAMPLES.md]

SWIG's file has the signatures, the types, the texts of the C++ header and what the words of the
interface say. The file of examples has code blocks for a name's docstring under the heading
`## name`.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import textwrap
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 79  # of a docstring's lines
ERRORS = {  # what host.hpp makes of them
    "std::invalid_argument": "ValueError",
    "std::domain_error": "ValueError",
    "std::length_error": "ValueError",
    "std::range_error": "ValueError",
    "std::overflow_error": "OverflowError",
    "std::out_of_range": "IndexError",
    "std::bad_alloc": "MemoryError",
}
CONVENTIONS = """Functions take their arguments by position. An integer is anything with __index__,
as NumPy's integers are, from 0 to 18446744073709551615 where nothing else is said; another one is
an OverflowError. A float or a str in its place is a TypeError. What a callback raises arrives
unchanged."""
LONG = "Other threads run during a long call."
STOPPABLE = "Ctrl-C ends it with KeyboardInterrupt, as does any signal whose handler raises."
UNKNOWN = "SWIGTYPE_"  # begins SWIG's name for a type of C++ that Python has no value for
GIVEN = {"SupportsIndex": "int", "SupportsFloat | SupportsIndex": "float"}  # by C++ to Python
FUNCTION_POINTER = re.compile(r"SWIGTYPE_p_f_(\w*?)_?p_void__\w+")
PARAMETER = re.compile(r"bool|float|double|(?:unsigned_|signed_)?(?:long_long|long|int|short|char)")
PARAMETERS = {"bool": "bool", "float": "float", "double": "float"}  # all others are int
IMPORTS = """
import enum
from collections.abc import Callable, Iterable
from typing import Final, NoReturn, SupportsFloat, SupportsIndex

from typing_extensions import Buffer, Self  # type checkers know it without the package
"""
DOCSTRINGS = """\
/// Written by describe.py: the docstrings of functions, classes and members (Class.member);
/// that of "" is the module's. An enumeration's constants are called name_constant.
#pragma once
namespace host {{
struct Docstring {{
  const char* name;
  const char* text;
}};
constexpr Docstring docstrings[] = {{{docstrings}}};
constexpr Docstring enumerations[] = {{{enumerations}{{nullptr, nullptr}}}};
}}  // namespace host
"""


def read_examples(path: str) -> dict[str, str]:
    """Give the code blocks under each heading."""
    text = Path(path).read_text(encoding="utf-8")
    _, *parts = re.split(r"^## (\S+)\n", text, flags=re.MULTILINE)
    block = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    blocks = (block.findall(part) for part in parts[1::2])
    return dict(zip(parts[::2], map("\n".join, blocks)))


def documented(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """Give each declaration with its text; a constant's or an attribute's stands behind it."""
    for node, after in zip_longest(body, body[1:]):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node, ast.get_docstring(node) or ""
        elif isinstance(node, ast.AnnAssign):
            yield node, hint(after.value) if isinstance(after, ast.Expr) else ""


def hint(node: ast.expr | None) -> str:
    """Give a type or a text, which SWIG has put into quotes."""
    return str(node.value) if isinstance(node, ast.Constant) else "object"


def last(name: str) -> str:
    """Give the last part of a C++ name."""
    return name.rpartition("::")[2].strip()


def prose(text: str) -> str:
    """Put what SWIG makes of a doc comment into Python's terms and lines."""
    for error, python_error in ERRORS.items():
        text = text.replace(error, python_error)
    described, *raised = re.split(r"\s*:raises:\s*", textwrap.dedent(text).strip())
    paragraphs = [*re.split(r"\n\s*\n", described), *(f"Raises {each}." for each in raised)]
    filled = (textwrap.fill(" ".join(paragraph.split()), WIDTH) for paragraph in paragraphs)
    return "\n\n".join(filter(None, filled))


class Description:
    """What SWIG says of a module, as lines of a stub file and as docstrings."""

    def __init__(self, module: str, tree: ast.Module, examples: dict[str, str]) -> None:
        self.examples = examples
        self.docstrings: dict[str, str] = {}
        self.words: dict[str, list[list[str]]] = {}
        self.constants: dict[str, str] = {}
        self.enumerations: dict[str, str] = {}
        self.module = module
        described = [(node, text) for node, text in documented(tree.body)]
        for node, text in described:
            if isinstance(node, ast.AnnAssign):
                self.add_constant(ast.unparse(node.target), hint(node.annotation), text)
        self.docstrings[""] = self.text_of(module, f"{ast.get_docstring(tree)}\n\n{CONVENTIONS}")
        body: list[str] = []
        public = list(self.constants)
        for node, text in described:
            if isinstance(node, ast.FunctionDef):
                body += self.function(node, text)
                public.append(node.name)
            elif isinstance(node, ast.ClassDef) and not node.name.startswith(UNKNOWN):
                body += self.class_(node, text)
                public.append(node.name)
        self.lines = [
            *quoted(self.docstrings[""]),
            *IMPORTS.splitlines(),
            f"__all__ = {sorted([*public, *self.enumerations])}",
            *(["__version__: str"] if "version" in self.words else []),
            *self.enumeration_classes(),
            *(f"{name}: Final[int]" for name in self.constants),
            *body,
        ]

    def add_constant(self, name: str, value: str, text: str) -> None:
        """Take a constant, or what a word says: `word_<word>: "<class>, <members>"`."""
        if name.startswith("word_"):
            said = [last(part) for part in value.split(",")]
            self.words.setdefault(name[len("word_") :], []).append(said)
        else:
            self.constants[name] = text

    def members(self, word: str, class_name: str) -> list[str] | None:
        """Give what a word says of a class; nothing when it is not said."""
        said = [rest for name, *rest in self.words.get(word, []) if name == class_name]
        return [member for rest in said for member in rest] if said else None

    def text_of(self, name: str, text: str) -> str:
        """Compose a docstring."""
        described = self.without_stops(text)
        parts = [prose(described)]
        long = [function for said in self.words.get("long", []) for function in said]
        if name in long:
            parts.append(LONG if described == text else f"{LONG}\n{STOPPABLE}")
        return "\n\n".join(filter(None, (*parts, self.example_of(name))))

    def without_stops(self, text: str) -> str:
        """Leave out the C++ exception of a stopped call: here the signal's own arrives."""
        for _, exception in self.words.get("stoppable", []):
            text = re.sub(rf",?\s*\b{exception} when [^,.]*", "", text)
        return text

    def example_of(self, name: str) -> str:
        """Give the example, which stands alone: what it needs is imported in it."""
        example = self.examples.get(name, "").strip()
        if f"{self.module}." not in example or f">>> import {self.module}" in example:
            return example
        return f">>> import {self.module}\n{example}"

    def type_of(self, source: str) -> str:
        """Give a type as Python has it."""
        if match := FUNCTION_POINTER.search(source):
            taken = (PARAMETERS.get(each, "int") for each in PARAMETER.findall(match[1]))
            return source.replace(match[0], f"[{', '.join(taken)}]")
        if source.startswith("enum "):
            name = last(source)
            members = {k: t for k, t in self.constants.items() if k.startswith(f"{name}_")}
            lines = (prose(f"{key[len(name) + 1 :]}: {text}") for key, text in members.items())
            text = "\n\n".join(
                ["Numbers with names, for the arguments that are said to be one.", *lines]
            )
            self.enumerations[name] = "\n\n".join(filter(None, [text, self.example_of(name)]))
            return f"{name} | SupportsIndex"
        return "NoReturn" if source.startswith(UNKNOWN) else source  # refused, whatever it is

    def function(self, node: ast.FunctionDef, text: str, owner: str = "") -> list[str]:
        """Describe a function, or a class's method or property."""
        name = f"{owner}.{node.name}" if owner else node.name
        arguments = [each for each in node.args.args if each.arg != "self"]
        defaults = [f" = {ast.unparse(default)}" for default in node.args.defaults]
        defaults = [""] * (len(arguments) - len(defaults)) + defaults
        types = [self.type_of(hint(argument.annotation)) for argument in arguments]
        result = hint(node.returns)
        if self.members("overridden", owner) is not None:
            types, result = [GIVEN.get(t, t) for t in types], "object"
        if node.name == "__init__":
            result = "None"
        typed = [f"{a.arg}: {t}{d}" for a, t, d in zip(arguments, types, defaults)]
        plain = [f"{a.arg}{d.replace(' ', '')}" for a, d in zip(arguments, defaults)]
        typed, plain = [[*names, "/"] if names else [] for names in (typed, plain)]
        if owner:
            typed, plain = ["self", *typed], ["$self", *(plain or ["/"])]
        head = f"def {node.name}({', '.join(typed)}) -> {result}:"
        if node.name == "__init__":
            self.docstrings[owner] = f"{owner}({', '.join(plain[1:]).lstrip('/')})\n--\n\n"
            return [f"{head} ..."]
        described = self.text_of(name, text)
        if node.name in (self.members("property", owner) or []):
            self.docstrings[name] = described
            return ["@property", head, *quoted(described, 1)]
        self.docstrings[name] = f"{node.name}({', '.join(plain)})\n--\n\n{described}"
        return [head, *quoted(described, 1)]

    def class_(self, node: ast.ClassDef, text: str) -> list[str]:
        """Describe a class."""
        name, body = node.name, [""]
        self.docstrings[name] = ""
        types: dict[str, str] = {}  # of what it holds or gives
        for member, member_text in documented(node.body):
            if isinstance(member, ast.FunctionDef):
                body += self.function(member, member_text, name)
                types[member.name] = hint(member.returns)
                text += f"\n\n{member_text}" if member.name == "__init__" else ""
            elif isinstance(member, ast.AnnAssign):
                attribute = ast.unparse(member.target)
                types[attribute] = hint(member.annotation)
                key = f"{name}.{attribute}"
                self.docstrings[key] = self.text_of(key, member_text)
                result = GIVEN.get(types[attribute], types[attribute])
                body += ["@property", f"def {attribute}(self) -> {result}:"]
                body += quoted(self.docstrings[key], 1)
        if values := self.members("members", name):
            parameters = ", ".join(f"{value}: {types[value]}" for value in values)
            body += [f"def __init__(self, {parameters}) -> None: ..."]
            body += [f"__match_args__ = {tuple(values)}"]
            self.docstrings[name] = f"{name}({', '.join(values)})\n--\n\n"
        if self.members("iterable", name) is not None:
            body += ["def __iter__(self) -> Self: ..."]
            body += [f"def __next__(self) -> {types['advance']}: ..."]
        described = self.text_of(name, text)
        self.docstrings[name] += described
        body[:1] = quoted(described)
        return ["", f"class {name}:", *(f"    {line}".rstrip() for line in body)]

    def enumeration_classes(self) -> Iterator[str]:
        """Describe the enumerations, with the constants as members."""
        for name, text in self.enumerations.items():
            yield from ["", f"class {name}(enum.IntEnum):"]
            yield from quoted(text, 1)
            prefix = f"{name}_"
            members = [each[len(prefix) :] for each in self.constants if each.startswith(prefix)]
            yield from ["    _value_: int", *(f"    {member} = ..." for member in members), ""]


def quoted(text: str, depth: int = 0) -> list[str]:
    """Give the lines of a docstring, or of the body that a declaration without one has."""
    if not text:
        return [f"{'    ' * depth}..."]
    end = "\n" if "\n" in text else ""
    lines = f'"""{text}{end}"""'.replace("\\", "\\\\").splitlines()
    return [f"{'    ' * depth}{line}".rstrip() for line in lines]


def table(texts: dict[str, str]) -> str:
    """Write rows of C++ strings."""
    rows = (f"{{{json.dumps(name)}, {json.dumps(text)}}},\n" for name, text in texts.items())
    return "".join(rows)


def main(module: str, swig_stub: str, stub: str, header: str, *examples: str) -> None:
    """Read and write the files."""
    tree = ast.parse(Path(swig_stub).read_text(encoding="utf-8"))
    texts = {name: text for path in examples for name, text in read_examples(path).items()}
    described = Description(module, tree, texts)
    Path(stub).write_text("\n".join(described.lines) + "\n", encoding="utf-8")
    tables = {
        "docstrings": table(described.docstrings),
        "enumerations": table(described.enumerations),
    }
    Path(header).write_text(DOCSTRINGS.format(**tables), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
