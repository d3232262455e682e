"""The routes and receivers of an Alertmanager configuration, or of an AlertmanagerConfig, as somebody wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from obs.graph.document import Document
from obs.lang import matchers
from obs.lang.error import LanguageError
from obs.lang.matchers import OPERATORS, Matcher, Operator
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.subject import Subject

Path = tuple[str | int, ...]
KINDS = ("alertmanager", "AlertmanagerConfig", "AlertmanagerConfig.spec")
DEPTH = 50
"""Levels of routes in routes."""
CHATS = frozenset(
    {
        "discord_configs",
        "discordConfigs",
        "slack_configs",
        "slackConfigs",
        "telegram_configs",
        "telegramConfigs",
        "msteams_configs",
        "msteamsConfigs",
        "email_configs",
        "emailConfigs",
        "pagerduty_configs",
        "pagerdutyConfigs",
        "opsgenie_configs",
        "opsgenieConfigs",
    }
)
"""Integrations whose messages people read."""


@dataclass(frozen=True, slots=True)
class RouteNode:
    """A route as written; `matchers` are its own, without those of the routes around it."""

    path: Path
    receiver: str
    matchers: tuple[Matcher, ...]
    continue_: bool
    children: tuple[RouteNode, ...]

    def walk(self) -> Iterator[RouteNode]:
        """This route and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class ReceiverNode:
    """A receiver as written; `integrations` are its settings by kind (`discord_configs`) and place."""

    path: Path
    name: str
    integrations: tuple[tuple[Path, str, Mapping[str, Any]], ...]

    @property
    def tells_people(self) -> bool:
        """Whether one of its integrations is read by people."""
        return any(kind in CHATS for _, kind, _ in self.integrations)


@dataclass(frozen=True)
class RoutingDocument:
    """One configuration; `operator` when it is written for prometheus-operator, in its own words."""

    document: Document
    operator: bool
    root: RouteNode | None
    receivers: tuple[ReceiverNode, ...]

    @property
    def title(self) -> str:
        """What a finding calls it."""
        return (
            f"AlertmanagerConfig {self.document.name}".strip()
            if self.operator
            else "Alertmanager configuration"
        )

    def receiver(self, name: str) -> ReceiverNode | None:
        """The receiver of that name."""
        return next((one for one in self.receivers if one.name == name), None)

    def intervals(self) -> Iterator[tuple[Path, str]]:
        """The named time intervals, and where they stand."""
        for key in ("time_intervals", "mute_time_intervals", "muteTimeIntervals", "timeIntervals"):
            path = (*_top(self.document), key)
            for index, one in enumerate(_list(self.document.get(*path))):
                if isinstance(one, Mapping) and one.get("name"):
                    yield (*path, index, "name"), str(one["name"])


def routing_documents(subject: Subject) -> tuple[RoutingDocument, ...]:
    """Every configuration of Alertmanager in the files."""
    return tuple(map(_read, subject.of_kind(*KINDS)))


def _top(document: Document) -> Path:
    return ("spec",) if document.kind == "AlertmanagerConfig" else ()


def _read(document: Document) -> RoutingDocument:
    top = _top(document)
    route = document.get(*top, "route")
    root = _route(document, (*top, "route"), "", 0) if isinstance(route, Mapping) else None
    return RoutingDocument(
        document, document.kind != "alertmanager", root, tuple(_receivers(document, (*top, "receivers")))
    )


def _route(document: Document, path: Path, above: str, depth: int) -> RouteNode:
    given = document.get(*path)
    given = given if isinstance(given, Mapping) else {}
    receiver = str(given.get("receiver") or above)
    children = tuple(
        _route(document, (*path, "routes", index), receiver, depth + 1)
        for index in range(len(_list(given.get("routes"))) if depth < DEPTH else 0)
    )
    return RouteNode(path, receiver, tuple(_matchers(given)), given.get("continue") is True, children)


_CLASSIC: tuple[tuple[str, Operator], ...] = (("match", "="), ("match_re", "=~"))


def _matchers(given: Mapping[str, Any]) -> Iterator[Matcher]:
    """Those that can be read; what is wrong with the others is said where the configuration is refused."""
    for one in _list(given.get("matchers")):
        with suppress(LanguageError):
            if isinstance(one, str):
                yield from matchers.read(one).matchers
            elif isinstance(one, Mapping):
                said = one.get("matchType") or ("=~" if one.get("regex") is True else "=")
                for operator in (known for known in OPERATORS if known == said):
                    yield matchers.matcher(str(one.get("name")), operator, str(one.get("value") or ""))
    for key, operator in _CLASSIC:
        pairs = given.get(key)
        for name, value in pairs.items() if isinstance(pairs, Mapping) else ():
            with suppress(LanguageError):
                yield matchers.matcher(str(name), operator, str(value))


def _receivers(document: Document, path: Path) -> Iterator[ReceiverNode]:
    for index, one in enumerate(_list(document.get(*path))):
        if not isinstance(one, Mapping):
            continue
        integrations = tuple(
            ((*path, index, kind, number), str(kind), config)
            for kind, configs in one.items()
            if str(kind).endswith(("_configs", "Configs"))
            for number, config in enumerate(_list(configs))
            if isinstance(config, Mapping)
        )
        yield ReceiverNode((*path, index), str(one.get("name") or ""), integrations)


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
