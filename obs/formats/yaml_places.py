"""YAML as it stands in a file: nodes that know their line and column, for texts that others wrote.

Built from parser events, so that depth, aliases and duplicate keys are watched while reading, in linear time.
Go's readers refuse a duplicate key, an alias in its own anchor and too many aliases; so does this one, with the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from obs.diagnostic import TextPlace
from obs.formats.source import Source
from obs.record import dataclass, field

DEPTH = 200
"""Levels of nesting; a dashboard inside a list of manifests needs about 20."""
EXPANDED = 2_000_000
"""Values that a document may stand for once its aliases are followed; go-yaml has a like limit."""

Key = str | int
Path = tuple[Key, ...]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*|0[xX][0-9a-fA-F_]+|0b[01_]+|0o?[0-7_]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, bool | float | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".nan": float("nan"), ".NaN": float("nan"), ".inf": float("inf"), "-.inf": float("-inf"),
}  # fmt: skip
_OLD_BOOLEANS = {
    word: meaning
    for meaning, words in ((True, ("y", "yes", "on")), (False, ("n", "no", "off")))
    for base in words
    for word in (base, base.capitalize(), base.upper())
}


@dataclass(slots=True)
class Scalar:
    """A leaf; `start` and `end` are character offsets of the source, `line` and `column` count from 0."""

    text: str
    style: str
    """`'`, `"`, `|`, `>`, or empty for a plain one."""
    tag: str | None
    line: int
    column: int
    start: int
    end: int

    @property
    def quoted(self) -> bool:
        """Whether every reader takes it for a text."""
        return bool(self.style) or self.tag in ("tag:yaml.org,2002:str", "!")

    def value(self, old_booleans: bool = True) -> str | int | float | bool | None:
        """What it means; `old_booleans` are YAML 1.1's `yes`, `no`, `on`, `off`, as Helm and Kubernetes read them."""
        if self.quoted:
            return self.text
        text = self.text
        if text in _WORDS:
            return _WORDS[text]
        if old_booleans and text in _OLD_BOOLEANS:
            return _OLD_BOOLEANS[text]
        if len(text) <= 40 and text[0] in "+-.0123456789":
            return _number(text)
        return text


def _number(text: str) -> str | int | float:
    try:
        if _INTEGER.match(text):
            digits = text.replace("_", "")
            sign = digits.lstrip("+-")
            octal = len(sign) > 1 and sign[0] == "0" and sign[1].isdigit()
            return int(digits, 8 if octal else 0)
        if _FLOAT.match(text):
            return float(text.replace("_", ""))
    except ValueError:
        pass
    return text


@dataclass(slots=True)
class Items:
    """A list."""

    items: list[Node]
    line: int
    column: int


@dataclass(slots=True)
class Fields:
    """A mapping as written: every pair in order, merge keys and duplicates included."""

    pairs: list[tuple[Node, Node]]
    line: int
    column: int

    def entries(self) -> Iterator[tuple[Scalar, Node]]:
        """Key and value, each key once; those of `<<` after its own."""
        found = []
        for key, value in self.pairs:
            if type(key) is Scalar:
                if key.text == "<<":
                    return self._merged(set())
                found.append((key, value))
        return iter(found)

    def _merged(self, seen: set[str]) -> Iterator[tuple[Scalar, Node]]:
        merges: list[Fields] = []
        for key, value in self.pairs:
            if type(key) is not Scalar:
                continue
            if key.text == "<<" and not key.quoted:
                sources = value.items if type(value) is Items else [value]
                merges += [one for one in sources if type(one) is Fields]
            elif key.text not in seen:
                seen.add(key.text)
                yield key, value
        for one in merges:
            yield from one._merged(seen)

    def get(self, name: str) -> Node | None:
        """The value of a key; None when there is none."""
        for key, value in self.pairs:
            if type(key) is Scalar and key.text == name:
                return value
        for key, value in self.entries():
            if key.text == name:
                return value
        return None

    def key(self, name: str) -> Scalar | None:
        """The key itself, for its place."""
        return next((key for key, _ in self.entries() if key.text == name), None)


Node = Scalar | Items | Fields


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text, or the rest of it, cannot be read; line and column from 1."""

    message: str
    line: int
    column: int
    fix: str = ""


@dataclass(slots=True)
class Documents:
    """The documents of a text up to `fault`; `duplicates` are pairs of a repeated key and its first use."""

    roots: list[Node] = field(default_factory=list)
    duplicates: list[tuple[Scalar, Scalar]] = field(default_factory=list)
    fault: Fault | None = None


def read(text: str) -> Documents:
    """Every document of a text without a byte-order mark; never raises for a text."""
    import yaml

    found = Documents()
    forbidden = _FORBIDDEN.search(text)
    if forbidden is not None:
        line, column = position(text, forbidden.start())
        found.fault = Fault(f"character U+{ord(forbidden[0]):04X} is not allowed in YAML", line, column)
        return found
    try:
        with _events(text) as events:
            _Builder(found).build(events)
    except _RefusedError as refused:
        found.fault = refused.fault
    except yaml.MarkedYAMLError as error:
        found.fault = _worded(error, text)
    except (yaml.YAMLError, ValueError) as error:
        found.fault = Fault((str(error).splitlines() or ["not YAML"])[0], 1, 1)
    return found


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a character."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _worded(error: Any, text: str) -> Fault:
    """libyaml's words, with a remedy for what people run into."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = str(error.problem or error.context)
    if problem.startswith("found character") and mark is not None:
        found = text[mark.index : mark.index + 1]
        if found == "\t":
            return Fault("a tab where YAML wants spaces", line, column, "indent with spaces")
        return Fault(f"a plain text cannot start with {found}", line, column, "quote the text")
    if problem.startswith("mapping values are not allowed"):
        return Fault(problem, line, column, "quote the text that holds `: `, or mend the indentation")
    opened = error.context_mark
    if opened is not None and opened.line != line - 1:
        what = str(error.context).removeprefix("while parsing ").removeprefix("while scanning ")
        problem += f" of {what} that starts in line {opened.line + 1}"
    return Fault(problem, line, column)


@contextmanager
def _events(text: str) -> Iterator[Iterator[Any]]:
    """Parser events, from libyaml where PyYAML has it; of Any, since the two have classes of like shape only."""
    parser: Any = _parser()(text)
    try:
        yield iter(parser.get_event, None)
    finally:
        if hasattr(parser, "dispose"):
            parser.dispose()


def _parser() -> Any:
    import yaml

    fast = getattr(yaml, "CSafeLoader", None)
    if fast is None:
        return yaml.SafeLoader
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    return CParser


class _RefusedError(Exception):
    def __init__(self, message: str, mark: Any) -> None:
        super().__init__(message)
        self.fault = Fault(message, mark.line + 1, mark.column + 1)


class _Builder:
    """Nodes from events, without recursion."""

    def __init__(self, found: Documents) -> None:
        self.found = found
        self.anchors: dict[str, Node] = {}
        self.sizes: dict[int, int] = {}
        """Values that an anchored node stands for, by identity."""

    def build(self, events: Iterator[Any]) -> None:
        import yaml

        scalar, alias = yaml.ScalarEvent, yaml.AliasEvent
        opens = {yaml.MappingStartEvent: Fields, yaml.SequenceStartEvent: Items}
        closes = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        # Every open container: the node, its children so far, its size when it was opened, its anchor.
        stack: list[tuple[Fields | Items, list[Node], int, str | None]] = []
        children: list[Node] = []
        size = 0
        for event in events:
            kind = type(event)
            if kind is scalar:
                start = event.start_mark
                node: Node = Scalar(
                    event.value,
                    event.style or "",
                    event.tag,
                    start.line,
                    start.column,
                    start.index,
                    event.end_mark.index,
                )
                children.append(node)
                size += 1
                if event.anchor:
                    self.anchors[event.anchor] = node
            elif kind in opens:
                if len(stack) >= DEPTH:
                    raise _RefusedError(f"nested deeper than {DEPTH} levels", event.start_mark)
                mark = event.start_mark
                made = opens[kind]([], mark.line, mark.column)
                children.append(made)
                size += 1
                if event.anchor:
                    self.anchors[event.anchor] = made
                stack.append((made, children, size, event.anchor))
                children = []
            elif kind in closes:
                made, outer, before, anchor = stack.pop()
                self._fill(made, children)
                children = outer
                if anchor:
                    self.sizes[id(made)] = size - before + 1
            elif kind is alias:
                target = self.anchors.get(event.anchor)
                if target is None:
                    raise _RefusedError(
                        f"no anchor &{event.anchor} stands before this alias", event.start_mark
                    )
                if any(target is one[0] for one in stack):
                    raise _RefusedError(
                        f"the alias *{event.anchor} stands inside its own anchor", event.start_mark
                    )
                size += self.sizes.get(id(target), 1)
                if size > EXPANDED:
                    raise _RefusedError(
                        f"its aliases make more than {EXPANDED:,} values of it", event.start_mark
                    )
                children.append(target)
            elif kind is yaml.DocumentStartEvent:
                self.anchors, self.sizes, children, size = {}, {}, [], 0
            elif kind is yaml.DocumentEndEvent:
                self.found.roots += children
                children = []

    def _fill(self, made: Fields | Items, children: list[Node]) -> None:
        if type(made) is Items:
            made.items = children
            return
        assert type(made) is Fields
        made.pairs = list(zip(children[::2], children[1::2], strict=True))
        names = [key.text for key in children[::2] if type(key) is Scalar]
        if len(set(names)) < len(names):
            self._duplicates(made)

    def _duplicates(self, made: Fields) -> None:
        seen: dict[str, Scalar] = {}
        for key, _ in made.pairs:
            if type(key) is Scalar and key.text != "<<":
                first = seen.setdefault(key.text, key)
                if first is not key:
                    self.found.duplicates.append((key, first))


def plain(node: Node | None, old_booleans: bool = True) -> Any:
    """The node as Python's own values; aliased parts are shared."""
    return _plain(node, old_booleans, {})


def _plain(node: Node | None, old: bool, known: dict[int, Any]) -> Any:
    if node is None:
        return None
    if type(node) is Scalar:
        return node.value(old)
    found = known.get(id(node))
    if found is None:
        if type(node) is Items:
            found = [_plain(item, old, known) for item in node.items]
        else:
            assert type(node) is Fields
            found = {}
            for key, value in node.entries():
                found[key.text] = _plain(value, old, known)
        known[id(node)] = found
    return found


def find(node: Node | None, path: Path) -> Node | None:
    """The node at a path of keys and indexes; None when there is none."""
    for part in path:
        if type(node) is Fields and isinstance(part, str):
            node = node.get(part)
        elif type(node) is Items and isinstance(part, int) and -1 < part < len(node.items):
            node = node.items[part]
        else:
            return None
    return node


# Places


def node_place(source: Source, node: Node) -> TextPlace:
    """Where a node starts; for a scalar, where each part of its text stands."""
    if type(node) is Scalar:
        return text_place(source, node)
    start = source.starts[min(node.line, len(source.starts) - 1)] + node.column
    return TextPlace(source.file, (source.at(start),))


def text_place(source: Source, scalar: Scalar) -> TextPlace:
    """Where the text of a scalar stands: each line of a block, each piece between escapes and foldings."""
    return source.runs(scalar.text, _runs(source, scalar))


_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|\r?\n[ \t]*|.)", re.DOTALL)


def _runs(source: Source, scalar: Scalar) -> list[tuple[int, int]]:
    """Pairs of an offset in the scalar's text and the offset in the source where that part stands."""
    raw = source.text[scalar.start : scalar.end]
    if scalar.style in ("|", ">"):
        return _block_runs(scalar, raw)
    inner = scalar.start + (1 if scalar.style else 0)
    body = raw[1:-1] if scalar.style else raw
    if body == scalar.text:
        return [(0, inner)]
    found: list[tuple[int, int]] = []
    cursor = 0
    for start, end, escape in _spans(scalar.style, body):
        if escape is not None:
            found.append((cursor, inner + start))
            cursor += escape
            continue
        at = scalar.text.find(body[start:end], cursor)
        if at >= 0:
            found.append((at, inner + start))
            cursor = at + end - start
    return _anchored(found, inner)


def _spans(style: str, body: str) -> Iterator[tuple[int, int, int | None]]:
    """Parts that the text holds as they are (None), and escapes with the number of characters that they stand for."""
    escapes = {'"': _ESCAPE, "'": re.compile("''")}.get(style)
    last = 0
    for found in escapes.finditer(body) if escapes else ():
        yield from _verbatim(body, last, found.start())
        yield (
            found.start(),
            found.end(),
            0 if found[0].endswith(("\n", " ", "\t")) and "\n" in found[0] else 1,
        )
        last = found.end()
    yield from _verbatim(body, last, len(body))


def _verbatim(body: str, start: int, end: int) -> Iterator[tuple[int, int, None]]:
    """The written part of each line between two escapes: blanks at line ends and starts are folded away."""
    if "\n" not in body[start:end]:
        if end > start:
            yield start, end, None
        return
    for found in re.finditer(r"[^\r\n]+", body[start:end]):
        first, last = start + found.start(), start + found.end()
        if first > start:
            first += len(found[0]) - len(found[0].lstrip(" \t"))
        if last < end:
            last -= len(found[0]) - len(found[0].rstrip(" \t"))
        if last > first:
            yield first, last, None


def _block_runs(scalar: Scalar, raw: str) -> list[tuple[int, int]]:
    """A block's lines in order; a literal one has them all, a folded one joins some."""
    header, _, body = raw.partition("\n")
    first = scalar.start + len(header) + 1
    found: list[tuple[int, int]] = []
    cursor = 0
    for line in re.finditer(r"[^\r\n]+", body):
        content = line[0].strip(" \t")
        if not content:
            continue
        at = scalar.text.find(content, cursor)
        if at < 0:
            break
        stands = first + line.start() + line[0].index(content)
        end = at + len(content)
        while at > cursor and scalar.text[at - 1] in " \t":
            at, stands = at - 1, stands - 1
        found.append((at, stands))
        cursor = end
    return _anchored(found, scalar.start)


def _anchored(found: list[tuple[int, int]], start: int) -> list[tuple[int, int]]:
    """The pieces with one for the very first character."""
    if not found:
        return [(0, start)]
    offset, at = found[0]
    if offset > 0:
        return [(0, max(start, at - offset)), *found]
    return found
