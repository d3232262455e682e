"""What is known of the labels of a result: the words that the flow of an expression is told in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from obs.lang.promql.syntax import VectorSelector
from obs.record import dataclass

State = Literal["guaranteed", "possible", "excluded"]
ProblemKind = Literal[
    "impossible-label",
    "impossible-join",
    "dead-branch",
    "absent-always-empty",
    "quantile-without-le",
    "invalid-label-function",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, and where in the expression; not `certain` if series without a usual label would refute it."""

    text: str
    start: int
    end: int
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of one label."""

    state: State
    why: Reason


@dataclass(frozen=True, slots=True)
class LabelSet:
    """What is known of a metric's labels; `open` if it may have others.

    `because` says how that is known, `certain` whether it is declared rather than what is usual.
    """

    guaranteed: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    open: bool = False
    because: str = ""
    certain: bool = True


Known = Callable[[VectorSelector], LabelSet | None]
"""What a catalogue says of a selector's metric; None when it does not know it."""


_NOTHING: Mapping[str, Fact] = MappingProxyType({})


class Branch(NamedTuple):
    """One way for the expression to return series. A tuple, since each operator makes others of it by `_replace`.

    `metric` is the name of the selector whose labels these are, `named` whether the result still carries it.
    `value` is the value of every sample where that is known; `always` says that the branch never is empty (or,
    where it is `shadowed` by the left side of an `or`, that side is not), `filtered` that a comparison or a set
    operator decides whether it is.
    """

    metric: str | None
    labels: Mapping[str, Fact] = _NOTHING
    open: bool = True
    closed: Reason | None = None
    dead: Reason | None = None
    named: bool = False
    value: float | None = None
    always: bool = False
    filtered: bool = False
    shadowed: bool = False
    start: int = 0
    end: int = 0

    def state(self, label: str) -> State:
        """Of any label, named or not."""
        fact = self.labels.get(label)
        if fact is not None:
            return fact.state
        return "possible" if self.open else "excluded"

    def why(self, label: str) -> Reason | None:
        """Why the label is in its state; None for a label of which nothing is known."""
        fact = self.labels.get(label)
        return fact.why if fact is not None else self.closed

    def having(self, state: State) -> tuple[str, ...]:
        """The named labels in that state, sorted."""
        return tuple(sorted(name for name, fact in self.labels.items() if fact.state == state))

    @property
    def guaranteed(self) -> tuple[str, ...]:
        return self.having("guaranteed")

    @property
    def possible(self) -> tuple[str, ...]:
        return self.having("possible")

    @property
    def excluded(self) -> tuple[str, ...]:
        return self.having("excluded")


@dataclass(frozen=True, slots=True)
class Problem:
    """A part that cannot do what it is there for."""

    kind: ProblemKind
    why: Reason


@dataclass(frozen=True, slots=True)
class Flow:
    """The branches of a whole expression and what was found on the way."""

    branches: tuple[Branch, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def live(self) -> tuple[Branch, ...]:
        """The branches that can return something."""
        return tuple(branch for branch in self.branches if branch.dead is None)

    def state(self, label: str) -> State:
        """Over all live branches."""
        states = {branch.state(label) for branch in self.live}
        return states.pop() if len(states) == 1 else "possible"

    def without(self, label: str) -> tuple[Branch, ...]:
        """The live branches that can never have the label."""
        return tuple(branch for branch in self.live if branch.state(label) == "excluded")


def with_fact(branch: Branch, label: str, fact: Fact) -> Branch:
    return branch._replace(labels={**branch.labels, label: fact})


def has_labels(branch: Branch) -> bool:
    return any(fact.state != "excluded" for fact in branch.labels.values())
