"""The message that Discord receives for a group of alerts, and what Discord refuses.

Source: Alertmanager 0.25 to 0.28, `notify/discord`, payloads measured with 0.27; Discord's documented limits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cmp_to_key, lru_cache

from obs.lang.gotemplate.alertmanager import AlertMessage, MessageData
from obs.lang.gotemplate.clock import ZERO, Moment
from obs.lang.gotemplate.render import render_message
from obs.record import dataclass, field
from obs.sim.routing.config import Discord
from obs.sim.routing.error import ConfigError

TITLE_LIMIT = 256
DESCRIPTION_LIMIT = 4096
CONTENT_LIMIT = 2000
EMBED_LIMIT = 6000
"""Characters that Discord takes at most; EMBED_LIMIT is for all texts of the embeds of a message together."""

MARKER = "…"
RED, GREEN, GREY = 0x992D22, 0x2ECC71, 0x95A5A6


@dataclass(frozen=True, slots=True)
class DiscordVersion:
    """What one release of Alertmanager knows of Discord."""

    fields: frozenset[str]
    truncates: bool
    """Whether long titles and descriptions are cut; without it Discord answers 400."""


_COMMON = frozenset(("webhook_url", "title", "message", "send_resolved", "http_config"))
VERSIONS: Mapping[str, DiscordVersion] = {
    "0.25": DiscordVersion(_COMMON, truncates=False),
    "0.26": DiscordVersion(_COMMON, truncates=False),
    "0.27": DiscordVersion(_COMMON | {"webhook_url_file"}, truncates=True),
    "0.28": DiscordVersion(
        _COMMON | {"webhook_url_file", "content", "username", "avatar_url"}, truncates=True
    ),
}
"""By release. Before 0.25 there is no Discord; 0.27 knows `webhook_url_file` and still asks for the URL."""

RUNNING = "0.27"


def discord_version(version: str) -> DiscordVersion:
    """What a version such as `v0.27.0` knows; raises ConfigError when it knows no Discord."""
    found = re.match(r"v?(\d+)\.(\d+)", version)
    if found is None:
        raise ConfigError(f"not a version of Alertmanager: {version}")
    release = int(found[1]), int(found[2])
    if release < (0, 25):
        raise ConfigError(f"discord_configs exist from Alertmanager 0.25 on, not in {version}")
    return VERSIONS["0.28" if release > (0, 28) else f"{release[0]}.{release[1]}"]


# The data of a message


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of a group; `ends_at` is None while it fires."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict)
    starts_at: Moment = ZERO
    ends_at: Moment | None = None
    generator_url: str = ""


def fingerprint(labels: Mapping[str, str]) -> str:
    """The identity of an alert: FNV-1a over its labels, sorted by name."""
    return _hashed(frozenset(labels.items()))


@lru_cache(maxsize=1 << 14)
def _hashed(labels: frozenset[tuple[str, str]]) -> str:
    total = 14_695_981_039_346_656_037
    for name, value in sorted((name.encode(), value.encode()) for name, value in labels):
        for byte in name + b"\xff" + value + b"\xff":
            total = (total ^ byte) * 1_099_511_628_211 % (1 << 64)
    return f"{total:016x}"


def _before(first: Alert, second: Alert) -> int:
    """Alertmanager's order of alerts in a message: by job, instance, number of labels, then the labels."""
    left, right = first.labels, second.labels
    for name in ("job", "instance"):
        if (name in left) != (name in right):
            return -1 if name in left else 1
        if name in left and left[name] != right[name]:
            return -1 if left[name].encode() < right[name].encode() else 1
    if len(left) != len(right):
        return len(left) - len(right)
    for name in sorted({*left, *right}, key=str.encode):
        if name not in left or name not in right:
            return -1 if name not in left else 1
        if left[name] != right[name]:
            return -1 if left[name].encode() < right[name].encode() else 1
    return 0


def message_data(
    alerts: Sequence[Alert], receiver: str, group_labels: Mapping[str, str], external_url: str = ""
) -> MessageData:
    """What templates see of a group, in Alertmanager's order."""
    ordered = sorted(alerts, key=cmp_to_key(_before))
    firing = any(alert.ends_at is None for alert in ordered)
    return MessageData(
        receiver=re.sub(r"[\\.+*?()|\[\]{}^$]", lambda found: "\\" + found.group(), receiver),
        status="firing" if firing else "resolved",
        alerts=tuple(
            AlertMessage(
                "firing" if alert.ends_at is None else "resolved",
                alert.labels,
                alert.annotations,
                alert.starts_at,
                alert.ends_at or ZERO,
                alert.generator_url,
                fingerprint(alert.labels),
            )
            for alert in ordered
        ),
        group_labels=group_labels,
        common_labels=_common([alert.labels for alert in ordered]),
        common_annotations=_common([alert.annotations for alert in ordered]),
        external_url=external_url,
    )


def _common(sets: Sequence[Mapping[str, str]]) -> dict[str, str]:
    if not sets:
        return {}
    return {
        name: text for name, text in sets[0].items() if all(other.get(name, "") == text for other in sets[1:])
    }


# The message


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that Discord refuses or a reader misses; `fatal` when the message does not arrive (400)."""

    message: str
    fatal: bool


@dataclass(frozen=True, slots=True)
class DiscordMessage:
    """The message as Alertmanager posts it."""

    title: str
    description: str
    color: int
    content: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def payload(self) -> dict[str, object]:
        """The body as an object, keys in Alertmanager's order."""
        embed = {"title": self.title, "description": self.description, "color": self.color}
        return {"content": self.content, "embeds": [embed]}

    @property
    def body(self) -> bytes:
        """The body byte for byte, as Go encodes it."""
        text = json.dumps(self.payload, ensure_ascii=False, separators=(",", ":"))
        for char in "<>&\u2028\u2029":
            text = text.replace(char, f"\\u{ord(char):04x}")
        return (text + "\n").encode("utf-8", "replace")

    @property
    def arrives(self) -> bool:
        """Whether Discord takes it."""
        return not any(problem.fatal for problem in self.problems)


def render_discord(
    config: Discord, data: MessageData, version: str = RUNNING, files: Mapping[str, str] | None = None
) -> DiscordMessage:
    """The message for a group; `files` are the config's template files by name.

    Raises TemplateSyntaxError or ExecutionError for a template that fails: Alertmanager then sends nothing.
    """
    knows = discord_version(version)
    title = render_message(config.title, data, files)
    description = render_message(config.message, data, files)
    problems = list(_problems("title", title, TITLE_LIMIT, truncates=knows.truncates))
    problems += _problems("description", description, DESCRIPTION_LIMIT, truncates=knows.truncates)
    if knows.truncates:
        title, description = truncate(title, TITLE_LIMIT), truncate(description, DESCRIPTION_LIMIT)
    if not title.strip() and not description.strip():
        problems.append(Problem("an empty message: title and description have no text", fatal=True))
    if len(title) + len(description) > EMBED_LIMIT:
        total = len(title) + len(description)
        problems.append(Problem(f"an embed of {total} characters, of {EMBED_LIMIT} allowed", fatal=True))
    color = {"firing": RED, "resolved": GREEN}.get(data.status, GREY)
    return DiscordMessage(title, description, color, problems=tuple(problems))


def _problems(name: str, text: str, limit: int, *, truncates: bool) -> list[Problem]:
    if len(text) <= limit:
        return []
    what = f"a {name} of {len(text)} characters"
    if truncates:
        return [Problem(f"{what} is cut to {limit}", fatal=False)]
    return [Problem(f"{what}, of {limit} allowed", fatal=True)]


def truncate(text: str, limit: int) -> str:
    """The text in at most `limit` characters, the last of them `…` when it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + MARKER
