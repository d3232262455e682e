"""Rules evaluated in Python, where Prometheus's own engine is not built: storage, groups, alerts, what is sent.

It knows the functions of `obs.lang.promql.run` and refuses others by name. Source: Prometheus 2.55, `rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from obs.lang import duration, promql
from obs.lang.error import LanguageError, Unsupported
from obs.lang.gotemplate import AlertData, render_alert
from obs.lang.gotemplate.render import alert_error_text
from obs.lang.gotemplate.run import ExecutionError
from obs.lang.matchers import Matcher
from obs.lang.promql.run import Labels, RunError, Vector, evaluate, matching_series
from obs.lang.promql.run_functions import Points
from obs.lang.promql.syntax import Expr
from obs.sim import notation
from obs.sim.promtail.go_values import general_float_text
from obs.sim.rules.evaluator import (
    AlertState,
    Evaluation,
    Posted,
    RulesError,
    RuleState,
    Series,
    Settings,
    State,
    Step,
)
from obs.sim.scrape import NAME, STALE, Key, Stored

RESOLVED_RETENTION = 15 * 60_000
OUTAGE_TOLERANCE = 60 * 60_000
GRACE_PERIOD = 10 * 60_000
Rule = Mapping[str, object]


@dataclass(slots=True)
class _Storage:
    by_name: dict[str, dict[Key, list[tuple[int, float | None]]]] = field(default_factory=dict)

    def add(self, key: Key, at: int, value: float | None) -> bool:
        """Whether the sample was taken: not when it is older than the last one."""
        name = next((text for label, text in key if label == NAME), "")
        points = self.by_name.setdefault(name, {}).setdefault(key, [])
        if points and at <= points[-1][0]:
            return points[-1] == (at, value)
        points.append((at, value))
        return True

    def select(self, name: str | None, matchers: Sequence[Matcher]) -> Iterable[tuple[Labels, Points]]:
        families = self.by_name.values() if name is None else [self.by_name.get(name, {})]
        found = [(dict(key), points) for family in families for key, points in family.items()]
        return matching_series(sorted(found, key=lambda one: sorted(one[0].items())), matchers)


@dataclass(slots=True)
class _Alert:
    labels: dict[str, str]
    annotations: dict[str, str]
    value: float
    active_at: int
    state: State = "pending"
    fired_at: int = 0
    resolved_at: int = 0
    sent_at: int = 0
    valid_until: int = 0
    keep_since: int = 0

    def needs_sending(self, at: int, delay: int) -> bool:
        if self.state == "pending":
            return False
        return self.resolved_at > self.sent_at or self.sent_at + delay < at


@dataclass(slots=True)
class _Group:
    name: str
    interval: int
    rules: list[Rule]
    active: list[dict[Key, _Alert]]
    written: list[set[Key]]
    evaluations: int = 0
    restores: bool = False


class PythonRules:
    """See the module."""

    title = "obs's own evaluator (Prometheus's engine is not built: `make tools`)"

    def __init__(self) -> None:
        self.reset(Settings())

    def close(self) -> None:
        """Nothing was started."""

    def reset(self, settings: Settings) -> None:
        self._settings = settings
        self._storage = _Storage()
        self._groups: dict[str, _Group] = {}
        self._sent: list[Posted] = []

    def load(self, groups: Sequence[Mapping[str, object]], interval: int, *, restart: bool = False) -> None:
        made: dict[str, _Group] = {}
        for group in groups:
            listed = group.get("rules") or []
            assert isinstance(listed, Sequence)
            rules: list[Rule] = [rule for rule in listed if isinstance(rule, Mapping)]
            for rule in rules:
                self._check(str(group["name"]), rule)
            every = duration.parse(str(group["interval"])) if group.get("interval") else interval
            name = str(group["name"])
            made[name] = _Group(
                name, every, rules, [{} for _ in rules], [set() for _ in rules], restores=restart
            )
        self._groups = made

    def _check(self, group: str, rule: Rule) -> None:
        """RulesError for an expression that is none."""
        try:
            promql.check(str(rule["expr"]), features=frozenset(self._settings.features))
        except LanguageError as error:
            name = rule.get("alert") or rule.get("record")
            raise RulesError(
                f'group "{group}", "{name}": could not parse expression: {error.message}', 0, 0
            ) from None

    def append(self, samples: Sequence[Stored]) -> None:
        for one in samples:
            value = None if one.value == STALE else one.value
            if isinstance(value, str):
                raise RulesError("native histograms need Prometheus's own engine: `make tools`", 0, 0)
            if not self._storage.add(one.labels, one.at, value):
                raise RulesError(f"{sorted(one.labels)} at {one.at}: out of order sample", 0, 0)

    def append_notation(self, text: str, start: int, interval: int) -> None:
        series, values = notation.split(text)
        key = frozenset(notation.labels(series).items())
        samples = [
            Stored(key, start + index * interval, value)
            for index, value in enumerate(notation.values(values))
            if value is not None
        ]
        self.append(samples)

    def query(self, expr: str, at: int) -> tuple[Series, ...]:
        return tuple(
            Series(labels, ((at, value),))
            for labels, value in sorted(self._vector(expr, at), key=lambda one: sorted(one[0].items()))
        )

    def query_range(self, expr: str, start: int, end: int, step: int) -> tuple[Series, ...]:
        found: dict[Key, list[tuple[int, float]]] = {}
        for at in range(start, end + 1, step):
            for labels, value in self._vector(expr, at):
                found.setdefault(frozenset(labels.items()), []).append((at, value))
        return tuple(
            Series(dict(key), tuple(points))
            for key, points in sorted(found.items(), key=lambda one: sorted(one[0]))
        )

    def stored(self, selector: str) -> tuple[Series, ...]:
        found = promql.check(selector).selectors[0]
        wanted = tuple(Matcher(one.label, one.op, one.value) for one in found.matchers)  # type: ignore[arg-type]
        return tuple(
            Series(labels, tuple((at, STALE if value is None else value) for at, value in points))
            for labels, points in self._storage.select(found.metric, wanted)
        )

    def _vector(self, expr: str, at: int) -> list[tuple[Labels, float]]:
        try:
            tree = promql.check(expr, features=frozenset(self._settings.features)).tree
            found = evaluate(tree, self._storage, at, self._settings.lookback)
        except LanguageError as error:
            raise RulesError(error.message, 0, 0) from None
        if isinstance(found, float):
            return [({}, found)]
        return [(one.labels, one.value) for one in found]

    # Groups

    def run(
        self, groups: Sequence[Mapping[str, object]], interval: int, steps: Sequence[Step]
    ) -> list[Evaluation]:
        self.load(groups, interval)
        names = [str(group["name"]) for group in groups]
        found: list[Evaluation] = []
        for step in steps:
            if step.restart:
                self.load(groups, interval, restart=True)
            found.append(self.evaluate(names if step.groups is None else step.groups, step.at, step.samples))
        return found

    def evaluate(self, groups: Sequence[str], at: int, samples: Sequence[Stored] = ()) -> Evaluation:
        self.append(samples)
        self._sent = []
        states: list[RuleState] = []
        for name in groups:
            group = self._groups[name]
            for index, rule in enumerate(group.rules):
                states.append(self._evaluate(group, index, rule, at))
            group.evaluations += 1
            if group.restores and group.evaluations == 2:
                self._restore(group, at)
        return Evaluation(tuple(states), tuple(self._sent))

    def _evaluate(self, group: _Group, index: int, rule: Rule, at: int) -> RuleState:
        name = str(rule.get("alert") or rule.get("record"))
        tree = promql.check(str(rule["expr"]), features=frozenset(self._settings.features)).tree
        try:
            result = self._result(tree, name, at)
            if "alert" in rule:
                written = self._alerting(group, index, rule, _vector(result), at)
            else:
                written = _recorded(rule, _vector(result))
        except RunError as error:
            return RuleState(group.name, name, _states(group.active[index]), error.message)
        self._write(group, index, written, at)
        return RuleState(group.name, name, _states(group.active[index]))

    def _result(self, tree: Expr, rule: str, at: int) -> Vector | float:
        try:
            return evaluate(tree, self._storage, at, self._settings.lookback)
        except Unsupported as error:
            what = error.message.removeprefix("not supported: ")
            words = f"{what} of the rule {rule} by obs's own evaluator"
            raise Unsupported(f"{words}; `make tools` builds Prometheus's engine", 0, 0) from None

    def _write(self, group: _Group, index: int, written: Mapping[Key, float], at: int) -> None:
        for key, value in written.items():
            self._storage.add(key, at, value)
        for key in group.written[index] - written.keys():
            self._storage.add(key, at, None)
        group.written[index] = set(written)

    # Alerts

    def _alerting(self, group: _Group, index: int, rule: Rule, vector: Vector, at: int) -> dict[Key, float]:
        active = group.active[index]
        found: dict[Key, _Alert] = {}
        for one in vector:
            alert = self._made(rule, one.labels, one.value, at)
            key = frozenset(alert.labels.items())
            if key in found:
                raise RunError(
                    "vector contains metrics with the same labelset after applying alert labels", 0, 0
                )
            found[key] = alert
        for key, alert in found.items():
            old = active.get(key)
            if old is not None and old.state != "inactive":
                old.value, old.annotations = alert.value, alert.annotations
            else:
                active[key] = alert
        written = self._age(rule, active, found.keys(), at)
        self._send(group, active, at)
        return written if not group.restores else {}

    def _made(self, rule: Rule, labels: Labels, value: float, at: int) -> _Alert:
        data = AlertData(labels, value, self._settings.external_labels, self._settings.external_url)
        name = str(rule["alert"])
        own = {label: text for label, text in labels.items() if label != NAME}
        for label, template in _texts(rule, "labels"):
            own[label] = _filled(template, data, name)
        own["alertname"] = name
        annotations = {
            label: _filled(template, data, name) for label, template in _texts(rule, "annotations")
        }
        return _Alert({label: text for label, text in own.items() if text}, annotations, value, at)

    def _age(self, rule: Rule, active: dict[Key, _Alert], found: Iterable[Key], at: int) -> dict[Key, float]:
        hold = duration.parse(str(rule.get("for") or "0s"))
        keep = duration.parse(str(rule.get("keep_firing_for") or "0s"))
        written: dict[Key, float] = {}
        present = set(found)
        for key, alert in list(active.items()):
            if key in present:
                alert.keep_since = 0
            else:
                alert.keep_since = alert.keep_since or (at if alert.state == "firing" and keep else 0)
                keeps = alert.state == "firing" and bool(keep) and at - alert.keep_since < keep
                if alert.state == "pending" or (
                    alert.resolved_at and at - alert.resolved_at > RESOLVED_RETENTION
                ):
                    del active[key]
                if alert.state != "inactive" and not keeps:
                    alert.state, alert.resolved_at = "inactive", at
                if not keeps:
                    continue
            if alert.state == "pending" and at - alert.active_at >= hold:
                alert.state, alert.fired_at = "firing", at
            written[frozenset({**alert.labels, NAME: "ALERTS", "alertstate": alert.state}.items())] = 1.0
            for_state = frozenset({**alert.labels, NAME: "ALERTS_FOR_STATE"}.items())
            written[for_state] = float(alert.active_at // 1000)
        return written

    def _send(self, group: _Group, active: Mapping[Key, _Alert], at: int) -> None:
        delay = self._settings.resend_delay
        for alert in active.values():
            if not alert.needs_sending(at, delay):
                continue
            alert.sent_at = at
            alert.valid_until = at + 4 * max(delay, group.interval)
            ends = alert.resolved_at or alert.valid_until
            self._sent.append(
                Posted(alert.labels, alert.annotations, alert.fired_at, ends, bool(alert.resolved_at))
            )

    def _restore(self, group: _Group, at: int) -> None:
        """After a restart: what `for` had counted, for rules that wait longer than the grace period."""
        group.restores = False
        for rule, active in zip(group.rules, group.active, strict=True):
            hold = duration.parse(str(rule.get("for") or "0s"))
            if "alert" not in rule or hold < GRACE_PERIOD:
                continue
            for alert in active.values():
                key = frozenset({**alert.labels, NAME: "ALERTS_FOR_STATE"}.items())
                points = self._storage.by_name.get("ALERTS_FOR_STATE", {}).get(key, [])
                recent = [point for point in points if at - OUTAGE_TOLERANCE <= point[0] <= at]
                if recent and recent[-1][1] is not None:
                    alert.active_at = _restored(recent[-1][0], recent[-1][1], hold, at)


def _restored(down_at: int, active_seconds: float, hold: int, at: int) -> int:
    down_at = down_at // 1000 * 1000
    active_at = int(active_seconds) * 1000
    remaining = hold - (down_at - active_at)
    if remaining <= 0:
        return active_at
    if remaining < GRACE_PERIOD:
        return at + GRACE_PERIOD - hold
    return active_at + at - down_at


def _vector(result: object) -> Vector:
    from obs.lang.promql.run import Sample

    if isinstance(result, float):
        return [Sample({}, result)]
    assert isinstance(result, list)
    return result


def _recorded(rule: Rule, vector: Vector) -> dict[Key, float]:
    written: dict[Key, float] = {}
    for one in vector:
        labels = {**one.labels, NAME: str(rule["record"]), **dict(_texts(rule, "labels"))}
        key = frozenset((name, text) for name, text in labels.items() if text)
        if key in written:
            raise RunError("vector contains metrics with the same labelset after applying rule labels", 0, 0)
        written[key] = one.value
    return written


def _texts(rule: Rule, name: str) -> list[tuple[str, str]]:
    found = rule.get(name) or {}
    assert isinstance(found, Mapping)
    return [(str(label), str(text)) for label, text in found.items()]


def _filled(template: str, data: AlertData, alert: str) -> str:
    try:
        return render_alert(template, data)
    except ExecutionError as error:
        return alert_error_text(error, template, alert)


def _states(active: Mapping[Key, _Alert]) -> tuple[AlertState, ...]:
    return tuple(
        AlertState(
            alert.labels,
            alert.annotations,
            alert.state,
            general_float_text(alert.value),
            alert.active_at,
            alert.fired_at,
        )
        for _, alert in sorted(active.items(), key=lambda one: sorted(one[0]))
        if alert.state != "inactive"
    )
