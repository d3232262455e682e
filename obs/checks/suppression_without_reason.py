"""A comment allows a finding and does not say why.

Whoever reads it later cannot tell whether the reason still holds, so nobody dares to remove it.

Flagged:
    - alert: Watching
      expr: vector(1) # obs: allow always-firing

Instead:
    - alert: Watching
      expr: vector(1) # obs: allow always-firing: proves to the pager that the chain is alive

Source: obs, `# obs: allow NAME: REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, comment_check
from obs.checks.suppress import Comments


@comment_check("error")
def suppression_without_reason(comments: Comments) -> Iterator[Finding]:
    """The comment is obeyed all the same, so that one mistake is told once."""
    for comment in comments.comments:
        if not comment.names:
            yield Finding(
                "this comment allows nothing: it names no check",
                comment.origin,
                fix="# obs: allow check-name: the reason",
                object="comment",
            )
        elif not comment.reason:
            yield Finding(
                f"{', '.join(comment.names)} is allowed without a reason",
                comment.origin,
                fix=f"{comment}: the reason",
                object="comment",
            )
