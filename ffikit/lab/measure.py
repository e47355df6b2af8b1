"""Talks to a bench program: a request is a line, the answer a line of JSON.

The program times with its host's own clock; what it was asked to call and what came of it is
checked here before a time is believed.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from threading import Timer
from typing import TYPE_CHECKING, Any

from ffikit import KitError
from ffikit.lab.results import Process
from ffikit.lab.shapes import read_shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

    from ffikit.hosts import Host, Technique

_LOOPS = ("call_ns", "empty_ns", "own_ns")
_PATIENCE_SECONDS = 120
_BETTER = 0.98
_BLOCKS_WITHOUT_BETTER = 3
_MOST_BLOCKS = 40
_MOST_LOOPS = 1_000_000


class LacksError(Exception):
    """A technique does not offer a shape; the text is the program's."""


class WrongResultError(KitError):
    """A call gave something else than its case says."""


class Bench:
    """A bench program that runs, for one technique; use it in a `with`."""

    def __init__(
        self,
        host: Host,
        technique: Technique,
        *,
        bare: bool = False,
        wrapper: Sequence[str] = (),
        environment: dict[str, str] | None = None,
    ) -> None:
        """Start it, under another program if a wrapper is given."""
        self.title = f"{host.label} through {technique.name}{'_bare' if bare else ''}"
        self._command = [
            *wrapper,
            *(technique.command or host.program(f"bindings/{host.folder}/bench")),
            technique.program + ("_bare" if bare else ""),
        ]
        self._errors = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115
        try:
            self._process = subprocess.Popen(
                self._command,
                env={
                    **os.environ,
                    **host.environment,
                    **technique.environment,
                    **(environment or {}),
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            message = f"{self.title} cannot run: {error}"
            raise KitError(message) from error

    def __enter__(self) -> Self:
        """Give the program itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        if self._process.stdin:
            self._process.stdin.close()
        if self._process.stdout:
            self._process.stdout.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _ask(self, *words: object) -> dict[str, Any]:
        request = " ".join(map(str, words))
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        watchdog = Timer(_PATIENCE_SECONDS, self._process.kill)
        watchdog.start()
        try:
            if pipe_in and pipe_out:
                pipe_in.write(request + "\n")
                pipe_in.flush()
                answer = pipe_out.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            watchdog.cancel()
        try:
            found: dict[str, Any] = json.loads(answer)
        except ValueError as error:
            status = self._process.wait() if not answer else "running"
            self._errors.seek(0)
            message = (
                f"{self.title} gave no answer to '{request}' but {answer.strip()!r} "
                f"(status {status}):\n{self._errors.read()[-2000:].strip()}\n"
                f"The command was: {' '.join(self._command)}"
            )
            raise KitError(message) from error
        if "lacks" in found:
            raise LacksError(found["lacks"])
        return found

    def time(self, shape: str, n: int, loops: int, repeats: int) -> Process:
        """Measure so many samples; the result is checked first."""
        found = self._ask("time", shape, n, loops, repeats)
        if not read_shapes()[shape].accepts(found["result"], n):
            message = (
                f"{self.title}: {shape} for n = {n} gave {found['result']}, "
                f"not what the case {read_shapes()[shape].route} says"
            )
            raise WrongResultError(message)
        return Process(
            loops=loops,
            warmup=0,
            **{key: [round(ns, 3) for ns in found[key]] for key in _LOOPS},
        )

    def choose_loops(self, shape: str, n: int, sample_ns: float) -> int:
        """Find the number of turns that makes a sample as long as wanted."""
        loops = 1
        while True:
            taken = self.time(shape, n, loops, 1).call_ns[0] * loops
            if taken >= sample_ns / 4 or loops >= _MOST_LOOPS:
                return int(min(max(loops * sample_ns / max(taken, 1.0), 1), _MOST_LOOPS))
            loops = min(loops * 10, _MOST_LOOPS)

    def measure(self, shape: str, n: int, loops: int, repeats: int) -> Process:
        """Warm up until the blocks stop improving, then measure."""
        best, since, blocks = float("inf"), 0, 0
        while since < _BLOCKS_WITHOUT_BETTER and blocks < _MOST_BLOCKS:
            block = self.time(shape, n, loops, 1).call_ns[0]
            since = 0 if block < best * _BETTER else since + 1
            best, blocks = min(best, block), blocks + 1
        return self.time(shape, n, loops, repeats).model_copy(update={"warmup": blocks})

    def count(self, shape: str, n: int, loops: int) -> None:
        """Let callgrind count so many turns, between two marks."""
        self._ask("count", shape, n, loops)
