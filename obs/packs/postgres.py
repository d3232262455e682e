"""PostgreSQL behind postgres_exporter: connections, transactions, cache, locks, dead rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from obs.catalogue.postgres_exporter import (
    pg_database_size_bytes,
    pg_locks_count,
    pg_settings_max_connections,
    pg_stat_activity_count,
    pg_stat_activity_max_tx_duration,
    pg_stat_database_blks_hit,
    pg_stat_database_blks_read,
    pg_stat_database_deadlocks,
    pg_stat_database_tup_deleted,
    pg_stat_database_tup_fetched,
    pg_stat_database_tup_inserted,
    pg_stat_database_tup_updated,
    pg_stat_database_xact_commit,
    pg_stat_database_xact_rollback,
    pg_stat_user_tables_n_dead_tup,
    pg_up,
)
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.query import Query
from obs.model.rule import Alert
from obs.model.service import Service, Target
from obs.packs import style
from obs.packs.panels import curve, dashed, events, listing, named, ratio, stacked, up
from obs.packs.query import LIVE, increase, rate, share

NAME = "postgres"
_SESSIONS = {
    "active": style.BLUE, "idle": style.SKY, "idle in transaction": style.ORANGE,
    "idle in transaction (aborted)": style.VERMILION, "fastpath function call": style.PURPLE, "disabled": style.GREY,
}  # fmt: skip


def target(
    service: Service,
    *,
    enabled: bool = False,
    selector: Mapping[str, str] | None = None,
    version: str = "",
) -> Target:
    """The exporter beside the database; its monitor waits for an exporter to be deployed."""
    return Target(
        f"{NAME}-exporter",
        service=service,
        selector=selector or {"app.kubernetes.io/name": "prometheus-postgres-exporter"},
        exposes=["pg_*"],
        enabled=enabled,
        ready=True,
        switch_on=f"deploy prometheus-postgres-exporter into namespace {service.namespace} against "
        f"{service.name}:{service.port} (a role with pg_monitor, its DSN from a Secret), then enabled=True here",
        system=NAME,
        version=version,
    )


CONNECTION_RATIO, LONGEST_SECONDS = 0.8, 300.0
"""Connections in use, and an open transaction, that alerts tell of."""


def connections() -> str:
    """Sessions as a share of what the server allows."""
    return f"sum by (instance) ({pg_stat_activity_count}) / max by (instance) ({pg_settings_max_connections})"


def longest() -> str:
    """Seconds that the longest open transaction has lasted."""
    return f"max by (instance, datname) ({pg_stat_activity_max_tx_duration(state='!=idle')})"


def missed(window: str) -> str:
    """Share of blocks that were not in the cache."""
    read = rate(str(pg_stat_database_blks_read), "instance", window=window)
    return f"{read} / ({rate(str(pg_stat_database_blks_hit), 'instance', window=window)} + {read} > 0)"


def dashboard(
    data: Prometheus,
    *,
    uid: str = "postgres",
    title: str = "PostgreSQL",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
    connection_ratio: float = CONNECTION_RATIO,
) -> Dashboard:
    """One server, by database. `connection_ratio` is that of the alert."""
    name = data.label(pg_stat_database_xact_commit, "datname", title="데이터베이스")
    of = {"datname": f"=~${name.name}"}
    database = "{{datname}}"
    hit, read = (
        rate(each(**of), "datname") for each in (pg_stat_database_blks_hit, pg_stat_database_blks_read)
    )
    rows = {
        "읽음": pg_stat_database_tup_fetched,
        "추가": pg_stat_database_tup_inserted,
        "수정": pg_stat_database_tup_updated,
        "삭제": pg_stat_database_tup_deleted,
    }
    dead = f"topk(10, sum by (schemaname, relname) ({pg_stat_user_tables_n_dead_tup(**of)}))"
    return Dashboard(
        uid=uid, title=title, data=data, tags=[*tags, NAME], variables=[name], links=style.links(tags, links),
        description="PostgreSQL: 연결, 트랜잭션, 캐시, 잠금. postgres_exporter를 배포해야 보입니다.",
        rows=[
            Row("연결", [
                up("Up", "데이터베이스가 응답하는지. 익스포터가 살아 있어도 Down일 수 있습니다. Down이면 파드와 볼륨을 보세요.",
                   f"min({pg_up})"),
                ratio("Connections of limit", "max_connections 대비 세션 수. 서비스들이 함께 나눠 씁니다.",
                      connections(), limits=style.rising(0.75 * connection_ratio, connection_ratio), legend="{{instance}}"),
                stacked("Sessions by state", "상태별 세션 수. idle in transaction이 늘면 닫지 않는 트랜잭션이 있습니다.",
                        "short", f"sum by (state) ({pg_stat_activity_count(**of)})", legend="{{state}}",
                        overrides=named(_SESSIONS)),
                curve("Longest transaction", "가장 오래 열려 있는 트랜잭션. 5분을 넘으면 그 세션을 찾아 끊으세요.", "s",
                      f"max by (datname) ({longest()})", legend=database,
                      limits=style.beyond(LONGEST_SECONDS)),
            ]),
            Row("일", [
                curve("Transactions", "초당 커밋과 롤백.", "ops",
                      Query(rate(pg_stat_database_xact_commit(**of), "datname"), f"{database} 커밋"),
                      Query(rate(pg_stat_database_xact_rollback(**of), "datname"), f"{database} 롤백"), overrides=[dashed("B")]),
                curve("Rows", "초당 읽고 쓴 행 수.", "ops",
                      *(Query(rate(metric(**of)), word) for word, metric in rows.items())),
                ratio("Cache hit ratio", "캐시에서 찾은 블록의 비율. 0.9 아래로 오래 가면 메모리가 모자랍니다.",
                      share(hit, f"({hit} + {read})"), limits=style.falling(0.9, 0.95), legend=database),
                ratio("Blocks read from disk", "캐시에 없어 디스크에서 읽은 블록의 비율.", missed(LIVE),
                      limits=style.rising(0.05, 0.1), legend="{{instance}}"),
            ]),
            Row("잠금과 크기", [
                stacked("Locks by mode", "모드별 잠금 수.", "short", f"sum by (mode) ({pg_locks_count(**of)})",
                        legend="{{mode}}"),
                events("Deadlocks", "교착 상태로 취소된 트랜잭션 수. 서버 로그에 두 문장이 남습니다.",
                       increase(pg_stat_database_deadlocks(**of), "datname"), legend=database),
                curve("Database size", "데이터베이스 크기. 템플릿은 뺐습니다.", "bytes",
                      f"max by (datname) ({pg_database_size_bytes(datname='!~template.*')})", legend=database),
                listing("Dead rows", "죽은 행이 가장 많은 테이블 10개. 계속 늘면 autovacuum을 확인하세요.",
                        {"schemaname": "스키마", "relname": "테이블", "Value": "죽은 행"}, dead),
            ]),
        ],
    )  # fmt: skip


def alerts(
    board: Dashboard, service: Service, *, owner: str = "platform", connection_ratio: float = CONNECTION_RATIO
) -> tuple[Alert, ...]:
    """Down, out of connections, held up by a transaction, deadlocked, or too large for its memory."""
    labels = {"owner": owner, "service": service.name}
    deadlocks = increase(str(pg_stat_database_deadlocks), "instance", "datname", window="10m")
    return (
        Alert("PostgresDown", expr=f"min by (instance) ({pg_up}) == 0", for_="1m", severity="critical", labels=labels,
              summary=f"PostgreSQL 응답 없음: {service.name}",
              description=f"{service.name}이 1분 넘게 응답하지 않습니다. 데이터를 쓰는 모든 서비스가 실패합니다.",
              runbook="data 네임스페이스의 파드와 볼륨을 확인하고, 재시작했다면 로그의 복구 과정이 끝났는지 보세요.",
              dashboard=board, panel="Up"),
        Alert("PostgresConnectionsHigh", expr=f"{connections()} > {connection_ratio:g}", for_="5m", labels=labels,
              summary=f"PostgreSQL 연결 부족: {service.name}",
              description="max_connections의 {{ $value | humanizePercentage }}를 쓰고 있습니다. 다 차면 서비스가 연결하지 못합니다.",
              runbook="서비스별 Hikari 최대값을 더해 보고, idle in transaction 세션을 찾아 끊으세요.",
              dashboard=board, panel="Connections of limit"),
        Alert("PostgresLongTransaction", expr=f"{longest()} > {LONGEST_SECONDS:g}", for_="5m", labels=labels,
              summary="PostgreSQL 긴 트랜잭션: {{ $labels.datname }}",
              description="{{ $labels.datname }}에 {{ $value | humanizeDuration }} 동안 열린 트랜잭션이 있습니다. 잠금이 쌓이고 테이블이 불어납니다.",
              runbook="pg_stat_activity에서 xact_start가 가장 오래된 세션을 찾아, 필요 없으면 pg_terminate_backend로 끊으세요.",
              dashboard=board, panel="Longest transaction"),
        Alert("PostgresDeadlocks", expr=f"{deadlocks} > 0", labels=labels,
              summary="PostgreSQL 교착 상태: {{ $labels.datname }}",
              description="{{ $labels.datname }}에서 10분 동안 교착 상태가 생겨 트랜잭션이 취소되었습니다.",
              runbook="서버 로그에서 두 문장을 찾아 같은 순서로 잠그도록 고치세요.",
              dashboard=board, panel="Deadlocks"),
        Alert("PostgresCacheHitLow", expr=f"{missed('10m')} > 0.1", for_="30m", severity="info", labels=labels,
              summary=f"PostgreSQL 캐시 적중률 저하: {service.name}",
              description="30분 넘게 블록의 {{ $value | humanizePercentage }}를 디스크에서 읽습니다.",
              runbook="순차 스캔이 늘어난 쿼리를 찾고, 필요하면 shared_buffers를 늘리세요.",
              dashboard=board, panel="Blocks read from disk"),
    )  # fmt: skip
