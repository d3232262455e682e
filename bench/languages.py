"""Throughput of the language rooms and of the Promtail emulator, beside a loop over `re` and promql-parser alone."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PROMQL = (
    'sum by (job, instance) (rate(http_requests_total{status=~"5..", job="api"}[5m])) '
    '/ sum by (job, instance) (rate(http_requests_total{job="api"}[5m])) > 0.05'
)
LOGQL = 'sum by (namespace) (count_over_time({namespace=~"$namespace", pod=~"$pod"} |~ " ERROR [0-9]+ --- " [5m]))'
TEMPLATE = '{{ $labels.namespace }}/{{ $labels.pod }}: {{ $value | humanizePercentage }} ({{ printf "%.2f" $value }})'
PATTERN = r" ERROR [0-9]+ --- |\"level\": ?\"ERROR\""
LINE = (
    "2026-02-23T07:25:07.123456789Z stdout F 2026-02-23T07:25:07.123Z  INFO 1 --- [gateway-service] "
    "[or-http-epoll-3] reactor.netty.http.server.AccessLog      : 10.0.0.1 - - [23/Feb/2026:07:25:07 +0000] "
    '"GET /users/1?x=y HTTP/1.1" 200 39 114'
)
LABELS = {"namespace": "gateway", "pod": "gateway-7c9", "container": "gateway", "app": "gateway"}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: microseconds for one item, and how many times the floor that is."""

    name: str
    microseconds: float
    floor: str
    ratio: float


def _time(call: Callable[[int], object], rounds: int, repeats: int = 5) -> float:
    """Median microseconds of one call; every call gets a text of its own, so that no cache answers."""
    samples = []
    for repeat in range(repeats):
        started = time.perf_counter()
        for number in range(rounds):
            call(repeat * rounds + number)
        samples.append((time.perf_counter() - started) / rounds * 1e6)
    return statistics.median(samples)


def rows(root: Path, rounds: int = 400) -> Iterator[Row]:
    """Every measurement; the floors are taken in the same run."""
    import promql_parser

    from obs.formats import yaml
    from obs.lang import gotemplate, logql, promql, re2
    from obs.sim.promtail import Entry, Pipeline

    search = re.compile(PATTERN).search
    plain = _time(lambda number: search(LINE), rounds * 20)
    native = _time(lambda number: promql_parser.parse(PROMQL.replace("0.05", f"0.{number + 10}")), rounds)
    (
        promql.check(PROMQL),
        logql.check(LOGQL, grafana=True),
        gotemplate.check(TEMPLATE, "prometheus"),
        re2.check("a"),
    )

    mine = _time(lambda number: promql.check(PROMQL.replace("0.05", f"0.{number + 10}")), rounds)
    yield Row("PromQL check", mine, "promql-parser alone", mine / native)
    mine = _time(lambda number: promql.format(PROMQL.replace("0.05", f"0.{number + 10}")), rounds)
    yield Row("PromQL check and format", mine, "promql-parser alone", mine / native)
    mine = _time(lambda number: logql.check(LOGQL.replace("5m", f"{number + 1}m"), grafana=True), rounds)
    yield Row("LogQL check", mine, "re.search on one line", mine / plain)
    mine = _time(lambda number: gotemplate.check(f"{number}{TEMPLATE}", "prometheus"), rounds)
    yield Row("Go template check", mine, "re.search on one line", mine / plain)
    mine = _time(lambda number: re2.check(f"{PATTERN}{number}"), rounds)
    yield Row("RE2 verdict", mine, "re.search on one line", mine / plain)

    values = yaml.loads((root / "charts/monitoring/values.yaml").read_text(encoding="utf-8"))
    stages = values["promtail"]["config"]["snippets"]["pipelineStages"]  # type: ignore[call-overload, index]
    for name, config in (("Promtail: cri", [{"cri": {}}]), ("Promtail: the platform's pipeline", stages)):
        pipeline = Pipeline(config)
        mine = _time(lambda number, to=pipeline: to.push(Entry(dict(LABELS), LINE, number)), rounds * 5)
        yield Row(name, mine, "re.search on one line", mine / plain)


def table(root: Path, rounds: int = 400) -> list[str]:
    """The rows as lines of text."""
    lines = [f"{'':36} {'us each':>10} {'each s':>10}  ratio to the floor"]
    for row in rows(root, rounds):
        each = 1e6 / row.microseconds
        lines.append(f"{row.name:36} {row.microseconds:10.1f} {each:10.0f}  {row.ratio:.1f}x {row.floor}")
    return lines


if __name__ == "__main__":
    print("\n".join(table(Path(__file__).parents[1])))
