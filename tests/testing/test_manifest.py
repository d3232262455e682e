from __future__ import annotations

import pytest

from obs.testing.manifest import as_stored, documents, dropped


@pytest.mark.parametrize(
    ("sent", "stored", "paths"),
    [
        ({"a": 1}, {"a": 1, "added": True}, []),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1, "b": {"c": "x"}}, {"a": 1, "b": {}}, ["b.c"]),
        ({"a": 1, "b": {"c": "x"}}, {"a": 1}, ["b"]),
        ({"a": {}}, {}, ["a"]),
        ({"a": None}, {}, []),
        ({"a": "x"}, {"a": "y"}, ["a"]),
        ({"a": True}, {"a": 1}, ["a"]),
        ({"a": [{"x": 1}, {"y": 2}]}, {"a": [{"x": 1, "z": 0}, {}]}, ["a[1].y"]),
        ({"a": ["x", "y"]}, {"a": ["x"]}, ["a[1]"]),
        ({"a": ["x"]}, {"a": "x"}, ["a"]),
    ],
)
def test_dropped(sent: object, stored: object, paths: list[str]) -> None:
    assert list(dropped(sent, stored)) == paths


def test_string_data_is_stored_as_data() -> None:
    secret = {"kind": "Secret", "data": {"a": "eA=="}, "stringData": {"b": "한"}}
    assert as_stored(secret) == {"kind": "Secret", "data": {"a": "eA==", "b": "7ZWc"}}
    assert as_stored({"kind": "ConfigMap", "stringData": {"b": "y"}}) == {
        "kind": "ConfigMap",
        "stringData": {"b": "y"},
    }


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("a: 1\n", ["a: 1\n"]),
        ("---\na: 1\n---\nb: 2\n", ["\na: 1\n", "\nb: 2\n"]),
        ("---\n# Source: x.yaml\na: 1\n---\n# nothing here\n\n---\n", ["\n# Source: x.yaml\na: 1\n"]),
        ("a: |\n  ---\n  b\n", ["a: |\n  ---\n  b\n"]),
        ("--- # first\na: ---x\n", ["\na: ---x\n"]),
        ("", []),
    ],
)
def test_documents(stream: str, expected: list[str]) -> None:
    assert documents(stream) == expected
