"""What the reports say of runs that lack something: nothing false, nothing that is not there."""

from __future__ import annotations

import contextlib
import html as entities
import io
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import synthetic

    from ffikit import KitError, screen
    from ffikit.lab import results
    from ffikit.lab.analysis import Analysis
    from ffikit.lab.report import html, markdown, terminal, words
except ImportError as error:
    print(f"SKIP: {error}: ./kit test brings it")
    sys.exit()

if TYPE_CHECKING:
    from ffikit.lab.results import Run

WINNER = re.compile(r"is the fastest in|\*\*[\d.,]+\*\*|\s\*\d|, fastest<")


def printed(run: Run) -> str:
    """Give what the terminal shows."""
    out = io.StringIO()
    console = screen._console  # noqa: SLF001 - where it prints
    before, console.file = console.file, out
    with contextlib.suppress(SystemExit):
        terminal.show(run)
    console.file = before
    return out.getvalue()


def page(run: Run) -> str:
    """Give the page without what it carries: scripts and style."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", html.render(run), flags=re.DOTALL)


def said(run: Run) -> tuple[str, ...]:
    """Give every form of the report."""
    return (page(run), markdown.render(run), markdown.table(run), printed(run))


def test_every_form_has_every_technique() -> None:
    """And each host, with its label, as a reader sees it."""
    run = synthetic.make_run()
    shown = (
        entities.unescape(page(run).replace("<wbr>", "")),
        re.sub(r"\\(?=[^\w\s])", "", markdown.render(run)),
    )
    for technique in run.techniques:
        assert all(technique.host_label in text for text in shown), technique
        assert all(technique.name in text for text in shown), technique
        assert technique.name.split()[0] in printed(run)


def test_names_of_a_run_are_no_markup() -> None:
    """Neither in the page nor in what it carries as JSON."""
    text = html.render(synthetic.make_run())
    assert synthetic.EVIL not in text
    assert text.count("</script>") == 4
    assert "<b>" not in text.split("<script", maxsplit=1)[0]
    outside_code = re.sub(r"`[^`\n]+`", "", markdown.render(synthetic.make_run()))
    assert not re.search(r"(?<!\\)<b>", outside_code)


def test_the_page_names_no_other_place() -> None:
    """It works without a network, and says so to the browser."""
    text = html.render(synthetic.make_run())
    assert "default-src 'none'" in text
    own = re.sub(r"(<script\b[^>]*>).*?</script>", r"\1", text, flags=re.DOTALL)
    assert not re.search(r"<link[^>]+href=\"(?!data:)|<script[^>]+src=|@import|url\(|https?:", own)


def test_the_page_carries_the_run() -> None:
    """As it was, sample by sample."""
    run = synthetic.make_run(hosts=("chalk",))
    found = re.search(r'id="run">(.*?)</script>', html.render(run), re.DOTALL)
    assert found
    assert results.Run.model_validate_json(found[1]) == run
    assert json.loads(found[1])["skipped"][0]["reason"].count("<") == 3


def test_headings_are_in_order() -> None:
    """No level is left out, and there is one title."""
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", page(synthetic.make_run()))]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))


def test_a_run_without_processes_says_so() -> None:
    """Nothing was measured: no winner, no figure."""
    run = synthetic.make_run(processes=0, ladders=False)
    for text in said(run):
        assert not WINNER.search(text), WINNER.search(text)
        assert words.NOTHING in text.lower()
    assert "not completed" in page(run)


def test_a_run_without_anything_says_so() -> None:
    """Not even techniques."""
    run = synthetic.make_run(hosts=(), natives=False)
    run.skipped = []
    for text in said(run)[:3]:
        assert words.NOTHING in text.lower()


def test_one_technique_has_nobody_to_win_against() -> None:
    """Not even the floor."""
    run = synthetic.make_run(hosts=("amber",), techniques=("swig",), natives=False)
    for text in said(run):
        assert not WINNER.search(text)
    assert "No two techniques" in page(run)
    assert "no hand-written" in page(run)


def test_one_process_names_no_winner() -> None:
    """An interval needs more."""
    run = synthetic.make_run(processes=1)
    for text in said(run):
        assert not WINNER.search(text)
        assert not re.search(r"\*\*[\d.,]+\*\*|>fastest<|, fastest", text)
    assert "nobody should say" in page(run)


def test_without_a_floor_ratios_are_to_the_fastest() -> None:
    """And the verdict says that there is none."""
    run = synthetic.make_run(hosts=("chalk",))
    assert "ratios to swig" in page(run)
    assert "There is no hand-written <code>capi</code>" in page(run)
    mixed = synthetic.make_run(hosts=("amber",), techniques=("deft", "handy11", "pure"))
    assert "no hand-written" in page(mixed)


def test_without_a_control_the_noise_is_unknown() -> None:
    """And nothing is claimed of the machine."""
    run = synthetic.make_run(control=False)
    for text in said(run):
        assert "Nothing was measured twice" in text
        assert not re.search(r"A (quiet|usable|noisy) machine", text)


def test_without_ladders_the_page_says_how_to_get_them() -> None:
    """In one sentence, without an empty chart."""
    text = page(synthetic.make_run(ladders=False))
    assert "<code>./kit bench run --instructions</code>" in text
    assert 'data-kind="ladder"' not in text


def test_native_programs_alone_are_a_report() -> None:
    """They have no rivals."""
    for text in said(synthetic.make_run(hosts=())):
        assert "Native 12.2" in text
        assert not WINNER.search(text)


def test_equals_are_too_close_to_call() -> None:
    """Where intervals overlap no form names a winner, and each says so."""
    run = synthetic.make_run(hosts=("amber",), techniques=("swig", "capi"))
    analysis = Analysis(run)
    for shape in analysis.shapes:
        winner = analysis.winner("amber", shape)
        ours, floor = (analysis.cost("amber", name, shape) for name in ("swig", "capi"))
        assert winner
        assert ours
        assert floor
        assert not (winner.name and ours.overlaps(floor)), shape
    assert all("too close" in text for text in said(run))


def test_what_does_not_pass_is_out_of_competition() -> None:
    """Its figure is shown with a note, and never wins."""
    run = synthetic.make_run(hosts=("amber",), techniques=("swig_default", "raw_abi"))
    winner = Analysis(run).winner("amber", "bigint_out")
    assert winner
    assert winner.name == "swig_default"
    assert Analysis(run).winner("amber", "bigint_in") is None
    for text in (page(run), markdown.render(run)):
        assert "what is too large is cut off" in text
    assert f" {words.OUT} |" in markdown.render(run)


def test_readmes_table_is_short() -> None:
    """However many hosts there are."""
    run = synthetic.make_run()
    assert len(markdown.table(run).splitlines()) <= 25
    for number in range(4):
        more = synthetic.make_run(hosts=("amber",), natives=False)
        for technique in more.techniques:
            technique.host = f"amber{number}"
        for cell in more.cells:
            cell.host = f"amber{number}"
        run.techniques += more.techniques
        run.cells += more.cells
    text = markdown.table(run)
    assert len(text.splitlines()) <= 34
    assert "more techniques" in text
    assert len({line.count(" | ") for line in text.splitlines() if line.startswith("| ")}) == 1


def test_break_even_is_where_the_lines_cross() -> None:
    """The n of the sentence is one that was measured, and the one before does not pay."""
    run = synthetic.make_run(hosts=("amber",))
    analysis = Analysis(run)
    alone = analysis.sweep("amber", "pure", "recursive")
    costs = analysis.sweep("amber", "raw_types", "recursive")
    found = analysis.crossover("amber", costs, alone)
    assert found
    assert found.first
    assert found.before
    assert costs[found.first].median < alone[found.first].median
    assert costs[found.before].median > alone[found.before].median
    assert f"from n = {found.first} on; at n = {found.before}" in page(run)
    assert "never cost" in " ".join(words.work(Analysis(_slower()), "chalk"))


def _slower() -> Run:
    """Give a run whose host is faster alone, at any n."""
    run = synthetic.make_run(hosts=("chalk",))
    for cell in run.cells:
        if cell.technique == "pure":
            for process in cell.processes:
                process.call_ns = [ns + 0.5 for ns in process.empty_ns]
    return run


def test_figures_have_three_digits() -> None:
    """And no more than two decimals."""
    written = {0.001: "≈0", -1: "≈0", 0.307: "0.31", 9.996: "10.0", 99.96: "100", 1234: "1,230"}
    assert {value: words.nanoseconds(value) for value in written} == written
    assert words.nanoseconds(123456) == "123,000"
    assert words.nanoseconds(999.7) == "1,000"


def test_files_are_written_whole() -> None:
    """And a folder that is not there is an error in a sentence."""
    run = synthetic.make_run(hosts=("basalt",), natives=False)
    with tempfile.TemporaryDirectory() as folder:
        for module, name in ((html, "report.html"), (markdown, "report.md")):
            path = Path(folder, name)
            module.write(run, path)
            assert path.stat().st_size > 1000
            try:
                module.write(run, Path(folder, "none", name))
            except KitError as error:
                assert "cannot write" in str(error)
            else:
                raise AssertionError(name)
        assert len(list(Path(folder).iterdir())) == 2


def main() -> None:
    """Run every test of this file."""
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"ok {name}", flush=True)


if __name__ == "__main__":
    main()
