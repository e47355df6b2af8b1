"""A CMake function reads what it is given or sets itself, never a variable of who calls it.

A caller, such as the CMakeLists.txt of a host, may have a variable of any name. What holds for the
whole project has a name in capitals.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from common import finish, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMENT = re.compile(r"(?<![\\\"\[])#.*")
FUNCTION = re.compile(r"^function\((.*?)\)(.*?)^endfunction\(\)", re.MULTILINE | re.DOTALL)
KEYWORDS = re.compile(r"cmake_parse_arguments\(\s*PARSE_ARGV \d+\s+arg\s+(.*?)\)", re.DOTALL)
READ = re.compile(
    r"\$\{([a-z]\w*)\}|\bIN LISTS ([a-z]\w*)|\bif\((?:NOT )?([a-z]\w*)\)|@([a-z]\w*)@"
)
WORD = re.compile(r"(?<![\w${@.-])([a-z]\w*)(?![\w}@.-])")


def violations() -> Iterator[str]:
    """Look in each function for a variable that nothing before has set."""
    for file, text in texts("*CMakeLists.txt", "*.cmake").items():
        for head, body in FUNCTION.findall(text):
            name, *known = head.split()
            code = COMMENT.sub("", body)
            for keywords in KEYWORDS.findall(code):
                known += [f"arg_{keyword}" for keyword in re.findall(r"[A-Z]\w*", keywords)]
            for match in READ.finditer(code):
                variable = next(filter(None, match.groups()))
                named = set(WORD.findall(code[: match.start()]))
                if variable not in named.union(known):
                    yield f"{file}: {name}() reads {variable}, which its caller may have set"


finish(violations())
