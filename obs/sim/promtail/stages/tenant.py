"""tenant: sets the label that tells Loki's tenant."""

from __future__ import annotations

from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.go_values import as_text
from obs.sim.promtail.stage import Context, Processor

LABEL = "__tenant_id__"


class Tenant(Processor):
    kind = "tenant"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(raw, {"label": "string", "source": "string", "value": "string"})
        self.label, self.source, self.value = (str(options[key]) for key in ("label", "source", "value"))
        given = [part for part in (self.label, self.source, self.value) if part]
        if not given:
            raise ConfigError("label, source or value config are required")
        if len(given) > 1:
            raise ConfigError(
                "label, source and value are mutually exclusive: "
                "you should set source, value or label but not all"
            )

    def process(self, entry: Entry) -> None:
        if self.source:
            tenant = as_text(entry.extracted.get(self.source))
        elif self.label:
            tenant = entry.labels.get(self.label)
        else:
            tenant = self.value
        if tenant:
            entry.labels[LABEL] = tenant

    def flow(self, before: Flow) -> Flow:
        return Flow(before.extracted, before.labels.adding([LABEL], certain=bool(self.value)))

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.source,) if self.source else ()
