"""eventlogmessage: `key: value` lines of a Windows event become extracted values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry, is_label_name
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.go_values import as_text, is_utf8
from obs.sim.promtail.stage import Context, Stage
from obs.sim.promtail.template import trim_space

_NOT_IN_A_NAME = re.compile(r"[^a-zA-Z0-9_]")


class EventLogMessage(Stage):
    kind = "eventlogmessage"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(
            raw,
            {
                "source": config.Optional("string"),
                "drop_invalid_labels": "bool",
                "overwrite_existing": "bool",
            },
        )
        source = options["source"]
        if source is not None and not is_label_name(str(source)):
            raise ConfigError(f"invalid label name: {source}")
        self.source = "message" if source is None else str(source)
        self.drop_invalid = bool(options["drop_invalid_labels"])
        self.overwrite = bool(options["overwrite_existing"])

    def run(self, entry: Entry) -> Sequence[Entry]:
        if self.source not in entry.extracted:
            self.context.note = f"no source {self.source!r}"
            return (entry,)
        text = as_text(entry.extracted[self.source])
        if text is None:
            self.context.note = f"dropped: {self.source!r} has no text"
            return ()
        for line in text.split("\r\n"):
            key, colon, value = line.partition(":")
            if colon:
                self.extract(entry, key, trim_space(value))
        return (entry,)

    def extract(self, entry: Entry, key: str, value: str) -> None:
        if not is_label_name(key):
            if self.drop_invalid:
                return
            key = sanitized(key)
        if key in entry.extracted and not self.overwrite:
            key += "_extracted"
        if is_utf8(value):
            entry.extracted[key] = value

    def flow(self, before: Flow) -> Flow:
        return replace(before, extracted=replace(before.extracted, open=True))

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.source,)


def sanitized(name: str) -> str:
    """A label name made of any text: what does not belong is `_`, a digit at the front too."""
    if not name:
        return "_"
    clean = _NOT_IN_A_NAME.sub("_", name)
    return "_" + clean[1:] if clean[0].isdigit() else clean
