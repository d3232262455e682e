"""What objectives compile to: records of error ratios, burn alerts, panels of what is left of the budget."""

from __future__ import annotations

from fractions import Fraction

from obs.lang import duration
from obs.model.dashboard import Dashboard
from obs.model.inhibition import Inhibition
from obs.model.panel import Panel
from obs.model.query import Query
from obs.model.rule import Alert, RecordingRule
from obs.model.slo import Objectives, Tier
from obs.packs import style
from obs.packs.panels import curve, dashed, listing, ratio

GROUP = "slo"


def exact(number: Fraction) -> str:
    """A number as PromQL writes it without losing anything: 14.4, or (14 / 15)."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1:
        text = f"{number.numerator / number.denominator:.12f}".rstrip("0").rstrip(".")
        if Fraction(text) == number:
            return text
    return f"({number.numerator} / {number.denominator})"


def records(objectives: Objectives) -> list[RecordingRule]:
    """Requests and failures of each SLO, its budget, and error ratios over each window and the period.

    A longer window sums the short one's records: its ratio is weighted by traffic, and costs a hundredth of the raw
    series. It reaches back one query window further for that.
    """
    level = objectives.level
    found = []
    for slo in objectives.slos:
        labels = {"slo": slo.name}
        found += [
            _record(
                objectives, f"{level}:requests:rate{objectives.window}", slo.requests, labels, slo.origin
            ),
            _record(
                objectives,
                f"{level}:failures:rate{objectives.window}",
                f"{slo.failures}\nor\n0 * {slo.requests}",
                labels,
                slo.origin,
            ),
            _record(
                objectives,
                f"{level}:error_budget:ratio",
                f"vector({exact(slo.budget)})",
                labels,
                slo.origin,
            ),
        ]
    for window in (*objectives.windows, objectives.period):
        name = f"{level}:error_ratio:rate{window}"
        found.append(_record(objectives, name, _ratio(objectives, window), {}, objectives.origin))
    return found


def _record(
    objectives: Objectives, name: str, expr: str, labels: dict[str, str], origin: object
) -> RecordingRule:
    return RecordingRule(name, expr=expr, labels=labels, group=GROUP, origin=origin)  # type: ignore[arg-type]


def _ratio(objectives: Objectives, window: str) -> str:
    requests, failures = (
        f"{objectives.level}:{what}:rate{objectives.window}" for what in ("requests", "failures")
    )
    if window == objectives.window:
        return f"{failures} / ({requests} > 0)"
    return f"sum_over_time({failures}[{window}]) / (sum_over_time({requests}[{window}]) > 0)"


def alerts(
    objectives: Objectives,
    dashboard: Dashboard | None = None,
    *,
    what: str = "{{ $labels.service }}",
    runbook: str = "SLO 대시보드에서 어느 경로인지 보고, 그 서비스의 에러 로그와 직전 배포를 확인하세요.",
) -> list[Alert]:
    """One alert a tier; `what` names the series that it is about."""
    return [_alert(objectives, tier, dashboard, what, runbook) for tier in objectives.tiers]


def _alert(objectives: Objectives, tier: Tier, dashboard: Dashboard | None, what: str, runbook: str) -> Alert:
    level, factor = objectives.level, tier.factor(objectives.period)
    limit = f"> on (slo) group_left () ({exact(factor)} * {level}:error_budget:ratio)"
    failures = f"{level}:failures:rate{objectives.window}[{tier.long}]"
    seconds = duration.parse(objectives.step) / 1000
    expr = (
        f"{level}:error_ratio:rate{tier.long} {limit}\nand\n"
        f"{level}:error_ratio:rate{tier.short} {limit}\nand\n"
        f"sum_over_time({failures}) * {seconds:g} >= {objectives.at_least}"
    )
    about = (
        f"{what}의 {{{{ $labels.slo }}}} 목표: 최근 {_korean(tier.long)} 동안 {{{{ $value | humanizePercentage }}}}가 실패했습니다. "
        f"이대로면 {_korean(objectives.period)} 에러 예산이 {_lasts(objectives, factor)} 안에 없어집니다."
    )
    return Alert(
        f"{objectives.alert}{tier.name}",
        expr=expr,
        severity=tier.severity,
        labels={"burn": tier.long},
        summary=f"에러 예산 소진: {what} ({{{{ $labels.slo }}}})",
        description=about,
        runbook=runbook,
        dashboard=dashboard,
        panel="Error budget left" if dashboard is not None else "",
        group=GROUP,
        origin=tier.origin if tier.origin.file == objectives.origin.file else objectives.origin,
    )


def _lasts(objectives: Objectives, factor: Fraction) -> str:
    """How long the whole budget lasts at this speed, as a person says it in Korean."""
    hours = Fraction(duration.parse(objectives.period), 3_600_000) / factor
    return f"{round(hours)}시간" if hours < 48 else f"{round(hours / 24)}일"


def _korean(span: str) -> str:
    """A duration of one unit as a person says it: 1시간, 7일."""
    hours = Fraction(duration.parse(span), 3_600_000)
    if hours.denominator > 1:
        return f"{round(hours * 60)}분"
    return f"{hours // 24}일" if hours % 24 == 0 else f"{hours}시간"


def inhibitions(objectives: Objectives, made: list[Alert]) -> list[Inhibition]:
    """A faster burn of the same series says what the slower ones would say later."""
    equal = ["slo", *objectives.by]
    return [
        Inhibition(source=made[:number], target=[alert], equal=equal, origin=objectives.origin)
        for number, alert in enumerate(made)
        if number
    ]


def panels(objectives: Objectives, legend: str) -> list[Panel]:
    """What is left of each budget, how fast it burns, and the objectives as a table."""
    level, period = objectives.level, objectives.period
    budget = f"{level}:error_budget:ratio"
    left = f"1 - {level}:error_ratio:rate{period} / on (slo) group_left () {budget}"
    fast, slow = objectives.tiers[0], objectives.tiers[-1]
    burning = [
        Query(
            f"{level}:error_ratio:rate{tier.long} / on (slo) group_left () {budget}", f"{legend} {tier.long}"
        )
        for tier in (fast, slow)
    ]
    names = {"slo": "목표", **dict.fromkeys(objectives.by, "")}
    columns = {"slo": "목표", "service": "서비스", "rt_route": "경로"}
    shown = {name: columns.get(name, name) for name in names}
    return [
        ratio(
            "Error budget left",
            f"최근 {_korean(period)}의 에러 예산 가운데 남은 비율. 0보다 작으면 목표를 지키지 못한 것입니다. 요청 수로 가중합니다.",
            left,
            limits=style.falling(0, 0.25),
            legend=legend,
        ),
        curve(
            "Burn rate",
            f"예산을 쓰는 속도. 1이면 {_korean(period)}에 꼭 맞게 쓰고, {float(fast.factor(period)):g}을 넘으면 곧 알림이 울립니다.",
            "short",
            *burning,
            overrides=[dashed("B")],
            limits=style.rising(1, float(fast.factor(period))),
        ),
        listing(
            "Objectives",
            f"목표마다 최근 {_korean(period)}에 남은 예산. 적은 것부터 나옵니다.",
            {**shown, "Value": "남은 예산"},
            left,
            unit="percentunit",
            limits=style.falling(0, 0.25),
            rising=True,
        ),
    ]
