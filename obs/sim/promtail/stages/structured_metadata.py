"""structured_metadata (once non_indexed_labels): extracted values, and then labels, become metadata.

Promtail 3.0 writes a value twice when its source is a label: labels are in the extracted map too.
"""

from __future__ import annotations

from obs.sim.promtail.entry import Entry
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.go_values import as_text, is_utf8
from obs.sim.promtail.stage import Context, Processor
from obs.sim.promtail.stages.labels import label_sources


class StructuredMetadata(Processor):
    kind = "structured_metadata"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        self.sources = label_sources(raw)

    def process(self, entry: Entry) -> None:
        for name, source in self.sources.items():
            value = as_text(entry.extracted.get(source))
            if value is not None and is_utf8(value):
                entry.structured_metadata.append((name, value))
        for name, source in self.sources.items():
            if source in entry.labels:
                entry.structured_metadata.append((name, entry.labels[source]))
        for source in self.sources.values():
            entry.labels.pop(source, None)

    def flow(self, before: Flow) -> Flow:
        return Flow(before.extracted, before.labels.without(self.sources.values()))

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(self.sources.values())
