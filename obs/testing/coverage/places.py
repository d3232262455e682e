"""Where the parts of a platform are defined, as `file:line`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.graph.program import Program
    from obs.origin import Origin


@dataclass(frozen=True, slots=True)
class Places:
    """Definitions by name; what is not known is nowhere."""

    root: Path = Path()
    rules: dict[str, Origin] = field(default_factory=dict)
    targets: dict[str, Origin] = field(default_factory=dict)
    pipeline: Origin | None = None
    route: Origin | None = None

    def rule(self, name: str, text: str = "") -> str:
        """Where a rule is; at the line that has `text`, if one behind it does."""
        return self._shown(self.rules.get(name), text)

    def stage(self, text: str = "") -> str:
        """Where the pipeline is."""
        return self._shown(self.pipeline, text)

    def routing(self, text: str = "") -> str:
        """Where the route is."""
        return self._shown(self.route, text)

    def target(self, name: str, text: str = "") -> str:
        """Where a target is; Promtail's is the pipeline."""
        return self._shown(self.targets.get(name, self.pipeline), text)

    def _shown(self, origin: Origin | None, text: str) -> str:
        if origin is None:
            return ""
        path = Path(origin.file)
        path = path if path.is_absolute() else self.root / path
        line = _line(path, origin.line, text) if text else origin.line
        shown = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        return f"{shown.as_posix()}:{line}"


def _line(path: Path, start: int, text: str) -> int:
    """The first line from a definition on that has a text; its own line when none of the next has."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError:
        return start
    for number, line in enumerate(lines[start - 1 : start + 60], start):
        if text in line:
            return number
    return start


def places_of(program: Program) -> Places:
    """The places of a project's definitions."""
    rules = {
        getattr(rule, "name", None) or str(getattr(rule, "record", "")): rule.origin for rule in program.rules
    }
    return Places(
        program.settings.root,
        rules,
        {target.name: target.origin for target in program.definitions.targets if target.origin},
        program.pipeline.origin if program.pipeline else None,
        program.definitions.routes[0].origin if program.definitions.routes else None,
    )
