"""`python -m tools.check_index`: write the index of all checks (obs/checks/index.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from obs.checks.base import Check, loaded
from obs.checks.index import FILE, FOLDER, KINDS
from tools.check_index.needs import ALWAYS, needs_of


def main() -> None:
    Path(FILE).write_text(rendered(), encoding="utf-8")


def rendered() -> str:
    """The index, a line for each module."""
    files = sorted(file for file in Path(FOLDER).glob("*.py") if file.name != "__init__.py")
    lines = [f"{json.dumps(file.stem)}: {json.dumps(entry(file))}" for file in files]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def entry(file: Path) -> dict[str, Any]:
    """What the index says of a module; of one that holds no check, that it holds none."""
    found = loaded(file.stem)
    return {
        "size": file.stat().st_size,
        "checks": [_described(file.stem, found[name]) for name in sorted(found)],
    }


def _described(module: str, check: Check) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": check.name,
        "stage": check.stage,
        "severity": check.severity,
        "profile": check.profile,
        "of": [kind for kind in KINDS if getattr(check, kind) is not None],
    }
    if check.finds:
        said["finds"] = list(check.finds)
    if check.alone:
        said["alone"] = True
    if check.of_subject is not None:
        name = getattr(check.of_subject, "__name__")  # noqa: B009
        needs = needs_of(
            f"obs.checks.{module}", check.name.replace("-", "_") if name == "of_subject" else name
        )
        if needs != ALWAYS:
            said["needs"] = sorted(sorted(names) for names in needs)
    return said


if __name__ == "__main__":
    main()
