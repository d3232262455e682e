"""A target declares a release that the catalogue does not describe.

Names and labels change between releases, so panels and alerts over it may be empty. One finding for each target.

Flagged:
    redis = Target("redis", provided_by="charts/redis", exposes=["redis_*"], version="1.40.0")
    down = Alert("RedisDown", expr="redis_up == 0", for_="5m", summary="Redis is down", description="It does not answer.")

Instead:
    redis = Target("redis", provided_by="charts/redis", exposes=["redis_*"], version="1.66.0")
    down = Alert("RedisDown", expr="redis_up == 0", for_="5m", summary="Redis is down", description="It does not answer.")

Source: the exporters' release notes, as the catalogue lists them.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.catalogue.library import default
from obs.catalogue.series import Series
from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.graph.systems import readers
from obs.model.service import Target


@check()
def release_outside_catalogue(program: Program) -> Iterator[Diagnostic]:
    """Silent for a release that floats or is not declared."""
    for target in program.definitions.targets:
        if not target.version:
            continue
        read: dict[str, tuple[Series, list[str]]] = {}
        for reader, metric in readers(program):
            series = _series(target, metric)
            if series is not None and _is_outside(series, target.version):
                read.setdefault(metric, (series, []))[1].append(reader)
        if read:
            yield _told(target, read)


def _series(target: Target, metric: str) -> Series | None:
    found = default().metric(metric) if target.exposes_metric(metric) else ()
    return found[0] if len(found) == 1 else None


def _is_outside(series: Series, version: str) -> bool:
    return series.system.covers(version) is False or series.in_version(version) is False


def _told(target: Target, read: dict[str, tuple[Series, list[str]]]) -> Diagnostic:
    systems = {series.system.id: series.system for series, _ in read.values()}.values()
    covered = ", ".join(f"{one.title} {one.applies or one.version}" for one in systems)
    names = list(dict.fromkeys(reader for _, whom in read.values() for reader in whom))
    gone = [metric for metric, (series, _) in read.items() if series.in_version(target.version) is False]
    return Diagnostic(
        "release-outside-catalogue",
        f"{', '.join(names)} may be empty: target {target.name} runs {target.version}, and the catalogue describes {covered}",
        target.origin,
        severity="warning",
        why=f"not in this release: {', '.join(gone)}" if gone else "names and labels change between releases",
        fix="run a release that is described, or compare what it exposes with `obs catalogue diff`",
    )
