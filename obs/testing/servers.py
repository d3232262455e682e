"""Servers of a test's own: in one process group and one temporary folder, gone when the block or this process ends.

with Servers("obs-example-", tools.bin) as servers:
    port, = free_ports(1)
    servers.spawn("web", "prometheus", f"--web.listen-address=127.0.0.1:{port}")
    servers.wait_for(lambda: listens(port), 60, "Prometheus listens")
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from obs.testing import keeper

POLL_SECONDS = 0.05
SHOWN_LINES = 20
"""How many of the last lines of a log an error shows."""

T = TypeVar("T")


class ServerEndedError(RuntimeError):
    """A server did not start or ended; the message holds the last lines of its log."""


class Servers:
    """See the module. `folder` exists in the block; each server writes `<name>.log` there.

    A keeper process removes everything when the block ends or this process ends in any way, kill -9 included.
    """

    def __init__(self, prefix: str, commands: Path, ended: type[ServerEndedError] = ServerEndedError) -> None:
        self.commands = commands
        self.folder = Path()
        self._prefix = prefix
        self._ended = ended
        self._keeper: subprocess.Popen[bytes] | None = None
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Make the folder and start the keeper; raises the error of servers that have ended."""
        self.folder = Path(tempfile.mkdtemp(prefix=self._prefix))
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", keeper.__file__, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
        )
        assert self._keeper.stdout is not None
        if self._keeper.stdout.readline() != b"ready\n":
            raise self._ended("the keeper process did not start")

    def close(self) -> None:
        """End every process and remove the folder; returns when both have happened."""
        if self._keeper is None:
            return
        assert self._keeper.stdin is not None
        assert self._keeper.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._keeper.stdin.close()
        self._keeper.stdout.read()
        self._keeper.stdout.close()
        for process in (self._keeper, *self._running.values()):
            process.kill()  # they are dead already, unless someone killed the keeper before
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._keeper = None
        self._running.clear()

    @property
    def pids(self) -> dict[str, int]:
        """Process id by server name, the keeper's included."""
        running = {name: process.pid for name, process in self._running.items()}
        return running | ({"keeper": self._keeper.pid} if self._keeper else {})

    def spawn(
        self,
        name: str,
        command: str | Path,
        *arguments: str,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start one of the commands (or any by its path) in the folder, its output going to its log.

        `user` is whom it runs as, which only root may choose; `environment` is set beside this process's own.
        """
        assert self._keeper is not None
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [str(self.commands / command), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                process_group=self._keeper.pid,
                env={**os.environ, **(environment or {})},
                user=user,
                group=user and pwd.getpwnam(user).pw_gid,
                extra_groups=[] if user else None,
            )

    def runs(self, name: str) -> bool:
        """Whether a server was started and not stopped."""
        return name in self._running

    def stop(self, name: str, *, patience: float = 0.0) -> None:
        """End a server: asked first when there is `patience` (seconds), then by force."""
        process = self._running.pop(name, None)
        if process is None:
            return
        if patience:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
        process.kill()
        process.wait()

    def wait_for(self, predicate: Callable[[], T | None], timeout: float = 30.0, what: str = "") -> T:
        """The predicate's first truthy result, asked for every 50 ms.

        Raises TimeoutError after `timeout` seconds and the error of servers that have ended when one has.
        """
        deadline = time.monotonic() + timeout
        while True:
            result = predicate()
            if result:
                return result
            self.check()
            if time.monotonic() > deadline:
                logs = "\n".join(self.log(name) for name in self._running)
                raise TimeoutError(f"not within {timeout:g} s: {what or predicate}\n{logs}")
            time.sleep(POLL_SECONDS)

    def check(self) -> None:
        """Raises the error of servers that have ended when one has."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise self._ended(f"{name} ended with {process.returncode}\n{self.log(name)}")

    def log(self, name: str) -> str:
        """The end of a server's log."""
        lines = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
        return "\n".join([f"--- the end of {name}.log", *lines[-SHOWN_LINES:]])


def free_ports(count: int) -> list[int]:
    """Distinct ports that nobody listens on now; held all at once so that they differ."""
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]


def listens(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
