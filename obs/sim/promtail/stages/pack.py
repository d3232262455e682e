"""pack: labels and extracted values move into a JSON object around the line."""

from __future__ import annotations

from obs.sim.promtail import config, go_json
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.go_values import as_text
from obs.sim.promtail.stage import Context, Processor


class Pack(Processor):
    kind = "pack"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        # The field's tag is misspelt there, so mapstructure knows it by its Go name.
        options = config.decode(
            raw, {"Labels": config.ListOf("string"), "ingest_timestamp": config.Optional("bool")}, weak=True
        )
        labels = options["Labels"]
        self.names = sorted({str(name) for name in labels} if isinstance(labels, list) else ())
        self.ingest_timestamp = options["ingest_timestamp"] is not False

    def process(self, entry: Entry) -> None:
        packed = {name: as_text(entry.extracted.get(name)) for name in self.names}
        found = {name: value for name, value in packed.items() if value is not None}
        pairs = [f"{go_json.dump_text(name)}:{go_json.dump_text(value)}" for name, value in found.items()]
        entry.line = "{" + ",".join([*pairs, f'"_entry":{go_json.dump_text(entry.line)}']) + "}"
        for name in found:
            entry.labels.pop(name, None)
        if self.ingest_timestamp:
            entry.timestamp = self.context.clock.now()

    def flow(self, before: Flow) -> Flow:
        return Flow(before.extracted, before.labels.perhaps_without(self.names))

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(self.names)
