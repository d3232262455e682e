"""`obs test`: scenarios and promtool's unit tests, run and reported."""

from __future__ import annotations

import fnmatch
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from obs.cli.terminal import painter
from obs.report.xml_text import attribute, element

if TYPE_CHECKING:
    from obs.cli.proof import Proof
    from obs.project.settings import Settings
    from obs.sim.rules.evaluator import Evaluator
    from obs.testing.coverage.places import Places
    from obs.testing.export import Named
    from obs.testing.run import Result
    from obs.testing.scenario.evaluators import Choice
    from obs.testing.scenario.platform import Platform
    from obs.testing.scenario.scenario import Scenario

FORMATS = ("human", "json", "junit")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command."""

    paths: Sequence[Path] = ()
    project: Path | None = None
    keyword: str = ""
    format: str = "human"
    output: Path | None = None
    rules: str = "auto"
    verbose: bool = False
    export: Path | None = None
    quiet: bool = False
    coverage: bool = False
    html: Path | None = None
    mutate: bool = False
    fail_under: float = 0.0
    sample: int = 0
    seed: int = 0


@dataclass(slots=True)
class _Run:
    """What came of everything."""

    evaluator: str
    results: list[Result] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    keeps: bool = False
    """Whether scenarios are needed after they ran."""
    scenarios: list[Named] = field(default_factory=list)
    proof: Proof | None = None
    seconds: float = 0.0

    def ran(self, file: str, name: str, scenario: Scenario, test: Callable[[Scenario], object]) -> None:
        """Remember a scenario that passed, if it came to run at all."""
        from obs.testing.export import Named

        if not scenario.now.milliseconds:
            return
        if self.keeps:
            self.scenarios.append(Named(file, name, scenario.observed))
        if self.proof is not None:
            self.proof.ran(f"{file}::{name}", scenario, test)

    @property
    def code(self) -> int:
        if self.problems or not self.results:
            return 2
        return int(any(one.outcome in ("failed", "error") for one in self.results))


def run_test(asked: Asked) -> int:
    """0 when all passed, 1 when one failed, 2 when they could not be run."""
    from obs.testing.run import test_files
    from obs.testing.scenario.evaluators import CHOICES, evaluator
    from obs.testing.tools import ToolMissingError

    if asked.format not in FORMATS:
        return _usage(f"--format may be {', '.join(FORMATS)}, not {asked.format!r}")
    if asked.rules not in CHOICES:
        return _usage(f"--rules may be {', '.join(CHOICES)}, not {asked.rules!r}")
    missing = [path for path in asked.paths if not path.exists()]
    if missing:
        return _usage(f"there is no {missing[0]}")
    settings = _settings(asked)
    folder = settings.root / settings.scenarios if settings else Path.cwd()
    files = test_files(list(asked.paths) or [folder])
    if not files:
        return _usage(
            f"no test_*.py and no unit test of promtool in {', '.join(map(str, asked.paths or [folder]))}"
        )
    try:
        engine = evaluator(asked.rules)
    except ToolMissingError as error:
        return _usage(str(error))
    started = time.perf_counter()
    done = _Run(engine.title, keeps=asked.export is not None)
    _run_files(files, settings, engine, asked, done)
    done.seconds = time.perf_counter() - started
    if done.proof is not None:
        _report(done, replace(asked, quiet=True, format="human", output=None))
        return done.code or done.proof.report()
    _report(done, asked)
    if asked.export is not None:
        _export(done.scenarios, asked.export)
    return done.code


def _export(scenarios: Sequence[Named], folder: Path) -> None:
    from obs.testing.export import export

    written = export(scenarios, folder)
    for name, why in written.left_out:
        print(f"obs test: not exported: {name}: {why}", file=sys.stderr)
    print(f"obs test: {len(written.files)} files for `promtool test rules {folder}/*.yaml`", file=sys.stderr)


def export_tests(project: Path | None, folder: Path) -> int:
    """Run the project's scenarios for the sake of `--export`; what failed is told, and what passed is not."""
    return run_test(Asked(project=project, export=folder, quiet=True))


def _usage(message: str) -> int:
    print(f"obs test: {message}", file=sys.stderr)
    return 2


def _settings(asked: Asked) -> Settings | None:
    """The project's settings; None when only files of promtool are asked for and there is no project."""
    from obs import api
    from obs.diagnostic import ObsError

    try:
        return api.read_settings(asked.project)
    except ObsError:
        if asked.paths and all(path.suffix in (".yaml", ".yml") for path in asked.paths):
            return None
        raise


def _run_files(
    files: Sequence[Path], settings: Settings | None, engine: Evaluator, asked: Asked, done: _Run
) -> None:
    from obs.testing.promtool import run_promtool
    from obs.testing.run import LoadError, shown

    root = settings.root if settings else Path.cwd()
    wanted = named(asked.keyword)
    for file in files:
        if file.suffix != ".py":
            try:
                done.results += run_promtool(file, root, engine, wanted)
            except LoadError as error:
                done.problems.append(str(error))
    scenarios = [file for file in files if file.suffix == ".py"]
    if scenarios:
        assert settings is not None
        _run_scenarios(scenarios, settings, engine, asked, done)
    order = [shown(file, root) for file in files]
    done.results.sort(key=lambda one: order.index(one.file))


def _run_scenarios(
    files: Sequence[Path], settings: Settings, engine: Evaluator, asked: Asked, done: _Run
) -> None:
    """On two processors where each scenario may be forgotten once its result is known."""
    from obs.testing.halves import in_halves, processors
    from obs.testing.run import LoadError, run_python
    from obs.testing.scenario.evaluators import fresh

    platform, places = _platform(settings)
    done.proof = _proof(asked, platform, places, engine)

    def run(wanted: Callable[[str], bool], forked: bool) -> list[Result]:
        make = _maker(platform, fresh(cast("Choice", asked.rules)) if forked else engine)
        found: list[Result] = []
        for file in files:
            try:
                found += run_python(file, settings.root, make, wanted, done.ran)
            except LoadError as error:
                done.problems.append(str(error))
        return found

    kept = done.proof is not None or done.keeps
    wanted = named(asked.keyword)
    done.results += run(wanted, False) if kept or processors() == 1 else in_halves(run, wanted)


def _platform(settings: Settings) -> tuple[Platform, Places]:
    from obs import api
    from obs.testing.coverage.places import places_of
    from obs.testing.scenario.platform import platform_of

    program = api.load_program(settings)
    return platform_of(program), places_of(program)


def _proof(asked: Asked, platform: Platform, places: Places, engine: Evaluator) -> Proof | None:
    from obs.cli.proof import Proof

    if not (asked.coverage or asked.mutate):
        return None
    return Proof(asked, platform, places, engine)


def _maker(platform: Platform, engine: Evaluator) -> Callable[[], Scenario]:
    from obs.testing.scenario.emulator import Emulator
    from obs.testing.scenario.scenario import Scenario

    return lambda: Scenario(Emulator(platform, engine))


def named(keyword: str) -> Callable[[str], bool]:
    """Whether a test's name has the keyword in it, or matches it as a glob."""
    folded = keyword.casefold()
    if any(char in folded for char in "*?"):
        return lambda name: fnmatch.fnmatchcase(name.casefold(), f"*{folded}*")
    return lambda name: folded in name.casefold()


# Reports


def _report(done: _Run, asked: Asked) -> None:
    text = {"human": _human, "json": _json, "junit": _junit}[asked.format](done, asked)
    if asked.output is not None:
        asked.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    for problem in done.problems:
        print(f"obs test: {problem}", file=sys.stderr)


def _human(done: _Run, asked: Asked) -> str:
    shown = done
    if asked.quiet:
        failed = [one for one in done.results if one.outcome in ("failed", "error")]
        shown = replace(done, results=failed)
    return "".join(f"{line}\n" for line in _human_lines(shown, asked.verbose)) if shown.results else ""


def _human_lines(done: _Run, verbose: bool) -> Iterator[str]:
    paint = painter()
    colours = {"passed": "32", "failed": "1;31", "error": "1;31", "skipped": "33"}
    for file in dict.fromkeys(one.file for one in done.results):
        yield paint("1", file)
        for one in (each for each in done.results if each.file == file):
            milliseconds = paint("2", f"{one.seconds * 1000:.0f} ms")
            yield f"  {paint(colours[one.outcome], one.outcome):<8} {one.name}  {milliseconds}"
            bad = one.outcome in ("failed", "error")
            if bad:
                yield from _indented(f"{file}:{one.line}" if one.line else "")
                yield from _indented(one.message)
                yield from _indented(one.chain)
            if verbose:
                yield from _indented(one.timing)
    counts = {outcome: sum(one.outcome == outcome for one in done.results) for outcome in colours}
    told = [f"{count} {outcome}" for outcome, count in counts.items() if count]
    yield f"{', '.join(told) or 'no test ran'} in {done.seconds:.2f} s; rules evaluated by {done.evaluator}"


def _indented(text: str) -> Iterator[str]:
    for line in text.rstrip("\n").split("\n") if text else ():
        yield f"           {line}".rstrip()


def _json(done: _Run, _: Asked) -> str:
    document = {
        "evaluator": done.evaluator,
        "seconds": round(done.seconds, 3),
        "passed": all(one.outcome in ("passed", "skipped") for one in done.results) and not done.problems,
        "problems": done.problems,
        "tests": [
            {
                "file": one.file,
                "line": one.line,
                "name": one.name,
                "outcome": one.outcome,
                "seconds": round(one.seconds, 4),
                "message": one.message,
                "chain": one.chain,
                "timing": one.timing.split("\n") if one.timing else [],
            }
            for one in done.results
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _junit(done: _Run, _: Asked) -> str:
    failures = sum(one.outcome == "failed" for one in done.results)
    errors = sum(one.outcome == "error" for one in done.results) + len(done.problems)
    skipped = sum(one.outcome == "skipped" for one in done.results)
    tests = len(done.results) + len(done.problems)
    counts = f'tests="{tests}" failures="{failures}" errors="{errors}"'
    cases = [_case(one) for one in done.results]
    cases += [
        f'    <testcase classname="obs.test" name="{attribute(problem[:200])}">\n'
        f'      <error message="{attribute(problem)}"/>\n    </testcase>\n'
        for problem in done.problems
    ]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<testsuites name="obs test" {counts} time="{done.seconds:.3f}">\n'
        f'  <testsuite name="obs test" {counts} skipped="{skipped}" time="{done.seconds:.3f}">\n'
        + "".join(cases)
        + "  </testsuite>\n</testsuites>\n"
    )


def _case(one: Result) -> str:
    place = one.file.removesuffix(".py").replace("/", ".")
    head = (
        f'    <testcase classname="{attribute(place)}" name="{attribute(one.name)}" time="{one.seconds:.4f}"'
    )
    if one.outcome == "passed":
        return f"{head}/>\n"
    if one.outcome == "skipped":
        return f"{head}>\n      <skipped/>\n    </testcase>\n"
    tag = "failure" if one.outcome == "failed" else "error"
    first = one.message.split("\n", 1)[0]
    words = element(f"{one.file}:{one.line}\n{one.message}\n{one.chain}".rstrip())
    return f'{head}>\n      <{tag} message="{attribute(first)}">{words}</{tag}>\n    </testcase>\n'
