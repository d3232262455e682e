#!/usr/bin/env python3
"""Compare our PromQL with Prometheus 2.55's own parser on mutated expressions, and report every disagreement.

    python tools/differential/promql.py [--seconds 30] [--seed 1] [--experimental] [--show 20]

The oracle is the small Go program in `promql/`, built once into `.tools/`. Verdict, result type, one-line and
formatted print are compared. Exit codes: 0 agreement, 1 disagreements, 2 the oracle cannot be built.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from obs.lang.error import LanguageError, Unsupported  # noqa: E402
from obs.lang.promql.functions import EXPERIMENTAL_FUNCTIONS  # noqa: E402
from obs.lang.promql.parse import parse  # noqa: E402
from obs.lang.promql.printing import canonical, pretty  # noqa: E402

SEEDS = ROOT / "tests" / "data" / "promql_verdicts.tsv"
WORDS = """
    sum by without on ignoring group_left group_right bool offset and or unless atan2 inf nan NaN start end
    rate increase avg count topk bottomk quantile count_values limitk absent vector scalar time label_replace
    label_join histogram_quantile round x up a:b __name__ le job foo bar holt_winters info pi hour clamp
    1 0 5m 1h30m 0x1F 1e3 1_000 .5 1. 0m 1w2d 5ms 1y 300 -1 ( ) { } [ ] , : = != =~ !~ == < > <= >= + - * / %
    ^ @ # "a" 'b' `c` ".*" ".+" "\\\\d+" "(" "a|b" "" "\\x41" "\\n" [5m] [5m:1m] [1h:] {a="b"} {} () offset
""".split()  # noqa: SIM905
TEMPLATES = (
    "sum({})",
    "({})",
    "{} + {}",
    "-{}",
    "max_over_time({}[1h:])",
    "{} > bool 1",
    "{} and on(aaaa, bbbb) {}",
    "sum by (namespace, pod) ({}) / on(namespace) group_left(node) {}",
    "{} or on(a) {}",
    "abs({})",
    "{} offset 5m",
    "{}[5m]",
    "{} @ 5",
)
CHARACTERS = "abcxyz019_:.,;'\"`()[]{}<>=!~+-*/%^@#$\\ \t\né日"


def oracle() -> Path:
    """The compiled oracle, built if it is missing or older than its source."""
    binary = ROOT / ".tools" / "promql-oracle"
    source = HERE / "promql"
    newest = max(file.stat().st_mtime for file in source.iterdir())
    if not binary.exists() or binary.stat().st_mtime < newest:
        binary.parent.mkdir(exist_ok=True)
        built = subprocess.run(["go", "build", "-o", str(binary), "."], cwd=source, check=False)
        if built.returncode:
            sys.exit(2)
    return binary


def ask(binary: Path, exprs: list[str], experimental: bool) -> list[dict[str, object]]:
    """The oracle's answers, in order."""
    lines = "".join(json.dumps({"expr": expr}) + "\n" for expr in exprs)
    command = [str(binary), *(["-experimental"] if experimental else [])]
    answers = subprocess.run(command, input=lines.encode(), capture_output=True, check=True).stdout
    return [json.loads(line) for line in answers.splitlines()]


def ours(expr: str, experimental: bool) -> dict[str, object]:
    """Our answer in the oracle's form."""
    features = frozenset({EXPERIMENTAL_FUNCTIONS} if experimental else ())
    try:
        tree = parse(expr, features=features)
    except Unsupported as error:
        return {"unsupported": error.message}
    except LanguageError as error:
        return {"valid": False, "error": error.message, "start": error.start}
    one_line = canonical(tree)
    try:
        same = parse(one_line, features=features) == tree
    except LanguageError as error:
        same, one_line = False, f"{one_line} ({error.message})"
    if not same:
        return {"valid": True, "type": tree.type, "canonical": one_line, "pretty": None}
    return {"valid": True, "type": tree.type, "canonical": one_line, "pretty": pretty(tree)}


def mutated(seeds: list[str], chance: random.Random) -> str:
    """A seed with a few random edits of tokens or characters."""
    text = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        pieces = re.findall(r"\w+|\s+|[^\w\s]", text) or [""]
        at = chance.randrange(len(pieces))
        match chance.randrange(8):
            case 0:
                pieces[at] = chance.choice(WORDS)
            case 1:
                pieces.insert(at, f" {chance.choice(WORDS)} ")
            case 2:
                del pieces[at]
            case 3:
                pieces.insert(at, chance.choice(CHARACTERS))
            case 4:
                pieces[at] = pieces[at][:-1] + chance.choice(CHARACTERS)
            case 5:
                other = re.findall(r"\w+|\s+|[^\w\s]", chance.choice(seeds)) or [""]
                start = chance.randrange(len(other))
                pieces[at:at] = other[start : start + chance.randrange(1, 8)]
            case 6:
                pieces[at] = f"({pieces[at]})"
            case _:
                whole = chance.choice(seeds)
                template = chance.choice(TEMPLATES)
                pieces = [template.replace("{}", "".join(pieces), 1).replace("{}", whole, 1)]
        text = "".join(pieces)
    return text[:900]


def disagreements(expr: str, mine: dict[str, object], theirs: dict[str, object]) -> Iterator[str]:
    """What differs, by name."""
    if "unsupported" in mine:
        yield "unsupported"
    elif mine["valid"] != theirs["valid"]:
        yield "accepted by us only" if mine["valid"] else "refused by us only"
    elif mine["valid"]:
        if mine["type"] != theirs["type"]:
            yield "type"
        if mine["pretty"] is None:
            yield "reads back differently"
        elif mine["canonical"] != theirs["canonical"] and not known_slip(expr, str(theirs["canonical"])):
            yield "print"
        elif mine["pretty"] != theirs["pretty"] and comparable(mine, theirs):
            yield "format"


def comparable(mine: dict[str, object], theirs: dict[str, object]) -> bool:
    """Whether both formats should be equal: ours keeps numbers as written and indents subqueries too."""
    joined = "".join(str(mine["pretty"]).split())
    return joined == "".join(str(theirs["pretty"]).split()) and not re.search(r"\[\w*:", joined)


def known_slip(expr: str, theirs: str) -> bool:
    """Whether Prometheus's own print of the expression is one that it reads differently or not at all."""
    try:
        return parse(theirs, features=frozenset({EXPERIMENTAL_FUNCTIONS})) != parse(
            expr, features=frozenset({EXPERIMENTAL_FUNCTIONS})
        )
    except LanguageError:
        return True


def run(
    seeds: list[str], seconds: float, seed: int, experimental: bool
) -> tuple[Counter[str], dict[str, list[str]]]:
    """Counts by kind and the expressions of each kind of disagreement."""
    chance, binary = random.Random(seed), oracle()
    counts: Counter[str] = Counter()
    found: dict[str, list[str]] = {}
    end = time.monotonic() + seconds
    batch: Iterable[str] = seeds
    while True:
        exprs = list(batch)
        for expr, theirs in zip(exprs, ask(binary, exprs, experimental), strict=True):
            counts["compared"] += 1
            counts["valid"] += bool(theirs["valid"])
            mine = ours(expr, experimental)
            for kind in disagreements(expr, mine, theirs):
                counts[kind] += 1
                found.setdefault(kind, []).append(f"{expr!r}\n    ours:   {mine}\n    theirs: {theirs}")
        if time.monotonic() > end:
            return counts, found
        batch = [mutated(seeds, chance) for _ in range(2000)]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=30)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--experimental", action="store_true")
    arguments.add_argument("--show", type=int, default=20)
    options = arguments.parse_args()
    rows = [line.split("\t") for line in SEEDS.read_text(encoding="utf-8").splitlines()[1:]]
    seeds = [row[2] for row in rows if len(row) > 2]
    counts, found = run(seeds, options.seconds, options.seed, options.experimental)
    for kind, cases in sorted(found.items()):
        print(f"{kind}: {len(cases)}")
        for case in cases[: options.show]:
            print("  " + case)
    print("promql:", ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
