"""PostgreSQL with a standby, some work on it, and postgres_exporter beside each of the two."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from obs.testing.servers import Servers, free_ports, listens
from tests.real.exporters.debian import command, unprivileged

SECONDS = 30.0
COLLECTORS = (
    *(
        "database_wraparound",
        "long_running_transactions",
        "postmaster",
        "process_idle",
        "stat_activity_autovacuum",
    ),
    *("stat_statements", "stat_wal_receiver", "statio_user_indexes", "xlog_location"),
)
"""What the exporter leaves off by default."""
SESSIONS = {"idle": (), "open": ("--command=begin", "--command=select 1")}
"""Sessions that stay, by name: the statements that come first."""
WORK = """
create extension pg_stat_statements;
create table orders (id serial primary key, state text);
insert into orders (state) select 'paid' from generate_series(1, 2000);
update orders set state = 'sent' where id % 3 = 0;
delete from orders where id % 7 = 0;
select count(*) from orders;
select * from orders where id = 8;
analyze orders;
vacuum orders;
begin; insert into orders (state) values ('lost'); rollback;
select pg_create_physical_replication_slot('spare', true);
select pg_create_logical_replication_slot('feed', 'test_decoding');
"""


class Postgres:
    """Start with `start`; `pages` are the exporters' addresses."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.user = unprivileged()
        self.ports = tuple(free_ports(4))
        self.primary, self.standby = servers.folder / "primary", servers.folder / "standby"

    def start(self) -> None:
        """Both servers and both exporters, when the standby has what was written."""
        self._folder(self.primary)
        self._run("initdb", "--pgdata=.", "--auth=trust", "--username=obs", "--no-sync", "--encoding=UTF8")
        self._server("primary", self.primary, self.ports[0])
        self._run("createdb", "--host=127.0.0.1", f"--port={self.ports[0]}", "--username=obs", "shop")
        self.sql(WORK)
        self._folder(self.standby)
        self._run(
            "pg_basebackup", f"--dbname=host=127.0.0.1 port={self.ports[0]} user=obs", f"--pgdata={self.standby}",
            "--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--slot=standby", "--create-slot",
        )  # fmt: skip
        self._server("standby", self.standby, self.ports[1])
        for name, statements in SESSIONS.items():
            self.servers.spawn(
                name, command("psql"), *self._to(self.ports[0]), *statements, "--command=\\! sleep 600"
            )
        self.servers.wait_for(self._streams, SECONDS, "the standby streams")
        for of, port in zip(self.ports[:2], self.ports[2:], strict=True):
            self.servers.spawn(
                f"postgres-exporter-{port}",
                "postgres_exporter",
                f"--web.listen-address=127.0.0.1:{port}",
                *(f"--collector.{name}" for name in COLLECTORS),
                environment={"DATA_SOURCE_NAME": f"postgresql://obs@127.0.0.1:{of}/shop?sslmode=disable"},
            )
        self.servers.wait_for(lambda: all(map(listens, self.ports[2:])), SECONDS, "the exporters listen")

    def work(self) -> None:
        """Some more of it."""
        self.sql(
            "insert into orders (state) values ('paid'); update orders set state = 'sent' where id = 9; table orders"
        )

    def stop(self) -> None:
        """End the servers as they ask for: killed ones would leave their shared memory behind."""
        for name, folder in (("standby", self.standby), ("primary", self.primary)):
            if self.servers.runs(name):
                self._run("pg_ctl", "stop", f"--pgdata={folder}", "--mode=fast")
                self.servers.stop(name)

    @property
    def pages(self) -> dict[str, tuple[str, ...]]:
        return {"postgres": tuple(f"http://127.0.0.1:{port}/metrics" for port in self.ports[2:])}

    def sql(self, text: str) -> str:
        """Run statements on the primary; what they print."""
        return self._run("psql", *self._to(self.ports[0]), "--no-align", "--tuples-only", given=text)

    def _to(self, port: int) -> tuple[str, ...]:
        return (
            "--host=127.0.0.1",
            f"--port={port}",
            "--username=obs",
            "--dbname=shop",
            "--set=ON_ERROR_STOP=1",
        )

    def _streams(self) -> bool:
        return self.sql("select count(*) from pg_stat_replication where state = 'streaming'").strip() == "1"

    def _folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        if self.user:
            shutil.chown(folder, self.user)

    def _server(self, name: str, folder: Path, port: int) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "wal_level": "logical",
            "max_slot_wal_keep_size": "1GB",
            "shared_buffers": "16MB",
            "track_io_timing": "on",
            "shared_preload_libraries": "pg_stat_statements",
        }
        self.servers.spawn(
            name,
            command("postgres"),
            f"-D{folder}",
            f"-p{port}",
            *(f"-c{key}={value}" for key, value in settings.items()),
            user=self.user,
        )
        self.servers.wait_for(lambda: listens(port), SECONDS, f"the {name} listens")
        ready = [command("pg_isready"), "--host=127.0.0.1", f"--port={port}", "--quiet"]
        self.servers.wait_for(
            lambda: subprocess.run(ready, check=False).returncode == 0,
            SECONDS,
            f"the {name} takes connections",
        )

    def _run(self, name: str, *arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [command(name), *arguments],
            input=given, capture_output=True, text=True, timeout=60, check=False,
            cwd=self.primary, user=self.user, env={**os.environ, "LC_ALL": "C.UTF-8", "PGOPTIONS": ""},
        )  # fmt: skip
        assert done.returncode == 0, f"{name}: {done.stderr}"
        return done.stdout
