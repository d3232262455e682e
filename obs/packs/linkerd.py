"""Linkerd's proxies: golden signals by deployment and by ServiceProfile route, retries, certificates, policy."""

from __future__ import annotations

from collections.abc import Sequence

from obs.catalogue.linkerd import (
    identity_cert_expiration_timestamp_seconds,
    inbound_http_authz_deny_total,
    request_total,
    response_latency_ms,
    response_total,
    route_actual_request_total,
    route_request_total,
    route_response_latency_ms,
    route_response_total,
    tcp_open_connections,
)
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.field import override
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.query import Query
from obs.model.rule import Alert
from obs.model.service import Relabel, Target
from obs.packs import style
from obs.packs.panels import curve, dashed, listing, ratio
from obs.packs.query import LIVE, WHOLE, failing, quantile, rate, share

NAME = "linkerd"
EXPOSES = (
    "request_total", "response_total", "response_latency_ms*", "route_*", "tcp_*", "identity_cert_*", "inbound_http_*",
    "inbound_tcp_*", "outbound_http_*", "outbound_tcp_*", "control_re*", "proxy_build_info",
)  # fmt: skip
FAILURE_RATIO, SLOW_MS, MOST_SENT = 0.05, 1000.0, 1.15
"""Failures, the p99, and the requests sent for each one that was made, that alerts tell of."""
_LABEL = "__meta_kubernetes_pod_label_"


def target(*, interval: str = "", version: str = "") -> Target:
    """Every injected proxy of the cluster, which the Prometheus of linkerd-viz alone sees otherwise.

    Unlike the chart's own PodMonitor it does not copy every label of a pod, and leaves out the buckets of the client's
    side: a proxy has thousands of series, and the server's side tells the same latency. A Rollout's pods have no
    `linkerd.io/proxy-deployment`, so that `app.kubernetes.io/name` stands in for it.
    """
    return Target(
        "linkerd-proxy",
        monitor="pod",
        namespace="*",
        port="linkerd-admin",
        interval=interval,
        exposes=EXPOSES,
        relabelings=[
            Relabel("keep", source_labels=["__meta_kubernetes_pod_container_name"], regex="linkerd-proxy"),
            Relabel(
                source_labels=[f"{_LABEL}app_kubernetes_io_name"], target_label="deployment", replacement="$1"
            ),
            Relabel(
                source_labels=[f"{_LABEL}linkerd_io_proxy_deployment"],
                regex="(.+)",
                target_label="deployment",
                replacement="$1",
            ),
        ],
        metric_relabelings=[
            Relabel(
                "drop", source_labels=["__name__", "direction"], regex="response_latency_ms_bucket;outbound"
            ),
            Relabel(
                "drop",
                source_labels=["__name__"],
                regex="control_response_latency_ms_bucket|stack_.+|tokio_.+",
            ),
        ],
        system=NAME,
        version=version,
    )


def dashboard(
    data: Prometheus,
    *,
    uid: str = "linkerd-golden-signals",
    title: str = "Linkerd",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
    failure_ratio: float = FAILURE_RATIO,
    latency_ms: float = SLOW_MS,
    sent_per_request: float = MOST_SENT,
) -> Dashboard:
    """What servers say of themselves (inbound), and what their clients see of each route (outbound).

    The limits are those of the alerts.
    """
    namespace = data.label(request_total(direction="inbound"), "namespace", title="네임스페이스")
    own = {"namespace": f"=~${namespace.name}", "direction": "inbound"}
    by, name = ("namespace", "deployment"), "{{namespace}}/{{deployment}}"
    requests, answers = rate(request_total(**own), *by), rate(response_total(**own), *by)
    good = rate(response_total(**own, classification="success"), *by)
    path, clients = "{{service}} {{rt_route}}", {"direction": "outbound", "rt_route": "!="}
    answered, failed = (
        route_response_total(**clients),
        route_response_total(**clients, classification="failure"),
    )
    asked, sent = route_request_total(**clients), route_actual_request_total(**clients)
    secured = rate(request_total(**own, tls="true"), "namespace")
    open_, left = tcp_open_connections(**own, peer="src"), identity_cert_expiration_timestamp_seconds
    return Dashboard(
        uid=uid, title=title, data=data, tags=[*tags, NAME], variables=[namespace], links=style.links(tags, links),
        description="Linkerd 프록시가 본 성공률, 요청량, 지연 시간: 배포별, ServiceProfile 경로별.",
        rows=[
            Row("배포별 골든 시그널", [
                ratio("Success rate", "받은 요청 가운데 성공한 비율.", share(good, answers),
                      limits=style.falling(1 - failure_ratio, 1 - failure_ratio / 5), legend=name, max=1),
                curve("Request rate", "배포별로 받은 초당 요청 수.", "reqps", requests, legend=name),
                curve("Latency p50, p95, p99", "받은 요청의 응답 시간.", "ms",
                      *(Query(quantile(rank, response_latency_ms.bucket(**own), *by), f"{name} p{rank * 100:g}")
                        for rank in (0.5, 0.95, 0.99)), overrides=[dashed("A", dots=True), dashed("B")],
                      limits=style.beyond(latency_ms)),
            ]),
            Row("ServiceProfile 경로", [
                listing("Routes", "경로별 요청량, 실제로 보낸 양(재시도 포함), 실패율, p95. ServiceProfile이 있어야 보입니다.",
                        {"service": "서비스", "rt_route": "경로", "Value #A": "요청", "Value #B": "실제 요청",
                         "Value #C": "실패율", "Value #D": "p95"},
                        by_route(asked, window=WHOLE), by_route(sent, window=WHOLE),
                        share(by_route(failed, window=WHOLE), by_route(answered, window=WHOLE)),
                        f"histogram_quantile(0.95, "
                        f"{by_route(route_response_latency_ms.bucket(**clients), 'le', window=WHOLE)})",
                        unit="reqps",
                        overrides=[override("실패율", unit="percentunit", decimals=2, thresholds=style.rising(failure_ratio / 5, failure_ratio),
                                            cellOptions={"type": "color-text"}),
                                   override("p95", unit="ms", decimals=0)]),
            ]),
            [
                ratio("Route failures", "클라이언트가 본 경로별 실패율. 재시도한 뒤의 결과입니다.", share(by_route(failed), by_route(answered)),
                      limits=style.rising(failure_ratio / 5, failure_ratio), legend=path),
                curve("Sent per request", "요청 하나에 실제로 보낸 횟수. 재시도 예산(0.2)을 다 쓰면 1.2에 닿습니다.", "short",
                      f"{by_route(sent)} / ({by_route(asked)} > 0)", legend=path, decimals=2, low=1,
                      limits=style.beyond(sent_per_request)),
            ],
            Row("연결과 신원", [
                ratio("mTLS share", "mTLS로 받은 요청의 비율.", share(secured, rate(request_total(**own), "namespace")),
                      limits=style.falling(0.9, 1), legend="{{namespace}}", max=1),
                curve("Open TCP connections", "받은 연결 가운데 열려 있는 수.", "short",
                      f"sum by (namespace, deployment) ({open_})", legend=name),
                curve("Certificate life left", "프록시 인증서가 만료될 때까지 남은 시간. 보통 24시간 안에서 오르내립니다.", "s",
                      f"min by (namespace) ({left(namespace=own['namespace'])}) - time()", legend="{{namespace}}"),
                curve("Denied by policy", "정책이 거절한 초당 요청 수.", "reqps",
                      rate(inbound_http_authz_deny_total(namespace=own["namespace"]), "namespace", "srv_name"),
                      legend="{{namespace}} {{srv_name}}"),
            ]),
        ],
    )  # fmt: skip


def by_route(series: object, *more: str, window: str = LIVE) -> str:
    """The rate of clients' series by the service that they call, which `dst` names first, and by its route."""
    named = f'label_replace(rate({series}[{window}]), "service", "$1", "dst", "([^.]+)[.].+")'
    return f"sum by ({', '.join((*more, 'service', 'rt_route'))}) ({named})"


def retries(window: str) -> str:
    """Requests sent for each one that a client made, by ServiceProfile route: 1 without retries."""
    clients = {"direction": "outbound", "rt_route": "!="}
    asked = rate(route_request_total(**clients), "dst", "rt_route", window=window)
    return f"{rate(route_actual_request_total(**clients), 'dst', 'rt_route', window=window)} / ({asked} > 0)"


def alerts(
    board: Dashboard,
    *,
    owner: str = "platform",
    failure_ratio: float = FAILURE_RATIO,
    latency_ms: float = SLOW_MS,
    sent_per_request: float = MOST_SENT,
) -> tuple[Alert, ...]:
    """Failing or slow servers, failing routes, retries near their budget, certificates, refusals."""
    by, route, labels = ("namespace", "deployment"), ("dst", "rt_route"), {"owner": owner}
    answers = rate(response_total(direction="inbound"), *by, window="5m")
    failures = rate(response_total(direction="inbound", classification="failure"), *by, window="5m")
    clients = {"direction": "outbound", "rt_route": "!="}
    every = rate(route_response_total(**clients), *route, window="5m")
    bad = rate(route_response_total(**clients, classification="failure"), *route, window="5m")
    slow = quantile(0.99, response_latency_ms.bucket(direction="inbound"), *by, window="5m")
    left = f"min by (namespace, pod) ({identity_cert_expiration_timestamp_seconds}) - time()"
    denied = rate(str(inbound_http_authz_deny_total), "namespace", "srv_name", window="5m")
    who, path = "{{ $labels.namespace }}/{{ $labels.deployment }}", "{{ $labels.dst }} {{ $labels.rt_route }}"
    return (
        Alert("LinkerdLowSuccessRate", expr=failing(failures, answers, above=failure_ratio), for_="5m", labels=labels,
              summary=f"Linkerd 성공률 저하: {who}",
              description=f"{who}로 들어온 요청의 {{{{ $value | humanizePercentage }}}}가 5분 넘게 실패하고 있습니다.",
              runbook="상태 코드와 파드별로 나눠 본 뒤, 실패한 파드의 로그를 확인하세요.",
              dashboard=board, panel="Success rate"),
        Alert("LinkerdRouteFailing", expr=failing(bad, every, above=failure_ratio), for_="5m", labels=labels,
              summary=f"Linkerd 경로 실패: {path}",
              description=f"{path} 경로가 재시도한 뒤에도 {{{{ $value | humanizePercentage }}}} 실패하고 있습니다.",
              runbook="504면 경로의 제한 시간(GET 1초, 쓰기 2초)을 넘긴 것입니다. route_actual_*과 비교해 재시도가 돕는지 보세요.",
              dashboard=board, panel="Route failures"),
        Alert("LinkerdRetriesHigh", expr=f"{retries('5m')} > {sent_per_request:g}", for_="10m", labels=labels,
              summary=f"Linkerd 재시도 과다: {path}",
              description=f"{path} 경로가 요청 하나에 "
              '{{ printf "%.2f" $value }}번을 보냅니다. 재시도 예산(0.2)이 곧 바닥나고 실패가 드러납니다.',
              runbook="예산이 남아 있는 동안 뒤의 서비스가 왜 실패하는지 찾으세요. 재시도는 원인이 아니라 증상입니다.",
              dashboard=board, panel="Sent per request"),
        Alert("LinkerdLatencyHigh", expr=f"{slow} > {latency_ms:g}", for_="10m", labels=labels,
              summary=f"Linkerd 지연 시간 초과: {who}",
              description=f"{who}의 p99 응답 시간이 10분 넘게 {latency_ms / 1000:g}초를 넘었습니다. GET 경로의 제한 시간과 같습니다.",
              runbook="서비스의 응답 시간, 앱과 프록시의 CPU 스로틀링 순서로 확인하세요.",
              dashboard=board, panel="Latency p50, p95, p99"),
        Alert("LinkerdProxyCertExpiring", expr=f"{left} < 3600", for_="5m", severity="critical", labels=labels,
              summary="Linkerd 인증서 갱신 실패: {{ $labels.namespace }}/{{ $labels.pod }}",
              description="프록시 인증서가 {{ $value | humanizeDuration }} 뒤에 만료됩니다. 그때부터 mTLS 연결이 모두 실패합니다.",
              runbook="linkerd-identity 파드의 로그와 Certificate linkerd-identity-issuer의 상태를 확인하세요.",
              dashboard=board, panel="Certificate life left"),
        Alert("LinkerdPolicyDenied", expr=f"{denied} > 0", for_="5m", labels=labels,
              summary="Linkerd 정책 거절: {{ $labels.namespace }} {{ $labels.srv_name }}",
              description="{{ $labels.namespace }}의 {{ $labels.srv_name }}에서 요청이 5분 넘게 정책으로 거절되고 있습니다.",
              runbook="Server와 AuthorizationPolicy에 새 클라이언트의 신원이 들어 있는지 확인하세요.",
              dashboard=board, panel="Denied by policy"),
    )  # fmt: skip
