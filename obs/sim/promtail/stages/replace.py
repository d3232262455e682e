"""replace: the captured groups of every match are replaced by a template; what is around them stays.

An expression without a group changes nothing.
"""

from __future__ import annotations

from obs.lang import re2
from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.source import checked_source
from obs.sim.promtail.stage import Context, Processor
from obs.sim.promtail.stages.regex import compile_expression
from obs.sim.promtail.stages.template import texts
from obs.sim.promtail.template import RenderError, Template


class Replace(Processor):
    kind = "replace"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(
            raw, {"expression": "string", "source": config.Optional("string"), "replace": "string"}
        )
        if not options["expression"]:
            raise ConfigError("expression is required")
        self.source = checked_source(options["source"], "empty source in replace stage")
        self.regex = compile_expression(str(options["expression"]), "could not compile regular expression")
        self.fault = ""
        try:
            self.template: Template | None = Template(str(options["replace"]), context.clock)
        except ConfigError as error:
            # Promtail parses it only when a line matches, and then leaves the line alone.
            self.template, self.fault = None, error.message

    def process(self, entry: Entry) -> None:
        text = self.source.read(entry)
        if text is None:
            self.context.note = self.source.missing
            return
        matches = list(self.regex.finditer(text))
        if not matches:
            self.context.note = "no match"
            return
        if self.template is None:
            self.context.note = f"the template fails: {self.fault}"
            return
        try:
            result, replaced = self.replace(text, matches, texts(entry.extracted), self.template)
        except RenderError as error:
            self.context.note = f"the template fails: {error.message}"
            return
        if self.source.key is None:
            entry.line = result
        else:
            entry.extracted[self.source.key] = result
        for index, name in enumerate(self.regex.names, 1):
            captured = matches[0].group(index) or ""
            if name and captured in replaced:
                entry.extracted[name] = replaced[captured]

    def replace(
        self, text: str, matches: list[re2.Match], data: dict[str, str], template: Template
    ) -> tuple[str, dict[str, str]]:
        """The new text, and the replacement of each captured text."""
        parts: list[str] = []
        replaced: dict[str, str] = {}
        at = 0
        for found in matches:
            for start, end in found.spans[1:]:
                if start < 0:
                    continue
                captured = text[start:end]
                data["Value"] = captured
                replaced[captured] = template.render(data)
                if at in (0, start) or at < start:
                    parts += [text[at:start], replaced[captured]]
                    at = end
        return "".join([*parts, text[at:]]), replaced

    def flow(self, before: Flow) -> Flow:
        return Flow(before.extracted.adding(self.regex.groupindex, certain=False), before.labels)

    @property
    def reads(self) -> tuple[str, ...]:
        return self.source.keys
