"""The integrations of receivers as files write them, in Alertmanager's own form and in prometheus-operator's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from obs.graph.document import Document
from obs.graph.subject import Subject
from obs.record import dataclass

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DISCORD = re.compile(r"https?://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Integration:
    """One item of a `discord_configs`, `slack_configs` or the like; `by_operator` in an AlertmanagerConfig."""

    document: Document
    path: tuple[str | int, ...]
    kind: str
    receiver: str
    by_operator: bool

    def text(self, field: str) -> str | None:
        """A field that holds a text; None where it is not given."""
        found = self.document.get(*self.path, field)
        return found if isinstance(found, str) else None

    @property
    def address(self) -> str:
        """Where it posts to, as far as it is written out."""
        fields = ("webhook_url", "api_url", "url", "apiURL")
        return next((found for field in fields if (found := self.text(field))), "")

    @property
    def secret(self) -> str:
        """The name of the Secret that holds the address; empty where none is referred to."""
        for field in ("apiURL", "urlSecret"):
            found = self.document.get(*self.path, field, "name")
            if isinstance(found, str):
                return found
        return ""

    @property
    def to_discord(self) -> bool:
        """Whether the address that is written out is a webhook of Discord's."""
        return _DISCORD.match(self.address) is not None


def integrations(subject: Subject) -> Iterator[Integration]:
    """Every one of every receiver."""
    for document in subject.of_kind("alertmanager", "AlertmanagerConfig"):
        by_operator = document.kind == "AlertmanagerConfig"
        path = ("spec", "receivers") if by_operator else ("receivers",)
        for index, receiver in enumerate(_list(document.get(*path))):
            for key, configs in receiver.items() if isinstance(receiver, Mapping) else ():
                kind = _CAMEL.sub("_", str(key)).lower()
                if kind.endswith("_configs"):
                    for number in range(len(_list(configs))):
                        yield Integration(
                            document,
                            (*path, index, str(key), number),
                            kind.removesuffix("_configs"),
                            str(receiver.get("name") or ""),
                            by_operator,
                        )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
