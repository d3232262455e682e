"""What the reader says about a document: what it mended, what it kept without understanding, what it gave
up."""

from __future__ import annotations

from dataclasses import dataclass, field

from obs.diagnostic import Diagnostic, Severity
from obs.origin import Origin


@dataclass(slots=True)
class Notes:
    """Collects the notes of one document, each once."""

    origin: Origin | None = None
    where: str = ""
    at: Origin | None = None
    """The line that is being read, where the document knows it."""
    found: dict[str, Diagnostic] = field(default_factory=dict)

    def mended(self, what: str, why: str = "") -> None:
        """Something that a Grafana of today would misread is put right."""
        self._add("old-dialect-mended", "info", what, why)

    def kept(self, what: str, why: str = "") -> None:
        """Something unknown is passed through."""
        self._add("unknown-key-kept", "info", what, why)

    def lost(self, what: str, why: str = "", fix: str = "") -> None:
        """Something has no counterpart any more."""
        self._add("old-dialect-lost", "warning", what, why, fix)

    def wrong(self, check: str, what: str, why: str = "", fix: str = "") -> None:
        """Something cannot work as it is written."""
        self._add(check, "error", what, why, fix)

    def risky(self, check: str, what: str, why: str = "", fix: str = "") -> None:
        """Something works here and now only."""
        self._add(check, "warning", what, why, fix)

    def _add(self, check: str, severity: Severity, what: str, why: str, fix: str = "") -> None:
        problem = f"{self.where}: {what}" if self.where else what
        self.found.setdefault(
            f"{check} {problem}",
            Diagnostic(check, problem, self.at or self.origin, severity, why=why, fix=fix),
        )

    def all(self) -> tuple[Diagnostic, ...]:
        """In the order of the document."""
        return tuple(self.found.values())
