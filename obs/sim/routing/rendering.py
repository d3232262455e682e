"""Alertmanager's configuration as prometheus-operator writes it: empty fields left out, intervals normalised."""

from __future__ import annotations

from collections.abc import Mapping

from obs.sim.routing.intervals import WEEKDAYS, Range, TimeInterval

_ROUTE = (
    "receiver", "group_by", "match", "match_re", "matchers", "continue", "routes", "group_wait",
    "group_interval", "repeat_interval", "mute_time_intervals", "active_time_intervals",
)  # fmt: skip
_INHIBIT = (
    "target_match", "target_match_re", "target_matchers", "source_match", "source_match_re", "source_matchers",
    "equal",
)  # fmt: skip


def without_empty(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that are not empty: Go's `omitempty`."""
    return {name: value for name, value in fields.items() if value not in (None, "", 0, (), [], {})}


def render_receiver(receiver: Mapping[str, object]) -> dict[str, object]:
    """A receiver of a raw configuration: an empty title is left out, so that the default counts again."""
    fields = dict(receiver)
    for name, value in receiver.items():
        if isinstance(value, list | tuple):
            fields[name] = [_render_integration(one) if isinstance(one, Mapping) else one for one in value]
    return without_empty(fields)


def _render_integration(one: Mapping[str, object]) -> dict[str, object]:
    resolved = one.get("send_resolved")
    kept: dict[str, object] = {} if resolved is None else {"send_resolved": resolved}
    return {**kept, **without_empty(one)}


def render_route(route: Mapping[str, object]) -> dict[str, object]:
    """A route of a raw configuration, fields in the operator's order."""
    fields = {name: route.get(name) for name in _ROUTE}
    children = route.get("routes")
    if isinstance(children, list | tuple):
        fields["routes"] = [render_route(child) for child in children if isinstance(child, Mapping)]
    return without_empty(fields)


def render_inhibit_rule(rule: Mapping[str, object]) -> dict[str, object]:
    """An inhibition rule, fields in the operator's order."""
    return without_empty({name: rule.get(name) for name in _INHIBIT})


def render_interval(interval: TimeInterval) -> dict[str, object]:
    """One item of `time_intervals`."""
    fields: dict[str, object] = {
        "times": [
            {"start_time": _minutes(part.first), "end_time": _minutes(part.last)}
            for part in interval.times or ()
        ],
        "weekdays": [_range(part, WEEKDAYS) for part in interval.weekdays or ()],
        "days_of_month": [_range(part) for part in interval.days_of_month or ()],
        "months": [_range(part) for part in interval.months or ()],
        "years": [_range(part) for part in interval.years or ()],
        "location": interval.location if interval.location != "UTC" else None,
    }
    return without_empty(fields)


def _minutes(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _range(part: Range, names: tuple[str, ...] | None = None) -> str:
    first, last = (str(value) if names is None else names[value] for value in (part.first, part.last))
    return first if part.first == part.last else f"{first}:{last}"
