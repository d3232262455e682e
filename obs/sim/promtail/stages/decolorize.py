"""decolorize: removes ANSI escape sequences from the line. Its configuration is not looked at."""

from __future__ import annotations

import re

from obs.sim.promtail.entry import Entry
from obs.sim.promtail.stage import Context, Processor

_ESCAPE_SEQUENCE = re.compile(
    "[\\u001B\\u009B][\\[\\]()#;?]*"
    "(?:(?:(?:[a-zA-Z0-9]*(?:;[a-zA-Z0-9]*)*)?\\u0007)"
    "|(?:(?:[0-9]{1,4}(?:;[0-9]{0,4})*)?[0-9A-PRZcf-ntqry=><~]))"
)


class Decolorize(Processor):
    kind = "decolorize"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)

    def process(self, entry: Entry) -> None:
        if "\x1b" in entry.line or "\x9b" in entry.line:
            entry.line = _ESCAPE_SEQUENCE.sub("", entry.line)
