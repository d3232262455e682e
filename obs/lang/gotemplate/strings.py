"""The functions over strings that Prometheus's and Alertmanager's templates share, and Go's case mapping."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from obs.lang import re2
from obs.lang.error import LanguageError
from obs.lang.gotemplate.quote import quote
from obs.lang.gotemplate.values import Function, GoError, Html, Value


def _single(mapped: str, char: str) -> str:
    return mapped if len(mapped) == 1 else char


def upper(text: str) -> str:
    """`strings.ToUpper`: character by character, so `ß` stays."""
    if text.isascii():
        return text.upper()
    return "".join(_single(char.upper(), _single(char.title(), char)) for char in text)


def lower(text: str) -> str:
    """`strings.ToLower`: character by character, with no final sigma."""
    if text.isascii():
        return text.lower()
    return "".join("i" if char == "İ" else _single(char.lower(), char) for char in text)


def title(text: str) -> str:
    """`strings.Title`: the first letter of every word in title case, the rest as it is."""
    out: list[str] = []
    starts = True
    for char in text:
        out.append(_single(char.title(), char) if starts else char)
        starts = _separates(char)
    return "".join(out)


def _separates(char: str) -> bool:
    if char.isalnum() or char == "_":
        return unicodedata.category(char)[0] == "N" and unicodedata.category(char) != "Nd"
    return char < "\x80" or char.isspace()


def _matches(pattern: str, text: str) -> Value:
    return _compiled(pattern).test(text)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re2.Regex:
    try:
        return re2.compile(pattern)
    except LanguageError as error:
        raise GoError(error.message) from None


def _replace_all(pattern: str, replacement: str, text: str) -> Value:
    try:
        regex = _compiled(pattern)
    except GoError as error:
        shown = f"`{pattern}`" if "`" not in pattern and pattern.isprintable() else quote(pattern)
        raise GoError(f"regexp: Compile({shown}): {error}") from None
    out: list[str] = []
    at = 0
    for match in regex.finditer(text):
        out.append(text[at : match.start()])
        out.append(expand(replacement, match))
        at = match.end()
    out.append(text[at:])
    return "".join(out)


def expand(template: str, match: re2.Match) -> str:
    """`Regexp.Expand`: `$1`, `$name` (as long as possible), `${name}`, `$$`; unknown groups are empty."""
    out: list[str] = []
    at = 0
    while (dollar := template.find("$", at)) >= 0:
        out.append(template[at:dollar])
        at = dollar + 1
        if template[at : at + 1] == "$":
            out.append("$")
            at += 1
            continue
        name, end = _group_name(template, at)
        if not name:
            out.append("$")
            continue
        at = end
        out.append(_group(match, name))
    out.append(template[at:])
    return "".join(out)


def _group_name(template: str, at: int) -> tuple[str, int]:
    braced = template[at : at + 1] == "{"
    start = at + braced
    end = start
    while end < len(template) and (template[end] == "_" or _is_word(template[end])):
        end += 1
    if braced and template[end : end + 1] != "}":
        return "", at
    return template[start:end], end + braced


def _is_word(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] == "L" or category == "Nd"


def _group(match: re2.Match, name: str) -> str:
    if name.isascii() and name.isdigit() and (name == "0" or name[0] != "0"):
        number = int(name) if len(name) < 9 else -1
        return (match.group(number) or "") if 0 <= number <= len(match.groups()) else ""
    return match.groupdict().get(name) or ""


SHARED: dict[str, Function] = {
    "toUpper": Function(("string",), upper),
    "toLower": Function(("string",), lower),
    "match": Function(("string", "string"), _matches),
    "reReplaceAll": Function(("string", "string", "string"), _replace_all),
    "safeHtml": Function(("string",), Html),
}
