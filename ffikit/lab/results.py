"""What a run of the lab holds: JSON with a schema version, validated when read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Optional

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ffikit import KitError, files

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA: Literal[1] = 1
FLOOR = "capi"
"""The technique that is written by hand in the host's own C API: what others are compared with."""
PURE = "pure"
"""The technique that never leaves the host."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Machine(_Strict):
    """What times depend on. Runs are merged only when all of this agrees."""

    cpu: str
    cores: int
    governor: str
    turbo: str
    smt: str
    system: str
    kernel: str
    compilers: dict[str, str]
    swig: str
    library_sha256: str


class Technique(_Strict):
    """A way of calling: a row of every table."""

    host: str
    host_label: str
    name: str
    version: str = ""
    bare: bool = False
    """Nothing checks the arguments."""
    native: bool = False
    """No host: the program itself is native."""
    control: bool = False
    """The host's `swig` measured once more: it shows what differences mean nothing."""

    @property
    def key(self) -> tuple[str, str, bool]:
        """Give what tells this technique from all others."""
        return (self.host, self.name, self.control)

    @property
    def title(self) -> str:
        """Give host and technique with their versions."""
        return f"{self.host_label} {self.name}" + (f" ({self.version})" if self.version else "")


class Process(_Strict):
    """What one process measured: nanoseconds a turn of each loop, one number a sample."""

    loops: int = Field(gt=0)
    warmup: int = Field(ge=0)
    """Samples that came before these, until they stopped improving."""
    call_ns: list[float] = Field(min_length=1)
    empty_ns: list[float] = Field(min_length=1)
    own_ns: list[float] = Field(min_length=1)
    """A function of the host's own that does nothing."""


class Cell(_Strict):
    """One technique, one shape, one argument: what was measured, or why nothing was."""

    host: str
    technique: str
    control: bool = False
    shape: str
    n: int = Field(ge=0)
    lacks: Optional[str] = None
    note: Optional[str] = None
    """In which way it does not pass the case of its shape, although what was checked is right."""
    processes: list[Process] = []
    instructions: Optional[float] = None
    """Of one call by callgrind, the empty loop's taken off."""

    @property
    def key(self) -> tuple[str, str, bool, str, int]:
        """Give what tells this cell from all others."""
        return (self.host, self.technique, self.control, self.shape, self.n)


class Function(_Strict):
    """A function that callgrind saw, and the instructions it executed itself in one call."""

    name: str
    library: str
    instructions: float


class Rung(_Strict):
    """A rung of the cost ladder: one kind of work."""

    name: Literal["interpreter", "argument", "wrapper", "callee", "result"]
    instructions: float
    functions: list[Function] = []


class Ladder(_Strict):
    """Where the instructions of one call go."""

    host: str
    technique: str
    shape: str
    rungs: list[Rung]


class Skipped(_Strict):
    """A host or technique that was not built."""

    name: str
    reason: str


class Run(_Strict):
    """A whole run."""

    format: Literal[1] = Field(alias="schema")
    date: str
    machine: Machine
    mode: str
    seed: int
    seconds: float = 0.0
    """How long it has measured."""
    rounds: int = 0
    complete: bool = False
    techniques: list[Technique]
    cells: list[Cell] = []
    ladders: list[Ladder] = []
    skipped: list[Skipped] = []

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


def read(path: Path) -> Run:
    """Read a run; what is wrong with the file is a KitError."""
    try:
        return Run.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}"
    except UnicodeDecodeError:
        message = f"{path} is no run of the lab: it is not text"
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        if where == "schema":
            message = f"{path} has another schema than {SCHEMA}: measure again with this kit"
        else:
            message = f"{path} is no run of the lab: {where}: {first['msg']}"
    raise KitError(message)


def write(path: Path, run: Run) -> None:
    """Write a run, whole or not at all."""
    files.write(path, run.model_dump_json(by_alias=True, exclude_defaults=True))


def merge(runs: list[Run]) -> Run:
    """Add up runs of one machine; what differs between machines is a KitError."""
    first, *others = runs
    whole = first.model_copy(deep=True)
    cells = {cell.key: cell for cell in whole.cells}
    for other in others:
        _refuse_another_machine(first.machine, other.machine)
        known = {technique.key: technique for technique in whole.techniques}
        for technique in other.techniques:
            if known.setdefault(technique.key, technique) != technique:
                mine = known[technique.key]
                message = f"these runs cannot be one: {mine.title} is not {technique.title}"
                raise KitError(message)
        whole.techniques = list(known.values())
        for cell in other.cells:
            if had := cells.get(cell.key):
                had.processes += cell.processes
                had.lacks = None if had.processes else had.lacks
                had.instructions = had.instructions or cell.instructions
            else:
                cells[cell.key] = cell.model_copy(deep=True)
        drawn = {(ladder.host, ladder.technique, ladder.shape) for ladder in whole.ladders}
        whole.ladders += [
            ladder
            for ladder in other.ladders
            if (ladder.host, ladder.technique, ladder.shape) not in drawn
        ]
        whole.seconds += other.seconds
        whole.rounds += other.rounds
    whole.cells = list(cells.values())
    return whole


def _refuse_another_machine(one: Machine, other: Machine) -> None:
    for name in Machine.model_fields:
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine != theirs:
            message = f"these runs cannot be one: {name} is {mine!r} in one, {theirs!r} in another"
            raise KitError(message)
