"""Lets the lab measure programs whose costs are known, without a clock."""

from __future__ import annotations

import json
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

try:
    from ffikit import KitError
    from ffikit.hosts import Build, Host, Technique
    from ffikit.lab import compare, known, results, selftest
    from ffikit.lab.measure import Bench
    from ffikit.lab.run import Laboratory, Mode, Wanted
except ImportError as error:
    print(f"SKIP: {error}; ./kit puts what the lab needs into .venv")
    sys.exit()

SEED = 1202
COSTS = {"swig": 2000.0, "twin": 2000.0, "injected": 2500.0}


def mode(rounds: int) -> Mode:
    """Measure so many rounds."""
    return Mode("test", rounds, 60.0, 1e5, 5)


class Lab(unittest.TestCase):
    """A lab whose hosts are programs of known costs."""

    def setUp(self) -> None:
        """Make a folder for runs and for the seeds of processes."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.path = self.folder / "run.json"
        library = self.folder / "library"
        library.write_bytes(b"not loaded by anything")
        self.built = Build([], [], {"cpp": str(library)}, [], {"cpp": "none"}, "0")

    def laboratory(
        self,
        rounds: int = 12,
        costs: dict[str, float] = COSTS,
        earlier: results.Run | None = None,
        **wanted: set[str],
    ) -> Laboratory:
        """Prepare a run of programs that cost so much."""
        environment = {"FIB_KNOWN_SEEDS": str(self.folder / "seeds")}
        program = [sys.executable, "-B", known.__file__]
        techniques = [
            Technique(name, environment, str(cost), version="1", command=program)
            for name, cost in costs.items()
        ]
        self.built.hosts[:] = [Host("known", "known", "Known", "1", [], {}, "py", techniques)]
        names = {"hosts": set(), "techniques": set(), "shapes": set(known.RESULTS), **wanted}
        laboratory = Laboratory(self.built, mode(rounds), Wanted(**names), earlier)
        laboratory.run.seed = SEED
        return laboratory

    def measure(self, rounds: int = 12, **options: Any) -> results.Run:  # noqa: ANN401
        """Measure, and give what the file holds."""
        self.laboratory(rounds, **options).measure(self.path)
        return results.read(self.path)


class Measuring(Lab):
    """What the lab does and finds."""

    def test_finds_what_is_known(self) -> None:
        """The injected cost is found, two that are alike are told to be."""
        environment = {"FIB_KNOWN_SEEDS": str(self.folder / "seeds")}
        analysis = selftest.measure(self.built, mode(12), self.path, environment, SEED)
        for finding in selftest.judge(analysis):
            with self.subTest(finding.name):
                self.assertTrue(finding.right, finding.found)

    def test_the_alarm_rings(self) -> None:
        """Where the injected cost is not what it should be, the judgement says so."""
        environment = {"FIB_KNOWN_SEEDS": str(self.folder / "seeds")}
        with mock.patch.object(selftest, "INJECTED_NS", 900.0):
            analysis = selftest.measure(self.built, mode(12), self.path, environment, SEED)
        found = selftest.judge(analysis)
        self.assertTrue(any(not f.right for f in found if f.name.startswith("recover")))

    def test_every_technique_has_a_process_a_round(self) -> None:
        """So many rounds, so many processes, the control among them."""
        run = self.measure(rounds=6)
        self.assertTrue(run.complete)
        self.assertEqual(len(run.cells), (len(COSTS) + 1) * len(known.RESULTS))
        self.assertEqual({len(cell.processes) for cell in run.cells}, {6})
        self.assertEqual(sum(cell.control for cell in run.cells), len(known.RESULTS))

    def test_resumes(self) -> None:
        """What was interrupted goes on where it was, and only with what it had."""
        laboratory, calls = self.laboratory(rounds=6), 0
        measure = Bench.measure

        def interrupted(bench: Bench, *arguments: Any) -> results.Process:  # noqa: ANN401
            nonlocal calls
            calls += 1
            if calls > 2 * 4 * len(known.RESULTS) + 3:
                raise KeyboardInterrupt
            return measure(bench, *arguments)

        with mock.patch.object(Bench, "measure", interrupted), self.assertRaises(KeyboardInterrupt):
            laboratory.measure(self.path)
        laboratory.write(self.path)
        earlier = results.read(self.path)
        self.assertFalse(earlier.complete)
        self.assertEqual(earlier.rounds, 2)
        run = self.measure(rounds=6, earlier=earlier)
        self.assertTrue(run.complete)
        self.assertEqual(run.rounds, 6)
        self.assertGreaterEqual(min(len(cell.processes) for cell in run.cells), 6)
        self.assertEqual(self.measure(rounds=9, earlier=run), run)

    def test_measures_what_is_wanted(self) -> None:
        """Names choose; a name that does not exist is refused with those that do."""
        run = self.measure(rounds=5, techniques={"twin"}, shapes={"void"})
        self.assertEqual([(c.technique, c.shape) for c in run.cells], [("twin", "void")])
        wrong: list[dict[str, Any]] = [
            {what: {"nope"}} for what in ("techniques", "shapes", "hosts")
        ]
        for wanted in wrong:
            with self.subTest(wanted), self.assertRaisesRegex(KitError, "'nope'; there are: .+"):
                self.laboratory(**wanted)

    def test_says_what_is_lacking_only_with_a_reason(self) -> None:
        """A shape that a technique does not do, and does not excuse, ends the run."""
        with self.assertRaisesRegex(KitError, "two_args.*no reason"):
            self.measure(rounds=5, shapes={"two_args"})

    def test_a_wrong_result_is_no_measurement(self) -> None:
        """A time is believed only if the result is right."""
        right = known.RESULTS["u64_checked"]
        source = Path(known.__file__).read_text(encoding="utf-8")
        wrong = self.folder / "wrong.py"
        wrong.write_text(source.replace(right, "6766"), encoding="utf-8")
        refused = self.assertRaisesRegex(KitError, "gave 6766")
        with mock.patch.object(known, "__file__", str(wrong)), refused:
            self.measure(rounds=5, shapes={"u64_checked"})

    def test_tells_what_a_dead_program_said(self) -> None:
        """A bench program that ends is an error with its own words."""
        with self.assertRaisesRegex(KitError, "could not convert string to float"):
            self.measure(rounds=5, costs={"swig": "much"})

    def test_compares(self) -> None:
        """15 % more fails above 5 %, not above 30 %; the same does not fail."""
        before = self.measure()
        again = self.measure()
        after = self.measure(costs={name: cost * 1.15 for name, cost in COSTS.items()})
        self.assertTrue(compare.show(before, after, 5.0))
        self.assertFalse(compare.show(before, after, 30.0))
        self.assertFalse(compare.show(before, after, None))
        self.assertFalse(compare.show(after, before, 5.0))
        self.assertFalse(compare.show(before, again, 5.0))
        for text, number in {"5": 5.0, "5%": 5.0, " 2.5 % ": 2.5}.items():
            self.assertEqual(compare.percent(text), number)
        for text in ("five", "-5%", "5%%", ""):
            with self.assertRaisesRegex(KitError, "per cent"):
                compare.percent(text)


class Files(Lab):
    """What a file may hold, and which runs are one."""

    BROKEN: ClassVar[dict[str, tuple[str, str]]] = {
        "nothing": ("", "no run of the lab"),
        "no_json": ("[1, 2", "no run of the lab"),
        "another_schema": ('{"schema": 2}', "another schema"),
        "no_machine": ('{"schema": 1}', "no run of the lab: .*Field required"),
    }

    def test_refuses_what_is_no_run(self) -> None:
        """Each is an error that says what is wrong with which file."""
        for name, (text, message) in self.BROKEN.items():
            path = self.folder / f"{name}.json"
            path.write_text(text, encoding="utf-8")
            with self.subTest(name), self.assertRaisesRegex(KitError, f"{name}.json.*{message}"):
                results.read(path)
        with self.assertRaisesRegex(KitError, "cannot read .*missing.json: No such file"):
            results.read(self.folder / "missing.json")

    def test_refuses_what_cannot_be(self) -> None:
        """Numbers that no measurement gives, and fields that nobody knows."""
        run = json.loads(self.measure(rounds=5).model_dump_json(by_alias=True))
        changes: list[dict[str, Any]] = [
            {"loops": 0},
            {"call_ns": []},
            {"call_ns": ["fast"]},
            {"clock": "wall"},
        ]
        for change in changes:
            bad = json.loads(json.dumps(run))
            bad["cells"][0]["processes"][0].update(change)
            self.path.write_text(json.dumps(bad), encoding="utf-8")
            with self.subTest(change), self.assertRaisesRegex(KitError, "cells.0.processes.0"):
                results.read(self.path)

    def test_keeps_everything(self) -> None:
        """What is written is what is read."""
        run = self.measure(rounds=5)
        results.write(self.path, run)
        self.assertEqual(results.read(self.path), run)

    def test_adds_up_runs_of_one_machine_only(self) -> None:
        """Every process counts; another machine or version does not."""
        one, other = self.measure(rounds=5), self.measure(rounds=6)
        whole = results.merge([one, other])
        self.assertEqual({len(cell.processes) for cell in whole.cells}, {11})
        self.assertEqual(whole.rounds, 11)
        self.assertEqual({len(cell.processes) for cell in one.cells}, {5})
        for field, value in {"governor": "powersave", "library_sha256": "0", "cores": 3}.items():
            machine = other.machine.model_copy(update={field: value})
            moved = other.model_copy(update={"machine": machine})
            with self.subTest(field), self.assertRaisesRegex(KitError, f"cannot be one: {field}"):
                results.merge([one, moved])
        newer = [row.model_copy(update={"version": "2"}) for row in other.techniques]
        with self.assertRaisesRegex(KitError, "cannot be one: .*is not"):
            results.merge([one, other.model_copy(update={"techniques": newer})])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
