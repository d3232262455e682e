"""A comment allows a finding that there is no more.

What it excused was mended; left in place, it would hide the next mistake of that kind.

Flagged:
    - alert: QueueLength
      expr: queue_length > 100 # obs: allow always-firing: proves to the pager that the chain is alive

Instead:
    - alert: QueueLength
      expr: queue_length > 100

Source: obs, `# obs: allow NAME: REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, comment_check
from obs.checks.suppress import Comments


@comment_check("warning")
def unused_suppression(comments: Comments) -> Iterator[Finding]:
    """Only of checks that ran: one that was not chosen may still find what the comment allows."""
    for comment in comments.comments:
        for name in comment.names:
            if name in comments.ran and (comment, name) not in comments.used:
                others = [one for one in comment.names if one != name]
                yield Finding(
                    f"{name} finds nothing here that would have to be allowed",
                    comment.origin,
                    fix=f"allow {', '.join(others)} alone" if others else "remove the comment",
                    object="comment",
                )
