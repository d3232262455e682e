"""Series that a catalogue entry allows, made for the selectors of a query, in promtool's notation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import re2

from obs.catalogue.library import default
from obs.catalogue.series import Series
from obs.lang import promql
from obs.lang.promql.syntax import Matcher, VectorSelector, walk

SAMPLES, INTERVAL = 240, 30_000
"""Two hours, so that `$__range` and `offset` find something."""
GRAFANA = {"$__rate_interval": "5m", "$__range": "1h", "$__interval": "1m"}
BOUNDS = ("0.1", "0.5", "1", "5", "+Inf")


def plain(text: str, variables: list[str]) -> str:
    """The query as Grafana asks it with every variable at "All"."""
    for name, value in GRAFANA.items():
        text = text.replace(name, value)
    for name in sorted(variables, key=len, reverse=True):
        text = text.replace(f"${name}", ".+")
    return text


def series_of(text: str, recorded: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Two series for each selector: a counter that grows, a gauge at 1 and one at 0.

    `recorded` are the labels of what the project's own rules record, by name.
    """
    for node in walk(promql.check(text).tree):
        if isinstance(node, VectorSelector):
            assert node.name is not None
            yield from _of_record(node, recorded[node.name]) if node.name in recorded else _of_selector(node)


def _of_record(node: VectorSelector, labels: Iterable[str]) -> Iterator[str]:
    """One series at 1."""
    asked = {
        matcher.label: [one for one in node.matchers if one.label == matcher.label]
        for matcher in node.matchers
    }
    given = {
        label: next(
            value
            for value in _candidates(label, asked.get(label, []), ())
            if _fits(value, asked.get(label, []))
        )
        for label in sorted({*labels, *asked} - {"__name__", "le"})
    }
    shown = ", ".join(f'{name}="{value}"' for name, value in given.items())
    yield f"{node.name}{{{shown}}} 1x{SAMPLES}"


def _of_selector(node: VectorSelector) -> Iterator[str]:
    assert node.name is not None
    found = default().metric(node.name)
    assert found, f"{node.name} is in no catalogue"
    for one in found[:1]:
        for number, values in enumerate(_values(one)):
            labels = dict(_labels(one, node.matchers)) | _apart(one, node.matchers, number)
            for bound in _bounds(one, labels):
                full = labels | bound
                shown = ", ".join(f'{name}="{value}"' for name, value in sorted(full.items()))
                yield f"{node.name}{{{shown}}} {values}"


def _values(one: Series) -> tuple[str, ...]:
    if one.cumulative:
        return (f"0+3x{SAMPLES}", f"5+2x{SAMPLES}")
    return (f"1x{SAMPLES}", f"0x{SAMPLES}")


def _bounds(one: Series, labels: dict[str, str]) -> list[dict[str, str]]:
    return [{"le": bound} for bound in BOUNDS] if one.part == "bucket" and "le" not in labels else [{}]


def _labels(one: Series, matchers: tuple[Matcher, ...]) -> Iterator[tuple[str, str]]:
    """Every label that the metric has here, with a value that its matchers take."""
    names = dict.fromkeys([*sorted(one.labels().names), *(matcher.label for matcher in matchers)])
    for label in names:
        if label in ("__name__", "le"):
            continue
        asked = [matcher for matcher in matchers if matcher.label == label]
        known = one.values(label) or one.entry.values.get(label) or one.entry.usual.get(label) or ()
        taken = next((value for value in _candidates(label, asked, known) if _fits(value, asked)), None)
        assert taken is not None, f"{one.name}: no value of {label} fits {asked}"
        if taken:
            yield label, taken


def _candidates(label: str, asked: list[Matcher], known: tuple[str, ...]) -> Iterator[str]:
    yield from known
    if not known:
        yield f"{label}-1"
        for matcher in asked:
            yield matcher.value
            for part in matcher.value.split("|"):
                yield part.replace(".+", "a").replace(".*", "a").replace(".", "0")
        yield ""


def _fits(value: str, asked: list[Matcher]) -> bool:
    return all(_matches(matcher, value) for matcher in asked)


def _matches(matcher: Matcher, value: str) -> bool:
    if matcher.op in ("=", "!="):
        return (value == matcher.value) == (matcher.op == "=")
    return (re2.fullmatch(matcher.value, value) is not None) == (matcher.op == "=~")


def _apart(one: Series, matchers: tuple[Matcher, ...], number: int) -> dict[str, str]:
    """The second series differs in a label that no matcher names."""
    free = [
        name for name in ("instance", "pod", "testid") if name not in {matcher.label for matcher in matchers}
    ]
    named = [name for name in free if name in one.labels().names or one.labels().open]
    return {named[0]: f"{named[0]}-{number + 1}"} if named and number else {}
