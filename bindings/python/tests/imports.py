"""The import brings nothing of the standard library with it: that would be most of its time."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
before = set(sys.modules)
import {module}
print(*sorted(name for name in set(sys.modules) - before if name.partition('.')[0] != '{module}'))
"""

for module in ("fibonacci", "second"):
    # -S: what site has imported would not be seen.
    command = [sys.executable, "-S", "-c", PROGRAM.format(module=module)]
    brought = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    brought = [name for name in brought if not name.startswith("swig_runtime_data")]  # SWIG's own
    assert brought == [], brought
