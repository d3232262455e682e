"""The same objects by others, run as a process: `python -m bench.floors OBJECTS`, with a file that `write_objects` made.

The process prints the seconds that its own work took, its imports among them, and its peak memory in MB.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any

RANGE = re.compile(r"\[\$__\w+\]")


def write_objects(project: Path, file: Path) -> None:
    """What the definitions of a project say: dashboards with their panels, rules as YAML has them, expressions."""
    from obs import api
    from obs.emit.rules import rule_document

    program = api.load_program(api.read_settings(project))
    dashboards = [
        {
            "uid": dashboard.uid,
            "title": dashboard.title,
            "description": dashboard.description,
            "tags": list(dashboard.tags),
            "variables": [
                [one.name, f"label_values({one.series}, {one.values_of})"] for one in dashboard.variables
            ],
            "panels": [
                {
                    "type": panel.type,
                    "title": panel.title,
                    "description": panel.description,
                    "unit": panel.unit,
                    "thresholds": [[color, value] for value, color in panel.thresholds.steps]
                    if panel.thresholds
                    else [],
                    "grid": [panel.grid.x, panel.grid.y, panel.grid.w, panel.grid.h] if panel.grid else [],
                    "queries": [[query.text, query.legend, bool(query.instant)] for query in panel.queries],
                }
                for panel in dashboard.panels()
            ],
        }
        for dashboard in program.placed
    ]
    groups = [
        {"name": name, "rules": [rule_document(program, rule) for rule in rules]}
        for name, rules in program.groups.items()
    ]
    queries = [query.text for _, _, query in program.queries]
    expressions = [RANGE.sub("[5m]", text) for text in [*queries, *(rule.expr for rule in program.rules)]]
    document = {"dashboards": dashboards, "groups": groups, "expressions": list(dict.fromkeys(expressions))}
    file.write_text(json.dumps(document), encoding="utf-8")


def others(objects: dict[str, Any]) -> int:
    """grafanalib makes the dashboards, PyYAML's C dumper the rules, promql-parser parses each expression; bytes made."""
    import promql_parser
    import yaml
    from grafanalib._gen import DashboardEncoder

    made = 0
    for one in objects["dashboards"]:
        made += len(
            json.dumps(_dashboard(one).to_json_data(), cls=DashboardEncoder, indent=2, sort_keys=True)
        )
    for group in objects["groups"]:
        made += len(
            yaml.dump({"groups": [group]}, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
        )
    for text in objects["expressions"]:
        promql_parser.parse(text)
    return made


def _dashboard(one: dict[str, Any]) -> Any:
    from grafanalib.core import Dashboard, Template, Templating

    return Dashboard(
        uid=one["uid"],
        title=one["title"],
        description=one["description"],
        tags=one["tags"],
        templating=Templating(
            list=[
                Template(
                    name=name, query=query, dataSource=SOURCE, multi=True, includeAll=True, allValue=".+"
                )
                for name, query in one["variables"]
            ]
        ),
        panels=[_panel(panel) for panel in one["panels"]],
    ).auto_panel_ids()


SOURCE = {"type": "prometheus", "uid": "prometheus"}


def _panel(panel: dict[str, Any]) -> Any:
    from grafanalib import core

    kinds = {"stat": core.Stat, "timeseries": core.TimeSeries, "bargauge": core.BarGauge, "table": core.Table}
    x, y, w, h = panel["grid"]
    settings: dict[str, Any] = {}
    if panel["type"] in ("stat", "timeseries"):
        settings["unit" if panel["type"] == "timeseries" else "format"] = panel["unit"]
        settings["thresholds"] = [
            core.Threshold(color, index, float(value or 0))
            for index, (color, value) in enumerate(panel["thresholds"])
        ]
    return kinds[panel["type"]](
        title=panel["title"],
        description=panel["description"] or None,
        dataSource=SOURCE,
        gridPos=core.GridPos(h=h, w=w, x=x, y=y),
        targets=[
            core.Target(
                expr=text, legendFormat=legend, instant=instant, refId=chr(65 + index), datasource=SOURCE
            )
            for index, (text, legend, instant) in enumerate(panel["queries"])
        ],
        **settings,
    )


def main() -> None:
    """Read the objects, then start the clock."""
    objects = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    started = time.perf_counter()
    made = others(objects)
    seconds = time.perf_counter() - started
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, made]))


if __name__ == "__main__":
    main()
