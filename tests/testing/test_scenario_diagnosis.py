"""Every link of the chain, broken on purpose: a scenario that fails names it and says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

import pytest

from obs import api
from obs.sim import relabel
from obs.sim.routing import read
from obs.testing import Scenario, cpu, pod_cpu, series, spring
from obs.testing.scenario.emulator import Emulator
from obs.testing.scenario.evaluators import evaluator
from obs.testing.scenario.platform import Platform, platform_of

Change = Callable[[Platform], Platform]
Story = Callable[[Scenario], None]
COUNTER = "promtail_custom_spring_error_logs_total"
ALERT = "SpringErrorLogsDetected"


@pytest.fixture(scope="module")
def platform() -> Platform:
    return platform_of(api.load_program(api.read_settings()))


# What is changed


def same(platform: Platform) -> Platform:
    return platform


def stages(*listed: object) -> Change:
    return lambda platform: replace(platform, stages=list(listed))


def rule(name: str, **fields: object) -> Change:
    def change(platform: Platform) -> Platform:
        groups = [
            {
                **group,
                "rules": [
                    {**one, **fields} if one.get("alert") == name else one
                    for one in cast("Sequence[Mapping[str, object]]", group["rules"])
                ],
            }
            for group in platform.groups
        ]
        return replace(platform, groups=tuple(groups))

    return change


def target(name: str, **fields: object) -> Change:
    def change(platform: Platform) -> Platform:
        found = [replace(one, **fields) if one.name == name else one for one in platform.targets]  # type: ignore[arg-type]
        return replace(platform, targets=tuple(found))

    return change


def routing(**fields: object) -> Change:
    """A tree of its own: to Discord by way of what is given, else to null."""
    config = {
        "route": {
            "receiver": "null",
            "group_by": ["alertname"],
            "routes": [{"receiver": "discord", "matchers": ['severity="critical"'], **fields}],
        },
        "receivers": [
            {"name": "null"},
            {"name": "discord", "discord_configs": [{"webhook_url": "http://127.0.0.1/x"}]},
        ],
        "time_intervals": [
            {"name": "night", "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "08:00"}]}]}
        ],
        "inhibit_rules": [
            {"source_matchers": ['alertname="Outage"'], "target_matchers": [f'alertname="{ALERT}"']}
        ],
    }
    return lambda platform: replace(platform, routing=read(config))


def all_to_discord(**fields: object) -> Change:
    return routing(matchers=[], **fields)


def message(template: str) -> Change:
    def change(platform: Platform) -> Platform:
        assert platform.routing is not None
        receivers = [
            replace(one, discord=tuple(replace(each, message=template, title="") for each in one.discord))
            for one in platform.routing.receivers
        ]
        return replace(platform, routing=replace(platform.routing, receivers=tuple(receivers)))

    return change


# What happens


def one_error(scenario: Scenario) -> None:
    scenario.log("gateway", spring())


def busy_node(scenario: Scenario) -> None:
    scenario.given(cpu("a").hold(95))


def metrics(**config: object) -> dict[str, object]:
    return {
        "metrics": {"spring_error_logs_total": {"type": "Counter", "config": {"action": "inc"}, **config}}
    }


def then(*stories: Story) -> Story:
    def both(scenario: Scenario) -> None:
        for story in stories:
            story(scenario)

    return both


INCREASE = f"sum by (namespace, pod) (increase({COUNTER}[5m])) > 0"
CRI: dict[str, object] = {"cri": {}}
MATCH_ALL = metrics(config={"action": "inc", "match_all": True})

CASES: list[tuple[str, Change, Story, str]] = [
    # The three breakages that the platform really had.
    (
        "it never increments",
        stages(CRI, {"regex": {"expression": ".* ERROR [0-9]+ --- .*"}}, metrics()),
        one_error,
        "dies at metrics stage: source `spring_error_logs_total` was never extracted",
    ),
    (
        "it names the pod of Promtail",
        target("promtail", metric_relabelings=()),
        one_error,
        "goes wrong at scrape labels: scraped as exported_pod",
    ),
    (
        "it never fires for a single error",
        rule(ALERT, expr=INCREASE),
        one_error,
        "dies at the rule: increase() of a series that was born at 1 is 0",
    ),
    # The pipeline.
    (
        "a pipeline that Promtail refuses",
        stages(CRI, {"regex": {"expression": "("}}, metrics()),
        one_error,
        "dies at the pipeline: Promtail refuses the pipeline: invalid regex stage config",
    ),
    (
        "a line that is dropped",
        stages(CRI, {"drop": {"expression": ".*boom.*"}}, MATCH_ALL),
        one_error,
        "dies at the pipeline: stage 2 drop: dropped (drop_stage)",
    ),
    (
        "a selector that refuses the labels",
        stages(CRI, {"match": {"selector": '{namespace="user"}', "stages": [MATCH_ALL]}}),
        one_error,
        "dies at metrics stage: the match of stage 2 asks for namespace=\"user\", and namespace is 'gateway'",
    ),
    (
        "a selector that refuses the line",
        stages(CRI, {"match": {"selector": '{namespace=~".+"} |~ "FATAL"', "stages": [MATCH_ALL]}}),
        one_error,
        "dies at metrics stage: the match of stage 2 asks for |~ 'FATAL', and the line is",
    ),
    (
        "a regex that does not match",
        stages(CRI, {"regex": {"expression": "(?P<level>FATAL)"}}, metrics(source="level")),
        one_error,
        "source `level` was never extracted (extracted: content, flags, stream, time); the regex of stage 2 does not match the line",
    ),
    (
        "a value that is not counted",
        stages(
            CRI,
            {"regex": {"expression": " (?P<level>ERROR) "}},
            metrics(source="level", config={"action": "inc", "value": "WARN"}),
        ),
        one_error,
        "dies at metrics stage: source `level` is 'ERROR', and only 'WARN' is counted",
    ),
    (
        "a counter of another name",
        stages(
            CRI,
            {
                "metrics": {
                    "errors_total": {"type": "Counter", "config": {"action": "inc", "match_all": True}}
                }
            },
        ),
        one_error,
        f"dies at the rule: nothing was ever stored under {COUNTER}",
    ),
    # The scrape.
    (
        "two counters of one name",
        stages(CRI, MATCH_ALL, MATCH_ALL),
        one_error,
        "dies at the scrape: promtail was never scraped with success: Promtail answers 500",
    ),
    (
        "a target that is down",
        same,
        then(one_error, lambda scenario: scenario.missed("promtail", at="0m", until="10m")),
        "dies at the scrape: promtail was never scraped with success: the scenario leaves this scrape out",
    ),
    (
        "a counter whose idle time is over before the scrape",
        stages(CRI, metrics(max_idle_duration="1m", config={"action": "inc", "match_all": True})),
        then(one_error, lambda scenario: scenario.restart("promtail", at="5s")),
        "dies at the scrape: promtail no longer had",
    ),
    (
        "relabelling that drops it",
        target(
            "promtail", metric_relabelings=(relabel.Step("drop", ("__name__",), regex="promtail_custom_.*"),)
        ),
        one_error,
        f"dies at the scrape: metric relabelling drops {COUNTER}: drop __name__ 'promtail_custom_.*'",
    ),
    (
        "a target that is switched off",
        target("node-exporter", off="enabled: true in the values"),
        busy_node,
        "dies at the scrape: node-exporter was never scraped with success: it is switched off; enabled: true in the values",
    ),
    # The rule.
    (
        "a selector that asks for another label",
        rule(ALERT, expr=f'sum by (namespace, pod) ({COUNTER}{{app="shop"}}) > 0'),
        one_error,
        f"dies at the rule: {COUNTER} is asked for app=\"shop\", and its app is 'gateway'",
    ),
    (
        "a threshold that is not reached",
        same,
        lambda scenario: scenario.given(cpu("a").hold(60)),
        "was 0.6 at 5m, and the rule asks for > 0.80",
    ),
    (
        "sides that never meet",
        rule("HighNodeCPUUsage", expr="node_cpu_seconds_total / on (job) node_boot_time_seconds > 0"),
        then(busy_node, lambda scenario: scenario.stored('node_boot_time_seconds{job="x"}', "1x30")),
        "dies at the rule: `/` finds no pair: left has {",
    ),
    (
        "an evaluation that fails",
        rule("HighNodeCPUUsage", expr="node_cpu_seconds_total / on (job) node_cpu_seconds_total > 0"),
        busy_node,
        "dies at the rule: its evaluation fails: found duplicate series for the match group",
    ),
    (
        "a limit that the pod does not have",
        same,
        lambda scenario: scenario.given(pod_cpu("gateway", "gateway-1", limit=None).hold(95)),
        "dies at the rule: nothing was ever stored under kube_pod_container_resource_limits",
    ),
    (
        "rules that Prometheus refuses",
        rule(ALERT, expr="sum("),
        one_error,
        "dies at the rule: Prometheus refuses the rules",
    ),
    # `for`.
    (
        "a condition that is too short",
        rule(ALERT, **{"for": "10m"}),
        one_error,
        "dies at for: pending for 5m up to 5m30s, and `for` asks for 10m",
    ),
    (
        "a run that is too short",
        same,
        lambda scenario: scenario.log("gateway", spring(), at="9m"),
        "dies at for: pending since 9m30s, it would fire at 10m30s; the run ends at 10m",
    ),
    # Alertmanager.
    (
        "Alertmanager is away",
        same,
        then(one_error, lambda scenario: scenario.down("alertmanager", at="0m")),
        "dies at Alertmanager: Alertmanager was not running",
    ),
    (
        "no route at all",
        lambda platform: replace(platform, routing=None, routing_problem="the project defines no route"),
        one_error,
        "dies at Alertmanager: the project defines no route",
    ),
    (
        "a route that asks for another severity",
        routing(),
        one_error,
        "dies at the route: goes to null; discord refuses it at matcher severity=\"critical\": severity is 'warning'",
    ),
    (
        "a route that asks for a label that is not there",
        routing(matchers=['team="shop"']),
        one_error,
        'discord refuses it at matcher team="shop": team is missing',
    ),
    (
        "a route that another one hides",
        same,
        lambda scenario: scenario.fire("Watchdog", severity="none"),
        'dies at the route: goes to null (taken by alertname=~"Watchdog|',
    ),
    (
        "an alert that another one mutes",
        all_to_discord(),
        then(one_error, lambda scenario: scenario.fire("Outage")),
        "dies at inhibition: inhibited at 2m by Outage",
    ),
    (
        "an hour that is muted",
        all_to_discord(mute_time_intervals=["night"]),
        one_error,
        "dies at mute time: muted at 2m by the time interval night",
    ),
    (
        "a group that waits longer than the run",
        all_to_discord(group_wait="20m"),
        one_error,
        "dies at group: group_wait ends at 21m30s, and the run at 10m",
    ),
    (
        "an alert that is over before its group is told",
        all_to_discord(group_wait="6m"),
        one_error,
        "dies at group: it was over at 5m30s, before its group's first message",
    ),
    # The message and Discord.
    (
        "a template that fails",
        message('{{ template "nowhere" . }}'),
        one_error,
        'dies at message template: discord-webhook: template "nowhere" not defined',
    ),
    (
        "an empty message",
        message(""),
        one_error,
        "dies at Discord: Discord answered 400 (Cannot send an empty message (50006))",
    ),
    (
        "Discord is down",
        same,
        then(one_error, lambda scenario: scenario.down("discord")),
        "dies at Discord: Discord did not answer (the connection is refused)",
    ),
    (
        "too many requests",
        same,
        then(one_error, lambda scenario: scenario.discord_answers(429, retry_after=1)),
        "Alertmanager does not try again before the next flush",
    ),
]


@pytest.mark.parametrize(
    ("change", "story", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_link_is_named(platform: Platform, change: Change, story: Story, said: str) -> None:
    scenario = Scenario(Emulator(change(platform), evaluator()))
    story(scenario)
    scenario.run("10m")
    assert said in scenario.explain()
    if not scenario.discord:
        with pytest.raises(AssertionError) as caught:
            scenario.discord.only()
        assert said in str(caught.value)


def test_a_scenario_without_a_line(platform: Platform) -> None:
    scenario = Scenario(Emulator(platform, evaluator()))
    busy_node(scenario)
    scenario.run("1m")
    assert "dies at log line: the scenario writes none" in scenario.explain(ALERT)


def test_a_message_that_names_promtails_pod_says_so_where_the_test_looks(platform: Platform) -> None:
    scenario = Scenario(Emulator(target("promtail", metric_relabelings=())(platform), evaluator()))
    one_error(scenario)
    scenario.run("4m")
    assert "monitoring-promtail-" in scenario.discord.only().text
    assert 'pod is "monitoring-promtail-' in scenario.explain(ALERT)


def test_a_metric_that_no_target_has_is_refused(platform: Platform) -> None:
    scenario = Scenario(Emulator(platform, evaluator()))
    with pytest.raises(Exception, match="no target of the project exposes nobody_knows_total"):
        scenario.given(series("nobody_knows_total").hold(1))
