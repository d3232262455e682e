"""multiline: lines are joined into blocks that start at a line which matches `firstline`.

A block belongs to one label set. Before the first match lines pass singly. A block goes out at the next first
line, at `max_lines`, after `max_wait_time` without a line, or at the end; what follows without a first line
is a new block with the old one's start. Structured metadata is lost (3.0.0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from obs.lang import duration, re2
from obs.lang.error import LanguageError
from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry, Stream
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.selector import GO
from obs.sim.promtail.stage import Context, Stage

_MAX_LINES = 128
_MAX_WAIT = 3_000_000_000


@dataclass(slots=True)
class _Block:
    start: Entry
    last: int
    text: str = ""
    lines: int = 0

    def flush(self) -> list[Entry]:
        if not self.text:
            return []
        start = self.start
        out = Entry(dict(start.labels), self.text, start.timestamp, dict(start.extracted))
        self.text, self.lines = "", 0
        return [out]


class Multiline(Stage):
    kind = "multiline"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(
            raw,
            {
                "firstline": config.Optional("string"),
                "max_lines": config.Optional("uint64"),
                "max_wait_time": config.Optional("string"),
            },
            weak=True,
        )
        if options["firstline"] is None:
            raise ConfigError("multiline stage config must define `firstline` regular expression")
        try:
            self.regex = re2.compile(str(options["firstline"]), GO)
        except LanguageError as error:
            message = f"multiline stage first line regex compilation error: {error.message}"
            raise ConfigError(message) from None
        self.max_wait = _wait(options["max_wait_time"])
        most = options["max_lines"]
        self.max_lines = _MAX_LINES if most is None else int(str(most))
        self.blocks: dict[Stream, _Block] = {}

    def run(self, entry: Entry) -> Sequence[Entry]:
        is_first = self.regex.test(entry.line)
        stream = entry.stream
        block = self.blocks.get(stream)
        now = self.context.clock.now()
        if block is None:
            if not is_first:
                self.context.note = "before the first block"
                return (entry,)
            block = self.blocks[stream] = _Block(entry, now)
        out = block.flush() if is_first else []
        if is_first:
            block.start = entry.copy()
        block.last = now
        block.text = f"{block.text}\n{entry.line}" if block.text else entry.line
        block.lines += 1
        if block.lines == self.max_lines or self.max_wait <= 0:
            out += block.flush()
        self.context.note = "" if out else "kept in a block"
        return out

    def flush(self, now: int | None) -> Sequence[Entry]:
        due = [block for block in self.blocks.values() if now is None or now - block.last >= self.max_wait]
        return [entry for block in due for entry in block.flush()]


def _wait(raw: object) -> int:
    if raw is None:
        return _MAX_WAIT
    try:
        return duration.parse_go(str(raw))
    except LanguageError as error:
        raise ConfigError(f"multiline stage `max_wait_time` parse error: {error.message}") from None
