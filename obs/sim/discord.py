"""A webhook of Discord: what it takes, what it refuses, how often it may be asked, and how it is made to fail.

Sources: Discord's documentation of limits and status codes; five requests in two seconds for one webhook is what
people measure, for Discord itself says only "read the headers".
"""

from __future__ import annotations

from collections.abc import Sequence

from obs.record import dataclass, field
from obs.sim.routing.message import (
    CONTENT_LIMIT,
    DESCRIPTION_LIMIT,
    EMBED_LIMIT,
    TITLE_LIMIT,
    DiscordMessage,
)

REQUESTS, PER_MILLISECONDS = 5, 2_000


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the webhook answers from `start` to `end` (milliseconds); status 0 is no answer at all.

    `takes` is the time until it answers; `retry_after` is told with a 429, in seconds.
    """

    start: int
    end: int
    status: int = 204
    takes: int = 0
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Response:
    """An answer; `body` says why for a person."""

    status: int
    body: str = ""
    takes: int = 0

    limited: bool = False
    """Whether the limit alone is why it was refused."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def retried(self) -> bool:
        """Whether Alertmanager 0.27 tries again: only after no answer and after 5xx; 429 is not tried again."""
        return self.status == 0 or self.status >= 500

    def __str__(self) -> str:
        said = f"answered {self.status}" if self.status else "did not answer"
        return f"Discord {said}{f' ({self.body})' if self.body else ''}"


@dataclass(slots=True)
class Webhook:
    """One webhook. `limit` requests are taken in `window` milliseconds, then 429; 0 is no limit."""

    behaviours: Sequence[Behaviour] = ()
    limit: int = REQUESTS
    window: int = PER_MILLISECONDS
    _taken: list[int] = field(default_factory=list)

    def post(self, message: DiscordMessage, at: int) -> Response:
        """What becomes of a request at a moment (milliseconds)."""
        behaviour = next((one for one in self.behaviours if one.start <= at < one.end), Behaviour(0, 0))
        if behaviour.status == 0:
            return Response(0, "the connection is refused", behaviour.takes)
        if behaviour.status == 429:
            return Response(429, f"retry after {behaviour.retry_after:g} s", behaviour.takes)
        if not 200 <= behaviour.status < 300:
            return Response(behaviour.status, "as the scenario says", behaviour.takes)
        self._taken = [taken for taken in self._taken if taken > at - self.window]
        if self.limit and len(self._taken) >= self.limit:
            wait = (self._taken[0] + self.window - at) / 1000
            why = f"more than {self.limit} in {self.window / 1000:g} s; retry after {wait:g} s"
            return Response(429, why, limited=True)
        self._taken.append(at)
        refused = refusal(message)
        return Response(400, refused, behaviour.takes) if refused else Response(204, "", behaviour.takes)


def refusal(message: DiscordMessage) -> str:
    """Why Discord answers 400, empty when it takes the message."""
    texts = message.title, message.description, message.content
    if not any(text.strip() for text in texts):
        return "Cannot send an empty message (50006)"
    limits = TITLE_LIMIT, DESCRIPTION_LIMIT, CONTENT_LIMIT
    for name, text, limit in zip(("title", "description", "content"), texts, limits, strict=True):
        if len(text) > limit:
            return f"a {name} of {len(text)} characters, of {limit} allowed"
    if len(message.title) + len(message.description) > EMBED_LIMIT:
        return f"an embed of more than {EMBED_LIMIT} characters"
    return ""
