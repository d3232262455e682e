"""Values of labels: usual ones, and texts that a regular expression matches."""

from __future__ import annotations

import re

from obs.lang import re2
from obs.testing.alternatives import alternations

EXAMPLES = {
    "namespace": "gateway",
    "pod": "gateway-7d9c5b8f6-x2x4q",
    "container": "gateway",
    "service": "gateway",
    "instance": "10.42.0.7:8080",
    "node": "node-1",
    "job": "job-1",
    "device": "/dev/sda1",
    "mountpoint": "/",
}
_CLASSES = {r"\d": "5", r"\w": "a", r"\s": " ", r"\S": "a", r"\D": "a", r"\W": "-", r"\.": ".", r"\-": "-"}
_TOKEN = re.compile(r"\\.|\[\^?\]?[^\]]*\]|\(\?[a-zA-Z]*:|\(\?P?<\w+>|[*+?]\??|\{\d+(?:,\d*)?\}\??|.", re.S)
MOST = 60


def examples(pattern: str) -> list[str]:
    """Texts that a pattern matches as a whole, simple ones first; none when none was found."""
    regex = re2.compile(pattern)
    branches = _branches(pattern)
    found = dict.fromkeys(_plain(branch) for branch in branches)
    return [text for text in found if text and regex.fullmatch(text)]


def _branches(pattern: str) -> list[str]:
    """The pattern with each of its alternations settled."""
    pending: list[str] = [pattern]
    done: list[str] = []
    while pending and len(done) < MOST:
        text = pending.pop(0)
        first = next(iter(alternations(text)), None)
        if first is None:
            done.append(text)
            continue
        whole = first.parts
        pending += [text[: first.start] + text[start:end] + text[first.end :] for start, end in whole]
    return done


def _plain(pattern: str) -> str:
    """A text for a pattern without alternatives; what is optional is there once."""
    texts: list[str] = []
    for token in _TOKEN.findall(pattern):
        if token in "^$()" or token.startswith("(?"):
            continue
        if token[0] in "*?+" or (token[0] == "{" and len(token) > 1):
            _repeat(texts, token)
        else:
            after_digit = token == "." and "".join(texts)[-1:].isdigit()
            texts.append("0" if after_digit else _one(token))
    return "".join(texts)


def _repeat(texts: list[str], token: str) -> None:
    count = re.match(r"\{(\d+)", token)
    if texts and count:
        texts[-1] = texts[-1] * int(count[1])


def _one(token: str) -> str:
    if token in _CLASSES:
        return _CLASSES[token]
    if token == ".":
        return "a"
    if token.startswith("\\"):
        return token[1:] if not token[1:].isalnum() else ""
    if token.startswith("[") and len(token) > 1:
        regex = re2.compile(token)
        return next((char for char in "a5A-_. xz09/" if regex.fullmatch(char)), "")
    return token
