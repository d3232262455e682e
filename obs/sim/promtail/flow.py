"""What may be there after a stage, for every line at once: the static side of the emulator.

`Flow` says which extracted keys and labels exist for every line that gets this far (`always`), which may
(`maybe`), and whether others may as well (`open`). Each stage maps one to the next beside its `run`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from obs.record import dataclass

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Keys:
    """A set of names known in part; `always` is a part of `maybe`, and `open` allows any other name."""

    always: frozenset[str] = _NONE
    maybe: frozenset[str] = _NONE
    open: bool = False

    @staticmethod
    def of(names: Iterable[str], *, open: bool = False) -> Keys:
        certain = frozenset(names)
        return Keys(certain, certain, open)

    def may_have(self, name: str) -> bool:
        return self.open or name in self.maybe

    def must_have(self, name: str) -> bool:
        return name in self.always

    def adding(self, names: Iterable[str], *, certain: bool) -> Keys:
        new = frozenset(names)
        return replace(self, always=self.always | new if certain else self.always, maybe=self.maybe | new)

    def perhaps_without(self, names: Iterable[str]) -> Keys:
        return replace(self, always=self.always - frozenset(names))

    def without(self, names: Iterable[str]) -> Keys:
        gone = frozenset(names)
        return replace(self, always=self.always - gone, maybe=self.maybe - gone)

    def only(self, names: Iterable[str]) -> Keys:
        kept = frozenset(names)
        maybe = kept if self.open else self.maybe & kept
        return Keys(self.always & kept, maybe)

    def join(self, other: Keys) -> Keys:
        return Keys(self.always & other.always, self.maybe | other.maybe, self.open or other.open)

    def allows(self, names: Iterable[str]) -> bool:
        """Whether a line may have just these names here."""
        found = frozenset(names)
        return self.always <= found and (self.open or found <= self.maybe)


@dataclass(frozen=True, slots=True)
class Flow:
    """What may be extracted and labelled at one point of a pipeline."""

    extracted: Keys
    labels: Keys

    @staticmethod
    def of_labels(labels: Iterable[str], *, open: bool = False) -> Flow:
        """At the start of a pipeline whose target sets these labels (`open`: and perhaps others)."""
        return Flow(Keys(open=open), Keys.of(labels, open=open))

    def entered(self) -> Flow:
        """Inside a pipeline: every label is copied into the extracted map first."""
        extracted = self.extracted.adding(self.labels.maybe, certain=False).adding(
            self.labels.always, certain=True
        )
        return replace(self, extracted=replace(extracted, open=extracted.open or self.labels.open))

    def join(self, other: Flow) -> Flow:
        return Flow(self.extracted.join(other.extracted), self.labels.join(other.labels))

    def allows(self, extracted: Iterable[str], labels: Iterable[str]) -> bool:
        return self.extracted.allows(extracted) and self.labels.allows(labels)
