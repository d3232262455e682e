"""The links of the chain from a log line or a series to Discord, and what is told of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LinkName = Literal[
    "log line",
    "pipeline",
    "metrics stage",
    "scrape",
    "scrape labels",
    "rule",
    "for",
    "Alertmanager",
    "route",
    "inhibition",
    "mute time",
    "group",
    "message template",
    "Discord",
]

ARTICLES = {"rule": "the rule", "scrape": "the scrape", "route": "the route", "pipeline": "the pipeline"}
"""How a link is called inside a sentence, where that is not its name."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link and what was seen there; `state` is `dead` where the chain ends, `wrong` where it goes astray."""

    name: LinkName
    says: str
    state: Literal["ok", "wrong", "dead"] = "ok"

    @property
    def verdict(self) -> str:
        """`dies at metrics stage: ...`."""
        verb = "dies" if self.state == "dead" else "goes wrong"
        return f"{verb} at {ARTICLES.get(self.name, self.name)}: {self.says}"


def dead(name: LinkName, says: str) -> Link:
    """The chain ends here."""
    return Link(name, says, "dead")


@dataclass(frozen=True, slots=True)
class Story:
    """How far an alert came: its links in order, the last one dead unless a message arrived."""

    alert: str
    links: tuple[Link, ...]

    @property
    def death(self) -> Link | None:
        """Where it ended."""
        return self.links[-1] if self.links and self.links[-1].state == "dead" else None

    @property
    def wrong(self) -> tuple[Link, ...]:
        """Where it went astray and yet went on."""
        return tuple(link for link in self.links if link.state == "wrong")

    @property
    def length(self) -> int:
        """How many links held."""
        return sum(link.state != "dead" for link in self.links)

    def __str__(self) -> str:
        bad = [*self.wrong, *([self.death] if self.death else [])]
        head = f"{self.alert} {'; '.join(link.verdict for link in bad)}" if bad else f"{self.alert} arrives"
        mark = {"ok": "ok", "wrong": "!!", "dead": "XX"}
        width = max((len(link.name) for link in self.links), default=0)
        told = [f"  {mark[link.state]}  {link.name.ljust(width)}  {link.says}" for link in self.links]
        return "\n".join([head, *told])
