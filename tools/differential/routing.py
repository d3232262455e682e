"""Random Alertmanager configurations, matchers and alerts through ours and through the real amtool.

    .venv/bin/python tools/differential/routing.py --seconds 60 --seed 1

Compared: whether a configuration loads and the words of its refusal (without line numbers), the matchers as
amtool prints them, and the receivers of alerts. Prints each disagreement and the counts; exits 1 when there was
one.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from obs.lang import matchers
from obs.lang.error import LanguageError
from obs.lang.gotemplate.quote import unquote
from obs.sim.routing.config import read
from obs.sim.routing.error import ConfigError
from obs.sim.routing.tree import receivers_for, tree

BIN = Path(__file__).resolve().parents[2] / ".tools" / "bin"
NAMES = ["alertname", "severity", "namespace", "pod", "a", "job"]
VALUES = [
    "",
    "x",
    "warning",
    "critical",
    "gateway",
    "SpringErrorLogsDetected",
    "a b",
    "x,y",
    "한글",
    "1",
    'q"t',
    "b\\s",
]
PATTERNS = [
    "x|warning",
    ".*",
    ".+",
    "crit.*",
    "Spring.*|High.*",
    "(a|b) b",
    "[a-z]+",
    "",
    "^x$",
    "(",
    "a{2,1}",
    "\\d+",
]
CHARS = list("{}=!~,\"\\ abcx0_-:.\n\t'`é|()*[]+")


class Writer:
    """Writes random matchers, configurations and alerts."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def matchers_text(self) -> str:
        text = ", ".join(self.matcher_text() for _ in range(self.rng.choice([1, 1, 1, 2, 3])))
        if self.rng.random() < 0.25:
            text = "{" + text + "}"
        while self.rng.random() < 0.35:
            at = self.rng.randrange(len(text) + 1)
            cut = self.rng.choice([0, 0, 1, 2])
            text = text[:at] + self.rng.choice([*CHARS, ""]) + text[at + cut :]
        return text

    def matcher_text(self) -> str:
        name = self.rng.choice(
            [*NAMES, "é", '"with space"', "a-b", "a:b", "1a"] if self.rng.random() < 0.2 else NAMES
        )
        operator = self.rng.choice(["=", "!=", "=~", "!~", " = ", "=~ "])
        value = self.rng.choice(PATTERNS if "~" in operator and self.rng.random() < 0.8 else VALUES)
        if self.rng.random() < 0.7:
            value = json.dumps(value, ensure_ascii=False)
        return f"{name}{operator}{value}"

    def route(self, depth: int, receivers: list[str], intervals: list[str]) -> dict[str, object]:
        rng = self.rng
        route: dict[str, object] = {}
        if rng.random() < 0.8:
            route["receiver"] = rng.choice(receivers if rng.random() < 0.98 else ["nobody"])
        if rng.random() < 0.7:
            route["matchers"] = [self.clean_matcher() for _ in range(rng.choice([0, 1, 1, 2]))]
        if rng.random() < 0.25:
            route["match"] = {rng.choice(NAMES): rng.choice(VALUES)}
        if rng.random() < 0.2:
            route["match_re"] = {rng.choice(NAMES): rng.choice(PATTERNS[:9])}
        if rng.random() < 0.35:
            route["continue"] = rng.random() < 0.7
        if rng.random() < 0.3:
            route["group_by"] = rng.choices([*NAMES, "..."], k=rng.choice([0, 1, 1, 2]))
        for name in ("group_wait", "group_interval", "repeat_interval"):
            if rng.random() < 0.15:
                route[name] = rng.choice(
                    ["30s", "5m", "1h30m", "0s", "1d", "x", "1m1h", 5, "30"]
                    if rng.random() < 0.3
                    else ["30s", "5m", "4h"]
                )
        if intervals and rng.random() < 0.15:
            route[rng.choice(["mute_time_intervals", "active_time_intervals"])] = [
                rng.choice([*intervals, "none"])
            ]
        if rng.random() < 0.02:
            route[rng.choice(["match_labels", "receivers", "groupBy"])] = 1
        if depth and rng.random() < 0.8:
            route["routes"] = [self.route(depth - 1, receivers, intervals) for _ in range(rng.randint(0, 3))]
        return route

    def clean_matcher(self) -> str:
        if self.rng.random() < 0.02:
            return self.matchers_text()
        operator = self.rng.choice(["=", "!=", "=~", "!~"])
        value = self.rng.choice(PATTERNS[:9] if "~" in operator else VALUES)
        return f"{self.rng.choice(NAMES)}{operator}{json.dumps(value, ensure_ascii=False)}"

    def config(self) -> dict[str, object]:
        rng = self.rng
        receivers = rng.sample(["null", "discord", "team-a", "team-b", "monitoring/x/y"], k=rng.randint(1, 4))
        config: dict[str, object] = {}
        intervals: list[str] = []
        if rng.random() < 0.4:
            intervals = rng.sample(["nights", "weekend"], k=rng.randint(1, 2))
            key = rng.choice(["time_intervals", "mute_time_intervals"])
            config[key] = [{"name": name, "time_intervals": [self.interval()]} for name in intervals]
        route = self.route(2, receivers, intervals)
        if rng.random() < 0.93:
            for name in (
                "matchers",
                "match",
                "match_re",
                "continue",
                "mute_time_intervals",
                "active_time_intervals",
            ):
                route.pop(name, None)
            route.setdefault("receiver", receivers[0])
        config["route"] = route
        config["receivers"] = [self.receiver(name) for name in receivers]
        if rng.random() < 0.03:
            config["receivers"] = [*map(self.receiver, receivers), {"name": receivers[0]}]
        if rng.random() < 0.4:
            config["inhibit_rules"] = [self.inhibit_rule()]
        if rng.random() < 0.03:
            config.pop(rng.choice(list(config)))
        return config

    def inhibit_rule(self) -> dict[str, object]:
        rng = self.rng
        rule: dict[str, object] = {
            "source_matchers": [self.clean_matcher()],
            "target_matchers": [self.clean_matcher()],
            "equal": rng.choices(NAMES if rng.random() < 0.95 else ["a-b", ""], k=rng.randint(0, 2)),
        }
        if rng.random() < 0.2:
            rule["source_match"] = {rng.choice([*NAMES, "a-b"]): "x"}
        return rule

    def receiver(self, name: str) -> dict[str, object]:
        receiver: dict[str, object] = {"name": name if self.rng.random() < 0.99 else ""}
        if self.rng.random() < 0.3:
            discord = {"webhook_url": "http://127.0.0.1:9/x", "title": "t"}
            roll = self.rng.random()
            if roll < 0.06:
                discord["webhook_url"] = self.rng.choice(
                    ["", "x", "ftp://h/x", "http://", "//h/p", "http:x", "a:b"]
                )
            elif roll < 0.1:
                discord["content"] = "x"
            elif roll < 0.14:
                discord["webhook_url_file"] = "/x"
                if roll < 0.12:
                    del discord["webhook_url"]
            receiver["discord_configs"] = [discord]
        return receiver

    def interval(self) -> dict[str, object]:
        rng = self.rng
        odd = rng.random() < 0.15
        interval: dict[str, object] = {}
        if rng.random() < 0.6:
            times = (
                ("08:00", "17:30", "24:00", "00:00")
                if not odd
                else ("8:00", "25:00", "10:60", "", "24:01", "12:00")
            )
            interval["times"] = [{"start_time": rng.choice(times), "end_time": rng.choice(times)}]
        if rng.random() < 0.4:
            good = ("monday:friday", "saturday", "Sunday:Monday")
            interval["weekdays"] = [
                rng.choice(good if not odd else ("friday:monday", "mon", "1:5", "monday:tuesday:friday"))
            ]
        if rng.random() < 0.4:
            good = ("1", "1:5", "-3:-1", "10:-1")
            interval["days_of_month"] = [
                rng.choice(good if not odd else ("0", "32", "5:1", "-1:5", "x", "31:-31", "-1:-5", ""))
            ]
        if rng.random() < 0.3:
            interval["months"] = [
                rng.choice(
                    ("1:3", "may:august", "December")
                    if not odd
                    else ("may:jan", "august:may", "x", "13", "5:2")
                )
            ]
        if rng.random() < 0.3:
            interval["years"] = [
                rng.choice(("2024", "2020:2030") if not odd else ("2030:2020", "x", "1:2:3", ""))
            ]
        if rng.random() < 0.2:
            interval["location"] = rng.choice(
                ("UTC", "Asia/Seoul", "Europe/Berlin") if not odd else ("Mars/Base", "utc2")
            )
        return interval

    def alert(self) -> dict[str, str]:
        return {name: self.rng.choice(VALUES[1:9]) for name in NAMES if self.rng.random() < 0.6}


class Report:
    """Counts and disagreements."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.shown = 0
        self.agreed: list[dict[str, object]] = []

    def compare(self, kind: str, case: object, ours: str, real: str) -> None:
        if ours == real:
            self.counts[f"{kind} agree"] += 1
            self.agreed.append({"kind": kind, "case": case, "real": real})
            return
        self.counts[f"{kind} DISAGREE"] += 1
        self.shown += 1
        if self.shown <= 30:
            print(f"--- {kind}: {json.dumps(case, ensure_ascii=False)}\n  ours: {ours!r}\n  real: {real!r}")


def amtool(*arguments: str | Path) -> str:
    """What amtool prints on its standard output."""
    done = subprocess.run([BIN / "amtool", *arguments], capture_output=True, check=False)
    return done.stdout.decode()


def check_config(path: Path) -> str:
    """`ok`, or the words of the refusal."""
    output = amtool("check-config", path)
    found = re.search(r"FAILED: (.*?)\n\n", output, re.DOTALL)
    return "ok" if found is None else re.sub(r"(?m)^  line \d+: ", "  ", found[1])


def our_verdict(config: dict[str, object]) -> str:
    try:
        read(config)
    except ConfigError as error:
        return error.message
    return "ok"


def matcher_case(text: str, path: Path, report: Report) -> None:
    """One text of matchers: as amtool prints the route that has it, or its refusal."""
    config = {"route": {"receiver": "r", "routes": [{"matchers": [text]}]}, "receivers": [{"name": "r"}]}
    path.write_text(json.dumps(config), "utf-8")
    try:
        found = sorted(matchers.parse(text), key=lambda matcher: matcher.sort_key)
        ours = "{" + ",".join(map(str, found)) + "}"
    except LanguageError as error:
        # An empty line ends amtool's message.
        ours = error.message.split("\n\n")[0].rstrip("\n")
        report.compare("matchers refused", text, ours, check_config(path).rstrip("\n"))
        return
    output = amtool("config", "routes", "show", f"--config.file={path}")
    warned = re.search(r'err=(?:"((?:[^"\\]|\\.)*)"|(\S+)) suggestion=', output)
    report.compare("new parser", text, new_parser(text), unquote(f'"{warned[1]}"') or "" if warned else "ok")
    line = re.search(r"└── (\{.*\})  receiver: r\n", output, re.DOTALL)
    default = "└── default-route" in output
    real = line[1] if line else check_config(path)
    if not found and line is None and default:
        real = "{}"
    report.compare("matchers", text, ours, real)


def new_parser(text: str) -> str:
    """What the new parser alone says."""
    try:
        matchers.parse_utf8(text)
    except LanguageError as error:
        return error.message
    return "ok"


def config_case(writer: Writer, path: Path, report: Report) -> None:
    config = writer.config()
    path.write_text(json.dumps(config), "utf-8")
    verdict = our_verdict(config)
    report.compare("config", config, verdict, check_config(path))
    if verdict != "ok":
        return
    root = tree(read(config))
    for _ in range(3):
        labels = writer.alert()
        words = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in labels.items()]
        output = amtool("config", "routes", "test", f"--config.file={path}", *words)
        real = re.sub(r"(?m)^level=.*\n", "", output).rstrip("\n")
        report.compare("receivers", [config, labels], ",".join(receivers_for(root, labels)), real)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", type=Path, help="write the cases that agree to this file, as JSON lines")
    options = parser.parse_args()
    if not (BIN / "amtool").exists():
        print("amtool is not built: run `make tools`", file=sys.stderr)
        return 2
    writer = Writer(random.Random(options.seed))
    report = Report()
    deadline = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "alertmanager.yml")
        while time.monotonic() < deadline:
            matcher_case(writer.matchers_text(), path, report)
            config_case(writer, path, report)
    if options.record:
        lines = (json.dumps(case, ensure_ascii=False) for case in report.agreed)
        options.record.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    print(
        f"seed {options.seed}: "
        + ", ".join(f"{name} {count}" for name, count in sorted(report.counts.items()))
    )
    return 1 if any("DISAGREE" in name for name in report.counts) else 0


if __name__ == "__main__":
    sys.exit(main())
