"""What ./kit mutants is made of: it plants an error once or not at all, and knows what to build."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

try:
    from ffikit import KitError
    from ffikit.mutants import entries, run
    from ffikit.mutants.copy import Copy, Test
except ImportError as error:
    print(f"SKIP: {error.name} is not installed: ./kit test brings it")
    sys.exit()

ENTRY = """
[[mutant]]
name = "an_error"
file = "file.cpp"
before = "a + b"
after = "a - b"
test = "core.numbers"
"""


def reading(text: str) -> str:
    """Give the sentence with which a file of that text is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "topic.toml"
        path.write_text(text, encoding="utf-8")
        try:
            entries.read(path)
        except KitError as error:
            return str(error)
    return ""


def planting(mutant: entries.Mutant, text: str) -> str:
    """Give the text with the error in it, or what is said instead."""
    try:
        return mutant.plant(text)
    except KitError as error:
        return str(error)


def test_reading() -> None:
    """A file that is wrong is refused with the place."""
    assert not reading(ENTRY)
    assert "`an_error` file" in reading(ENTRY.replace("file =", "path ="))
    assert "`an_error` before" in reading(ENTRY.replace('"a + b"', '""'))
    assert "name" in reading(ENTRY.replace("an_error", "An error"))
    assert "cannot read" in reading(ENTRY + "[[")
    assert "mutant" in reading("")


def test_planting() -> None:
    """The text is changed at the one place where it occurs."""
    mutant = entries.Mutant(
        name="an_error", file="file.cpp", before="a + b", after="a - b", test="core.numbers"
    )
    assert planting(mutant, "x = a + b;") == "x = a - b;"
    assert "0 times" in planting(mutant, "x = a;")
    assert "2 times" in planting(mutant, "a + b, a + b")
    assert "the same" in planting(mutant.model_copy(update={"after": "a + b"}), "a + b")


def test_drawing() -> None:
    """A seed always draws the same, whatever the order; other seeds draw others."""
    mutants = [
        entries.Mutant(name=f"m{n}", file="f", before="a", after="b", test="t") for n in range(20)
    ]
    first = run.draw(mutants, 3, "seed")
    assert len({mutant.name for mutant in first}) == 3
    assert run.draw(mutants[::-1], 3, "seed") == first
    assert any(run.draw(mutants, 3, str(n)) != first for n in range(5))
    assert len(run.draw(mutants[:2], 3, "seed")) == 2


def test_what_a_test_needs() -> None:
    """Of the build are needed the files, folders and search patterns that a test names."""
    copy = Copy()
    made = ["core/lib.so", "hosts/one/a.so", "hosts/one/b.so", "hosts/one2/a.so", "bin/check"]
    copy.outputs = {*made, "hosts/one/CMakeFiles/a.o"}
    build = copy.build
    copy.tests = {
        "program": Test(words=[f"{build}/bin/check", f"LIBRARY={build}/core/lib.so"]),
        "pattern": Test(words=["program", f"PATH={build}/hosts/one/?.so"]),
        "folders": Test(words=[f"PATH={build}/hosts/one:{build}/hosts/one2"]),
        "nothing": Test(words=["lint"]),
        "everything": Test(words=[f"{build}/hosts.json"]),
        "later": Test(fixtures={"before"}),
        "earlier": Test(words=[f"{build}/core/lib.so"], setups={"before"}),
        "unknown": Test(folder="tests/core"),
    }
    expected = {
        "program": ["bin/check", "core/lib.so"],
        "pattern": ["hosts/one/a.so", "hosts/one/b.so"],
        "folders": ["hosts/one/a.so", "hosts/one/b.so", "hosts/one2/a.so"],
        "nothing": [],
        "everything": ["all"],
        "later": ["core/lib.so"],
        "unknown": ["tests/core/all"],
    }
    for name, targets in expected.items():
        assert copy.targets([name]) == targets, name
    assert copy.targets(["program", "everything"]) == ["all"]
    assert [name for name in copy.tests if not copy.is_quick(name)] == ["everything", "later"]


test_reading()
test_planting()
test_drawing()
test_what_a_test_needs()
print("all hold")
