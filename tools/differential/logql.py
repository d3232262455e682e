#!/usr/bin/env python3
"""Compare our LogQL with Loki 3.4 itself on mutated queries, and report every disagreement.

    python tools/differential/logql.py [--seconds 30] [--seed 1] [--show 20]

Starts the Loki of `make tools-logs` on loopback with a data folder of its own, and stops it. Loki's `format_query`
gives the first layer of errors and the print, `query_range` over no data the second. Exit codes: 0 agreement,
1 disagreements, 2 no Loki.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from obs.lang.error import LanguageError, Unsupported  # noqa: E402
from obs.lang.logql import ParseError, StageError, parse  # noqa: E402

LOKI = ROOT / ".tools" / "bin" / "loki"
SEEDS = ROOT / "tests" / "data" / "logql" / "loki_3_4.jsonl"
WORDS = r"""{app="a"} {a="b",c=~"d.*"} {} rate count_over_time sum_over_time avg_over_time quantile_over_time sum
    topk by without on ignoring group_left bool offset and or unless json logfmt regexp pattern unpack unwrap
    line_format label_format decolorize drop keep ip vector label_replace bytes duration absent_over_time sort
    approx_topk --strict --keep-empty [5m] [1h30m] [] 5m 1.5s 20MB 5 -1 0.5 1e3 0x1F ( ) { } | |= != |~ !~ |> !> =
    == =~ > >= < <= + - * / % ^ , . # // "a" `b` "a.b" "(" "(?P<x>y)" "<a> <b>" "{{.x}}" "{{" "1.1.1.1" "a|b" ".*"
    a level status __error__ _ é @ ' " ` \ ! ~ ; :""".split()  # noqa: SIM905
CHARACTERS = "abxyz019_:.,;'\"`()[]{}<>=!~+-*/%^@#$|\\ \t\né日"
CONFIG = """
auth_enabled: false
server: {{http_listen_address: 127.0.0.1, http_listen_port: {http}, grpc_listen_address: 127.0.0.1,
  grpc_listen_port: {grpc}, log_level: error}}
common:
  instance_addr: 127.0.0.1
  path_prefix: {folder}
  replication_factor: 1
  ring: {{instance_addr: 127.0.0.1, kvstore: {{store: inmemory}}}}
  storage: {{filesystem: {{chunks_directory: {folder}/chunks, rules_directory: {folder}/rules}}}}
memberlist: {{bind_addr: ["127.0.0.1"], bind_port: {gossip}}}
schema_config:
  configs:
    - {{from: 2024-01-01, store: tsdb, object_store: filesystem, schema: v13, index: {{prefix: i_, period: 24h}}}}
analytics: {{reporting_enabled: false}}
"""


class Loki:
    """A running Loki, asked over one kept connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self, path: str, parameters: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and body."""
        body = urllib.parse.urlencode(parameters or {}, errors="surrogateescape")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            self.connection.request("POST" if parameters else "GET", path, body, headers)
            response = self.connection.getresponse()
            return response.status, response.read().decode("utf-8", "replace")
        except (http.client.HTTPException, OSError):
            self.connection.close()
            raise

    def answer(self, query: str) -> tuple[str, str]:
        """("parse" or "stage", message) or ("ok", Loki's print, perhaps of several lines).

        "unclear" with the print where Loki fails on a print of its own before it comes to the stages.
        """
        status, body = self.get("/loki/api/v1/format_query", {"query": query})
        if status != 200:
            return "parse", str(json.loads(body)["error"])
        printed = str(json.loads(body)["data"])
        now = int(time.time())
        times = {"start": str(now - 60), "end": str(now), "step": "60"}
        status, body = self.get("/loki/api/v1/query_range", {"query": query, **times})
        if status != 200 and body.startswith("parse error : stage '"):
            return "stage", body.strip()
        return ("unclear" if status != 200 and body.startswith("parse error") else "ok"), printed


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def running_loki() -> Iterator[Loki]:
    """A Loki of our own, ready to answer."""
    if not LOKI.exists():
        print(f"no {LOKI.relative_to(ROOT)}: run `make tools-logs`", file=sys.stderr)
        sys.exit(2)
    with tempfile.TemporaryDirectory() as folder:
        web, rpc, gossip = free_ports(3)
        config = Path(folder) / "loki.yaml"
        config.write_text(CONFIG.format(http=web, grpc=rpc, gossip=gossip, folder=folder))
        process = subprocess.Popen(
            [str(LOKI), f"-config.file={config}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )
        try:
            yield wait_until_ready(web, process)
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> Loki:
    """Loki answers queries some seconds after it started."""
    until = time.monotonic() + 90
    while time.monotonic() < until and process.poll() is None:
        loki = Loki(port)
        try:
            status, _ = loki.get("/loki/api/v1/format_query", {"query": "1"})
            now = str(int(time.time()))
            again, _ = loki.get("/loki/api/v1/query_range", {"query": '{a="b"}', "start": now, "end": now})
            if status == again == 200:
                return loki
        except OSError:
            pass
        time.sleep(0.5)
    print("Loki does not start", file=sys.stderr)
    sys.exit(2)


def ours(query: str) -> tuple[str, str]:
    """Our answer in the same form."""
    try:
        parsed = parse(query)
        parsed.check_stages()
    except (ParseError, StageError) as error:
        return ("stage" if isinstance(error, StageError) else "parse"), error.text
    except Unsupported as error:
        return "unsupported", error.message
    return "ok", parsed.canonical


def same(query: str, mine: tuple[str, str], theirs: tuple[str, str]) -> bool:
    """Whether the answers agree; a print of several lines by what it means, where Loki itself can read it."""
    if mine == theirs or mine[0] == "unsupported":
        return True
    if (
        theirs[0] == "unclear" or mine[0] == theirs[0] == "stage"
    ):  # Loki builds both sides of an operation at once
        return mine[0] == "stage" or same(query, mine, ("ok", theirs[1]))
    if mine[0] == "ok" == theirs[0] and "\n" in theirs[1]:
        try:
            return parse(theirs[1]).canonical == mine[1]
        except LanguageError:
            return "".join(theirs[1].split()) == "".join(mine[1].split())
    # Loki leaves out what a count does not need, such as line_format, before it builds the stages.
    return mine[0] == "stage" and theirs[0] == "ok" and "line_format" in query


def mutate(pick: random.Random, seeds: list[str]) -> str:
    """A seed with some words or characters put in, left out or exchanged, or two halves of seeds."""
    text = pick.choice(seeds)
    for _ in range(pick.choice((1, 1, 1, 2, 3))):
        at = pick.randrange(len(text) + 1)
        until = min(len(text), at + pick.choice((0, 0, 1, 2, 5, 9)))
        kind = pick.random()
        if kind < 0.25:
            new = pick.choice(CHARACTERS)
        elif kind < 0.65:
            new = pick.choice(("", " ")) + pick.choice(WORDS) + pick.choice(("", " "))
        elif kind < 0.8:
            new = ""
        else:
            other = pick.choice(seeds)
            start = pick.randrange(len(other) + 1)
            new = other[start : start + pick.randrange(30)]
        text = text[:at] + new + text[until:]
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20, help="how many disagreements to print")
    options = parser.parse_args()
    pick = random.Random(options.seed)
    seeds = [str(json.loads(line)["query"]) for line in SEEDS.read_text().splitlines()]
    counts: Counter[str] = Counter()
    wrong: list[tuple[str, tuple[str, str], tuple[str, str]]] = []
    with running_loki() as loki:
        until = time.monotonic() + options.seconds
        while time.monotonic() < until:
            query = mutate(pick, seeds)
            theirs, mine = loki.answer(query), ours(query)
            counts[mine[0]] += 1
            if not same(query, mine, theirs):
                verdicts = "verdict" if mine[0] != theirs[0] else "print" if mine[0] == "ok" else "message"
                counts[f"{verdicts} differs"] += 1
                wrong.append((query, mine, theirs))
    for query, mine, theirs in wrong[: options.show]:
        print(f"{query!r}\n  ours  {mine[0]}: {mine[1]!r}\n  Loki  {theirs[0]}: {theirs[1]!r}")
    total = counts["ok"] + counts["parse"] + counts["stage"] + counts["unsupported"]
    print(
        f"{total} queries (seed {options.seed}): "
        + ", ".join(f"{n} {what}" for what, n in sorted(counts.items()))
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
