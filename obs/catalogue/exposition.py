"""Read a `/metrics` page: the Prometheus text format (0.0.4 and 1.0.0 with quoted names) and OpenMetrics 1.0 text.

One pass, line by line, in linear time. Source: Prometheus, exposition formats; OpenMetrics 1.0.0 specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from obs.lang.error import LanguageError
from obs.record import dataclass

FamilyType = Literal[
    "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "untyped", "unknown"
]
_TEXT_TYPES = frozenset({"counter", "gauge", "histogram", "summary", "untyped"})
_OPEN_TYPES = frozenset(
    {"counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "unknown"}
)
_ENDINGS: dict[str, tuple[str, ...]] = {
    "histogram": ("_bucket", "_sum", "_count"),
    "summary": ("_sum", "_count", ""),
}
_OPEN_ENDINGS: dict[str, tuple[str, ...]] = {
    "counter": ("_total", "_created"),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count", "_created"),
    "gaugehistogram": ("_bucket", "_gsum", "_gcount"),
    "summary": ("_sum", "_count", "_created", ""),
    "info": ("_info",),
    "stateset": ("",),
    "unknown": ("",),
}

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r'[ \t]*(?:([a-zA-Z_][a-zA-Z0-9_]*)|"((?:[^"\\\n]++|\\.)*+)")[ \t]*')
_VALUE = re.compile(r'=[ \t]*"((?:[^"\\\n]++|\\.)*+)"[ \t]*')
_NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf|infinity|nan)",
    re.ASCII | re.IGNORECASE,
)
_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
_HEAD = re.compile(r"#[ \t]*(HELP|TYPE|UNIT)(?:[ \t]+(.*))?", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\\n]++|\\.)*+)"')
_LONGEST_LINE = 1_000_000
_MOST_LABELS = 1_000


class PageError(LanguageError):
    """A page that cannot be read; `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Family:
    """What the page says of a metric before its samples. `name` is as `# TYPE` has it."""

    name: str
    type: FamilyType
    help: str
    unit: str
    line: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One line: `timestamp` is in seconds; `exemplar` holds the labels of an exemplar, None without one."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: float
    timestamp: float | None
    exemplar: tuple[tuple[str, str], ...] | None
    family: Family
    line: int


def is_open_metrics(text: str) -> bool:
    """Whether the text ends as an OpenMetrics page does, with `# EOF`."""
    return text.rstrip("\n").endswith("# EOF")


def read_page(text: str, *, open_metrics: bool | None = None) -> Iterator[Sample | Family]:
    """The samples of a page in order, and each family without samples; raises PageError.

    What `open_metrics` is when the page came without a content type is seen from its end.
    """
    return _Reader(is_open_metrics(text) if open_metrics is None else open_metrics).read(text)


class _Head:
    """What HELP, TYPE and UNIT lines have said of a family so far."""

    __slots__ = ("family", "help", "line", "type", "unit", "used")

    def __init__(self, line: int) -> None:
        self.type: FamilyType | None = None
        self.help: str | None = None
        self.unit: str | None = None
        self.line = line
        self.used = False
        self.family: Family | None = None


class _Reader:
    """State of one page; `line` is the number of the line being read."""

    def __init__(self, open_metrics: bool) -> None:
        self.open = open_metrics
        self.line = 0
        self.heads: dict[str, _Head] = {}
        self.owners: dict[str, tuple[str, _Head]] = {}
        self.ended = False
        self.current = ""
        self.twin: _Head | None = None
        self.finished: set[str] = set()

    def read(self, text: str) -> Iterator[Sample | Family]:
        start = 0
        while start < len(text):
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            self.line += 1
            if end - start > _LONGEST_LINE:
                raise self.wrong(f"a line of {end - start} characters is too long")
            line = text[start:end]
            start = end + 1
            if self.ended:
                raise self.wrong("text after # EOF")
            if line.endswith("\r"):
                raise self.wrong("a line ends with a carriage return; lines end with a line feed alone")
            found = self.one(line)
            if found is not None:
                yield found
        if self.open and not self.ended:
            raise self.wrong("the page ends without # EOF: it is cut off")
        for name, head in self.heads.items():
            if not head.used:
                yield self.family(name, head)

    def wrong(self, message: str) -> PageError:
        return PageError(message, max(self.line, 1))

    def one(self, line: str) -> Sample | None:
        bare = line if self.open else line.strip(" \t")
        if not bare:
            if self.open:
                raise self.wrong("an empty line, which OpenMetrics does not allow")
            return None
        if bare[0] != "#":
            return self.sample(bare)
        if self.open and bare == "# EOF":
            self.ended = True
            return None
        head = _HEAD.fullmatch(bare)
        if head is None or (head[2] is None and not self.open):
            if self.open:
                raise self.wrong("a comment is one of # HELP, # TYPE, # UNIT and # EOF")
            return None
        if head[1] == "UNIT" and not self.open:
            return None
        self.head(head[1], head[2] or "")
        return None

    # Lines about a family.

    def head(self, word: str, rest: str) -> None:
        name, given = self.head_name(rest)
        head = self.heads.get(name)
        if head is None:
            head = self.heads[name] = _Head(self.line)
        elif self.open and head.used and head.type is not None:
            # The same name but for the suffix, as Go's go_memstats_alloc_bytes and _total: Prometheus reads both.
            head = self.heads[name] = self.twin = _Head(self.line)
        if self.open:
            self.enter(name)
        if word == "TYPE":
            self.typed(name, head, given.strip(" \t"))
        elif word == "HELP":
            self.once(head.help, word, name)
            head.help = head.help if head.help is not None else _unescape(given, quotes=self.open)
        else:
            self.once(head.unit, word, name)
            if given and not name.endswith(f"_{given}"):
                raise self.wrong(f"the unit {given[:60]!r} is not the end of the name {name[:100]}")
            head.unit = given
        if head.used and self.open:
            raise self.wrong(f"# {word} {name[:100]} comes after its samples")

    def head_name(self, rest: str) -> tuple[str, str]:
        """The name on a HELP, TYPE or UNIT line, and what follows."""
        quoted = _QUOTED.match(rest)
        if quoted is not None:
            name, tail = self.text(quoted[1]), rest[quoted.end() :]
        else:
            plain = _NAME.match(rest)
            name, tail = (plain[0], rest[plain.end() :]) if plain else ("", rest)
        if not name or (tail and tail[0] not in " \t"):
            raise self.wrong(f"no metric name: {rest.split(' ', 1)[0][:100]!r}")
        return name, tail[1:] if self.open else tail.lstrip(" \t")

    def once(self, before: str | None, word: str, name: str) -> None:
        if before is not None and self.open:
            raise self.wrong(f"a second # {word} of {name[:100]}")

    def typed(self, name: str, head: _Head, given: str) -> None:
        if given not in (_OPEN_TYPES if self.open else _TEXT_TYPES):
            raise self.wrong(f"{name[:100]} has an unknown type {given[:60]!r}")
        if head.type is not None and (self.open or head.type != given):
            raise self.wrong(f"a second # TYPE of {name[:100]}")
        if head.used and head.type is None:
            raise self.wrong(f"# TYPE {name[:100]} comes after its samples")
        head.type = given  # type: ignore[assignment]
        endings = (_OPEN_ENDINGS if self.open else _ENDINGS).get(given, ("",))
        if self.open and given == "counter" and name.endswith("_total"):
            endings = ("", "_created")  # as kube-state-metrics writes them, and Prometheus reads
        for ending in endings:
            owner = self.owners.setdefault(name + ending, (name, head))
            if owner[0] == name and owner[1] is not head and self.open:
                raise self.wrong(f"a second # TYPE of {name[:100]}")
            if owner[0] != name and self.open:
                raise self.wrong(
                    f"{name[:100]} and {owner[0][:100]} both have samples called {(name + ending)[:120]}"
                )
            if ending == "" and owner[0] != name:
                self.owners[name] = (name, head)  # the more exact name wins: `x_count` beside a summary `x`

    def enter(self, name: str) -> None:
        """OpenMetrics: the lines of a family stand together."""
        if name == self.current:
            return
        if name in self.finished:
            raise self.wrong(f"the lines of {name[:100]} do not stand together")
        if self.current:
            self.finished.add(self.current)
        self.current = name

    def family(self, name: str, head: _Head) -> Family:
        if head.family is None:
            default: FamilyType = "unknown" if self.open else "untyped"
            head.family = Family(name, head.type or default, head.help or "", head.unit or "", head.line)
        return head.family

    # Samples.

    def sample(self, line: str) -> Sample:
        plain = _NAME.match(line)
        position, name = (plain.end(), plain[0]) if plain else (0, "")
        if not self.open:
            while line[position : position + 1] in (" ", "\t"):
                position += 1
        labels: tuple[tuple[str, str], ...] = ()
        if line.startswith("{", position):
            labels, position, quoted = self.labels(line, position + 1)
            if quoted and name:
                raise self.wrong("two metric names")
            name = name or quoted
        if not name:
            raise self.wrong(f"a sample begins with its metric name, not {line[:40]!r}")
        value, timestamp, exemplar = self.numbers(name, line[position:])
        if self.twin is not None and self.twin.type is None:
            raise self.wrong("a line about a metric comes after its samples")
        owner, head = self.owner(name)
        if self.open:
            self.enter(owner)
        head.used = True
        family = self.family(owner, head)
        if exemplar is not None and not name.endswith(("_bucket", "_total")):
            raise self.wrong(f"{name[:100]} cannot have an exemplar: only buckets and counters can")
        self.meaning(name, labels, family)
        return Sample(name, labels, value, timestamp, exemplar, family, self.line)

    def owner(self, name: str) -> tuple[str, _Head]:
        found = self.owners.get(name)
        if found is None:
            head = self.heads.setdefault(name, _Head(self.line))
            if self.open and head.type is not None:
                raise self.wrong(f"a sample of the {head.type} {name[:100]} has no such name")
            found = self.owners[name] = (name, head)
        return found

    def meaning(self, name: str, labels: tuple[tuple[str, str], ...], family: Family) -> None:
        """A bucket has its bound, and a quantile its number."""
        if family.type in ("histogram", "gaugehistogram") and name == f"{family.name}_bucket":
            self.bound("le", labels, name)
        elif family.type == "summary" and name == family.name:
            self.bound("quantile", labels, name)
        elif family.type == "stateset" and family.name not in dict(labels):
            raise self.wrong(f"the stateset {name[:100]} has no label of its own name")

    def bound(self, label: str, labels: tuple[tuple[str, str], ...], name: str) -> None:
        given = dict(labels).get(label)
        if given is None:
            raise self.wrong(f"{name[:100]} has no label {label}")
        if not _NUMBER.fullmatch(given):
            raise self.wrong(f"{name[:100]}: {label} is no number: {given[:60]!r}")

    def labels(self, line: str, position: int) -> tuple[tuple[tuple[str, str], ...], int, str]:
        """The pairs from behind `{`, the position behind `}`, and the quoted metric name among them."""
        pairs: dict[str, str] = {}
        metric = ""
        while True:
            while line[position : position + 1] in (" ", "\t"):
                position += 1
            if line.startswith("}", position):
                return tuple(pairs.items()), position + 1, metric
            key = _LABEL.match(line, position)
            if key is None:
                raise self.wrong(f"a label is wanted at {line[position : position + 40]!r}")
            position = key.end()
            name = key[1] if key[1] is not None else self.text(key[2])
            value = _VALUE.match(line, position)
            if value is not None:
                position = value.end()
                if name in pairs:
                    raise self.wrong(f"the label {name[:100]} twice")
                pairs[name] = self.text(value[1])
            elif key[1] is None and not metric and not pairs and name:
                metric = name
            else:
                raise self.wrong(f"the label {name[:100]} has no quoted value")
            if len(pairs) > _MOST_LABELS:
                raise self.wrong(f"more than {_MOST_LABELS} labels")
            if line.startswith(",", position):
                position += 1
            elif not line.startswith("}", position):
                raise self.wrong(f"a comma or }} is wanted at {line[position : position + 40]!r}")

    def text(self, escaped: str) -> str:
        return _unescape(escaped, quotes=True)

    def numbers(self, name: str, rest: str) -> tuple[float, float | None, tuple[tuple[str, str], ...] | None]:
        """What follows the labels: value, timestamp, exemplar."""
        body, mark, tail = rest.partition("#") if self.open else (rest, "", "")
        words = body.split()
        if not words:
            raise self.wrong(f"{name[:100]} has no value")
        if len(words) > 2:
            raise self.wrong(f"unexpected text behind the value: {words[2][:60]!r}")
        if self.open and not rest.startswith(" "):
            raise self.wrong(f"a space is wanted before {rest[:40]!r}")
        value = self.number(words[0], "value")
        stamp = None if len(words) < 2 else self.timestamp(words[1])
        return value, stamp, self.exemplar(tail) if mark else None

    def exemplar(self, text: str) -> tuple[tuple[str, str], ...]:
        if not text.startswith(" {"):
            raise self.wrong("an exemplar is written # {labels} value [timestamp]")
        labels, position, quoted = self.labels(text, 2)
        if quoted or sum(len(key) + len(value) for key, value in labels) > 128:
            raise self.wrong("the labels of an exemplar have at most 128 characters")
        words = text[position:].split()
        if not 1 <= len(words) <= 2:
            raise self.wrong("an exemplar has a value and perhaps a timestamp")
        for word in words:
            self.number(word, "exemplar")
        return labels

    def timestamp(self, word: str) -> float:
        """Seconds; the text format counts whole milliseconds."""
        if self.open:
            return self.number(word, "timestamp")
        if not _WHOLE.fullmatch(word) or len(word) > 20:
            raise self.wrong(f"a timestamp is a whole number of milliseconds, not {word[:60]!r}")
        return int(word) / 1000

    def number(self, word: str, what: str) -> float:
        if len(word) > 500 or not _NUMBER.fullmatch(word):
            raise self.wrong(f"the {what} is no number: {word[:60]!r}")
        return float(word)


_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def _unescape(text: str, *, quotes: bool) -> str:
    r"""`\\`, `\n` and, where there are quotes, `\"`; another backslash stays as it is."""
    if "\\" not in text:
        return text
    known = {"\\": "\\", "n": "\n", **({'"': '"'} if quotes else {})}
    return _ESCAPE.sub(lambda found: known.get(found[1], found[0]), text)
