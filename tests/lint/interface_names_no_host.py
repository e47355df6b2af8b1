"""The interface file says what the library is for every host: no host's name, no #if on a host."""

from __future__ import annotations

import re

from common import finish, hosts, texts

names = "|".join(re.escape(folder.name) for folder in hosts())
named = re.compile(rf"\b({names})\b", re.IGNORECASE) if names else re.compile(r"(?!)")
conditional = re.compile(r"^\s*[#%]\s*(if|ifdef|ifndef|elif)\b.*\bSWIG(?!_VERSION)[A-Z_]*")

finish(
    f"{file}:{number}: {line.strip()}"
    for file, text in texts("interface/*.i").items()
    for number, line in enumerate(text.splitlines(), 1)
    if named.search(line) or conditional.search(line)
)
