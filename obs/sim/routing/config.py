"""An Alertmanager configuration: read strictly from plain values, checked as Alertmanager 0.27 checks it.

Receivers are checked for what decides whether a configuration loads: names, and the targets of Discord,
webhooks, Slack and mail. The options of the other integrations are carried as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from obs.lang import matchers
from obs.lang.error import LanguageError
from obs.lang.gotemplate.quote import quote
from obs.lang.matchers import Matcher, Reading
from obs.record import dataclass, field
from obs.sim.routing.error import ConfigError
from obs.sim.routing.intervals import TimeInterval, read_interval
from obs.sim.routing.reading import Reader, keep

Found = TypeVar("Found")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*\Z")
ALL_LABELS = "..."
"""The `group_by` that makes a group of every alert."""


@dataclass(frozen=True, slots=True)
class Route:
    """A node of the tree as written; durations are milliseconds, None is inherited."""

    receiver: str = ""
    group_by: tuple[str, ...] = ()
    matchers: tuple[Matcher, ...] = ()
    continue_: bool = False
    routes: tuple[Route, ...] = ()
    group_wait: int | None = None
    group_interval: int | None = None
    repeat_interval: int | None = None
    mute_time_intervals: tuple[str, ...] = ()
    active_time_intervals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InhibitRule:
    """Mutes alerts that match `target` while one that matches `source` fires and `equal` labels are equal."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()


DEFAULT_TITLE = '{{ template "discord.default.title" . }}'
DEFAULT_MESSAGE = '{{ template "discord.default.message" . }}'


@dataclass(frozen=True, slots=True)
class Discord:
    """One item of `discord_configs`, defaults filled in."""

    title: str = DEFAULT_TITLE
    message: str = DEFAULT_MESSAGE
    webhook_url: str = ""
    send_resolved: bool = True


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver: its Discord integrations, and the others by the name of their list, as written."""

    name: str
    discord: tuple[Discord, ...] = ()
    others: Mapping[str, tuple[object, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration that Alertmanager loads."""

    route: Route
    receivers: tuple[Receiver, ...] = ()
    inhibit_rules: tuple[InhibitRule, ...] = ()
    time_intervals: Mapping[str, tuple[TimeInterval, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    """Texts of matchers that the two parsers read differently, with what Alertmanager does."""

    def receiver(self, name: str) -> Receiver:
        """The receiver of that name; raises KeyError."""
        for found in self.receivers:
            if found.name == name:
                return found
        raise KeyError(name)


INTEGRATIONS = (
    "discord_configs", "email_configs", "pagerduty_configs", "slack_configs", "webhook_configs",
    "opsgenie_configs", "wechat_configs", "pushover_configs", "victorops_configs", "sns_configs",
    "telegram_configs", "webex_configs", "msteams_configs",
)  # fmt: skip
_GLOBAL = (
    "resolve_timeout", "http_config", "smtp_from", "smtp_hello", "smtp_smarthost", "smtp_auth_username",
    "smtp_auth_password", "smtp_auth_password_file", "smtp_auth_secret", "smtp_auth_identity",
    "smtp_require_tls", "slack_api_url", "slack_api_url_file", "pagerduty_url", "opsgenie_api_url",
    "opsgenie_api_key", "opsgenie_api_key_file", "wechat_api_url", "wechat_api_secret", "wechat_api_corp_id",
    "victorops_api_url", "victorops_api_key", "victorops_api_key_file", "telegram_api_url", "webex_api_url",
)  # fmt: skip
_NEWER_INTEGRATIONS = (
    "msteamsv2_configs", "jira_configs", "rocketchat_configs", "incidentio_configs", "mattermost_configs",
)  # fmt: skip
_NEWER_GLOBAL = (
    "jira_api_url", "smtp_tls_config", "smtp_auth_secret_file", "smtp_force_implicit_tls", "slack_app_token",
    "slack_app_token_file", "slack_app_url", "wechat_api_secret_file", "telegram_bot_token",
    "telegram_bot_token_file", "rocketchat_api_url", "rocketchat_token", "rocketchat_token_file",
    "rocketchat_token_id", "rocketchat_token_id_file", "mattermost_webhook_url", "mattermost_webhook_url_file",
)  # fmt: skip
"""What releases after 0.27 added. Source: Alertmanager, `config`, up to 0.31."""
_SECRET_PAIRS = (
    ("slack_api_url", "slack_api_url_file"),
    ("opsgenie_api_key", "opsgenie_api_key_file"),
    ("victorops_api_key", "victorops_api_key_file"),
    ("smtp_auth_password", "smtp_auth_password_file"),
)


def read(value: object, *, classic: bool = False, newest: bool = False) -> Config:
    """The configuration of a parsed `alertmanager.yml`; raises ConfigError in Alertmanager's words.

    `classic` reads matchers and names of labels with the classic parser alone, as prometheus-operator 0.77 does.
    `newest` takes what releases after 0.27 added as well, for a server of unknown or later version.
    """
    if value is None:
        raise ConfigError("no route provided in config")
    return _ConfigReader(classic=classic, newest=newest).config(value)


class _ConfigReader(Reader):
    __slots__ = ("classic", "newest", "warnings")

    def __init__(self, *, classic: bool, newest: bool = False) -> None:
        super().__init__()
        self.classic = classic
        self.newest = newest
        self.warnings: list[str] = []

    def config(self, value: object) -> Config:
        fields = self.fields(
            value,
            "config.plain",
            {
                "global": self.settings,
                "route": self.route,
                "inhibit_rules": lambda item: self.items(item, self.inhibit_rule, "config.InhibitRule"),
                "receivers": lambda item: self.items(item, self.receiver, "config.Receiver"),
                "templates": self.texts,
                "mute_time_intervals": lambda item: self.intervals(item, "mute time interval"),
                "time_intervals": lambda item: self.intervals(item, "time interval"),
                **({"tracing": keep} if self.newest else {}),
            },
        )
        self.finish()
        assert fields is not None
        return self.checked(_Fields(fields))

    def checked(self, fields: _Fields) -> Config:
        """Alertmanager's own rules, in its order."""
        settings = fields.mapping("global")
        for plain, file in _SECRET_PAIRS:
            if settings.get(plain) and settings.get(file):
                raise ConfigError(f"at most one of {plain} & {file} must be configured", ("global",))
        receivers = fields.items("receivers", Receiver)
        self.check_receivers(receivers, settings)
        route = fields.one("route", Route)
        if route is None:
            raise ConfigError("no routes provided")
        self.check_root(route)
        names = {receiver.name for receiver in receivers}
        _check_used(route, lambda node: (node.receiver,) if node.receiver else (), names, "receiver")
        intervals = self.named_intervals(fields)
        _check_used(
            route,
            lambda node: (*node.active_time_intervals, *node.mute_time_intervals),
            intervals.keys(),
            "time interval",
        )
        if route.continue_:
            raise ConfigError("cannot have continue in root route", ("route", "continue"))
        rules = fields.items("inhibit_rules", InhibitRule)
        return Config(route, receivers, rules, intervals, tuple(self.warnings))

    def settings(self, value: object) -> dict[str, object]:
        known = (*_GLOBAL, *_NEWER_GLOBAL) if self.newest else _GLOBAL
        readers: dict[str, Callable[[object], object]] = dict.fromkeys(known, keep)
        return self.fields(value, "config.plain", {**readers, "resolve_timeout": self.duration}) or {}

    def check_root(self, route: Route) -> None:
        if not route.receiver:
            raise ConfigError("root route must specify a default receiver", ("route",))
        if route.matchers:
            raise ConfigError("root route must not have any matchers", ("route",))
        if route.mute_time_intervals:
            raise ConfigError("root route must not have any mute time intervals", ("route",))
        if route.active_time_intervals:
            raise ConfigError("root route must not have any active time intervals", ("route",))

    # Routes and inhibition

    def route(self, value: object) -> Route | None:
        if value is None:
            return None
        before = len(self.complaints)
        read_fields = self.fields(
            value,
            "config.plain",
            {
                "receiver": self.text,
                "group_by": self.texts,
                "match": self.text_map,
                "match_re": self.match_re,
                "matchers": self.matcher_lines,
                "mute_time_intervals": self.texts,
                "active_time_intervals": self.texts,
                "continue": self.flag,
                "routes": lambda item: self.items(item, self.route, "*config.Route"),
                "group_wait": self.duration,
                "group_interval": self.duration,
                "repeat_interval": self.duration,
            },
        )
        fields = _Fields(read_fields or {})
        if len(self.complaints) > before:
            return Route()
        self.check_label_names(fields.texts_of("match"))
        group_by = fields.strings("group_by")
        self.check_group_by(group_by)
        for name in ("group_interval", "repeat_interval"):
            if fields.number(name) == 0:
                raise self.error(f"{name} cannot be zero")
        found = [
            *(Matcher(name, "=", text) for name, text in fields.texts_of("match").items()),
            *fields.items("match_re", Matcher),
            *fields.items("matchers", Matcher),
        ]
        return Route(
            fields.text("receiver"),
            group_by,
            tuple(sorted(found, key=lambda matcher: matcher.sort_key)),
            bool(fields.values.get("continue")),
            tuple(child for child in fields.items("routes", Route)),
            fields.number("group_wait"),
            fields.number("group_interval"),
            fields.number("repeat_interval"),
            fields.strings("mute_time_intervals"),
            fields.strings("active_time_intervals"),
        )

    def check_label_names(self, names: Mapping[str, str]) -> None:
        for name in names:
            if not _LABEL.match(name):
                raise self.error(f"invalid label name {quote(name)}")

    def check_group_by(self, names: tuple[str, ...]) -> None:
        plain = [name for name in names if name != ALL_LABELS]
        for name in plain:
            if not name or (self.classic and not _LABEL.match(name)):
                raise self.error(f"invalid label name {quote(name)} in group_by list")
        if plain and ALL_LABELS in names:
            raise self.error(
                "cannot have wildcard group_by (`...`) and other other labels at the same time"  # sic
            )
        for place, name in enumerate(plain):
            if name in plain[:place]:
                raise self.error(f"duplicated label {quote(name)} in group_by")

    def match_re(self, value: object) -> tuple[Matcher, ...]:
        pairs = self.mapping(value, "map[string]config.Regexp") or {}
        for name, text in pairs.items():
            if text is None and _LABEL.match(name):
                raise self.error(f"invalid regexp value for {quote(name)}")
        found = tuple(self.inside(name, partial(self.regex, name), text) for name, text in pairs.items())
        self.check_label_names(dict.fromkeys(pairs, ""))
        return found

    def regex(self, name: str, value: object) -> Matcher:
        try:
            return matchers.matcher(name, "=~", self.text(value))
        except LanguageError as error:
            raise self.error(error.message) from None

    def matcher_lines(self, value: object) -> tuple[Matcher, ...]:
        found: list[Matcher] = []
        for line in self.texts(value):
            try:
                reading = Reading(matchers.parse_classic(line)) if self.classic else matchers.read(line)
            except LanguageError as error:
                raise self.error(error.message) from None
            if reading.warning is not None:
                self.warnings.append(f"{line}: {reading.warning}")
            found += reading.matchers
        return tuple(found)

    def inhibit_rule(self, value: object) -> InhibitRule:
        before = len(self.complaints)
        readers: dict[str, Callable[[object], object]] = {"equal": self.equal}
        if self.newest:
            readers["name"] = self.text
        for side in ("source", "target"):
            readers[f"{side}_match"] = self.text_map
            readers[f"{side}_match_re"] = self.match_re
            readers[f"{side}_matchers"] = self.matcher_lines
        fields = _Fields(self.fields(value, "config.plain", readers) or {})
        if len(self.complaints) > before:
            return InhibitRule((), ())
        for side in ("source", "target"):
            self.check_label_names(fields.texts_of(f"{side}_match"))
        return InhibitRule(self.side(fields, "source"), self.side(fields, "target"), fields.strings("equal"))

    def side(self, fields: _Fields, side: str) -> tuple[Matcher, ...]:
        return (
            *(Matcher(name, "=", text) for name, text in fields.texts_of(f"{side}_match").items()),
            *fields.items(f"{side}_match_re", Matcher),
            *fields.items(f"{side}_matchers", Matcher),
        )

    def equal(self, value: object) -> tuple[str, ...]:
        names = self.texts(value, "model.LabelName")
        for name in names:
            if not _LABEL.match(name) and not self.newest:
                raise self.error(f"{quote(name)} is not a valid label name")
        return names

    # Receivers

    def receiver(self, value: object) -> Receiver:
        before = len(self.complaints)
        known = (*INTEGRATIONS, *_NEWER_INTEGRATIONS) if self.newest else INTEGRATIONS
        readers: dict[str, Callable[[object], object]] = {
            name: lambda item: self.items(item, keep, "integration") for name in known
        }
        discord: Callable[[object], object] = lambda item: self.items(  # noqa: E731
            item, self.discord, "*config.DiscordConfig"
        )
        fields = _Fields(
            self.fields(value, "config.plain", {**readers, "discord_configs": discord, "name": self.text})
            or {}
        )
        name = fields.text("name")
        if not name and len(self.complaints) == before:
            raise self.error("missing name in receiver")
        others = {
            kind: fields.items(kind, object)
            for kind in known
            if kind != "discord_configs" and fields.values.get(kind)
        }
        return Receiver(name, fields.items("discord_configs", Discord), others)

    def discord(self, value: object) -> Discord:
        before = len(self.complaints)
        read_fields = self.fields(
            value,
            "config.plain",
            {
                "send_resolved": self.flag,
                "http_config": keep,
                "webhook_url": self.url,
                "webhook_url_file": self.text,
                "title": self.text,
                "message": self.text,
                **(dict.fromkeys(("content", "username", "avatar_url"), self.text) if self.newest else {}),
            },
        )
        fields = _Fields(read_fields or {})
        url, file = fields.text("webhook_url"), fields.text("webhook_url_file")
        if len(self.complaints) == before:
            if not url and not file:
                raise self.error("one of webhook_url or webhook_url_file must be configured")
            if url and file:
                raise self.error("at most one of webhook_url & webhook_url_file must be configured")
        return Discord(
            str(fields.values.get("title", DEFAULT_TITLE)),
            str(fields.values.get("message", DEFAULT_MESSAGE)),
            url,
            bool(fields.values.get("send_resolved", True)),
        )

    def url(self, value: object) -> str:
        text = self.text(value)
        if value is not None and text != "<secret>":
            wrong = wrong_url(text)
            if wrong is not None:
                raise self.error(wrong)
        return text

    def check_receivers(self, receivers: tuple[Receiver, ...], settings: Mapping[str, object]) -> None:
        seen: set[str] = set()
        for place, receiver in enumerate(receivers):
            at = ("receivers", place)
            if receiver.name in seen:
                raise ConfigError(f"notification config name {quote(receiver.name)} is not unique", at)
            if not self.newest and any(not discord.webhook_url for discord in receiver.discord):
                # 0.27 knows `webhook_url_file` and still asks for the URL itself.
                raise ConfigError("no discord webhook URL provided", at)
            for wrong in _wrong_integrations(receiver, settings, newest=self.newest):
                raise ConfigError(wrong, at)
            seen.add(receiver.name)

    # Time intervals

    def intervals(self, value: object, what: str) -> tuple[tuple[str, tuple[TimeInterval, ...]], ...]:
        def one(item: object) -> tuple[str, tuple[TimeInterval, ...]]:
            before = len(self.complaints)
            readers: dict[str, Callable[[object], object]] = {
                "name": self.text,
                "time_intervals": lambda parts: self.items(
                    parts, lambda part: read_interval(self, part), "timeinterval.TimeInterval"
                ),
            }
            fields = _Fields(self.fields(item, "config.plain", readers) or {})
            name = fields.text("name")
            if not name and len(self.complaints) == before:
                raise self.error(f"missing name in {what}")
            return name, fields.items("time_intervals", TimeInterval)

        return self.items(value, one, "config.TimeInterval")

    def named_intervals(self, fields: _Fields) -> dict[str, tuple[TimeInterval, ...]]:
        named: dict[str, tuple[TimeInterval, ...]] = {}
        for key, what in (("mute_time_intervals", "mute time interval"), ("time_intervals", "time interval")):
            for name, intervals in fields.pairs(key):
                if name in named:
                    raise ConfigError(f"{what} {quote(name)} is not unique", (key,))
                named[name] = intervals
        return named


class _Fields:
    """The fields of one mapping, with their types given back."""

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = values

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        assert isinstance(value, str)
        return value

    def number(self, name: str) -> int | None:
        value = self.values.get(name)
        assert value is None or isinstance(value, int)
        return value

    def strings(self, name: str) -> tuple[str, ...]:
        return self.items(name, str)

    def items(self, name: str, kind: type[Found]) -> tuple[Found, ...]:
        value = self.values.get(name, ())
        assert isinstance(value, tuple)
        return tuple(item for item in value if isinstance(item, kind))

    def one(self, name: str, kind: type[Found]) -> Found | None:
        value = self.values.get(name)
        return value if isinstance(value, kind) else None

    def mapping(self, name: str) -> Mapping[str, object]:
        value = self.values.get(name)
        return value if isinstance(value, Mapping) else {}

    def texts_of(self, name: str) -> dict[str, str]:
        return {key: str(text) for key, text in self.mapping(name).items()}

    def pairs(self, name: str) -> Iterator[tuple[str, tuple[TimeInterval, ...]]]:
        value = self.values.get(name, ())
        assert isinstance(value, tuple)
        yield from value


def wrong_url(text: str) -> str | None:
    """What Alertmanager says about a URL that it refuses."""
    try:
        parts = urlsplit(text)
        host = parts.netloc
    except ValueError as error:
        return f"parse {quote(text)}: {error}"
    if any(char < " " or char == "\x7f" for char in text):
        return f"parse {quote(text)}: net/url: invalid control character in URL"
    if parts.scheme not in ("http", "https"):
        if ":" in text.split("/", maxsplit=1)[0] and not parts.scheme:
            return f"parse {quote(text)}: first path segment in URL cannot contain colon"
        return f"unsupported scheme {quote(parts.scheme)} for URL"
    return None if host else "missing host for URL"


def _wrong_integrations(
    receiver: Receiver, settings: Mapping[str, object], *, newest: bool = False
) -> Iterator[str]:
    """What the loading of the other integrations would fail on, as far as it is known."""
    for webhook in receiver.others.get("webhook_configs", ()):
        if isinstance(webhook, Mapping) and not webhook.get("url") and not webhook.get("url_file"):
            yield "one of url or url_file must be configured"
    has_slack = settings.get("slack_api_url") or settings.get("slack_api_url_file")
    for slack in receiver.others.get("slack_configs", ()):
        own = isinstance(slack, Mapping) and (slack.get("api_url") or slack.get("api_url_file"))
        token = newest and (settings.get("slack_app_token") or settings.get("slack_app_token_file"))
        by_token = (
            newest and isinstance(slack, Mapping) and (slack.get("app_token") or slack.get("app_token_file"))
        )
        if not own and not has_slack and not token and not by_token:
            yield "no global Slack API URL set either inline or in a file"
    for email in receiver.others.get("email_configs", ()):
        if isinstance(email, Mapping) and not email.get("to"):
            yield "missing to address in email config"
        if isinstance(email, Mapping) and not (email.get("smarthost") or settings.get("smtp_smarthost")):
            yield "no global SMTP smarthost set"
        if isinstance(email, Mapping) and not (email.get("from") or settings.get("smtp_from")):
            yield "no global SMTP from set"


def _check_used(
    route: Route, used: Callable[[Route], tuple[str, ...]], known: Collection[str], what: str
) -> None:
    """Every name that the tree uses is defined; children are looked at first, as Alertmanager does."""
    for child in route.routes:
        _check_used(child, used, known, what)
    for name in used(route):
        if name not in known:
            raise ConfigError(f"undefined {what} {quote(name)} used in route", ("route",))
