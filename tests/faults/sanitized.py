"""Runs a program of a host whose modules sanitizers watch.

sanitized.py --folder FOLDER --preload RUNTIME [--cases | --random SEED] -- COMMAND...

host.toml says under [sanitize] what the host needs for it. The program fails with what it found, as
without sanitizers; what they find is counted besides, and fails too.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from conforming import case_files, read_host, run, shown

FINDING = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|: runtime error: ")
# Of a block: the allocator, and who asked it. With more the host's own frames would excuse what our
# code has lost.
FRAMES = 2


def environment(told: dict[str, Any], preload: str, folder: Path) -> dict[str, str]:
    """Give what the sanitizers are told; the host's own leaks go into a file of suppressions."""
    leaks = told.get("leaks", {})
    suppressions = folder / "suppressions"
    suppressions.write_text("".join(f"leak:{name}\n" for name in leaks), encoding="utf-8")
    look = int("no_leaks" not in told)
    return {
        "LD_PRELOAD": preload,
        "ASAN_OPTIONS": f"detect_leaks={look}:malloc_context_size={FRAMES}"
        f":allocator_may_return_null=1:exitcode=99:{told.get('asan', '')}",
        "LSAN_OPTIONS": f"suppressions={suppressions}:print_suppressions=0",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "TSAN_OPTIONS": "exitcode=99",
        **told.get("environment", {}),
    }


def without_random_addresses() -> list[str]:
    """Give what lets a program lie where sanitizers expect it: a kernel may place it too freely."""
    prefix = ["setarch", "--addr-no-randomize"]
    if not shutil.which(prefix[0]):
        return []
    tried = subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL, check=False)
    return [] if tried.returncode else prefix  # a container may not be allowed to


def main() -> int:
    """Run it once, or over every file of cases."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="bindings/<host>")
    parser.add_argument("--preload", required=True, help="the sanitizers' libraries")
    parser.add_argument("--cases", action="store_true", help="all that the host can run")
    parser.add_argument("--file", type=Path, help="this one")
    parser.add_argument("--topic", default="", help="what host.toml may except, with a reason")
    split = sys.argv.index("--")
    options, command = parser.parse_args(sys.argv[1:split]), sys.argv[split + 1 :]
    told = read_host(options.folder).get("sanitize", {})
    if reason := told.get("except", {}).get(options.topic):
        print(f"SKIP: {reason}")
        return 0
    files = case_files(options.folder) if options.cases else [options.file] if options.file else []
    command = [*without_random_addresses(), *command]
    commands = [[*command, str(file)] for file in files] or [command]
    findings = calls = 0
    wrong = False
    with tempfile.TemporaryDirectory() as folder:
        for each in commands:
            variables = environment(told, options.preload, Path(folder))
            status, output = run(each, variables)
            found = sorted({line for line in output.splitlines() if FINDING.search(line)})
            calls += len(re.findall(r"^ok \d+ - ", output, re.MULTILINE))
            findings += len(found)
            if output.startswith("SKIP: ") and not found:
                print(output)
                continue
            if status or found:
                wrong = True
                print("\n".join(found))
                print(f"# ended with status {status}: {shown(variables)} {' '.join(each)}")
                print(output[-20_000:])
    print(f"# checked calls={calls} findings={findings}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
