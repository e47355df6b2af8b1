"""What the terminal shows: tables, progress, errors; in a log the same as plain lines."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_WIDEST = 80
_SECONDS_BETWEEN_LINES = 5.0

_console = Console(highlight=False)
_errors = Console(highlight=False, soft_wrap=True, stderr=True)


def width() -> int:
    """Give the width that tables may have."""
    return min(_console.width, _WIDEST)


def say(text: str = "", style: str | None = None) -> None:
    """Print a paragraph, wrapped to the terminal."""
    _console.print(text, style=style, markup=False, width=width())


def echo(line: str) -> None:
    """Pass on a line of another program, at once and as it is."""
    _console.file.write(line + "\n")
    _console.file.flush()


def complain(text: str) -> None:
    """Print an error."""
    _console.file.flush()
    _errors.print(f"kit: {text}", style="red", markup=False)


def heading(text: str) -> None:
    """Begin a part of the report."""
    say()
    say(text, style="bold")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> None:
    """Print a table whose first `words` columns hold words and whose others hold numbers."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    for position, column in enumerate(columns):
        grid.add_column(column, justify="left" if position < words else "right", overflow="fold")
    for row in rows:
        grid.add_row(*row)
    _console.print(grid, markup=False, width=width())


def shorten(text: str, room: int) -> str:
    """Take the middle out of a text that is wider than `room`."""
    if len(text) <= room:
        return text
    half = max((room - 1) // 2, 1)
    return f"{text[:half]}…{text[-half:]}"


@contextmanager
def steps(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """Give a function that shows progress (done, total, what): a bar, or lines now and then."""
    if _console.is_terminal and not _console.is_dumb_terminal:
        bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[what]}", style="dim"),
            console=_console,
            transient=True,
        )
        task = bar.add_task(title, total=None, what="")
        room = max(_console.width - len(title) - 38, 8)
        with bar:
            yield lambda done, total, what: bar.update(
                task, completed=done, total=total, what=shorten(what, room)
            )
        return

    say(f"{title} ...")
    printed = time.monotonic()

    def show(done: int, total: int, what: str) -> None:
        nonlocal printed
        if time.monotonic() - printed >= _SECONDS_BETWEEN_LINES:
            printed = time.monotonic()
            say(f"  {done}/{total}  {shorten(what, _WIDEST - 20)}")

    yield show
