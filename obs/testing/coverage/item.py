"""The things that tests can exercise, and which of them they did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "alert",
    "recording rule",
    "or branch",
    "stage",
    "alternative",
    "route",
    "receiver",
    "inhibition",
    "template branch",
]
KINDS: tuple[Kind, ...] = (
    "alert",
    "recording rule",
    "or branch",
    "stage",
    "alternative",
    "route",
    "receiver",
    "inhibition",
    "template branch",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing: `what` names it, `part` says which part of it, `where` is the definition (file:line)."""

    kind: Kind
    what: str
    part: str = ""
    where: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.what}: {self.part}" if self.part else self.what


@dataclass(slots=True)
class Coverage:
    """Every item with the tests that exercised it, in their order."""

    tests: dict[Item, list[str]] = field(default_factory=dict)

    def expect(self, items: Iterable[Item]) -> None:
        """These exist."""
        for item in items:
            self.tests.setdefault(item, [])

    def seen(self, item: Item, test: str) -> None:
        """A test exercised an item; what is not known is not counted."""
        found = self.tests.get(item)
        if found is not None and test not in found:
            found.append(test)

    def of(self, kind: Kind) -> list[Item]:
        """The items of a kind."""
        return [item for item in self.tests if item.kind == kind]

    def missed(self, kind: Kind | None = None) -> list[Item]:
        """The items that no test exercised."""
        return [item for item, tests in self.tests.items() if not tests and kind in (None, item.kind)]

    def share(self, kind: Kind | None = None) -> float:
        """How much was exercised, in percent; 100 where there is nothing."""
        items = [item for item in self.tests if kind in (None, item.kind)]
        return 100.0 * sum(bool(self.tests[item]) for item in items) / len(items) if items else 100.0
