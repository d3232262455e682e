"""The canonical writer against the standard library's, and the values on which readers disagree."""

from __future__ import annotations

import enum
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.formats.canonical_json import CanonicalJsonError, dumps, minified

SAFE = st.integers(min_value=-(2**53), max_value=2**53)
SCALARS = st.none() | st.booleans() | SAFE | st.text() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30
)


@given(VALUES)
def test_reads_back_as_the_same_value(value: object) -> None:
    assert json.loads(dumps(value)) == value
    assert json.loads(minified(value)) == value
    assert dumps(json.loads(dumps(value))) == dumps(value)


@given(
    st.recursive(
        SAFE | st.text(alphabet='aé한 \n"\\'),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
    )
)
def test_is_laid_out_as_the_standard_library_does(value: object) -> None:
    expected = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert dumps(value).decode() == expected
    assert minified(value).decode() == json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


class Hide(enum.IntEnum):
    LABEL = 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (80.0, "80"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (1e300, "1e+300"),
        (2.0**53, "9007199254740992"),
        (True, "true"),
        (Hide.LABEL, "1"),
        ("에러 🔥", '"에러 🔥"'),
        ("{{pod}} <b> &", '"{{pod}} <b> &"'),
        ("a\x85b\u2028c\ufeffd\x7f", r'"a\u0085b\u2028c\ufeffd\u007f"'),
        ({"b": 1, "a": [2, 1]}, '{\n  "a": [\n    2,\n    1\n  ],\n  "b": 1\n}'),
        ({"empty": {}, "none": []}, '{\n  "empty": {},\n  "none": []\n}'),
        ((1, 2), "[\n  1,\n  2\n]"),
    ],
)
def test_text(value: object, text: str) -> None:
    assert dumps(value).decode() == text + "\n"


def nested(levels: int) -> list[object]:
    value: list[object] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"panels": [{"min": math.nan}]}, "$.panels[0].min: nan is no JSON number"),
        ({"max": math.inf}, "$.max: inf is no JSON number"),
        ({"id": 2**53 + 1}, "$.id: 9007199254740993 is beyond 2^53: JavaScript rounds it"),
        ({1: "a"}, "$: the key 1 is no text"),
        ({1: "a", "b": 2}, "$: the key 1 is no text"),
        ({"a": {1, 2}}, "$.a: set is no JSON value"),
        (["\ud800"], "$[0]: holds half of a surrogate pair, which UTF-8 cannot write"),
    ],
)
def test_refuses_with_the_path(value: object, message: str) -> None:
    for write in (dumps, minified):
        with pytest.raises(CanonicalJsonError) as caught:
            write(value)
        assert str(caught.value) == message


def test_refuses_bottomless_nesting_without_a_recursion_error() -> None:
    assert dumps(nested(200))
    with pytest.raises(CanonicalJsonError, match="nested deeper than 200 levels"):
        dumps(nested(100_000))
