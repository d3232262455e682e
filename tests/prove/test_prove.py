"""`obs prove` and `obs up` on the real servers: what they find, what they leave behind. Run by `make prove`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from obs.testing.tools import ToolMissingError, Tools

ROOT = Path(__file__).parents[2]
OBS = [sys.executable, "-m", "obs"]
PREFIXES = ("obs-prove-", "obs-loki-")

pytestmark = pytest.mark.prove

SCENARIO = """
from obs.testing import spring


def test_one_error(scenario):
    scenario.log("gateway", spring("boom"))
    scenario.run("4m")
    assert scenario.discord.only().at <= "3m"
"""


@pytest.fixture(autouse=True)
def servers() -> None:
    """`make prove` builds them; without them these tests fail."""
    try:
        found = Tools.find(ROOT)
        for command in ("prometheus", "alertmanager", "promtail", "loki", "helm", "prometheus-operator"):
            found.path(command)
    except ToolMissingError as error:
        pytest.fail(f"{error}; `make prove` builds everything", pytrace=False)


def prove(tmp_path: Path, source: str, *options: str) -> tuple[int, dict]:
    file = tmp_path / "test_it.py"
    file.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [*OBS, "prove", str(file), "--json", "--project", str(ROOT), *options],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_the_report_holds_both_moments_of_everything(tmp_path: Path) -> None:
    code, report = prove(tmp_path, SCENARIO)
    (proof,) = report["scenarios"]
    assert (code, proof["outcome"], proof["speed"]) == (0, "agrees", 30), proof
    assert {row["kind"] for row in proof["rows"]} == {"message", "state"}
    for row in proof["rows"]:
        assert abs(row["emulated"] - row["real"]) <= 30_000
    assert proof["entries"] == 1, "the line is in Loki"
    (message,) = [row for row in proof["rows"] if row["kind"] == "message"]
    assert message["receiver"] == "discord-webhook"
    assert "gateway" in message["what"]


def test_an_expectation_that_reality_does_not_fulfil_fails(tmp_path: Path) -> None:
    """The emulation is not believed: here it is made to keep quiet about the message."""
    lying = SCENARIO.replace(
        'assert scenario.discord.only().at <= "3m"',
        "real = scenario.observed.evaluator == 'a real Prometheus'\n    assert len(scenario.discord) == (0 if real else 1)",
    )
    code, report = prove(tmp_path, lying)
    (proof,) = report["scenarios"]
    assert (code, proof["outcome"]) == (1, "failed")
    assert "len(scenario.discord)" in proof["message"]


def processes() -> set[int]:
    """The servers of any run, by what their command lines name."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if any(prefix in line for prefix in PREFIXES) and "keeper" not in line:
            found.add(int(folder.name))
    return found


def below(process: subprocess.Popen) -> set[int]:
    """The servers that hold files in the folders of this process alone."""
    own = set()
    for pid in processes():
        try:
            group = os.getpgid(pid)
            parent = int(Path(f"/proc/{group}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if parent == process.pid:
            own.add(pid)
    return own


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen]:
    file = tmp_path / "test_it.py"
    file.write_text(SCENARIO.replace('"4m"', '"30m"'), encoding="utf-8")
    process = subprocess.Popen(
        [*OBS, "prove", str(file), "--project", str(ROOT)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_behind_when_it_is_killed(running: subprocess.Popen, how: signal.Signals) -> None:
    until = time.monotonic() + 90
    while len(started := below(running)) < 4:  # Loki, Prometheus, Alertmanager, Promtail
        assert time.monotonic() < until, started
        assert running.poll() is None
        time.sleep(0.2)
    folders = {Path(f"/proc/{pid}/cwd").resolve() for pid in started}
    running.send_signal(how)
    running.wait(60)
    until = time.monotonic() + 20
    while (left := started & processes()) or any(folder.exists() for folder in folders):
        assert time.monotonic() < until, (left, folders)
        time.sleep(0.2)


def listening(pids: set[int]) -> set[str]:
    """The addresses that processes listen on, as /proc tells them."""
    inodes = set()
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = os.readlink(handle)
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    found = set()
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.add(fields[1].split(":")[0])
    return found


def test_every_server_listens_on_this_machine_alone(running: subprocess.Popen) -> None:
    until = time.monotonic() + 90
    while len(started := below(running)) < 4 or len(listening(started)) < 1:
        assert time.monotonic() < until, started
        time.sleep(0.2)
    time.sleep(3)
    assert listening(below(running)) <= {"0100007F", "0000000000000000FFFF00000100007F"}
