"""Which regular expressions Loki replaces by a search for plain text, in label filters.

It shows in Loki's print: a filter that stays a regular expression has its pattern in backticks. Loki can
replace texts, `.*`, `.+`, alternatives of them, and one text with `.*` or alternatives behind it. It decides
on the tree that Go's parser builds, which draws common beginnings together (`200|204` is `20` and then `0`
or `4`) and makes a class of alternative characters (which Loki keeps), so this module builds that tree as
far as it matters. Source: Loki 3.4, asked with some 300 patterns.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile
from typing import Literal, TypeAlias

from obs.record import dataclass

_MAX_PARTS = 3
_MAX_DEPTH = 30
"""Groups, or common beginnings, inside one another; what is deeper counts as not plain."""
_ESCAPES = dict(zip("afnrtv", "\a\f\n\r\t\v", strict=True))
_ATOM = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|$)"
    r"|\\x\{(?P<braced>[0-9A-Fa-f]+)\}|\\x(?P<hexadecimal>[0-9A-Fa-f]{2})"
    r"|\\(?P<octal>[0-7]{2,3})|\\(?P<escaped>[^A-Za-z0-9]|[afnrtv])"
    r"|\[\\?(?P<single>[^\\\]\[^])\]|\[(?P<either>[A-Za-z]{2})\]"
    r"|(?P<group>\((?!\?)|\(\?P?<\w+>)"
    r"|\(\?(?P<flags>[imsU]*(?:-[imsU]+)?)(?P<scope>[:)])"
    r"|(?P<once>\{1(?:,1)?\})|(?P<never>\{0(?:,0)?\})"
    r"|(?P<sign>[*+]\??|[.|)])"
    r"|(?P<other>[\\\[(?^$]|\{[0-9]+(?:,[0-9]*)?\})"
    r"|(?P<char>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    fold: bool


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """A capture, or what is repeated once: the same as its part, but never one with its neighbours."""

    part: _Part


_Part: TypeAlias = (
    _Text | _Sequence | _Choice | _Group | Literal["empty", "character", "anything", "something"]
)


class _NotPlainError(Exception):
    """The pattern has something that no search for text replaces."""


@dataclass(slots=True)
class _Frame:
    """An open parenthesis: finished alternatives, the parts of the current one, the flags outside of it."""

    captures: bool
    fold: bool
    newline: bool
    alternatives: list[_Part]
    parts: list[_Part]


@lru_cache(maxsize=4096)
def is_plain(pattern: str) -> bool:
    """Whether Loki needs no regular expression for a pattern that is one."""
    if not re.search(r"[\\\[({?^$.*+|)]", pattern):
        return True
    try:
        return _is_simple(_tree(pattern))
    except _NotPlainError:
        return False


def _is_simple(part: _Part) -> bool:
    if isinstance(part, _Group):
        return _is_simple(part.part)
    if isinstance(part, _Choice):
        return all(map(_is_simple, part.parts))
    if isinstance(part, _Sequence):
        return _is_simple_sequence(part)
    return part != "character"


def _is_simple_sequence(sequence: _Sequence) -> bool:
    """One text, `.*` around it, alternatives behind it; three parts at most."""
    bare = (part.part if isinstance(part, _Group) else part for part in sequence.parts)
    parts = [part for part in bare if part != "empty"]
    seen_text = False
    for part in parts:
        if isinstance(part, _Text) and not seen_text:
            seen_text = True
        elif isinstance(part, _Choice) and seen_text:
            if not all(map(_is_simple_ending, part.parts)):
                return False
        elif part != "anything":
            return False
    return seen_text and len(parts) <= _MAX_PARTS


def _is_simple_ending(part: _Part) -> bool:
    if isinstance(part, _Sequence):
        return _is_simple_sequence(part)
    return isinstance(part, _Text) or part in ("empty", "anything")


# ---------------------------------------------------------------------------------------------- the tree


def _tree(pattern: str) -> _Part:
    """The tree of a legal pattern; raises _NotPlainError at the first thing that is never plain."""
    outer = _Frame(False, False, False, [], [])
    frames = [outer]
    fold = newline = False
    for found in _ATOM.finditer(pattern):
        frame = frames[-1]
        kind = found.lastgroup
        if kind == "scope":
            on, _, off = found["flags"].partition("-")
            if found["scope"] == ":":
                _open(frames, _Frame(False, fold, newline, [], []))
            fold = ("i" in on) or (fold and "i" not in off)
            newline = ("s" in on) or (newline and "s" not in off)
        elif kind == "group":
            _open(frames, _Frame(True, fold, newline, [], []))
        elif found["sign"] == "|":
            frame.alternatives.append(_sequence(frame.parts))
            frame.parts = []
        elif found["sign"] == ")":
            frames.pop()
            inner = _finish(frame)
            _append(frames[-1].parts, _Group(inner) if frame.captures else inner)
            fold, newline = frame.fold, frame.newline
        else:
            _atom(found, kind or "", frame.parts, fold=fold, newline=newline)
    return _finish(outer)


def _open(frames: list[_Frame], frame: _Frame) -> None:
    if len(frames) > _MAX_DEPTH:
        raise _NotPlainError
    frames.append(frame)


def _atom(found: re.Match[str], kind: str, parts: list[_Part], *, fold: bool, newline: bool) -> None:
    if kind == "other":
        raise _NotPlainError
    if kind == "sign":
        _sign(found["sign"], parts, newline=newline)
    elif kind in ("once", "never"):
        _separate(parts)
        last = parts.pop()
        parts.append(_Group(last) if kind == "once" else "empty")
    elif kind == "quoted":
        for char in found["quoted"]:
            _append_text(parts, char, fold=fold)
    elif kind in ("braced", "hexadecimal", "octal"):
        _append_text(parts, chr(int(found[kind], 8 if kind == "octal" else 16)), fold=fold)
    elif kind == "either":
        first, second = found["either"][0], found["either"][1]
        if first.lower() != second.lower():
            raise _NotPlainError
        _append(parts, _Text(first, first != second))
    else:
        char = found[kind]
        _append_text(parts, _ESCAPES.get(char, char) if kind == "escaped" else char, fold=fold)


def _sign(sign: str, parts: list[_Part], *, newline: bool) -> None:
    if sign == ".":
        parts.append("character")
    elif parts and parts[-1] == "character" and not newline:
        parts[-1] = "anything" if sign[0] == "*" else "something"
    else:
        raise _NotPlainError


def _append_text(parts: list[_Part], char: str, *, fold: bool) -> None:
    _append(parts, _Text(char, fold))


def _append(parts: list[_Part], part: _Part) -> None:
    """Texts in a row become one text; they stay apart when one ignores case and the other does not."""
    last = parts[-1] if parts else None
    if isinstance(part, _Text) and isinstance(last, _Text) and part.fold == last.fold:
        parts[-1] = _Text(last.text + part.text, part.fold)
    else:
        parts.append(part)


def _separate(parts: list[_Part]) -> None:
    """Split the last character off, as a repetition belongs to it alone."""
    last = parts[-1] if parts else None
    if isinstance(last, _Text) and len(last.text) > 1:
        parts[-1:] = [_Text(last.text[:-1], last.fold), _Text(last.text[-1], last.fold)]


def _finish(frame: _Frame) -> _Part:
    return _choice([*frame.alternatives, _sequence(frame.parts)])


def _sequence(parts: list[_Part]) -> _Part:
    flat: list[_Part] = []
    for part in parts:
        flat += part.parts if isinstance(part, _Sequence) else [part]
    return _Sequence(tuple(flat)) if len(flat) > 1 else flat[0] if flat else "empty"


def _choice(alternatives: list[_Part], depth: int = 0) -> _Part:
    """Alternatives with common beginnings drawn together and characters made a class, as Go does."""
    if depth > _MAX_DEPTH:
        raise _NotPlainError
    flat: list[_Part] = []
    for one in alternatives:
        flat += one.parts if isinstance(one, _Choice) else [one]
    if len(flat) == 1:
        return flat[0]
    merged = _merge_characters(_draw_together(flat, depth))
    return merged[0] if len(merged) == 1 else _Choice(tuple(merged))


def _draw_together(alternatives: list[_Part], depth: int) -> list[_Part]:
    result: list[_Part] = []
    run: list[_Part] = []
    common = _Text("", False)
    for one in alternatives:
        beginning = _beginning(one)
        shared = _shared_beginning(common, beginning)
        if run and shared:
            run.append(one)
            common = _Text(shared, common.fold)
            continue
        result += _drawn(run, common, depth)
        run, common = [one], beginning
    return result + _drawn(run, common, depth)


def _shared_beginning(left: _Text, right: _Text) -> str:
    if left.fold != right.fold:
        return ""
    pairs = zip(left.text, right.text, strict=False)
    length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return left.text[:length]


def _drawn(run: list[_Part], common: _Text, depth: int) -> list[_Part]:
    if len(run) < 2:
        return run
    rest = _choice([_without(one, len(common.text)) for one in run], depth + 1)
    return [_sequence([common, rest])]


def _beginning(part: _Part) -> _Text:
    first = part.parts[0] if isinstance(part, _Sequence) else part
    return first if isinstance(first, _Text) else _Text("", False)


def _without(part: _Part, length: int) -> _Part:
    if isinstance(part, _Sequence):
        first = _without(part.parts[0], length)
        return _sequence([*([] if first == "empty" else [first]), *part.parts[1:]])
    assert isinstance(part, _Text)
    return _Text(part.text[length:], part.fold) if len(part.text) > length else "empty"


def _merge_characters(alternatives: list[_Part]) -> list[_Part]:
    result: list[_Part] = []
    for one in alternatives:
        last = result[-1] if result else None
        if _is_character(one) and last is not None and _is_character(last):
            result[-1] = "character"
        elif not (one == "empty" and last == "empty"):
            result.append(one)
    return result


def _is_character(part: _Part) -> bool:
    return part == "character" or (isinstance(part, _Text) and len(part.text) == 1)
