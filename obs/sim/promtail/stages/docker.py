"""docker: the JSON framing of Docker's json-file driver. Each line keeps its trailing line feed."""

from __future__ import annotations

from collections.abc import Sequence

from obs.sim.promtail.entry import Entry
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.stage import Context, Stage
from obs.sim.promtail.stages.json import Json
from obs.sim.promtail.stages.labels import Labels
from obs.sim.promtail.stages.output import Output
from obs.sim.promtail.stages.timestamp import Timestamp


class Docker(Stage):
    kind = "docker"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        paths = {"output": "log", "stream": "stream", "timestamp": "time"}
        self.json = Json({"expressions": paths}, context)
        self.rest = (
            Labels({"stream": None}, context),
            Timestamp({"source": "timestamp", "format": "RFC3339Nano"}, context),
            Output({"source": "output"}, context),
        )

    def run(self, entry: Entry) -> Sequence[Entry]:
        entry.extracted.update(entry.labels)
        self.json.run(entry)
        for part in self.rest:
            part.process(entry)
        return (entry,)

    def flow(self, before: Flow) -> Flow:
        before = self.json.flow(before.entered())
        for part in self.rest:
            before = part.flow(before)
        return before
