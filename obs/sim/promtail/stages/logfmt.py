"""logfmt: named keys of a logfmt line become extracted values."""

from __future__ import annotations

from obs.sim.promtail import config, logfmt
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.source import checked_source
from obs.sim.promtail.stage import Context, Processor


class Logfmt(Processor):
    kind = "logfmt"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(raw, {"mapping": config.MapOf("string"), "source": config.Optional("string")})
        mapping = options["mapping"]
        if not isinstance(mapping, dict) or not mapping:
            raise ConfigError("logfmt mapping is required")
        self.source = checked_source(options["source"], "empty source")
        self.names: dict[str, str] = {key or name: name for name, key in mapping.items()}

    def process(self, entry: Entry) -> None:
        text = self.source.read(entry)
        if text is None:
            self.context.note = self.source.missing
            return
        for key, value in logfmt.pairs(text):
            name = self.names.get(key)
            if name is not None:
                entry.extracted[name] = value

    def flow(self, before: Flow) -> Flow:
        return Flow(before.extracted.adding(self.names.values(), certain=False), before.labels)

    @property
    def reads(self) -> tuple[str, ...]:
        return self.source.keys
