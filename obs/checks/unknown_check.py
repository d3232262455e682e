"""A comment allows a check that does not exist.

It allows nothing, and the finding that it was written for is reported, or was mended long ago.

Flagged:
    - alert: Watching
      expr: vector(1) # obs: allow allways-firing: proves to the pager that the chain is alive

Instead:
    - alert: Watching
      expr: vector(1) # obs: allow always-firing: proves to the pager that the chain is alive

Source: obs, `obs lint --list`.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from obs.checks.base import Finding, comment_check
from obs.checks.suppress import Comments


@comment_check("warning")
def unknown_check(comments: Comments) -> Iterator[Finding]:
    """Names of this version's checks and of the project's own."""
    for comment in comments.comments:
        for name in comment.names:
            if name not in comments.known:
                close = get_close_matches(name, sorted(comments.known), 1)
                yield Finding(
                    f"no check is named {name!r}",
                    comment.origin,
                    fix=f"did you mean {close[0]}?" if close else "`obs lint --list` shows all of them",
                    object="comment",
                )
