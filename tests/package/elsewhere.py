"""The library is found where its directories have other names: elsewhere.py ARGUMENTS.

ARGUMENTS: CMAKE GENERATOR CC CXX PKG_CONFIG WORK.

Installed into a folder with a space, with other names for include and lib, then with a fixed place
for the headers; used by a project in C alone, by one in C++14, and through pkg-config.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent


def run(*command: str | Path, **environment: str) -> str:
    """Run a command and give what it printed; its failure ends the test."""
    done = subprocess.run(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"status {done.returncode} of {' '.join(map(str, command))}:\n{done.stdout}")
    return done.stdout


def check(folder: Path) -> None:
    """Install it twice and use it each time."""
    cmake, generator, cc, cxx, pkg_config, _ = sys.argv[1:]
    compilers = (f"-DCMAKE_C_COMPILER={cc}", f"-DCMAKE_CXX_COMPILER={cxx}")
    build, library = folder / "build", "lib/deep/down"
    for name, include in (("a b", "headers/of/it"), ("fixed", str(folder / "fixed headers"))):
        prefix = folder / name
        choices = (
            *("-DFIBONACCI_BINDINGS=OFF", "-DFIBONACCI_TESTS=OFF"),
            *(f"-DCMAKE_INSTALL_INCLUDEDIR={include}", f"-DCMAKE_INSTALL_LIBDIR={library}"),
        )
        run(cmake, "-S", ROOT, "-B", build, "-G", generator, *compilers, *choices)
        run(cmake, "--build", build)
        run(cmake, "--install", build, "--prefix", prefix)
        for languages in ("C", "CXX"):
            consumer = folder / f"consumer of {name} in {languages}"
            options = (
                f"-DLANGUAGES={languages}",
                f"-Dfibonacci_DIR={prefix / library}/cmake/fibonacci",
            )
            source = ("-S", HERE / "consumer", "-B", consumer, "-G", generator)
            run(cmake, *source, *compilers, *options)
            run(cmake, "--build", consumer)
            run(consumer / f"in_{'c' if languages == 'C' else 'cpp'}")
            print(f"find_package in {languages}, headers in {include}: passed")
        if Path(pkg_config).is_file():
            script = ("sh", HERE / "pkg_config.sh", pkg_config, cc, cxx, HERE / "consumer")
            directory = prefix / library
            found = {"PKG_CONFIG_PATH": str(directory / "pkgconfig")}
            run(*script, directory, prefix, **found)
            print(f"pkg-config, headers in {include}: passed")


if __name__ == "__main__":
    # CMake refuses an absolute place for headers inside the checkout, where the build usually lies.
    with tempfile.TemporaryDirectory() as folder:
        check(Path(folder).resolve())
