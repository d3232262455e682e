"""States of alerts side by side: as the emulator has them, and as Prometheus wrote them into `ALERTS`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from obs.sim.scrape import NAME, Key
from obs.testing.prove.measure import Played
from obs.testing.prove.rows import Row
from obs.testing.scenario.inputs import Inputs
from obs.testing.scenario.observed import AlertChange, Observed

RESTORING = 2
"""Evaluations after a start without `ALERTS`."""


def changes(played: Played, emulated: Observed, interval: int) -> list[AlertChange]:
    """Changes of state as `ALERTS` tells them, of the alerts that the emulation knows."""
    known = {(one.alert, frozenset(one.labels.items())) for one in emulated.changes}
    base = round(played.inputs.start.timestamp() * 1000)
    points: dict[tuple[str, Key], list[tuple[int, str]]] = defaultdict(list)
    for key, samples in played.samples.items():
        labels = dict(key)
        if labels.get(NAME) != "ALERTS":
            continue
        state, name = labels.pop("alertstate"), labels["alertname"]
        del labels[NAME]
        identity = name, frozenset(labels.items())
        if identity in known:
            points[identity] += [(at - base, state) for at, _ in samples]
    found: list[AlertChange] = []
    for (name, key), listed in points.items():
        found += _of_one(name, dict(sorted(key)), sorted(listed), played.inputs, interval, played.until)
    return found


def _of_one(
    name: str,
    labels: Mapping[str, str],
    points: Sequence[tuple[int, str]],
    inputs: Inputs,
    interval: int,
    until: int,
) -> list[AlertChange]:
    found: list[AlertChange] = []
    before, last = "inactive", points[0][0]
    for at, state in [*points, (until + 10 * interval, "")]:
        if at - last > interval * 1.5:
            if not _gone(inputs, last, at) and last + interval <= until:
                found.append(AlertChange(last + interval, name, labels, "inactive"))
            before = "inactive"
        if state and state != before:
            found.append(AlertChange(at, name, labels, state))  # type: ignore[arg-type]
        before, last = state, at
    return found


def _gone(inputs: Inputs, start: int, end: int) -> bool:
    """Whether Prometheus was away between two moments, and so forgot what it knew."""
    spans = [(one.at, one.at + one.lasts) for one in inputs.restarts if one.what == "prometheus"]
    spans += [(one.start, one.end) for one in inputs.outages if one.what == "prometheus"]
    return any(begin < end and start < over for begin, over in spans)


def _just_back(inputs: Inputs, at: int, interval: int) -> bool:
    """Whether Prometheus was away just before a moment: it writes no `ALERTS` before it has restored its alerts."""
    return _gone(inputs, at - (RESTORING + 1) * interval, at)


def states(emulated: Observed, changes: Sequence[AlertChange], interval: int, until: int) -> list[Row]:
    """The changes of each alert side by side, in order."""
    rows: list[Row] = []
    mine, real = _by_alert(emulated.changes), _by_alert(changes)
    for identity in mine:
        one = [change for change in mine[identity] if change.at >= -interval]
        other = [change for change in real.get(identity, []) if change.at >= -interval]
        rows += _aligned(one, other, emulated.inputs, interval, until)
    return rows


def _by_alert(changes: Sequence[AlertChange]) -> dict[tuple[str, Key], list[AlertChange]]:
    found: dict[tuple[str, Key], list[AlertChange]] = defaultdict(list)
    for change in changes:
        found[change.alert, frozenset(change.labels.items())].append(change)
    return found


def _aligned(
    one: Sequence[AlertChange], other: Sequence[AlertChange], inputs: Inputs, interval: int, until: int
) -> list[Row]:
    rows = []
    for place in range(max(len(one), len(other))):
        a = one[place] if place < len(one) else None
        b = other[place] if place < len(other) else None
        shown = a or b
        assert shown is not None
        what = f"{shown.alert} {shown.state}"
        if a is None or b is None:
            if shown.at <= until - interval:
                rows.append(
                    Row(
                        "state",
                        what,
                        "",
                        a.at if a else None,
                        b.at if b else None,
                        "only emulated" if b is None else "only real",
                    )
                )
            continue
        if a.at > until:
            continue
        slack = interval + RESTORING * interval * _just_back(inputs, a.at, interval)
        same = a.state == b.state and abs(a.at - b.at) <= slack
        rows.append(Row("state", what, "", a.at, b.at, "same" if same else "late"))
    return rows
