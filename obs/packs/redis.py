"""Redis behind redis_exporter: memory, commands, clients, keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from obs.catalogue.redis_exporter import (
    redis_blocked_clients,
    redis_commands_duration_seconds_total,
    redis_commands_total,
    redis_connected_clients,
    redis_db_keys,
    redis_evicted_keys_total,
    redis_expired_keys_total,
    redis_keyspace_hits_total,
    redis_keyspace_misses_total,
    redis_memory_max_bytes,
    redis_memory_used_bytes,
    redis_memory_used_rss_bytes,
    redis_rejected_connections_total,
    redis_up,
)
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.query import Query
from obs.model.rule import Alert
from obs.model.service import Service, Target
from obs.packs import style
from obs.packs.panels import curve, dashed, events, ratio, up
from obs.packs.query import average, increase, rate, share

NAME = "redis"
MEMORY_RATIO = 0.9
"""Of maxmemory, that an alert tells of."""


def target(
    service: Service,
    *,
    enabled: bool = False,
    selector: Mapping[str, str] | None = None,
    version: str = "",
) -> Target:
    """The exporter beside the server; its monitor waits for an exporter to be deployed."""
    return Target(
        f"{NAME}-exporter",
        service=service,
        selector=selector or {"app.kubernetes.io/name": "prometheus-redis-exporter"},
        port="redis-exporter",
        exposes=["redis_*"],
        enabled=enabled,
        ready=True,
        switch_on=f"deploy prometheus-redis-exporter into namespace {service.namespace} against "
        f"{service.name}:{service.port}, then enabled=True here",
        system=NAME,
        version=version,
    )


def fill() -> str:
    """Memory as a share of maxmemory; nothing where none is set."""
    return (
        f"max by (instance) ({redis_memory_used_bytes}) / (max by (instance) ({redis_memory_max_bytes}) > 0)"
    )


def dashboard(
    data: Prometheus,
    *,
    uid: str = "redis-server",
    title: str = "Redis",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
    memory_ratio: float = MEMORY_RATIO,
) -> Dashboard:
    """One server. `memory_ratio` is that of the alert."""
    hits, misses = (
        rate(str(redis_keyspace_hits_total), "instance"),
        rate(str(redis_keyspace_misses_total), "instance"),
    )
    calls, instance = rate(str(redis_commands_total), "cmd"), "{{instance}}"
    took = average(str(redis_commands_duration_seconds_total), str(redis_commands_total), "cmd")
    return Dashboard(
        uid=uid, title=title, data=data, tags=[*tags, NAME], links=style.links(tags, links),
        description="Redis: 메모리, 명령, 클라이언트, 키. redis_exporter를 배포해야 보입니다.",
        rows=[
            Row("상태", [
                up("Up", "Redis가 응답하는지. 익스포터가 살아 있어도 Down일 수 있습니다. Down이면 data 네임스페이스의 파드를 보세요.",
                   f"min({redis_up})"),
                curve("Memory", "쓰고 있는 메모리와 운영체제가 내준 메모리.", "bytes",
                      Query(f"max by (instance) ({redis_memory_used_bytes})", f"{instance} 사용"),
                      Query(f"max by (instance) ({redis_memory_used_rss_bytes})", f"{instance} RSS"), overrides=[dashed("B")]),
                ratio("Memory of maxmemory", "maxmemory 대비 사용률. 설정하지 않았으면 비어 있습니다.", fill(),
                      limits=style.rising(memory_ratio - 0.1, memory_ratio), legend=instance),
                curve("Clients", "연결된 클라이언트와 기다리는 클라이언트.", "short",
                      Query(f"sum by (instance) ({redis_connected_clients})", f"{instance} 연결"),
                      Query(f"sum by (instance) ({redis_blocked_clients})", f"{instance} 대기"), overrides=[dashed("B")]),
            ]),
            Row("명령", [
                curve("Commands", "명령별 초당 횟수, 많은 것부터 10개.", "ops", f"topk(10, {calls})", legend="{{cmd}}"),
                curve("Mean command time", "명령별 평균 처리 시간, 느린 것부터 10개.", "s", f"topk(10, {took})", legend="{{cmd}}"),
                ratio("Hit ratio", "찾은 키의 비율.", share(hits, f"({hits} + {misses})"),
                      limits=style.falling(0.5, 0.8), legend=instance),
            ]),
            Row("키", [
                curve("Keys", "데이터베이스별 키 수.", "short", f"sum by (db) ({redis_db_keys})", legend="{{db}}"),
                curve("Evicted and expired", "메모리가 모자라 버린 키와 만료된 키, 초당.", "ops",
                      Query(rate(str(redis_evicted_keys_total), "instance"), f"{instance} 축출"),
                      Query(rate(str(redis_expired_keys_total), "instance"), f"{instance} 만료"), overrides=[dashed("B")]),
                events("Rejected connections", "maxclients에 걸려 거절된 연결 수. 클라이언트 풀이 새는지 확인하세요.",
                       increase(str(redis_rejected_connections_total), "instance"), legend=instance),
            ]),
        ],
    )  # fmt: skip


def alerts(
    board: Dashboard, service: Service, *, owner: str = "platform", memory_ratio: float = MEMORY_RATIO
) -> tuple[Alert, ...]:
    """Down, full, refusing clients, or throwing data away."""
    labels = {"owner": owner, "service": service.name}
    rejected = increase(str(redis_rejected_connections_total), "instance", window="5m")
    evicted = increase(str(redis_evicted_keys_total), "instance", window="10m")
    return (
        Alert("RedisDown", expr=f"min by (instance) ({redis_up}) == 0", for_="1m", severity="critical", labels=labels,
              summary=f"Redis 응답 없음: {service.name}",
              description=f"{service.name}가 1분 넘게 응답하지 않습니다. 세션과 캐시를 쓰는 요청이 실패합니다.",
              runbook="data 네임스페이스의 파드를 확인하세요. 볼륨이 없으므로 재시작하면 데이터가 비어 있습니다.",
              dashboard=board, panel="Up"),
        Alert("RedisMemoryHigh", expr=f"{fill()} > {memory_ratio:g}", for_="5m", labels=labels,
              summary=f"Redis 메모리 부족: {service.name}",
              description="maxmemory의 {{ $value | humanizePercentage }}를 쓰고 있습니다. 곧 키를 버리거나 쓰기가 실패합니다.",
              runbook="redis-cli --bigkeys로 큰 키를 찾고, TTL이 없는 키를 확인하세요.",
              dashboard=board, panel="Memory of maxmemory"),
        Alert("RedisRejectedConnections", expr=f"{rejected} > 0", labels=labels,
              summary=f"Redis 연결 거절: {service.name}",
              description="5분 동안 maxclients에 걸려 연결이 거절되었습니다.",
              runbook="클라이언트 풀의 크기와 새는 연결을 확인하세요.",
              dashboard=board, panel="Rejected connections"),
        Alert("RedisEvictions", expr=f"{evicted} > 0", for_="10m", severity="info", labels=labels,
              summary=f"Redis 키 축출: {service.name}",
              description="10분 넘게 메모리가 모자라 키를 버리고 있습니다.",
              runbook="메모리를 늘리거나 TTL을 줄이세요.",
              dashboard=board, panel="Evicted and expired"),
    )  # fmt: skip
