"""The charts of the page: Vega-Lite specifications, and the rows that they are drawn from.

Colours are CSS variables of the page, so that dark mode and print need no other chart. A chart has
rows for each choice of its menu; the page puts them in and draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ffikit.lab.report import words
from ffikit.lab.results import FLOOR, PURE

if TYPE_CHECKING:
    from ffikit.lab.analysis import Analysis, Estimate
    from ffikit.lab.results import Rung, Technique

Spec = dict[str, Any]
Rows = list[dict[str, Any]]

NAMES = "names of the rows"
"""Where this stands, the page puts the names that it draws, in the order of the rows."""
RUNGS = ("interpreter", "argument", "wrapper", "callee", "result")
_ROW, _HEIGHT = 26, 260
"""Pixels: of each technique, or of the whole."""
_MOST_FUNCTIONS = 6
_LINES = [f"var(--line-{number})" for number in range(1, 9)]
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
_ROOM_FOR_FIGURES = {"left": 5, "top": 5, "bottom": 5, "right": 48}
_POWERS = [10**power for power in range(-1, 10)]
_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [10, 4], [1, 3]]

CONFIG: Spec = {
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--ink)",
        "titleColor": "var(--soft)",
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleAnchor": "end",
        "gridColor": "var(--rule)",
        "domainColor": "var(--rule)",
        "tickColor": "var(--rule)",
    },
    "axisY": {"domain": False, "ticks": False, "labelPadding": 8},
    "legend": {
        "labelColor": "var(--ink)",
        "titleColor": "var(--soft)",
        "labelFontSize": 12,
        "orient": "top",
        "symbolStrokeWidth": 0,
    },
    "text": {"color": "var(--ink)", "fontSize": 12},
}


def _spec(**parts: Any) -> Spec:  # noqa: ANN401 - JSON
    return {"width": "container", "data": {}, "config": CONFIG, **parts}


def _of_techniques(title: str, field: str, **extra: Any) -> Spec:  # noqa: ANN401 - JSON
    """Name the axes of a chart with a bar for each technique, in the order of the rows."""
    axis = {"tickCount": 5, "labelOverlap": True}
    return {
        "y": {"field": "name", "type": "nominal", "sort": None, "title": None},
        "x": {"field": field, "type": "quantitative", "title": title, "axis": axis, **extra},
    }


_BAR_TIP = [
    {"field": "name", "title": "technique"},
    {"field": "said", "title": "ns, 95 % interval"},
    {"field": "processes"},
    {"field": "samples"},
]
_KINDS = {
    "domain": ["ours", "floor", "other", "unchecked"],
    "range": ["var(--ours)", "var(--floor)", "var(--other)", "var(--unchecked)"],
}

_BAR = {
    "mark": {"type": "bar", "height": {"band": 0.6}},
    "encoding": {"color": {"field": "kind", "scale": _KINDS, "legend": None}, "tooltip": _BAR_TIP},
}
_INTERVALS: list[Spec] = [
    {
        "mark": {"type": "rule", "strokeWidth": 3, "color": "var(--ink)", "aria": False},
        "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "tooltip": _BAR_TIP},
    },
    {
        "transform": [{"flatten": ["points"], "as": ["point"]}],
        "mark": {
            "type": "point",
            "filled": True,
            "size": 16,
            "opacity": 0.6,
            "yOffset": 7,
            "color": "var(--ink)",
            "aria": False,
        },
        "encoding": {
            "x": {"field": "point.ns", "type": "quantitative"},
            "tooltip": [
                {"field": "name", "title": "technique"},
                {"field": "point.process", "title": "process"},
                {"field": "point.said", "title": "ns a call"},
                {"field": "point.samples", "title": "its samples, ns a turn"},
            ],
        },
    },
    {
        "mark": {"type": "text", "align": "left", "dx": 8, "aria": False},
        "encoding": {"x": {"field": "most"}, "text": {"field": "label"}},
    },
]


def _bars(layers: list[Spec], **x: Any) -> Spec:  # noqa: ANN401 - JSON
    return _spec(
        padding=_ROOM_FOR_FIGURES,
        height={"step": _ROW},
        encoding=_of_techniques("ns a call, without the loop", "median", **x),
        layer=layers,
    )


BARS = _bars([_BAR, *_INTERVALS])
LOGARITHMIC = _bars(
    # A bar has no beginning on a logarithmic axis: points and intervals remain.
    _INTERVALS,
    scale={"type": "log"},
    axis={"values": [n * power for power in _POWERS for n in (1, 2, 5)], "labelOverlap": True},
)

LADDER = _spec(
    height={"step": _ROW},
    padding=_ROOM_FOR_FIGURES,
    encoding=_of_techniques("instructions a call", "instructions"),
    layer=[
        {
            "mark": {
                "type": "bar",
                "height": {"band": 0.7},
                "stroke": "var(--paper)",
                "strokeWidth": 1,
            },
            "encoding": {
                "color": {
                    "field": "rung",
                    "title": None,
                    "scale": {"domain": RUNGS, "range": [f"var(--rung-{rung})" for rung in RUNGS]},
                },
                "order": {"field": "order"},
                "tooltip": [
                    {"field": "name", "title": "technique"},
                    {"field": "rung"},
                    {"field": "said", "title": "instructions"},
                    {"field": "functions"},
                ],
            },
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 6, "aria": False},
            "encoding": {
                "x": {"aggregate": "sum", "field": "instructions"},
                "text": {"aggregate": "sum", "field": "instructions", "format": ",.0f"},
            },
        },
    ],
)


def _style(field: str, values: list[Any]) -> Spec:
    """Tell the lines apart; what has the same domain shares a legend."""
    return {"field": field, "title": None, "scale": {"domain": NAMES, "range": values}}


def _lines(field: str, x_title: str, y_title: str, **scale: Any) -> Spec:  # noqa: ANN401 - JSON
    return _spec(
        height=_HEIGHT,
        encoding={
            "x": {
                "field": "n",
                "type": "quantitative",
                "title": x_title,
                "scale": {"nice": False, **(scale or {"zero": False})},
                "axis": {"grid": False, **({"values": _SIZES} if scale else {"tickCount": 8})},
            },
            "y": {
                "field": "median",
                "type": "quantitative",
                "title": y_title,
                "scale": {"type": "log"},
                "axis": {"format": ",.1~f", "values": _POWERS},
            },
            "color": _style(field, _LINES),
        },
        layer=[
            {
                "mark": {"type": "line", "strokeWidth": 2, "aria": False},
                "encoding": {"strokeDash": _style(field, _DASHES)},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2, "aria": False},
                "encoding": {"y": {"field": "low"}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
                "encoding": {
                    "shape": _style(field, _SHAPES),
                    "tooltip": [
                        {"field": field, "title": "way"},
                        {"field": "n"},
                        {"field": "said", "title": "ns, 95 % interval"},
                    ],
                },
            },
        ],
    )


WORK = _lines("name", "n of the naive fib(n)", "nanoseconds, logarithmic")
CROSSINGS = _lines("way", "n values, logarithmic", "nanoseconds, logarithmic", type="log")

SPECS = {
    "bars": BARS,
    "logarithmic": LOGARITHMIC,
    "ladder": LADDER,
    "work": WORK,
    "crossings": CROSSINGS,
}


def rows_of(analysis: Analysis, host: str) -> list[Technique]:
    """Give the techniques of a host, and the native programs below them."""
    natives = [t for t in analysis.run.techniques if t.native and not t.control and t.host != host]
    return [*analysis.techniques(host), *natives]


def name_of(technique: Technique) -> str:
    """Name a row; what is native says so itself."""
    return f"{technique.host_label} {technique.name}" if technique.native else technique.name


def kind_of(technique: Technique, note: str | None = None) -> str:
    """Say as what a technique takes part: the kit's own, the floor, a rival, out of competition."""
    if note or technique.bare or technique.name == PURE or technique.native:
        return "unchecked"
    return {words.OURS: "ours", FLOOR: "floor"}.get(technique.name, "other")


def _row(technique: Technique, cost: Estimate) -> dict[str, Any]:
    return {
        "name": name_of(technique),
        "technique": technique.name,
        "median": round(cost.median, 3),
        "low": round(cost.low, 3),
        "high": round(cost.high, 3),
        "said": words.interval(cost),
    }


def bars(analysis: Analysis, host: str) -> dict[str, Rows]:
    """Give a bar for each technique, the cheapest first, by shape."""
    charts = {}
    for shape in analysis.shapes:
        rows = [
            {
                **_row(technique, cost),
                "host": technique.host,
                "kind": kind_of(technique, analysis.note(technique.host, technique.name, shape)),
                "label": words.nanoseconds(cost.median),
                "most": round(max(cost.values), 3),
                "processes": len(cost.values),
                "values": [round(value, 3) for value in cost.values],
            }
            for technique in rows_of(analysis, host)
            if (cost := analysis.cost(technique.host, technique.name, shape))
        ]
        if rows:
            charts[shape] = sorted(rows, key=lambda row: row["median"])
    return charts


def ladder(analysis: Analysis, host: str) -> dict[str, Rows]:
    """Give the rungs of each technique, the cheapest technique first, by shape."""
    charts: dict[str, Rows] = {}
    drawn = [ladder for ladder in analysis.run.ladders if ladder.host == host]
    for each in sorted(drawn, key=lambda one: sum(rung.instructions for rung in one.rungs)):
        charts.setdefault(each.shape, []).extend(
            {
                "name": each.technique,
                "technique": each.technique,
                "rung": rung.name,
                "order": RUNGS.index(rung.name),
                "instructions": rung.instructions,
                "said": f"{rung.instructions:,.0f}",
                "functions": _functions(rung),
            }
            for rung in each.rungs
        )
    return charts


def _functions(rung: Rung) -> str:
    """Name the functions of a rung that cost most."""
    order = sorted(rung.functions, key=lambda function: -function.instructions)
    said = [f"{f.name} [{f.library}] {f.instructions:,.0f}" for f in order[:_MOST_FUNCTIONS]]
    more = len(order) - _MOST_FUNCTIONS
    return "; ".join([*said, f"{more} more"] if more > 0 else said)


def work(analysis: Analysis, host: str) -> Rows:
    """Give the naive recursion over n, by technique; of the native programs one is enough."""
    rows = rows_of(analysis, host)
    natives = [technique for technique in rows if technique.host != host]
    return [
        {"n": n, **_positive(_row(technique, cost))}
        for technique in [t for t in rows if t.host == host] + natives[:1]
        for n, cost in analysis.sweep(technique.host, technique.name, "recursive").items()
    ]


def crossings(technique: Technique, ways: dict[str, dict[int, Estimate]]) -> Rows:
    """Give what n values cost, by the way in which they cross."""
    return [
        {"n": n, "way": way, **_positive(_row(technique, cost))}
        for way, costs in ways.items()
        for n, cost in costs.items()
    ]


def _positive(row: dict[str, Any]) -> dict[str, Any]:
    """Keep an interval on a logarithmic axis."""
    return {**row, "low": row["low"] if row["low"] > 0 else row["median"]}
