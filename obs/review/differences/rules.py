"""Alerts and recording rules: when they fire, what they carry, who reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from obs.graph.subject import Rule, Subject
from obs.review.change import Change, Meaning, Risk
from obs.review.differences import logql, promql
from obs.review.differences.pairs import Pairs, alike, pair
from obs.review.differences.waits import receiver_name, told_by, waits
from obs.review.wording import listed, quoted, span


def paired(before: Subject, after: Subject) -> Pairs[Rule]:
    """Rules are the same when kind, name and labels are, then when name and group are, else when they read alike."""
    return pair(
        [*before.rules, *before.log_rules],
        [*after.rules, *after.log_rules],
        [
            lambda rule: (rule.kind, rule.name, rule.group, tuple(sorted(rule.labels.items()))),
            lambda rule: (rule.kind, rule.name, tuple(sorted(rule.labels.items()))),
            lambda rule: (rule.kind, rule.name, rule.group),
            lambda rule: (rule.kind, rule.name),
        ],
        _likeness,
    )


def compare(before: Subject, after: Subject, pairs: Pairs[Rule]) -> Iterator[Change]:
    """What differs between rules that are on both sides, and what came or went."""
    logs = {id(rule) for rule in (*before.log_rules, *after.log_rules)}
    for old, new in pairs.both:
        for field, meaning in differences(old, new, logs=id(new) in logs and id(old) in logs):
            slower = _wait(before, old, after, new) if field in _WAITS and new.kind == "alert" else ""
            told = replace(meaning, why="; ".join(filter(None, (slower, meaning.why)))) if slower else meaning
            yield Change.of(told, new.kind, new.title, field, new.origin)
    for rule in pairs.gone:
        yield Change.of(_removed(rule, after), rule.kind, rule.title, "rule", rule.origin)
    for rule in pairs.come:
        yield Change.of(_added(rule, after), rule.kind, rule.title, "rule", rule.origin)


_WAITS = ("for", "interval")
"""Fields that decide when somebody is told."""


def _wait(before: Subject, old: Rule, after: Subject, new: Rule) -> str:
    was, now = told_by(before, old), told_by(after, new)
    return waits(before, old, was.node if was else None, after, new, now.node if now else None)


def _likeness(one: Rule, other: Rule) -> float:
    if one.kind != other.kind:
        return 0.0
    same = alike(one.expr, other.expr)
    return 0.8 * same + 0.2 * alike(one.name, other.name) if same > 0.75 else 0.0


def _added(rule: Rule, after: Subject) -> Meaning:
    if rule.kind == "record":
        return Meaning("new recording rule", "behaviour", "", "", rule.expr)
    severity = rule.labels.get("severity", "")
    told = told_by(after, rule)
    why = "" if after.route is None else "no route takes it to anybody"
    if told is not None:
        why = f"it {'reaches' if told.certain else 'can reach'} {receiver_name(told.node.receiver)}"
    return Meaning(
        f"new alert{f' of severity {severity}' if severity else ''}", "behaviour", why, "", rule.expr
    )


def _removed(rule: Rule, after: Subject) -> Meaning:
    if rule.kind == "alert":
        return Meaning("alert removed", "breaking", "nobody is told of this any more", rule.expr, "")
    readers = list(_readers(rule.name, after))
    risk: Risk = "breaking" if readers else "behaviour"
    why = f"{listed(readers)} still {'reads' if len(readers) == 1 else 'read'} it" if readers else ""
    return Meaning("recording rule removed", risk, why, rule.expr, "")


def _readers(metric: str, subject: Subject) -> Iterator[str]:
    for rule in subject.rules:
        if rule.query is not None and any(one.metric == metric for one in rule.query.selectors):
            yield rule.title
    for dashboard, panel, query in subject.panel_queries:
        if metric in query.text:
            yield f"panel {dashboard.uid} / {panel.title or panel.key}"


def differences(old: Rule, new: Rule, *, logs: bool = False) -> Iterator[tuple[str, Meaning]]:
    """Field and meaning of everything that differs between two versions of a rule; `logs` if they ask Loki."""
    alert = new.kind == "alert"
    if old.name != new.name:
        yield "name", _renamed(old, new)
    asked = logql.compare(old.expr, new.expr) if logs else promql.compare(old.expr, new.expr, new.kind)
    for meaning in asked:
        yield "expr", meaning
    if old.for_ != new.for_:
        later = new.for_ > old.for_
        once = "" if new.for_ else "one evaluation is enough"
        yield "for", Meaning(f"fires {'later' if later else 'sooner'}: for {span(old.for_)} -> {span(new.for_)}",
                             "behaviour", "shorter disturbances are not told" if later else once)  # fmt: skip
    if old.keep_firing_for != new.keep_firing_for:
        longer = new.keep_firing_for > old.keep_firing_for
        yield (
            "keep_firing_for",
            Meaning(
                f"resolves {'later' if longer else 'sooner'}: keep_firing_for {span(old.keep_firing_for)} -> "
                f"{span(new.keep_firing_for)}"
            ),
        )
    if old.interval != new.interval:
        yield (
            "interval",
            Meaning(f"evaluated every {span(new.interval)} instead of every {span(old.interval)}"),
        )
    yield from _labels(old.labels, new.labels, alert)
    if alert:
        yield from _annotations(old.annotations, new.annotations)
    if old.group != new.group:
        yield "group", Meaning(f"moved from group {old.group} to {new.group}", "cosmetic")


def _renamed(old: Rule, new: Rule) -> Meaning:
    if new.kind == "record":
        return Meaning(
            f"renamed from {old.name} to {new.name}",
            "breaking",
            "whoever reads the old name finds nothing new",
            old.name,
            new.name,
        )
    return Meaning(f"renamed from {old.name} to {new.name}", "breaking",
                   "silences and routes by the old name no longer hold; what fires resolves and fires anew")  # fmt: skip


def _labels(old: Mapping[str, str], new: Mapping[str, str], alert: bool) -> Iterator[tuple[str, Meaning]]:
    why = (
        "the alert's identity changes: what fires resolves and fires anew"
        if alert
        else "the stored series change"
    )
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        what = "severity" if name == "severity" else f"label {name}"
        if before is None:
            yield f"label:{name}", Meaning(f"{what} {quoted(after or '')} added", "behaviour", why)
        elif after is None:
            yield f"label:{name}", Meaning(f"{what} {quoted(before)} removed", "behaviour", why)
        else:
            yield f"label:{name}", Meaning(f"{what} {before} -> {after}", "behaviour", why)


def _annotations(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, Meaning]]:
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before == after or name in ("__panelId__",):
            continue
        if before is None:
            yield (
                f"annotation:{name}",
                Meaning(f"{name} added: {quoted(after or '')}", "cosmetic", "", "", after or ""),
            )
        elif after is None:
            yield (
                f"annotation:{name}",
                Meaning(f"{name} removed", "behaviour", "the message says less", before, ""),
            )
        elif name.endswith("_url") or "://" in after:
            yield f"annotation:{name}", Meaning(f"{name} leads elsewhere", "behaviour", "", before, after)
        else:
            said = f"{name} says something else: {quoted(after)}"
            yield f"annotation:{name}", Meaning(said, "cosmetic", "", before, after)
