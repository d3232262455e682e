"""A large project, written as a team would write it, and the same objects for the tools it is measured against.

Every team has one file of dashboards and one of rules. A dashboard has 12 panels over one service; a rule file has
alerts, which link to those dashboards, and recording rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PANELS = 12
PER_FILE_DASHBOARDS = 10
PER_FILE_RULES = 100

STACK = '''"""What runs, in which versions, and where."""

from obs import AlertmanagerServer, Dependency, Environment, GrafanaServer, Prometheus, PrometheusServer, Stack

stack = Stack(
    release="monitoring",
    namespace="monitoring",
    charts=[
        Dependency(
            "kube-prometheus-stack", version="65.8.1", repository="https://prometheus-community.github.io/helm-charts"
        ),
    ],
    prometheus=PrometheusServer(version="v2.55.0", scrape_interval="30s"),
    alertmanager=AlertmanagerServer(version="v0.27.0"),
    grafana=GrafanaServer(version="11.3.0", url="http://grafana.example"),
    operator="v0.77.2",
    loki="3.4.2",
    promtail="3.0.0",
)
dev = Environment("dev", repository="https://git.example.com/you/platform.git")
prometheus = Prometheus(uid="prometheus", name="Prometheus", default=True, provisioned_by="chart")
'''

ROUTE = '''"""Everything goes to one channel."""

from obs import ChartAlert, Discord, Null, Route, SecretKey

watchdog = ChartAlert("Watchdog", about="Always fires.")
discord = Discord("discord", url=SecretKey("discord-webhook", key="url"))
route = Route("monitoring-discord", default=discord, to={Null(): [watchdog]}, group_by=["alertname", "service"])
'''

DASHBOARDS = '''"""How the services of team @team@ do: traffic, errors, latency, saturation."""

from obs import Dashboard, bargauge, stat, table, timeseries
from services.stack import prometheus

SERVICES = (@services@)


def overview(service: str) -> Dashboard:
    """One page for a service, from what its users feel down to what it runs on."""
    instance = prometheus.label(f'up{{job="{service}"}}', "instance")
    requests = f'http_server_requests_seconds_count{{job="{service}", instance=~"$instance"}}'
    buckets = f'http_server_requests_seconds_bucket{{job="{service}", instance=~"$instance"}}'
    failed = f'http_server_requests_seconds_count{{job="{service}", instance=~"$instance", status=~"5.."}}'
    heap = f'{{job="{service}", instance=~"$instance", area="heap"}}'
    pool = f'{{job="{service}", instance=~"$instance"}}'
    return Dashboard(
        uid=f"{service}-overview",
        title=f"{service} overview",
        description=f"Traffic, errors, latency and saturation of {service}.",
        tags=["team-@team@", "service"],
        data=prometheus,
        variables=[instance],
        rows=[
            [
                stat("Requests", f"sum(rate({requests}[$__rate_interval]))", unit="reqps"),
                stat("Errors", f"sum(rate({failed}[$__rate_interval]))", unit="reqps", thresholds=("green", 1, "red")),
                stat(
                    "Error ratio",
                    f"sum(rate({failed}[$__rate_interval])) / sum(rate({requests}[$__rate_interval]))",
                    unit="percentunit",
                    thresholds=("green", 0.01, "orange", 0.05, "red"),
                ),
                stat("Up", f'sum(up{{job="{service}", instance=~"$instance"}})', unit="short"),
            ],
            [
                timeseries(
                    "Requests by path",
                    f"sum by (uri) (rate({requests}[$__rate_interval]))",
                    legend="{{uri}}",
                    unit="reqps",
                    description="Per second.",
                ),
                timeseries(
                    "Latency, p95",
                    f"histogram_quantile(0.95, sum by (le) (rate({buckets}[$__rate_interval])))",
                    legend="p95",
                    unit="s",
                    description="What 19 of 20 requests stay below.",
                ),
            ],
            [
                timeseries(
                    "Latency, p99 by path",
                    f"histogram_quantile(0.99, sum by (le, uri) (rate({buckets}[$__rate_interval])))",
                    legend="{{uri}}",
                    unit="s",
                ),
                timeseries("Heap", f"sum by (instance) (jvm_memory_used_bytes{heap})", legend="{{instance}}", unit="bytes"),
            ],
            [
                timeseries(
                    "Connections", f"sum by (pool) (hikaricp_connections_active{pool})", legend="{{pool}}", unit="short"
                ),
                timeseries(
                    "CPU",
                    f"avg by (instance) (process_cpu_usage{pool})",
                    legend="{{instance}}",
                    unit="percentunit",
                    min=0,
                    max=1,
                ),
            ],
            [
                bargauge("Slowest paths", f"topk(10, sum by (uri) (rate({buckets}[5m])))", legend="{{uri}}", unit="s"),
                table("Versions", f'count by (version) (build_info{{job="{service}"}})'),
            ],
        ],
    )


dashboards = {service: overview(service) for service in SERVICES}
'''

RULES = '''"""What wakes team @team@, and what its dashboards compute ahead."""

from dashboards.team_@number@ import dashboards
from obs import Alert, RecordingRule

SERVICES = (@services@)
LIMITS = (@limits@)


def alert_name(service: str, limit: int) -> str:
    """`team7-a` and 5 as `Team7ASlow5`."""
    return "".join(part.capitalize() for part in service.split("-")) + f"Slow{limit}"


alerts = [
    Alert(
        alert_name(service, limit),
        expr=f"histogram_quantile(0.99, sum by (le, instance) "
        f'(rate(http_server_requests_seconds_bucket{{job="{service}", uri!~"/actuator.*"}}[5m]))) > 0.{limit:02}',
        for_="5m",
        severity="warning",
        labels={"service": service, "team": "@team@"},
        summary=f"{service}: {{{{ $labels.instance }}}} is slower than 0.{limit:02} s",
        description="The 99th percentile is {{ $value | humanizeDuration }}; look for a slow query or a full pool first.",
        dashboard=dashboards[service],
        panel="Latency, p99 by path",
    )
    for service in SERVICES
    for limit in LIMITS
]
records = [
    RecordingRule(
        f"service:http_requests:rate{window}m",
        expr=f'sum by (job, status) (rate(http_server_requests_seconds_count{{job="{service}", uri!~"/actuator.*"}}[{window}m]))',
        labels={"service": service},
    )
    for service in SERVICES
    for window in LIMITS
]
'''

PYPROJECT = '[project]\nname = "synthetic"\nversion = "0.1.0"\n\n[tool.obs]\nhelm_release = false\n'


@dataclass(frozen=True, slots=True)
class Size:
    """How large a synthetic project is; both are multiples of what one file holds, or smaller than it."""

    dashboards: int
    rules: int

    @property
    def teams(self) -> int:
        """How many pairs of files it has."""
        return max(1, self.dashboards // PER_FILE_DASHBOARDS)


def services(team: int, size: Size) -> list[str]:
    """The names of a team's services, one dashboard each."""
    count = min(PER_FILE_DASHBOARDS, size.dashboards)
    return [f"team{team}-{chr(ord('a') + index)}" for index in range(count)]


def limits(size: Size) -> list[int]:
    """Thresholds, which are windows too: a rule file has one alert and one record for each and each service."""
    each = size.rules // size.teams // len(services(0, size)) // 2
    return list(range(1, each + 1))


def write_project(root: Path, size: Size) -> None:
    """The files, as `dashboards/team_007.py`; writes over an older project of the same size."""
    _write(root / "pyproject.toml", PYPROJECT)
    _write(root / "services/stack.py", STACK)
    _write(root / "alertmanager/route.py", ROUTE)
    for team in range(size.teams):
        marks = {
            "@team@": str(team),
            "@number@": f"{team:03}",
            "@services@": "".join(f'"{name}", ' for name in services(team, size)),
            "@limits@": "".join(f"{limit}, " for limit in limits(size)),
        }
        _write(root / f"dashboards/team_{team:03}.py", _filled(DASHBOARDS, marks))
        _write(root / f"rules/team_{team:03}.py", _filled(RULES, marks))


def change_one(root: Path, size: Size, step: int, folder: str) -> None:
    """Edit one file as a person would: another title, another threshold. Each `step` gives other bytes."""
    team = size.teams // 2
    file = root / f"{folder}/team_{team:03}.py"
    text = file.read_text(encoding="utf-8")
    before, found, after = text.partition("# edit ")
    assert folder in ("dashboards", "rules")
    line = f"# edit {step}\n" if folder == "rules" else ""
    if folder == "dashboards":
        text = text.replace(_title(step - 1), _title(step)) if step else text.replace('"CPU"', _title(0))
    else:
        words = _words(step)
        text = text.replace(_words(step - 1), words) if step else text.replace("look for a slow query", words)
    del before, found, after, line
    file.write_text(text, encoding="utf-8")


def _title(step: int) -> str:
    return f'"CPU, edit {step}"'


def _words(step: int) -> str:
    return f"look (edit {step}) for a slow query"


def _filled(text: str, marks: dict[str, str]) -> str:
    for mark, words in marks.items():
        text = text.replace(mark, words)
    return text


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def every_service(size: Size) -> Iterator[tuple[int, str]]:
    """Team and service, for each dashboard."""
    for team in range(size.teams):
        for service in services(team, size):
            yield team, service
