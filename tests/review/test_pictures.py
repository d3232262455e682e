"""Before and after as pictures: the panels that changed are framed, and nothing else looks different."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from obs.graph.subject import Subject
from obs.review.comparison import compare
from obs.review.pictures import Pair, file_name, pairs
from tests.draw.boards import board, panel

ROOT = Path(__file__).parents[2]
PLACES = [{"x": 12 * (number % 2), "y": 8 * (number // 2), "w": 12, "h": 8} for number in range(6)]
LIMITS = {
    "thresholds": {
        "mode": "absolute",
        "steps": [{"color": "green", "value": None}, {"color": "red", "value": 8}],
    }
}
MOVED_LIMITS = {
    "thresholds": {
        "mode": "absolute",
        "steps": [{"color": "green", "value": None}, {"color": "red", "value": 400}],
    }
}


def both(before: list[dict[str, object]], after: list[dict[str, object]]) -> Pair:
    sides = [Subject(dashboards=(board(*panels),)) for panels in (before, after)]
    (pair,) = pairs(compare(*sides), *sides)
    return pair


def marks(picture: str) -> dict[str, str]:
    """The word on each panel's frame."""
    found: dict[str, str] = {}
    for one in ElementTree.fromstring(picture).iter():
        if one.get("class") == "panel":
            words = [inner.text or "" for inner in one if inner.tag.endswith("text")]
            mark = [word for word in words if word in ("added", "removed", "changed", "moved")]
            found[str(one.get("data-key"))] = mark[0] if mark else ""
    return found


def test_each_panel_is_marked_where_it_is_or_was() -> None:
    pair = both(
        [panel("stat", "Same", at=PLACES[0]), panel("stat", "Edited", at=PLACES[1]), panel("stat", "Gone", "z", at=PLACES[2]),
         panel("stat", "Walks", "w", at=PLACES[3])],
        [panel("stat", "Same", at=PLACES[0]), panel("stat", "Edited", at=PLACES[1], defaults={"unit": "s"}),
         panel("gauge", "Come", "a + b", at=PLACES[2]), panel("stat", "Walks", "w", at=PLACES[4])],
    )  # fmt: skip
    assert marks(pair.drawn("before", "light")) == {
        "same": "",
        "edited": "changed",
        "gone": "removed",
        "walks": "moved",
    }
    assert marks(pair.drawn("after", "light")) == {
        "same": "",
        "edited": "changed",
        "come": "added",
        "walks": "moved",
    }


def test_a_renamed_panel_is_marked_on_both_sides() -> None:
    pair = both([panel("stat", "Old name")], [panel("stat", "New name")])
    assert marks(pair.drawn("before", "light")) == {"old-name": "changed"}
    assert marks(pair.drawn("after", "light")) == {"new-name": "changed"}


def test_moved_limits_move_no_sample() -> None:
    pair = both([panel("stat", "P", defaults=LIMITS)], [panel("stat", "P", defaults=MOVED_LIMITS)])
    numbers = [
        [
            one.text
            for one in ElementTree.fromstring(pair.drawn(side, "light")).iter()
            if one.tag.endswith("text")
        ]
        for side in ("before", "after")
    ]
    assert numbers[0] == numbers[1]


def test_a_new_dashboard_has_one_side() -> None:
    before, after = Subject(), Subject(dashboards=(board(panel("stat", "P")),))
    (pair,) = pairs(compare(before, after), before, after)
    assert pair.drawn("before", "light") == ""
    assert marks(pair.drawn("after", "dark")) == {"p": "added"}
    (pair,) = pairs(compare(after, before), after, before)
    assert marks(pair.drawn("before", "dark")) == {"p": "removed"}


def test_names_of_files() -> None:
    assert file_name("gateway-api") == "gateway-api"
    assert file_name("../../etc/passwd") == "etc-passwd"
    assert file_name("…") == "dashboard"
    assert len(file_name("x" * 500)) == 80


def test_the_picture_of_the_readme_is_the_same_for_every_seed(tmp_path: Path) -> None:
    code = (
        "from tools.pictures.__main__ import review_picture; import sys; sys.stdout.write(review_picture())"
    )
    drawn = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        )
        for seed in ("1", "2")
    ]
    assert drawn[0].stdout == drawn[1].stdout
    assert set(marks(drawn[0].stdout.decode()).values()) >= {"changed", "added"}
