"""Records beside the standard library's dataclasses: what can be asked of one can be asked of the other."""

from __future__ import annotations

import copy
import dataclasses
import math
import pickle
from typing import Any, ClassVar

import pytest

from obs import record


def made(dataclass: Any, slots: bool) -> Any:
    @dataclass(frozen=True, slots=slots)
    class Thing:
        """A thing."""

        kind: ClassVar[str] = "thing"
        name: str
        size: float = 1.0
        parts: list[int] = record.field(default_factory=list, hash=False)
        place: int = record.field(default=0, compare=False)
        secret: str = record.field(default="s3cret", repr=False)

        @property
        def loud(self) -> str:
            return self.name.upper()

    return Thing


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """At the top of a module, as pickling wants it."""

    name: str
    parts: tuple[int, ...] = ()


@record.dataclass(frozen=True, slots=True)
class Ours:
    """The same."""

    name: str
    parts: tuple[int, ...] = ()


BOTH = [
    (dataclasses.dataclass, True),
    (record.dataclass, True),
    (dataclasses.dataclass, False),
    (record.dataclass, False),
]


@pytest.mark.parametrize(("dataclass", "slots"), BOTH)
def test_they_are_made_shown_compared_and_hashed_alike(dataclass: Any, slots: bool) -> None:
    thing = made(dataclass, slots)

    assert repr(thing("a", place=3)).endswith("Thing(name='a', size=1.0, parts=[], place=3)")
    assert thing("a", place=1) == thing("a", place=2) != thing("b")
    assert thing("a") != ("a", 1.0, [])
    nan = thing("a", math.nan)
    assert nan == dataclasses.replace(nan, place=9)
    assert len({thing("a", place=1), thing("a", place=2), thing("b")}) == 2
    assert thing("a").parts is not thing("a").parts
    assert thing("a").loud == "A"
    assert thing.__match_args__ == ("name", "size", "parts", "place", "secret")
    assert [one.name for one in dataclasses.fields(thing)] == ["name", "size", "parts", "place", "secret"]
    plain = {"name": "a", "size": 1.0, "parts": [], "place": 0, "secret": "s3cret"}
    assert dataclasses.asdict(thing("a")) == plain
    assert hasattr(thing("a"), "__dict__") is not slots


@pytest.mark.parametrize(("dataclass", "slots"), BOTH)
def test_they_refuse_to_be_changed_alike(dataclass: Any, slots: bool) -> None:
    one = made(dataclass, slots)("a")

    for change in (
        lambda: setattr(one, "name", "b"),
        lambda: delattr(one, "name"),
        lambda: setattr(one, "other", 1),
    ):
        with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
            change()
    with pytest.raises(TypeError):
        made(dataclass, slots)()
    with pytest.raises(TypeError):
        made(dataclass, slots)("a", unknown=1)


@pytest.mark.parametrize("kind", [Standard, Ours])
def test_they_are_copied_and_pickled_alike(kind: Any) -> None:
    one = kind("a", (1, 2))

    assert copy.copy(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one
    match one:
        case Ours(name, parts) | Standard(name, parts):
            assert (name, parts) == ("a", (1, 2))


def test_what_a_class_says_itself_stays() -> None:
    @record.dataclass(frozen=True, slots=True)
    class Own:
        """Its own words."""

        value: int

        def __post_init__(self) -> None:
            if self.value < 0:
                raise ValueError("negative")

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own)

        def __hash__(self) -> int:
            return 7

    assert repr(Own(1)) == "own"
    assert Own(1) == Own(2)
    assert hash(Own(3)) == 7
    with pytest.raises(ValueError, match="negative"):
        Own(-1)


@pytest.mark.parametrize(("dataclass", "slots"), BOTH)
def test_they_inherit_alike(dataclass: Any, slots: bool) -> None:
    @dataclass(frozen=True, slots=slots)
    class Base:
        """What all have."""

        value: int
        more: int = record.field(default=0, compare=False)

    @dataclass(frozen=True, slots=slots)
    class Derived(Base):
        """What one has."""

        last: str = "z"

    @dataclass(frozen=True, slots=slots, kw_only=True)
    class Named(Base):
        """By name only."""

        name: str

    @dataclasses.dataclass(frozen=True, slots=slots)
    class Standard(Base):
        """Of the other kind."""

    assert repr(Derived(1)).endswith("Derived(value=1, more=0, last='z')")
    assert Derived(1, 2, "a") == Derived(1, 3, "a") != Derived(1, 2, "b")
    assert Derived(1) != Base(1)
    assert Named(1, name="n").name == "n"
    assert Standard(1) == Standard(1)
    with pytest.raises(TypeError):
        Named(1, 2, "n")
    for one in (Base(1), Derived(1), Named(1, name="n"), Standard(1)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            one.value = 2


@pytest.mark.parametrize("dataclass", [dataclasses.dataclass, record.dataclass])
def test_without_equality_each_is_its_own(dataclass: Any) -> None:
    @dataclass(frozen=True, slots=True, eq=False)
    class Thing:
        """A thing."""

        value: int

    one = Thing(1)
    assert one != Thing(1)
    assert len({one, Thing(1)}) == 2


def test_what_is_not_frozen_is_the_standard_librarys() -> None:
    @record.dataclass
    class Open:
        value: int
        rest: int = record.field(default=3, init=False)

    one = Open(1)
    one.value = 2
    assert one == Open(2)
    assert one.rest == 3


def test_what_is_unusual_is_the_standard_librarys() -> None:
    @record.dataclass(frozen=True)
    class Given:
        value: int
        twice: dataclasses.InitVar[int] = 0
        made: int = record.field(default=5, init=False)

        def __post_init__(self, twice: int) -> None:
            object.__setattr__(self, "made", twice * 2)

    assert Given(1, 2).made == 4
