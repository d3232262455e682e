"""promtool's unit tests of rules (`promtool test rules`), run by whatever evaluates rules here.

Source: Prometheus 2.55, `cmd/promtool`; of later releases `fuzzy_compare` (3.5) and `start_timestamp` (3.9).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from obs.formats import yaml
from obs.lang import duration
from obs.lang.error import LanguageError, Unsupported
from obs.sim import notation
from obs.sim.rules.engine import Engine
from obs.sim.rules.evaluator import AlertState, Evaluator, Settings
from obs.sim.scrape import NAME, Stored
from obs.testing.run import LoadError, Result, shown

Object = Mapping[str, object]
_FILE = ("rule_files", "evaluation_interval", "fuzzy_compare", "group_eval_order", "tests")
_TEST = (
    "name", "interval", "start_timestamp", "input_series", "external_labels", "external_url", "alert_rule_test",
    "promql_expr_test",
)  # fmt: skip
_SERIES = ("series", "values")
_ALERT = ("eval_time", "alertname", "exp_alerts")
_EXPECTED = ("exp_labels", "exp_annotations")
_EXPR = ("expr", "eval_time", "exp_samples")
_SAMPLE = ("labels", "value", "histogram")


@dataclass(frozen=True, slots=True)
class UnitTests:
    """A file of unit tests; times are milliseconds, `groups` in the order of their evaluation."""

    groups: tuple[Object, ...]
    interval: int
    fuzzy: bool
    tests: tuple[Object, ...]


def run_promtool(
    file: Path, root: Path, evaluator: Evaluator, wanted: Callable[[str], bool]
) -> Iterator[Result]:
    """Every test group of a file whose name is wanted; raises LoadError."""
    where = shown(file, root)
    try:
        tests = read(file)
    except LanguageError as error:
        raise LoadError(f"{where}: {error.message}") from None
    for index, test in enumerate(tests.tests):
        name = str(test.get("name") or f"unnamed#{index}")
        if not wanted(name):
            continue
        started = time.perf_counter()
        try:
            wrong = list(_Run(tests, test, evaluator).failures())
        except LanguageError as error:
            yield Result(where, name, "error", time.perf_counter() - started, error.message)
            continue
        taken = time.perf_counter() - started
        yield Result(where, name, "failed" if wrong else "passed", taken, "\n".join(wrong))


# Reading


def read(file: Path) -> UnitTests:
    """The tests of a file and the rules of the files that it names; raises LanguageError as promtool refuses it."""
    try:
        document = yaml.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise LanguageError(f"cannot be read: {error}", 0, 0) from None
    whole = _object(document, _FILE, "the file")
    tests = [_object(test, _TEST, "a test") for test in _items(whole, "tests")]
    order: dict[str, int] = {}
    for name in _items(whole, "group_eval_order"):
        if str(name) in order:
            raise LanguageError(f"group name repeated in evaluation order: {name}", 0, 0)
        order[str(name)] = len(order)
    groups = _groups(file.parent, [str(one) for one in _items(whole, "rule_files")])
    ordered = sorted(groups, key=lambda group: order.get(str(group["name"]), 0))
    return UnitTests(
        tuple(_told_apart(ordered)),
        _span(whole.get("evaluation_interval"), 60_000),
        bool(whole.get("fuzzy_compare")),
        tuple(tests),
    )


def _object(value: object, keys: Sequence[str], what: str) -> Object:
    if not isinstance(value, Mapping):
        raise LanguageError(f"{what} is not a mapping", 0, 0)
    unknown = [str(key) for key in value if key not in keys]
    if unknown:
        raise LanguageError(f"{what} has no field {unknown[0]!r}; it may have {', '.join(keys)}", 0, 0)
    return value


def _items(value: Object, key: str) -> Sequence[object]:
    found = value.get(key) or ()
    if not isinstance(found, Sequence) or isinstance(found, str):
        raise LanguageError(f"{key} is not a list", 0, 0)
    return found


def _span(value: object, otherwise: int = 0) -> int:
    return otherwise if value is None else duration.parse(str(value))


def _groups(folder: Path, patterns: Sequence[str]) -> list[Object]:
    found: list[Object] = []
    for pattern in patterns:
        path = Path(pattern)
        files = (
            sorted(folder.glob(pattern)) if not path.is_absolute() else sorted(path.parent.glob(path.name))
        )
        for file in files:
            document = yaml.loads(file.read_text(encoding="utf-8"))
            if isinstance(document, Mapping):
                found += [group for group in _items(document, "groups") if isinstance(group, Mapping)]
    return found


def _told_apart(groups: Sequence[Object]) -> Iterator[Object]:
    """Groups of one name in several files are several groups."""
    seen: set[str] = set()
    for number, group in enumerate(groups):
        name = str(group["name"])
        yield group if name not in seen else {**group, "name": f"{name} ({number})"}
        seen.add(name)


# Running


class _Run:
    """One test group."""

    def __init__(self, tests: UnitTests, test: Object, evaluator: Evaluator) -> None:
        self.tests = tests
        self.test = test
        self.evaluator = evaluator
        self.interval = _span(test.get("interval"), tests.interval)
        self.start = _start(test.get("start_timestamp"))
        self.alerts = [_object(one, _ALERT, "an alert_rule_test") for one in _items(test, "alert_rule_test")]
        self.exprs = [_object(one, _EXPR, "a promql_expr_test") for one in _items(test, "promql_expr_test")]
        self.waiting: list[tuple[int, Stored]] = []

    def failures(self) -> Iterator[str]:
        external = self.test.get("external_labels") or {}
        assert isinstance(external, Mapping)
        labels = {str(name): str(text) for name, text in external.items()}
        url = str(self.test.get("external_url") or "")
        self.evaluator.reset(Settings(labels, url, subquery_interval=self.tests.interval))
        self.evaluator.load(self.tests.groups, self.interval)
        self._inputs()
        times = [_span(one.get("eval_time")) for one in (*self.alerts, *self.exprs)]
        for at in range(0, max(times, default=0) + 1, self.tests.interval):
            due = [one for one in self.alerts if at <= _span(one.get("eval_time")) < at + self.tests.interval]
            errors = yield from self._evaluate(at, due)
            if errors:
                return
        for one in self.exprs:
            yield from self._expression(one)

    def _inputs(self) -> None:
        for raw in _items(self.test, "input_series"):
            given = _object(raw, _SERIES, "an input_series")
            series, text = str(given.get("series", "")), str(given.get("values", ""))
            try:
                key = frozenset(notation.labels(series).items())
                values = notation.values(text)
            except Unsupported:
                self.evaluator.append_notation(f"{series} {text}", self.start, self.interval)
                continue
            self.waiting += [
                (index * self.interval, Stored(key, self.start + index * self.interval, value))
                for index, value in enumerate(values)
                if value is not None
            ]
        self.waiting.sort(key=lambda one: one[0])

    def _evaluate(self, at: int, due: Sequence[Object]) -> Generator[str, None, bool]:
        """One tick: samples up to it, the groups, then the alerts that are asked for; gives whether rules failed."""
        ready = [one for when, one in self.waiting if when <= at]
        self.waiting = self.waiting[len(ready) :]
        self.evaluator.append(ready)
        names = [str(group["name"]) for group in self.tests.groups]
        done = self.evaluator.evaluate(names, self.start + at)
        failed = [rule for rule in done.rules if rule.error]
        for rule in failed:
            yield f"rule: {rule.name}, time: {duration.render(at)}, err: {rule.error}"
        if failed:
            return True
        for one in due:
            name = str(one.get("alertname") or "")
            if not name:
                yield f"an alert_rule_test at {one.get('eval_time')} has no alertname"
                continue
            firing = [
                alert
                for rule in done.rules
                if rule.name == name
                for alert in rule.alerts
                if alert.state == "firing"
            ]
            yield from _compare_alerts(name, one, firing)
        return False

    def _expression(self, one: Object) -> Iterator[str]:
        expr, at = str(one.get("expr", "")), _span(one.get("eval_time"))
        head = f"expr: {expr!r}, time: {duration.render(at)}"
        try:
            found = self.evaluator.query(expr, self.start + at)
            expected = [self._sample(raw) for raw in _items(one, "exp_samples")]
        except LanguageError as error:
            yield f"{head}, err: {error.message}"
            return
        got = [(_sorted(series.labels), series.points[-1][1]) for series in found]
        if not _same(sorted(expected, key=str), sorted(got, key=str), fuzzy=self.tests.fuzzy):
            yield f"{head}\n  exp: {_samples(expected)}\n  got: {_samples(got)}"

    def _sample(self, raw: object) -> tuple[tuple[tuple[str, str], ...], float | str]:
        given = _object(raw, _SAMPLE, "an exp_sample")
        text = str(given.get("labels") or "{}")
        engine = self.evaluator if isinstance(self.evaluator, Engine) else None
        labels = engine.parse_metric(text) if engine else notation.labels(text)
        if given.get("histogram"):
            if engine is None:
                raise Unsupported("native histograms; `make tools` builds the engine that knows them", 0, 0)
            values = engine.parse(f"{{}} {given['histogram']}")[1]
            return _sorted(labels), str(values[0])
        return _sorted(labels), _number(given.get("value"))


def _start(value: object) -> int:
    if value is None:
        return 0
    if isinstance(value, (int, float)):
        return round(value * 1000)
    try:
        return round(datetime.fromisoformat(str(value)).timestamp() * 1000)
    except ValueError:
        raise LanguageError(f"start_timestamp is neither a number nor RFC 3339: {value}", 0, 0) from None


def _number(value: object) -> float:
    try:
        return float(str(value if value is not None else 0).replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        raise LanguageError(f"not a number: {value}", 0, 0) from None


def _sorted(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))


Samples = Sequence[tuple[tuple[tuple[str, str], ...], float | str]]


def _same(expected: Samples, got: Samples, *, fuzzy: bool) -> bool:
    return len(expected) == len(got) and all(
        one[0] == other[0] and _equal(one[1], other[1], fuzzy=fuzzy)
        for one, other in zip(expected, got, strict=True)
    )


def _equal(one: float | str, other: float | str, *, fuzzy: bool) -> bool:
    """As promtool: a NaN equals nothing; `fuzzy` forgives the last bit."""
    if fuzzy and isinstance(one, float) and isinstance(other, float):
        return one == other or math.nextafter(one, other) == other
    return one == other


def _samples(samples: Samples) -> str:
    return ", ".join(f"{metric(dict(labels))} {value}" for labels, value in samples) or "nil"


def metric(labels: Mapping[str, str]) -> str:
    """A series as PromQL writes it."""
    name = labels.get(NAME, "")
    inside = ", ".join(f'{label}="{text}"' for label, text in sorted(labels.items()) if label != NAME)
    return f"{name}{{{inside}}}" if inside or not name else name


def _compare_alerts(name: str, one: Object, firing: Sequence[AlertState]) -> Iterator[str]:
    expected: list[tuple[dict[str, str], dict[str, str]]] = []
    for raw in _items(one, "exp_alerts"):
        given = _object(raw, _EXPECTED, "an exp_alert")
        expected.append(
            ({**_texts(given, "exp_labels"), "alertname": name}, _texts(given, "exp_annotations"))
        )
    got = [(dict(alert.labels), dict(alert.annotations)) for alert in firing]
    key = _alert_key
    if sorted(expected, key=key) != sorted(got, key=key):
        at = duration.render(_span(one.get("eval_time")))
        yield f"alertname: {name}, time: {at}\n  exp: {_alerts(expected)}\n  got: {_alerts(got)}"


def _alert_key(one: tuple[dict[str, str], dict[str, str]]) -> str:
    return str((sorted(one[0].items()), sorted(one[1].items())))


def _texts(value: Object, key: str) -> dict[str, str]:
    found = value.get(key) or {}
    if not isinstance(found, Mapping):
        raise LanguageError(f"{key} is not a mapping", 0, 0)
    return {str(name): str(text) for name, text in found.items()}


def _alerts(alerts: Sequence[tuple[dict[str, str], dict[str, str]]]) -> str:
    return (
        "\n       ".join(f"labels {metric(labels)}, annotations {metric(texts)}" for labels, texts in alerts)
        or "[]"
    )
