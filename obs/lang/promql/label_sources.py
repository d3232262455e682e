"""Where labels come from: selectors, absent, label_replace, label_join, constants."""

from __future__ import annotations

import re
from functools import lru_cache

from obs.lang.duration import quote
from obs.lang.error import LanguageError
from obs.lang.promql import regexes
from obs.lang.promql.labels import Branch, Fact, Known, Reason, State, with_fact
from obs.lang.promql.syntax import Call, Expr, Matcher, StringLiteral, VectorSelector, strip_parens

_LABEL_NAME = re.compile("[a-zA-Z_][a-zA-Z0-9_]*")


def metric_name(node: VectorSelector) -> str | None:
    if node.name is not None:
        return node.name
    names = [m.value for m in node.matchers if m.label == "__name__" and m.op == "="]
    return names[0] if len(names) == 1 else None


def selected(node: VectorSelector, known: Known | None) -> Branch:
    labels: dict[str, Fact] = {}
    is_open, closed = True, None
    declared = known(node) if known is not None else None
    if declared is not None:
        text = declared.because or f"{metric_name(node)} is known to have these labels"
        why = Reason(text, node.start, node.end, declared.certain)
        labels = dict.fromkeys(_ordered(declared.possible), Fact("possible", why))
        labels.update(dict.fromkeys(_ordered(declared.guaranteed), Fact("guaranteed", why)))
        is_open, closed = declared.open, None if declared.open else why
    branch = Branch(metric_name(node), labels, is_open, closed, named=True, start=node.start, end=node.end)
    dead = contradiction(node.matchers)
    for matcher in node.matchers:
        if matcher.label == "__name__" or matcher.templated or not matcher.op:
            continue
        state = _demanded(matcher)
        dead = dead or _refused(branch, matcher, state)
        _narrow(branch, labels, matcher, state)
    return branch if dead is None else branch._replace(dead=dead)


@lru_cache(maxsize=1024)
def _ordered(names: frozenset[str]) -> tuple[str, ...]:
    """The same order in every run: the first label that does not match is the one that is told."""
    return tuple(sorted(names))


@lru_cache(maxsize=4096)
def _in_order(names: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


def _refused(branch: Branch, matcher: Matcher, state: State) -> Reason | None:
    """Why the matcher selects nothing of what is known already."""
    before = branch.state(matcher.label)
    if before == "possible" or state in {before, "possible"}:
        return None
    cause = branch.why(matcher.label)
    because = f" ({cause.text})" if cause is not None else ""
    text = f"{_matcher_text(matcher)} selects nothing: {matcher.label} is {before}{because}"
    return Reason(text, matcher.start, matcher.end)


def _narrow(branch: Branch, labels: dict[str, Fact], matcher: Matcher, state: State) -> None:
    """Notes what the matcher adds to `labels`, the dictionary of the branch."""
    if state == "possible" and (matcher.label in labels or not branch.open):
        return
    labels[matcher.label] = Fact(state, Reason(_matcher_text(matcher), matcher.start, matcher.end))


def _matcher_text(matcher: Matcher) -> str:
    return f'{matcher.label}{matcher.op}"{matcher.value}"'


def _demanded(matcher: Matcher) -> State:
    """What a matcher alone says of its label."""
    if matcher.dynamic:
        return "possible"
    accepts_empty, only_empty = _emptiness(matcher)
    if only_empty:
        return "excluded"
    return "possible" if accepts_empty else "guaranteed"


def _emptiness(matcher: Matcher) -> tuple[bool, bool]:
    """Whether the matcher accepts a missing label, and whether it accepts nothing else."""
    value = matcher.value
    if matcher.op == "=":
        return not value, not value
    if matcher.op == "!=":
        return bool(value), False
    matches = regexes.matches_empty(value)
    if matcher.op == "=~":
        return matches, regexes.literals(value) == ("",)
    return not matches, value in {".+", "(.+)"}


def accepts_missing(matcher: Matcher) -> bool:
    """Whether series without the label pass; also where only Grafana knows the value."""
    return matcher.dynamic or _emptiness(matcher)[0]


def contradiction(matchers: tuple[Matcher, ...]) -> Reason | None:
    """Two matchers that no value satisfies, found when one of them is an equality."""
    if len(matchers) < 2:
        return None
    exact = {m.label: m for m in matchers if m.op == "=" and not m.templated and not m.dynamic}
    for matcher in matchers:
        fixed = exact.get(matcher.label)
        if fixed is None or fixed is matcher or not matcher.op or matcher.dynamic:
            continue
        if not _accepts(matcher, fixed.value):
            text = f"{_matcher_text(fixed)} and {_matcher_text(matcher)} cannot both hold"
            return Reason(text, matcher.start, matcher.end)
    return None


def _accepts(matcher: Matcher, value: str) -> bool:
    if matcher.op in {"=", "!="}:
        return (matcher.value == value) == (matcher.op == "=")
    return (regexes.matches(matcher.value, value)) == (matcher.op == "=~")


def absent_labels(selector: VectorSelector, closed: Reason) -> dict[str, Fact]:
    """As the engine does it: the first equality sets a label, any other matcher on it removes it again."""
    labels: dict[str, Fact] = {}
    seen: set[str] = set()
    for matcher in selector.matchers:
        name = matcher.label
        if name == "__name__" or matcher.templated or not matcher.op:
            continue
        if matcher.op == "=" and name not in seen:
            seen.add(name)
            state: State = "guaranteed" if matcher.value else "excluded"
            if matcher.dynamic:
                state = "possible"
            labels[name] = Fact(state, Reason(_matcher_text(matcher), matcher.start, matcher.end))
        else:
            labels[name] = Fact("excluded", closed)
    return labels


def constant(node: Expr, value: float | None, why: str = "a number has no labels") -> Branch:
    closed = Reason(why, node.start, node.end)
    return Branch(None, {}, False, closed, value=value, always=True, start=node.start, end=node.end)


def signed(branch: Branch, sign: str) -> Branch:
    if sign == "+":
        return branch
    return branch._replace(named=False, value=None if branch.value is None else -branch.value)


def _string(node: Expr) -> str | None:
    inner = strip_parens(node)
    return inner.value if isinstance(inner, StringLiteral) else None


def refusal(node: Call) -> Reason | None:
    """Why label_replace or label_join fails whenever it is evaluated; promtool does not look."""
    target = _string(node.args[1])
    if target is not None and not _LABEL_NAME.fullmatch(target):
        span = (node.args[1].start, node.args[1].end)
        return Reason(f"{node.function}() fails: {quote(target)} is not a label name", *span)
    pattern = _string(node.args[4]) if node.function == "label_replace" else None
    if pattern is None:
        return None
    try:
        regexes.check(pattern, (1, 23))
    except LanguageError as error:
        return Reason(f"label_replace() fails: {error.message}", node.args[4].start, node.args[4].end)
    return None


_ANYTHING = frozenset({".*", "(.*)", "^.*$", "^(.*)$"})
_ANY_TEXT = frozenset({".+", "(.+)", "^.+$", "^(.+)$"})


def label_replace(node: Call, branch: Branch) -> Branch:
    target, template, source, pattern = (_string(arg) for arg in node.args[1:5])
    if target is None or template is None or source is None or pattern is None:
        return branch._replace(open=True, closed=None)
    if target == "__name__":
        return branch._replace(named=True)
    state = _replacement_state(branch, target, template, source, pattern)
    return with_fact(
        branch, target, Fact(state, Reason(f"label_replace sets {target}", node.start, node.end))
    )


def _replacement_state(branch: Branch, target: str, template: str, source: str, pattern: str) -> State:
    """Of the target: replaced where the anchored pattern matches the source, else left as it was."""
    before = branch.state(target)
    given: State = branch.state(source) if source else "excluded"
    accepts_empty = regexes.matches_empty(pattern)
    if given == "excluded" and not accepts_empty:
        return before
    always = given == "excluded" or pattern in _ANYTHING
    always = always or (given == "guaranteed" and pattern in _ANY_TEXT)
    filled = _never_empty(template, pattern, given)
    if always:
        return "possible" if filled is None else "guaranteed" if filled else "excluded"
    if filled is True and before == "guaranteed":
        return "guaranteed"
    return "excluded" if filled is False and before == "excluded" else "possible"


def _never_empty(template: str, pattern: str, source: State) -> bool | None:
    """Whether a replacement has text: True always, False never, None now and then."""
    if not template:
        return False
    rest = re.sub(r"\$(?:\{\w+\}|\w+)", "", template.replace("$$", "x"))
    if rest:
        return True
    whole = re.fullmatch(r"\$(?:\{1\}|1)", template)
    if whole and pattern in _ANYTHING | _ANY_TEXT and "(" in pattern:
        if source == "guaranteed" or pattern in _ANY_TEXT:
            return True
        return False if source == "excluded" else None
    return None


def label_join(node: Call, branch: Branch) -> Branch:
    strings = [_string(arg) for arg in node.args[1:]]
    target = strings[0]
    if target is None or any(text is None for text in strings):
        return branch._replace(open=True, closed=None)
    if target == "__name__":
        return branch._replace(named=True)
    separator, sources = strings[1], [text for text in strings[2:] if text is not None]
    states = {branch.state(source) for source in sources}
    if (separator and len(sources) > 1) or "guaranteed" in states:
        state: State = "guaranteed"
    elif not sources or states == {"excluded"}:
        state = "excluded"
    else:
        state = "possible"
    return with_fact(branch, target, Fact(state, Reason(f"label_join sets {target}", node.start, node.end)))
