"""A query does not say which instance it means.

By the conventions of monitoring mixins every selector has a matcher on instance, so that a dashboard can be used for one
installation of several.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'rate(errors_total[$__rate_interval])'}]

Instead:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'rate(errors_total{instance=~"$instance"}[$__rate_interval])'}]

Source: dashboard-linter's target-instance-rule, which takes `=~` alone; here any matcher on instance will do.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.graph.unmatched import selectors_without


@lint("info", "mixin", alone=True)
def selector_without_instance(subject: Subject) -> Iterator[Finding]:
    """Told once for each dashboard."""
    for query, selector in selectors_without(subject, "instance"):
        yield Finding(
            f"{query} selects {selector.name or 'series'} of every instance",
            query.origin,
            fix='instance=~"$instance"',
            excerpt=query.excerpt(selector.start, selector.end),
            object=query.title,
            cause=f"instance in {query.dashboard.uid}",
        )
