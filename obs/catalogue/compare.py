"""What differs between two systems of the catalogue: two releases, or what is written and what a page shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from obs.catalogue.entry import Entry
from obs.catalogue.series import System
from obs.record import dataclass

What = Literal[
    "added", "removed", "type", "kind", "unit", "labels", "values", "buckets", "quantiles", "series"
]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of one metric; `label` is set for values. `before` and `after` are what only one side has."""

    what: What
    metric: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    label: str = ""

    def __str__(self) -> str:
        if self.what == "added":
            return f"+ {self.metric} ({self.after[0]})"
        if self.what == "removed":
            return f"- {self.metric} ({self.before[0]})"
        if self.what in ("type", "kind", "unit"):
            sides = f"{self.before[0] or 'none'} -> {self.after[0] or 'none'}"
            return f"~ {self.metric}: {self.what} {sides}"
        signs = [*(f"-{one}" for one in self.before), *(f"+{one}" for one in self.after)]
        name = f"values of {self.label}" if self.label else self.what
        return f"~ {self.metric}: {name} {' '.join(signs)}"


def compare(before: System, after: System) -> tuple[Change, ...]:
    """The differences, by name of the metric.

    What a side does not know is no difference: a missing unit, values beyond a list that is not whole, labels of an
    entry without samples or with open labels, and of a page the unit and the kind, which it does not state.
    """
    told = not before.seen and not after.seen
    found: list[Change] = []
    for name in sorted({*before.entries, *after.entries}):
        old, new = before.entries.get(name), after.entries.get(name)
        if old is None and new is not None:
            found.append(Change("added", name, after=(_form(new),)))
        elif new is None and old is not None:
            found.append(Change("removed", name, before=(_form(old),)))
        elif old is not None and new is not None:
            found += _entry(old, new, told=told)
    return tuple(found)


def _form(entry: Entry) -> str:
    labels = f" by {', '.join(entry.labels)}" if entry.labels else ""
    return f"{entry.type}{labels}"


def _entry(old: Entry, new: Entry, *, told: bool) -> Iterator[Change]:
    """`told` says that both sides state units and kinds, rather than have them guessed from names."""
    name = old.name
    if old.type != new.type and not (_without_buckets(old, new) or _without_buckets(new, old)):
        yield Change("type", name, (old.type,), (new.type,))
    if old.kind != new.kind and (told or (old.kind and new.kind)):
        yield Change("kind", name, (old.kind,), (new.kind,))
    if told and old.unit != new.unit and old.unit and new.unit:
        yield Change("unit", name, (old.unit,), (new.unit,))
    gone, come = _sides(old.labels, new.labels)
    gone, come = () if new.open else gone, () if old.open else come
    if gone or come:
        yield Change("labels", name, gone, come)
    for label in sorted({*old.values, *old.usual, *new.values, *new.usual}):
        yield from _values(old, new, label)
    if old.type == new.type:
        yield from _numbers(old, new)
        gone, come = _sides(_parts(old), _parts(new))
        if gone or come:
            yield Change("series", name, gone, come)


def _without_buckets(one: Entry, other: Entry) -> bool:
    """A histogram whose buckets are opt-in is shown as a summary without quantiles while nobody asks for them."""
    return one.type == "histogram" and one.opt_in and other.type == "summary" and not other.quantiles


def _values(old: Entry, new: Entry, label: str) -> Iterator[Change]:
    """Between whole lists both ways; otherwise only what is beyond a whole list."""
    gone, come = _sides(
        old.values.get(label, old.usual.get(label, ())), new.values.get(label, new.usual.get(label, ()))
    )
    gone = gone if label in new.values else ()
    come = come if label in old.values else ()
    if gone or come:
        yield Change("values", old.name, gone, come, label)


def _numbers(old: Entry, new: Entry) -> Iterator[Change]:
    for what, first, second in (
        ("buckets", old.buckets, new.buckets),
        ("quantiles", old.quantiles, new.quantiles),
    ):
        if first and second and first != second:
            gone, come = _sides([f"{one:g}" for one in first], [f"{one:g}" for one in second])
            yield Change("buckets" if what == "buckets" else "quantiles", old.name, gone, come)


def _parts(entry: Entry) -> list[str]:
    """The series, without those that configuration decides."""
    return [f"{entry.name}_max"] if entry.max else []


def _sides(
    old: tuple[str, ...] | list[str], new: tuple[str, ...] | list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(one for one in old if one not in new), tuple(one for one in new if one not in old)
