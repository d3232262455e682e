"""The command line of `obs lint`, read without Typer, whose import takes longer than linting a few files.

Only what is certainly right is read here; help, completion, mistakes and rare spellings are Typer's.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from obs.cli.lint_options import Said

FLAGS = {
    "--strict": "strict",
    "--fix": "fix",
    "--diff": "diff",
    "--statistics": "statistics",
    "--list": "list_checks",
    "--quiet": "quiet",
    "-q": "quiet",
}
TEXTS = {
    "--profile": "profile",
    "--severity": "severity",
    "--format": "format",
    "--since": "since",
    "--today": "today",
    "--prometheus": "prometheus",
    "--explain": "explain",
}
PATHS = {
    "--project": "project",
    "-C": "project",
    "--config": "config",
    "--output": "output",
    "-o": "output",
    "--baseline": "baseline",
    "--write-baseline": "write_baseline",
    "--pages": "pages",
    "--catalogue": "catalogue",
}
LISTS = {
    f"--{name}": name
    for name in (
        *("rules", "dashboards", "alertmanager", "promtail", "values", "chart"),
        *("select", "ignore", "vendored"),
    )
}


def said(words: Sequence[str]) -> Said | None:
    """What the words after `obs lint` say; None where Typer has to look at them."""
    if "_OBS_COMPLETE" in os.environ:
        return None
    found: dict[str, Any] = dict.fromkeys(FLAGS.values(), False) | dict.fromkeys(PATHS.values())
    found |= {name: [] for name in ("paths", *LISTS.values())} | dict.fromkeys(TEXTS.values(), "")
    found |= {"profile": "default", "format": "human"}
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        if not word.startswith("-"):
            found["paths"].append(word)
        elif word in FLAGS:
            found[FLAGS[word]] = True
        elif not _took(word, rest, found):
            return None
    if found.pop("strict"):
        found["profile"] = "strict"
    return Said(**found) if found.keys() == {one.name for one in fields(Said)} else None


def _took(word: str, rest: list[str], found: dict[str, Any]) -> bool:
    """Whether the word is an option with a value, which is then taken, from the rest if it does not hold it."""
    name, equals, value = word.partition("=")
    if not equals:
        if not rest or rest[-1].startswith("-"):
            return False
        value = rest.pop()
    if name in TEXTS:
        found[TEXTS[name]] = value
    elif name in PATHS and (name.startswith("--") or not equals):
        found[PATHS[name]] = Path(value)
    elif name in LISTS:
        found[LISTS[name]].append(value)
    else:
        return False
    return True
