"""Writes a run as one page for the browser: no network, no other file, the raw data inside."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ffikit import files
from ffikit.lab.analysis import Analysis
from ffikit.lab.report import charts, table, words
from ffikit.lab.results import PURE
from ffikit.lab.shapes import read_shapes

if TYPE_CHECKING:
    from ffikit.lab.report.charts import Rows
    from ffikit.lab.results import Ladder, Run
    from ffikit.lab.shapes import Shape

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Figure:
    """A chart: of which host, of which kind, and the sentences below it."""

    id: str
    kind: str
    host: str
    label: str
    sentences: list[str]


@dataclass(frozen=True)
class Method:
    """How one host was measured."""

    label: str
    loop: str
    own_call: str
    processes: str
    samples: str
    warmup: str
    noise: str


@dataclass(frozen=True)
class LadderTable:
    """A host's ladders of one shape as a table: a row for each technique."""

    host: str
    label: str
    shape: str
    rows: list[Ladder]


def write(run: Run, path: Path) -> None:
    """Write the page, whole or not at all."""
    files.write(path, render(run))


def render(run: Run) -> str:
    """Give the page."""
    analysis = Analysis(run)
    hosts = [host for host in analysis.hosts if not analysis.is_native(host)] or analysis.hosts
    shapes = [read_shapes()[name] for name in analysis.shapes]
    rows: dict[str, dict[str, Rows]] = {}
    figures = [figure for host in hosts for figure in _draw(analysis, host, rows)]
    drawn = {figure.kind: [f for f in figures if f.kind == figure.kind] for figure in figures}
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"prose": _prose, "breakable": _breakable}
    return environment.get_template("report.html.j2").render(
        run=run,
        words=words,
        hosts={host: analysis.label(host) for host in hosts},
        techniques=_names(analysis, hosts),
        shapes=shapes,
        verdicts=words.verdicts(analysis),
        tables=[table.make(analysis, host) for host in hosts],
        legend=table.legend(),
        figures=drawn,
        bar_shapes=_shapes_of(drawn.get("bars", []), rows),
        ladder_shapes=_shapes_of(drawn.get("ladder", []), rows),
        counted=any(cell.instructions is not None for cell in run.cells),
        ladders=_ladder_tables(analysis, hosts),
        rungs=charts.RUNGS,
        methods=[_method(analysis, host) for host in analysis.hosts],
        style=Markup(_read("report.css")),  # noqa: S704 - the project's own
        script=Markup(_read("report.js")),  # noqa: S704
        library=Markup(_library()),  # noqa: S704
        charts=_embed(
            json.dumps(
                {
                    "names": charts.NAMES,
                    "specs": {kind: json.dumps(spec) for kind, spec in charts.SPECS.items()},
                    "rows": rows,
                    "shapes": {s.name: f"{s.name}, {s.text}: {s.about}" for s in shapes},
                },
                ensure_ascii=False,
            )
        ),
        data=_embed(run.model_dump_json(by_alias=True, exclude_defaults=True)),
    )


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def _library() -> str:
    """Give Vega-Lite and all that it needs, as one script."""
    script = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return re.sub(r"<(?=/script|!--)", r"\\x3c", script, flags=re.IGNORECASE)


def _embed(text: str) -> Markup:
    """Make JSON safe inside a script element: only its strings can hold a `<`."""
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no element ends or begins in it


def _prose(sentence: str) -> Markup:
    """Escape a sentence, and set what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))  # noqa: S704


def _breakable(name: str) -> Markup:
    """Escape a name, and let a line end after its underscores."""
    return Markup(str(escape(name)).replace("_", "_<wbr>"))  # noqa: S704


def _names(analysis: Analysis, hosts: list[str]) -> list[str]:
    rows = [t for host in hosts for t in charts.rows_of(analysis, host)]
    return list(dict.fromkeys(technique.name for technique in rows))


def _draw(analysis: Analysis, host: str, rows: dict[str, dict[str, Rows]]) -> list[Figure]:
    """List a host's charts that have something to show; their rows are put into `rows`."""
    label, figures = analysis.label(host), []

    def draw(kind: str, found: dict[str, Rows], title: str, *sentences: str) -> None:
        if any(found.values()):
            name = f"chart-{len(rows)}"
            rows[name] = found
            figures.append(Figure(name, kind, host, title, [text for text in sentences if text]))

    draw("bars", charts.bars(analysis, host), label)
    draw("ladder", charts.ladder(analysis, host), label)
    draw("work", {"": charts.work(analysis, host)}, label, *words.work(analysis, host))
    for technique in analysis.techniques(host):
        ways = words.ways(analysis, host, technique.name)
        if len(ways) > 1 and technique.name != PURE:
            found = {"": charts.crossings(technique, ways)}
            title = f"{label} {technique.name}"
            draw("crossings", found, title, *words.crossings(analysis, host, ways))
    return figures


def _shapes_of(figures: list[Figure], rows: dict[str, dict[str, Rows]]) -> list[Shape]:
    """Give the shapes that any of these charts can show, in the order of the catalogue."""
    had = {shape for figure in figures for shape in rows[figure.id]}
    return [shape for name, shape in read_shapes().items() if name in had]


def _ladder_tables(analysis: Analysis, hosts: list[str]) -> list[LadderTable]:
    tables = []
    for host in hosts:
        drawn = [ladder for ladder in analysis.run.ladders if ladder.host == host]
        for shape in dict.fromkeys(ladder.shape for ladder in drawn):
            rows = [ladder for ladder in drawn if ladder.shape == shape]
            tables.append(LadderTable(host, analysis.label(host), shape, rows))
    return tables


def _method(analysis: Analysis, host: str) -> Method:
    cells = [cell for cell in analysis.run.cells if cell.host == host and cell.processes]
    processes = [process for cell in cells for process in cell.processes]
    return Method(
        label=analysis.label(host),
        loop=words.interval(analysis.loop(host)) if cells else "",
        own_call=words.interval(analysis.own_call(host)) if cells else "",
        processes=_span([len(cell.processes) for cell in cells]),
        samples=_span([len(process.call_ns) for process in processes]),
        warmup=f"{np.median([p.warmup for p in processes]):.0f}" if processes else "",
        noise="" if analysis.is_native(host) else words.noise(analysis.noise(host)),
    )


def _span(numbers: list[int]) -> str:
    least, most = min(numbers, default=0), max(numbers, default=0)
    return f"{least}" if least == most else f"{least} to {most}"
