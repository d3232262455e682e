"""Whether a rule is Loki's: its ruler reads the same files with LogQL in them."""

from __future__ import annotations

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
    from obs.lang import logql, promql

    try:
        promql.check(expr)
    except LanguageError:
        try:
            logql.check(expr)
        except LanguageError:
            return bool(re.search(r"\|[=~]|\|\s*(?:json|logfmt|unwrap)\b", expr))
        return True
    return False
