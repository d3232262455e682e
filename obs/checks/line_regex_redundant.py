"""A line filter looks for a plain text by way of a regular expression.

Flagged:
    panels:
      - type: logs
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: '{app="shop"} |~ "error"'}]

Instead:
    panels:
      - type: logs
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: '{app="shop"} |= "error"'}]

Both find the same lines; `|=` is cheaper, since Loki need not run an expression on every line.

Source: Loki 3.4, query best practices: line filters. `--fix` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_queries import log_queries, pipelines
from obs.graph.subject import Subject
from obs.lang.logql.syntax import LineFilter

_PLAIN = re.compile(r"[\w \-/:=,;<>@%&'#!~]+")
_TEXT = {"|~": "|=", "!~": "!="}


@lint("info")
def line_regex_redundant(subject: Subject) -> Iterator[Finding]:
    """Where no character of any alternative means something else than itself."""
    for owner, query in log_queries(subject):
        for pipeline, _ in pipelines(query):
            for stage in pipeline.stages:
                if not isinstance(stage, LineFilter) or stage.op not in _TEXT:
                    continue
                if all(_PLAIN.fullmatch(one.value) and not one.ip for one in stage.alternatives):
                    yield Finding.in_rule(
                        owner,
                        f"{owner} looks for a plain text by way of a regular expression",
                        (stage.start, stage.start + 2),
                        fix=f"write {_TEXT[stage.op]}",
                        replacement=_TEXT[stage.op],
                    )
