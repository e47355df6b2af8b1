"""Makes a run of the lab that nobody measured: the same figures for the same seed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from ffikit.lab.results import (  # noqa: E402
    Cell,
    Function,
    Ladder,
    Machine,
    Process,
    Run,
    Rung,
    Skipped,
    Technique,
)
from ffikit.lab.shapes import N, read_shapes  # noqa: E402

EVIL = "<b>&amp;\"'</script><!--"
"""A name that a page must show as it is."""
SHARES = (
    ("interpreter", 0.35, "eval_loop"),
    ("argument", 0.2, "to_u64"),
    ("wrapper", 0.25, "_wrap_fib"),
    ("callee", 0.08, "fibonacci::fib(unsigned long)"),
    ("result", 0.12, "from_u64"),
)
# Of each host: its label, the nanoseconds of a call, and how many times that a technique costs.
HOSTS = {
    "amber": (
        "Amber 3.11",
        12.0,
        {
            "swig": 1.0,
            "capi": 0.98,
            "deft": 1.45,
            "handy11": 2.9,
            "raw_abi": 9.0,
            "raw_types": 60.0,
            "swig_default": 4.2,
            "raw_types_bare": 14.0,
            "pure": 3.0,
        },
    ),
    "basalt": ("Basalt 2.7", 45.0, {"swig": 1.04, "capi": 1.0, "fiddle_about": 5.0, "pure": 1.2}),
    "chalk": (f"Chalk {EVIL}", 9.0, {"swig": 1.0, f"evil {EVIL}": 2.0, "pure": 0.2}),
}
_HEAVY = {"bigint_out": 12, "bigint_in": 14, "string": 3, "list": 7, "bytes": 9, "error": 60}
_RAW_LACKS = "it calls C functions only, and this one is C++"


def make_run(  # noqa: PLR0913 - what a run may lack
    *,
    processes: int = 12,
    hosts: tuple[str, ...] = tuple(HOSTS),
    techniques: tuple[str, ...] | None = None,
    control: bool = True,
    ladders: bool = True,
    natives: bool = True,
) -> Run:
    """Give a run of some hosts; without `techniques`, of all that they have."""
    random = np.random.default_rng(2015)
    rows, cells, drawn = [], [], []
    wanted = [(host, *HOSTS[host], False) for host in hosts]
    if natives:
        wanted.append(("native", "Native 12.2", 1.6, {"program": 1.0}, True))
    for host, label, ns, costs, native in wanted:
        for name, factor in costs.items():
            if techniques and name not in techniques and not native:
                continue
            for again in (False, True) if control and name == "swig" else (False,):
                row = Technique(
                    host=host,
                    host_label=label,
                    name=name,
                    version="" if name == "pure" else f"{name} 1.2",
                    bare=name.endswith("_bare"),
                    native=native,
                    control=again,
                )
                rows.append(row)
                cells += _cells(random, row, ns * factor, processes)
            if ladders and not native and name != "pure":
                drawn.append(_ladder(host, name, "void", ns * factor))
                drawn.append(_ladder(host, name, "u64_checked", 1.3 * ns * factor))
    return Run(
        schema=1,
        date="2026-11-22T10:20:30+00:00",
        machine=Machine(
            cpu="Slate & Chalk 9000",
            cores=2,
            governor="unknown",
            turbo="on",
            smt="off",
            system="Debian GNU/Linux 12 (bookworm)",
            kernel="Linux 6.1.0 x86_64",
            compilers={"C++": "GNU 12.2.0 -O2 -DNDEBUG", "Rust": "rustc 1.63.0"},
            swig="4.5.1",
            library_sha256="ab" * 32,
        ),
        mode="normal",
        seed=2015,
        seconds=412.5,
        rounds=processes,
        complete=processes > 0,
        techniques=rows,
        cells=cells if processes else [cell for cell in cells if cell.lacks],
        ladders=drawn,
        skipped=[Skipped(name="amber/rival", reason=f"rival 3 {EVIL} is not installed")],
    )


def _cells(random: np.random.Generator, row: Technique, ns: float, processes: int) -> list[Cell]:
    made = []
    for shape in read_shapes().values():
        if shape.sweep and (row.control or row.bare):
            continue
        for n in shape.sweep or (N,):
            cell = Cell(
                host=row.host, technique=row.name, control=row.control, shape=shape.name, n=n
            )
            made.append(cell)
            if row.bare and shape.arguments and shape.name not in {"u64_to_u64", "five_args"}:
                cell.lacks = "only the functions that need nothing around them are there"
                continue
            if row.name.startswith("raw") and shape.name in {"director", "iterate", "struct_field"}:
                cell.lacks = _RAW_LACKS
                continue
            if row.name == "pure" and not shape.sweep and shape.name not in {"void", "u64_checked"}:
                cell.lacks = "the host's own would be another program"
                continue
            cost = _cost(shape.name, n, ns, pure=row.name == "pure") * shape.per
            if shape.less:
                cost += ns
            # swig is sometimes above capi, sometimes below; the control is what swig is.
            cost *= 1 + (0.03 * np.sin(len(shape.name)) if row.name == "swig" else 0)
            if row.name == "swig_default" and shape.name == "bigint_in":
                cell.note = "what is too large is cut off"
            cell.processes = [_process(random, cost) for _ in range(processes)]
            cell.instructions = round(cost * 9.5) if not shape.sweep else None
    return made


def _cost(shape: str, n: int, ns: float, *, pure: bool) -> float:
    if shape == "recursive":
        work = 1.618**n
        return work * 40 if pure else ns + work * 1.1
    if shape == "list_of_n":
        return 2.2 * ns + n * 6
    if shape == "buffer_of_n":
        return 3.5 * ns + n * 2
    heavy = next((times for begin, times in _HEAVY.items() if shape.startswith(begin)), 1.3)
    # What is dear for every technique is not dearer by its factor.
    return ns * (1 if shape == "void" else 1.3) + 12 * (heavy - 1)


def _process(random: np.random.Generator, cost: float) -> Process:
    layout = random.normal(1, 0.012)
    empty = abs(random.normal(6, 0.05, 5)).round(3)
    call = (empty + cost * layout * abs(random.normal(1, 0.004, 5))).round(3)
    return Process(
        loops=20000,
        warmup=4,
        call_ns=call.tolist(),
        empty_ns=empty.tolist(),
        own_ns=(empty + 21).round(3).tolist(),
    )


def _ladder(host: str, technique: str, shape: str, ns: float) -> Ladder:
    whole = ns * 9.5
    rungs = [
        Rung.model_validate(
            {
                "name": name,
                "instructions": round(whole * share, 1),
                "functions": [
                    Function(name=function, library="lib.so", instructions=round(whole * share, 1))
                ],
            }
        )
        for name, share, function in SHARES
    ]
    return Ladder(host=host, technique=technique, shape=shape, rungs=rungs)


def main() -> None:
    """Write the run, and its page beside it: for looking at."""
    from ffikit.lab import results  # noqa: PLC0415
    from ffikit.lab.report import html  # noqa: PLC0415

    path = Path(sys.argv[1])
    run = make_run()
    results.write(path, run)
    html.write(run, path.with_suffix(".html"))


if __name__ == "__main__":
    main()
