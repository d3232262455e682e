"""Dashboards as pictures, from their definition alone: no Grafana, no browser, no data.

    from obs.draw import draw
    svg = draw(dashboard, theme="dark")

The same dashboard gives the same bytes. Everything is loaded at the first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.draw.dashboard import draw, draw_panel

__all__ = ["draw", "draw_panel"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from obs.draw import dashboard

        return getattr(dashboard, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
