"""YAML, both ways: a writer whose text Go's and Python's readers understand alike, and a strict reader.

Every scalar that YAML 1.1 or 1.2 could take for something other than a string is quoted: `y`, `on`, `1e3`, `0o7`,
`12e3`, `2020-01-01`, `1:30`, `=`. Source: go-yaml v2 and sigs.k8s.io/yaml as Helm 3 uses them, PyYAML 6.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeGuard, cast

from obs.lang.error import LanguageError
from obs.record import dataclass

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node

Scalar = str | int | float | bool | None
Value = Scalar | Sequence["Value"] | Mapping[str, "Value"]

_PLAIN = re.compile(r"[A-Za-z_/가-힣][\w가-힣./()%+,\- ]*", re.ASCII)
_WORDS = frozenset(
    [
        "y",
        "n",
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
        "none",
        "nan",
        "inf",
        "infinity",
        ".nan",
        ".inf",
    ]
)
_BLOCK_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff\r]|[ \t]+\n|[ \t]+$"
)
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]*")
_TO_ESCAPE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff\"\\]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\x00": "\\0"}


class Literal(str):
    """A text that is written as a block (`|`) even when it has one line."""

    __slots__ = ()


def _plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and text[-1] != " " and text.lower() not in _WORDS


def _double(text: str) -> str:
    return '"' + _TO_ESCAPE.sub(_escaped, text) + '"'


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    if char in _ESCAPES:
        return _ESCAPES[char]
    if 0xD800 <= ord(char) <= 0xDFFF:
        raise LanguageError("a lone surrogate cannot be written as YAML")
    return f"\\x{ord(char):02x}" if ord(char) <= 0xFF else f"\\u{ord(char):04x}"


def _inline(text: str) -> str:
    if _plain(text):
        return text
    if ("\\" in text or '"' in text) and _PRINTABLE.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    return _double(text)


def _block(text: str, indent: str) -> str | None:
    """The text as a literal block, or None where a block would not be read back as it is."""
    if _BLOCK_UNSAFE.search(text) or not text.strip("\n") or text[0] in " \t\n":
        return None
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    chomp = {0: "-", 1: ""}.get(ends, "+")
    lines = [indent + line if line else "" for line in body.split("\n")]
    return f"|{chomp}\n" + "\n".join(lines) + "\n" * (ends - 1 if ends > 1 else 0)


def _scalar(value: Scalar, indent: str) -> str:
    if isinstance(value, str):
        if "\n" in value or isinstance(value, Literal):
            block = _block(value, indent)
            if block is not None:
                return block
        return _inline(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    raise LanguageError(f"a {type(value).__name__} has no form in YAML: {str(value)[:60]!r}")


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise LanguageError(f"{value} has no form that every YAML reader shares")
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def _write(value: Value, indent: str, out: list[str]) -> None:
    """Append the lines of a mapping or list, each starting with `indent`."""
    if isinstance(value, (dict, Mapping)):  # the abstract types alone are slow to ask
        for key, item in value.items():
            if not isinstance(key, str):
                raise LanguageError(f"a key must be a text, not {type(key).__name__} {key!r}")
            _entry(f"{indent}{_inline(key)}:", item, indent, out)
    elif _is_list(value):
        for item in value:
            _item(item, indent, out)


def _is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    return isinstance(value, list) or (not isinstance(value, str) and isinstance(value, Sequence))


def _entry(head: str, item: Value, indent: str, out: list[str]) -> None:
    if type(item) is str:  # most are
        out.append(f"{head} {_scalar(item, indent + '  ')}")
    elif isinstance(item, (dict, Mapping)):
        if not item:
            out.append(f"{head} {{}}")
            return
        out.append(head)
        _write(item, indent + "  ", out)
    elif _is_list(item):
        if not item:
            out.append(f"{head} []")
            return
        out.append(head)
        _write(item, indent + "  ", out)
    else:
        out.append(f"{head} {_scalar(cast(Scalar, item), indent + '  ')}")


def _item(item: Value, indent: str, out: list[str]) -> None:
    if isinstance(item, str) or not isinstance(item, (dict, list, Mapping, Sequence)):
        out.append(f"{indent}- {_scalar(item, indent + '  ')}")
        return
    if not item:
        out.append(f"{indent}- {'{}' if isinstance(item, Mapping) else '[]'}")
        return
    first = len(out)
    _write(item, indent + "  ", out)
    out[first] = f"{indent}- {out[first][len(indent) + 2 :]}"


def dumps(value: Value, *, header: Iterable[str] = ()) -> str:
    """The value as one YAML document in block style, keys in the order given, with a final newline.

    `header` lines become comments at the top. Raises LanguageError for NaN, infinities and lone surrogates.
    """
    out = [f"# {line}" if line else "#" for line in header]
    if isinstance(value, (Mapping, Sequence)) and not isinstance(value, str) and value:
        _write(value, "", out)
    elif isinstance(value, Mapping):
        out.append("{}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        out.append("[]")
    else:
        out.append(_scalar(value, "  "))
    return "\n".join(out) + "\n"


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a YAML text; both count from 1."""

    line: int
    column: int


class YamlError(LanguageError):
    """A YAML text that cannot be read; `place` says where."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.place = place


def loads_all(text: str) -> list[Value]:
    """Every document of a text as plain Python values; raises YamlError.

    Duplicate keys are errors, a bare `=` is a string, timestamps stay text, as in the API server's reader.
    """
    import yaml

    loader_class = _loader()
    try:
        _refuse_deep(text)
        loader = loader_class(text)
        try:
            found: list[Value] = []
            while loader.check_data():
                found.append(loader.get_data())
            return found
        finally:
            loader.dispose()
    except YamlError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        raise YamlError(str(error.problem or error.context), place) from None
    except (yaml.YAMLError, ValueError) as error:
        raise YamlError(str(error).splitlines()[0], Place(1, 1)) from None
    except RecursionError:
        raise YamlError("nested too deeply", Place(1, 1)) from None


_DEEPEST = 500
"""Levels that are read; libyaml's composer recurses on the C stack and crashes at some ten thousand."""
_LEADING = re.compile(r"^[ \t?:-]*", re.MULTILINE)


def _refuse_deep(text: str) -> None:
    """Raises YamlError for a text that nests too deeply; the events are counted only where it could be."""
    import yaml

    brackets = text.count("[") + text.count("{")
    if brackets + 2 * max(map(len, _LEADING.findall(text)), default=0) <= _DEEPEST:
        return
    depth = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                mark = event.start_mark
                place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
                raise YamlError(f"nested deeper than {_DEEPEST} levels", place)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def loads(text: str) -> Value:
    """The only document of a text (None when it is empty); raises YamlError."""
    found = loads_all(text)
    if len(found) > 1:
        raise YamlError(f"expected one document, found {len(found)}", Place(1, 1))
    return found[0] if found else None


_LOADER: list[type] = []


def _loader() -> type:
    if _LOADER:
        return _LOADER[0]
    import yaml

    base: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Strict(base):  # type: ignore[misc]
        """Safe loading that refuses duplicate keys and keeps timestamps as text."""

    def mapping(loader: Strict, node: MappingNode) -> dict[str, object]:
        seen: dict[object, Node] = {}
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = loader.construct_object(key_node, deep=True)
            if not isinstance(key, (str, int, float, bool, type(None))):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be a scalar", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"duplicate key {key!r}", key_node.start_mark
                )
            seen[key] = key_node
        loader.flatten_mapping(node)
        built: dict[str, object] = loader.construct_mapping(node, deep=True)
        return built

    def text(loader: Strict, node: Node) -> object:
        return loader.construct_scalar(node)

    Strict.add_constructor("tag:yaml.org,2002:map", mapping)
    Strict.add_constructor("tag:yaml.org,2002:value", text)
    Strict.add_constructor("tag:yaml.org,2002:timestamp", text)
    _LOADER.append(Strict)
    return Strict
