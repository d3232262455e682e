"""PNG: a picture with the size of the SVG, an honest answer without the optional package."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from obs.cli.draw import run_draw
from obs.diagnostic import ObsError
from obs.draw import draw
from obs.draw.png import png
from obs.draw.side_by_side import side_by_side
from tests.draw.boards import HOSTILE, TYPES, board, panel

ROOT = Path(__file__).parents[2]


def size(data: bytes) -> tuple[int, int]:
    """Of a PNG: its header says so."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def test_a_png_has_the_size_of_the_picture() -> None:
    picture = draw(
        board(
            *(panel(kind, at={"x": 0, "y": 8 * number, "w": 24, "h": 8}) for number, kind in enumerate(TYPES))
        )
    )
    assert size(png(picture))[0] == 1200
    assert size(png(picture, zoom=2))[0] == 2400


def test_the_same_bytes_every_time() -> None:
    picture = draw(board(panel("timeseries", HOSTILE)))
    assert png(picture) == png(picture)


def test_a_huge_picture_is_drawn_smaller() -> None:
    picture = draw(
        board(*(panel("stat", at={"x": 0, "y": 8 * number, "w": 24, "h": 8}) for number in range(300)))
    )
    wide, high = size(png(picture, zoom=4))
    assert wide * high <= 61_000_000


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(ObsError) as raised:
        png(draw(board(panel("stat"))))
    assert raised.value.diagnostics[0].fix == "pip install 'obs[png]'"


def test_a_font_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ObsError, match="there is no such font"):
        png(draw(board(panel("stat"))), [tmp_path / "none.ttf"])


def test_side_by_side() -> None:
    one, other = (
        draw(board(panel("stat", title, at={"x": 0, "y": 0, "w": 24, "h": high})))
        for title, high in (("A", 4), ("B", 8))
    )
    both = side_by_side([("before", one), ("after", other)], "dark")
    assert size(png(both)) == (2416, size(png(other))[1] + 30)
    assert side_by_side([("before", ""), ("after", other)], "dark").count("<svg") == 2


def test_the_command_draws_the_project(tmp_path: Path) -> None:
    assert run_draw((), ROOT, tmp_path, "light", "svg", ()) == 0
    assert {path.stem for path in tmp_path.iterdir()} >= {"gateway-api-traffic", "loki-error-logs"}


def test_the_command_draws_files(tmp_path: Path) -> None:
    file = ROOT / "charts/monitoring/files/dashboards/loki-error-logs.json"
    assert run_draw((str(file),), None, tmp_path, "dark", "png", ()) == 0
    assert size((tmp_path / "loki-error-logs.png").read_bytes())[0] == 2400


@pytest.mark.parametrize(
    ("names", "theme"), [(("nothing-like-it",), "dark"), ((), "pink"), ((str(ROOT / "README.md"),), "dark")]
)
def test_what_cannot_be_drawn(
    names: tuple[str, ...], theme: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_draw(names, ROOT, tmp_path, theme, "svg", ()) == 2
    assert capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
