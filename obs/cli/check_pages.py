"""`obs lint --list`, `--explain NAME` and `--pages DIR`: what there is to know of each check."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from obs.checks.base import Check, checks
from obs.checks.runner import did_you_mean
from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin


def known_checks(project: Path | None) -> list[Check]:
    """Every check that would run here: those of obs, and the project's own where there is a project."""
    from obs.api import read_settings
    from obs.checks.own import own_checks

    try:
        settings = read_settings(project)
    except ObsError:
        if project is not None:
            raise
        return checks()
    return sorted([*checks(), *own_checks(settings)], key=lambda check: check.name)


def run_list(project: Path | None, *, as_json: bool) -> int:
    """One line for each check: name, severity, profile, first sentence."""
    found = known_checks(project)
    if as_json:
        print(json.dumps([_entry(check) for check in found], ensure_ascii=False, indent=2))
        return 0
    names = max(len(check.name) for check in found)
    for check in found:
        print(f"{check.name:{names}}  {check.severity:7}  {check.profile:7}  {check.summary}")
    return 0


def _entry(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "severity": check.severity,
        "profile": check.profile,
        "stage": check.stage,
        "summary": check.summary,
        "finds": list(check.finds),
    }


def run_explain(project: Path | None, name: str) -> int:
    """A check's page; raises ObsError for a name that no check has."""
    found = known_checks(project)
    for check in found:
        if name in check.names:
            print(f"{check.name}: {_about(check)}\n")
            print(check.page.strip() or "It has no page.")
            return 0
    names = sorted({one for check in found for one in check.names})
    raise ObsError(
        [Diagnostic("unknown-check", f"no check is named {name!r}", fix=did_you_mean(name, names))]
    )


def _about(check: Check) -> str:
    words = f"{check.severity}, profile {check.profile}"
    return f"{words}, stops every build" if check.stage == "build" and check.severity == "error" else words


def run_pages(folder: Path) -> int:
    """Write a Markdown page for each check and an index, and remove pages of checks that are gone."""
    found = checks()
    pages = {f"{check.name}.md": page(check) for check in found} | {"README.md": index(found)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.md"):
            if old.name not in pages:
                old.unlink()
        for name, text in pages.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ObsError(
            [Diagnostic("unwritable", f"cannot be written: {error.strerror}", Origin(str(folder), 0))]
        ) from None
    print(f"{len(found)} checks described in {folder}")
    return 0


def index(found: Sequence[Check]) -> str:
    """The page that lists all pages."""
    lines = ["# Checks", "", "Written by `obs lint --pages`; each page is the docstring of its check.", ""]
    lines += ["| check | severity | profile | what is wrong |", "|---|---|---|---|"]
    for check in found:
        summary = check.summary.replace("|", "\\|")
        lines.append(f"| [{check.name}]({check.name}.md) | {check.severity} | {check.profile} | {summary} |")
    return "\n".join(lines) + "\n"


def page(check: Check) -> str:
    """A check's docstring as Markdown: its examples become blocks of code."""
    body = "\n".join(_markdown(check.page.strip().splitlines()))
    allow = f"To allow it in one place: `# obs: allow {check.name}: the reason`."
    return f"# {check.name}\n\n*{_about(check)}*\n\n{body}\n\n{allow}\n"


def _markdown(lines: Sequence[str]) -> Iterator[str]:
    block: list[str] = []
    for line in lines:
        if line.startswith("    ") or (block and not line.strip()):
            block.append(line[4:])
            continue
        if block:
            yield from _fenced(block)
            block = []
        if line.strip() in ("Flagged:", "Instead:"):
            yield f"**{line.strip()}**"
            yield ""
        else:
            yield line
    if block:
        yield from _fenced(block)


def _fenced(block: list[str]) -> Iterator[str]:
    text = "\n".join(block).rstrip()
    yield f"```{_language(text)}"
    yield text
    yield "```"
    yield ""


def _language(text: str) -> str:
    if text.startswith("{"):
        return "json"
    first = text.split("\n", 1)[0]
    return "yaml" if first.startswith("- ") or (first.partition(":")[1] and "(" not in first) else "python"
