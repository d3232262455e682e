"""A colour for each service, the same on every dashboard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

from obs.lang.error import LanguageError
from obs.lang.gotemplate.legend import legend
from obs.model.dashboard import Dashboard
from obs.model.field import Override, override
from obs.model.panel import Panel
from obs.model.service import Service
from obs.packs.style import OWN

SERVICE_LABELS = frozenset({"service", "namespace", "deployment", "application", "app", "name", "routeId"})
"""Labels whose values are names of services (`name` beside another of them only: alone it is anything's); a legend that
reads others too tells more apart than services."""


def painted(dashboard: Dashboard, services: Sequence[Service]) -> Dashboard:
    """The dashboard with a colour of its own for each service, in panels whose curves are services.

    Overrides by name: Grafana's palette gives colours by the order in which series come, so that a service would
    change its colour from panel to panel.
    """
    colours = [_own(service.name, colour) for service, colour in zip(services, cycle(OWN), strict=False)]
    return dashboard.with_rows(
        replace(row, lines=tuple(tuple(_painted(panel, colours) for panel in line) for line in row.lines))
        for row in dashboard.rows
    )


def _own(name: str, colour: str) -> Override:
    """`user`, `user p95`, `user/user`, and Traefik's `user-user-8081@kubernetes`; not `user-7d9c5b8f6-x2x4q`."""
    word = re.escape(name)
    return override(regexp=f"/^{word}(\\/{word}|-{word}-\\d+@\\S+)?( |$)/", color=colour)


def _painted(panel: Panel, colours: Sequence[Override]) -> Panel:
    if panel.type not in ("timeseries", "barchart") or not _shows_services(panel):
        return panel
    # Those of the panel itself come last, and so they win.
    return replace(panel, overrides=(*colours, *panel.overrides), key=panel.key, named=panel.named)


def _shows_services(panel: Panel) -> bool:
    read = [_labels(query.legend or "") for query in panel.queries]
    return bool(read) and all(labels - {"name"} and labels <= SERVICE_LABELS for labels in read)


def _labels(text: str) -> frozenset[str]:
    try:
        return legend(text).labels_read
    except LanguageError:
        return frozenset()
