"""Scenario files run without pytest: found, imported, each test given a fresh scenario, what came of it as data."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Literal

from obs.testing.assertions import failed_parts, place_of
from obs.testing.parameters import case_name, cases_of
from obs.testing.scenario.scenario import Scenario

Outcome = Literal["passed", "failed", "error", "skipped"]
MakeScenario = Callable[[], Scenario]
Ran = Callable[[str, str, Scenario, Callable[[Scenario], object]], None]


@dataclass(frozen=True, slots=True)
class Result:
    """One test. `message` says why it did not pass, `chain` how far the scenario came, `timing` when what happened."""

    file: str
    name: str
    outcome: Outcome
    seconds: float = 0.0
    message: str = ""
    chain: str = ""
    timing: str = ""
    line: int = 0


class LoadError(Exception):
    """A scenario file that cannot be imported; the message names the line."""


def test_files(paths: Sequence[Path]) -> list[Path]:
    """The scenario files below some paths: `test_*.py` and `*_test.py` in folders, any file that is named."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_file():
            found[path.resolve()] = None
            continue
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith((".", "__")) for part in file.relative_to(path).parts)
            if file.is_file() and not hidden and _is_test(file):
                found[file.resolve()] = None
    return list(found)


def _is_test(file: Path) -> bool:
    if file.suffix == ".py":
        return file.stem.startswith("test_") or file.stem.endswith("_test")
    return file.suffix in (".yaml", ".yml") and _is_promtool_test(file)


def _is_promtool_test(file: Path) -> bool:
    """Whether a YAML file looks like promtool's unit tests, by its own keys at the left margin."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    lines = text.splitlines()
    return any(line.startswith("tests:") for line in lines) and any(
        line.startswith(("rule_files:", "evaluation_interval:")) for line in lines
    )


def run_python(
    file: Path,
    root: Path,
    make: MakeScenario,
    wanted: Callable[[str], bool],
    ran: Ran = lambda file, name, scenario, test: None,
) -> Iterator[Result]:
    """Every test of a Python file whose name is wanted; raises LoadError.

    `ran` is told of each scenario that passed: file, test, scenario, and how to run the test again.
    """
    with _importing(root):
        module = _module(file, root)
        for name, test, arguments in _tests(module):
            if wanted(name):
                scenario = make()
                result = _run(file, root, name, test, arguments, scenario)
                if result.outcome == "passed":
                    ran(result.file, name, scenario, _again(test, arguments))
                yield result


def _again(test: Callable[..., object], arguments: dict[str, object]) -> Callable[[Scenario], object]:
    takes = "scenario" in inspect.signature(test).parameters
    return lambda scenario: test(**({"scenario": scenario} if takes else {}), **arguments)


@contextmanager
def _importing(root: Path) -> Iterator[None]:
    """The project's folders can be imported, as pytest's `pythonpath = ["."]` has it."""
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        if str(root) in sys.path:
            sys.path.remove(str(root))


def _module(file: Path, root: Path) -> ModuleType:
    name = f"obs_scenarios_{abs(hash(file))}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise LoadError(f"{shown(file, root)} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except KeyboardInterrupt:
        raise
    except SyntaxError as error:
        raise LoadError(f"{shown(file, root)}:{error.lineno}: {error.msg}") from None
    except BaseException as error:
        place = place_of(error.__traceback__, str(file))
        line = f":{place[1]}" if place else ""
        raise LoadError(f"{shown(file, root)}{line}: {_words(error)}") from None
    finally:
        del sys.modules[name]
    return module


def shown(file: Path, root: Path) -> str:
    """A path as a person reads it: from the project's root where it is in it."""
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def _words(error: BaseException) -> str:
    text = str(error)
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _tests(module: ModuleType) -> Iterator[tuple[str, Callable[..., object], dict[str, object]]]:
    """Name, function and arguments of every case, in the order of the file."""
    own = [
        (name, value)
        for name, value in vars(module).items()
        if name.startswith("test") and inspect.isfunction(value) and value.__module__ == module.__name__
    ]
    for name, test in sorted(own, key=lambda one: one[1].__code__.co_firstlineno):
        for arguments in _cases(test):
            case = f"[{case_name(arguments)}]" if arguments else ""
            yield name + case, test, arguments


def _marks(test: Callable[..., object], name: str) -> list[object]:
    return [mark for mark in getattr(test, "pytestmark", []) if getattr(mark, "name", "") == name]


def _cases(test: Callable[..., object]) -> Iterable[dict[str, object]]:
    """The cases of `cases` and those of `pytest.mark.parametrize`, one with the other."""
    lists: list[list[dict[str, object]]] = [cases_of(test)]
    for mark in _marks(test, "parametrize"):
        names, rows = mark.args[:2]  # type: ignore[attr-defined]
        listed = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
        values = [getattr(row, "values", row) if hasattr(row, "marks") else row for row in rows]
        alone = len(listed) == 1
        rows = [
            (row,) if alone and not hasattr(raw, "marks") else row
            for raw, row in zip(rows, values, strict=True)
        ]
        lists.append([dict(zip(listed, row, strict=True)) for row in rows])
    for combined in product(*lists):
        yield {name: value for part in combined for name, value in part.items()}


def _run(
    file: Path,
    root: Path,
    name: str,
    test: Callable[..., object],
    arguments: dict[str, object],
    scenario: Scenario,
) -> Result:
    where, line = shown(file, root), test.__code__.co_firstlineno
    if _marks(test, "skip"):
        return Result(where, name, "skipped", line=line)
    unknown = [
        one for one in inspect.signature(test).parameters if one != "scenario" and one not in arguments
    ]
    if unknown:
        why = f"it asks for {', '.join(unknown)}; `obs test` gives a scenario only, pytest has other fixtures too"
        return Result(where, name, "error", message=why, line=line)
    takes = "scenario" in inspect.signature(test).parameters
    started = time.perf_counter()
    try:
        test(**({"scenario": scenario} if takes else {}), **arguments)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return _failure(file, where, name, error, scenario, time.perf_counter() - started)
    taken = time.perf_counter() - started
    from obs.testing.scenario.chain import timing_of

    return Result(where, name, "passed", taken, timing=timing_of(scenario), line=line)


def _failure(
    file: Path, where: str, name: str, error: BaseException, scenario: Scenario, taken: float
) -> Result:
    from obs.testing.scenario.chain import chain_of, timing_of

    place = place_of(error.__traceback__, str(file))
    outcome: Outcome = "failed" if isinstance(error, AssertionError) else "error"
    message = str(error) if outcome == "failed" else _words(error)
    if outcome == "failed" and not message and place is not None:
        message = failed_parts(*place) or "the assertion does not hold"
    if outcome == "error" and place is None:
        message = "".join(traceback.format_exception(error))
    told = "" if "dies at" in message else chain_of(scenario)
    return Result(where, name, outcome, taken, message, told, timing_of(scenario), place[1] if place else 0)
