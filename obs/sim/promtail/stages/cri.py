"""cri: the framing of container runtimes, `time stream flags content`; partial lines (`P`) are joined.

Inside it is a pipeline of regex, labels, timestamp and two outputs. The second output reads `tags`, a mistake
with a consequence: on a target with a label `tags` every line is replaced by that label's value.
"""

from __future__ import annotations

from collections.abc import Sequence

from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry, Stream
from obs.sim.promtail.error import Panic
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.go_values import byte_length, signed, text_bytes
from obs.sim.promtail.stage import Context, Processor, Stage
from obs.sim.promtail.stages.labels import Labels
from obs.sim.promtail.stages.output import Output
from obs.sim.promtail.stages.regex import RegexStage
from obs.sim.promtail.stages.timestamp import Timestamp

_LINE = r"^(?s)(?P<time>\S+?) (?P<stream>stdout|stderr) (?P<flags>\S+?) (?P<content>.*)$"
_MAX_PARTIAL_LINES = 100


class Cri(Stage):
    kind = "cri"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(
            raw,
            {
                "max_partial_lines": "int",
                "max_partial_line_size": "size",
                "max_partial_line_size_truncate": "bool",
            },
            weak=True,
        )
        self.most = int(str(options["max_partial_lines"])) or _MAX_PARTIAL_LINES
        size = signed(int(str(options["max_partial_line_size"])))
        self.size = size if options["max_partial_line_size_truncate"] else None
        self.parts: tuple[Processor, ...] = (
            RegexStage({"expression": _LINE}, context),
            Labels({"stream": None}, context),
            Timestamp({"source": "time", "format": "RFC3339Nano"}, context),
            Output({"source": "content"}, context),
            Output({"source": "tags"}, context),
        )
        self.partial: dict[Stream, Entry] = {}

    def run(self, entry: Entry) -> Sequence[Entry]:
        entry.extracted.update(entry.labels)
        for part in self.parts:
            part.process(entry)
        self.context.note = "" if "flags" in entry.extracted else "not a CRI line"
        if not self.partial and entry.extracted.get("flags") != "P":
            return (entry,)
        return self.join(entry)

    def join(self, entry: Entry) -> Sequence[Entry]:
        stream = entry.stream
        is_partial = entry.extracted.get("flags") == "P"
        if is_partial and len(self.partial) >= self.most:
            full = tuple(self.partial.values())
            self.partial = {stream: self.truncated(entry)}
            return full
        before = self.partial.pop(stream, None)
        if before is not None:
            entry.line = before.line + entry.line
        if is_partial:
            self.partial[stream] = self.truncated(entry)
            self.context.note = "a partial line, kept until its end arrives"
            return ()
        return (self.truncated(entry) if before is not None else entry,)

    def truncated(self, entry: Entry) -> Entry:
        if self.size is not None and self.size < 0:
            raise Panic(f"runtime error: slice bounds out of range [:{self.size}]")
        if self.size is not None and byte_length(entry.line) > self.size:
            entry.line = text_bytes(entry.line)[: self.size].decode("utf-8", "surrogateescape")
        return entry

    def flow(self, before: Flow) -> Flow:
        before = before.entered()
        for part in self.parts:
            before = part.flow(before)
        return before
