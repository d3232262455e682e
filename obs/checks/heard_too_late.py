"""An alert is heard of later than it says that it must be, or than the team's policy allows.

The time goes into the scrape, records of other groups, the evaluation, `for`, and the grouping of messages. The budget
is the annotation `heard_within` of the alert, or `heard-within` of a policy.

Flagged:
    - alert: Down
      expr: up == 0
      for: 5m
      labels: {severity: critical}
      annotations: {heard_within: 5m}

Instead:
    - alert: Down
      expr: up == 0
      for: 3m
      labels: {severity: critical}
      annotations: {heard_within: 5m}

Flagged:
    [[lint.policy]]
    with-labels = { severity = "critical" }
    heard-within = "5m"
    ---
    - alert: Down
      expr: up == 0
      for: 5m
      labels: {severity: critical}

Instead:
    [[lint.policy]]
    with-labels = { severity = "critical" }
    heard-within = "5m"
    ---
    - alert: Down
      expr: up == 0
      for: 1m
      labels: {severity: critical}

Source: Prometheus 2.55, alerting rules; Alertmanager 0.27, `group_wait` and `group_interval`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from obs.checks.base import Finding, lint
from obs.diagnostic import Severity
from obs.graph.policies import under_policy
from obs.graph.reach import reach, tells_somebody
from obs.graph.subject import Rule, Subject
from obs.graph.timing import Step, Timing, timing
from obs.lang.duration import parse, render
from obs.lang.error import LanguageError
from obs.record import dataclass

ANNOTATION = "heard_within"


@dataclass(frozen=True, slots=True)
class _Budget:
    alert: Rule
    most: int
    severity: Severity
    own: bool


@lint("warning")
def heard_too_late(subject: Subject) -> Iterator[Finding]:
    """Each branch of the routing tree that tells somebody of the alert; without routes, until it fires."""
    for alert in subject.alerts:
        text = alert.annotations.get(ANNOTATION)
        if text is None:
            continue
        try:
            most = parse(text)
        except LanguageError as error:
            yield _about(
                alert, f"{alert}: {ANNOTATION} is no duration: {error.message}", own=True, severity="error"
            )
            continue
        critical = alert.labels.get("severity") == "critical"
        yield from _judged(subject, _Budget(alert, most, "error" if critical else "warning", own=True))
    for policy, rule in under_policy(subject):
        if policy.heard_within is not None and rule.kind == "alert" and ANNOTATION not in rule.annotations:
            yield from _judged(subject, _Budget(rule, policy.heard_within, policy.severity, own=False))


def _judged(subject: Subject, budget: _Budget) -> Iterator[Finding]:
    told: set[int] = set()
    for receiver, found in _timings(subject, budget.alert):
        worst = found.heard
        if worst.worst in told:
            continue
        told.add(worst.worst)
        if worst.worst > budget.most:
            yield _late(budget, receiver, found, worst)
        elif found.reopened is not None and found.heard_again.worst > budget.most:
            yield _late_again(budget, receiver, found)


def _timings(subject: Subject, alert: Rule) -> Iterator[tuple[str, Timing]]:
    config, root = subject.alertmanager, subject.route
    if config is None or root is None:
        yield "", timing(subject, alert)
        return
    for one in reach(root, alert):
        if tells_somebody(config, one.node):
            yield one.node.receiver, timing(subject, alert, one.node)


def _late(budget: _Budget, receiver: str, found: Timing, worst: Step) -> Finding:
    alert = budget.alert
    by = f" at {receiver}" if receiver else ""
    verb = "is heard of" if receiver else "fires"
    waits = [*found.steps, *([found.group] if found.group else [])]
    made_of = " + ".join(f"{step.name} {render(step.worst)}" for step in waits)
    finding = _about(
        alert,
        f"{alert} {verb} up to {render(worst.worst)} after the event{by}; it must be within {render(budget.most)}",
        why=f"at worst {made_of}",
        fix=_fix(budget, found, worst),
        own=budget.own,
        severity=budget.severity,
    )
    return replace(finding, evidence="likely") if worst.assumed else finding


def _fix(budget: _Budget, found: Timing, worst: Step) -> str:
    """The `for` that would do; when even none would, what else takes the time."""
    held = sum(step.worst for step in found.steps if step.name == "for")
    left = budget.most - (worst.worst - held)
    interval = budget.alert.interval
    rounded = left // interval * interval if interval else left
    if held and left >= 0:
        return f"for: {render(rounded)}" if rounded else "leave `for` away"
    return "scrape and evaluate more often, shorten group_wait, or allow more time"


def _late_again(budget: _Budget, receiver: str, found: Timing) -> Finding:
    alert, again = budget.alert, found.heard_again
    assert found.reopened is not None
    finding = _about(
        alert,
        f"{alert} is heard of up to {render(again.worst)} after the event at {receiver} when its group is open already; "
        f"it must be within {render(budget.most)}",
        why=f"then it waits for the next flush, every {render(found.reopened.worst)} (group_interval)",
        fix="shorten group_interval for these alerts, or group by labels that give it a group of its own",
        own=budget.own,
        severity="warning" if budget.severity != "info" else "info",
    )
    return replace(finding, evidence="likely") if again.assumed else finding


def _about(
    alert: Rule, problem: str, *, own: bool, severity: Severity, why: str = "", fix: str = ""
) -> Finding:
    if not own:
        return Finding.in_rule(alert, problem, why=why, fix=fix, severity=severity)
    span = (0, len(alert.annotations[ANNOTATION]))
    return Finding.in_rule(
        alert, problem, span, text=f"annotation:{ANNOTATION}", why=why, fix=fix, severity=severity
    )
