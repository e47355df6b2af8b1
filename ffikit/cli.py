"""The commands of ./kit and what an error looks like."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Annotated, Optional

import typer
from click import ClickException

from ffikit import ROOT, KitError, build, demo, screen, soak, testing, wheel
from ffikit import hosts as all_hosts
from ffikit.lab import commands
from ffikit.mutants import entries
from ffikit.mutants import run as mutants_run
from ffikit.options import Hosts, Json, check_folder, split

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def ffikit() -> None:
    """Build the library's modules, show them and test them."""


@app.command("demo")
def run_demo(
    *,
    full: Annotated[bool, typer.Option("--full", help="The article's fib(37) too.")] = False,
    hosts: Hosts = None,
    json_file: Json = None,
) -> None:
    """Show every host calling the library, and what it costs."""
    check_folder(json_file)
    demo.run(build.build(hosts), full=full, json_file=json_file)


@app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run_test(context: typer.Context, hosts: Hosts = None) -> None:
    """Run every test; further options go to ctest."""
    built = build.build(hosts)
    if built.preload and not context.args:
        build.build_sanitized("asan", built, hosts)  # the tests sanitize.* would, without progress
    raise typer.Exit(testing.run(built, context.args))


@app.command("soak")
def run_soak(
    *,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0, help="How long; each check runs once at least.")
    ] = 10,
    seed: Annotated[
        Optional[int], typer.Option("--seed", help="Of the first round's random cases.")
    ] = None,
    hosts: Hosts = None,
) -> None:
    """Look for faults with fresh random cases, failing allocations and sanitizers."""
    raise typer.Exit(soak.run(build.build(hosts), hosts, minutes, seed))


@app.command("mutants")
def run_mutants(
    *,
    hosts: Hosts = None,
    only: Annotated[
        Optional[str],
        typer.Option("--only", metavar="NAMES", help="Mutants or topics, with commas between."),
    ] = None,
    sample: Annotated[
        Optional[int],
        typer.Option("--sample", metavar="N", min=1, help="So many, chosen by --seed."),
    ] = None,
    seed: Annotated[
        Optional[str],
        typer.Option("--seed", help="Any word; without it the commit that is checked out."),
    ] = None,
    only_list: Annotated[bool, typer.Option("--list", help="Show them and do nothing.")] = False,
) -> None:
    """Plant known errors in a copy, one at a time, and see whether the tests notice."""
    topics = entries.read_all()
    for folder in set(all_hosts.folders()) - split(hosts) if split(hosts) else ():
        topics.pop(folder, None)
    chosen = entries.choose(topics, split(only))
    if only_list:
        mutants_run.show_list(chosen)
        return
    raise typer.Exit(mutants_run.run(chosen, hosts=hosts, sample=sample, seed=seed))


app.add_typer(commands.bench, name="bench")


@app.command("wheel")
def run_wheel(
    folder: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Where the wheel goes.")
    ] = ROOT / "dist",
) -> None:
    """Build a wheel of the Python module that holds its libraries."""
    wheel.run(folder)


def _leave_no_trace_of_the_kit() -> None:
    """Drop what ./kit put on PYTHONPATH: the hosts shall see the user's own."""
    paths = [p for p in os.environ.pop("PYTHONPATH", "").split(os.pathsep) if p]
    if others := [p for p in paths if Path(p) != ROOT]:
        os.environ["PYTHONPATH"] = os.pathsep.join(others)


def main() -> int:
    """Run one command; an error is a sentence and a status, never a traceback."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # ./kit demo | head
    _leave_no_trace_of_the_kit()
    try:
        status = app(prog_name="./kit", standalone_mode=False)
    except ClickException as error:
        error.show()
        return error.exit_code
    except KitError as error:
        screen.complain(str(error))
        return 1
    except (KeyboardInterrupt, typer.Abort):
        screen.complain("interrupted")
        return 130
    return int(status or 0)
