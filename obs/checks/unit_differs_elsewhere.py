"""The same query is shown in one unit here and in another there.

One of the two panels was mended and its copy forgotten.

Flagged:
    one = Dashboard(
        uid="one", title="One", data=prometheus, rows=[[stat("Free", "node_memory_MemFree_bytes", unit="bytes")]]
    )
    two = Dashboard(
        uid="two", title="Two", data=prometheus, rows=[[stat("Free", "node_memory_MemFree_bytes", unit="decbytes")]]
    )

Instead:
    one = Dashboard(
        uid="one", title="One", data=prometheus, rows=[[stat("Free", "node_memory_MemFree_bytes", unit="bytes")]]
    )
    two = Dashboard(
        uid="two", title="Two", data=prometheus, rows=[[stat("Free", "node_memory_MemFree_bytes", unit="bytes")]]
    )

Source: Grafana 11, best practices: copies of panels drift apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.clones import clones
from obs.graph.subject import Subject


@lint("info")
def unit_differs_elsewhere(subject: Subject) -> Iterator[Finding]:
    """Against the unit that most panels of the query have; panels with units by column do not count."""
    for queries in clones(subject):
        units = Counter(query.panel.unit for query in queries)
        usual = units.most_common(1)[0][0]
        first = next(query for query in queries if query.panel.unit == usual)
        for query in queries:
            if query.panel.unit != usual:
                yield Finding.in_panel(
                    query.dashboard,
                    query.panel,
                    f"shows in {query.panel.unit} what {first.title} shows in {usual}",
                    fix="take one unit for both",
                    also=((first.origin, first.title),),
                )
