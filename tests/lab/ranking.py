"""Counts one call by each technique of Python, and compares the order with the study.

The study before this project counted fib(20) on CPython 3.11: the kit's way 271 instructions, stock
-builtin 309, Cython 321, nanobind 449, PyO3 504, stock proxies 682, pybind11 744, cffi's API 836,
cffi's ABI 2125, ctypes 3253. Here every technique checks its argument, so that counts differ; the
order must not.
"""

from __future__ import annotations

import sys

try:
    from ffikit import KitError
    from ffikit.hosts import read_build
    from ffikit.lab import counting
except ImportError as error:
    print(f"SKIP: {error}; ./kit puts what the lab needs into .venv")
    sys.exit()

SHAPE, N = "u64_checked", 20
ORDER = [
    "swig",
    "swig_builtin",
    "cython",
    "nanobind",
    "pyo3",
    "swig_default",
    "pybind11",
    "cffi_api",
    "cffi_abi",
    "ctypes",
]


def main() -> None:
    """Count, and compare with the order."""
    built = read_build()
    host = next((host for host in built.hosts if host.name == "python"), None)
    try:
        counting.require(built)
    except KitError as error:
        print(f"SKIP: {error}")
        return
    if not host:
        print("SKIP: Python's module was not built")
        return
    techniques = {technique.name: technique for technique in host.techniques}
    there = [name for name in ORDER if name in techniques]
    counts = {
        name: counting.count(built, host, techniques[name], [SHAPE], N).calls[SHAPE]
        for name in there
    }
    for name, count in counts.items():
        print(f"{name:14} {count:8.0f}")
    found = sorted(there, key=lambda name: counts[name])
    if found != there:
        sys.exit(f"the order is {' < '.join(found)}, not {' < '.join(there)}")


main()
