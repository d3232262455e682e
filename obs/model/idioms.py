"""Functions that return query text for what is easy to get wrong."""

from __future__ import annotations

from collections.abc import Sequence

from obs.diagnostic import DefinitionError
from obs.model.metric import Metric
from obs.model.pipeline import Counter
from obs.origin import here


def seen(counter: Counter | Metric, within: str, by: Sequence[str]) -> str:
    """PromQL that is true for `within` after each increment of a counter, its very first included.

    `increase()` of a series that is born at 1 is 0 (there is no earlier sample to grow from), so a lone error or a
    burst between two scrapes is invisible to it. The second branch is true for a series that did not exist `within`
    ago. Where Prometheus itself was away for longer than `within` and its 5m look-back, that branch can repeat an
    old alert once: one message too many rather than one too few. Source: prometheus/prometheus#1673.
    """
    if not by:
        raise DefinitionError(
            "seen() needs the labels to keep", check="missing-field", at=here(), fix='by=("namespace",)'
        )
    labels = ", ".join(by)
    name = str(counter)
    return (
        f"sum by ({labels}) (increase({name}[{within}])) > 0\n"
        f"or\n"
        f"sum by ({labels}) ({name} unless {name} offset {within}) > 0"
    )
