"""template: a Go template over the extracted values makes a new value; an empty text removes the key."""

from __future__ import annotations

from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.go_values import Value, as_text
from obs.sim.promtail.stage import Context, Processor
from obs.sim.promtail.template import RenderError, Template


class TemplateStage(Processor):
    kind = "template"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(raw, {"source": "string", "template": "string"})
        self.source = str(options["source"])
        if not self.source:
            raise ConfigError("template source value is required")
        self.template = Template(str(options["template"]), context.clock)

    def process(self, entry: Entry) -> None:
        data = texts(entry.extracted)
        value = data.get(self.source)
        if value is not None:
            data["Value"] = value
        data["Entry"] = entry.line
        try:
            text = self.template.render(data)
        except RenderError as error:
            self.context.note = f"the template fails: {error.message}"
            return
        if text:
            entry.extracted[self.source] = text
        else:
            entry.extracted.pop(self.source, None)
            self.context.note = "the template gives an empty text"

    def flow(self, before: Flow) -> Flow:
        extracted = before.extracted.perhaps_without([self.source])
        return Flow(extracted.adding([self.source], certain=False), before.labels)


def texts(extracted: dict[str, Value]) -> dict[str, str]:
    """The extracted values that have a text, as templates see them."""
    return {name: text for name, value in extracted.items() if (text := as_text(value)) is not None}
