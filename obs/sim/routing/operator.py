"""The `alertmanager.yaml` that prometheus-operator 0.77 makes of an Alertmanager and its AlertmanagerConfigs.

Every object's route comes before the base's, with `continue: true` and, unless the matcher strategy is None, a
matcher on the object's namespace; names become `<namespace>/<object>/<name>`. An object that fails its checks is
left out and the others stay; a failure later on keeps the configuration that was there before.
Source: prometheus-operator 0.77.2, `pkg/alertmanager`; compared with the real operator's output.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from obs.lang.gotemplate.quote import quote
from obs.record import dataclass, field
from obs.sim.routing.admission import Fields, items, mapping, read_mute_interval, text, texts, validate
from obs.sim.routing.config import Config, read, wrong_url
from obs.sim.routing.error import ConfigError
from obs.sim.routing.reading import Reader
from obs.sim.routing.rendering import (
    render_inhibit_rule,
    render_interval,
    render_receiver,
    render_route,
    without_empty,
)
from obs.sim.routing.selection import Labels, identity, in_order, why_not_selected

Secrets = Mapping[tuple[str, str], Mapping[str, str]]
"""Values of secrets: (namespace, name) to key to value, decoded."""

DEFAULT_VERSION = "v0.27.0"
DEFAULT_BASE: Mapping[str, object] = {"route": {"receiver": "null"}, "receivers": [{"name": "null"}]}
"""What the operator starts from when the base configuration's secret is missing or empty."""

_DISCORD_FIELDS = frozenset(("send_resolved", "http_config", "webhook_url", "title", "message"))


@dataclass(frozen=True, slots=True)
class Skipped:
    """An AlertmanagerConfig that has no part in the result; `rejected` when it was looked at and found wrong."""

    namespace: str
    name: str
    reason: str
    rejected: bool


@dataclass(frozen=True, slots=True)
class Effective:
    """What the operator makes of the objects.

    `config` is None when it stops with `error`: the cluster then runs on with what it had.
    """

    config: Mapping[str, object] | None
    skipped: tuple[Skipped, ...] = ()
    error: str | None = None

    def loaded(self) -> Config:
        """The configuration as Alertmanager reads it; raises ConfigError when it would refuse it."""
        if self.config is None:
            raise ConfigError(self.error or "no configuration")
        return read(self.config)


@dataclass(frozen=True, slots=True)
class Cluster:
    """What the operator looks up: secrets, and the labels of namespaces."""

    secrets: Secrets = field(default_factory=dict)
    namespaces: Mapping[str, Labels] = field(default_factory=dict)


def effective(
    alertmanager: Fields,
    configs: Sequence[Fields],
    base: Mapping[str, object] | None = None,
    cluster: Cluster | None = None,
) -> Effective:
    """The configuration of an Alertmanager object, from AlertmanagerConfig objects and a base (or the default).

    `base` is the parsed `alertmanager.yaml` of the secret that the Alertmanager names.
    """
    found = cluster or Cluster()
    spec = mapping(alertmanager.get("spec"))
    base = base or DEFAULT_BASE
    if spec.get("alertmanagerConfigSelector") is None and spec.get("alertmanagerConfiguration") is None:
        reason = "the Alertmanager has no alertmanagerConfigSelector: its secret is used as it is"
        return Effective(base, tuple(Skipped(*identity(config), reason, False) for config in configs))
    if spec.get("alertmanagerConfiguration") is not None:
        return Effective(None, (), "not supported: alertmanagerConfiguration")
    taken: list[Fields] = []
    skipped: list[Skipped] = []
    version = _version(text(spec, "version") or DEFAULT_VERSION)
    for config in in_order(configs):
        reason_not = why_not_selected(alertmanager, config, found.namespaces)
        if reason_not is not None:
            skipped.append(Skipped(*identity(config), reason_not, rejected=False))
            continue
        try:
            validate(config)
            _check_receivers(config, version, found.secrets)
        except ConfigError as error:
            skipped.append(Skipped(*identity(config), error.message, rejected=True))
        else:
            taken.append(config)
    try:
        built = _Builder(_initial(base), spec, found.secrets).add(taken)
    except ConfigError as error:
        return Effective(None, tuple(skipped), error.message)
    return Effective(built, tuple(skipped))


def _version(version: str) -> tuple[int, int]:
    found = re.match(r"v?(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else (0, 0)


# Checks of a selected object


def _check_receivers(config: Fields, version: tuple[int, int], secrets: Secrets) -> None:
    namespace = identity(config)[0]
    for receiver in items(mapping(config.get("spec")).get("receivers")):
        discord = items(receiver.get("discordConfigs"))
        if discord and version < (0, 25):
            current = f"{version[0]}.{version[1]}.0"
            message = f"discordConfigs' is available in Alertmanager >= 0.25.0 only - current {current}"
            raise ConfigError(message)
        for one in discord:
            try:
                _secret(secrets, namespace, one.get("apiURL"))
            except ConfigError as error:
                raise ConfigError(f"failed to retrieve API URL: {error.message}") from None
        for slack in items(receiver.get("slackConfigs")):
            if slack.get("apiURL") is not None:
                _secret(secrets, namespace, slack["apiURL"])
        for webhook in items(receiver.get("webhookConfigs")):
            if webhook.get("urlSecret") is not None:
                url = _secret(secrets, namespace, webhook["urlSecret"])
                wrong = wrong_url(url.strip())
                if wrong is not None:
                    said = f"validate url from string failed for {url.strip()}: {wrong}"
                    raise ConfigError(f"webhook 'url' {url} invalid: {said}")


def _secret(secrets: Secrets, namespace: str, selector: object) -> str:
    fields = mapping(selector)
    name, key = text(fields, "name"), text(fields, "key")
    secret = secrets.get((namespace, name))
    if secret is None:
        raise ConfigError(f"unable to get secret {quote(name)}: secrets {quote(name)} not found")
    if key not in secret:
        raise ConfigError(f"key {quote(key)} in secret {quote(name)} not found")
    return secret[key]


# The base


def _initial(base: Mapping[str, object]) -> dict[str, object]:
    """The base configuration as the operator takes it over; raises ConfigError when it refuses it."""
    prefix = "failed to initialize from secret: "
    try:
        read(base, classic=True)
        for receiver in items(base.get("receivers")):
            for discord in items(receiver.get("discord_configs")):
                unknown = next((name for name in discord if name not in _DISCORD_FIELDS), None)
                if unknown is not None:
                    said = f"field {unknown} not found in type alertmanager.discordConfig"
                    raise ConfigError(f"yaml: unmarshal errors:\n  {said}")
    except ConfigError as error:
        raise ConfigError(prefix + error.message, error.path) from None
    return {
        **without_empty({"global": base.get("global")}),
        "route": render_route(mapping(base.get("route"))),
        "inhibit_rules": [render_inhibit_rule(rule) for rule in items(base.get("inhibit_rules"))],
        "receivers": [render_receiver(receiver) for receiver in items(base.get("receivers"))],
        "mute_time_intervals": [_base_interval(named) for named in items(base.get("mute_time_intervals"))],
        "time_intervals": [_base_interval(named) for named in items(base.get("time_intervals"))],
        "templates": texts(base.get("templates")),
    }


def _base_interval(named: Fields) -> dict[str, object]:
    from obs.sim.routing.intervals import read_interval

    parts = [render_interval(read_interval(Reader(), part)) for part in items(named.get("time_intervals"))]
    return {"name": text(named, "name"), "time_intervals": parts}


# Conversion


class _Builder:
    def __init__(self, config: dict[str, object], spec: Fields, secrets: Secrets) -> None:
        self.config = config
        self.secrets = secrets
        strategy = text(mapping(spec.get("alertmanagerConfigMatcherStrategy")), "type")
        self.enforces_namespace = strategy != "None"

    def add(self, configs: Sequence[Fields]) -> dict[str, object]:
        """The configuration with the objects in it; empty lists are left out, but for the templates."""
        routes: list[object] = []
        added: dict[str, list[object]] = {"inhibit_rules": [], "receivers": [], "mute_time_intervals": []}
        for config in configs:
            owner = identity(config)
            spec = mapping(config.get("spec"))
            added["inhibit_rules"] += [
                self.inhibit_rule(rule, owner) for rule in items(spec.get("inhibitRules"))
            ]
            if spec.get("route") is None:
                # Receivers and intervals without a route are not taken over.
                continue
            routes.append(self.top_route(mapping(spec["route"]), owner))
            try:
                added["receivers"] += [self.receiver(one, owner) for one in items(spec.get("receivers"))]
            except ConfigError as error:
                message = f"AlertmanagerConfig {'/'.join(owner)}: {error.message}"
                raise ConfigError(f"failed to generate Alertmanager configuration: {message}") from None
            added["mute_time_intervals"] += [
                _mute_interval(one, owner) for one in items(spec.get("muteTimeIntervals"))
            ]
        out = dict(self.config)
        for name, more in added.items():
            known = out[name]
            assert isinstance(known, list)
            out[name] = [*known, *more]
        route = dict(mapping(out["route"]))
        children = route.get("routes")
        route["routes"] = [*routes, *(children if isinstance(children, list) else ())]
        out["route"] = render_route(route)
        return {name: value for name, value in out.items() if value or name == "templates"}

    def top_route(self, route: Fields, owner: tuple[str, str]) -> dict[str, object]:
        converted = _route(route, owner)
        if self.enforces_namespace:
            known = converted.get("matchers")
            own = _matcher("namespace", "=", owner[0])
            converted["matchers"] = [*(known if isinstance(known, list) else ()), own]
        converted["continue"] = True
        return render_route(converted)

    def inhibit_rule(self, rule: Fields, owner: tuple[str, str]) -> dict[str, object]:
        sides: dict[str, object] = {}
        for side in ("target", "source"):
            found = [_v2_matcher(matcher) for matcher in items(rule.get(f"{side}Match"))]
            own = _matcher("namespace", "=", owner[0])
            if self.enforces_namespace and own not in found:
                found.append(own)
            sides[f"{side}_matchers"] = found
        return render_inhibit_rule({**sides, "equal": texts(rule.get("equal"))})

    def receiver(self, receiver: Fields, owner: tuple[str, str]) -> dict[str, object]:
        out: dict[str, object] = {"name": _named(text(receiver, "name"), owner)}
        for kind, (snake, title, convert) in _INTEGRATIONS.items():
            converted: list[object] = []
            for index, one in enumerate(items(receiver.get(kind))):
                try:
                    converted.append(convert(self, one, owner[0]))
                except ConfigError as error:
                    raise ConfigError(f"{title}[{index}]: {error.message}") from None
            if converted:
                out[snake] = converted
        for kind, value in receiver.items():
            if kind.endswith("Configs") and kind not in _INTEGRATIONS and value:
                raise ConfigError(f"not supported: {kind}")
        return out

    def discord(self, one: Fields, namespace: str) -> dict[str, object]:
        fields = {
            "http_config": _http(one.get("httpConfig")),
            "webhook_url": self.url(namespace, one.get("apiURL")),
            "title": one.get("title"),
            "message": one.get("message"),
        }
        return {**_send_resolved(one), **without_empty(fields)}

    def webhook(self, one: Fields, namespace: str) -> dict[str, object]:
        secret = one.get("urlSecret")
        fields = {
            "url": self.url(namespace, secret) if secret is not None else one.get("url"),
            "http_config": _http(one.get("httpConfig")),
            "max_alerts": one.get("maxAlerts"),
        }
        return {**_send_resolved(one), **without_empty(fields)}

    def slack(self, one: Fields, namespace: str) -> dict[str, object]:
        fields: dict[str, object] = {"http_config": _http(one.get("httpConfig"))}
        if one.get("apiURL") is not None:
            fields["api_url"] = self.url(namespace, one["apiURL"])
        for name, value in one.items():
            if name in ("actions", "fields") and value:
                raise ConfigError(f"not supported: slackConfigs.{name}")
            if name not in ("apiURL", "httpConfig", "sendResolved"):
                fields[_snake(name)] = value
        return {**_send_resolved(one), **without_empty(fields)}

    def url(self, namespace: str, selector: object) -> str:
        try:
            url = _secret(self.secrets, namespace, selector).strip()
        except ConfigError as error:
            raise ConfigError(f"failed to get URL: {error.message}") from None
        wrong = wrong_url(url)
        if wrong is not None:
            key, name = text(mapping(selector), "key"), text(mapping(selector), "name")
            said = f"validate url from string failed for {url}: {wrong}"
            raise ConfigError(
                f"invalid URL {quote(url)} in key {quote(key)} from secret {quote(name)}: {said}"
            )
        return url


_Convert = Callable[[_Builder, Fields, str], dict[str, object]]
_INTEGRATIONS: dict[str, tuple[str, str, _Convert]] = {
    "slackConfigs": ("slack_configs", "SlackConfig", _Builder.slack),
    "webhookConfigs": ("webhook_configs", "WebhookConfig", _Builder.webhook),
    "discordConfigs": ("discord_configs", "DiscordConfig", _Builder.discord),
}


def _send_resolved(one: Fields) -> dict[str, object]:
    return {} if one.get("sendResolved") is None else {"send_resolved": one["sendResolved"]}


def _http(value: object) -> dict[str, object]:
    fields = mapping(value)
    known = {"followRedirects": "follow_redirects", "proxyURL": "proxy_url"}
    for name in fields:
        if name not in known:
            raise ConfigError(f"not supported: httpConfig.{name}")
    return {known[name]: item for name, item in fields.items() if item is not None}


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z]+)", lambda found: "_" + found.group().lower(), name)


def _named(name: str, owner: tuple[str, str]) -> str:
    return f"{owner[0]}/{owner[1]}/{name}" if name else ""


def _matcher(name: str, operator: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
    return f'{name}{operator}"{escaped}"'


def _v2_matcher(matcher: Fields) -> str:
    operator = text(matcher, "matchType") or ("=~" if matcher.get("regex") else "=")
    return _matcher(text(matcher, "name"), operator, text(matcher, "value"))


def _route(route: Fields, owner: tuple[str, str]) -> dict[str, object]:
    given = items(route.get("matchers"))
    old = [matcher for matcher in given if not text(matcher, "matchType")]
    fields: dict[str, object] = {
        "receiver": _named(text(route, "receiver"), owner),
        "group_by": texts(route.get("groupBy")),
        "match": {text(one, "name"): text(one, "value") for one in old if not one.get("regex")},
        "match_re": {text(one, "name"): text(one, "value") for one in old if one.get("regex")},
        "matchers": [_v2_matcher(matcher) for matcher in given if text(matcher, "matchType")],
        "continue": bool(route.get("continue")),
        "routes": [_route(child, owner) for child in items(route.get("routes"))],
        "group_wait": text(route, "groupWait"),
        "group_interval": text(route, "groupInterval"),
        "repeat_interval": text(route, "repeatInterval"),
        "mute_time_intervals": [_named(name, owner) for name in texts(route.get("muteTimeIntervals"))],
        "active_time_intervals": [_named(name, owner) for name in texts(route.get("activeTimeIntervals"))],
    }
    return fields


def _mute_interval(interval: Fields, owner: tuple[str, str]) -> dict[str, object]:
    parts = [render_interval(part) for part in read_mute_interval(interval)]
    # Without a part the operator forgets the name, and Alertmanager then refuses the whole configuration.
    return {"name": _named(text(interval, "name"), owner) if parts else "", "time_intervals": parts}
