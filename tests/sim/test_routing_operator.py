"""The configuration that prometheus-operator 0.77 makes of AlertmanagerConfig objects."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from obs.formats.yaml import dumps, loads
from obs.sim.routing import Cluster, ConfigError, Effective, build_tree, effective, receivers_for
from obs.sim.routing.operator import DEFAULT_BASE
from obs.testing.control_plane import ControlPlane

WEBHOOK = "http://127.0.0.1:9/api/webhooks/1/x"
SECRETS = {("monitoring", "discord-webhook"): {"url": f" {WEBHOOK}\n", "bad": "discord", "empty": ""}}

ALERTMANAGER: dict[str, Any] = {
    "apiVersion": "monitoring.coreos.com/v1",
    "kind": "Alertmanager",
    "metadata": {"name": "main", "namespace": "monitoring"},
    "spec": {
        "version": "v0.27.0",
        "replicas": 1,
        "alertmanagerConfigSelector": {"matchLabels": {"release": "monitoring"}},
        "alertmanagerConfigNamespaceSelector": {},
        "alertmanagerConfigMatcherStrategy": {"type": "None"},
        "configSecret": "base",
    },
}
BASE: dict[str, Any] = {
    "global": {"resolve_timeout": "5m"},
    "route": {
        "receiver": "null",
        "group_by": ["namespace"],
        "group_wait": "30s",
        "repeat_interval": "12h",
        "routes": [{"receiver": "null", "matchers": ['alertname = "Watchdog"'], "continue": False}],
    },
    "inhibit_rules": [
        {
            "source_matchers": ['severity = "critical"'],
            "target_matchers": ['severity =~ "warning|info"'],
            "equal": ["namespace", "alertname"],
        }
    ],
    "receivers": [{"name": "null"}],
    "templates": ["/etc/alertmanager/config/*.tmpl"],
}
DISCORD: dict[str, Any] = {
    "apiVersion": "monitoring.coreos.com/v1alpha1",
    "kind": "AlertmanagerConfig",
    "metadata": {"name": "monitoring-discord", "namespace": "monitoring", "labels": {"release": "monitoring"}},
    "spec": {
        "route": {
            "receiver": "null",
            "groupBy": ["alertname", "namespace", "pod"],
            "groupWait": "30s",
            "groupInterval": "5m",
            "repeatInterval": "4h",
            "routes": [
                {"receiver": "null", "matchers": [{"name": "alertname", "matchType": "=~", "value": "Watchdog|PrometheusRuleFailures"}]},
                {
                    "receiver": "discord-webhook",
                    "matchers": [{"name": "alertname", "matchType": "=~", "value": 'Spring.*|High"q\\\\'}],
                    "muteTimeIntervals": ["nights"],
                    "continue": True,
                },
                {"receiver": "discord-webhook", "matchers": [{"name": "a", "value": "b"}, {"name": "c", "value": "d.*", "regex": True}]},
            ],
        },
        "receivers": [
            {"name": "null"},
            {
                "name": "discord-webhook",
                "discordConfigs": [{"apiURL": {"name": "discord-webhook", "key": "url"}, "sendResolved": True, "title": "{{ .Status }}", "message": "한글\n{{ len .Alerts }}"}],
            },
        ],
        "inhibitRules": [{"sourceMatch": [{"name": "severity", "value": "critical", "matchType": "="}], "targetMatch": [{"name": "severity", "value": "warn.*", "regex": True}], "equal": ["namespace"]}],
        "muteTimeIntervals": [
            {
                "name": "nights",
                "timeIntervals": [
                    {"times": [{"startTime": "22:00", "endTime": "24:00"}], "weekdays": ["Monday:friday", "sunday"], "daysOfMonth": [{"start": 1, "end": 5}, {"start": -1, "end": -1}], "months": ["may:august", "12"], "years": ["2024:2030", "2031"]}
                ],
            }
        ],
    },
}  # fmt: skip


def changed(original: Mapping[str, Any], *path: str | int, to: object) -> dict[str, Any]:
    """A copy with one field set."""
    copied = copy.deepcopy(dict(original))
    place: Any = copied
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = to
    return copied


def other(name: str, namespace: str = "gateway", **spec: object) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace, "labels": {"release": "monitoring"}}
    return {
        "apiVersion": DISCORD["apiVersion"],
        "kind": DISCORD["kind"],
        "metadata": metadata,
        "spec": {"route": {"receiver": "x"}, "receivers": [{"name": "x"}], **spec},
    }


def made(
    *configs: Mapping[str, Any],
    alertmanager: Mapping[str, Any] = ALERTMANAGER,
    base: Mapping[str, Any] = BASE,
) -> Effective:
    return effective(alertmanager, configs, base, Cluster(SECRETS))


def test_the_platform() -> None:
    result = made(DISCORD)
    assert result.error is None
    assert result.skipped == ()
    config = result.loaded()
    root = build_tree(config)
    assert [(node.receiver, node.continue_) for node in root.children] == [
        ("monitoring/monitoring-discord/null", True),
        ("null", False),
    ]
    prefix = "monitoring/monitoring-discord"
    for labels, receivers in [
        ({"alertname": "SpringErrorLogsDetected", "namespace": "user"}, (f"{prefix}/discord-webhook",)),
        ({"alertname": "Watchdog"}, (f"{prefix}/null", "null")),
        ({"alertname": "Else"}, (f"{prefix}/null",)),
        ({"a": "b", "c": "de"}, (f"{prefix}/discord-webhook",)),
    ]:
        assert receivers_for(root, labels) == receivers
    assert config.receiver(f"{prefix}/discord-webhook").discord[0].webhook_url == WEBHOOK


def test_the_namespace_is_enforced_unless_told_not_to() -> None:
    strict = changed(ALERTMANAGER, "spec", "alertmanagerConfigMatcherStrategy", to={"type": "OnNamespace"})
    del strict["spec"]["alertmanagerConfigMatcherStrategy"]
    result = made(DISCORD, alertmanager=strict)
    root = build_tree(result.loaded())
    assert [str(matcher) for matcher in root.children[0].matchers] == ['namespace="monitoring"']
    assert receivers_for(root, {"alertname": "SpringErrorLogsDetected", "namespace": "gateway"}) == ("null",)
    assert result.config is not None
    assert result.config["inhibit_rules"][1] == {
        "target_matchers": ['severity=~"warn.*"', 'namespace="monitoring"'],
        "source_matchers": ['severity="critical"', 'namespace="monitoring"'],
        "equal": ["namespace"],
    }  # fmt: skip


def test_objects_are_in_order_of_their_names() -> None:
    result = made(other("b"), other("a"), DISCORD, other("c", "apps"))
    root = build_tree(result.loaded())
    assert [node.receiver for node in root.children] == [
        "apps/c/x",
        "gateway/a/x",
        "gateway/b/x",
        "monitoring/monitoring-discord/null",
        "null",
    ]


def test_without_a_route_only_inhibition_counts() -> None:
    quiet = other(
        "quiet",
        inhibitRules=[
            {"sourceMatch": [{"name": "a", "value": "b"}], "targetMatch": [{"name": "c", "value": "d"}]}
        ],
    )
    quiet["spec"]["route"] = None
    result = made(quiet)
    assert result.config is not None
    assert [receiver["name"] for receiver in result.config["receivers"]] == ["null"]
    assert len(result.config["inhibit_rules"]) == 2


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (changed(DISCORD, "spec", "route", "receiver", to="nobody"), 'receiver "nobody" not found'),
        (changed(DISCORD, "spec", "route", "receiver", to=""), "root route must define a receiver"),
        (changed(DISCORD, "spec", "route", "routes", 1, "receiver", to="no"), 'route[1]: receiver "no" not found'),
        (changed(DISCORD, "spec", "route", "groupBy", to=["a", "a"]), "duplicate values not permitted in route 'groupBy': [a a]"),
        (changed(DISCORD, "spec", "route", "groupBy", to=["...", "a"]), "'...' must be a sole value in route 'groupBy': [... a]"),
        (changed(DISCORD, "spec", "route", "groupWait", to="soon"), "groupWait soon does not match required regex: ^(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?$"),
        (changed(DISCORD, "spec", "route", "routes", 0, "matchers", 0, "matchType", to="=="), "route[0]: matcher[0]: invalid 'matchType' '==' provided'"),
        (changed(DISCORD, "spec", "route", "routes", 0, "group_by", to=["a"]), 'route[0]: json: unknown field "group_by"'),
        (changed(DISCORD, "spec", "route", "routes", 1, "muteTimeIntervals", to=["x"]), 'route[1]: mute time interval "x" not found'),
        (changed(DISCORD, "spec", "receivers", 1, "name", to="null"), '"null" receiver is not unique: %!w(<nil>)'),
        (changed(DISCORD, "spec", "receivers", 1, "discordConfigs", 0, "apiURL", "name", to="absent"), 'failed to retrieve API URL: unable to get secret "absent": secrets "absent" not found'),
        (changed(DISCORD, "spec", "receivers", 1, "discordConfigs", 0, "apiURL", "key", to="no"), 'failed to retrieve API URL: key "no" in secret "discord-webhook" not found'),
        (changed(DISCORD, "spec", "muteTimeIntervals", 0, "timeIntervals", 0, "weekdays", to=["friday:monday"]), "mute time interval[0] is invalid: weekday range at 0 is invalid: start day cannot be before end day"),
        (changed(DISCORD, "spec", "receivers", 1, "webhookConfigs", to=[{}]), "failed to validate 'webhookConfig' - receiver discord-webhook: one of 'url' or 'urlSecret' must be specified"),
    ],
)  # fmt: skip
def test_a_rejected_object_is_left_out(config: dict[str, Any], reason: str) -> None:
    result = made(config, other("fine"))
    assert [(skipped.name, skipped.reason, skipped.rejected) for skipped in result.skipped] == [
        ("monitoring-discord", reason, True)
    ]
    assert receivers_for(build_tree(result.loaded()), {}) == ("gateway/fine/x",)


def test_a_secret_without_a_url_stops_everything() -> None:
    broken = changed(DISCORD, "spec", "receivers", 1, "discordConfigs", 0, "apiURL", "key", to="bad")
    result = made(broken, other("fine"))
    assert result.config is None
    assert result.error == (
        "failed to generate Alertmanager configuration: AlertmanagerConfig monitoring/monitoring-discord: DiscordConfig[0]: "
        'invalid URL "discord" in key "bad" from secret "discord-webhook": validate url from string failed for discord: '
        'unsupported scheme "" for URL'
    )
    with pytest.raises(ConfigError):
        result.loaded()


@pytest.mark.parametrize(
    ("base", "error"),
    [
        ({"route": {"receiver": "x"}}, 'failed to initialize from secret: undefined receiver "x" used in route'),
        (
            {**BASE, "receivers": [{"name": "null"}, {"name": "d", "discord_configs": [{"webhook_url": WEBHOOK, "webhook_url_file": ""}]}]},
            "failed to initialize from secret: yaml: unmarshal errors:\n  field webhook_url_file not found in type alertmanager.discordConfig",
        ),
        # The operator still reads matchers with the classic parser.
        ({**BASE, "inhibit_rules": [{"source_matchers": ['"é"=x']}]}, 'failed to initialize from secret: bad matcher format: "é"=x'),
    ],
)  # fmt: skip
def test_a_base_that_is_refused(base: dict[str, Any], error: str) -> None:
    assert made(DISCORD, base=base).error == error


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (
            changed(DISCORD, "metadata", "labels", to={}),
            "the labels of monitoring/monitoring-discord are not taken by alertmanagerConfigSelector",
        ),
        (
            changed(DISCORD, "metadata", "labels", to={"release": "x"}),
            "the labels of monitoring/monitoring-discord are not taken by alertmanagerConfigSelector",
        ),
    ],
)
def test_an_object_that_is_not_selected(config: dict[str, Any], reason: str) -> None:
    result = made(config)
    assert [(skipped.reason, skipped.rejected) for skipped in result.skipped] == [(reason, False)]


def test_selection_by_namespace() -> None:
    own = copy.deepcopy(ALERTMANAGER)
    del own["spec"]["alertmanagerConfigNamespaceSelector"]
    assert [skipped.name for skipped in made(DISCORD, other("a"), alertmanager=own).skipped] == ["a"]
    labelled = changed(
        own,
        "spec",
        "alertmanagerConfigNamespaceSelector",
        to={"matchExpressions": [{"key": "team", "operator": "In", "values": ["web"]}]},
    )
    cluster = Cluster(SECRETS, {"gateway": {"team": "web"}})
    assert [
        skipped.name for skipped in effective(labelled, [DISCORD, other("a")], BASE, cluster).skipped
    ] == ["monitoring-discord"]


def test_without_a_selector_the_secret_counts_alone() -> None:
    plain = copy.deepcopy(ALERTMANAGER)
    del plain["spec"]["alertmanagerConfigSelector"]
    assert made(DISCORD, alertmanager=plain).config == BASE
    assert effective(ALERTMANAGER, []).config == {**DEFAULT_BASE, "templates": []}


NAMESPACES = ("monitoring", "gateway")


@pytest.mark.parametrize("strategy", ["None", "OnNamespace"])
def test_the_real_operator_makes_the_same(control_plane: ControlPlane, strategy: str) -> None:
    plane = control_plane
    for namespace in NAMESPACES:
        plane.namespace(namespace)
        plane.clear(namespace)
    plane.secret("monitoring", "discord-webhook", SECRETS["monitoring", "discord-webhook"])
    base = {
        **BASE,
        "time_intervals": [
            {
                "name": "t",
                "time_intervals": [
                    {
                        "times": [{"start_time": "00:00", "end_time": "24:00"}],
                        "weekdays": ["Monday:FRIDAY"],
                        "months": ["may:august", "3"],
                        "days_of_month": ["1:1", "-3:-1"],
                        "years": ["2024"],
                        "location": "Asia/Seoul",
                    }
                ],
            }
        ],
        "receivers": [
            *BASE["receivers"],
            {"name": "d", "discord_configs": [{"webhook_url": WEBHOOK, "send_resolved": False, "title": ""}]},
        ],
    }
    plane.secret("monitoring", "base", {"alertmanager.yaml": dumps(base)})
    alertmanager = changed(ALERTMANAGER, "spec", "alertmanagerConfigMatcherStrategy", to={"type": strategy})
    slack = {
        "apiURL": {"name": "hook", "key": "url"},
        "iconEmoji": ":x:",
        "linkNames": True,
        "mrkdwnIn": ["text"],
    }
    webhooks = [
        {"url": "https://h/x", "maxAlerts": 5, "sendResolved": False},
        {"urlSecret": {"name": "hook", "key": "url"}},
    ]
    hooked = other(
        "hooked",
        receivers=[{"name": "x", "webhookConfigs": webhooks, "slackConfigs": [slack]}],
        route={"receiver": "x", "groupBy": ["..."], "continue": False},
    )
    plane.secret("gateway", "hook", {"url": "https://h/y"})
    bad = other("bad", route={"receiver": "nobody"})
    configs = [DISCORD, hooked, bad, other("plain")]
    for manifest in (alertmanager, *configs):
        plane.apply(manifest, namespace=manifest["metadata"]["namespace"])
    plane.reconcile()
    real = loads(plane.generated_alertmanager("monitoring", "main"))
    secrets = {**SECRETS, ("gateway", "hook"): {"url": "https://h/y"}}
    result = effective(alertmanager, configs, base, Cluster(secrets))
    assert result.config == real
    assert [skipped.name for skipped in result.skipped] == ["bad"]
