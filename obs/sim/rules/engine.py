"""Prometheus's own engine, as a process that is asked in lines of JSON (`tools/prometheus/rule-engine`)."""

from __future__ import annotations

import json
import math
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from obs.sim.rules.evaluator import (
    AlertState,
    Evaluation,
    Labels,
    Posted,
    RulesError,
    RuleState,
    Series,
    Settings,
    State,
    Step,
)
from obs.sim.scrape import STALE, Key, Stored, Value

Answer = dict[str, object]
SETTINGS = {"GOGC": "off", "GOMEMLIMIT": "256MiB"}
"""Go's collector costs a quarter of the time otherwise; it runs when there is something to save."""


class Engine:
    """The process; it lives until `close`, and serves one scenario after the other."""

    def __init__(self, command: Path) -> None:
        self._process = subprocess.Popen(
            [str(command)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, **SETTINGS},
        )
        self._numbers: dict[Key, int] = {}
        self._waiting: list[Mapping[str, object]] = []
        hello = self._ask({"op": "hello"})
        self.version = str(hello.get("version") or "2.55.0")

    @property
    def title(self) -> str:
        return f"Prometheus {self.version}'s own engine"

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(timeout=10)

    def reset(self, settings: Settings) -> None:
        self._numbers.clear()
        self._waiting = [  # what waited was for a server that is no more
            {
                "op": "reset",
                "lookback": settings.lookback,
                "resend_delay": settings.resend_delay,
                "subquery_interval": settings.subquery_interval,
                "external_labels": dict(settings.external_labels),
                "external_url": settings.external_url,
                "features": list(settings.features),
            }
        ]

    def load(self, groups: Sequence[Mapping[str, object]], interval: int, *, restart: bool = False) -> None:
        rules = json.dumps({"groups": list(groups)})
        self._ask({"op": "load", "rules": rules, "interval": interval, "restart": restart})

    def append(self, samples: Sequence[Stored]) -> None:
        if samples:
            self._ask({"op": "append", **self._rows(samples)})

    def _rows(self, samples: Sequence[Stored]) -> dict[str, object]:
        """Samples as the process reads them; a series is named once, and goes by a number from then on."""
        new: dict[str, Labels] = {}
        rows: list[tuple[int, int, float | str]] = []
        for one in samples:
            number = self._numbers.get(one.labels)
            if number is None:
                number = self._numbers[one.labels] = len(self._numbers)
                new[str(number)] = dict(one.labels)
            odd = isinstance(one.value, float) and not math.isfinite(one.value)
            rows.append((number, one.at, _word(one.value) if odd else one.value))
        return {"series": new, "samples": rows}

    def append_notation(self, text: str, start: int, interval: int) -> None:
        self._waiting.append({"op": "notation", "notation": text, "at": start, "interval": interval})

    def evaluate(self, groups: Sequence[str], at: int, samples: Sequence[Stored] = ()) -> Evaluation:
        return _evaluation(self._ask(self._eval(groups, Step(at, tuple(samples)))))

    def _eval(self, groups: Sequence[str], step: Step) -> dict[str, object]:
        return {"op": "eval", "groups": list(groups), "at": step.at, **self._rows(step.samples)}

    def run(
        self, groups: Sequence[Mapping[str, object]], interval: int, steps: Sequence[Step]
    ) -> list[Evaluation]:
        """In one question and one answer: a scenario is many small evaluations."""
        load: dict[str, object] = {
            "op": "load",
            "rules": json.dumps({"groups": list(groups)}),
            "interval": interval,
        }
        names = [str(group["name"]) for group in groups]
        requests = [load]
        for step in steps:
            if step.restart:
                requests.append({**load, "restart": True})
            requests.append(self._eval(names if step.groups is None else step.groups, step))
        answers = self._ask_all(requests)
        return [_evaluation(answer) for answer in answers if "sent" in answer]

    def query(self, expr: str, at: int) -> tuple[Series, ...]:
        answer = self._ask({"op": "query", "expr": expr, "at": at})
        if answer["type"] not in ("vector", "scalar"):
            raise RulesError(f"the result is a {answer['type']}, not a vector or scalar", 0, 0)
        return _series(answer)

    def query_range(self, expr: str, start: int, end: int, step: int) -> tuple[Series, ...]:
        asked = {"op": "query_range", "expr": expr, "at": start, "until": end, "step": step}
        return _series(self._ask(asked))

    def stored(self, selector: str) -> tuple[Series, ...]:
        return _series(self._ask({"op": "stored", "expr": selector}))

    def parse(self, notation: str) -> tuple[Labels, tuple[str | None, ...]]:
        """Labels and values of a series in promtool's notation, histograms as Prometheus prints them."""
        answer = self._ask({"op": "parse", "notation": notation})
        return _labels(answer["labels"]), tuple(cast("list[str | None]", answer["values"]))

    def parse_metric(self, text: str) -> Labels:
        """The labels of a metric as text."""
        return _labels(self._ask({"op": "parse", "expr": text})["labels"])

    def relabel(self, labels: Labels, steps: Sequence[Mapping[str, object]]) -> Labels | None:
        """The labels after relabelling steps in Prometheus's own keys; None when they drop the series."""
        answer = self._ask({"op": "relabel", "steps": json.dumps(list(steps)), "labels": dict(labels)})
        return _labels(answer["labels"]) if "labels" in answer else None

    def _ask(self, asked: Mapping[str, object]) -> Answer:
        return self._ask_all([asked])[-1]

    def _ask_all(self, asked: Sequence[Mapping[str, object]]) -> list[Answer]:
        """The answers, after all that waited was told: what has no answer costs no turn of its own."""
        requests, self._waiting = [*self._waiting, *asked], []
        answers = _objects(self._turn({"op": "batch", "requests": requests})["answers"])
        for answer in answers:
            _refuse(answer)
        return answers

    def _turn(self, asked: Mapping[str, object]) -> Answer:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps(asked) + "\n")
            stdin.flush()
            line = stdout.readline()
        except (BrokenPipeError, ValueError):
            line = ""
        if not line:
            raise RulesError("the rule engine has ended; `make tools` builds it anew", 0, 0)
        answer: Answer = json.loads(line)
        _refuse(answer)
        return answer


def _refuse(answer: Answer) -> None:
    if "error" in answer:
        raise RulesError(str(answer["error"]), 0, 0)


def _evaluation(answer: Answer) -> Evaluation:
    rules = tuple(
        _rule(str(group["name"]), rule)
        for group in _objects(answer["groups"])
        for rule in _objects(group["rules"])
    )
    return Evaluation(rules, tuple(_posted(one) for one in _objects(answer["sent"])))


def _word(value: float | str) -> str:
    assert isinstance(value, float)
    return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"


def _objects(value: object) -> list[Answer]:
    return cast("list[Answer]", value or [])


def _labels(value: object) -> Labels:
    return cast("dict[str, str]", value or {})


def _whole(value: object) -> int:
    return cast("int", value or 0)


def _rule(group: str, raw: Answer) -> RuleState:
    alerts = tuple(
        AlertState(
            _labels(one["labels"]),
            _labels(one["annotations"]),
            cast("State", one["state"]),
            str(one["value"]),
            _whole(one["active_at"]),
            _whole(one["fired_at"]),
        )
        for one in _objects(raw.get("alerts"))
    )
    return RuleState(group, str(raw["name"]), alerts, str(raw.get("error") or ""))


def _posted(raw: Answer) -> Posted:
    return Posted(
        _labels(raw["labels"]),
        _labels(raw["annotations"]),
        _whole(raw["starts_at"]),
        _whole(raw["ends_at"]),
        bool(raw["resolved"]),
    )


def _series(answer: Answer) -> tuple[Series, ...]:
    return tuple(
        Series(
            _labels(one["labels"]), tuple(_point(*point) for point in cast("list[list[str]]", one["points"]))
        )
        for one in _objects(answer["result"])
    )


def _point(at: str, value: str) -> tuple[int, Value]:
    if value == "stale":
        return int(at), STALE
    try:
        return int(at), float(value)
    except ValueError:
        return int(at), value
