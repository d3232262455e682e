"""The same query changes its colour at one number here and at another there.

One of the two panels was mended and its copy forgotten: a value is good on one dashboard and bad on the other.

Flagged:
    one = Dashboard(
        uid="one", title="One", data=prometheus,
        rows=[[stat("Down", "sum(up == bool 0)", unit="short", thresholds=("blue", 1, "red"))]],
    )
    two = Dashboard(
        uid="two", title="Two", data=prometheus,
        rows=[[stat("Down", "sum(up == bool 0)", unit="short", thresholds=("blue", 5, "red"))]],
    )

Instead:
    one = Dashboard(
        uid="one", title="One", data=prometheus,
        rows=[[stat("Down", "sum(up == bool 0)", unit="short", thresholds=("blue", 1, "red"))]],
    )
    two = Dashboard(
        uid="two", title="Two", data=prometheus,
        rows=[[stat("Down", "sum(up == bool 0)", unit="short", thresholds=("blue", 1, "red"))]],
    )

Source: Grafana 11, best practices: copies of panels drift apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.clones import clones
from obs.graph.subject import Subject

_DEFAULT = (80,)
"""Grafana's own threshold, which nobody chose."""


@lint("info")
def thresholds_differ_elsewhere(subject: Subject) -> Iterator[Finding]:
    """Against the first panel of the query that has limits; of panels with the same unit alone."""
    for queries in clones(subject):
        limited = [
            (query, limits.values) for query in queries if (limits := query.panel.thresholds) is not None
        ]
        chosen = [(query, values) for query, values in limited if values and values != _DEFAULT]
        for query, values in chosen[1:]:
            first, usual = chosen[0]
            if values != usual and query.panel.unit == first.panel.unit:
                yield Finding.in_panel(
                    query.dashboard,
                    query.panel,
                    f"changes its colour at {_words(values)}, {first.title} at {_words(usual)}, for the same query",
                    fix="take the same limits for both",
                    also=((first.origin, first.title),),
                )


def _words(values: tuple[float, ...]) -> str:
    return ", ".join(f"{one:g}" for one in values)
