"""Take secrets out of what is shown: a message may quote a user's line, and that line may hold one."""

from __future__ import annotations

import re

_SLASH = r"(?:\\?/)+"
WEBHOOK = re.compile(
    rf"(?:discord(?:app)?\.com{_SLASH}api{_SLASH}(?:v\d+{_SLASH})?webhooks{_SLASH}\d[^\s\"'<>]*"
    rf"|hooks\.slack\.com{_SLASH}(?:services|workflows|triggers){_SLASH}\w[^\s\"'<>]*"
    rf"|outlook\.office(?:365)?\.com{_SLASH}webhook{_SLASH}\w[^\s\"'<>]*"
    rf"|webhook\.office\.com{_SLASH}webhookb2{_SLASH}\w[^\s\"'<>]*"
    r"|api\.telegram\.org(?:\\?/)+bot\d+:[^\s\"'<>]*)",
    re.IGNORECASE,
)
"""The part of a webhook's address that lets its reader post."""

_CREDENTIALS = re.compile(r"(?<=://)[^/\s:@\"']+:[^/\s@\"']+(?=@)")


def redact(text: str) -> str:
    """The text with addresses of webhooks, and user and password in an address, replaced by `[redacted]`."""
    if "/" not in text:
        return text
    return _CREDENTIALS.sub("[redacted]", WEBHOOK.sub("[redacted]", text))
