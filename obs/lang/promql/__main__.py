"""Judges expressions: JSON lines `{"expr": ...}` on stdin, one answer a line on stdout, in the same order.

Optional keys of a question: "version" ("2.55"), "features" (names), "grafana" (true to allow variables).
"""

from __future__ import annotations

import json
import sys

from obs.lang.error import LanguageError, Unsupported
from obs.lang.promql import check
from obs.lang.promql.flow import Branch, flow


def answer(question: object) -> dict[str, object]:
    """The answer to one question; a malformed question is answered too."""
    result: dict[str, object] = {
        "expr": None,
        "valid": False,
        "error": None,
        "position": None,
        "type": None,
        "canonical": None,
        "unsupported": None,
        "branches": [],
    }
    if not isinstance(question, dict) or not isinstance(question.get("expr"), str):
        return {**result, "error": 'expected an object with a string "expr"'}
    result["expr"] = question["expr"]
    try:
        version = _version(question.get("version", "2.55"))
        features = frozenset(str(name) for name in question.get("features") or ())
        query = check(
            question["expr"], version=version, features=features, grafana=bool(question.get("grafana"))
        )
    except Unsupported as error:
        return {**result, "unsupported": error.message, "error": error.message, "position": error.start}
    except LanguageError as error:
        return {**result, "error": error.message, "position": error.start}
    except (TypeError, ValueError) as error:
        return {**result, "error": f"malformed question: {error}"}
    branches = [_branch(branch) for branch in flow(query.tree).branches]
    return {**result, "valid": True, "type": query.type, "canonical": query.canonical, "branches": branches}


def _version(text: object) -> tuple[int, int]:
    parts = text if isinstance(text, list) else str(text).split(".")
    return int(parts[0]), int(parts[1])


def _branch(branch: Branch) -> dict[str, object]:
    return {
        "metric": branch.metric,
        "guaranteed": list(branch.guaranteed),
        "possible": list(branch.possible),
        "excluded": list(branch.excluded),
        "open": branch.open,
        "dead": branch.dead.text if branch.dead else None,
    }


def main() -> int:
    """Answers until the end of the input."""
    for line in sys.stdin.buffer:
        try:
            question: object = json.loads(line)
        except ValueError as error:
            question = None
            found = {**answer(None), "error": f"not a line of JSON: {error}"}
        else:
            found = answer(question)
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
