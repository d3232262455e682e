"""A route that is said to be shadowed is so for every alert: tried on all label sets of a small world."""

from itertools import product

import pytest

from obs.graph.route_cover import covers, literals
from obs.lang.matchers import OPERATORS, Matcher, matches_all

VALUES = ("", "a", "ab", "b")
TEXTS = ("", "a", "b", "a|b", "(?:a|ab)", ".*", ".+", "a.*", "^(a|b)$")
WORLD = [{"x": x, "y": y} for x, y in product(VALUES, VALUES)]
ONES = [Matcher(name, operator, text) for name in ("x", "y") for operator in OPERATORS for text in TEXTS]


def test_covers_is_never_wrong() -> None:
    sets = [(), *((one,) for one in ONES), *((one, Matcher("y", "=", "a")) for one in ONES)]
    for wide, narrow in product(sets, sets):
        if covers(wide, narrow):
            through = [labels for labels in WORLD if matches_all(narrow, labels)]
            assert all(matches_all(wide, labels) for labels in through), (wide, narrow)


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ((), ()),
        ((), (Matcher("x", "=", "a"),)),
        ((Matcher("x", "=~", "a|b"),), (Matcher("x", "=", "b"),)),
        ((Matcher("x", "=~", "a|b"),), (Matcher("x", "=~", "b|a"), Matcher("y", "=", "a"))),
        ((Matcher("x", "!=", ""),), (Matcher("x", "=", "a"),)),
        ((Matcher("x", "=~", ".*"),), (Matcher("y", "=", "a"),)),
        ((Matcher("x", "=~", "a.*"),), (Matcher("x", "=~", "a|ab"),)),
    ],
)
def test_covers_what_is_plain(wide: tuple[Matcher, ...], narrow: tuple[Matcher, ...]) -> None:
    assert covers(wide, narrow)


@pytest.mark.parametrize(
    ("operator", "text", "values"),
    [("=", "a.b", ("a.b",)), ("=~", "a|b", ("a", "b")), ("=~", "^(?:a|b)$", ("a", "b")), ("=~", "a.", None), ("!=", "a", None)],
)  # fmt: skip
def test_literals(operator: str, text: str, values: tuple[str, ...] | None) -> None:
    assert literals(Matcher("x", operator, text)) == values  # type: ignore[arg-type]
