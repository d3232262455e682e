"""Which labels an expression's result has, by the semantics of Prometheus's engine."""

from __future__ import annotations

import pytest

from obs.lang.promql import check
from obs.lang.promql.flow import LabelSet, flow


def _flow(expr: str, **options: object):
    return flow(check(expr, **options).tree)  # type: ignore[arg-type]


def _shape(branch) -> tuple[str, str, str, bool]:
    return (" ".join(branch.guaranteed), " ".join(branch.possible), " ".join(branch.excluded), branch.open)


@pytest.mark.parametrize(
    ("expr", "guaranteed", "possible", "excluded", "open_"),
    [
        # selectors
        ("up", "", "", "", True),
        ('up{job="a"}', "job", "", "", True),
        ('up{job=""}', "", "", "job", True),
        ('up{job!=""}', "job", "", "", True),
        ('up{job!="a"}', "", "job", "", True),
        ('up{job=~".+"}', "job", "", "", True),
        ('up{job=~".*"}', "", "job", "", True),
        ('up{job=~"a|b"}', "job", "", "", True),
        ('up{job=~"a|"}', "", "job", "", True),
        ('up{job=~""}', "", "", "job", True),
        ('up{job!~"a"}', "", "job", "", True),
        ('up{job!~".*x|"}', "job", "", "", True),
        ('up{job!~".+"}', "", "", "job", True),
        ('up{job=~".*",job!=""}', "job", "", "", True),
        ('{"up",job="a"}', "job", "", "", True),
        # what keeps labels
        ('rate(x{a="1"}[5m])', "a", "", "", True),
        ('max_over_time(rate(x{a="1"}[5m])[1h:])', "a", "", "", True),
        ('-x{a="1"} * 2 > bool 3', "a", "", "", True),
        ('topk by (b) (5, x{a="1"})', "a", "", "", True),
        ('sort_desc(round(x{a="1"}, 0.1))', "a", "", "", True),
        # aggregation
        ('sum(x{a="1"})', "", "", "a", False),
        ('sum by (a, b) (x{a="1"})', "a", "b", "", False),
        ('sum by (b) (x{a="1"})', "", "b", "a", False),
        ('sum without (a) (x{a="1",b="2"})', "b", "", "a", True),
        ('count_values("v", x)', "v", "", "", False),
        ('count_values by (a) ("v", x{a="1"})', "a v", "", "", False),
        ('count_values without (v) ("v", x)', "v", "", "", True),
        ('sum by (a) (sum by (b) (x))', "", "", "a b", False),
        # no labels at all
        ("vector(1)", "", "", "", False),
        ("time()", "", "", "", False),
        ("hour()", "", "", "", False),
        ("1 + 2", "", "", "", False),
        ("scalar(x{a='1'})", "", "", "", False),
        # absent
        ('absent(up{job="a",x=~"b",y!="c"})', "job", "", "x y", False),
        ('absent((up{job="a"}))', "job", "", "", False),
        ('absent(up{job="a",job="b"})', "", "", "job", False),
        ('absent(up{job!="x",job="b"})', "job", "", "", False),
        ('absent_over_time(up{job="a"}[5m])', "job", "", "", False),
        ('absent(sum(up{job="a"}))', "", "", "", False),
        ('absent_over_time(up{job="a"}[5m:])', "", "", "", False),
        # label functions
        ('label_replace(x{s="1"}, "d", "$1", "s", "(.*)")', "d s", "", "", True),
        ('label_replace(x, "d", "$1", "s", "(.*)")', "", "d", "", True),
        ('label_replace(x, "d", "pre-$1", "s", "(.*)")', "d", "", "", True),
        ('label_replace(x, "d", "v", "", "")', "d", "", "", True),
        ('label_replace(sum(x), "d", "v", "s", ".+")', "", "", "d", False),
        ('label_replace(sum(x), "d", "v", "s", ".*")', "d", "", "", False),
        ('label_replace(x{d="1"}, "d", "", "s", ".*")', "", "", "d", True),
        ('label_replace(x{d="1"}, "d", "", "s", "a")', "", "d", "", True),
        ('label_replace(x{d="1"}, "d", "v", "s", "a")', "d", "", "", True),
        ('label_join(x, "d", "-", "a", "b")', "d", "", "", True),
        ('label_join(x, "d", "", "a", "b")', "", "d", "", True),
        ('label_join(x{a="1"}, "d", "", "a", "b")', "a d", "", "", True),
        ('label_join(sum(x), "d", "", "a")', "", "", "d", False),
        # histogram_quantile
        ('histogram_quantile(0.9, sum by (le, uri) (rate(x_bucket{uri!=""}[5m])))', "uri", "", "le", False),
        # joins
        ('a{x="1"} / b{y="2"}', "x y", "", "", True),
        ('a{x="1",y="2"} / on (x) b', "x", "", "y", False),
        ('a / on (x) b{x="1"}', "x", "", "", False),
        ('a{x="1"} / ignoring (x) b', "", "", "x", True),
        ("a / sum by (x) (b)", "", "x", "", False),
        ('a{z="1"} * on (x) group_left (y) b{y="2",x!=""}', "x y z", "", "", True),
        ("a * on (x) group_left (y) sum by (x) (b)", "", "x", "y", True),
        ("sum by (x) (a) * on (x) group_right (y) b{z='1'}", "z", "x", "y", True),
        ('a * ignoring (c) group_left () sum without (c) (b{x="1"})', "x", "", "", True),
        ("a * ignoring (c) group_left () sum by (x) (b)", "", "c x", "", False),
        ('a{x="1"} and on (y) b{y="2"}', "x y", "", "", True),
        ('a{x="1"} unless on (y) b{y="2"}', "x", "", "", True),
        ('a{x="1"} > on () group_left () sum(b)', "x", "", "", True),
        ("1 - a{x='1'}", "x", "", "", True),
    ],
)  # fmt: skip
def test_labels(expr, guaranteed, possible, excluded, open_):
    (branch,) = _flow(expr).branches
    assert _shape(branch) == (guaranteed, possible, excluded, open_)
    assert branch.dead is None


def test_one_branch_for_each_side_of_an_or():
    found = _flow('sum by (a) (x{a="1"}) or absent(y{b="2"}) or vector(0)')
    assert [(b.metric, _shape(b)) for b in found.branches] == [
        ("x", ("a", "", "", False)),
        ("y", ("b", "", "", False)),
        (None, ("", "", "", False)),
    ]
    assert found.state("a") == "possible"
    assert found.state("zzz") == "excluded"
    assert [b.metric for b in found.without("a")] == ["y", None]


@pytest.mark.parametrize(
    ("expr", "why"),
    [
        (
            'foo{job="a"} and sum(foo)',
            "the right side never has job, the left side always does: sum removes all labels",
        ),
        (
            "foo / on (instance) sum(bar)",
            "the right side never has instance, which on (instance) matches: sum removes all labels",
        ),
        ("sum(foo) * on (x) group_right () bar", "the left side never has x"),
        ('a{x="1"} * on (x) b{x="2"}', 'x is "1" on the left side and "2" on the right side'),
        ('a{x="1",x="2"}', 'x="2" and x="1" cannot both hold'),
        ('a{x="1",x!~"1|2"}', "cannot both hold"),
        ('a{x="",x=~".+"}', "cannot both hold"),
        ("vector(0) > 0", "0 > 0 is never true"),
        ("absent(x) == 0", "1 == 0 is never true"),
        ("absent(x or vector(0))", "its argument always returns"),
        ("vector(1) or sum(x)", "the left side of `or` always returns"),
        ("x unless on () vector(1)", "removes everything"),
        ("histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m])))", "needs the label le"),
        ('label_replace(x, "~no", "", "y", "")', '"~no" is not a label name'),
        ('label_replace(x, "a", "", "y", "(")', "label_replace() fails: error parsing regexp"),
        ("a * on (x) (b > 1 and on () vector(0) > 1)", "the right side never returns"),
    ],
)
def test_dead_branches(expr, why):
    found = _flow(expr)
    dead = [branch.dead.text for branch in found.branches if branch.dead is not None]
    assert len(dead) == 1
    assert why in dead[0]


@pytest.mark.parametrize(
    "expr",
    [
        "vector(1) or x",  # series of x have labels: they stay
        "sum(foo or vector(0)) > 0",  # the sum has both
        "a / on () sum(b)",
        "a * on (x) group_left () b",
        "sum(a) / sum(b)",
        'a{x="1"} / on (y) b{x="2"}',
        "foo and bar or baz",
        "absent(x) > 0",
        "histogram_quantile(0.9, sum by (job) (rate(x[5m])))",  # may be a native histogram
        'up{a=""} unless sum(up)',
    ],
)
def test_what_lives(expr):
    assert all(branch.dead is None for branch in _flow(expr).branches)


@pytest.mark.parametrize(
    ("expr", "kind", "part"),
    [
        ("group by (cluster) (sum(errors))", "impossible-label", "cluster"),
        ("sum without (x) (sum by (y) (a))", "impossible-label", "x"),
        ("a * on (x) group_left (y) sum by (x) (b)", "impossible-label", "y"),
        ('foo{job="a"} unless sum(foo)', "impossible-join", "unless"),
        ('foo{job="a"} unless on (job) sum(foo)', "impossible-join", "on (job)"),
        ("0 * vector(1) > 2", "dead-branch", "0 * vector(1) > 2"),
        ("absent(vector(1))", "absent-always-empty", "absent(vector(1))"),
    ],
)
def test_problems_have_their_place(expr, kind, part):
    (problem,) = _flow(expr).problems
    assert problem.kind == kind
    assert expr[problem.why.start : problem.why.end] == part


def test_reasons_point_into_the_expression():
    expr = 'sum by (job) (x{job="a"})'
    (branch,) = _flow(expr).branches
    why = branch.why("job")
    assert expr[why.start : why.end] == 'job="a"'
    why = branch.why("pod")
    assert (why.text, expr[why.start : why.end]) == ("sum by (job) keeps only these labels", "job")


def test_a_catalogue_closes_selectors():
    known = {"kube_pod_info": LabelSet(frozenset({"namespace", "pod"}), frozenset({"node"}))}
    tree = check('kube_pod_info{node!=""} * on (pod) group_left () up').tree
    (branch,) = flow(tree, lambda selector: known.get(selector.name)).branches
    assert _shape(branch) == ("namespace node pod", "", "", False)
    tree = check('kube_pod_info{nod="a"}').tree
    (branch,) = flow(tree, lambda selector: known.get(selector.name)).branches
    assert "nod is excluded" in branch.dead.text


def test_grafana_variables_leave_labels_open():
    (branch,) = _flow('sum by ($by, pod) (x{job=~"$job", pod="a"})', grafana=True).branches
    assert _shape(branch) == ("pod", "", "", True)
    assert branch.state("job") == "possible"
    (branch,) = _flow('x{job="$job"}').branches  # in a rule this is the text $job
    assert branch.guaranteed == ("job",)


def test_deep_and_long_expressions():
    deep = "(" * 110 + "x" + ")" * 110
    assert _flow(deep).branches[0].metric == "x"
    chain = " or ".join(f"x{index}" for index in range(3000))
    assert len(_flow(chain).branches) == 3000
    assert len(_flow(" + ".join(["x"] * 5000)).branches) == 1


def test_the_first_label_that_does_not_match_is_the_same_in_every_run() -> None:
    names = [f"label_{letter}" for letter in "qwertzuiopasdfghjklyxcvbnm"]

    def known(selector) -> LabelSet | None:
        return LabelSet(guaranteed=frozenset(names)) if selector.name == "a" else None

    found = flow(check("a unless sum(b)").tree, known)

    assert "never has label_a," in found.problems[0].why.text
