"""The interface is one file: interface/fibonacci.i is the only *.i outside tests/."""

from __future__ import annotations

from common import ROOT, files, finish

found = [str(path.relative_to(ROOT)) for path in files("*.i", ":!tests")]
finish(
    []
    if found == ["interface/fibonacci.i"]
    else [f"there should be interface/fibonacci.i alone, there is: {', '.join(found) or 'none'}"]
)
