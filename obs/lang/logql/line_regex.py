"""Which regular expressions Loki turns into a plain search for text.

It shows when Loki prints a label filter: one that stays a regular expression is written in backticks.
"""

from __future__ import annotations


def is_plain(pattern: str) -> bool:
    """Whether Loki needs no regular expression for this pattern."""
    return "`" in pattern or not any(char in pattern for char in "+?[{^$\\(") or pattern in (".*", ".+")
