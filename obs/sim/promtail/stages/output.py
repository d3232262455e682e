"""output: an extracted value becomes the line."""

from __future__ import annotations

from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.go_values import as_text
from obs.sim.promtail.stage import Context, Processor


class Output(Processor):
    kind = "output"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        self.source = str(config.decode(raw, {"source": "string"})["source"])
        if not self.source:
            raise ConfigError("output source value is required if output is specified")

    def process(self, entry: Entry) -> None:
        text = as_text(entry.extracted.get(self.source))
        if text is None:
            self.context.note = f"no source {self.source!r}"
        else:
            entry.line = text

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.source,)
