"""Findings as SARIF 2.1.0, for code scanning and for editors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from obs.diagnostic import Diagnostic, Severity
from obs.record import dataclass
from obs.report.json import Row, rows

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


@dataclass(frozen=True, slots=True)
class Rule:
    """What is told of a check: its usual severity, one sentence, and its page."""

    name: str
    severity: Severity
    summary: str
    page: str


def render(
    findings: Iterable[Diagnostic],
    root: Path | None,
    rules: Sequence[Rule] = (),
    version: str = "",
    mark: Callable[[Diagnostic], str] | None = None,
) -> str:
    """One run with one result for each finding; `rules` describes the checks that have findings.

    `mark` recognises a finding that has moved, so that code scanning does not tell it anew.

    Source: SARIF 2.1.0, sections 3.13 to 3.30.
    """
    listed = rows(findings, root, mark)
    names = sorted({row.name for row in listed})
    described = {rule.name: rule for rule in rules}
    driver: dict[str, object] = {"name": "obs", "rules": [_rule(name, described.get(name)) for name in names]}
    if version:
        driver["version"] = version
        driver["semanticVersion"] = version
    run: dict[str, object] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(row, names.index(row.name)) for row in listed],
    }
    if root is not None:
        run["originalUriBaseIds"] = {"%SRCROOT%": {"description": {"text": "Where obs lint ran."}}}
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "replace").decode("utf-8") + "\n"


def _rule(name: str, rule: Rule | None) -> dict[str, object]:
    found: dict[str, object] = {"id": name, "name": "".join(word.capitalize() for word in name.split("-"))}
    if rule is not None:
        found["shortDescription"] = {"text": rule.summary or name}
        found["fullDescription"] = {"text": rule.summary or name}
        found["help"] = {"text": rule.page, "markdown": _markdown(rule.page)} if rule.page else {"text": name}
        found["defaultConfiguration"] = {"level": LEVELS[rule.severity]}
    return found


def _markdown(page: str) -> str:
    """Indented examples need an empty line before them to be code."""
    return page.replace("Flagged:\n", "Flagged:\n\n").replace("Instead:\n", "Instead:\n\n")


def _result(row: Row, index: int) -> dict[str, object]:
    found: dict[str, object] = {
        "ruleId": row.name,
        "ruleIndex": index,
        "level": LEVELS[row.severity],
        "message": {"text": row.text},
        "properties": {"evidence": row.evidence},
    }
    if row.mark:
        found["partialFingerprints"] = {"obs/v1": row.mark}
    if row.file:
        found["locations"] = [_location(row)]
    related = [
        {
            "id": number,
            "physicalLocation": _physical(file, {"startLine": line} if line else None),
            "message": {"text": words},
        }
        for number, (file, line, words) in enumerate(row.also)
        if file
    ]
    if related:
        found["relatedLocations"] = related
    return found


def _location(row: Row) -> dict[str, object]:
    region = {"startLine": row.line, "startColumn": row.column}
    region |= {"endLine": row.end_line, "endColumn": row.end_column}
    found: dict[str, object] = {"physicalLocation": _physical(row.file, region if row.line else None)}
    if row.object:
        found["logicalLocations"] = [{"fullyQualifiedName": row.object}]
    return found


def _physical(file: str, region: Mapping[str, int] | None) -> dict[str, object]:
    pure = PurePosixPath(file)
    place: dict[str, object] = {"uri": "file://" + quote(file) if pure.is_absolute() else quote(file)}
    if not pure.is_absolute():
        place["uriBaseId"] = "%SRCROOT%"
    found: dict[str, object] = {"artifactLocation": place}
    if region is not None:
        found["region"] = dict(region)
    return found
