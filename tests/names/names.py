"""Compares the names that a host's modules show with those of the libraries that they bind.

names.py HOST.toml NAME SWIG [MODULE INTERFACE INCLUDE]... -- COMMAND...

COMMAND MODULE prints every public name and member that a user of the module can reach, one per
line. A name is right if SWIG finds it in the interface, or if the table [names] of HOST.toml
describes it by NAME = "..." or PATTERN = "...", or its table [names.NAME-OF-A-VARIANT] does for a
variant of the host. A name of the library that the host does not show is wrong, unless [lacks]
gives a reason for the name or for the feature that it belongs to.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
DEFAULT = HERE.parents[1] / "bindings" / "_default"
TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Name:
    """A name of the library, its feature, and whether every host must show it."""

    text: str
    feature: str = ""
    required: bool = True


def read_library(swig: str, interface: str, include: str) -> list[Name]:
    """Give the names that the interface has for its users, as SWIG's parser sees them."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree.xml"
        command = [swig, "-xml", "-c++", f"-I{HERE}", f"-I{DEFAULT}", f"-I{include}"]
        subprocess.run([*command, "-o", str(tree), interface], check=True)
        root = ET.parse(tree).getroot()  # noqa: S314  SWIG wrote it
    files = {node: attributes(node)["name"] for node in root.iter("include")}
    headers = (node for node, name in files.items() if name.startswith(f"{include}/"))
    found = [name for node in headers for name in names_in(node, "", "")]
    assert found, f"SWIG found no name of {include} in {interface}"
    return found


def attributes(node: ET.Element) -> dict[str, str]:
    """Give what SWIG knows of a node of its tree."""
    found = node.findall("attributelist/attribute")
    return {each.attrib["name"]: each.attrib["value"] for each in found}


def names_in(node: ET.Element, scope: str, feature: str) -> Iterator[Name]:
    """Give the names that are declared in a node; `scope` is the class with a dot behind it."""
    for child in node:
        known = attributes(child)
        if child.tag in {"namespace", "extend"}:
            yield from names_in(child, scope, feature)
        hidden = "feature_ignore" in known or "hidden" in known or "sym_name" not in known
        if hidden or known.get("access", "public") != "public":
            continue
        name = scope + known["sym_name"]
        mark = known.get("feature_lacked_as", feature)
        if child.tag == "cdecl" and known["kind"] in {"function", "variable"}:
            yield Name(name, mark)
        elif child.tag == "class":  # what only the library makes may have no name in a host
            yield Name(name, mark, required="feature_nodefaultctor" not in known)
            yield from names_in(child, f"{name}.", mark)
        elif child.tag == "enum":
            yield Name(name, mark, required=False)
            prefix = f"{known['sym_name']}_" if " " in known["enumkey"] else ""  # enum class
            for item in child.iter("enumitem"):
                enumerator = attributes(item)["sym_name"]
                yield Name(scope + prefix + enumerator, mark)
                yield Name(f"{name}.{enumerator}", mark, required=False)  # of a class for the enum


def read_module(command: list[str], module: str) -> set[str]:
    """Give the names that the host shows."""
    done = subprocess.run(
        [*command, module], stdout=subprocess.PIPE, timeout=TIMEOUT_SECONDS, check=True
    )
    return {line.strip() for line in done.stdout.decode().splitlines() if line.strip()}


def first_match(patterns: dict[str, str], name: str) -> str | None:
    """Give the pattern that a name matches."""
    return next((pattern for pattern in patterns if fnmatchcase(name, pattern)), None)


def compare(
    library: list[Name], shown: set[str], own: dict[str, str], lacks: dict[str, str]
) -> Iterator[str]:
    """Say which names are shown without being the library's, and which are missing."""
    for text in sorted(shown - {name.text for name in library}):
        if not first_match(own, text):
            yield f"{text} is shown, but is neither the library's nor described in [names]"
    for name in library:
        excused = name.feature in lacks or first_match(lacks, name.text)
        if name.required and name.text not in shown and not excused:
            yield f"{name.text} is the library's, but is neither shown nor excused in [lacks]"


def read_manifest(path: Path, variant: str) -> tuple[dict[str, str], dict[str, str]]:
    """Give the tables [names], with those of the variant, and [lacks]."""
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    names = manifest.get("names", {})
    own = {name: text for name, text in names.items() if isinstance(text, str)}
    own.update(names.get(variant, {}))
    for name, text in own.items():
        assert len(text.split()) >= 3, f"[names] does not say what {name} is"
    return own, manifest.get("lacks", {})


def main() -> int:
    """Compare the names of every module."""
    split = sys.argv.index("--")
    (manifest, variant, swig, *modules), command = sys.argv[1:split], sys.argv[split + 1 :]
    own, lacks = read_manifest(Path(manifest), variant)
    wrong: list[str] = []
    unused = dict(own)
    for module, interface, include in zip(modules[::3], modules[1::3], modules[2::3]):
        library = read_library(swig, interface, include)
        shown = read_module(command, module)
        wrong += [f"{module}: {line}" for line in compare(library, shown, own, lacks)]
        described = shown - {name.text for name in library}
        print(f"{module}: {len(shown)} names, {len(described)} of them the host's own")
        for name in described:
            unused.pop(first_match(own, name) or "", None)
    wrong += [f"[names] describes {name}, but no module shows it" for name in unused]
    print("\n".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
