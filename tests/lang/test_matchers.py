"""Alertmanager's matchers against what amtool 0.27 made of them (recorded by tools/differential/routing.py)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obs.lang.error import LanguageError
from obs.lang.matchers import (
    OPERATORS,
    Matcher,
    matches_all,
    parse,
    parse_classic,
    parse_one,
    parse_utf8,
    read,
)

RECORDED = Path(__file__).parents[1] / "data" / "routing_verdicts.jsonl"
CASES = [json.loads(line) for line in RECORDED.read_text("utf-8").splitlines()]


def cases(kind: str) -> list[tuple[str, str]]:
    return [(case["case"], case["real"]) for case in CASES if case["kind"] == kind]


@pytest.mark.parametrize(("text", "printed"), cases("matchers"))
def test_accepted(text: str, printed: str) -> None:
    found = sorted(parse(text), key=lambda matcher: matcher.sort_key)
    assert "{" + ",".join(map(str, found)) + "}" == printed


@pytest.mark.parametrize(("text", "message"), cases("matchers refused"))
def test_refused(text: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        parse(text)
    assert caught.value.message.rstrip("\n") == message
    assert 0 <= caught.value.start < caught.value.end <= len(text) + 1


@pytest.mark.parametrize(("text", "verdict"), cases("new parser"))
def test_the_new_parser(text: str, verdict: str) -> None:
    if verdict == "ok":
        assert parse_utf8(text) == parse_utf8(text)
    else:
        with pytest.raises(LanguageError) as caught:
            parse_utf8(text)
        assert caught.value.message == verdict


@pytest.mark.parametrize(
    ("text", "warning", "matchers"),
    [
        ("foo=bar", None, ['foo="bar"']),
        ('{foo="bar", a!~"b|c",}', None, ['foo="bar"', 'a!~"b|c"']),
        ('"ß ü"=x', None, ['"ß ü"="x"']),
        ("foo=b ar", "incompatible", ['foo="b ar"']),
        ('foo="\\d"', "incompatible", ['foo="\\\\d"']),
        ('foo="\\x41"', "disagreement", ['foo="\\\\x41"']),
        ("", None, []),
        ("{}", None, []),
    ],
)
def test_two_parsers(text: str, warning: str | None, matchers: list[str]) -> None:
    found = read(text)
    assert (found.warning, [str(matcher) for matcher in found.matchers]) == (warning, matchers)


@pytest.mark.parametrize(
    ("operator", "value", "text", "holds"),
    [
        ("=", "a", "a", True), ("=", "a", "ab", False), ("!=", "a", "b", True), ("=", "", None, True),
        ("=~", "a", "ab", False), ("=~", "a.*", "ab", True), ("=~", "a|b", "b", True), ("=~", ".*", None, True),
        ("=~", ".+", None, False), ("!~", ".+", None, True), ("!~", "a", "ab", True), ("=~", "a.b", "a\nb", False),
        ("=~", "", "", True), ("=~", "^a$", "a", True), ("=~", "(?i)A", "a", True),
    ],
)  # fmt: skip
def test_matching_is_anchored(operator: str, value: str, text: str | None, holds: bool) -> None:
    (matcher,) = [Matcher("x", known, value) for known in OPERATORS if known == operator]
    assert matches_all([matcher], {} if text is None else {"x": text}) is holds


def test_one_matcher() -> None:
    assert str(parse_one("a=b")) == 'a="b"'
    for text, message in [("{a=b}", "unexpected open or close brace: {a=b}"), ("a", "bad matcher format: a")]:
        with pytest.raises(LanguageError, match=message.replace("{", r"\{")):
            parse_one(text)
    # To the classic parser a comma belongs to the value.
    assert parse_one("a=b,c=d") == Matcher("a", "=", "b,c=d")


TEXTS = st.one_of(
    st.text(), st.text(alphabet='ab="~!{},\\ \n:é', max_size=30), st.lists(st.sampled_from(['a="b"', "=~", "{", "}", ",", " "])).map("".join)
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_any_text_ends_in_matchers_or_an_error(text: str) -> None:
    for parser in (parse, parse_utf8, parse_classic):
        try:
            found = parser(text)
        except LanguageError:
            continue
        assert all(isinstance(matcher, Matcher) for matcher in found)


@settings(max_examples=300, deadline=None)
@given(
    st.text(min_size=1).filter(lambda name: name.isprintable()),
    st.sampled_from(OPERATORS[:2]),
    st.text().filter(str.isprintable),
)
def test_printed_matchers_read_back(name: str, operator: str, value: str) -> None:
    matcher = next(Matcher(name, known, value) for known in OPERATORS if known == operator)
    assert parse(str(matcher)) == (matcher,)


def test_long_texts_take_linear_time() -> None:
    text = ",".join(['a="b"'] * 50_000)
    assert len(parse(text)) == 50_000
    with pytest.raises(LanguageError):
        parse('a="' + "\\" * 200_001)
