"""PostgreSQL and Redis."""

STEPS: dict[str, tuple[list[str], list[str]]] = {
    "PostgresDown": (
        ["`kubectl -n data get pods,pvc -o wide`를 봅니다.", "`kubectl -n data logs <파드> --tail=50`에서 복구 중인지 봅니다."],
        ["복구 중이면 기다립니다. 다시 죽이면 처음부터 합니다.", "디스크가 찼으면 볼륨을 늘리고, exporter만 죽었으면 그것만 살립니다."],
    ),
    "PostgresConnectionsHigh": (
        ["`select application_name, state, count(*) from pg_stat_activity group by 1, 2 order by 3 desc;`", "배포 중이라 두 버전의 풀이 함께 열렸는지 봅니다."],
        ["idle in transaction을 끊습니다: `select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and state_change < now() - interval '5 min';`", "풀의 합이 크면 서비스의 maximum-pool-size를 줄입니다."],
    ),
    "PostgresLongTransaction": (
        ["`select pid, usename, state, now() - xact_start as age, left(query, 80) from pg_stat_activity order by xact_start limit 5;`", "백업이나 배치인지 확인합니다."],
        ["필요 없으면 `select pg_terminate_backend(<pid>);`로 끊습니다."],
    ),
    "PostgresDeadlocks": (
        ["`kubectl -n data logs <파드> | grep -A8 deadlock`에서 두 문장을 찾습니다."],
        ["두 트랜잭션이 같은 순서로 잠그도록 코드를 고칩니다.", "재시도로 지나가면 급하지 않습니다."],
    ),
    "PostgresCacheHitLow": (
        ["`select relname, seq_scan, seq_tup_read from pg_stat_user_tables order by 3 desc limit 5;`"],
        ["자주 훑는 테이블에 인덱스를 더합니다.", "데이터가 커졌으면 shared_buffers와 메모리 제한을 함께 늘립니다."],
    ),
    "RedisDown": (
        ["`kubectl -n data get pods -o wide`를 봅니다.", "OOM이었는지 `kubectl -n data describe pod`에서 봅니다."],
        ["파드를 살립니다. 볼륨이 없어 비어서 뜨므로, 캐시가 찰 때까지 PostgreSQL의 부하를 봅니다."],
    ),
    "RedisMemoryHigh": (
        ["`redis-cli --bigkeys`, `redis-cli info memory`를 봅니다.", "TTL이 없는 키가 늘었는지 봅니다."],
        ["쓰지 않는 큰 키를 `unlink`로 지웁니다.", "maxmemory와 파드의 제한을 함께 늘립니다."],
    ),
    "RedisRejectedConnections": (
        ["`redis-cli client list | cut -d' ' -f2 | sort | uniq -c`로 어디서 오는지 봅니다."],
        ["새는 쪽을 다시 띄웁니다.", "정말 모자라면 maxclients를 늘립니다."],
    ),
    "RedisEvictions": (
        ["적중률이 함께 떨어졌는지 봅니다."],
        ["떨어졌으면 메모리를 늘리고, 아니면 그대로 둡니다."],
    ),
}  # fmt: skip
