"""What a series of the catalogue needs before it exists: what is off unless somebody switches it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.catalogue.series import Series
    from obs.graph.program import Program


def condition(series: Series) -> str:
    """What must be set, in the catalogue's words; empty where it is there without, or usually is."""
    if series.part == "bucket" and series.entry.opt_in:
        return series.conditions[-1]
    off = series.entry.default == "disabled"
    return next((one for one in series.conditions if off or "default false" in one), "")


def claimed(program: Program, metric: str) -> bool:
    """Whether a target that is on names the metric in full: whoever writes that has switched it on."""
    return any(target.enabled and metric in target.exposes for target in program.definitions.targets)


def setting(series: Series) -> str:
    """The same, with the property's name where Micrometer derives it from the meter's own."""
    if series.part == "bucket" and series.entry.opt_in and series.system.id.startswith("spring"):
        meter = series.entry.name.removesuffix("_seconds").replace("_", ".")
        return f"management.metrics.distribution.percentiles-histogram.{meter}=true"
    return condition(series)
