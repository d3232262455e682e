"""Templates of the template and replace stages: Go `text/template` with Sprig and Promtail's own functions.

A text is checked by the parser of `obs.lang.gotemplate`, whose messages are Go's, and run by gotpl.
Functions that would look outside (environment, host names) find nothing.

Source: Promtail 3.0 (template stage, Sprig 3.2.3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from obs.lang import re2
from obs.lang.error import LanguageError
from obs.lang.gotemplate.names import BUILTINS
from obs.lang.gotemplate.parse import TemplateSyntaxError, parse
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.selector import GO

if TYPE_CHECKING:
    from obs.sim.promtail.stage import Clock

NAME = "pipeline_template"
_NOT_IN_SPRIG_3_2 = ("push", "mustPush", "sha512sum")


class RenderError(LanguageError):
    """The template fails on this line; the stage then changes nothing."""


class _Text(str):
    """A string in a template's data: it has no fields, where gotpl would find Python's methods."""

    __slots__ = ()

    def __gotemplate_lookup__(self, field: str) -> object:
        raise RenderError(f"can't evaluate field {field} in type string")


class Template:
    """A parsed template; a missing key prints `<no value>`."""

    def __init__(self, text: str, clock: Clock) -> None:
        """Raises ConfigError with Go's message for a text that does not parse."""
        from gotpl import Environment, TemplateError

        functions = _functions(clock)
        try:
            self.tree = parse(text, functions.keys() | BUILTINS)
        except TemplateSyntaxError as error:
            raise ConfigError(error.go(NAME), error.start, error.end) from None
        self.text = text
        self._literal = text if "{{" not in text else None
        try:
            environment = Environment(functions=functions, missing_key="zero")
            self._template = environment.from_string(text, name=NAME)
        except TemplateError as error:
            raise ConfigError(f"template: {NAME}:1: {error}") from None

    def render(self, data: Mapping[str, str]) -> str:
        """The text for this data. Raises RenderError."""
        if self._literal is not None:
            return self._literal
        given = {name: _Text(text) for name, text in data.items()}
        try:
            return self._template.render(given)
        except Exception as error:  # gotpl lets a function's own exception through, as Go lets a panic
            raise RenderError(str(error)) from error


def _functions(clock: Clock) -> dict[str, Callable[..., object]]:
    from gotpl.funcs.sprig import text_func_map

    def now() -> datetime:
        return datetime.fromtimestamp(clock.now() / 1e9, UTC)

    functions: dict[str, Callable[..., object]] = dict(
        text_func_map(clock=now, environ={}, resolver=lambda _: [])
    )
    for name in _NOT_IN_SPRIG_3_2:
        functions.pop(name, None)
    find_all = functions["regexFindAll"]
    functions["regexFindAll"] = lambda *arguments: find_all(*arguments) or []
    to_json = functions["toJson"]
    functions["toJson"] = lambda value: "null" if _is_nil(value) else to_json(value)
    return functions | _OWN


def _go_text(value: object) -> str:
    """An argument of a function that takes a Go string; anything else is an error there."""
    if not isinstance(value, str):
        raise RenderError(f"wrong type for value; expected string; got {type(value).__name__}")
    return value


def _replace(text: object, old: object, new: object, count: object) -> str:
    if isinstance(count, bool) or not isinstance(count, int):
        raise RenderError("wrong type for value; expected int")
    return _go_text(text).replace(_go_text(old), _go_text(new), max(count, -1))


class _Nil:
    """What a missing key is to `printf`."""

    def __go_format_value__(self, *_: object, **__: object) -> str:
        return "<nil>"


_NIL = _Nil()


def _is_nil(value: object) -> bool:
    from gotpl.runtime.values import INVALID, UNTYPED_NIL

    return value is None or value is INVALID or value is UNTYPED_NIL


def _equal(first: object, *others: object) -> bool:
    """`eq`: between a missing key and a value it is false, where gotpl has an error."""
    if not others:
        raise RenderError("missing argument for comparison")
    return any(_equal_pair(first, other) for other in others)


def _equal_pair(left: object, right: object) -> bool:
    if _is_nil(left) or _is_nil(right):
        return _is_nil(left) and _is_nil(right)
    kinds = {_basic_kind(left), _basic_kind(right)}
    if len(kinds) > 1 or None in kinds:
        raise RenderError("incompatible types for comparison")
    return left == right


def _basic_kind(value: object) -> type | None:
    return next((kind for kind in (bool, int, float, complex, str) if isinstance(value, kind)), None)


def _printf(form: object, *values: object) -> object:
    from gotpl.runtime.gofmt import sprintf

    return sprintf(form, *(_NIL if _is_nil(value) else value for value in values))


def _print(*values: object) -> str:
    """`fmt.Sprint`: a space between two operands of which neither is a string."""
    parts: list[str] = []
    for index, value in enumerate(values):
        if index and not isinstance(value, str) and not isinstance(values[index - 1], str):
            parts.append(" ")
        parts.append(str(_printf("%v", value)))
    return "".join(parts)


def _println(*values: object) -> str:
    return " ".join(str(_printf("%v", value)) for value in values) + "\n"


def _trim(strip: Callable[[str, str], str]) -> Callable[[object, object], str]:
    return lambda text, characters: strip(_go_text(text), _go_text(characters))


def trim_space(text: object) -> str:
    return _go_text(text).strip("\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
                                "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000")  # fmt: skip


def _sha3(salt: object, text: object) -> str:
    return hashlib.sha3_256((_go_text(salt) + _go_text(text)).encode()).hexdigest()


def _sha2(salt: object, text: object) -> str:
    return hashlib.sha256((_go_text(salt) + _go_text(text)).encode()).hexdigest()


def _regex_replace(pattern: object, text: object, replacement: object) -> str:
    regex = re2.compile(_go_text(pattern), GO)
    subject, template = _go_text(text), _go_text(replacement)
    return _substitute(regex, subject, lambda found: found.expand(template))


def _regex_replace_literal(pattern: object, text: object, replacement: object) -> str:
    literal = _go_text(replacement)
    return _substitute(re2.compile(_go_text(pattern), GO), _go_text(text), lambda _: literal)


def _substitute(regex: re2.Regex, text: str, replacement: Callable[[re2.Match], str]) -> str:
    parts: list[str] = []
    at = 0
    for found in regex.finditer(text):
        start, end = found.span()
        parts += [text[at:start], replacement(found)]
        at = end
    return "".join([*parts, text[at:]])


def _cased(change: Callable[[str], str]) -> Callable[[object], str]:
    """`strings.ToUpper` and `ToLower` map single code points, so the sharp s stays."""

    def apply(text: object) -> str:
        given = _go_text(text)
        if given.isascii():
            return change(given)
        return "".join(changed if len(changed := change(char)) == 1 else char for char in given)

    return apply


_HTML = str.maketrans({"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"})


def _html(*values: object) -> str:
    return _printed(values).translate(_HTML)


def _urlquery(*values: object) -> str:
    return quote_plus(_printed(values), safe="")


def _printed(values: tuple[object, ...]) -> str:
    return _print(*("<no value>" if _is_nil(value) else value for value in values))


_OWN: dict[str, Callable[..., object]] = {
    "eq": _equal,
    "html": _html,
    "urlquery": _urlquery,
    "ne": lambda first, second: not _equal(first, second),
    "print": _print,
    "printf": _printf,
    "println": _println,
    "ToLower": _cased(str.lower),
    "ToUpper": _cased(str.upper),
    "Replace": _replace,
    "Trim": _trim(str.strip),
    "TrimLeft": _trim(str.lstrip),
    "TrimRight": _trim(str.rstrip),
    "TrimPrefix": _trim(str.removeprefix),
    "TrimSuffix": _trim(str.removesuffix),
    "TrimSpace": trim_space,
    "Hash": _sha3,
    "Sha2Hash": _sha2,
    "regexReplaceAll": _regex_replace,
    "regexReplaceAllLiteral": _regex_replace_literal,
}
