"""Any text ends in a template or a LanguageError, and any template in a text or a LanguageError."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obs.lang.error import LanguageError
from obs.lang.gotemplate import (
    AlertData,
    AlertMessage,
    MessageData,
    Sample,
    check,
    render_alert,
    render_message,
)
from obs.lang.gotemplate.__main__ import answer
from obs.lang.gotemplate.helm import helm_hazards
from obs.lang.gotemplate.legend import legend
from obs.lang.gotemplate.names import PROMETHEUS
from obs.lang.gotemplate.parse import parse
from obs.lang.gotemplate.reads import PREDECLARED

T = TypeVar("T")
PIECES = st.sampled_from(
    ["{{", "}}", "{{- ", " -}}", " ", ".", "$", "$labels", "$value", ".Labels", ".Alerts", ".x", "|", "(", ")", ",", ":=",
     "=", '"', "`", "'a'", '"%v"', "if ", "range ", "with ", "end", "else", "define ", "template ", "block ", "break", "nil",
     "1", "-2.5", "0x", "1e400", "humanize", "printf", "index", "slice", "eq", "and", "toTime", "query", "first", "label",
     "join", "reReplaceAll", "/*", "*/", "\n", "é", "\udc80", "\0", "x"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=30).map("".join),
    st.lists(PIECES, max_size=12).map(lambda parts: "{{ " + " ".join(parts) + " }}"),
)
ALERT = AlertData({"job": "a", "pod": "b"}, 1.5, queries={"m": [Sample({"job": "x"}, 2.0)]})
MESSAGE = MessageData(status="firing", alerts=[AlertMessage("firing", {"a": "b"})], common_labels={"a": "b"})


def attempt(work: Callable[[], T]) -> T | LanguageError:
    try:
        return work()
    except LanguageError as error:
        return error


def has_place(error: LanguageError, text: str) -> bool:
    return 0 <= error.start < error.end <= len(text) + 1


@settings(max_examples=600, deadline=None)
@given(TEXTS)
def test_any_text_ends_in_a_verdict(text: str) -> None:
    for kind in ("prometheus", "alertmanager"):
        template = attempt(lambda kind=kind: check(text, kind))  # type: ignore[misc]
        if isinstance(template, LanguageError):
            assert has_place(template, text)
            continue
        assert all(0 <= read.start < read.end <= len(text) for read in template.reads)
        output = attempt(
            lambda kind=kind: (
                render_alert(text, ALERT) if kind == "prometheus" else render_message(text, MESSAGE)
            )  # type: ignore[misc]
        )
        assert isinstance(output, str) or has_place(output, text)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_hazards_cover_every_brace(text: str) -> None:
    at = 0
    for hazard in helm_hazards(text):
        assert "{{" not in text[at : hazard.start]
        assert text[hazard.start : hazard.end] == hazard.text
        at = hazard.end
    assert "{{" not in text[at:]
    found = attempt(lambda: legend(text))
    assert not isinstance(found, LanguageError) or has_place(found, text)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner)
                | st.dictionaries(
                    st.sampled_from(
                        ["template", "data", "kind", "labels", "value", "query", "alerts", "startsAt"]
                    )
                    | st.text(),
                    inner,
                )
            ),
            max_leaves=12,
        ).map(json.dumps),
    )
)
def test_any_line_has_an_answer(line: str) -> None:
    assert set(answer(line)) == {"valid", "error", "output", "labels_read"}


@pytest.mark.parametrize("kind", ["prometheus", "alertmanager"])
def test_answers(kind: str) -> None:
    assert answer(json.dumps({"template": "{{ nope }}", "kind": kind, "data": {}})) == {
        "valid": False, "error": 'function "nope" not defined', "output": None, "labels_read": [],
    }  # fmt: skip
    assert answer(json.dumps({"template": "a{{ 1 }}", "kind": kind, "data": {}}))["output"] == "a1"


def test_parsing_is_linear() -> None:
    def seconds(count: int) -> float:
        text = "Node {{ $labels.instance }} has {{ $value | humanize }} " * count
        began = time.perf_counter()
        parse(text, PROMETHEUS, PREDECLARED["prometheus"])
        return time.perf_counter() - began

    seconds(100)
    assert seconds(4_000) < 40 * max(seconds(400), 0.001)
