"""Plausible data, made from the queries alone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from obs.draw.data import Data, Timeline
from obs.draw.sample import labels
from obs.draw.sample.panel import MOST_SERIES, chosen_values, sample
from obs.lang.error import LanguageError
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel
from obs.model.variable import Variable
from obs.preview.view import filled


class Samples:
    """The same panel has the same data every time."""

    live = False

    def data(self, panel: Panel, dashboard: Dashboard, times: Timeline) -> Data:
        """Samples over the dashboard's range, with its variables as they are chosen."""
        return sample(filled(panel, dashboard), dashboard)

    def values(self, variable: Variable, dashboard: Dashboard) -> Sequence[str]:
        """What the label plausibly holds; nothing hides because of what is chosen."""
        name = variable.values_of or variable.name
        chosen = {key: value for key, value in chosen_values(dashboard).items() if key != name}
        found = labels.values(name, _matchers(name, variable.series), _known(name, variable.series), {})
        if name == "pod":
            owners = [one for one in chosen.get("namespace", ()) if one != "$__all"]
            found = tuple(labels.pod(owner, 0) for owner in owners) or found
        return found[: max(MOST_SERIES, 12)]

    def problems(self) -> Sequence[str]:
        """Samples cannot fail."""
        return ()


def _matchers(label: str, series: str) -> list[labels.Wanted]:
    from obs.lang import promql
    from obs.lang.promql.syntax import VectorSelector, walk

    with suppress(LanguageError):
        tree = promql.check(series, grafana=True).tree
        return [
            (one.op, one.value)
            for node in walk(tree)
            if isinstance(node, VectorSelector)
            for one in node.matchers
            if one.label == label
        ]
    return []


def _known(label: str, series: str) -> tuple[str, ...] | None:
    from obs.catalogue.library import default

    name = series.partition("{")[0].strip()
    for one in default().metric(name) if name else ():
        found = one.values(label) or one.entry.usual.get(label)
        if found:
            return tuple(found)
    return None
