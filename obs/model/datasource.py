"""Datasources of Grafana, and the query texts that name what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from obs.diagnostic import DefinitionError
from obs.model.pattern import Pattern, quote
from obs.model.variable import Variable
from obs.origin import Origin, here
from obs.record import dataclass, field

if TYPE_CHECKING:
    from obs.model.metric import Metric

Language = Literal["promql", "logql", ""]
Within: TypeAlias = "Variable | str | Iterable[Variable | str]"

SPECIAL_UIDS = frozenset({"-- Grafana --", "-- Mixed --", "-- Dashboard --", "grafana", "__expr__"})
"""Datasources that every Grafana has; nobody provisions them."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Datasource:
    """A datasource by its fixed uid. Two are equal when Grafana would take them for one: same type, same uid.

    `provisioned_by` says who writes it: the subchart already does (`chart`), or the generated values do
    (`obs`). `uid="${name}"` refers to a datasource variable.
    """

    uid: str
    type: str = ""
    name: str = ""
    url: str = ""
    default: bool = False
    json_data: Mapping[str, object] = field(default_factory=dict)
    provisioned_by: Literal["chart", "obs"] = "obs"
    origin: Origin | None = field(default_factory=here, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.uid, str) or not self.uid:
            raise DefinitionError("a datasource needs a uid that never changes", at=self.origin)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Datasource):
            return NotImplemented
        return self.type == other.type and self.uid == other.uid

    def __hash__(self) -> int:
        return hash((self.type, self.uid))

    @property
    def language(self) -> Language:
        """The language of its queries; empty where obs knows none."""
        return _LANGUAGES.get(self.type, "")

    @property
    def variable(self) -> str | None:
        """The datasource variable that this one stands for, if it does."""
        if self.uid.startswith("${") and self.uid.endswith("}"):
            return self.uid[2:-1]
        return self.uid[1:] if self.uid.startswith("$") else None


_LANGUAGES: dict[str, Language] = {"prometheus": "promql", "loki": "logql"}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Prometheus(Datasource):
    """Metrics."""

    type: str = "prometheus"

    def series(
        self, metric: str | Metric, *variables: Variable, **labels: str | Variable | Iterable[str]
    ) -> str:
        """A selector such as `http_requests_total{job=~"$job", code="200"}`."""
        matchers = ", ".join(_matchers(variables, labels))
        return f"{metric}{{{matchers}}}" if matchers else str(metric)

    def label(
        self,
        metric: str | Metric,
        label: str,
        *,
        within: Within = (),
        name: str = "",
        title: str = "",
        description: str = "",
        multi: bool = True,
        all_value: str | None = ".+",
    ) -> Variable:
        """A variable over the values that `label` has on the series of `metric` (a name or a selector)."""
        narrowing = _narrowing(within)
        series = f"{metric}{{{', '.join(narrowing)}}}" if narrowing else str(metric)
        return _label_variable(self, series, label, name, title, description, multi, all_value)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Loki(Datasource):
    """Log lines."""

    type: str = "loki"

    def label(
        self,
        label: str,
        *,
        within: Within = (),
        name: str = "",
        title: str = "",
        description: str = "",
        multi: bool = True,
        all_value: str | None = ".+",
    ) -> Variable:
        """A variable over the values of a stream label, of the streams that `within` selects.

        "All" is `.+`: Loki refuses a selector whose every matcher also matches the empty text, as `.*` does.
        """
        narrowing = _narrowing(within)
        stream = f"{{{', '.join(narrowing)}}}" if narrowing else ""
        return _label_variable(self, stream, label, name, title, description, multi, all_value)

    def lines(self, *parts: Variable | Pattern | str, **labels: str | Variable | Iterable[str]) -> str:
        """The log query for the lines of these streams that match every pattern.

        Variables and keywords select streams, a Pattern or a text filters lines:
        `lines(namespace, error, stream="stderr")`.
        """
        variables = [part for part in parts if isinstance(part, Variable)]
        matchers = _matchers(variables, labels)
        if not matchers:
            raise DefinitionError("lines() selects no stream: name a label or a variable", at=here())
        filters = [_line_filter(part) for part in parts if not isinstance(part, Variable)]
        return " ".join([f"{{{', '.join(matchers)}}}", *filters])


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Alertmanager(Datasource):
    """Firing alerts and silences."""

    type: str = "alertmanager"
    json_data: Mapping[str, object] = field(default_factory=lambda: {"implementation": "prometheus"})


_TYPES: dict[str, type[Datasource]] = {
    "prometheus": Prometheus,
    "loki": Loki,
    "alertmanager": Alertmanager,
}


def reference(kind: str, uid: str) -> Datasource:
    """The datasource that a dashboard's JSON names; it declares nothing."""
    return _TYPES.get(kind, Datasource)(type=kind, uid=uid, origin=None)


def _line_filter(part: Pattern | str) -> str:
    return part.line_filter if isinstance(part, Pattern) else f"|= {quote(part)}"


def _narrowing(within: Within) -> list[str]:
    parts = [within] if isinstance(within, (Variable, str)) else list(within)
    return [part if isinstance(part, str) else _variable_matcher(part) for part in parts]


def _matchers(
    variables: Iterable[Variable], labels: Mapping[str, str | Variable | Iterable[str]]
) -> list[str]:
    return [
        *(_variable_matcher(variable) for variable in variables),
        *(_matcher(label, value) for label, value in labels.items()),
    ]


def _variable_matcher(variable: Variable, label: str = "") -> str:
    operator = "=~" if variable.many else "="
    return f'{label or variable.values_of or variable.name}{operator}"${variable.name}"'


def _matcher(label: str, value: str | Variable | Iterable[str]) -> str:
    if isinstance(value, Variable):
        return _variable_matcher(value, label)
    if isinstance(value, Pattern):
        return f"{label}=~{quote(value.text)}"
    if isinstance(value, str):
        return f"{label}={quote(value)}"
    return f"{label}=~{quote('|'.join(value))}"


def _label_variable(
    data: Datasource,
    series: str,
    label: str,
    name: str,
    title: str,
    description: str,
    multi: bool,
    all_value: str | None,
) -> Variable:
    return Variable(
        name=name or label,
        kind="query",
        label=title,
        description=description,
        datasource=data,
        values_of=label,
        series=series,
        multi=multi,
        include_all=all_value is not None,
        all_value=all_value or "",
        origin=here(),
    )
