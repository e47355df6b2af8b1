"""Nothing that a build makes is tracked."""

from __future__ import annotations

import re

from common import ROOT, files, finish

BUILT = re.compile(r"\.(so(\.\d+)*|o|a|dylib|dll|exe|class|jar|whl|pyc|node|rlib|gem)$")
MAGIC = (b"\x7fELF", b"MZ\x90", b"\xcf\xfa\xed\xfe", b"!<arch>")

finish(
    f"{path.relative_to(ROOT)} is a built file"
    for path in files()
    if BUILT.search(path.name) or path.read_bytes()[:8].startswith(MAGIC)
)
