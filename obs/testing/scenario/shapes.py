"""Series as a scenario gives them: `cpu(node="a").ramp(20, 95, "10m")`.

Each method continues where the one before it ended; the last value stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from obs.lang import promql
from obs.lang.error import LanguageError
from obs.lang.promql.syntax import VectorSelector
from obs.testing.scenario.inputs import FOR_EVER, HISTORY, Curve
from obs.testing.scenario.span import Duration, milliseconds

Span = str | Duration | float
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One exposed series of a load; its curve is `scale` times the load's, plus `base`."""

    name: str
    labels: Labels
    kind: Literal["gauge", "counter"] = "gauge"
    scale: float = 1.0
    base: float = 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """One or more series that follow one curve; every method returns a new one."""

    parts: tuple[Part, ...]
    instance: str = ""
    points: tuple[tuple[int, float], ...] = ()
    resets: tuple[int, ...] = ()
    start: int = 0
    end: int = FOR_EVER
    before: float = 0.0
    """The value in the minutes before time 0, for series that were there then."""
    at: int = field(default=0, repr=False)
    """Where the next method continues."""

    def hold(self, value: float, over: Span = 0) -> Load:
        """The same value for a while; without `over`, from here on."""
        return self.ramp(value, value, over)

    def ramp(self, first: float, last: float, over: Span) -> Load:
        """From one value to another in a straight line."""
        end = self.at + milliseconds(over, "over")
        points = ((self.at, float(first)), (end, float(last))) if end > self.at else ((self.at, float(last)),)
        return replace(self, points=(*self.points, *points), at=end)

    def flap(self, low: float, high: float, every: Span, until: Span) -> Load:
        """High for `every`, low for `every`, and so on up to `until`."""
        step, end, found, value = milliseconds(every, "every"), milliseconds(until, "until"), self, high
        while found.at < end:
            found = found.hold(value, Duration(step))
            value = low if value == high else high
        return found

    def from_(self, at: Span) -> Load:
        """The series exists from this moment on, and its curve starts there."""
        return replace(self, start=milliseconds(at), at=milliseconds(at))

    def until(self, at: Span) -> Load:
        """The series exists up to this moment."""
        return replace(self, end=milliseconds(at))

    def reset(self, at: Span) -> Load:
        """Counters start from 0 again at this moment, as when the exporter is restarted."""
        return replace(self, resets=(*self.resets, milliseconds(at)))

    def curve(self, part: Part) -> Curve:
        """What one of the series does over time."""
        points = self.points or ((0, self.before),)
        if self.start < 0:
            points = ((0, self.before), *points)
        levels = tuple((at, part.base + part.scale * value) for at, value in points)
        return Curve(levels, part.kind, self.resets, self.start, self.end)


def series(selector: str, *, instance: str = "") -> Load:
    """The series of a selector (`node_load1(instance="a")` of a handle, or text) as the gauge that it follows."""
    name, labels = _series(selector)
    return Load((Part(name, labels),), instance)


def counter(selector: str, *, instance: str = "") -> Load:
    """The same for a counter; the curve is its rate per second. It stood still in the minutes before time 0."""
    name, labels = _series(selector)
    return Load((Part(name, labels, "counter"),), instance, start=-HISTORY)


def _series(selector: str) -> tuple[str, dict[str, str]]:
    try:
        node = promql.check(str(selector)).tree
    except LanguageError as error:
        raise ValueError(f"{selector!r} is not a series: {error.message}") from None
    plain = isinstance(node, VectorSelector) and node.offset is None and node.at is None
    if not isinstance(node, VectorSelector) or not plain or node.name is None:
        raise ValueError(f'{selector!r} is not a series: write name{{label="value", ...}}')
    if any(one.op != "=" for one in node.matchers):
        raise ValueError(f"{selector!r} is not a series: every label has one value")
    return node.name, {one.label: one.value for one in node.matchers}


def cpu(node: str = "node-1", *, cores: int = 1) -> Load:
    """A node's CPU in percent, as node_exporter tells it: seconds by core and mode. Before time 0 it is idle."""
    parts = []
    for core in range(cores):
        labels = {"cpu": str(core)}
        parts.append(Part("node_cpu_seconds_total", {**labels, "mode": "idle"}, "counter", -0.01, 1.0))
        parts.append(Part("node_cpu_seconds_total", {**labels, "mode": "user"}, "counter", 0.01))
    return Load(tuple(parts), node, start=-HISTORY)


def pod_cpu(
    namespace: str, pod: str, *, container: str = "", limit: float | None = 1.0, node: str = "node-1"
) -> Load:
    """A pod's CPU in percent of its limit (in cores; None is no limit), as cAdvisor and kube-state-metrics tell it.

    Before time 0 it is idle.
    """
    labels = {"namespace": namespace, "pod": pod, "container": container or namespace, "node": node}
    used = Part(
        "container_cpu_usage_seconds_total", labels, "counter", 0.01 * (1.0 if limit is None else limit)
    )
    if limit is None:
        return Load((used,), node, start=-HISTORY)
    bound = {**labels, "resource": "cpu", "unit": "core"}
    return Load(
        (used, Part("kube_pod_container_resource_limits", bound, "gauge", 0.0, limit)), node, start=-HISTORY
    )
