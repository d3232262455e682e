"""regex: named groups of the first match become extracted values. A line that does not match goes on."""

from __future__ import annotations

from obs.lang import re2
from obs.lang.error import LanguageError
from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.selector import GO
from obs.sim.promtail.source import Source, checked_source
from obs.sim.promtail.stage import Context, Processor


def compile_expression(pattern: str, prefix: str) -> re2.Regex:
    """A pattern of a stage. Raises ConfigError: the prefix, and Go's words."""
    try:
        return re2.compile(pattern, GO)
    except LanguageError as error:
        raise ConfigError(f"{prefix}: {error.message}", error.start, error.end) from None


class RegexStage(Processor):
    kind = "regex"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(raw, {"expression": "string", "source": config.Optional("string")})
        if not options["expression"]:
            raise ConfigError("expression is required")
        self.source: Source = checked_source(options["source"], "empty source")
        self.regex = compile_expression(str(options["expression"]), "could not compile regular expression")

    def process(self, entry: Entry) -> None:
        text = self.source.read(entry)
        found = self.regex.search(text) if text is not None else None
        if found is None:
            self.context.note = "no match" if text is not None else self.source.missing
            return
        entry.extracted.update(found.groupdict())

    def flow(self, before: Flow) -> Flow:
        names = self.regex.groupindex
        return Flow(before.extracted.adding(names, certain=False), before.labels)

    @property
    def reads(self) -> tuple[str, ...]:
        return self.source.keys
