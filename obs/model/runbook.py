"""What a person does when an alert calls: the pages that the build writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from obs.diagnostic import DefinitionError
from obs.model.definition import definition
from obs.model.rule import AnyAlert
from obs.origin import Origin, here
from obs.record import field

_FOLDER = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")


@definition
class Runbook:
    """The page of one alert: what it means, what to look at first, how to mend it. Texts are Markdown.

    Without `means` its description says it. The page begins what to check with the alert's own `runbook`.
    """

    alert: AnyAlert
    means: str = field(default="", kw_only=True)
    check: Sequence[str] = field(kw_only=True)
    mend: Sequence[str] = field(kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        for name in ("check", "mend"):
            if not getattr(self, name):
                raise DefinitionError(
                    f"the runbook of {self.alert} says nothing in {name}",
                    check="missing-field",
                    at=self.origin,
                )


@definition
class Runbooks:
    """Asks for a page for every alert of the project, and for others' alerts that have a Runbook.

    An alert without a Runbook gets the page that can be told from its definition. Each alert then has the annotation
    `runbook_page`, the page's path in the repository.
    """

    folder: str = "docs/runbooks"
    language: Literal["en", "ko"] = field(default="en", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        if not _FOLDER.fullmatch(self.folder) or ".." in self.folder.split("/"):
            raise DefinitionError(
                f"runbooks: {self.folder!r} must be a folder inside the project",
                check="invalid-name",
                at=self.origin,
            )

    def page(self, alert: str) -> str:
        """The path of an alert's page."""
        return f"{self.folder}/{alert}.md"
