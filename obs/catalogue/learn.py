"""A catalogue entry out of what a Prometheus server answered: types from its metadata, labels from its series.

Source: Prometheus 2.55, HTTP API: `/api/v1/metadata`, `/api/v1/targets/metadata`, `/api/v1/series`, `/api/v1/query`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from obs.catalogue.capture import described
from obs.catalogue.entry import LEARNED, Scrape
from obs.catalogue.exposition import Family, FamilyType, PageError, Sample, is_open_metrics, read_page
from obs.catalogue.series import System
from obs.record import dataclass, field

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one saved answer or page tells: what the metrics are, and the label sets of series by their name."""

    families: Sequence[Family] = ()
    series: Sequence[Labels] = ()
    samples: Sequence[Family | Sample] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """The system, and how many of its metrics the catalogue knew already: those are left out."""

    system: System
    already: int = field(default=0)


def read_answer(text: str) -> Answer:
    """An answer of the HTTP API, or a page of metrics; raises PageError for what is neither."""
    if not text.lstrip().startswith(("{", "[")):
        return Answer(samples=tuple(read_page(text, open_metrics=is_open_metrics(text))))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PageError(f"not JSON: {error}", getattr(error, "lineno", 1)) from None
    if isinstance(document, dict) and document.get("status") == "error":
        raise PageError(f"the server answered with an error: {str(document.get('error'))[:200]}", 1)
    data = document.get("data", document) if isinstance(document, dict) else document
    if isinstance(data, dict) and isinstance(data.get("result"), list):
        data = [one.get("metric") for one in data["result"] if isinstance(one, dict)]
    if isinstance(data, dict) and data:
        return Answer(tuple(_metadata(data)))
    if isinstance(data, list) and data:
        rows = [one for one in data if isinstance(one, dict)]
        named = [one for one in rows if isinstance(one.get("__name__"), str)]
        if named:
            return Answer(series=[{str(key): str(value) for key, value in one.items()} for one in named])
        if any("metric" in one and "type" in one for one in rows):
            return Answer([_family(str(one.get("metric", "")), one) for one in rows])
    raise PageError(
        "neither metadata, series nor a result: the answer of /api/v1/metadata or /api/v1/series", 1
    )


def _metadata(data: Mapping[str, Any]) -> Iterator[Family]:
    for name, told in data.items():
        first = told[0] if isinstance(told, list) and told else told
        if not isinstance(first, dict):
            raise PageError(f"{name[:100]} has no list of types and descriptions", 1)
        yield _family(name, first)


def _family(name: str, told: Mapping[str, Any]) -> Family:
    kind = str(told.get("type", "unknown"))
    type_ = cast(FamilyType, kind if kind in get_args(FamilyType) else "unknown")
    return Family(name, type_, str(told.get("help", "")), str(told.get("unit", "")), 1)


def learn(answers: Iterable[Answer], *, name: str, source: str, known: Callable[[str], bool]) -> Learned:
    """The system that all answers together describe, without the metrics that are `known`."""
    parts = list(answers)
    families = {one.name: one for answer in parts for one in answer.families}
    rows = [row for answer in parts for row in answer.series]
    target = _target_labels(rows)
    told = [one for answer in parts for one in answer.samples]
    told += _samples(rows, families, target)
    used = {one.family.name for one in told if isinstance(one, Sample)}
    told += [one for one in families.values() if one.name not in used]
    system = described(told, is_open=False, name=name, source=source)
    entries = {key: entry for key, entry in system.entries.items() if not known(key)}
    scrape = Scrape(job=_job(rows) or name, how=LEARNED)
    if target:
        scrape = replace(scrape, target_labels=target)
    return Learned(replace(system, entries=entries, scrape=scrape), len(system.entries) - len(entries))


def _job(rows: Sequence[Labels]) -> str:
    jobs = {row.get("job", "") for row in rows}
    return next(iter(jobs)) if len(jobs) == 1 else ""


def _target_labels(rows: Sequence[Labels]) -> tuple[str, ...]:
    """What Prometheus itself sets: the labels of `up` where it is among them, else the usual ones that all have."""
    ups = [row for row in rows if row["__name__"] == "up"]
    if ups:
        return tuple(sorted({label for row in ups for label in row} - {"__name__"}))
    usual = Scrape().target_labels
    return tuple(label for label in usual if rows and all(label in row for row in rows))


def _samples(
    rows: Sequence[Labels], families: Mapping[str, Family], target: Sequence[str]
) -> Iterator[Sample]:
    bounded = {
        row["__name__"].removesuffix("_bucket")
        for row in rows
        if "le" in row and row["__name__"].endswith("_bucket")
    }
    for row in rows:
        name = row["__name__"]
        family = _of(name, families, bounded)
        labels = tuple(
            (label.removeprefix("exported_"), value)
            for label, value in sorted(row.items())
            if label not in target and label != "__name__"
        )
        yield Sample(name, labels, 1 if name.endswith("_info") else 0, None, None, family, 1)


def _of(name: str, families: Mapping[str, Family], bounded: set[str]) -> Family:
    """The metric that a series belongs to: told by metadata, else by its buckets, else itself."""
    for end in ("", "_bucket", "_sum", "_count", "_total", "_info"):
        base = name.removesuffix(end)
        found = families.get(base) if not end or name.endswith(end) else None
        if found is not None and (not end or found.type in _WITH[end]):
            return found
        if found is None and end in ("_bucket", "_sum", "_count") and name.endswith(end) and base in bounded:
            return Family(base, "histogram", "", "", 1)
    return Family(name, "counter" if name.endswith("_total") else "unknown", "", "", 1)


_WITH: Mapping[str, tuple[str, ...]] = {
    "_bucket": ("histogram",),
    "_sum": ("histogram", "summary"),
    "_count": ("histogram", "summary"),
    "_total": ("counter",),
    "_info": ("info",),
}
"""Which types have series with an ending."""
