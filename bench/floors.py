"""The same work by others, run as a process: `python -m bench.floors NAME DASHBOARDS RULES`."""

from __future__ import annotations

import sys

from bench.synthetic import PANELS, Size, every_service, limits

QUERY = (
    'histogram_quantile(0.99, sum by (le, uri) (rate(http_server_requests_seconds_bucket{{job="{service}", '
    'instance=~"$instance"}}[5m])))'
)
RULE = (
    'histogram_quantile(0.99, sum by (le, instance) (rate(http_server_requests_seconds_bucket{{job="{service}", '
    'uri!~"/actuator.*"}}[5m]))) > 0.{limit:02}'
)


def others(size: Size) -> None:
    """grafanalib generates the dashboards, PyYAML's C dumper writes the rules, promql-parser parses each expression."""
    import io
    import json

    import promql_parser
    import yaml
    from grafanalib._gen import DashboardEncoder
    from grafanalib.core import Dashboard, Target, TimeSeries

    written = 0
    for _, service in every_service(size):
        panels = [
            TimeSeries(
                title=f"Panel {number}",
                dataSource="prometheus",
                targets=[Target(expr=QUERY.format(service=service), legendFormat="{{uri}}", refId="A")],
                unit="s",
                gridPos={"x": 0, "y": number * 8, "w": 12, "h": 8},
            )
            for number in range(PANELS)
        ]
        dashboard = Dashboard(title=service, uid=service, panels=panels).auto_panel_ids()
        written += len(json.dumps(dashboard.to_json_data(), cls=DashboardEncoder, indent=2, sort_keys=True))
    rules = []
    for team, service in every_service(size):
        for limit in limits(size) * 2:
            expr = RULE.format(service=service, limit=limit)
            promql_parser.parse(expr)
            rules.append(
                {
                    "alert": f"Slow{limit}",
                    "expr": expr,
                    "for": "5m",
                    "labels": {"severity": "warning", "team": str(team), "service": service},
                    "annotations": {
                        "summary": f"{service} is slow",
                        "description": "The 99th percentile is high.",
                    },
                }
            )
    out = io.StringIO()
    yaml.dump({"groups": [{"name": "all", "rules": rules}]}, out, Dumper=yaml.CSafeDumper, sort_keys=False)
    print(written, len(out.getvalue()))


if __name__ == "__main__":
    others(Size(int(sys.argv[2]), int(sys.argv[3])))
