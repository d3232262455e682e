"""Promtail and Loki: lines on their way, lines that were lost, and how Loki answers."""

from __future__ import annotations

from collections.abc import Sequence

from obs.catalogue.loki import (
    loki_canary_missing_entries_total,
    loki_discarded_samples_total,
    loki_distributor_bytes_received_total,
    loki_ingester_memory_streams,
    loki_logql_querystats_latency_seconds,
    loki_request_duration_seconds,
)
from obs.catalogue.promtail import (
    promtail_dropped_entries_total,
    promtail_file_bytes_total,
    promtail_read_bytes_total,
    promtail_request_duration_seconds,
    promtail_sent_entries_total,
)
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.rule import Alert
from obs.model.service import Target
from obs.packs import style
from obs.packs.panels import codes, curve, events, ratio, stacked
from obs.packs.query import failing, increase, quantile, rate, share

NAME = "logs"
MOST_LAG = 5e6
"""Bytes not read yet that an alert tells of."""


def loki_target() -> Target:
    """Loki's chart has a monitor that is off by default; the generated values switch it on."""
    return Target("loki", provided_by="loki", port="http-metrics", exposes=["loki_*"], system=NAME)


def lag() -> str:
    """Bytes of files that Promtail has not read yet. Both are gauges, in spite of their names."""
    return (
        f"sum by (namespace, pod) ({promtail_file_bytes_total})"
        f" - sum by (namespace, pod) ({promtail_read_bytes_total})"
    )


def dashboard(
    data: Prometheus,
    *,
    uid: str = "loki-promtail",
    title: str = "Loki and Promtail",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
    most_lag: float = MOST_LAG,
) -> Dashboard:
    """From the file on the node to the answer of a query."""
    timer = loki_request_duration_seconds
    failures, requests = rate(timer.count(status_code="=~5.."), "route"), rate(str(timer.count), "route")
    return Dashboard(
        uid=uid, title=title, data=data, tags=[*tags, NAME], links=style.links(tags, links),
        description="로그가 Promtail을 거쳐 Loki에 닿기까지, 그리고 Loki가 질의에 답하기까지.",
        rows=[
            Row("Promtail", [
                curve("Lines sent", "Loki로 보낸 초당 줄 수.", "logs/s", rate(str(promtail_sent_entries_total), "pod"),
                      legend="{{pod}}"),
                curve("Lines dropped", "보내지 못하고 버린 초당 줄 수와 까닭.", "logs/s",
                      rate(str(promtail_dropped_entries_total), "reason"), legend="{{reason}}"),
                curve("Not read yet", "아직 읽지 못한 로그 파일의 크기. 계속 늘면 에러 알림도 늦습니다.", "bytes", lag(), legend="{{pod}}",
                      limits=style.beyond(most_lag)),
                curve("Push p99", "Loki로 한 번 보내는 데 걸린 시간.", "s",
                      quantile(0.99, str(promtail_request_duration_seconds.bucket), "status_code"),
                      legend="{{status_code}}", overrides=codes()),
            ]),
            Row("Loki", [
                curve("Bytes received", "Loki가 받은 초당 바이트.", "Bps", rate(str(loki_distributor_bytes_received_total)),
                      legend="받은 바이트"),
                curve("Lines refused", "Loki가 거절한 초당 줄 수와 까닭.", "logs/s",
                      rate(str(loki_discarded_samples_total), "reason"), legend="{{reason}}"),
                curve("Streams in memory", "메모리에 있는 스트림 수.", "short", f"sum({loki_ingester_memory_streams})", legend="스트림"),
            ]),
            [
                stacked("Loki requests", "상태 코드별 초당 요청.", "reqps", rate(str(timer.count), "status_code"),
                        legend="{{status_code}}", overrides=codes()),
                ratio("Loki 5xx ratio", "경로별 5xx 비율.", share(failures, requests),
                      limits=style.rising(0.05, 0.1), legend="{{route}}"),
                curve("Query p95", "LogQL 질의 시간.", "s",
                      quantile(0.95, str(loki_logql_querystats_latency_seconds.bucket), "type"), legend="{{type}}"),
                events("Canary lines missing", "시험 로그가 돌아오지 않은 횟수. 실제 로그도 사라지고 있을 수 있습니다.",
                       increase(str(loki_canary_missing_entries_total)), legend="사라진 줄"),
            ],
        ],
    )  # fmt: skip


def alerts(board: Dashboard, *, owner: str = "platform", most_lag: float = MOST_LAG) -> tuple[Alert, ...]:
    """Lines that are dropped, late, refused or missing, and a Loki that fails."""
    timer, labels = loki_request_duration_seconds, {"owner": owner}
    dropped = rate(str(promtail_dropped_entries_total), "namespace", "pod", "reason", window="5m")
    errors = rate(timer.count(status_code="=~5.."), "route", window="5m")
    requests = rate(str(timer.count), "route", window="5m")
    refused = rate(str(loki_discarded_samples_total), "reason", window="5m")
    missing = increase(str(loki_canary_missing_entries_total), window="15m")
    promtail, loki = labels | {"service": "promtail"}, labels | {"service": "loki"}
    return (
        Alert("PromtailDroppingLogs", expr=f"{dropped} > 0", for_="5m", labels=promtail,
              summary="Promtail 로그 유실: {{ $labels.reason }}",
              description="{{ $labels.pod }}가 5분 넘게 로그를 버리고 있습니다({{ $labels.reason }}).",
              runbook="rate_limited면 Loki의 제한을 늘리고, ingester_error면 Loki 파드를 확인하세요.",
              dashboard=board, panel="Lines dropped"),
        Alert("PromtailFileLagging", expr=f"{lag()} > {most_lag:g}", for_="15m", labels=promtail,
              summary="Promtail 지연: {{ $labels.pod }}",
              description="{{ $labels.pod }}가 읽지 못한 로그가 {{ $value | humanize1024 }}B입니다. 에러 알림이 늦어집니다.",
              runbook="Promtail의 CPU와 로그가 갑자기 늘어난 파드를 확인하세요.",
              dashboard=board, panel="Not read yet"),
        Alert("LokiRequestErrors", expr=failing(errors, requests, above=0.1), for_="15m", labels=loki,
              summary="Loki 오류: {{ $labels.route }}",
              description="Loki의 {{ $labels.route }} 요청이 15분 넘게 {{ $value | humanizePercentage }} 실패하고 있습니다.",
              runbook="Loki 파드의 메모리와 디스크를 확인하세요.",
              dashboard=board, panel="Loki 5xx ratio"),
        Alert("LokiDiscardingLogs", expr=f"{refused} > 0", for_="10m", labels=loki,
              summary="Loki 로그 거절: {{ $labels.reason }}",
              description="Loki가 10분 넘게 로그를 거절하고 있습니다({{ $labels.reason }}).",
              runbook="reason이 걸린 제한의 이름입니다. limits_config에서 그 값을 확인하세요.",
              dashboard=board, panel="Lines refused"),
        Alert("LokiCanaryMissingLogs", expr=f"{missing} > 0", for_="5m", labels=loki,
              summary="Loki 시험 로그 유실",
              description="15분 사이에 돌아오지 않은 시험 로그가 있습니다. 실제 로그도 사라지고 있을 수 있습니다.",
              runbook="Promtail의 전송, Loki의 수집, 질의 순서로 확인하세요.",
              dashboard=board, panel="Canary lines missing"),
    )  # fmt: skip
