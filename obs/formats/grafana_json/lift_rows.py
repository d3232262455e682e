"""V16: rows of the twelve-column page of Grafana 4 as places in the grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from obs.formats.grafana_json.notes import Notes
from obs.formats.grafana_json.shape import MARK, number, objects, text

Object = dict[str, Any]

_UNIT = 38
"""Pixels of a grid row and the gap below it: a height of 250 px is 7 grid rows."""


def lift_rows(rows: Iterable[Mapping[str, Any]], notes: Notes) -> list[Object]:
    """Headers and panels for the top level. Rows that have no visible title get no header, unless
    collapsed."""
    found: list[Object] = []
    y = 0
    given = list(rows)
    headed = any(row.get("collapse") or row.get("showTitle") or row.get("repeat") for row in given)
    for row in given:
        height = _height(row.get("height")) or 7
        panels, bottom = _placed(objects(row.get("panels")), y + (1 if headed else 0), height)
        if not headed:
            found += panels
        else:
            collapsed = row.get("collapse") is True
            header: Object = {
                "type": "row",
                "title": text(row.get("title")),
                "collapsed": collapsed,
                "gridPos": {"h": 1, "w": 24, "x": 0, "y": y},
                "panels": panels if collapsed else [],
            }
            if MARK in row:
                header[MARK] = row[MARK]
            if row.get("repeat"):
                header["repeat"] = row["repeat"]
            found.append(header)
            if collapsed:
                bottom = y + 1
            else:
                found += panels
        y = bottom
    if given:
        notes.mended("its rows of twelve columns become places in the grid")
    return found


def _placed(panels: Iterable[Object], top: int, height: int) -> tuple[list[Object], int]:
    found: list[Object] = []
    x, y, bottom = 0, top, top
    for panel in panels:
        width = round(min(max(number(panel.get("span")) or 4, 0.5), 12) * 2)
        high = _height(panel.get("height")) or height
        if x + width > 24:
            x, y = 0, bottom
        found.append({**panel, "gridPos": {"h": high, "w": width, "x": x, "y": y}})
        x += width
        bottom = max(bottom, y + high)
    return found, bottom


def _height(value: object) -> int | None:
    pixels = number(value.removesuffix("px") if isinstance(value, str) else value)
    return max(ceil(pixels / _UNIT), 3) if pixels else None
