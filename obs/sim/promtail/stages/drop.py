"""drop: a line goes when every condition given holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from obs.lang import duration, re2
from obs.lang.error import LanguageError
from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError, Panic
from obs.sim.promtail.flow import Flow, Keys
from obs.sim.promtail.go_values import as_text, byte_length, kind, parse_size
from obs.sim.promtail.selector import GO
from obs.sim.promtail.stage import Context, Stage


class Drop(Stage):
    kind = "drop"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        text = config.Optional("string")
        options = config.decode(
            raw,
            {
                "drop_counter_reason": text,
                "source": "any",
                "value": text,
                "separator": text,
                "expression": text,
                "older_than": text,
                "longer_than": text,
            },
            weak=True,
        )
        if all(options[key] is None for key in ("source", "expression", "older_than", "longer_than")):
            raise ConfigError(
                "drop stage config must contain at least one of "
                "`source`, `expression`, `older_than` or `longer_than`"
            )
        self.sources = _sources(options["source"])
        self.reason = str(options["drop_counter_reason"] or "drop_stage")
        separator = options["separator"]
        self.separator = ";" if separator is None else str(separator)
        self.older_than = _duration(options["older_than"])
        self.regex = _regex(options)
        self.longer_than = _size(options["longer_than"])

    def run(self, entry: Entry) -> Sequence[Entry]:
        why = self.why(entry)
        return (entry,) if why is None else self.drop(self.reason, why)

    def why(self, entry: Entry) -> str | None:
        """The conditions that make the entry go; None when one does not hold."""
        reasons: list[str] = []
        if self.longer_than is not None:
            if byte_length(entry.line) <= self.longer_than:
                return None
            reasons.append(f"longer than {self.longer_than} bytes")
        if self.older_than is not None:
            if entry.timestamp >= self.context.clock.now() - self.older_than:
                return None
            reasons.append("too old")
        if self.sources is None:
            if self.regex is not None and not self.regex.test(entry.line):
                return None
        elif self.regex is None:
            if not all(source in entry.extracted for source in self.sources):
                return None
            reasons.append(f"has {', '.join(self.sources)}")
        else:
            values = self.values(entry, self.sources)
            if values is None or not self.regex.test(self.separator.join(values)):
                return None
        if self.regex is not None:
            reasons.append(f"matches {self.regex.pattern!r}")
        return " and ".join(reasons)

    def values(self, entry: Entry, sources: list[str]) -> list[str] | None:
        """The texts of the sources that are there; None if one of those has no text."""
        values: list[str] = []
        for source in sources:
            if source in entry.extracted:
                text = as_text(entry.extracted[source])
                if text is None:
                    return None
                values.append(text)
        return values

    def flow(self, before: Flow) -> Flow:
        only_presence = self.regex is None and self.older_than is None and self.longer_than is None
        if self.sources is not None and len(self.sources) == 1 and only_presence:
            kept = before.extracted.without(self.sources)
            return Flow(Keys(kept.always, kept.maybe, kept.open), before.labels)
        return before

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(self.sources or ())


def _sources(raw: object) -> list[str] | None:
    if raw is None:
        return None
    if isinstance(raw, str):
        return [raw]
    if not isinstance(raw, (list, tuple)):
        raise ConfigError("drop stage source invalid type should be string or list of strings")
    for item in raw:
        if not isinstance(item, str):
            shown = "nil" if item is None else kind(item).replace("slice", "[]interface {}")
            raise Panic(f"interface conversion: interface {{}} is {shown}, not string")
    return list(raw)


def _duration(raw: object) -> int | None:
    if raw is None:
        return None
    try:
        return duration.parse_go(str(raw))
    except LanguageError as error:
        message = f"drop stage invalid duration, {raw} cannot be converted to a duration: {error.message}"
        raise ConfigError(message) from None


def _regex(options: config.Options) -> re2.Regex | None:
    value, expression = options["value"], options["expression"]
    if value is not None and options["source"] is None:
        raise ConfigError("drop stage config must contain `source` if `value` is specified")
    if value is not None and expression is not None:
        raise ConfigError(
            "drop stage config error, `value` and `expression` cannot both be defined at the same time."
        )
    if value is not None:
        expression = "^" + re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", str(value)) + "$"
    if expression is None:
        return None
    try:
        return re2.compile(str(expression), GO)
    except LanguageError as error:
        raise ConfigError(f"drop stage regex compilation error: {error.message}") from None


def _size(raw: object) -> int | None:
    if raw is None:
        return None
    try:
        return parse_size(str(raw))
    except LanguageError as error:
        raise ConfigError(f"drop stage failed to parse longer_than to bytes: {error.message}") from None
