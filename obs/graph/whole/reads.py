"""Which labels of which metric an expression reads, and what it does with each."""

from __future__ import annotations

from collections.abc import Iterator

from obs.graph.parts import Parts, matchers_of, metric_of
from obs.lang import matchers
from obs.lang.error import LanguageError
from obs.lang.promql.syntax import Aggregate, Binary, Call, Matcher, StringLiteral, VectorSelector
from obs.record import dataclass


@dataclass(frozen=True, slots=True)
class LabelRead:
    """`needed` when the selector finds nothing on series without the label."""

    metric: str
    label: str
    why: str
    needed: bool = False


def label_reads(parts: Parts) -> Iterator[LabelRead]:
    """Matchers of each selector, then what is above it, as far as its labels get there."""
    for selector in parts.selectors:
        metric = metric_of(selector)
        if metric is None:
            continue
        for matcher in matchers_of(selector):
            if matcher.op and not matcher.templated:
                words = f"selects {matcher.label}{matcher.op}{_quoted(matcher.value)}"
                yield LabelRead(metric, matcher.label, words, _needs(matcher))
        for label, why in _above(parts, selector):
            yield LabelRead(metric, label, why)


def _quoted(value: str) -> str:
    return f'"{value}"' if len(value) <= 40 else f'"{value[:37]}..."'


def _needs(matcher: Matcher) -> bool:
    """Whether it refuses a series without the label; what only Grafana knows is taken for a value."""
    if matcher.dynamic:
        return matcher.op in ("=", "=~")
    try:
        found = matchers.Matcher(matcher.label, matcher.op, matcher.value)  # type: ignore[arg-type]
        return not found.matches({})
    except LanguageError:
        return False


def _above(parts: Parts, selector: VectorSelector) -> Iterator[tuple[str, str]]:
    kept: frozenset[str] | None = None
    made: set[str] = set()
    for node in parts.above(selector):
        named: list[tuple[str, str]] = []
        if isinstance(node, Aggregate) and node.grouping and not node.without:
            named = [(one.name, f"{node.op} by {one.name}") for one in node.grouping]
        elif isinstance(node, Binary) and node.matching is not None:
            if node.matching.on:
                named = [(one.name, f"joins on {one.name}") for one in node.matching.labels]
            named += [(one.name, f"joined in as {one.name}") for one in node.matching.include]
        elif isinstance(node, Call) and node.function in ("label_replace", "label_join"):
            texts = [one.value for one in node.args[1:] if isinstance(one, StringLiteral)]
            sources = texts[2:3] if node.function == "label_replace" else texts[2:]
            named = [(one, f"{node.function} from {one}") for one in sources]
            made.update(texts[:1])
        for label, why in named:
            if label not in made and (kept is None or label in kept):
                yield label, why
        if isinstance(node, Aggregate) and not node.without:
            names = frozenset(one.name for one in node.grouping)
            kept = names if kept is None else kept & names
