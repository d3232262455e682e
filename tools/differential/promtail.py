#!/usr/bin/env python3
"""Compare our Promtail emulator with Promtail 3.0.0's own stages on random pipelines, and report disagreements.

    python tools/differential/promtail.py [--cases 3000] [--seed 1] [--show 20] [--file cases.jsonl]

The oracle is the small Go program in `promtail/`, built once into `.tools/` (about 3 minutes). Pipelines are the
recorded cases with changed options and lines, and pipelines put together from them. Exit codes: 0 agreement,
1 disagreements, 2 the oracle cannot be built.

Left out: what Promtail itself leaves to chance (order around `match`, map order in JSON), sampling, geoip, waits
of `limit`, and the receive time that `pack` writes. Built with a newer Go than the image of 3.0.0 was, the oracle
accepts `(?<name>...)`, which the emulator refuses as that image does.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from obs.sim.promtail.__main__ import expect  # noqa: E402

SEEDS = (ROOT / "tests/data/promtail_stages.jsonl", ROOT / "tests/data/promtail_cases.jsonl")
BATCH = 500
RETRIES = 20
VALUES: tuple[Any, ...] = (
    None, "", "x", "a", "5", "1.5", "true", "1s", "3 s", "1kb", "(", "(?P<a>\\w+)", "^x", ".*", "{{ .Value }}!",
    "{{ .a | ToUpper }}", "{{ .nope }}", "a.b", "a || b", "length(a)", "a[0]", '{a="1"}', '{a=~".+"} |= "x"', "{a}",
    "RFC3339", "Unix", "2006-01-02 15:04:05", "Jan _2 15:04:05", "inc", "add", "set", "counter", "gauge",
    0, 1, 2, -1, 1.5, True, False, [], ["a"], ["a", "b"], [1], {}, {"a": ""}, {"a": None}, {"b": "a"}, {"a": 1},
)  # fmt: skip
LINES = (
    "x", "", "a=1 b=2", 'level=info msg="a b"', '{"a":1,"b":"two"}', '{"a":{"b":[1,2]},"b":null}', "ERROR 1 --- x",
    "2019-01-01T01:00:00Z stdout F x", "2019-01-01T01:00:00Z stdout P x", "2019-01-01T01:00:00Z stderr F ERROR é",
    "S start", " cont", "\x1b[31mERROR\x1b[0m", "héß", '{"log":"m\\n","stream":"stdout","time":"2019-01-01T01:00:00Z"}',
    "v=12.5", "v=250ms", "v=-3", "2021-02-03 04:05:06", "a:b\r\nc: d",
)  # fmt: skip
DATA_DEPENDENT_SHAPES = ("sampling", "geoip")

Case = dict[str, Any]


def oracle() -> Path:
    """The compiled oracle, built if it is missing or older than its source."""
    binary, source = ROOT / ".tools" / "promtail-oracle", HERE / "promtail"
    newest = max(file.stat().st_mtime for file in source.iterdir())
    if not binary.exists() or binary.stat().st_mtime < newest:
        binary.parent.mkdir(exist_ok=True)
        if subprocess.run(["go", "build", "-o", str(binary), "."], cwd=source, check=False).returncode:
            sys.exit(2)
    return binary


def seeds() -> list[Case]:
    found = [json.loads(line) for path in SEEDS if path.exists() for line in path.open(encoding="utf-8")]
    return [{key: case[key] for key in ("name", "pipeline_stages", "labels", "lines")} for case in found]


def cases(count: int, rng: random.Random) -> Iterator[Case]:
    known = seeds()
    for number in range(count):
        case = copy.deepcopy(rng.choice(known))
        for _ in range(rng.randint(0, 2)):
            case["pipeline_stages"] += copy.deepcopy(rng.choice(known)["pipeline_stages"])
        for _ in range(rng.randint(0, 3)):
            mutate(case["pipeline_stages"], rng)
        case["lines"] = [change(line, rng) for line in case["lines"][:5]] + rng.sample(
            LINES, rng.randint(0, 4)
        )
        case["labels"] = rng.choice(
            ({}, case["labels"], {"a": "1"}, {"a": "1", "stream": "stdout", "b": "x"})
        )
        case["name"] = str(number)
        if is_decided(case):
            yield case


def mutate(value: Any, rng: random.Random) -> None:
    """Change one option somewhere below."""
    if isinstance(value, list) and value:
        place: Any = rng.randrange(len(value))
    elif isinstance(value, dict) and value:
        place = rng.choice(list(value))
    else:
        return
    if isinstance(value[place], (dict, list)) and value[place] and rng.random() < 0.8:
        mutate(value[place], rng)
    elif rng.random() < 0.2 and isinstance(value, dict):
        del value[place]
    else:
        value[place] = copy.deepcopy(rng.choice(VALUES))


def change(line: str, rng: random.Random) -> str:
    if not line or rng.random() < 0.5:
        return line
    at = rng.randrange(len(line))
    return line[:at] + rng.choice(("", "é", '"', "\\", " ", "0", line[at] * 2)) + line[at + 1 :]


def is_decided(case: Case) -> bool:
    """Whether the real answer does not depend on chance, the clock or files."""
    text = json.dumps(case["pipeline_stages"])
    if any(f'"{stage}"' in text for stage in DATA_DEPENDENT_SHAPES) or "rand" in text or "now" in text:
        return False
    if '"limit"' in text and '"drop": true' not in text:
        return False
    return text.count('"pack"') == text.count('"ingest_timestamp": false')


def real(batch: list[Case], binary: Path) -> Iterator[Any]:
    """The oracle's answers; a case that kills it is answered with `{"died": ...}` and it is started again."""
    while batch:
        given = "".join(json.dumps(case) + "\n" for case in batch)
        done = subprocess.run([str(binary)], input=given.encode(), capture_output=True, check=False)
        answers = [json.loads(line)["expect"] for line in done.stdout.decode().split("\n") if line]
        yield from answers
        if len(answers) < len(batch):
            yield {"died": done.stderr.decode(errors="replace")[:200]}
        batch = batch[len(answers) + 1 :]


def comparable(answer: Any, text: str) -> Any:
    """The part of an answer that is not left to chance."""
    if "died" in answer or "panic" in answer:
        return {"dies": True}
    if "config_error" in answer:
        return {"config_error": re.sub(r"from config: map\[.*", "", answer["config_error"], flags=re.DOTALL)}
    found = {key: plain(value) for key, value in answer.items() if key != "gather_error"}
    found["gather_error"] = "gather_error" in answer
    if '"match"' in text or '"multiline"' in text or '"cri"' in text:
        found["out"] = sorted(found["out"], key=json.dumps)
    return found


def plain(value: Any) -> Any:
    """JSON inside texts compared by value, so that the order of keys does not count."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def disagreements(given: Iterable[Case], binary: Path) -> Iterator[tuple[Case, Any, Any]]:
    pending = list(given)
    for start in range(0, len(pending), BATCH):
        batch = pending[start : start + BATCH]
        for case, theirs in zip(batch, real(batch, binary), strict=True):
            ours = expect(case)
            text = json.dumps(case["pipeline_stages"])
            if "unsupported" in ours or "(?<" in text or "timeout" in theirs:
                continue
            wanted = comparable(ours, text)
            if wanted != comparable(theirs, text) and not said_too(case, wanted, text, binary):
                yield case, theirs, ours


def said_too(case: Case, wanted: Any, text: str, binary: Path) -> bool:
    """Whether Promtail also gives our answer: of two faults it names either, in the order of a Go map."""
    return any(comparable(answer, text) == wanted for answer in real([case] * RETRIES, binary))


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare the emulator with Promtail 3.0.0's own stages.")
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--file", type=Path, help="cases as JSON lines, instead of random ones")
    options = parser.parse_args()
    if options.file:
        given = [json.loads(line) for line in options.file.open(encoding="utf-8") if line.strip()]
    else:
        given = list(cases(options.cases, random.Random(options.seed)))
    found = list(disagreements(given, oracle()))
    for case, theirs, ours in found[: options.show]:
        print(json.dumps(case, ensure_ascii=False))
        print(
            f"  real {json.dumps(theirs, ensure_ascii=False)}\n  ours {json.dumps(ours, ensure_ascii=False)}"
        )
    print(f"promtail: {len(given)} pipelines, {len(found)} disagreements")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
