"""JSON lines: `{"query": ...}` in, Loki's verdict out, one line each in the same order.

`python -m obs.lang.logql [--loki 3.4]`. Without the option, queries are answered as by Loki 3.0, whose
verdicts the conformance table holds; 3.4 adds `approx_topk` and signed numbers in label filters.
"""

from __future__ import annotations

import json
import sys
from typing import TextIO

from obs.lang.error import LanguageError
from obs.lang.logql.error import ParseError, StageError
from obs.lang.logql.query import parse
from obs.lang.logql.tokens import LokiVersion

TABLE_VERSION: LokiVersion = (3, 0)


def verdict(text: str, version: LokiVersion = TABLE_VERSION) -> dict[str, object]:
    """What Loki says of a query: valid or not, in which layer, its type and its canonical print."""
    answer: dict[str, object] = {
        "query": text,
        "valid": False,
        "parse_error": None,
        "compile_error": None,
        "canonical": None,
        "type": None,
    }
    try:
        query = parse(text, version=version)
        answer["type"], answer["canonical"] = query.type, query.canonical
        query.check_stages()
        answer["valid"] = True
    except StageError as error:
        answer["compile_error"] = error.text
    except ParseError as error:
        answer["parse_error"] = error.text
    except LanguageError as error:
        answer["parse_error"] = error.message
    return answer


def answer_line(line: str, version: LokiVersion = TABLE_VERSION) -> dict[str, object]:
    """The answer to one line of input, which may be anything."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        return verdict_of_nothing(None, f"not a JSON line: {error}")
    text = request.get("query") if isinstance(request, dict) else None
    if not isinstance(text, str):
        return verdict_of_nothing(text, 'expected {"query": "..."}')
    return verdict(text, version)


def verdict_of_nothing(query: object, message: str) -> dict[str, object]:
    """The answer to a line that holds no query."""
    return {
        "query": query,
        "valid": False,
        "parse_error": message,
        "compile_error": None,
        "canonical": None,
        "type": None,
    }


def run(arguments: list[str], lines: TextIO, out: TextIO) -> int:
    """Answer every line; exit code 2 for wrong arguments."""
    version = TABLE_VERSION
    if arguments:
        parts = arguments[-1].split(".")
        if (
            len(arguments) != 2
            or arguments[0] != "--loki"
            or len(parts) != 2
            or not all(map(str.isdecimal, parts))
        ):
            print("usage: python -m obs.lang.logql [--loki MAJOR.MINOR] < lines", file=sys.stderr)
            return 2
        version = (int(parts[0]), int(parts[1]))
    for line in lines:
        print(json.dumps(answer_line(line, version)), file=out, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], sys.stdin, sys.stdout))
