"""Settings of the wrong name or type, refused at the author's line instead of deep inside, or never."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from obs.diagnostic import DefinitionError
from obs.origin import Origin

Kinds = type | tuple[type, ...]

NUMBER = (int, float)
LIST = (list, tuple)

_WORDS: dict[Kinds, str] = {
    str: "a text",
    bool: "True or False",
    int: "a whole number",
    NUMBER: "a number",
    LIST: "a list",
}


def check_names(what: str, given: Collection[str], known: Collection[str], origin: Origin | None) -> None:
    """Raises DefinitionError for a name that nobody would read."""
    for name in given:
        if name not in known:
            from difflib import get_close_matches

            close = get_close_matches(name, known, n=1)
            raise DefinitionError(
                f"{what} has no setting {name!r}",
                check="unknown-setting",
                at=origin,
                fix=f"{close[0]}=" if close else f"one of: {', '.join(sorted(known))}",
            )


def check_types(
    what: str, given: Mapping[str, object], expected: Mapping[str, Kinds], origin: Origin | None
) -> None:
    """Raises DefinitionError for a value of another type; True and False are no numbers."""
    for name, value in given.items():
        kinds = expected.get(name)
        if kinds is None or (isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool))):
            continue
        shown = repr(value)
        raise DefinitionError(
            f"{name} of {what} must be {_words(kinds)}, not {type(value).__name__} {shown[:60]}",
            check="wrong-type",
            at=origin,
        )


def check_items(what: str, items: Collection[object], kind: type, origin: Origin | None) -> None:
    """Raises DefinitionError unless every item is of that type."""
    for item in items:
        if not isinstance(item, kind):
            raise DefinitionError(
                f"{what} holds {type(item).__name__} {repr(item)[:60]}, not only {kind.__name__} objects",
                check="wrong-type",
                at=origin,
            )


def _words(kinds: Kinds) -> str:
    if kinds in _WORDS:
        return _WORDS[kinds]
    each = kinds if isinstance(kinds, tuple) else (kinds,)
    return " or ".join(_WORDS.get(kind, kind.__name__) for kind in each)
