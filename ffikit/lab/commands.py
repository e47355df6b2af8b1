"""./kit bench: run, show, report, compare, instructions, selftest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from ffikit import KitError, build, screen
from ffikit.hosts import read_build
from ffikit.lab import compare, instructions, results, run, selftest
from ffikit.lab.report import html, markdown, terminal
from ffikit.options import Hosts, Json, check_folder, split

bench = typer.Typer(help="Measure what a call costs.", no_args_is_help=True)

Runs = Annotated[
    list[Path], typer.Argument(metavar="RUN.json...", help="Runs of one machine are added up.")
]
Built = Annotated[bool, typer.Option("--built", help="Take the build as it is.")]


@bench.command("run")
def run_lab(  # noqa: PLR0913 - each is an option
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the run goes.")
    ] = Path("run.json"),
    hosts: Hosts = None,
    techniques: Annotated[
        Optional[str], typer.Option("--techniques", help="Names with commas between.")
    ] = None,
    shapes: Annotated[
        Optional[str], typer.Option("--shapes", help="Names with commas between.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Two to three minutes.")] = False,
    thorough: Annotated[bool, typer.Option("--thorough", help="Up to twenty minutes.")] = False,
    count: Annotated[
        bool, typer.Option("--instructions", help="Count instructions with callgrind, too.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in FILE.")] = False,
    built: Built = False,
) -> None:
    """Measure what a call costs, by every technique of every host."""
    check_folder(output)
    if quick and thorough:
        message = "--quick or --thorough, not both"
        raise KitError(message)
    earlier = results.read(output) if resume else None
    if not resume and output.exists() and not results.read(output).complete:
        message = (
            f"{output} holds a run that was not finished: go on with --resume, or remove the file"
        )
        raise KitError(message)
    mode = "quick" if quick else "thorough" if thorough else earlier.mode if earlier else "normal"
    wanted = run.Wanted(split(hosts), split(techniques), split(shapes))
    found = read_build() if built else build.build(hosts)
    laboratory = run.Laboratory(found, run.MODES[mode], wanted, earlier)
    try:
        laboratory.measure(output)
        if count:
            laboratory.count(output)
    except KeyboardInterrupt:
        laboratory.write(output)
        screen.complain(
            f"interrupted; what was measured is in {output}: "
            f"./kit bench run --resume -o {output} goes on"
        )
        raise typer.Exit(130) from None
    terminal.show(laboratory.run)
    screen.say(f"\nThe run is in {output}; ./kit bench report {output} -o report.html draws it.")


@bench.command("show")
def show(runs: Runs) -> None:
    """Show runs in the terminal."""
    terminal.show(results.merge([results.read(path) for path in runs]))


@bench.command("report")
def report(
    runs: Runs,
    output: Annotated[
        Optional[Path],
        typer.Option("--output", "-o", metavar="FILE", help="What ends in .html or .md."),
    ] = None,
    *,
    readme: Annotated[bool, typer.Option("--readme", help="Renew the table in README.md.")] = False,
) -> None:
    """Write a report as HTML or Markdown."""
    whole = results.merge([results.read(path) for path in runs])
    writers = {".html": html.write, ".md": markdown.write}
    if output:
        check_folder(output)
        if output.suffix not in writers:
            message = f"{output}: a report ends in {' or '.join(writers)}"
            raise KitError(message)
        writers[output.suffix](whole, output)
        screen.say(f"The report is in {output}.")
    if readme:
        markdown.renew_readme(whole)
        screen.say("The table is in README.md.")
    if not output and not readme:
        message = "say where the report goes: -o report.html, -o report.md or --readme"
        raise KitError(message)


@bench.command("compare")
def compare_runs(
    before: Annotated[Path, typer.Argument(metavar="A.json")],
    after: Annotated[Path, typer.Argument(metavar="B.json")],
    fail_above: Annotated[
        Optional[str],
        typer.Option(metavar="PERCENT", help="Fail when a call costs so much more in B."),
    ] = None,
) -> None:
    """Say what became faster or slower from run A to run B."""
    slower = compare.show(results.read(before), results.read(after), compare.percent(fail_above))
    raise typer.Exit(1 if slower else 0)


@bench.command("instructions")
def run_instructions(*, hosts: Hosts = None, json_file: Json = None, built: Built = False) -> None:
    """Count the instructions of every call, and hold SWIG's modules to their goal lines."""
    check_folder(json_file)
    found = read_build() if built else build.build(hosts)
    raise typer.Exit(0 if instructions.run(found, split(hosts), json_file) else 1)


@bench.command("selftest")
def run_selftest(*, built: Built = False) -> None:
    """Let the lab measure a cost that is known, and nothing twice."""
    found = read_build() if built else build.build(None)
    raise typer.Exit(0 if selftest.run(found) else 1)
