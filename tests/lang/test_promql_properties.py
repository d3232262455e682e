"""Whatever is printed reads back as the same tree, and whatever is read ends in a tree or a LanguageError."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from obs.lang.error import LanguageError
from obs.lang.promql import format
from obs.lang.promql.flow import flow
from obs.lang.promql.functions import AGGREGATIONS, COMPARISONS, PRECEDENCE, SET_OPERATORS
from obs.lang.promql.metric_types import misuses
from obs.lang.promql.parse import parse
from obs.lang.promql.printing import canonical

EXPERIMENTAL = frozenset({"promql-experimental-functions"})

names = st.sampled_from(
    ["up", "x", "job:rate5m", "sum", "by", "offset", "start", "and", "a_total", "b_bucket"]
)
labels = st.sampled_from(["job", "le", "on", "by", "group_left", "instance", "a", "offset"])
strings = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffd"), max_size=6).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
)
matchers = st.one_of(
    st.tuples(labels, st.sampled_from(["=", "!="]), strings),
    st.tuples(
        labels, st.sampled_from(["=~", "!~"]), st.sampled_from(['"a|b"', '".*"', '".+"', '"x[0-9]+"', '""'])
    ),
).map("".join)
durations = st.sampled_from(["5m", "1h30m", "1w", "500ms", "90s", "300", "1y"])
modifiers = st.sampled_from(
    ["", "", "", " offset 5m", " offset -1h30m", " @ 100.5", " @ end()", " @ start() offset 1d"]
)
label_lists = st.lists(labels, max_size=3).map(lambda found: "(" + ", ".join(found) + ")")
selectors = st.tuples(names, st.lists(matchers, max_size=3)).map(lambda p: f"{p[0]}{{{','.join(p[1])}}}")
ranges = st.tuples(selectors, durations, modifiers).map(lambda p: f"{p[0]}[{p[1]}]{p[2]}")
numbers = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**20), 10**20).map(str),
    st.sampled_from(["Inf", "NaN", "0x1F", "1_000", "5m", "010", ".5", "1."]),
)


def _operation(parts: tuple[str, str, str, str]) -> str:
    """An operand may end in a number, or start with one, which `on` and `ignoring` beside it would be told of."""
    left, op, matching, right = parts
    return f"({left}) {op}{matching} ({right})" if matching else f"{left} {op} {right}"


def _vectors(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    plain = sorted(name for name, found in AGGREGATIONS.items() if found.parameter is None)
    operators = sorted(op for op in PRECEDENCE if op not in SET_OPERATORS)
    matching = st.one_of(
        st.just(""),
        st.tuples(st.sampled_from([" on ", " ignoring "]), label_lists).map("".join),
    )
    return st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or", "unless"]), matching, inner).map(_operation),
        st.tuples(inner, st.sampled_from(operators), matching, inner).map(_operation),
        st.tuples(inner, st.sampled_from(sorted(COMPARISONS)), numbers).map(
            lambda p: f"{p[0]} {p[1]} bool {p[2]}"
        ),
        st.tuples(numbers, st.sampled_from(operators), inner).map(lambda p: f"{p[0]} {p[1]} {p[2]}"),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
        inner.map(lambda text: f"abs({text})"),
        st.tuples(st.sampled_from(plain), label_lists, st.sampled_from(["by", "without"]), inner).map(
            lambda p: f"{p[0]} {p[2]} {p[1]} ({p[3]})"
        ),
        st.tuples(label_lists, numbers, inner).map(lambda p: f"topk by {p[0]} ({p[1]}, {p[2]})"),
        st.tuples(inner, durations, modifiers).map(lambda p: f"max_over_time(({p[0]})[{p[1]}:]{p[2]})"),
        st.tuples(inner, strings, strings).map(lambda p: f'label_replace({p[0]}, "a", {p[1]}, "b", {p[2]})'),
        inner.map(lambda text: f'label_join({text}, "c", "-", "a", "b")'),
        inner.map(lambda text: f"absent({text})"),
        inner.map(lambda text: f"histogram_quantile(0.9, {text})"),
        inner.map(lambda text: f'count_values("v", {text})'),
        st.tuples(inner, labels, labels, inner).map(
            lambda p: f"({p[0]}) * ignoring({p[1]}) group_left({p[2]}) ({p[3]})"
        ),
    )


expressions = st.recursive(
    st.one_of(
        st.tuples(selectors, modifiers).map("".join),
        ranges.map(lambda text: f"rate({text})"),
        st.just("vector(1)"),
    ),
    _vectors,
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(expressions)
@example("Inf ^ 2 + x")
@example("a * ignoring() group_left b")
@example('sum by ("inf", "without") (x)')
def test_print_then_parse_is_the_identity(text):
    tree = parse(text)
    assert parse(canonical(tree)) == tree
    assert canonical(parse(canonical(tree))) == canonical(tree)


@settings(max_examples=100, deadline=None)
@given(expressions, st.sampled_from([20, 60, 100]))
def test_formatting_is_idempotent_and_keeps_the_meaning(text, width):
    formatted = format(text, width=width)
    assert parse(formatted) == parse(text)
    assert format(formatted, width=width) == formatted


@settings(max_examples=100, deadline=None)
@given(expressions)
def test_spans_lie_in_the_text_and_flow_ends(text):
    from obs.lang.promql.syntax import VectorSelector, walk

    tree = parse(text)
    for node in walk(tree):
        assert 0 <= node.start < node.end <= len(text)
        if isinstance(node, VectorSelector):
            assert text[node.start : node.end].startswith(node.name or "{")
    found = flow(tree)
    assert found.branches
    for branch in found.branches:
        assert not set(branch.guaranteed) & set(branch.excluded)
    list(misuses(tree, lambda metric: "counter" if metric.endswith("_total") else "gauge"))


pieces = st.sampled_from(
    ["(", ")", "{", "}", "[", "]", "sum", "by", "on", "x", "1", "5m", '"a"', "'", "`", "$x", "${y:csv}", "[[z]]", "#",
     "\n", " ", "=~", "!~", "==", ",", ":", "@", "offset", "-", "^", "\\", "0x", "1e", "Inf", "é", "\ud800", "_", "."]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(st.text(max_size=40), st.lists(pieces, max_size=25).map("".join)),
    st.booleans(),
    st.sampled_from([(2, 42), (2, 55), (3, 16)]),
)
@example("1[\n#a\n5m]", False, (2, 55))
def test_any_text_ends_in_a_tree_or_a_language_error(text, grafana, version):
    try:
        tree = parse(text, grafana=grafana, version=version, features=EXPERIMENTAL)
    except LanguageError as error:
        refused = error
    else:
        flow(tree)
        again = parse(canonical(tree), grafana=grafana, version=version, features=EXPERIMENTAL)
        assert again == tree
        return
    assert 0 <= refused.start <= refused.end <= len(text) + 1
