"""A variable filters its values by a regular expression that is none.

Grafana shows all values, or an error in the place of the list.

Flagged:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, query: 'label_values(up, pod)', refresh: 2, regex: "/shop-(.*/"}
    panels:
      - {type: text, title: $pod}

Instead:
    templating:
      list:
        - {type: query, name: pod, datasource: {type: prometheus, uid: prometheus}, query: 'label_values(up, pod)', refresh: 2, regex: "/shop-(.*)/"}
    panels:
      - {type: text, title: $pod}

Source: Grafana 11, variables: the regex is JavaScript's, between slashes or bare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from warnings import catch_warnings

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject

_SURE = ("missing )", "unbalanced parenthesis", "unterminated", "nothing to repeat", "multiple repeat")
"""What no dialect of regular expressions takes."""


@lint("warning")
def invalid_variable_regex(subject: Subject) -> Iterator[Finding]:
    """Faults that JavaScript and Python agree on."""
    for dashboard in subject.dashboards:
        for variable in dashboard.variables:
            why = _fault(variable.regex) if variable.regex and "$" not in variable.regex.rstrip("/$") else ""
            if why:
                yield Finding(
                    f"variable ${variable.name} of {dashboard.uid}: {variable.regex!r} is no regular expression: {why}",
                    variable.origin or dashboard.origin,
                    fix="close its brackets",
                    object=panel_title(dashboard),
                )


def _fault(regex: str) -> str:
    bare = regex[1 : regex.rindex("/")] if regex.startswith("/") and regex.rindex("/") > 0 else regex
    try:
        with catch_warnings(action="ignore"):
            re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", bare))
    except re.error as error:
        return str(error) if any(sure in str(error) for sure in _SURE) else ""
    return ""
