"""The project is at home anywhere: no path of one machine and no registry's host name."""

from __future__ import annotations

import re

from common import finish, texts

PATH = re.compile(r"(?<![\w$}.~])/(?:root|home|work|farm|Users)/")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|crates\.io|rubygems\.org|luarocks\.org|npmjs\.|maven\.org"
    r"|golang\.org|deb\.debian\.org|archive\.ubuntu\.com"
)

finish(
    f"{file}:{number}: {line.strip()}"
    for file, text in texts().items()
    for number, line in enumerate(text.splitlines(), 1)
    if PATH.search(line) or REGISTRY.search(line)
)
