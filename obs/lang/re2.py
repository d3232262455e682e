r"""Go's regular expressions: what Go's `regexp` accepts, in its own words, and how such a pattern matches.

Prometheus, Loki, Promtail and Alertmanager are Go programs: a pattern that Python's `re` accepts may stop
them at start (`(?=x)`), and one that they accept may mean something else in Python (`\d` is ASCII only, `\z`
is the end, `$` is not "before a last newline"). This module reads patterns with a parser of its own, so every
error has Go's text and a place, and matches with RE2, in time linear in the text.

Differences by Go version: `(?<name>...)` exists from 1.22; `\p{Letter}` and `\p{lu}` (aliases and any case,
from 1.25) are refused here for every version. Duplicate group names are legal in all of them.
Source: Go `regexp/syntax`, verdicts of Go 1.21 to 1.26.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Literal

from obs.lang.error import LanguageError, Unsupported
from obs.record import dataclass, field

GoVersion = tuple[int, int]
LATEST: GoVersion = (1, 23)
"""The Go release that built Prometheus 2.55 and Loki 3.4; Promtail 3.0 is (1, 21)."""

_MAX_REPEAT = 1000
_MAX_HEIGHT = 1000
_MAX_SIZE = (128 << 20) // 40
_MAX_RUNE = 0x10FFFF
_MEMORY = 512 << 20

Kind = Literal[
    "empty", "literal", "class", "any", "assertion", "capture", "repeat", "concatenation", "alternation"
]


@dataclass(slots=True)
class _Node:
    """A part of a parsed pattern; height, size and repeats are of the whole subtree."""

    kind: Kind
    text: str = ""
    parts: list[_Node] = field(default_factory=list)
    least: int = 0
    most: int = -1
    name: str | None = None
    height: int = 1
    size: int = 1
    repeats: int = 1
    only: str | None = None
    """The one string that the subtree matches, when there is just one and no assertion is needed for it."""


@dataclass(slots=True)
class _Flags:
    fold: bool = False
    multi_line: bool = False
    dot_newline: bool = False
    ungreedy: bool = False

    def with_changes(self, letters: str, value: bool) -> _Flags:
        names = {"i": "fold", "m": "multi_line", "s": "dot_newline", "U": "ungreedy"}
        changed = {name: getattr(self, name) for name in names.values()}
        changed.update({names[letter]: value for letter in letters})
        return _Flags(**changed)


@dataclass(slots=True)
class _Frame:
    """An open parenthesis: the alternatives before the last `|`, the items after it, the outer flags."""

    flags: _Flags
    name: str | None = None
    capturing: bool = False
    alternatives: list[_Node] = field(default_factory=list)
    items: list[_Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Parsed:
    root: _Node
    group_names: tuple[str | None, ...]


class _Parser:
    """One pass over the pattern with an explicit stack, so that nesting costs no Python frames."""

    def __init__(self, pattern: str, go: GoVersion) -> None:
        self.pattern = pattern
        self.go = go
        self.at = 0
        self.flags = _Flags()
        self.frames = [_Frame(self.flags)]
        self.names: list[str | None] = []

    def fail(self, code: str, start: int, end: int) -> LanguageError:
        quoted = self.pattern[start:end]
        return LanguageError(f"error parsing regexp: {code}: `{quoted}`", start, max(end, start + 1))

    def parse(self) -> _Parsed:
        pattern, length = self.pattern, len(self.pattern)
        surrogate = next((i for i, char in enumerate(pattern) if "\ud800" <= char <= "\udfff"), None)
        if surrogate is not None:
            raise self.fail("invalid UTF-8", surrogate, length)
        repeat_start: int | None = None
        while self.at < length:
            started = self.at
            repeated = self.step(pattern[started], repeat_start)
            repeat_start = started if repeated else None
        if len(self.frames) > 1:
            raise self.fail("missing closing )", 0, length)
        root = self.close_frame(self.frames[0])
        return _Parsed(root, tuple(self.names))

    def step(self, char: str, last_repeat: int | None) -> bool:
        """Read one item at `self.at`; True when it was a repetition operator."""
        start = self.at
        self.at += 1
        if char == "(":
            self.open_group(start)
        elif char == ")":
            self.close_group()
        elif char == "|":
            frame = self.frames[-1]
            frame.alternatives.append(self.concatenate(frame.items))
            frame.items = []
        elif char in "^$":
            self.push(_Node("assertion", char if not self.flags.multi_line else ""))
        elif char == ".":
            self.push(_Node("any"))
        elif char == "[":
            self.at = start
            self.push(_Node("class", only=self.read_class()))
        elif char in "*+?":
            least, most = {"*": (0, -1), "+": (1, -1), "?": (0, 1)}[char]
            self.repeat(least, most, start, last_repeat, counted=False)
            return True
        elif char == "{":
            counts = self.read_counts(start)
            if counts is None:
                self.push_literal("{")
                return False
            least, most, self.at = counts
            if least < 0 or least > _MAX_REPEAT or most > _MAX_REPEAT or 0 <= most < least:
                raise self.fail("invalid repeat count", start, self.at)
            self.repeat(least, most, start, last_repeat, counted=True)
            return True
        elif char == "\\":
            self.at = start
            self.read_backslash()
        else:
            self.push_literal(char)
        return False

    def push(self, node: _Node) -> None:
        self.frames[-1].items.append(node)

    def push_literal(self, char: str) -> None:
        folded = self.flags.fold and (char.lower() != char or char.upper() != char)
        self.push(_Node("literal", only=None if folded else char))

    def open_group(self, start: int) -> None:
        if not self.pattern.startswith("?", self.at):
            self.names.append(None)
            self.frames.append(_Frame(self.flags, capturing=True))
            return
        rest = len(self.pattern) - start
        python_style = rest > 4 and self.pattern.startswith("(?P<", start)
        short_style = rest > 3 and self.go >= (1, 22) and self.pattern.startswith("(?<", start)
        if python_style or short_style:
            self.open_named_group(start, start + (4 if python_style else 3))
        else:
            self.read_flags(start)

    def open_named_group(self, start: int, name_start: int) -> None:
        end = self.pattern.find(">", start)
        if end < 0:
            raise self.fail("invalid named capture", start, len(self.pattern))
        name = self.pattern[name_start:end]
        if not name or not name.isascii() or not name.replace("_", "a").isalnum():
            raise self.fail("invalid named capture", start, end + 1)
        self.names.append(name)
        self.frames.append(_Frame(self.flags, name=name, capturing=True))
        self.at = end + 1

    def read_flags(self, start: int) -> None:
        """Read `(?flags)` or `(?flags:`; `self.at` is at the question mark."""
        self.at += 1
        flags, negative, pending = self.flags, False, False
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            self.at += 1
            if char in "imsU":
                flags = flags.with_changes(char, not negative)
                pending = True
            elif char == "-" and not negative:
                negative, pending = True, False
            elif char in ":)" and (pending or not negative):
                if char == ":":
                    self.frames.append(_Frame(self.flags))
                self.flags = flags
                return
            else:
                break
        raise self.fail("invalid or unsupported Perl syntax", start, self.at)

    def close_group(self) -> None:
        if len(self.frames) == 1:
            raise self.fail("unexpected )", 0, len(self.pattern))
        frame = self.frames.pop()
        self.flags = frame.flags
        inner = self.close_frame(frame)
        if frame.capturing:
            inner = _Node(
                "capture",
                parts=[inner],
                name=frame.name,
                height=inner.height + 1,
                size=inner.size + 2,
                repeats=inner.repeats,
                only=inner.only,
            )
            self.check_limits(inner)
        self.push(inner)

    def close_frame(self, frame: _Frame) -> _Node:
        last = self.concatenate(frame.items)
        if not frame.alternatives:
            return last
        parts = [*frame.alternatives, last]
        node = _Node(
            "alternation",
            parts=parts,
            height=1 + max(part.height for part in parts),
            size=sum(part.size for part in parts) + len(parts) - 1,
            repeats=max(part.repeats for part in parts),
            only=parts[0].only if len({part.only for part in parts}) == 1 else None,
        )
        self.check_limits(node)
        return node

    def concatenate(self, items: list[_Node]) -> _Node:
        if not items:
            return _Node("empty", only="")
        if len(items) == 1:
            return items[0]
        literal = all(item.kind == "literal" for item in items)
        only = [item.only for item in items if item.only is not None]
        node = _Node(
            "concatenation",
            parts=items,
            height=1 if literal else 1 + max(item.height for item in items),
            size=sum(item.size for item in items),
            repeats=max(item.repeats for item in items),
            only="".join(only) if len(only) == len(items) else None,
        )
        self.check_limits(node)
        return node

    def check_limits(self, node: _Node) -> None:
        if node.height > _MAX_HEIGHT:
            raise self.fail("expression nests too deeply", 0, len(self.pattern))
        if node.size > _MAX_SIZE:
            raise self.fail("expression too large", 0, len(self.pattern))

    def repeat(self, least: int, most: int, start: int, last_repeat: int | None, *, counted: bool) -> None:
        if self.pattern.startswith("?", self.at):
            self.at += 1
        if last_repeat is not None:
            raise self.fail("invalid nested repetition operator", last_repeat, self.at)
        items = self.frames[-1].items
        if not items:
            raise self.fail("missing argument to repetition operator", start, self.at)
        part = items.pop()
        most_copies = (least if most < 0 else most) if counted else 1
        repeats = part.repeats * max(most_copies, 1)
        if counted and most_copies >= 2 and repeats > _MAX_REPEAT:
            raise self.fail("invalid repeat count", start, self.at)
        copies = max(most_copies, 1) * part.size + (most - least if counted and most >= 0 else 2)
        only = part.only * least if part.only is not None and least == most else None
        same = not counted and part.kind == "repeat" and part.repeats == 1
        node = _Node(
            "repeat",
            parts=[part],
            least=least,
            most=most,
            repeats=0 if most == 0 else repeats,
            height=part.height + (0 if same else 1),
            size=max(copies, 1),
            only="" if part.only == "" else only,
        )
        self.check_limits(node)
        items.append(node)

    def read_counts(self, start: int) -> tuple[int, int, int] | None:
        """`{least,most}` at `start` and where it ends; None when the brace is an ordinary character.

        A number too large to be legal is -1 (then `least` is -1), an open end is `most` -1.
        """
        least, at = self.read_number(start + 1)
        if at < 0:
            return None
        most = least
        if self.pattern.startswith(",", at):
            at += 1
            if self.pattern.startswith("}", at):
                most = -1
            else:
                most, at = self.read_number(at)
                if at < 0:
                    return None
                if most < 0:
                    least = -1
        if not self.pattern.startswith("}", at):
            return None
        return least, most, at + 1

    def read_number(self, start: int) -> tuple[int, int]:
        at = start
        while at < len(self.pattern) and self.pattern[at] in "0123456789":
            at += 1
        digits = self.pattern[start:at]
        if not digits or (len(digits) > 1 and digits[0] == "0"):
            return 0, -1
        return (-1 if len(digits) > 8 else int(digits)), at

    def read_backslash(self) -> None:
        following = self.pattern[self.at + 1 : self.at + 2]
        if following and following in "AbBz":
            self.at += 2
            self.push(_Node("assertion", {"A": "^", "z": "$"}.get(following, "")))
        elif following == "C":
            raise self.fail("invalid escape sequence", self.at, self.at + 2)
        elif following == "Q":
            end = self.pattern.find("\\E", self.at + 2)
            quoted = self.pattern[self.at + 2 : end if end >= 0 else len(self.pattern)]
            for char in quoted:
                self.push_literal(char)
            self.at = end + 2 if end >= 0 else len(self.pattern)
        elif self.read_class_escape():
            self.push(_Node("class"))
        else:
            self.push_literal(chr(self.read_escape()))

    def read_class_escape(self) -> bool:
        """Step over `\\d \\s \\w \\D \\S \\W`, `\\pL` and `\\p{Name}`."""
        following = self.pattern[self.at + 1 : self.at + 2]
        if not following:
            return False
        if following in "dswDSW":
            self.at += 2
            return True
        if following not in "pP":
            return False
        start = self.at
        if self.pattern.startswith("{", start + 2):
            closing = self.pattern.find("}", start)
            if closing < 0:
                raise self.fail("invalid character class range", start, len(self.pattern))
            end, name = closing + 1, self.pattern[start + 3 : closing]
        else:
            end, name = start + 3, self.pattern[start + 2 : start + 3]
        if not _is_unicode_class(name.removeprefix("^")):
            raise self.fail("invalid character class range", start, min(end, len(self.pattern)))
        self.at = end
        return True

    def read_escape(self) -> int:
        """The code point of an escaped character, as `\\n`, `\\x41`, `\\x{41}`, `\\101` or `\\.`."""
        start = self.at
        self.at += 1
        if self.at >= len(self.pattern):
            raise LanguageError("error parsing regexp: trailing backslash at end of expression: ``", start)
        char = self.pattern[self.at]
        self.at += 1
        simple = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
        if char in simple:
            return simple[char]
        if char.isascii() and not char.isalnum():
            return ord(char)
        if char == "x":
            code = self.read_hexadecimal()
            if code is not None:
                return code
        elif char in "01234567":
            octal = char
            follows = self.pattern[self.at : self.at + 1]
            if char == "0" or (follows and follows in "01234567"):
                while len(octal) < 3 and self.pattern[self.at : self.at + 1] in tuple("01234567"):
                    octal += self.pattern[self.at]
                    self.at += 1
                return int(octal, 8)
        raise self.fail("invalid escape sequence", start, self.at)

    def read_hexadecimal(self) -> int | None:
        """The number after `\\x`; None, with `self.at` behind the fault, when there is none."""
        braced = False
        digits = ""
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            self.at += 1
            if char == "{" and not braced and not digits:
                braced = True
            elif char == "}" and braced:
                return int(digits, 16) if digits else None
            elif char in "0123456789abcdefABCDEF":
                digits += char
                if braced and int(digits, 16) > _MAX_RUNE:
                    return None
                digits = digits.lstrip("0") or "0" if braced else digits
                if not braced and len(digits) == 2:
                    return int(digits, 16)
            else:
                # Without braces Go reads both characters before it judges either.
                if not braced and not digits:
                    self.at = min(self.at + 1, len(self.pattern))
                return None
        return None

    def read_class(self) -> str | None:
        """Step over `[...]`; its character when it holds a single one."""
        start = self.at
        self.at += 1
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        first = True
        single: list[int] = []
        while first or not self.pattern.startswith("]", self.at):
            first = False
            if self.read_posix_class() or (
                self.pattern.startswith("\\", self.at) and self.read_class_escape()
            ):
                negated = True
                continue
            range_start = self.at
            low = high = self.read_class_char(start)
            if self.pattern.startswith("-", self.at) and self.pattern[self.at + 1 : self.at + 2] not in (
                "",
                "]",
            ):
                self.at += 1
                high = self.read_class_char(start)
                if high < low:
                    raise self.fail("invalid character class range", range_start, self.at)
            single += [low, high]
        self.at += 1
        if negated or self.flags.fold or len(set(single)) != 1:
            return None
        return chr(single[0])

    def read_posix_class(self) -> bool:
        if not self.pattern.startswith("[:", self.at):
            return False
        end = self.pattern.find(":]", self.at + 2)
        if end < 0:
            return False
        name = self.pattern[self.at + 2 : end].removeprefix("^")
        if name not in _POSIX_CLASSES:
            raise self.fail("invalid character class range", self.at, end + 2)
        self.at = end + 2
        return True

    def read_class_char(self, class_start: int) -> int:
        if self.at >= len(self.pattern):
            raise self.fail("missing closing ]", class_start, len(self.pattern))
        if self.pattern[self.at] == "\\":
            return self.read_escape()
        self.at += 1
        return ord(self.pattern[self.at - 1])


_POSIX_CLASSES = frozenset(
    {
        "alnum",
        "alpha",
        "ascii",
        "blank",
        "cntrl",
        "digit",
        "graph",
        "lower",
        "print",
        "punct",
        "space",
        "upper",
    }
) | {"word", "xdigit"}


@lru_cache(maxsize=1024)
def _is_unicode_class(name: str) -> bool:
    """Whether RE2 knows the general category or script; Go 1.21 to 1.24 know the same names."""
    if not name.isascii() or not name.replace("_", "").isalpha():
        return False
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(rf"\p{{{name}}}", options)
    except re2.error:
        return False
    return True


@lru_cache(maxsize=4096)
def _parse(pattern: str, go: GoVersion) -> _Parsed:
    return _Parser(pattern, go).parse()


def check(pattern: str, go: GoVersion = LATEST) -> None:
    """Raise LanguageError, with Go's own message and the place in `pattern`, if that Go refuses it."""
    _parse(pattern, go)


def named_groups(pattern: str, go: GoVersion = LATEST) -> tuple[str, ...]:
    """The names of its groups in order of their opening parentheses; a name used twice is there twice."""
    return tuple(name for name in _parse(pattern, go).group_names if name)


class Match:
    """Where a pattern matched: offsets count characters, not bytes; -1 for a group that took no part."""

    __slots__ = ("_names", "spans", "text")

    def __init__(self, text: str, spans: tuple[tuple[int, int], ...], names: Mapping[str, int]) -> None:
        self.text = text
        self.spans = spans
        self._names = names

    def span(self, group: int | str = 0) -> tuple[int, int]:
        return self.spans[self._names[group] if isinstance(group, str) else group]

    def start(self, group: int | str = 0) -> int:
        return self.span(group)[0]

    def end(self, group: int | str = 0) -> int:
        return self.span(group)[1]

    def group(self, group: int | str = 0) -> str | None:
        start, end = self.span(group)
        return None if start < 0 else self.text[start:end]

    def groups(self) -> tuple[str | None, ...]:
        return tuple(None if start < 0 else self.text[start:end] for start, end in self.spans[1:])

    def groupdict(self) -> dict[str, str]:
        """Named groups as Go gives them: `""` for one that took no part, the last group of a name."""
        text, spans = self.text, self.spans
        return {
            name: text[spans[index][0] : spans[index][1]] if spans[index][0] >= 0 else ""
            for name, index in self._names.items()
        }

    def expand(self, template: str) -> str:
        """`$1`, `${1}` and `$name` replaced by groups, as Go's `Expand` does; `$1x` is the group `1x`."""
        return _REFERENCE.sub(self._referred, template)

    def _referred(self, found: re.Match[str]) -> str:
        name = found.group(1) or found.group(2)
        if name is None:
            return "$" if found.group() == "$$" else found.group()
        if name.isascii() and name.isdigit() and (len(name) == 1 or name[0] != "0"):
            index = int(name) if len(name) < 9 else len(self.spans)
        else:
            index = self._names.get(name, len(self.spans))
        return self.group(index) or "" if index < len(self.spans) else ""


_REFERENCE = re.compile(r"\$(?:\{(\w+)\}|(\w+)|\$)")


class Regex:
    """A compiled pattern, safe to share.

    `groups` counts capturing groups; `names[i]` is the name of group `i + 1` or None; `groupindex` maps a
    name to the last group of that name, which is what Go code that loops over `SubexpNames` ends up with.
    """

    __slots__ = ("_run", "groupindex", "groups", "names", "pattern")

    def __init__(self, pattern: str, names: tuple[str | None, ...]) -> None:
        self.pattern = pattern
        self.names = names
        self.groups = len(names)
        self.groupindex: Mapping[str, int] = {name: i for i, name in enumerate(names, 1) if name}
        self._run = _runner(pattern)

    def __repr__(self) -> str:
        return f"Regex({self.pattern!r})"

    def test(self, text: str) -> bool:
        """Whether it matches anywhere in the text; cheaper than `search`."""
        return bool(self._run(_UNANCHORED, _encode(text))[0][0] >= 0)

    def search(self, text: str) -> Match | None:
        """The leftmost match anywhere in the text."""
        return self._find(_UNANCHORED, text)

    def match(self, text: str) -> Match | None:
        """A match that starts where the text starts."""
        return self._find(_ANCHOR_START, text)

    def fullmatch(self, text: str) -> Match | None:
        """A match of the whole text, as Prometheus and Loki label matchers want (`^(?:...)$`)."""
        return self._find(_ANCHOR_BOTH, text)

    def finditer(self, text: str) -> Iterator[Match]:
        """Successive matches as Go's FindAll gives them: no empty match right behind another match."""
        data = _encode(text)
        ascii_only = len(data) == len(text)
        position, previous_end = 0, -1
        base = (0, 0)
        while position <= len(data):
            spans = self._run(_UNANCHORED, data, position)
            start, end = spans[0]
            if start < 0:
                return
            if start != end or start != previous_end:
                if not ascii_only:
                    base = (start, base[1] + len(data[base[0] : start].decode()))
                yield Match(text, spans if ascii_only else _in_characters(spans, data, base), self.groupindex)
            previous_end = end
            position = end if end > position else _next_character(data, position)

    def _find(self, anchor: int, text: str) -> Match | None:
        data = _encode(text)
        spans = self._run(anchor, data)
        if spans[0][0] < 0:
            return None
        if len(data) != len(text):
            spans = _in_characters(spans, data, (0, 0))
        return Match(text, spans, self.groupindex)


_Spans = tuple[tuple[int, int], ...]
_UNANCHORED, _ANCHOR_START, _ANCHOR_BOTH = range(3)
_SURROGATE = re.compile("[\ud800-\udfff]")


def _runner(pattern: str) -> Callable[..., _Spans]:
    """RE2's own match function: (anchor, UTF-8 text, start) to spans in bytes, (-1, -1) for no part."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        # Groups by position only: RE2 reads no name then, and Go allows some that it does not.
        run = re2.compile(pattern.encode(), options)._regexp.Match
    except re2.error as error:
        raise Unsupported(
            f"RE2 cannot compile the pattern: {error.args[0].decode(errors='replace')}"
        ) from None
    anchors = (re2._Anchor.UNANCHORED, re2._Anchor.ANCHOR_START, re2._Anchor.ANCHOR_BOTH)

    def search(anchor: int, data: bytes, start: int = 0) -> _Spans:
        spans: _Spans = run(anchors[anchor], data, start, len(data))
        return spans

    return search


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


def _in_characters(spans: _Spans, data: bytes, base: tuple[int, int]) -> _Spans:
    """Byte spans as character spans; `base` is a position at or before all of them, as (byte, character)."""
    offset, characters = base
    known = {-1: -1}
    for position in {position for span in spans for position in span} - {-1}:
        known[position] = characters + len(data[offset:position].decode())
    return tuple((known[start], known[end]) for start, end in spans)


def _next_character(data: bytes, position: int) -> int:
    position += 1
    while position < len(data) and data[position] & 0xC0 == 0x80:
        position += 1
    return position


@lru_cache(maxsize=1024)
def compile(pattern: str, go: GoVersion = LATEST) -> Regex:
    """The pattern, ready to match; the same object for the same arguments. Raises as `check` does."""
    return Regex(pattern, _parse(pattern, go).group_names)


def matches_empty(pattern: str, anchored: bool = True) -> bool:
    """Whether the empty text matches, as a missing label does.

    `anchored` tells whose rules are asked for (label matchers are anchored, line filters not); for an empty
    text both give the same answer. A line filter for which this is true without `^` or `$` passes every line.
    """
    regex = compile(pattern)
    return (regex.fullmatch("") if anchored else regex.search("")) is not None


def literal(pattern: str) -> str | None:
    """The only string that the pattern matches when it is anchored; None when there are more, or none."""
    root = _parse(pattern, LATEST).root
    while root.kind == "capture":
        root = root.parts[0]
    parts = root.parts if root.kind == "concatenation" else [root]
    while parts and parts[0].kind == "assertion" and parts[0].text == "^":
        parts = parts[1:]
    while parts and parts[-1].kind == "assertion" and parts[-1].text == "$":
        parts = parts[:-1]
    texts = [part.only for part in parts if part.only is not None]
    return "".join(texts) if len(texts) == len(parts) else None
