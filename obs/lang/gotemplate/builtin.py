"""Go's own template functions: comparison, indexing, printing, escaping.

`and` and `or` stop early, so `run` evaluates them; they are here for their names. Source: Go 1.23.
"""

from __future__ import annotations

from urllib.parse import quote_from_bytes

from obs.lang.gotemplate.printing import show, sprint, sprintf, sprintln
from obs.lang.gotemplate.quote import is_print
from obs.lang.gotemplate.values import (
    Function,
    GoError,
    Html,
    Integer,
    Map,
    Pointer,
    Slice,
    Struct,
    Value,
    decode,
    encode,
    go_type,
    indirect,
    is_nil,
    kind,
    truth,
)

_ANY = "reflect.Value"
_INTEGERS = ("int", "uint")
_BASIC = frozenset(("bool", "int", "uint", "float64", "complex128", "string"))


def _position(index: Value, limit: int) -> int:
    if index is None:
        raise GoError("cannot index slice/array with nil")
    if isinstance(index, bool) or not isinstance(index, int):
        raise GoError(f"cannot index slice/array with type {go_type(index)}")
    if not 0 <= index <= limit:
        raise GoError(f"index out of range: {int(index)}")
    return int(index)


def _index(item: Value, *indexes: Value) -> Value:
    if item is None:
        raise GoError("index of untyped nil")
    for index in indexes:
        item = indirect(item)
        if is_nil(item):
            raise GoError("index of nil pointer")
        if isinstance(item, str):
            data = encode(item)
            place = _position(index, len(data))
            if place == len(data):
                raise GoError("reflect: string index out of range")
            item = Integer(data[place], "uint8", unsigned=True)
        elif isinstance(item, Slice):
            place = _position(index, len(item))
            if place == len(item):
                raise GoError("reflect: slice index out of range")
            item = item[place]
        elif isinstance(item, Map):
            item = item.get(_key(index), "" if item.element == "string" else None)
        else:
            raise GoError(f"can't index item of type {go_type(item)}")
    return item


def _key(index: Value) -> str:
    if index is None:
        raise GoError("value is nil; should be of type string")
    if not isinstance(index, str) or isinstance(index, Html):
        raise GoError(f"value has type {go_type(index)}; should be string")
    return index


def _slice(item: Value, *indexes: Value) -> Value:
    if item is None:
        raise GoError("slice of untyped nil")
    item = indirect(item)
    if is_nil(item):
        raise GoError("slice of nil pointer")
    if len(indexes) > 3:
        raise GoError(f"too many slice indexes: {len(indexes)}")
    if isinstance(item, str):
        if len(indexes) == 3:
            raise GoError("cannot 3-index slice a string")
        data = encode(item)
        start, end = _bounds(indexes, len(data))
        return decode(data[start:end])
    if not isinstance(item, Slice):
        raise GoError(f"can't slice item of type {go_type(item)}")
    start, end = _bounds(indexes, len(item))
    return Slice(item[start:end], item.go_type, item.methods)


def _bounds(indexes: tuple[Value, ...], length: int) -> tuple[int, int]:
    places = [_position(index, length) for index in indexes]
    start = places[0] if places else 0
    end = places[1] if len(places) > 1 else length
    if start > end:
        raise GoError(f"invalid slice index: {start} > {end}")
    if len(places) == 3 and end > places[2]:
        raise GoError(f"invalid slice index: {end} > {places[2]}")
    return start, end


def _length(item: Value) -> Value:
    item = indirect(item)
    if isinstance(item, Pointer):
        raise GoError("len of nil pointer")
    if isinstance(item, str):
        return len(encode(item))
    if isinstance(item, Map | Slice):
        return len(item)
    if item is None:
        # Go's reflect panics here, and the call reports it.
        raise GoError("reflect: call of reflect.Value.Type on zero Value")
    raise GoError(f"len of type {go_type(item)}")


def _basic(value: Value) -> str | None:
    found = kind(value)
    return found if found in _BASIC else None


def _incompatible(first: Value, second: Value) -> GoError:
    return GoError(f"incompatible types for comparison: {go_type(first)} and {go_type(second)}")


def _equal(first: Value, *others: Value) -> bool:
    if not others:
        raise GoError("missing argument for comparison")
    return any(_same(first, other) for other in others)


def _same(first: Value, second: Value) -> bool:
    left, right = _basic(first), _basic(second)
    if left != right and not (left in _INTEGERS and right in _INTEGERS):
        if first is not None and second is not None:
            raise _incompatible(first, second)
        return False
    if left is not None:
        return bool(first == second)
    if kind(first) != kind(second) and first is not None and second is not None:
        names = f"{show(first)}: {go_type(first)}, {go_type(second)}: {show(second)}"
        raise GoError(f"non-comparable types {names}")
    if is_nil(first) or is_nil(second):
        return is_nil(first) == is_nil(second)
    if not _comparable(second):
        raise GoError(f"non-comparable type {show(second)}: {go_type(second)}")
    if isinstance(first, Struct) and isinstance(second, Struct):
        return _same_struct(first, second)
    return first is second


def _comparable(value: Value) -> bool:
    if isinstance(value, Struct):
        return all(map(_comparable, value.fields.values()))
    return not isinstance(value, Map | Slice)


def _same_struct(first: Struct, second: Struct) -> bool:
    return (first.go_type, first.fields, first.native) == (second.go_type, second.fields, second.native)


def _not_equal(first: Value, second: Value) -> bool:
    return not _equal(first, second)


def _less(first: Value, second: Value) -> bool:
    left, right = _basic(first), _basic(second)
    if left is None or right is None:
        raise GoError("invalid type for comparison")
    if left != right and not (left in _INTEGERS and right in _INTEGERS):
        raise _incompatible(first, second)
    if left in ("bool", "complex128"):
        raise GoError("invalid type for comparison")
    if isinstance(first, str) and isinstance(second, str):
        return encode(first) < encode(second)
    assert isinstance(first, int | float)
    assert isinstance(second, int | float)
    return first < second


def _less_or_equal(first: Value, second: Value) -> bool:
    return _less(first, second) or _equal(first, second)


def _greater(first: Value, second: Value) -> bool:
    return not _less_or_equal(first, second)


def _greater_or_equal(first: Value, second: Value) -> bool:
    return not _less(first, second)


def _joined(values: tuple[Value, ...]) -> str:
    """The arguments as one text, as every escaping function takes them."""
    return sprint(["<no value>" if value is None else indirect(value) for value in values])


_HTML = str.maketrans({"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"})
_JS = {"\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}


def _html(*values: Value) -> str:
    return _joined(values).translate(_HTML)


def _js(*values: Value) -> str:
    return "".join(map(_js_char, _joined(values)))


def _js_char(char: str) -> str:
    if char in _JS:
        return _JS[char]
    if char < " ":
        return f"\\u00{ord(char):02X}"
    if 0xDC80 <= ord(char) <= 0xDCFF:
        return "\\uFFFD"
    return char if char < "\x80" or is_print(char) else f"\\u{ord(char):04X}"


def query_escape(text: str) -> str:
    """`url.QueryEscape`."""
    return quote_from_bytes(encode(text), safe=" ").replace(" ", "+")


def _urlquery(*values: Value) -> str:
    return query_escape(_joined(values))


def _printf(format_: str, *values: Value) -> str:
    return sprintf(format_, list(values))


def _invoke(name: str, function: Value, *values: Value) -> Value:
    """`call`, to which `run` gives the name of what is called; no data here holds a function."""
    if function is None:
        raise GoError("call of nil")
    raise GoError(f"non-function {name} of type {go_type(function)}")


def _unreachable(*values: Value) -> Value:
    raise GoError("unreachable")


FUNCTIONS: dict[str, Function] = {
    "and": Function((_ANY, _ANY), _unreachable, variadic=True),
    "or": Function((_ANY, _ANY), _unreachable, variadic=True),
    "not": Function((_ANY,), lambda value: not truth(value)),
    "call": Function((_ANY, _ANY), _invoke, variadic=True),
    "index": Function((_ANY, _ANY), _index, variadic=True),
    "slice": Function((_ANY, _ANY), _slice, variadic=True),
    "len": Function((_ANY,), _length),
    "print": Function(("interface {}",), lambda *values: sprint(list(values)), variadic=True),
    "printf": Function(("string", "interface {}"), _printf, variadic=True),
    "println": Function(("interface {}",), lambda *values: sprintln(list(values)), variadic=True),
    "html": Function(("interface {}",), _html, variadic=True),
    "js": Function(("interface {}",), _js, variadic=True),
    "urlquery": Function(("interface {}",), _urlquery, variadic=True),
    "eq": Function((_ANY, _ANY), _equal, variadic=True),
    "ne": Function((_ANY, _ANY), _not_equal),
    "lt": Function((_ANY, _ANY), _less),
    "le": Function((_ANY, _ANY), _less_or_equal),
    "gt": Function((_ANY, _ANY), _greater),
    "ge": Function((_ANY, _ANY), _greater_or_equal),
}
