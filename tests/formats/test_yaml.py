"""The YAML writer against every reader at hand, and the strict reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from obs.formats import yaml
from obs.lang.error import LanguageError
from obs.testing.tools import Tools

TRICKY = [
    "",
    " ",
    "~",
    "null",
    "Null",
    "NULL",
    "true",
    "True",
    "false",
    "yes",
    "Yes",
    "no",
    "No",
    "on",
    "On",
    "off",
    "OFF",
    "y",
    "Y",
    "n",
    "N",
    "1",
    "-1",
    "+1",
    "0",
    "00",
    "08",
    "007",
    "0o7",
    "0O7",
    "0x1F",
    "0b1",
    "1_000",
    "1.5",
    ".5",
    "1.",
    "1e3",
    "1E3",
    "1e-3",
    "12e3",
    "-1e3",
    "nan",
    ".nan",
    "NaN",
    "inf",
    ".inf",
    "-.Inf",
    "1:30",
    "190:20:30",
    "2020-01-01",
    "2020-01-01T00:00:00Z",
    "2020-01-01 00:00:00",
    "=",
    "<<",
    "*",
    "&a",
    "*a",
    "!x",
    "!!str",
    "%",
    "@",
    "`",
    "|",
    ">",
    "-",
    "- a",
    "?",
    "? a",
    ":",
    "a:",
    ":a",
    "a: b",
    "a :b",
    "#",
    "a #b",
    "a#b",
    "[a]",
    "{a}",
    "a]",
    "a}",
    ",",
    "'",
    '"',
    "'a'",
    '"a"',
    "it's",
    'say "x"',
    "\\",
    "\\d+",
    "a\\nb",
    "{{ $labels.x }}",
    "{{`x`}}",
    "%.2f",
    "노드 CPU 80% 초과",
    "노드: {{ $labels.instance }}",
    "🔥 장애",
    "a\tb",
    "\ta",
    "a\n",
    "a\nb",
    "a\nb\n",
    "a\n\nb",
    "\na",
    "a\n\n",
    "\n",
    "\n\n",
    " a\nb",
    "a \nb",
    "a\nb ",
    "a\n  b",
    "\ta\nb",
    "a\r\nb",
    "a\rb",
    "\x85",
    "a\x85b",
    "\u2028",
    "\ufeffa",
    "\x00",
    "\x1b[0m",
    "\x7f",
    "e\u0301",
    "---",
    "--- a",
    "...",
    "a\n---\nb",
    "a\n...\nb",
    "# a\nb",
    "12e03",
    "0.0.0",
    "v1.2",
    "5m",
    "1h30m",
    "sum by (a) (x) > 0",
    "a b  c",
    "a  #b",
    "é",
    "ß: x",
    "key: |",
    "=~",
    "\ue000",
    "\U0010ffff",
    "x" * 300,
    "1__0",
    "0_",
    "infinity",
    ".NAN",
    "+.inf",
    "0x",
    "0b",
    "_",
    "__",
    "a_b",
    "0.1e",
    "1e",
    "e3",
    "0o",
    "<",
    "<=",
    "null ",
    " null",
]


@pytest.mark.parametrize("text", TRICKY, ids=lambda text: ascii(text)[:30])
def test_a_string_is_read_back_as_it_is(text: str) -> None:
    written = yaml.dumps({"key": text, "list": [text, {text: text}]})
    expected = {"key": text, "list": [text, {text: text}]}
    assert pyyaml.safe_load(written) == expected
    assert yaml.loads(written) == expected


def test_helm_reads_every_string_as_it_is(tools: Tools, tmp_path: Path) -> None:
    """Go's reader is the one that counts: the chart's values go through it."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: probe\nversion: 0.0.1\n")
    (tmp_path / "templates/out.yaml").write_text("out: {{ .Values.all | toJson | quote }}\n")
    values = [text for text in TRICKY if text != "\U0010ffff"]
    (tmp_path / "values.yaml").write_text(
        yaml.dumps({"all": {"list": values, "keys": {text: index for index, text in enumerate(values)}}}),
        encoding="utf-8",
    )
    found = json.loads(pyyaml.safe_load(tools.helm_template("probe", str(tmp_path)))["out"])
    assert found["list"] == values
    assert found["keys"] == {text: index for index, text in enumerate(values)}


DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(DOCUMENTS)
def test_any_document_is_read_back_as_it_is(document: object) -> None:
    written = yaml.dumps(document)  # type: ignore[arg-type]
    assert pyyaml.safe_load(written) == document
    assert yaml.loads(written) == document


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_no_reader_shares_is_refused(value: object) -> None:
    with pytest.raises(LanguageError):
        yaml.dumps({"x": value})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "duplicate key 'a'"),
        ("a: [1\n", 2, "did not find expected"),
        ("\ta: 1\n", 1, "cannot start any token"),
        ("a: *x\n", 1, "undefined alias"),
        ("[" * 100_000, 1, "nested deeper than 500 levels"),
        ("- " * 100_000, 1, "nested deeper than 500 levels"),
        ("\n".join(" " * level + "a:" for level in range(3000)), 501, "nested deeper than 500 levels"),
    ],
)
def test_a_broken_text_is_one_error_at_its_place(text: str, line: int, words: str) -> None:
    with pytest.raises(yaml.YamlError) as caught:
        yaml.loads(text)
    assert words in caught.value.message
    assert caught.value.place.line == line


def test_the_reader_keeps_what_the_api_server_keeps() -> None:
    assert yaml.loads("default: =\nday: 2020-01-01\n") == {"default": "=", "day": "2020-01-01"}
