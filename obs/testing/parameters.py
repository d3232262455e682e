"""One scenario for many cases, under pytest and under `obs test` alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])
ATTRIBUTE = "__obs_cases__"
LONGEST = 50


def cases(**values: Iterable[object]) -> Callable[[Test], Test]:
    """Run the test once for each value: `@cases(service=["gateway", "user"])`; several names take turns together."""

    def mark(test: Test) -> Test:
        listed = {name: list(items) for name, items in values.items()}
        if len({len(items) for items in listed.values()}) > 1:
            raise ValueError("cases(): every name needs the same number of values")
        setattr(test, ATTRIBUTE, listed)
        return test

    return mark


def cases_of(test: Callable[..., object]) -> list[dict[str, object]]:
    """The arguments of each case; one without arguments when there are none."""
    listed: dict[str, list[object]] = getattr(test, ATTRIBUTE, {})
    if not listed:
        return [{}]
    return [dict(zip(listed, row, strict=True)) for row in zip(*listed.values(), strict=True)]


def case_name(arguments: dict[str, object]) -> str:
    """How a case is told from the others: its values, or their names."""
    return "-".join(value_name(value) for value in arguments.values())


def value_name(value: object) -> str:
    """A value on one short line."""
    text = " ".join(str(getattr(value, "name", value)).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
