"""Grafana's variables are found where Grafana finds them, and positions survive substitution."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.lang.grafana_variables import substitute, variable_at, variables


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rate(x[$__rate_interval])", [("__rate_interval", None, None)]),
        (
            "${a}${b:regex}${c.text}${d.text:csv}",
            [("a", None, None), ("b", "regex", None), ("c", None, "text"), ("d", "csv", "text")],
        ),
        ("${__from:date:YYYY-MM}", [("__from", "date:YYYY-MM", None)]),
        ("[[a]] [[b:pipe]]", [("a", None, None), ("b", "pipe", None)]),
        ("${__user.login}", [("__user", None, "login")]),
        ("x[[[range]]]", [("range", None, None)]),
        ("a$ $$ ${} ${a [[]] [[a:]] $한", []),
        ("$a$b", [("a", None, None), ("b", None, None)]),
        ("$1", [("1", None, None)]),
    ],
)
def test_finds_variables(text, found):
    assert [(v.name, v.format, v.field) for v in variables(text)] == found


def test_places_and_built_ins():
    text = "a $job ${__interval}"
    job, interval = variables(text)
    assert (text[job.start : job.end], text[interval.start : interval.end]) == ("$job", "${__interval}")
    assert (job.built_in, interval.built_in) == (False, True)
    assert variable_at(text, job.start) == job
    assert variable_at(text, job.start + 1) is None


def test_positions_lead_back():
    text = "rate(x[$__rate_interval]) + [[y]]z"
    new = substitute(text, lambda variable: {"__rate_interval": "5m", "y": ""}[variable.name])
    assert new.text == "rate(x[5m]) + z"
    assert new.original(new.text.index("5m")) == text.index("$__")
    assert new.original(new.text.index("m")) == text.index("$__")
    assert new.original(new.text.index("]")) == text.index("]")
    assert new.original(new.text.index("z")) == text.index("z")
    assert new.original(len(new.text)) == len(text)
    start = new.text.index("5m")
    assert new.original_span(start, start + 2) == (text.index("$__"), text.index("])"))
    assert new.variable_at(start + 1) == variables(text)[0]
    assert new.variable_at(0) is None


@given(
    st.lists(st.sampled_from(["$a", "${b:csv}", "[[c]]", "x", "é", " ", "$", "{"])).map("".join),
    st.text(max_size=4),
)
def test_what_is_outside_variables_keeps_its_place(text, value):
    new = substitute(text, lambda variable: value)
    for offset, char in enumerate(new.text):
        if new.variable_at(offset) is None:
            assert text[new.original(offset)] == char
