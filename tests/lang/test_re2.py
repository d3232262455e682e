"""Patterns judged and matched as Go does: 512 verdicts and 26 matches recorded from Go 1.26's `regexp`."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.lang import re2
from obs.lang.error import LanguageError

DATA = Path(__file__).parents[1] / "data"
VERDICTS = [json.loads(line) for line in (DATA / "go_regexp.jsonl").open(encoding="utf-8")]
MATCHES = [json.loads(line) for line in (DATA / "go_regexp_matches.jsonl").open(encoding="utf-8")]


@pytest.mark.parametrize("case", VERDICTS, ids=lambda case: case["pattern"])
def test_verdict(case):
    if case["error"] is None:
        re2.check(case["pattern"])
        assert list(re2.named_groups(case["pattern"])) == [name for name in case["names"] if name]
        assert re2.compile(case["pattern"]).groups == len(case["names"])
    else:
        with pytest.raises(LanguageError) as caught:
            re2.check(case["pattern"])
        assert caught.value.message == case["error"]
        assert 0 <= caught.value.start < caught.value.end


@pytest.mark.parametrize("case", MATCHES, ids=lambda case: f"{case['pattern']} in {case['text']!r}")
def test_matches(case):
    found = list(re2.compile(case["pattern"]).finditer(case["text"]))
    assert [[match.group(), *match.groups()] for match in found] == (case["matches"] or [])
    replaced, at = "", 0
    for match in found:
        replaced += case["text"][at : match.start()] + match.expand("<$0|${1}|$1x|$$|$>")
        at = match.end()
    assert replaced + case["text"][at:] == case["replaced"]


@pytest.mark.parametrize(
    ("pattern", "start", "end"),
    [
        ("ab(?=c)", 2, 5),
        ("a[z-b]", 2, 5),
        ("ab**", 2, 4),
        ("x\\8", 1, 3),
        ("[a", 0, 2),
        ("a(?P<b c>d)", 1, 9),
    ],
)
def test_error_place(pattern, start, end):
    with pytest.raises(LanguageError) as caught:
        re2.check(pattern)
    assert (caught.value.start, caught.value.end) == (start, end)


def test_short_named_group_by_go_version():
    assert re2.named_groups("(?<level>x)") == ("level",)
    with pytest.raises(LanguageError, match=r"invalid or unsupported Perl syntax: `\(\?<`"):
        re2.check("(?<level>x)", go=(1, 21))


def test_duplicate_group_names_keep_the_last():
    found = re2.compile("(?P<a>x)(?P<a>y)").search("xy")
    assert found is not None
    assert found.groupdict() == {"a": "y"}


def test_groups_that_took_no_part():
    found = re2.compile("a(?P<o>x)?(?P<e>)").search("a")
    assert found is not None
    assert found.groups() == (None, "")
    assert found.groupdict() == {"o": "", "e": ""}
    assert found.span("o") == (-1, -1)


def test_offsets_count_characters():
    found = re2.compile("(본)").search("日本본")
    assert found is not None
    assert found.span(1) == (2, 3)


def test_text_with_a_lone_surrogate():
    found = re2.compile("(.)b").search("a\udc80b")
    assert found is not None
    assert found.group(1) == "\udc80"


@pytest.mark.parametrize(
    ("pattern", "only"),
    [
        ("abc", "abc"), ("^abc$", "abc"), (r"\Aabc\z", "abc"), ("a[.]b", "a.b"), (r"a\.b", "a.b"), ("(foo)", "foo"),
        ("(?:a)(b)", "ab"), ("a{3}", "aaa"), ("a|a", "a"), (r"\Qa.b\E", "a.b"), (r"\x41", "A"), ("", ""), ("^$", ""),
        ("(?:)*", ""), ("(?i)1", "1"), ("(?i)a", None), ("a|b", None), ("a.c", None), ("a?", None), ("[ab]", None),
        ("a{2,3}", None), ("a$b", None), (r"\bfoo", None), ("[^a]", None), ("(?m)^a$", None), (r"\d", None),
    ],
)  # fmt: skip
def test_literal(pattern, only):
    assert re2.literal(pattern) == only


@pytest.mark.parametrize(
    ("pattern", "empty"),
    [
        ("", True),
        (".*", True),
        (".+", False),
        ("a|", True),
        ("a?", True),
        ("^$", True),
        ("(a*)(b*)", True),
        ("a", False),
    ],
)
def test_matches_empty(pattern, empty):
    assert re2.matches_empty(pattern) is empty
    assert re2.matches_empty(pattern, anchored=False) is empty


@pytest.mark.parametrize(
    "pattern",
    ["(" * 100_000, "(" * 100_000 + ")" * 100_000, "|" * 100_000, "[a" * 50_000, "(?:" * 50_000, "a" * 100_000,
     "(a|" * 50_000, "\\" * 99_999, "x{1}" * 20_000],
)  # fmt: skip
def test_extreme_patterns_end_soon(pattern):
    started = time.perf_counter()
    with contextlib.suppress(LanguageError):
        re2.compile(pattern)
    assert time.perf_counter() - started < 5


def test_no_catastrophe():
    started = time.perf_counter()
    assert re2.compile("(a*)*b").search("a" * 50_000) is None
    assert time.perf_counter() - started < 2


@given(st.text(alphabet="()[]{}?*+|^$.\\-:<>P=!abdpnQE019,é ", max_size=30), st.text(max_size=20))
def test_any_pattern_is_judged_or_matches(pattern, text):
    try:
        regex = re2.compile(pattern)
    except LanguageError:
        return
    for found in regex.finditer(text):
        start, end = found.span()
        assert found.group() == text[start:end]
    only = re2.literal(pattern)
    if only is not None:
        assert regex.fullmatch(only) is not None
