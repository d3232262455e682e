"""Comments that allow a finding: `# obs: allow check-name: reason`, beside the object that they are about.

A comment covers the line that it stands on, the line below it when it stands alone, and the object that it stands in:
the innermost call in Python, the innermost list item (a rule, a route, a stage) in YAML.
`# obs: allow-file check-name: reason` covers its whole file. Before the colon, `until=2027-01-31` says when the matter is
to be looked at again, and `owner=platform` by whom.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from obs.diagnostic import Diagnostic
from obs.origin import Origin
from obs.record import dataclass, field
from obs.regular_file import bytes_of

MARK = "obs:"
_COMMENT = re.compile(r"#\s*obs:\s*allow(?P<file>-file)?(?![\w-])\s*(?P<rest>.*)")
_OPTION = re.compile(r"\s(until|owner)=([^\s,:]*)")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Comment:
    """One `# obs: allow`; `column` counts from 0, `alone` when no code stands before it on its line.

    `until` is as it is written: a date (2027-01-31), or what was meant to be one; None when nothing is.
    """

    file: str
    line: int
    column: int
    names: tuple[str, ...]
    reason: str
    whole_file: bool
    alone: bool
    until: str | None = None
    owner: str = ""

    @property
    def origin(self) -> Origin:
        """Its own place."""
        return Origin(self.file, self.line)

    def __str__(self) -> str:
        return f"# obs: allow{'-file' if self.whole_file else ''} {', '.join(self.names)}"


@dataclass(frozen=True, slots=True)
class Comments:
    """All comments of what is linted, after the other checks have run.

    `known` are the names of all checks, `ran` of those that ran; `used` holds each comment with a name that it allowed.
    `today` is a date (2027-01-31), empty where nobody said what day it is.
    """

    comments: tuple[Comment, ...]
    known: frozenset[str]
    ran: frozenset[str]
    used: frozenset[tuple[Comment, str]]
    today: str = ""


@dataclass(frozen=True)
class Source:
    """A text that may hold comments. A file that cannot be read has none."""

    file: str

    @cached_property
    def text(self) -> str:
        """The text; undecodable bytes cannot be part of a comment that counts."""
        try:
            return bytes_of(self.file).decode("utf-8", "replace")
        except (OSError, ValueError):
            return ""

    @cached_property
    def lines(self) -> list[str]:
        """As the languages count lines: form feeds and other separators end none."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """Every comment that allows something."""
        if MARK not in self.text:
            return ()
        found = _python_comments(self.text) if self.file.endswith(".py") else _line_comments(self.lines)
        return tuple(one for place in found if (one := _read(self.file, *place)) is not None)

    @cached_property
    def scopes(self) -> Scopes:
        """Which lines one object takes."""
        if self.file.endswith(".py"):
            return PythonScopes(self.text, self.lines)
        return YamlScopes(self.lines)


def _read(file: str, line: int, column: int, comment: str, alone: bool) -> Comment | None:
    match = _COMMENT.search(comment)
    if match is None:
        return None
    names, _, reason = match["rest"].partition(":")
    said = dict(_OPTION.findall(names))
    names = _OPTION.sub("", names)
    listed = tuple(name.strip() for name in names.split(","))
    if not any(listed) or not all(_NAME.fullmatch(name) for name in listed if name):
        first = _NAME.match(names.strip())
        listed = (first.group(),) if first else ()
        reason = ""
    return Comment(
        file,
        line,
        column,
        tuple(dict.fromkeys(name for name in listed if name)),
        reason.strip(),
        match["file"] is not None,
        alone,
        said.get("until"),
        said.get("owner", ""),
    )


def _python_comments(text: str) -> Iterator[tuple[int, int, str, bool]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                line, column = token.start
                yield line, column, token.string, not token.line[:column].strip()
    except (tokenize.TokenError, SyntaxError):
        return


def _line_comments(lines: Sequence[str]) -> Iterator[tuple[int, int, str, bool]]:
    """A `#` at the start or after a space, as YAML has it; comments of PromQL inside a block count too."""
    for number, line in enumerate(lines, start=1):
        match = re.search(r"(?:^|\s)(#\s*obs:\s*allow.*)", line) if MARK in line else None
        if match:
            yield number, match.start(1), match[1], not line[: match.start(1)].strip()


class Scopes:
    """Which findings a comment can be about, by the structure of the text."""

    def next_line(self, line: int) -> int:
        """The first line below that holds something other than a comment."""
        raise NotImplementedError

    def same_object(self, comment: Comment, line: int) -> bool:
        """Whether the comment stands in the object that a finding at this line is about."""
        raise NotImplementedError

    def covers(self, comment: Comment, line: int) -> bool:
        """Whether the comment is about a finding at this line."""
        if comment.whole_file or line == comment.line:
            return True
        if comment.alone and line == self.next_line(comment.line):
            return True
        return self.same_object(comment, line)


class PythonScopes(Scopes):
    """Calls, displays and statements of a Python file; none when it does not parse."""

    def __init__(self, text: str, lines: Sequence[str]) -> None:
        self._lines = lines
        self._nodes: list[tuple[tuple[int, int], tuple[int, int]]] = []
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        for node in ast.walk(tree):
            if isinstance(node, (ast.Call, ast.Dict, ast.stmt)) and not isinstance(node, _BODIES):
                end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
                self._nodes.append(((node.lineno, node.col_offset), end))

    def next_line(self, line: int) -> int:
        for number in range(line, len(self._lines)):
            text = self._lines[number].strip()
            if text and not text.startswith("#"):
                return number + 1
        return line

    def same_object(self, comment: Comment, line: int) -> bool:
        if self._beside_an_element(comment):
            return False
        place = (comment.line, len(self._lines[comment.line - 1][: comment.column].encode()))
        around = [start for start, end in self._nodes if start <= place < end]
        return bool(around) and max(around)[0] == line

    def _beside_an_element(self, comment: Comment) -> bool:
        """Whether the line it is about begins a call or display of its own, as the panels of a dashboard do."""
        line = self.next_line(comment.line) if comment.alone else comment.line
        text = self._lines[line - 1]
        first = (line, len(text) - len(text.lstrip(" \t[(,")))
        return any(start == first for start, _ in self._nodes)


_BODIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.With, ast.Try)
"""Statements that hold statements: an object is made in one of those."""

_ITEM = re.compile(r"( *)-(?: |$)")


class YamlScopes(Scopes):
    """List items of a YAML file by their indentation, which needs no parser and so works in broken files too."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._items: list[int] = [0] * (len(lines) + 2)
        open_items: list[tuple[int, int]] = []
        for number, line in enumerate(lines, start=1):
            text = line.strip()
            if not text or text.startswith("#"):
                self._items[number] = -1
                continue
            indent = len(line) - len(line.lstrip(" "))
            while open_items and open_items[-1][0] >= indent:
                open_items.pop()
            if _ITEM.match(line):
                open_items.append((indent, number))
            self._items[number] = open_items[-1][1] if open_items else 0
        self._indents = [len(line) - len(line.lstrip(" ")) for line in lines]

    def next_line(self, line: int) -> int:
        for number in range(line + 1, len(self._lines) + 1):
            if self._items[number] != -1:
                return number
        return line

    def same_object(self, comment: Comment, line: int) -> bool:
        if not 0 < line < len(self._items):
            return False
        item = self._item_of(comment)
        return item > 0 and self._items[line] == item

    def _item_of(self, comment: Comment) -> int:
        """The list item that begins below a comment that stands alone, else the one that the comment stands in."""
        if not comment.alone:
            return self._items[comment.line]
        below = self.next_line(comment.line)
        if self._items[below] == below:
            return below
        for number in range(comment.line - 1, 0, -1):
            item = self._items[number]
            if item == -1:
                continue
            while item > 0 and self._indents[item - 1] >= comment.column:
                item = self._parent(item)
            return item
        return 0

    def _parent(self, item: int) -> int:
        indent = self._indents[item - 1]
        for number in range(item - 1, 0, -1):
            if self._items[number] == number and self._indents[number - 1] < indent:
                return number
        return 0


@dataclass(slots=True)
class Suppressor:
    """Takes out what a comment allows, and remembers which comments did."""

    files: Iterable[str]
    known: frozenset[str]
    _sources: dict[str, Source] = field(default_factory=dict)
    _used: set[tuple[Comment, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for file in self.files:
            self._sources.setdefault(file, Source(file))

    def keep(self, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The findings that no comment allows."""
        return [found for found in findings if not self._allowed(found)]

    def comments(self, ran: Iterable[str], today: str = "") -> Comments:
        """What the checks of comments look at."""
        listed = [one for _, source in sorted(self._sources.items()) for one in source.comments]
        return Comments(tuple(listed), self.known, frozenset(ran), frozenset(self._used), today)

    def _allowed(self, found: Diagnostic) -> bool:
        allowed = False
        for file, line in _places(found):
            source = self._sources.setdefault(file, Source(file))
            for comment in source.comments:
                if found.check in comment.names and source.scopes.covers(comment, line):
                    self._used.add((comment, found.check))
                    allowed = True
        return allowed


def any_comments(files: Iterable[str]) -> bool:
    """Whether a comment in one of the files allows something."""
    return any(Source(file).comments for file in files)


def _places(found: Diagnostic) -> Iterator[tuple[str, int]]:
    """The lines that a comment may stand beside: the object's, its makers', and that of the text at fault."""
    if found.at is not None:
        yield found.at.file, found.at.line
        for caller in found.at.via:
            yield caller.file, caller.line
    excerpt = found.excerpt
    if excerpt is not None and excerpt.place is not None and excerpt.place.lines:
        yield excerpt.place.file, excerpt.place.at(excerpt.text, excerpt.start)[0]
