"""Ids survive what people do to a dashboard."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.diagnostic import ObsError
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.layout import placed
from obs.model.panel import Row
from obs.model.panels import stat
from obs.passes.panel_ids import assign

DATA = Prometheus(uid="prometheus")


def of(
    *titles: str, moved: Mapping[str, str] | None = None, ids: Mapping[str, int] | None = None
) -> Dashboard:
    panels = [stat(title, "up", **({"id": ids[title]} if ids and title in ids else {})) for title in titles]  # type: ignore[typeddict-item]
    return Dashboard(uid="d", title="D", data=DATA, panels=panels, moved=moved)


TITLES = st.lists(st.text(min_size=1, max_size=8), max_size=20, unique=True)


@given(TITLES, st.randoms())
def test_order_changes_no_id(titles: list[str], random: object) -> None:
    ids = assign([of(*titles)], {})[0]["d"]
    assert len(set(ids.values())) == len(ids)
    assert all(0 < number < 2**31 for number in ids.values())
    keys = {panel.key for panel in of(*titles).panels()}
    if len(keys) == len({panel.title for panel in of(*titles).panels()}):
        random.shuffle(titles)  # type: ignore[attr-defined]
        shuffled = of(*titles)
        if {panel.key for panel in shuffled.panels()} == keys:
            assert assign([shuffled], {})[0]["d"] == ids


@given(TITLES, TITLES)
def test_the_lock_keeps_ids_through_every_edit(before: list[str], after: list[str]) -> None:
    ids, lock = assign([of(*before)], {})
    again, new_lock = assign([of(*after)], lock)
    for key, number in again["d"].items():
        assert number == ids["d"].get(key, number)
    assert assign([of(*after)], new_lock) == (again, new_lock)


def test_inserting_a_panel_changes_no_other_id() -> None:
    first, lock = assign([of("a", "b", "c")], {})
    second, _ = assign([of("new", "a", "b", "c")], lock)
    assert {key: second["d"][key] for key in "abc"} == first["d"]
    assert assign([of("new", "a", "b", "c")], {})[0]["d"] == second["d"]


def test_a_locked_id_stays_even_where_the_key_would_give_another() -> None:
    ids, lock = assign([of("a")], {"d": {"a": 3, "gone": 4}})
    assert ids == {"d": {"a": 3}}
    assert lock == {"d": {"a": 3}}


def test_a_rename_keeps_the_id() -> None:
    _, lock = assign([of("Old name", "b")], {})
    ids, new_lock = assign([of("New name", "b", moved={"Old name": "New name"})], lock)
    assert ids["d"]["new-name"] == lock["d"]["old-name"]
    assert assign([of("New name", "b", moved={"Old name": "New name"})], new_lock)[0] == ids
    assert assign([of("New name", "b")], new_lock)[0] == ids


@pytest.mark.parametrize(
    ("moved", "problem"),
    [
        ({"a": "z"}, "moved says 'a' became 'z', but no panel has that key (dashboard d)"),
        ({"a": "b"}, "moved says 'a' became 'b', but 'a' is still there (dashboard d)"),
    ],
)
def test_renames_that_cannot_be(moved: Mapping[str, str], problem: str) -> None:
    with pytest.raises(ObsError) as caught:
        assign([of("a", "b", moved=moved)], {"d": {"a": 1}})
    assert [found.problem for found in caught.value.diagnostics] == [problem]


def test_explicit_ids_win_and_must_differ() -> None:
    assert assign([of("a", "b", ids={"a": 5})], {"d": {"a": 3, "b": 4}})[0]["d"] == {"a": 5, "b": 4}
    with pytest.raises(ObsError) as caught:
        assign([of("a", "b", ids={"a": 5, "b": 5})], {})
    found = caught.value.diagnostics[0]
    assert found.problem == "panels 'a' and 'b' have the same id 5"
    assert found.at is not None
    assert found.at.file == __file__
    assert [label for _, label in found.also] == ["the other panel"]
    with pytest.raises(ObsError, match="panels 'a' and 'b' have the same id 4"):
        assign([of("a", "b", ids={"a": 4})], {"d": {"b": 4}})


@pytest.mark.parametrize("number", [0, -1, 2**31])
def test_numbers_that_are_no_ids(number: int) -> None:
    with pytest.raises(ObsError, match="cannot be a panel's id"):
        assign([of("a", ids={"a": number})], {})


def test_headers_have_ids_too_and_every_clash_is_said() -> None:
    rows = Dashboard(uid="r", title="R", data=DATA, rows=[Row("Errors", [stat("a", "up")])])
    assert set(assign([rows], {})[0]["r"]) == {"row-errors", "a"}
    clash = of("a", "b", ids={"a": 5, "b": 5})
    other = Dashboard(uid="e", title="E", data=DATA, panels=[stat("x", "up", id=1), stat("y", "up", id=1)])
    with pytest.raises(ObsError) as caught:
        assign([clash, other], {})
    assert len(caught.value.diagnostics) == 2


def test_as_many_panels_as_there_are_small_ids() -> None:
    many = {f"k{number}": number for number in range(1, 10_000)}
    ids, _ = assign([of("new")], {"d": many})
    assert ids["d"]["new"] > 0


def test_place_gives_every_panel_its_place() -> None:
    done = placed(of("a", "b"))
    assert [panel.grid.x for panel in done.panels() if panel.grid] == [0, 12]
