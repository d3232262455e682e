"""One query of a panel: text in the language of its datasource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from obs.diagnostic import TextPlace
from obs.origin import Origin, here
from obs.record import dataclass, field

if TYPE_CHECKING:
    from obs.model.datasource import Datasource, Language

Format = Literal["time_series", "table", "heatmap"]


@dataclass(frozen=True, slots=True)
class Query:
    """`legend` is a template such as `{{pod}}`; empty lets Grafana choose the name.

    `instant` asks for one value at the end of the time range instead of a curve; None leaves it to the panel.
    `min_step` is the shortest step (`30s`), from which `$__rate_interval` is computed too.
    `max_lines` limits a log query. `place` is where the text stands, for queries that were read from a file.
    """

    text: str
    legend: str = ""
    instant: bool | None = None
    format: Format = "time_series"
    min_step: str = ""
    max_lines: int | None = None
    datasource: Datasource | None = None
    ref_id: str = ""
    hide: bool = False
    exemplar: bool = False
    extra: Mapping[str, object] = field(default_factory=dict)
    origin: Origin | None = field(default_factory=here, compare=False, repr=False)
    place: TextPlace | None = field(default=None, compare=False, repr=False)

    @property
    def language(self) -> Language:
        """Empty until the datasource is known, and for datasources whose language obs does not read."""
        return self.datasource.language if self.datasource else ""


def ref_id(index: int) -> str:
    """Grafana's own names of queries: A to Z, then AA, AB ..."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = chr(65 + letter) + name
    return name
