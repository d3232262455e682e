#!/usr/bin/env python3
"""Compare our label flow with what Prometheus 2.55's engine returns over random series.

    python tools/differential/promql_labels.py [--seconds 30] [--seed 1] [--show 10]

Every label set that the engine returns must fit a live branch: no guaranteed label missing, no excluded one
present, none outside a closed branch; a query whose branches are all dead must return nothing, and one that is
said to return always must not be empty. Exit codes: 0 agreement, 1 disagreements, 2 no oracle.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE)]

from promql import oracle  # noqa: E402

from obs.lang.promql.flow import Branch, flow  # noqa: E402
from obs.lang.promql.parse import parse  # noqa: E402

LABELS = ("a", "b", "c", "le")
METRICS = ("x", "y", "z_bucket")
MATCHERS = (
    '{}="1"',
    '{}!=""',
    '{}=""',
    '{}=~".+"',
    '{}=~".*"',
    '{}!~"1"',
    '{}=~"1|2"',
    '{}!="2"',
    '{}=~"1|"',
)
FUNCTIONS = ("abs({})", "sort({})", "-{}", "timestamp({})", "round({}, 2)", "+{}", "clamp_min({}, 1)", "({})")
PLAIN = ("sum", "max", "group", "count", "stddev")


class Maker:
    """Random valid queries and random worlds of series."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def labels(self, most: int = 2) -> str:
        return ", ".join(self.chance.sample(LABELS, self.chance.randrange(most + 1)))

    def selector(self) -> str:
        count = self.chance.choice((0, 0, 1, 1, 2))
        found = [self.chance.choice(MATCHERS).replace("{}", self.chance.choice(LABELS)) for _ in range(count)]
        return f"{self.chance.choice(METRICS)}{{{','.join(found)}}}"

    def vector(self, depth: int) -> str:
        chance = self.chance
        if depth <= 0 or chance.random() < 0.15:
            return chance.choice(
                (self.selector(), f"rate({self.selector()}[5m])", self.selector(), "vector(1)")
            )
        inner = self.vector(depth - 1)
        match chance.randrange(14):
            case 0 | 1 | 2:
                clause = chance.choice((f"by ({self.labels()}) ", f"without ({self.labels()}) ", ""))
                return f"{chance.choice(PLAIN)} {clause}({inner})"
            case 3:
                return chance.choice(FUNCTIONS).replace("{}", inner)
            case 4:
                return self.label_function(inner)
            case 5:
                return f"absent({chance.choice((self.selector(), inner))})"
            case 6:
                return f"histogram_quantile(0.5, {inner})"
            case 7:
                clause = chance.choice(("", f"by ({self.labels()}) "))
                return f'count_values {clause}("{chance.choice(LABELS)}", {inner})'
            case 8:
                return f"({inner} {chance.choice(('>', '==', '+', '< bool', '>='))} {chance.choice(('0', '1', '2'))})"
            case 9:
                return f"max_over_time(({inner})[2m:1m])"
            case 10:
                return f"topk by ({self.labels()}) (1, {inner})"
            case _:
                return self.join(inner, self.vector(depth - 1))

    def label_function(self, inner: str) -> str:
        chance = self.chance
        target, source = chance.choice(LABELS), chance.choice((*LABELS, ""))
        if chance.random() < 0.3:
            parts = "".join(f', "{chance.choice(LABELS)}"' for _ in range(chance.randrange(3)))
            return f'label_join({inner}, "{target}", "{chance.choice(("", "-"))}"{parts})'
        template = chance.choice(("$1", "v", "", "p-$1", "$0", "${1}"))
        pattern = chance.choice(("(.*)", "(.+)", ".*", "1", "", "(1)|2", ".+"))
        return f'label_replace({inner}, "{target}", "{template}", "{source}", "{pattern}")'

    def join(self, left: str, right: str) -> str:
        chance = self.chance
        operator = chance.choice(("or", "or", "and", "unless", "+", "*", "==", ">", "!= bool"))
        matching = chance.choice(
            ("", f"on ({self.labels()})", f"on ({self.labels()})", f"ignoring ({self.labels()})")
        )
        if matching and operator not in {"or", "and", "unless"} and chance.random() < 0.5:
            keys = matching[matching.index("(") + 1 : -1].split(", ")
            free = [label for label in LABELS if label not in keys]
            copied = ", ".join(chance.sample(free, min(len(free), chance.randrange(2))))
            matching += f" {chance.choice(('group_left', 'group_right'))} ({copied})"
        return f"({left} {operator} {matching} {right})"

    def world(self) -> list[dict[str, str]]:
        chance = self.chance
        found: list[dict[str, str]] = []
        for metric in METRICS:
            for _ in range(chance.randrange(4)):
                values = {label: chance.choice(("", "", "1", "2", "3")) for label in LABELS}
                series = {"__name__": metric, **{label: value for label, value in values.items() if value}}
                if series not in found:
                    found.append(series)
        return found


def fits(labels: dict[str, str], branch: Branch) -> bool:
    """Whether a result may come from the branch."""
    if any(name not in labels for name in branch.guaranteed):
        return False
    return all(branch.state(name) != "excluded" for name in labels)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=30)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--show", type=int, default=10)
    options = arguments.parse_args()
    maker, binary = Maker(options.seed), oracle()
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    end = time.monotonic() + options.seconds
    while time.monotonic() < end:
        exprs = [maker.vector(maker.chance.randrange(1, 4)) for _ in range(300)]
        questions = [(expr, maker.world()) for expr in exprs for _ in range(8)]
        lines = "".join(json.dumps({"expr": expr, "series": series}) + "\n" for expr, series in questions)
        answers = subprocess.run([str(binary)], input=lines.encode(), capture_output=True, check=True).stdout
        flows = {expr: flow(parse(expr)) for expr in exprs}
        for (expr, series), line in zip(questions, answers.splitlines(), strict=True):
            answer = json.loads(line)
            counts["queries"] += 1
            if not answer["valid"] or "failed" in answer:
                counts["failed at run time"] += 1
                continue
            branches = [b for b in flows[expr].branches if b.dead is None or not b.dead.certain]
            unsure = any(not problem.why.certain for problem in flows[expr].problems)
            results = answer.get("result", [])
            counts["results"] += len(results)
            counts["dead and empty"] += not branches
            if not results and not unsure and any(b.always for b in branches):
                wrong.append(f"{expr}\n    over    {series}\n    gives nothing, said to return always")
            for labels in results:
                if not unsure and not any(fits(labels, branch) for branch in branches):
                    wrong.append(
                        f"{expr}\n    over    {series}\n    gives   {labels}\n    allowed {branches}"
                    )
    for case in wrong[: options.show]:
        print("  " + case)
    print(
        "promql labels:",
        ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())),
        f"wrong {len(wrong)}",
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
