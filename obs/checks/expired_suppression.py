"""A comment allows a finding until a day that has passed, or that is none.

Whoever wrote it wanted the matter to be looked at again then. The comment is obeyed all the same, so that one mistake
is told once.

Flagged:
    - alert: Watching
      expr: vector(1) # obs: allow always-firing until=2024-06-30 owner=platform: until the dead man's switch is there

Instead:
    - alert: Watching
      expr: vector(1) # obs: allow always-firing until=2999-06-30 owner=platform: until the dead man's switch is there

`obs lint --today 2027-01-31` says which day it is; without it, the clock does. Where no comment has a date, neither is
asked.

Source: obs, `# obs: allow NAME until=DATE: REASON`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from obs.checks.base import Finding, comment_check
from obs.checks.suppress import Comment, Comments


@comment_check("warning")
def expired_suppression(comments: Comments) -> Iterator[Finding]:
    """The day itself still counts."""
    for comment in comments.comments:
        if comment.until is None:
            continue
        if not is_date(comment.until):
            yield _finding(comment, f"until={comment.until} is no date", "until=2027-01-31: year, month, day")
        elif comments.today and comment.until < comments.today:
            names = ", ".join(comment.names)
            asked = f", or ask {comment.owner}" if comment.owner else ""
            yield _finding(
                comment,
                f"{names} was allowed until {comment.until}",
                f"mend it{asked}; a later date needs a reason that still holds",
            )


def is_date(text: str) -> bool:
    """Whether a text is a day of the calendar as ISO 8601 writes it with dashes."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _finding(comment: Comment, problem: str, fix: str) -> Finding:
    return Finding(
        problem, comment.origin, comment.reason and f"the reason was: {comment.reason}", fix, object="comment"
    )
