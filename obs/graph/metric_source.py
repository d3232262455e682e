"""Who makes a series, and what is known of it there: one entry for each system, rule, pipeline or target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from obs.catalogue.entry import LEARNED
from obs.lang.promql.labels import LabelSet
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.catalogue.series import Series
    from obs.graph.subject import Rule
    from obs.model.pipeline import Counter
    from obs.model.service import Target

Maker = Literal["system", "rule", "pipeline", "target"]

PROMTAIL_LABELS = ("container", "endpoint", "instance", "job", "namespace", "pod", "service")
"""What Prometheus sets on the metrics of Promtail's own service. Source: Prometheus operator, ServiceMonitor."""


@dataclass(frozen=True, slots=True)
class Source:
    """One way for a series to come into Prometheus.

    `title` names who makes it. `scraped` is False where it is known that nobody collects it, with the reason in `off`
    and what would mend that in `switch_on`; None where that cannot be known.
    """

    kind: Maker
    title: str
    labels: LabelSet
    series: Series | None = None
    rule: Rule | None = None
    target: Target | None = None
    scraped: bool | None = None
    off: str = ""
    switch_on: str = ""


def of_rule(rule: Rule) -> Source:
    """What a recording rule stores: the labels of its expression, and its own."""
    return Source("rule", f"record {rule.name}", _recorded(rule), rule=rule, scraped=True)


def _recorded(rule: Rule) -> LabelSet:
    live = rule.flow.live if rule.flow is not None else ()
    if not live:
        return LabelSet(open=True)
    names = {name for branch in live for name in branch.labels}
    states = {name: {branch.state(name) for branch in live} for name in names}
    sure = {name for name, found in states.items() if found == {"guaranteed"}}
    sure |= {name for name, value in rule.labels.items() if value}
    gone = {name for name, value in rule.labels.items() if not value}
    some = {name for name, found in states.items() if found != {"excluded"}}
    reasons = [branch.closed for branch in live if branch.closed is not None]
    return LabelSet(
        frozenset(sure - gone),
        frozenset(some - sure - gone),
        any(branch.open for branch in live),
        f"record {rule.name}: {reasons[0].text}" if reasons else f"record {rule.name} keeps them",
        all(reason.certain for reason in reasons),
    )


def of_counter(counter: Counter, line: Iterable[str] | None, honoured: bool) -> Source:
    """A counter of the pipeline; `line` are the labels that a line can have, None where that is not known."""
    from obs.catalogue.series import arriving

    own = arriving(sorted(line or ()), () if honoured else PROMTAIL_LABELS)
    names = frozenset(own.values()) | frozenset(PROMTAIL_LABELS)
    labels = LabelSet(
        frozenset(),
        names,
        line is None,
        f"counter {counter} has the labels of its line{'' if honoured else ', renamed to exported_...'}",
    )
    return Source("pipeline", f"counter {counter}", labels, scraped=True)


def of_series(
    series: Series, target: Target | None, *, closed: bool, more: frozenset[str] = frozenset()
) -> LabelSet:
    """The labels of a catalogued series; `closed` if nothing but what is declared can add any.

    `more` are what any target can have, of series that Prometheus makes for each.
    """
    honor = target.honor_labels if target is not None else None
    labels = series.labels(honor_labels=honor, target_labels_open=None)
    added, removed, anything = relabelled(target)
    names = (labels.names | more | added) - removed
    closed = closed or series.system.scrape.how == LEARNED  # its labels came out of Prometheus itself
    sure = labels.guaranteed - removed
    return LabelSet(
        sure,
        names - sure,
        not closed or (labels.open and not more) or anything,
        f"{series.name} of {series.system.title} has no other labels",
        certain=series.system.seen,
    )


def relabelled(target: Target | None) -> tuple[frozenset[str], frozenset[str], bool]:
    """The labels that a target's relabelling adds and removes, and whether it can add any."""
    added: set[str] = set()
    removed: set[str] = set()
    anything = False
    for step in target.metric_relabelings if target is not None else ():
        if step.action == "replace" and step.target_label:
            (added if step.replacement != "" or step.source_labels else removed).add(step.target_label)
        elif step.action == "labeldrop" and step.regex.isidentifier():
            removed.add(step.regex)
        elif step.action == "labelmap":
            anything = True
    return frozenset(added), frozenset(removed), anything


def dropping_steps(target: Target, name: str) -> Iterator[str]:
    """The patterns by which a target's relabelling throws a metric away."""
    from obs.lang.promql import regexes

    for step in target.metric_relabelings:
        if list(step.source_labels) != ["__name__"]:
            continue
        matches = regexes.matches(step.regex, name)
        if (step.action == "drop" and matches) or (step.action == "keep" and not matches):
            yield step.regex


_RELABELLING = (
    "relabelings",
    "metricRelabelings",
    "targetLabels",
    "podTargetLabels",
    "additionalScrapeConfigs",
)


def relabels(values: object) -> bool:
    """Whether Helm values change the labels of what is scraped, at any depth."""
    if isinstance(values, Mapping):
        return any((key in _RELABELLING and bool(value)) or relabels(value) for key, value in values.items())
    return isinstance(values, list | tuple) and any(map(relabels, values))
