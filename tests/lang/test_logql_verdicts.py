"""LogQL verdicts, error texts and prints, against what Loki itself said."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from obs.lang.error import LanguageError
from obs.lang.logql import check, parse
from obs.lang.logql.__main__ import run, verdict

DATA = Path(__file__).parent.parent / "data" / "logql"
TABLE = [json.loads(line) for line in (DATA / "verdicts.jsonl").read_text().splitlines()]
RECORDED = [json.loads(line) for line in (DATA / "loki_3_4.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["query"][-60:])
def test_verdicts_of_the_table(case: dict[str, object]) -> None:
    """Parser and stages of Loki 3.0, run on each query."""
    expected = {key: value for key, value in case.items() if key != "origin"}
    assert verdict(str(case["query"])) == expected


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["query"][-60:])
def test_answers_of_loki(case: dict[str, str | None]) -> None:
    """Loki 3.4.2: `format_query` for the first layer and the print, `query_range` for the second.

    A print of several lines, as Loki makes of long queries, is compared by what it means.
    """
    answer = verdict(str(case["query"]), (3, 4))
    printed = case["print"]
    if printed and "\n" in printed:
        printed = parse(printed).canonical
    expected = (case["parse_error"], case["stage_error"], printed)
    assert (answer["parse_error"], answer["compile_error"], answer["canonical"]) == expected


def _lines(name: str) -> Iterator[str]:
    yield from (DATA / name).read_text().splitlines()


NEWER_THAN_3_4 = 'variants(count_over_time({app="a"}[5m]), bytes_over_time({app="a"}[5m])) of ({app="a"}[5m])'


@pytest.mark.parametrize("query", [query for query in _lines("valid.txt") if query != NEWER_THAN_3_4])
def test_valid_queries(query: str) -> None:
    assert check(query, grafana=True).text == query


@pytest.mark.parametrize("query", [*_lines("invalid.txt"), NEWER_THAN_3_4])
def test_invalid_queries(query: str) -> None:
    with pytest.raises(LanguageError):
        check(query)


def _answers(text: str, *arguments: str) -> list[dict[str, object]]:
    out = io.StringIO()
    assert run(list(arguments), io.StringIO(text), out) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_json_lines_answer_in_order() -> None:
    asked = ['{app="a"}', "{", 'rate({app="a"}[5m])']
    answers = _answers("".join(json.dumps({"query": query}) + "\n" for query in asked))
    assert [answer["query"] for answer in answers] == asked
    assert [answer["valid"] for answer in answers] == [True, False, True]
    assert list(answers[0]) == ["query", "valid", "parse_error", "compile_error", "canonical", "type"]


@pytest.mark.parametrize("line", ["", "x", "[]", "{}", '{"query": 5}', "[" * 100_000, '{"query": "\\ud800"}'])
def test_a_bad_line_is_answered(line: str) -> None:
    [answer] = _answers(line + "\n")
    assert answer["valid"] is False
    assert answer["parse_error"]


def test_versions_differ_in_what_they_know() -> None:
    query = json.dumps({"query": 'approx_topk(5, rate({app="a"} | json | v > -1 [5m]))'})
    assert [_answers(query, *choice)[0]["valid"] for choice in ([], ["--loki", "3.4"])] == [False, True]
    assert run(["--loki", "new"], io.StringIO(""), io.StringIO()) == 2
