"""Receivers: where messages go, and what they say."""

from __future__ import annotations

from collections.abc import Iterator

from obs.graph.subject import Subject
from obs.review.change import Change
from obs.review.differences.waits import receiver_name as name_of
from obs.review.wording import listed
from obs.sim.routing.config import Discord, Receiver


def compare(before: Subject, after: Subject) -> Iterator[Change]:
    """Receivers that are on both sides; that one came or went shows in what reaches whom."""
    if before.alertmanager is None or after.alertmanager is None:
        return
    old = {one.name: one for one in before.alertmanager.receivers}
    for receiver in after.alertmanager.receivers:
        was = old.get(receiver.name)
        if was is not None and was != receiver:
            yield from _receiver(was, receiver)


def _receiver(old: Receiver, new: Receiver) -> Iterator[Change]:
    title = f"receiver {name_of(new.name)}"
    for one, other in zip(old.discord, new.discord, strict=False):
        yield from _discord(title, one, other)
    before, after = _integrations(old), _integrations(new)
    gone = [kind for kind in before if before[kind] > after.get(kind, 0)]
    come = [kind for kind in after if after[kind] > before.get(kind, 0)]
    if gone:
        yield Change("route", title, f"no longer writes to {listed(gone)}", "breaking",
                     "" if after else "nobody gets its messages", "integrations")  # fmt: skip
    if come:
        yield Change("route", title, f"now also writes to {listed(come)}", "behaviour", field="integrations")
    for kind in sorted(old.others.keys() & new.others.keys()):
        if len(old.others[kind]) == len(new.others[kind]) and old.others[kind] != new.others[kind]:
            name = _kind(kind)
            yield Change("route", title, f"other settings of {name}", "behaviour", field="integrations")


def _kind(key: str) -> str:
    return key.removesuffix("_configs")


def _integrations(receiver: Receiver) -> dict[str, int]:
    found = {_kind(kind): len(some) for kind, some in receiver.others.items()}
    return {kind: count for kind, count in {"discord": len(receiver.discord), **found}.items() if count}


def _discord(title: str, old: Discord, new: Discord) -> Iterator[Change]:
    if old.send_resolved != new.send_resolved:
        said = "tells" if new.send_resolved else "no longer tells"
        yield Change("route", title, f"{said} when an alert is over", "behaviour", field="send_resolved")
    if (old.title, old.message) != (new.title, new.message):
        yield Change("route", title, "the message reads differently", "cosmetic", "", "message",
                     f"{old.title}\n{old.message}", f"{new.title}\n{new.message}")  # fmt: skip
    if old.webhook_url != new.webhook_url:
        yield Change("route", title, "messages go to another address", "behaviour", field="address")
