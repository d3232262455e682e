"""What a PromQL query would return: its labels from the flow of the expression, its size from what it computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from obs.draw.sample.likely import RARE
from obs.draw.sample.series import label_sets
from obs.lang import promql
from obs.lang.error import LanguageError
from obs.lang.promql.flow import flow
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    NumberLiteral,
    VectorSelector,
    strip_parens,
    walk,
)
from obs.record import dataclass

_PER_SECOND = frozenset({"rate", "irate", "deriv"})
_OVER_TIME = frozenset({"increase", "count_over_time", "delta", "changes", "resets"})
_OBJECTS = ("ALERTS", "kube_", "argocd_app_info", "rollout_", "eureka_")
"""Begins the names of metrics that count pods, alerts and their like: a handful each."""
_CONSTANTS = frozenset({"up", "ALERTS", "probe_success"})


@dataclass(frozen=True, slots=True)
class Shape:
    """`labels` are the series; `size` is what a typical value is, in the query's own unit.

    `cumulative` is for buckets, `flat` for values that hardly move, `steady` for those that move a little, `whole` for
    counts, `ratio` for shares, `failing` for shares of failures, and `rare` for what hardly happens. `rank` is how
    much larger than its panel's usual values it is: a p99 is beyond the p50.
    """

    labels: tuple[Mapping[str, str], ...] = ({},)
    size: float = 40.0
    flat: bool = False
    steady: bool = False
    whole: bool = False
    ratio: bool = False
    failing: bool = False
    rare: bool = False
    rank: float = 1.0
    least: float = 0.0
    """What is added to every value: requests sent for each one that was asked for are 1 without retries."""
    cumulative: bool = False
    values: tuple[float, ...] | None = None
    metric: str = ""
    source: str = ""
    """What is measured, whatever is calculated of it: the same source has the same curves before and after an edit."""


def shape(text: str, most: int, chosen: Mapping[str, Sequence[str]], named: Sequence[str] = ()) -> Shape:
    """The shape of a query; of one that cannot be read, one series without labels.

    `named` are labels that the panel reads: those of a metric that no catalogue knows, such as a recorded one.
    """
    try:
        tree = promql.check(text, grafana=True, version=(3, 9)).tree
    except LanguageError:
        return Shape()
    live = flow(tree).live
    selectors = [node for node in walk(tree) if isinstance(node, VectorSelector)]
    branch = next((one for one in live if one.value is None), live[0] if live else None)
    found = (
        label_sets(branch, selectors, min(most, _top(tree) or most), chosen, named)
        if branch is not None
        else [{}]
    )
    metric = selectors[0].name or "" if selectors else ""
    constant = branch.value if branch is not None else None
    return Shape(
        tuple(found),
        size=_size(tree, metric),
        flat=_is_flat(metric),
        steady=isinstance(strip_parens(tree), Aggregate) and not _functions(tree),
        whole=_is_whole(tree) and not _is_ratio(tree),
        ratio=_is_ratio(tree),
        failing=_is_ratio(tree) and any(word in text for word in ("5..", "error", "fail", "SERVER_ERROR")),
        rare=not _is_ratio(tree) and bool(RARE.search(text)),
        rank=_rank(tree, metric),
        least=1.0 if _is_ratio(tree) and "_actual_" in metric else 0.0,
        cumulative="le" in (found[0] if found else {}),
        values=_values(tree, metric) if constant is None else (constant,),
        metric=metric if branch is not None and branch.named else "",
        source=" ".join(sorted({node.name or "" for node in selectors})),
    )


def _top(tree: Expr) -> int | None:
    node = strip_parens(tree)
    if isinstance(node, Aggregate) and node.op in ("topk", "bottomk", "limitk"):
        parameter = node.parameter
        return (
            int(parameter.value)
            if isinstance(parameter, NumberLiteral) and 0 < parameter.value < 100
            else None
        )
    if isinstance(node, Call) and node.function in ("sort", "sort_desc") and node.args:
        return _top(node.args[0])
    return None


def _functions(tree: Expr) -> set[str]:
    return {node.function for node in walk(tree) if isinstance(node, Call)}


def _is_ratio(tree: Expr) -> bool:
    node = strip_parens(tree)
    if isinstance(node, Binary) and node.op == "/":
        return not isinstance(strip_parens(node.right), NumberLiteral)
    if isinstance(node, Binary) and node.op in ("-", "or") and not isinstance(node.left, NumberLiteral):
        return _is_ratio(node.left)
    if isinstance(node, Binary) and node.op == "-":
        return True
    return (
        isinstance(node, Aggregate)
        and node.op in ("avg", "min", "max", "topk", "bottomk")
        and _is_ratio(node.expr)
    )


def _size(tree: Expr, metric: str) -> float:
    """A typical value, in the query's own unit."""
    if _is_ratio(tree):
        node = strip_parens(tree)
        if "_actual_" in metric:
            return 0.06
        averages = isinstance(node, Binary) and node.op == "/" and "_sum" in str(_first_metric(node.left))
        return 0.18 if averages and "seconds" in metric else 0.35
    calls = _functions(tree)
    if "histogram_quantile" in calls:
        return 0.24 if "milliseconds" not in metric and "_ms" not in metric else 240.0
    if metric.endswith("_bytes") or "_bytes_" in metric:
        return 2.4e5 if calls & _PER_SECOND else 3.2e8
    if metric.endswith(("_seconds", "_seconds_total")) and calls & _PER_SECOND:
        return 0.35
    if "timestamp" in metric or metric.endswith("_time_seconds"):
        return 86400.0 if "time" in calls else 1.7676e9
    if metric.endswith(("_series", "_streams")):
        return 4.2e4
    if metric.startswith(_OBJECTS) and not calls & (_PER_SECOND | _OVER_TIME):
        return 3.4
    return 12.0 if calls & _PER_SECOND else 140.0 if calls & _OVER_TIME else 24.0


def _first_metric(tree: Expr) -> str:
    return next((node.name or "" for node in walk(tree) if isinstance(node, VectorSelector)), "")


def _is_flat(metric: str) -> bool:
    return metric in _CONSTANTS or metric.endswith(("_info", "_max", "_limit", "_size_bytes", "_max_bytes"))


def _rank(tree: Expr, metric: str) -> float:
    for node in walk(tree):
        if isinstance(node, Call) and node.function == "histogram_quantile":
            rank = node.args[0]
            if isinstance(rank, NumberLiteral):
                return 0.4 if rank.value <= 0.5 else 1.5 if rank.value > 0.95 else 1.0
    return 2.4 if "_max" in metric else 1.0


def _is_whole(tree: Expr) -> bool:
    node = strip_parens(tree)
    if isinstance(node, Binary) and node.op == "or":
        return _is_whole(node.left)
    if isinstance(node, Aggregate) and node.op in ("count", "group", "count_values"):
        return True
    return bool(_functions(tree) & {"increase", "changes", "resets"}) or not _functions(tree)


def _values(tree: Expr, metric: str) -> tuple[float, ...] | None:
    node = strip_parens(tree)
    if isinstance(node, Binary) and node.op == "==" and isinstance(node.right, NumberLiteral):
        return (0.0, 1.0) if node.returns_bool else (node.right.value,)
    inner = (
        strip_parens(node.expr)
        if isinstance(node, Aggregate) and node.op in ("min", "max", "group")
        else node
    )
    if inner is not node and isinstance(inner, Binary):
        return _values(inner, metric)
    if isinstance(inner, VectorSelector) and (metric in _CONSTANTS or metric.endswith(("_info", "_up"))):
        return (1.0,)
    if isinstance(node, Binary) and node.returns_bool:
        return (0.0, 1.0)
    return None
