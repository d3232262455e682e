"""metrics: counters, gauges and histograms over the lines that pass.

A metric is hit when its `source` (by default its own name) is in the extracted map, nil included, and equals
`value` where one is given; a counter with `match_all` is hit by every line. The series takes the labels of
that point.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from obs.lang import duration
from obs.lang.error import LanguageError
from obs.record import dataclass
from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.go_values import Value, as_text, byte_length, parse_float
from obs.sim.promtail.metrics import DEFAULT_BUCKETS, Family
from obs.sim.promtail.stage import Context, Processor

DEFAULT_PREFIX = "promtail_custom_"
_DEFAULT_IDLE_SECONDS = 300
_SECOND = 1_000_000_000
_COUNTER_ACTIONS = ("inc", "add")
_GAUGE_ACTIONS = ("set", "inc", "dec", "add", "sub")
_TEXT = config.Optional("string")
_FLAG = config.Optional("bool")


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of the stage: what it reads and what it does with it."""

    name: str
    source: str
    family: Family
    action: str = "observe"
    value: str | None = None
    match_all: bool = False
    count_entry_bytes: bool = False


class MetricsStage(Processor):
    kind = "metrics"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        fields = config.Fields(
            {
                "type": "string",
                "description": "string",
                "source": _TEXT,
                "prefix": "string",
                "max_idle_duration": _TEXT,
                "config": "any",
            }
        )
        decoded = config.decode_value(raw, config.MapOf(fields))
        options = decoded if isinstance(decoded, dict) else {}
        idle = {name: _checked(each) for name, each in sorted(options.items())}
        self.metrics = [_metric(name, each, idle[name]) for name, each in sorted(options.items())]
        for metric in self.metrics:
            context.metrics.register(metric.family)

    def process(self, entry: Entry) -> None:
        hits = [metric.family.name for metric in self.metrics if self.record(metric, entry)]
        if self.context.recorder is not None:
            self.context.note = f"hit {', '.join(hits)}" if hits else "no metric is hit"

    def record(self, metric: Metric, entry: Entry) -> bool:
        """Hit the metric if this entry does; tells whether it did."""
        if metric.match_all:
            given: Value = float(byte_length(entry.line)) if metric.count_entry_bytes else None
        elif metric.source in entry.extracted:
            given = entry.extracted[metric.source]
        else:
            return False
        if metric.value is not None and as_text(given) != metric.value:
            return False
        family, action, now = metric.family, metric.action, self.context.clock.now()
        if action in ("inc", "dec"):
            family.add(entry.labels, 1.0 if action == "inc" else -1.0, now)
            return True
        number = as_number(given)
        if number is None:
            return False
        if action == "observe":
            family.observe(entry.labels, number, now)
        elif action == "set":
            family.set(entry.labels, number, now)
        else:
            family.add(entry.labels, -number if action == "sub" else number, now)
        return True

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(metric.source for metric in self.metrics if not metric.match_all)


def as_number(value: Value) -> float | None:
    """A number, a bool as 1 or 0, a text as a number or else as a duration in seconds; else None."""
    if isinstance(value, str):
        number = parse_float(value)
        if number is not None:
            return number
        try:
            return duration.parse_go(value) / _SECOND
        except LanguageError:
            return None
    return None if value is None else float(value)


def _checked(options: config.Options) -> int:
    """Seconds of idleness after which a series goes. Raises ConfigError for a type that does not exist."""
    kind = str(options["type"]).lower()
    if kind not in ("counter", "gauge", "histogram"):
        raise ConfigError(
            f"invalid metric type '{kind}', metric type must be one of 'counter', 'gauge', or 'histogram'"
        )
    idle = options["max_idle_duration"]
    if idle is None:
        return _DEFAULT_IDLE_SECONDS
    try:
        nanoseconds = duration.parse_go(str(idle))
    except LanguageError as error:
        message = f"max_idle_duration could not be parsed as a time.Duration: '{error.message}'"
        raise ConfigError(message) from None
    if nanoseconds < _SECOND:
        raise ConfigError("max_idle_duration less than 1s not allowed")
    return nanoseconds // _SECOND


def _metric(name: str, options: config.Options, idle: int) -> Metric:
    full_name = str(options["prefix"] or DEFAULT_PREFIX) + name
    source = name if options["source"] is None else str(options["source"])
    description, given = str(options["description"]), options["config"]
    kind = str(options["type"]).lower()
    if kind == "counter":
        return _counter(name, source, Family(full_name, "counter", description, idle), given)
    if kind == "gauge":
        return _gauge(name, source, Family(full_name, "gauge", description, idle), given)
    decoded = config.decode(given, {"value": _TEXT, "buckets": config.ListOf("float64")})
    family = Family(full_name, "histogram", description, idle, _buckets(decoded["buckets"]))
    return Metric(name, source, family, value=_text(decoded["value"]))


def _buckets(given: object) -> tuple[float, ...]:
    bounds = tuple(float(str(bound)) for bound in given) if isinstance(given, list) else ()
    if not bounds:
        return DEFAULT_BUCKETS
    return bounds[:-1] if bounds[-1] == math.inf else bounds


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _counter(name: str, source: str, family: Family, given: object) -> Metric:
    options = config.decode(
        given, {"match_all": _FLAG, "count_entry_bytes": _FLAG, "value": _TEXT, "action": "string"}
    )
    action = _action(options, "counter", _COUNTER_ACTIONS)
    match_all, count_bytes = bool(options["match_all"]), bool(options["count_entry_bytes"])
    if match_all and options["value"] is not None:
        raise ConfigError(
            "`match_all: true` cannot be combined with `value`, please remove `match_all` or `value`"
        )
    if count_bytes and not match_all:
        raise ConfigError("`count_entry_bytes: true` can only be set with `match_all: true`")
    if count_bytes and action != "add":
        raise ConfigError("`count_entry_bytes: true` can only be used with `action: add`")
    return Metric(name, source, family, action, _text(options["value"]), match_all, count_bytes)


def _gauge(name: str, source: str, family: Family, given: object) -> Metric:
    options = config.decode(given, {"value": _TEXT, "action": "string"})
    action = _action(options, "gauge", _GAUGE_ACTIONS)
    return Metric(name, source, family, action, _text(options["value"]))


_ACTION_WORDS: Mapping[str, tuple[str, str]] = {
    "counter": ("be defined as either `inc` or `add`", "be either `inc` or `add`"),
    "gauge": (
        "be defined as `set`, `inc`, `dec`, `add`, or `sub`",
        "be `set`, `inc`, `dec`, `add`, or `sub`",
    ),
}


def _action(options: config.Options, kind: str, known: tuple[str, ...]) -> str:
    missing, wrong = _ACTION_WORDS[kind]
    action = str(options["action"]).lower()
    if not action:
        raise ConfigError(f"{kind} action must {missing}")
    if action not in known:
        raise ConfigError(f"action {action} is not valid, action must {wrong}")
    return action
