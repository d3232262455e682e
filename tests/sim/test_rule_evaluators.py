"""The evaluator in Python against Prometheus's own engine: the platform's rules and others on random series."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

import pytest

from obs import api
from obs.lang.error import Unsupported
from obs.sim.notation import labels, split, values
from obs.sim.rules.engine import Engine
from obs.sim.rules.evaluator import Evaluation, Evaluator, RulesError, Settings
from obs.sim.rules.python import PythonRules
from obs.sim.scrape import STALE, Stored, Value
from obs.testing.scenario.platform import platform_of
from obs.testing.tools import Tools
from tests.conftest import unavailable

STEP = 30_000
BASE = 1_700_000_000_000


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    try:
        found = Engine(Tools.find().path("rule-engine"))
    except LookupError as error:
        unavailable(str(error))
    yield found
    found.close()


def test_the_engine_is_the_release_that_the_chart_runs(engine: Engine) -> None:
    assert engine.title == "Prometheus 2.55.0's own engine"


# What the platform's rules read, with labels that join, clash and miss.
SERIES = [
    *(
        {"__name__": "promtail_custom_spring_error_logs_total", "namespace": ns, "pod": pod, "stream": stream}
        for ns in ("gateway", "user")
        for pod in ("a", "b")
        for stream in ("stdout", "stderr")
    ),
    *(
        {"__name__": "node_cpu_seconds_total", "instance": instance, "cpu": cpu, "mode": mode}
        for instance in ("n1", "n2")
        for cpu in ("0", "1")
        for mode in ("idle", "user")
    ),
    *(
        {"__name__": "container_cpu_usage_seconds_total", "namespace": ns, "pod": "p", "container": container}
        for ns in ("gateway", "kube-system")
        for container in ("", "app", "proxy")
    ),
    *(
        {
            "__name__": "kube_pod_container_resource_limits",
            "namespace": ns,
            "pod": "p",
            "container": "app",
            "resource": resource,
        }
        for ns in ("gateway", "user")
        for resource in ("cpu", "memory")
    ),
    *(
        {"__name__": "asked_bucket", "dst": dst, "le": bound}
        for dst in ("user.user.svc:80", "odd")
        for bound in ("0.1", "0.5", "1.0", "1", "+Inf", "wrong")
    ),
]


def a_series(chance: random.Random) -> list[Value | None]:
    """A counter with gaps, resets, ends and odd values, or a gauge."""
    value, found = chance.choice([0.0, 1.0, 100.0]), list[Value | None]()
    born = chance.randrange(12) if chance.random() < 0.5 else 0
    step = chance.choice([0.0, 0.1, 1.0, 7.25, 30.0])
    for number in range(40):
        odds = chance.random()
        if number < born or odds < 0.08:
            found.append(None)
            continue
        if odds < 0.11:
            found.append(STALE)
            continue
        if odds < 0.13:
            value = 0.0
        if odds > 0.4:
            value += step * chance.random()
        found.append(float("nan") if odds > 0.99 else value)
    return found


def outcome(evaluation: Evaluation) -> object:
    """What must be equal; values to nine digits, as sums may be taken in another order."""
    rules = [
        (
            rule.group,
            rule.name,
            bool(rule.error),
            [
                (
                    sorted(one.labels.items()),
                    one.annotations,
                    one.state,
                    f"{float(one.value):.9g}",
                    one.active_at,
                    one.fired_at,
                )
                for one in rule.alerts
            ],
        )
        for rule in evaluation.rules
    ]
    sent = sorted(
        (sorted(one.labels.items()), one.starts_at, one.ends_at, one.resolved) for one in evaluation.sent
    )
    return rules, sent


def both_agree(
    evaluators: Sequence[Evaluator], groups: Sequence[Mapping[str, object]], seed: int, restart_at: int = -1
) -> None:
    chance = random.Random(seed)
    given = [(one, a_series(chance)) for one in SERIES if chance.random() < 0.9]
    for each in evaluators:
        each.reset(Settings({"cluster": "c"}, "http://prometheus"))
        each.load(groups, STEP)
    for number in range(40):
        at = BASE + number * STEP
        samples = [
            Stored(frozenset(one.items()), at, value)
            for one, points in given
            if (value := points[number]) is not None
        ]
        names = [str(group["name"]) for group in groups]
        outcomes = []
        for each in evaluators:
            if number == restart_at:
                each.load(groups, STEP, restart=True)
            each.append(samples)
            outcomes.append(outcome(each.evaluate(names, at + 10_000)))
        assert outcomes[0] == outcomes[1], f"seed {seed}, evaluation {number}"
    alerts = [[(one.labels, one.points) for one in each.stored("ALERTS")] for each in evaluators]
    assert alerts[0] == alerts[1], f"seed {seed}: ALERTS"


@pytest.mark.parametrize("seed", range(12))
def test_the_platforms_rules(engine: Engine, seed: int) -> None:
    platform = platform_of(api.load_program(api.read_settings()))
    both_agree((engine, PythonRules()), platform.groups, seed, restart_at=25 if seed % 3 == 0 else -1)


COUNTER = "promtail_custom_spring_error_logs_total"
OTHERS = [
    f"irate({COUNTER}[2m]) > 0",
    f"delta({COUNTER}[3m]) > 1",
    f"changes({COUNTER}[5m]) > 2",
    f"resets({COUNTER}[5m]) > 0",
    f"max_over_time({COUNTER}[2m]) - min_over_time({COUNTER}[2m]) > 0",
    f"avg_over_time({COUNTER}[2m]) > 1",
    f"sum without (stream) (rate({COUNTER}[1m])) > 0.01",
    f"max by (pod) ({COUNTER}) > bool 5",
    f"count by (namespace) ({COUNTER}) >= 2",
    f'absent({COUNTER}{{namespace="user", pod="a"}})',
    f'{COUNTER}{{pod=~"a|b", stream!="stderr"}} offset 1m > 1',
    f"{COUNTER} / on (namespace, pod) group_left sum by (namespace, pod) ({COUNTER}) > 0.3",
    f"-{COUNTER} < -3",
    f"vector(1) unless on () {COUNTER} > 100",
    f"clamp_max({COUNTER}, 3) == 3",
    "time() > 0",
    f"{COUNTER} == {COUNTER}",
    f"sum({COUNTER}) % 2 > 1",
    "histogram_quantile(0.9, sum by (le, dst) (rate(asked_bucket[3m]))) > 0.2",
    "histogram_quantile(0.5, asked_bucket) > 0",
    'histogram_quantile(0.5, asked_bucket{le!="+Inf"}) > 0',
    "histogram_quantile(1.5, asked_bucket) > 0",
    "histogram_quantile(0, asked_bucket) >= 0",
    f'label_replace({COUNTER}, "service", "x-$1", "namespace", "(g.*)") > 1',
    f'label_replace({COUNTER}, "pod", "", "pod", "a") > 1',
    f'label_replace({COUNTER}, "pod", "same", "pod", ".*") > 1',
    'sum by (service) (label_replace(asked_bucket, "service", "$1", "dst", "([^.]+)[.].+")) > 1',
]


@pytest.mark.parametrize("expr", OTHERS)
def test_other_expressions_that_it_knows(engine: Engine, expr: str) -> None:
    rules = [
        {"record": "a:b:c", "expr": expr.replace("time() > 0", "time()"), "labels": {"x": "y"}},
        {"alert": "A", "expr": expr, "for": "1m", "keep_firing_for": "1m", "labels": {"severity": "info"}},
    ]
    groups = [{"name": "g", "rules": rules}]
    if expr == "time() > 0":
        groups = [{"name": "g", "rules": rules[:1]}]
    both_agree((engine, PythonRules()), groups, 3)


@pytest.mark.parametrize(
    ("expr", "named"),
    [
        ("quantile_over_time(0.9, x[5m])", "quantile_over_time"),
        ("topk(3, x)", "topk"),
        ("rate(x[5m:1m])", "subquery"),
        ("x @ 0", "x @ 0"),
        ("deriv(x[5m])", "deriv"),
        ("x atan2 y", "atan2"),
    ],
)
def test_what_it_does_not_know_it_names(expr: str, named: str) -> None:
    rules = PythonRules()
    rules.load([{"name": "g", "rules": [{"record": "r", "expr": expr}]}], STEP)
    with pytest.raises(Unsupported, match=named):
        rules.evaluate(["g"], BASE)


@pytest.mark.parametrize(
    "text",
    [
        "up 1",
        'up{job="x"} 1 2 3',
        "up 1x3",
        "up 0+10x3",
        "up 1-1x3 _ _x2 5",
        "up stale 1 stale",
        "up -1.5e3+.5x2",
        'a{b="} 1"} 1',
        "{} 1",
        "up NaN Inf -Inf",
        "up 0x10 1",
        "up",
    ],
)
def test_promtools_notation(engine: Engine, text: str) -> None:
    series, rest = split(text)
    found, texts = engine.parse(text)
    expected = [None if one is None else one if one == STALE else float(one) for one in texts]
    assert labels(series) == found
    assert str(values(rest)) == str(expected)


def test_a_rule_that_is_none_is_refused_by_both(engine: Engine) -> None:
    for each in (engine, PythonRules()):
        each.reset(Settings())
        with pytest.raises(RulesError, match="unclosed left parenthesis"):
            each.load([{"name": "g", "rules": [{"alert": "A", "expr": "sum("}]}], STEP)


def test_late_samples_are_refused_by_both(engine: Engine) -> None:
    key = frozenset({"__name__": "x"}.items())
    for each in (engine, PythonRules()):
        each.reset(Settings())
        each.append([Stored(key, BASE, 1.0)])
        with pytest.raises(RulesError, match="out of order"):
            each.append([Stored(key, BASE - 1, 1.0)])
