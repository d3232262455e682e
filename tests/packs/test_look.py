"""One look: colours that everybody can tell apart, a colour for each service, and panels that say what they mean."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from obs import Service, api
from obs.draw.theme import theme
from obs.graph.program import Program
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.panel import Panel
from obs.packs import postgres, redis, style
from obs.packs.paint import painted
from obs.packs.panels import codes, curve, ratio

ROOT = Path(__file__).parents[2]
# How people see colours who lack one kind of cone, in linear light: G. M. Machado, M. M. Oliveira and L. A. F. Fernandes,
# A Physiologically-based Model for Simulation of Color Vision Deficiency, 2009; severity 1.
SIGHT = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
Lab = tuple[float, float, float]
APART = 15.0
"""CIE76 distance in Lab; 2.3 is what can just be noticed side by side."""


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def seen(colour: str, sight: str) -> Lab:
    """The colour as somebody sees it, in CIE Lab."""
    light = linear(colour)
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in SIGHT[sight]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    one, two, three = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * two - 16, 500 * (one - two), 200 * (two - three)


def closest(colours: list[str], sight: str) -> float:
    found = [seen(colour, sight) for colour in colours]
    return min(
        sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) ** 0.5 for pair in combinations(found, 2)
    )


def contrast(colour: str, ground: str) -> float:
    """As WCAG counts it."""
    bright, dark = sorted(
        (
            sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear(one), strict=True))
            for one in (colour, ground)
        ),
        reverse=True,
    )
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("sight", SIGHT)
def test_the_colours_of_services_are_told_apart(sight: str) -> None:
    assert closest(list(style.OWN), sight) > APART


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("name", ["dark", "light"])
def test_limits_and_status_codes_are_told_apart(sight: str, name: str) -> None:
    limits = [theme(name).colour(colour) for colour in (style.CALM, style.WARN, style.BAD)]
    assert closest(limits, sight) > APART
    assert closest([colour_of(one) for one in codes()], sight) > APART


def test_grafanas_first_colours_would_not_be() -> None:
    """What the colours above are for: a failing service beside a good one."""
    shades = [theme("dark").colour(colour) for colour in ("green", "red")]
    assert closest(shades, "deuteranopia") < APART


@pytest.mark.parametrize(("name", "least"), [("dark", 3.0), ("light", 2.2)])
def test_every_colour_stands_out_from_its_panel(name: str, least: float) -> None:
    assert all(contrast(colour, theme(name).panel) > least for colour in style.OWN)


def colour_of(override: object) -> str:
    return next(str(value["fixedColor"]) for key, value in override.properties if key == "color")  # type: ignore[attr-defined]


SHOP = [Service("cart", namespace="cart", port=80), Service("pay", namespace="pay", port=80)]


def paint(legend: str) -> list[object]:
    panel = curve("A", "b", "short", "x", legend=legend)
    board = Dashboard(uid="x", title="X", rows=[[panel]], data=Prometheus(uid="p", name="P", url="http://p"))
    return list(painted(board, SHOP).panels()[0].overrides)


@pytest.mark.parametrize("legend", ["{{service}}", "{{namespace}} p95", "{{namespace}}/{{deployment}}"])
def test_a_service_has_its_colour_wherever_its_name_is_the_legend(legend: str) -> None:
    assert [colour_of(one) for one in paint(legend)] == list(style.OWN[:2])


@pytest.mark.parametrize("legend", ["{{pod}}", "{{service}} {{state}}", "{{name}}", "all", ""])
def test_what_shows_more_than_services_keeps_the_palette(legend: str) -> None:
    assert not paint(legend)


@pytest.mark.parametrize(
    ("shown", "hit"),
    [
        ("cart", True), ("cart p95", True), ("cart/cart", True), ("cart-cart-8080@kubernetes", True),
        ("cart-7d9c5b8f6-x2x4q", False), ("cart2", False), ("a cart", False),
    ],
)  # fmt: skip
def test_a_name_is_matched_whole(shown: str, hit: bool) -> None:
    pattern = str(paint("{{service}}")[0].matches).strip("/")  # type: ignore[attr-defined]
    assert bool(re.search(pattern.replace(r"\/", "/"), shown)) == hit


def test_shares_that_should_be_high_have_an_axis_that_shows_them() -> None:
    high = ratio("A", "b", "x", limits=style.falling(0.95, 0.99))
    low = ratio("A", "b", "x", limits=style.rising(0.01, 0.05))
    assert high.field.min is None
    assert low.field.min == 0


@pytest.mark.parametrize("pack", [postgres, redis])
def test_up_is_said_in_words(pack: object) -> None:
    board = pack.dashboard(Prometheus(uid="p", name="P", url="http://p"))  # type: ignore[attr-defined]
    (mapping,) = board["Up"].field.mappings
    assert {key: one["text"] for key, one in mapping["options"].items()} == {"0": "Down", "1": "Up"}


PROGRAM = api.load_program(api.read_settings(ROOT))


def panels(program: Program) -> list[tuple[str, Panel]]:
    return [
        (f"{board.uid} / {panel.title}", panel) for board in program.dashboards for panel in board.panels()
    ]


def test_every_panel_says_what_it_is_for() -> None:
    assert not [name for name, panel in panels(PROGRAM) if not panel.description]


def test_every_dashboard_leads_to_the_others_with_its_variables() -> None:
    for board in PROGRAM.dashboards:
        menu = [link for link in board.links if "checkmate" in link.tags]
        assert menu, board.uid
        assert all(link.vars and link.keep_time for link in menu), board.uid


def test_a_service_has_one_colour_everywhere() -> None:
    found: dict[str, set[str]] = {}
    for _, panel in panels(PROGRAM):
        for one in panel.overrides:
            named = re.match(r"/\^(\w+)\(", str(one.matches))
            if named:
                found.setdefault(named[1], set()).add(colour_of(one))
    assert set(found) >= {"gateway", "user", "community", "study", "store"}
    assert all(len(colours) == 1 for colours in found.values())
    assert len({min(colours) for colours in found.values()}) == len(found)
