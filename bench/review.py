"""`obs diff` of a thousand dashboards beside reading them twice, and one dashboard drawn beside rendering its JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.lint import Row
from bench.processes import run

DASHBOARDS, CHANGED, PANELS = 1_000, 10, 12
KINDS = ("timeseries", "stat", "timeseries", "table", "bargauge", "timeseries")
QUERY = 'sum by (pod) (rate(requests_{place}_total{{job="service-{number}",pod=~"$pod"}}[{window}]))'
SOURCE = {"type": "prometheus", "uid": "prometheus"}


def board(number: int, changed: bool) -> dict[str, Any]:
    """A dashboard of a service; a changed one asks about another window."""
    window = "1m" if changed else "$__rate_interval"
    panels = [
        {
            "id": place + 1,
            "type": KINDS[place % len(KINDS)],
            "title": f"Panel {place}",
            "datasource": SOURCE,
            "gridPos": {"x": place % 2 * 12, "y": place // 2 * 8, "w": 12, "h": 8},
            "targets": [
                {
                    "refId": "A",
                    "datasource": SOURCE,
                    "legendFormat": "{{pod}}",
                    "expr": QUERY.format(place=place, number=number, window=window),
                }
            ],
            "options": {"legend": {"showLegend": True, "displayMode": "list", "placement": "bottom"}},
            "fieldConfig": {"defaults": {"unit": "reqps", "custom": {"fillOpacity": 10}}, "overrides": []},
        }
        for place in range(PANELS)
    ]
    return {"uid": f"service-{number}", "title": f"Service {number}", "schemaVersion": 39, "panels": panels}


def write(folder: Path, changed: int) -> None:
    """All dashboards; the first `changed` of them differ."""
    folder.mkdir(parents=True)
    for number in range(DASHBOARDS):
        text = json.dumps(board(number, number < changed), indent=2)
        (folder / f"service-{number}.json").write_text(text, encoding="utf-8")


def rows(root: Path, repeats: int) -> Iterator[Row | str]:
    """Every measurement, as it is made."""
    with tempfile.TemporaryDirectory(prefix="obs-bench-") as name:
        folder = Path(name)
        write(folder / "before", 0)
        write(folder / "after", CHANGED)
        few = max(1, repeats // 2)
        floor = run("-m", "bench.review", str(folder), repeats=few)
        yield Row(f"floor: json.loads of 2 x {DASHBOARDS:,} dashboards", floor, floor)
        sides = (str(folder / "before"), str(folder / "after"))
        told = run("-m", "obs", "diff", *sides, repeats=few, fine=(1,))
        yield Row(f"obs diff, {DASHBOARDS:,} dashboards, {CHANGED} changed", told, floor, "below 3 s")
    yield from _drawing(root, repeats)


def _drawing(root: Path, repeats: int) -> Iterator[str]:
    """In this process, warm: the project's own dashboards, and one of this benchmark."""
    from obs.api import load_program, read_settings
    from obs.draw import draw
    from obs.formats.grafana_json.read import read
    from obs.formats.grafana_json.render import render

    for dashboard in (*load_program(read_settings(root)).dashboards[:3], read(board(1, False))):
        count = len(list(dashboard.panels()))
        floor = _least(lambda one=dashboard: json.dumps(render(one)), repeats)  # type: ignore[misc]
        drawn = _least(lambda one=dashboard: draw(one), repeats)  # type: ignore[misc]
        name = f"draw {dashboard.uid}, {count} panels"
        yield f"{name:44} {drawn * 1e3:8.1f} ms  {drawn / floor:6.1f}x of its JSON  (aim 30 ms)"


def _least(work: Callable[[], object], repeats: int) -> float:
    work()
    spent = []
    for _ in range(repeats * 3):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return min(spent)


def main() -> None:
    """The floor: all files of both sides, read as JSON and compared as values."""
    folder = Path(sys.argv[1])
    sides = [
        {file.name: json.loads(file.read_bytes()) for file in sorted((folder / name).glob("*.json"))}
        for name in ("before", "after")
    ]
    print(sum(sides[0][name] != sides[1][name] for name in sides[0]))


if __name__ == "__main__":
    main()
