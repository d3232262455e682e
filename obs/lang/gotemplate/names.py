"""The functions that each tool's templates may call, by name.

Source: Go 1.23 `text/template`; Prometheus 2.55 (text mode: `tmpl` exists in console templates only);
Alertmanager 0.27.
"""

from __future__ import annotations

BUILTINS = frozenset(
    (
        "and", "call", "html", "index", "slice", "js", "len", "not", "or", "print", "printf", "println",
        "urlquery", "eq", "ge", "gt", "le", "lt", "ne",
    )
)  # fmt: skip

PROMETHEUS = BUILTINS | {
    "query", "first", "label", "value", "strvalue", "args", "reReplaceAll", "safeHtml", "match", "title",
    "toUpper", "toLower", "graphLink", "tableLink", "sortByLabel", "stripPort", "stripDomain", "humanize",
    "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "toTime", "pathPrefix",
    "externalURL", "parseDuration",
}  # fmt: skip

ALERTMANAGER = BUILTINS | {
    "toUpper", "toLower", "title", "trimSpace", "join", "match", "safeHtml", "reReplaceAll", "stringSlice",
}  # fmt: skip
