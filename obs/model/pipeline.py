"""A Promtail pipeline: stages in order, counters that it keeps, and how those are scraped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from obs.diagnostic import DefinitionError, Excerpt
from obs.lang.error import LanguageError
from obs.model.definition import definition
from obs.model.metric import selector
from obs.model.pattern import PROMTAIL_GO, Pattern
from obs.model.stack import require_duration
from obs.origin import Origin, here
from obs.record import field

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
PREFIX = "promtail_custom_"
"""What Promtail puts before the name of every pipeline metric. Source: Promtail 3.0, metrics stage, `prefix`."""


@definition
class Counter:
    """A counter over log lines. In an f-string it is the metric name that Prometheus stores.

    With `match_all` every line that reaches it counts; else only a line for which an earlier stage extracted `source`
    (and, where `value` is set, with that value). The series has the labels the line has at this point, is created at
    its first hit, and removed after `idle` without one.
    """

    name: str
    help: str = field(kw_only=True)
    source: str = field(default="", kw_only=True)
    value: str = field(default="", kw_only=True)
    match_all: bool = field(default=False, kw_only=True)
    idle: str = field(default="24h", kw_only=True)
    prefix: str = field(default=PREFIX, kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        if not _NAME.fullmatch(self.prefix + self.name):
            raise DefinitionError(
                f"{self.name!r} cannot be a metric name", check="invalid-name", at=self.origin
            )
        if self.match_all and (self.value or self.source):
            raise DefinitionError(
                f"counter {self.name}: match_all counts every line, so source and value have no effect",
                check="conflicting-fields",
                at=self.origin,
                fix="leave match_all away, or source and value",
            )
        if self.value and not self.source:
            raise DefinitionError(
                f"counter {self.name}: value= needs source=", check="missing-field", at=self.origin
            )
        require_duration(self.idle, f"counter {self.name}: idle", self.origin)

    def __str__(self) -> str:
        return self.prefix + self.name

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __call__(self, **matchers: str) -> str:
        return selector(str(self), matchers)


@definition
class Stage:
    """One stage as Promtail names it; `config` is its YAML. `stages` and counters nest only in `match`."""

    kind: str
    config: Mapping[str, Any] | Sequence[Any] | None = None
    stages: Sequence[Stage | Counter] = field(default=(), kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)


Step = Stage | Counter


def _expression(pattern: Pattern | str, at: Origin) -> str:
    if isinstance(pattern, Pattern):
        return pattern.text
    from obs.lang import re2

    try:
        re2.check(pattern, go=PROMTAIL_GO)
    except LanguageError as error:
        raise DefinitionError(
            f"not a regular expression: {error.message}",
            check="invalid-regex",
            at=at,
            excerpt=Excerpt(pattern, error.start, error.end),
        ) from None
    return pattern


def cri() -> Stage:
    """Take the container runtime's framing off: time, stream and the parts of split lines."""
    return Stage("cri", {})


def docker() -> Stage:
    """Take the Docker JSON framing off."""
    return Stage("docker", {})


def decolorize() -> Stage:
    """Strip ANSI colours, so that ` ERROR ` is matched in coloured lines too."""
    return Stage("decolorize", {})


def regex(pattern: Pattern | str, source: str = "") -> Stage:
    """Extract the named groups. A line that does not match passes unchanged: this stage never filters."""
    config: dict[str, Any] = {"expression": _expression(pattern, here())}
    if source:
        config["source"] = source
    return Stage("regex", config)


def json(expressions: Mapping[str, str], source: str = "", drop_malformed: bool = False) -> Stage:
    """Extract by JMESPath. An expression that finds nothing still makes the key, with no value."""
    config: dict[str, Any] = {"expressions": dict(expressions)}
    if source:
        config["source"] = source
    if drop_malformed:
        config["drop_malformed"] = True
    return Stage("json", config)


def logfmt(mapping: Mapping[str, str], source: str = "") -> Stage:
    """Extract logfmt keys, `{extracted name: key}`."""
    return Stage("logfmt", {"mapping": dict(mapping)} | ({"source": source} if source else {}))


def multiline(firstline: Pattern | str, *, max_lines: int = 128, max_wait: str = "3s") -> Stage:
    """Join the lines of one event; `firstline` matches the first of them."""
    return Stage(
        "multiline",
        {"firstline": _expression(firstline, here()), "max_lines": max_lines, "max_wait_time": max_wait},
    )


def labels(*names: str, **sources: str) -> Stage:
    """Turn extracted values into labels: `labels("status", level="severity")`."""
    return Stage("labels", dict.fromkeys(names, "") | sources)


def labeldrop(*names: str) -> Stage:
    """Remove labels from the line."""
    return Stage("labeldrop", list(names))


def labelallow(*names: str) -> Stage:
    """Remove all labels but these."""
    return Stage("labelallow", list(names))


def static_labels(**values: str) -> Stage:
    """Set labels to fixed values."""
    return Stage("static_labels", values)


def structured_metadata(*names: str, **sources: str) -> Stage:
    """Attach extracted values to the line without making them labels."""
    return Stage("structured_metadata", dict.fromkeys(names, "") | sources)


def timestamp(source: str, format: str, **options: Any) -> Stage:
    """Take the line's time from an extracted value; `format` is a Go layout or one of Promtail's names."""
    return Stage("timestamp", {"source": source, "format": format} | options)


def output(source: str) -> Stage:
    """Send an extracted value instead of the line."""
    return Stage("output", {"source": source})


def template(source: str, text: str) -> Stage:
    """Set an extracted value with a Go template over all of them."""
    return Stage("template", {"source": source, "template": text})


def replace(pattern: Pattern | str, text: str, source: str = "") -> Stage:
    """Replace the captured groups of the matches."""
    return Stage(
        "replace",
        {"expression": _expression(pattern, here()), "replace": text}
        | ({"source": source} if source else {}),
    )


def drop(**conditions: Any) -> Stage:
    """Drop the lines for which all conditions hold (source, expression, value, older_than, longer_than)."""
    return Stage("drop", conditions)


def stage(kind: str, config: Mapping[str, Any] | Sequence[Any] | None = None) -> Stage:
    """Any other stage, as Promtail's YAML has it."""
    return Stage(kind, config)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def match(
    labels: str,
    *steps: Step,
    pattern: Pattern | str | None = None,
    without: Pattern | str | None = None,
    action: Literal["keep", "drop"] = "keep",
) -> Stage:
    """Run `steps` on the lines of these streams that have `pattern` and lack `without`; others pass by.

    `labels` is a selector of labels only (`{namespace=~".+"}`); an extracted value is not one.
    """
    at = here()
    text = labels
    if pattern is not None:
        text += f" |~ {_quoted(_expression(pattern, at))}"
    if without is not None:
        text += f" !~ {_quoted(_expression(without, at))}"
    config: dict[str, Any] = {"selector": text}
    if action == "drop":
        config["action"] = "drop"
    elif not steps:
        raise DefinitionError("match() has no stages to run", check="missing-field", at=at)
    return Stage("match", config, stages=steps)


class Pipeline:
    """What happens to every pod's log lines before Loki gets them.

    With `honor_labels` the counters keep the `namespace`, `pod` and `container` of the line through the scrape;
    without it Prometheus stores Promtail's own, and the line's as `exported_*`. `extra_labels` names what your
    scrape configuration sets beyond the labels of Promtail's chart.
    """

    __slots__ = ("extra_labels", "honor_labels", "origin", "steps")

    def __init__(self, *steps: Step, honor_labels: bool, extra_labels: Sequence[str] = ()) -> None:
        self.origin = here()
        self.steps = steps
        self.honor_labels = honor_labels
        self.extra_labels = tuple(extra_labels)
        for step in steps:
            if not isinstance(step, (Stage, Counter)):
                raise DefinitionError(
                    f"a pipeline takes stages and counters, not {type(step).__name__}",
                    check="wrong-type",
                    at=self.origin,
                )

    def counters(self) -> Iterator[Counter]:
        """Every counter, in order, those inside `match` too."""
        return _counters(self.steps)


def _counters(steps: Sequence[Step]) -> Iterator[Counter]:
    for step in steps:
        if isinstance(step, Counter):
            yield step
        else:
            yield from _counters(step.stages)
