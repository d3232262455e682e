"""Durations of Prometheus and of Go; expected values from model.ParseDuration and time.ParseDuration."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.lang.duration import parse, parse_go, quote, render, render_go
from obs.lang.error import LanguageError


@pytest.mark.parametrize(
    ("text", "milliseconds", "rendered"),
    [
        ("0", 0, "0s"),
        ("0s", 0, "0s"),
        ("5m", 300_000, "5m"),
        ("1h30m", 5_400_000, "1h30m"),
        ("90s", 90_000, "1m30s"),
        ("1d12h30m15s500ms", 131_415_500, "1d12h30m15s500ms"),
        ("1y2w", 32_745_600_000, "379d"),
        ("7d", 604_800_000, "1w"),
        ("90d", 7_776_000_000, "90d"),
        ("292y", 9_208_512_000_000, "292y"),
    ],
)
def test_prometheus_durations(text, milliseconds, rendered):
    assert parse(text) == milliseconds
    assert render(milliseconds) == rendered


@pytest.mark.parametrize(
    ("text", "words", "part"),
    [
        ("", "empty duration string", ""),
        ("5", "not a valid duration string", "5"),
        ("1.5h", 'unknown unit "."', "."),
        ("-5m", "not a valid duration", "-5m"),
        ("5m1h", "not a valid duration", "1h"),
        ("5m5m", "not a valid duration", "5m"),
        ("5x", 'unknown unit "x"', "x"),
        ("5m ", 'unknown unit "m "', "m "),
        ("300y", "out of range", "300y"),
        ("99999999999999999999s", "not a valid duration", "99999999999999999999s"),
    ],
)
def test_what_is_no_prometheus_duration(text, words, part):
    with pytest.raises(LanguageError) as caught:
        parse(text)
    assert words in caught.value.message
    assert text[caught.value.start : caught.value.end] == part


@pytest.mark.parametrize(
    ("text", "nanoseconds", "rendered"),
    [
        ("0", 0, "0s"),
        ("-0", 0, "0s"),
        ("1m30.5s", 90_500_000_000, "1m30.5s"),
        ("-1.5h", -5_400_000_000_000, "-1h30m0s"),
        ("1us", 1_000, "1µs"),
        ("1µs", 1_000, "1µs"),
        ("1μs", 1_000, "1µs"),
        ("+5s", 5_000_000_000, "5s"),
        (".5s", 500_000_000, "500ms"),
        ("1.s", 1_000_000_000, "1s"),
        ("100ns", 100, "100ns"),
        ("1h1h", 7_200_000_000_000, "2h0m0s"),
        ("0.3333333333333333333h", 1_200_000_000_000, "20m0s"),
        ("-9223372036854775808ns", -(1 << 63), "-2562047h47m16.854775808s"),
    ],
)
def test_go_durations(text, nanoseconds, rendered):
    assert parse_go(text) == nanoseconds
    assert render_go(nanoseconds) == rendered


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'time: invalid duration ""'),
        ("3", 'time: missing unit in duration "3"'),
        ("-", 'time: invalid duration "-"'),
        (".", 'time: invalid duration "."'),
        (".s", 'time: invalid duration ".s"'),
        ("1d", 'time: unknown unit "d" in duration "1d"'),
        ("1m 30s", 'time: unknown unit "m " in duration "1m 30s"'),
        ("9223372036854775808ns", 'time: invalid duration "9223372036854775808ns"'),
        ("3000000h", 'time: invalid duration "3000000h"'),
    ],
)
def test_what_is_no_go_duration(text, message):
    with pytest.raises(LanguageError) as caught:
        parse_go(text)
    assert caught.value.message == message


@given(st.integers(0, (1 << 63) // 1_000_000 - 1))
def test_rendered_durations_read_back(milliseconds):
    assert parse(render(milliseconds)) == milliseconds


@given(st.text(max_size=12))
def test_any_text_ends_in_a_number_or_a_language_error(text):
    for read in (parse, parse_go):
        refused = None
        try:
            assert isinstance(read(text), int)
        except LanguageError as error:
            refused = error
        assert refused is None or 0 <= refused.start <= refused.end <= max(len(text), 1)


def test_quote_is_gos():
    assert quote('a"b\\c\n\x01é\u200b\udcff') == '"a\\"b\\\\c\\n\\x01é\\u200b\\xff"'
