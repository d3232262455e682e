"""Whether a rule is Loki's: its ruler reads the same files with LogQL in them."""

from __future__ import annotations

import os
import re

from obs.lang.error import LanguageError

_HINT = re.compile(
    r"""\|[=~]|!=\s*[`"][^`"]*[`"]\s*[\[|]|\|\s*(?:json|logfmt|pattern|regexp|unpack|unwrap|line_format|label_format|decolorize|drop|keep)\b
    |\b(?:bytes_rate|bytes_over_time|rate_counter)\s*\(|\b(?:rate|count_over_time|absent_over_time)\s*\(\s*\{""",
    re.VERBOSE,
)


_BARE = re.compile(r"\(\s*\{")
_WORDS = ("|", "!=", "bytes_", "rate_counter")
"""Without one of them, or a selector of labels alone, nothing of the hint can be there."""


def is_logql(expr: str) -> bool:
    """Whether the text is LogQL and cannot be PromQL; a text that is broken in both is taken for PromQL."""
    if not any(word in expr for word in _WORDS) and not _BARE.search(expr):
        return False
    if not _HINT.search(expr):
        return False
    if _parses_as_promql(expr):
        return False
    return _parses_as_logql(expr) or bool(re.search(r"\|[=~]|\|\s*(?:json|logfmt|unwrap)\b", expr))


def only_logql(expr: str) -> bool:
    """Whether the text is LogQL and not PromQL, without having to look like it: `1 > 0` among rules of Loki."""
    return not _parses_as_promql(expr) and _parses_as_logql(expr)


def of_loki(file: str) -> bool:
    """Whether the file lies in a folder of Loki's, as `loki/rules/tenant/alerts.yml` does."""
    return "loki" in os.path.dirname(file).split(os.sep)


def _parses_as_promql(expr: str) -> bool:
    from obs.lang import promql

    try:
        promql.check(expr)
    except LanguageError:
        return False
    return True


def _parses_as_logql(expr: str) -> bool:
    from obs.lang import logql

    try:
        logql.check(expr)
    except LanguageError:
        return False
    return True
