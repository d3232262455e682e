"""SARIF 2.1.0: the document holds what its schema asks for.

The schema itself is not a file here. `SCHEMA` repeats by hand the parts of sarif-schema-2.1.0.json (OASIS, errata 01)
that concern the objects obs writes: their properties, types, required ones, enumerations, minima and patterns.
`additionalProperties` is false throughout that schema, but for property bags, so an unknown key fails here too.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from obs.checks.base import checks
from obs.checks.baseline import fingerprint
from obs.diagnostic import Diagnostic, Excerpt
from obs.origin import Origin
from obs.report import place, sarif

TEXT = {"type": "string"}
MESSAGE = {
    "object": {"text": TEXT, "markdown": TEXT, "id": TEXT, "arguments": {"list": TEXT}},
    "any": ["text", "id"],
}
MULTIFORMAT = {"object": {"text": TEXT, "markdown": TEXT}, "required": ["text"]}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
INDEX = {"type": "integer", "minimum": -1}
COUNT = {"type": "integer", "minimum": 1}
ARTIFACT_LOCATION = {
    "object": {
        "uri": {"type": "string", "pattern": r"[^\s<>\"{}|\\^`]*"},
        "uriBaseId": TEXT,
        "index": INDEX,
        "description": MESSAGE,
    }
}
REGION = {"object": {"startLine": COUNT, "startColumn": COUNT, "endLine": COUNT, "endColumn": COUNT}}
PHYSICAL = {
    "object": {"artifactLocation": ARTIFACT_LOCATION, "region": REGION},
    "any": ["address", "artifactLocation"],
}
LOCATION = {
    "object": {
        "id": INDEX,
        "physicalLocation": PHYSICAL,
        "logicalLocations": {"list": {"object": {"name": TEXT, "fullyQualifiedName": TEXT}}, "unique": True},
        "message": MESSAGE,
    }
}
RULE = {
    "object": {
        "id": TEXT,
        "name": TEXT,
        "shortDescription": MULTIFORMAT,
        "fullDescription": MULTIFORMAT,
        "help": MULTIFORMAT,
        "helpUri": TEXT,
        "defaultConfiguration": {"object": {"enabled": {"type": "boolean"}, "level": LEVEL}},
    },
    "required": ["id"],
}
DRIVER = {
    "object": {
        "name": TEXT,
        "version": TEXT,
        "semanticVersion": TEXT,
        "informationUri": TEXT,
        "rules": {"list": RULE, "unique": True},
    },
    "required": ["name"],
}
RESULT = {
    "object": {
        "ruleId": TEXT,
        "ruleIndex": INDEX,
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {"list": LOCATION},
        "relatedLocations": {"list": LOCATION, "unique": True},
        "partialFingerprints": {"map": TEXT},
        "properties": {"bag": True},
    },
    "required": ["message"],
}
RUN = {
    "object": {
        "tool": {"object": {"driver": DRIVER}, "required": ["driver"]},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "originalUriBaseIds": {"map": ARTIFACT_LOCATION},
        "results": {"list": RESULT},
    },
    "required": ["tool"],
}
SCHEMA = {
    "object": {"$schema": TEXT, "version": {"enum": ["2.1.0"]}, "runs": {"list": RUN}},
    "required": ["version", "runs"],
}
TYPES = {"string": str, "integer": int, "boolean": bool}


def faults(value: object, schema: dict, at: str = "$") -> list[str]:
    """Where a value is not what the schema says."""
    if "bag" in schema:
        return [] if isinstance(value, dict) else [f"{at} is no object"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{at} is {value!r}"]
    if "list" in schema:
        if not isinstance(value, list):
            return [f"{at} is no list"]
        texts = [json.dumps(one, sort_keys=True) for one in value]
        repeated = (
            [f"{at} repeats an entry"] if schema.get("unique") and len(set(texts)) != len(texts) else []
        )
        return repeated + [
            fault for n, one in enumerate(value) for fault in faults(one, schema["list"], f"{at}[{n}]")
        ]
    if "map" in schema:
        return [fault for key, one in value.items() for fault in faults(one, schema["map"], f"{at}.{key}")]
    if "object" in schema:
        return _object_faults(value, schema, at)
    if type(value) is not TYPES[schema["type"]]:
        return [f"{at} is {value!r}"]
    if "minimum" in schema and value < schema["minimum"]:
        return [f"{at} is {value!r}"]
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        return [f"{at} is {value!r}"]
    return []


def _object_faults(value: object, schema: dict, at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at} is no object"]
    found = [f"{at} has no {name}" for name in schema.get("required", ()) if name not in value]
    if "any" in schema and not any(name in value for name in schema["any"]):
        found.append(f"{at} has none of {schema['any']}")
    for name, one in value.items():
        if name not in schema["object"]:
            found.append(f"{at} has an unknown {name}")
        else:
            found += faults(one, schema["object"][name], f"{at}.{name}")
    return found


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
    assert faults(document, SCHEMA) == []


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
    assert faults(document, SCHEMA) != []


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
