"""PNG: a picture with the size of the SVG, an honest answer without the optional package."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from obs.cli.draw import run_draw, warn_of_no_words
from obs.diagnostic import ObsError
from obs.draw import draw
from obs.draw.font_name import family
from obs.draw.png import has_words, png
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


def font(path: Path, name: str) -> Path:
    """A file that has nothing of a font but its name, as Windows and as the Macintosh write it."""
    texts = [(3, name.encode("utf-16-be")), (1, name.encode("latin-1"))]
    records, stored = b"", b""
    for platform, text in texts:
        records += struct.pack(">6H", platform, 1, 0, 1, len(text), len(stored))
        stored += text
    table = struct.pack(">3H", 0, len(texts), 6 + len(records)) + records + stored
    path.write_bytes(
        struct.pack(">I4H", 0x10000, 1, 0, 0, 0) + struct.pack(">4s3I", b"name", 0, 28, len(table)) + table
    )
    return path


def test_a_font_file_is_asked_for_by_its_own_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its family need not be one of those that the picture names."""
    asked: dict[str, object] = {}
    monkeypatch.setitem(
        sys.modules, "resvg_py", SimpleNamespace(svg_to_bytes=lambda **given: asked.update(given) or b"")
    )
    file = font(tmp_path / "own.ttf", "Our Own Sans")
    png(draw(board(panel("stat"))), [file])
    assert asked["sans_serif_family"] == "Our Own Sans"
    assert asked["font_files"] == [str(file)]


@pytest.mark.parametrize("data", [b"", b"\0" * 40, b"not a font at all, but long enough to be one"])
def test_what_is_no_font_has_no_name(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.ttf").write_bytes(data)
    assert family(tmp_path / "x.ttf") is None


def test_pictures_without_words_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not has_words([font(tmp_path / "own.ttf", "Our Own Sans")])
    warn_of_no_words([tmp_path / "own.ttf"])
    assert "the pictures will have no words" in capsys.readouterr().err


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
