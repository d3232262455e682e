"""Objectives: exact factors, refusals, and burn alerts in the hands of the real promtool."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from obs import Objectives, Slo, Tier
from obs.diagnostic import DefinitionError
from obs.formats import yaml
from obs.graph.burn import burn, ends, fires
from obs.lang import duration
from obs.model.slo import MONTH
from obs.packs import slo as compiled
from obs.packs.service_profile import Routes, ServiceProfile
from obs.testing.tools import Tools
from services.objectives import objectives as platform
from services.objectives import profile, reads
from services.services import store, user

REQUESTS, FAILURES = "sum by (service) (rate(asked_total[5m]))", "sum by (service) (rate(failed_total[5m]))"
SLO = Slo("availability", objective=0.99, requests=REQUESTS, failures=FAILURES)


@pytest.mark.parametrize(
    ("period", "factors"),
    [
        ("30d", ["14.4", "6", "3", "1"]),
        ("28d", ["13.44", "5.6", "2.8", "(14 / 15)"]),
        ("90d", ["43.2", "18", "9", "3"]),
    ],
)
def test_factors_are_exact(period: str, factors: list[str]) -> None:
    assert [compiled.exact(tier.factor(period)) for tier in MONTH] == factors
    made = Objectives(slos=[SLO], period=period)
    for alert, factor in zip(compiled.alerts(made), factors, strict=True):
        assert alert.expr.count(f"({factor} * slo:error_budget:ratio)") == 2


def test_a_factor_means_the_share_of_the_budget() -> None:
    """Burning at the factor for the long window spends the share, whatever the period."""
    for period in ("7d", "28d", "30d", "90d"):
        for tier in MONTH:
            spent = tier.factor(period) * duration.parse(tier.long) / duration.parse(period)
            assert spent == Fraction(str(tier.share))


def test_numbers_lose_nothing() -> None:
    for number in (Fraction(1, 3), Fraction("0.0005"), Fraction(7, 6), Fraction(12), Fraction("13.44")):
        text = compiled.exact(number)
        top, _, bottom = text.strip("()").partition(" / ")
        assert Fraction(top) / Fraction(bottom or "1") == number


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: Objectives(slos=[SLO], period="7d"), "at which the budget outlasts 7d"),
        (
            lambda: Objectives(
                slos=[Slo("l", objective=0.9, requests=REQUESTS, failures=FAILURES)], period="30d"
            ),
            "Fast can never be reached by l",
        ),
        (
            lambda: Slo("x", objective=99.5, requests=REQUESTS, failures=FAILURES),
            "must be above 0 and below 1",
        ),
        (lambda: Tier(0.1, long="1h", short="2h", severity="warning", name="X"), "short must be shorter"),
        (lambda: Objectives(slos=[SLO, SLO], period="30d"), "two slos of one name"),
        (
            lambda: profile.latency(0.95, reads, within="700ms", name="l"),
            "700ms is no bound of route_response_latency_ms",
        ),
        (lambda: profile.latency(0.95, reads, within="1s", name="l"), "not below the timeout"),
    ],
)
def test_refused(make, problem: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DefinitionError, match=problem):
        make()


def test_a_latency_between_buckets_names_the_nearest() -> None:
    with pytest.raises(DefinitionError) as caught:
        profile.latency(0.95, reads, within="700ms", name="l")
    assert caught.value.diagnostics[0].fix == "within='500ms' or '1s'"


def test_the_retry_budget_is_the_profiles() -> None:
    made = ServiceProfile(
        [user, store], routes=[Routes(["GET"], timeout="1s")], retry_ratio=0.3, min_retries_per_second=5
    )
    assert "(5 + 0.3 * " in made.used()
    assert 'dst=~"(user|store)[.].+"' in made.used()


def test_faster_tiers_silence_slower_ones() -> None:
    made = compiled.alerts(platform)
    found = compiled.inhibitions(platform, made)
    assert [([str(one) for one in rule.source], str(rule.target[0])) for rule in found] == [
        (["SloBurnFast"], "SloBurnSteady"),
        (["SloBurnFast", "SloBurnSteady"], "SloBurnSlow"),
        (["SloBurnFast", "SloBurnSteady", "SloBurnSlow"], "SloBurnCreeping"),
    ]
    assert all(list(rule.equal) == ["slo", "service", "rt_route"] for rule in found)


# With the real promtool


class Case:
    """Even traffic, faultless for as long as the longest window of a tier, then failing at a ratio for a while."""

    def __init__(self, made: Objectives, tier: Tier, errors: float, per_second: float = 10) -> None:
        self.made, self.tier, self.errors = made, tier, errors
        self.step = duration.parse(made.step)
        self.before = duration.parse(tier.long) + duration.parse(made.window)
        self.per_step = per_second * self.step / 1000

    def rounds(self, milliseconds: float) -> int:
        return int(-(-milliseconds // self.step))

    def test(self, lasts: int, alerts: dict[int, bool]) -> dict[str, object]:
        """`alerts`: whether it fires, by milliseconds from the first failure."""
        before, during = self.rounds(self.before), self.rounds(lasts)
        after = self.rounds(max(alerts)) - during + 2
        failing = self.per_step * self.errors
        total = before + during + max(after, 0)
        expected = {"slo": SLO.name, "service": "a"}
        return {
            "interval": self.made.step,
            "input_series": [
                {"series": 'asked_total{service="a"}', "values": f"0+{self.per_step:g}x{total}"},
                {
                    "series": 'failed_total{service="a"}',
                    "values": f"0x{before} 0+{failing:g}x{during} {failing * during:g}x{max(after, 0)}",
                },
            ],
            "promql_expr_test": [
                {
                    "expr": f'count by (slo, service) (ALERTS{{alertname="SloBurn{self.tier.name}"}})',
                    "eval_time": duration.render(self.rounds(self.before + at) * self.step),
                    "exp_samples": [{"labels": yaml_labels(expected), "value": 1}] if firing else [],
                }
                for at, firing in alerts.items()
            ],
        }


def yaml_labels(labels: dict[str, str]) -> str:
    return "{" + ", ".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


def run(tools: Tools, folder: Path, made: Objectives, tests: list[dict[str, object]]) -> None:
    rules: list[object] = [
        {"record": one.name, "expr": one.expr, **({"labels": dict(one.labels)} if one.labels else {})}
        for one in compiled.records(made)
    ]
    rules += [
        {"alert": one.name, "expr": one.expr, "labels": {"severity": one.severity, **one.labels}}
        for one in compiled.alerts(made)
    ]
    (folder / "rules.yaml").write_text(
        yaml.dumps({"groups": [{"name": "slo", "rules": rules}]}), encoding="utf-8"
    )  # type: ignore[dict-item]
    test = folder / "test.yaml"
    test.write_text(
        yaml.dumps({"rule_files": ["rules.yaml"], "evaluation_interval": made.step, "tests": tests}),  # type: ignore[dict-item]
        encoding="utf-8",
    )
    outcome = tools.promtool_test_rules(test)
    assert outcome.code == 0, outcome.output


COARSE = {"step": "5m"}
"""Days are walked through in rounds of five minutes."""


@pytest.mark.real
@pytest.mark.parametrize(
    ("number", "errors", "given"),
    [(0, 1.0, {}), (0, 0.2, {}), (1, 0.08, {}), (2, 0.04, COARSE), (3, 0.02, COARSE)],
)
def test_it_fires_and_ends_when_computed(
    tools: Tools, tmp_path: Path, number: int, errors: float, given: dict[str, str]
) -> None:
    made = Objectives(slos=[SLO], **given)  # type: ignore[arg-type]
    tier = made.tiers[number]
    at = fires(made, SLO, tier, errors)
    assert at is not None
    # A sample counts from the round after it, and a rate sees the change one round late: two rounds, of which one is
    # the evaluation's own.
    slack = 2 * duration.parse(made.step)
    lasts = duration.parse(tier.long) + duration.parse(made.window)
    over = lasts + ends(made, SLO, tier, errors)
    case = Case(made, tier, errors)
    run(
        tools,
        tmp_path,
        made,
        [case.test(lasts, {at - slack: False, at + slack: True, lasts: True, over + slack: False})],
    )


@pytest.mark.real
@pytest.mark.parametrize(("per_second", "fires"), [(1 / 120, False), (1.0, True)])
def test_few_requests_do_not_call_anybody(
    tools: Tools, tmp_path: Path, per_second: float, fires: bool
) -> None:
    """All requests of a quarter of an hour fail: of one in two minutes that is seven, fewer than ten."""
    made = Objectives(slos=[SLO])
    case = Case(made, made.tiers[0], errors=1.0, per_second=per_second)
    lasts = duration.parse("15m")
    silent = dict.fromkeys(range(60_000, lasts * 2, 60_000), False)
    run(tools, tmp_path, made, [case.test(lasts, {lasts - 60_000: True} if fires else silent)])


def test_the_table_says_what_is_computed() -> None:
    made = Objectives(slos=[SLO])
    found = burn(made, SLO, 1.0)
    assert found.tier is made.tiers[0]
    # A full outage spends 14.4 % of an hour's worth of requests, and the records' window lags by half of it.
    assert found.fires == pytest.approx(0.144 * 3_600_000 + 150_000, abs=2)
    assert burn(made, SLO, 0.005).tier is None
