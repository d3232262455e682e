"""`python -m obs.sim.promtail`: cases as JSON lines in, what comes out as JSON lines, in the same order.

In: `{"name", "pipeline_stages", "labels", "lines"}`. Out: `{"name", "expect"}`, where `expect` is one of

- `{"out": [{line, labels, extracted, ts, structured_metadata}], "metrics": [...]}`
- `{"out": [...], "gather_error": text}` where `/metrics` would answer with an error
- `{"config_error": text}`, `{"panic": text}`, `{"unsupported": text}`
- `{"input_error": text}` for a line of input that is no case

Every line of a case is read at 2023-11-14T22:13:20Z.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Mapping

from obs.lang.error import LanguageError
from obs.sim.promtail import go_time
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError, GatherError, Panic
from obs.sim.promtail.go_values import Value, float_text
from obs.sim.promtail.pipeline import Pipeline

READ_AT = 1_700_000_000 * go_time.SECOND
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_A_CASE = (
    "a case is an object with a list `pipeline_stages`, a map of texts `labels`, a list of texts `lines`"
)

Answer = dict[str, object]


def answer(text: str) -> Answer:
    """The answer to one line of input."""
    try:
        case = json.loads(text)
    except (ValueError, RecursionError) as error:
        return {"name": None, "expect": {"input_error": f"not JSON: {error}"}}
    if not isinstance(case, dict):
        return {"name": None, "expect": {"input_error": _NOT_A_CASE}}
    return {"name": case.get("name"), "expect": expect(case)}


def expect(case: Mapping[str, object]) -> Answer:
    """What the pipeline of a case does with its lines."""
    stages, labels, lines = case.get("pipeline_stages"), case.get("labels") or {}, case.get("lines") or []
    if not (isinstance(stages, list) and isinstance(labels, dict) and isinstance(lines, list)):
        return {"input_error": _NOT_A_CASE}
    if not all(isinstance(part, str) for part in [*labels.values(), *lines]):
        return {"input_error": _NOT_A_CASE}
    try:
        pipeline = Pipeline(stages)
        read = {name: _replaced(value) for name, value in labels.items()}
        out = pipeline.lines(map(_replaced, lines), read, READ_AT)
    except ConfigError as error:
        return {"config_error": error.message}
    except Panic as error:
        return {"panic": error.message}
    except LanguageError as error:
        return {"unsupported": error.message}
    shown = [_shown(entry) for entry in out]
    try:
        return {"metrics": [str(sample) for sample in pipeline.metrics.samples()], "out": shown}
    except GatherError as error:
        return {"gather_error": error.message, "out": shown}


def _replaced(text: str) -> str:
    """What is no UTF-8 shows as the replacement character, as in Go's JSON."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _shown(entry: Entry) -> Answer:
    return {
        "extracted": {name: _value(entry.extracted[name]) for name in sorted(entry.extracted)},
        "labels": {name: _replaced(entry.labels[name]) for name in sorted(entry.labels)},
        "line": _replaced(entry.line),
        "structured_metadata": [[name, _replaced(value)] for name, value in entry.structured_metadata],
        "ts": go_time.render(entry.timestamp),
    }


def _value(value: Value) -> object:
    if isinstance(value, str):
        return _replaced(value)
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return float_text(value)
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def main() -> None:
    for line in sys.stdin.buffer:
        if line.strip():
            found = json.dumps(answer(line.decode(errors="replace")), ensure_ascii=False)
            sys.stdout.buffer.write(found.encode(errors="replace") + b"\n")
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
