"""What a PromQL query would return: its labels from the flow of the expression, its size from what it computes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from obs.draw.sample import labels as names
from obs.lang import promql
from obs.lang.error import LanguageError
from obs.lang.promql.flow import flow
from obs.lang.promql.labels import Branch
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
_CONSTANTS = frozenset({"up", "ALERTS", "probe_success"})


@dataclass(frozen=True, slots=True)
class Shape:
    """`labels` are the series; `size` is what a typical value is, in the query's own unit.

    `cumulative` is for buckets, `flat` for values that hardly move, `whole` for counts, `ratio` for shares and
    `failing` for shares of failures.
    """

    labels: tuple[Mapping[str, str], ...] = ({},)
    size: float = 40.0
    flat: bool = False
    whole: bool = False
    ratio: bool = False
    failing: bool = False
    cumulative: bool = False
    values: tuple[float, ...] | None = None
    metric: str = ""
    source: str = ""
    """What is measured, whatever is calculated of it: the same source has the same curves before and after an edit."""


def shape(text: str, most: int, chosen: Mapping[str, Sequence[str]]) -> Shape:
    """The shape of a query; of one that cannot be read, one series without labels."""
    try:
        tree = promql.check(text, grafana=True, version=(3, 9)).tree
    except LanguageError:
        return Shape()
    live = flow(tree).live
    selectors = [node for node in walk(tree) if isinstance(node, VectorSelector)]
    branch = next((one for one in live if one.value is None), live[0] if live else None)
    found = (
        label_sets(branch, selectors, min(most, _top(tree) or most), chosen) if branch is not None else [{}]
    )
    metric = selectors[0].name or "" if selectors else ""
    constant = branch.value if branch is not None else None
    return Shape(
        tuple(found),
        size=_size(tree, metric),
        flat=_is_flat(tree, metric),
        whole=_is_whole(tree),
        ratio=_is_ratio(tree),
        failing=_is_ratio(tree) and any(word in text for word in ("5..", "error", "fail", "SERVER_ERROR")),
        cumulative="le" in (found[0] if found else {}),
        values=_values(tree, metric) if constant is None else (constant,),
        metric=metric if branch is not None and branch.named else "",
        source=" ".join(sorted({node.name or "" for node in selectors})),
    )


def label_sets(
    branch: Branch, selectors: Sequence[VectorSelector], most: int, chosen: Mapping[str, Sequence[str]]
) -> list[dict[str, str]]:
    """Plausible label sets of a branch's series."""
    wanted = [name for name in (*branch.guaranteed, *branch.possible) if not name.startswith("__")]
    if branch.open:
        wanted += [
            name for name in _usual(selectors) if name not in wanted and branch.state(name) != "excluded"
        ]
    by_name = {
        name: names.values(name, _matchers(name, selectors), _known(name, selectors), chosen)
        for name in wanted
    }
    if "le" in by_name:
        rest = names.combinations([name for name in wanted if name != "le"], by_name, 1)
        return [{**(rest[0] if rest else {}), "le": bound} for bound in by_name["le"]]
    return names.combinations(wanted, by_name, most) or [{}]


def _usual(selectors: Sequence[VectorSelector]) -> Iterator[str]:
    """The labels that the catalogue gives the first metric it knows; of others the instance."""
    from obs.catalogue.library import default

    for selector in selectors:
        found = default().metric(selector.name) if selector.name else ()
        if found:
            yield from found[0].own_labels
            yield from (name for name in ("instance", "pod", "namespace") if name in found[0].labels().names)
            return
    yield "instance"


def _known(label: str, selectors: Sequence[VectorSelector]) -> tuple[str, ...] | None:
    from obs.catalogue.library import default

    for selector in selectors:
        if selector.name:
            for one in default().metric(selector.name):
                found = one.values(label) or one.entry.usual.get(label)
                if found:
                    return tuple(found)
                if label == "le" and one.entry.buckets:
                    return (*(f"{bound:g}" for bound in one.entry.buckets if bound != float("inf")), "+Inf")
    return None


def _matchers(label: str, selectors: Iterable[VectorSelector]) -> list[names.Wanted]:
    return [(one.op, one.value) for selector in selectors for one in selector.matchers if one.label == label]


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
    return 12.0 if calls & _PER_SECOND else 140.0 if calls & _OVER_TIME else 24.0


def _first_metric(tree: Expr) -> str:
    return next((node.name or "" for node in walk(tree) if isinstance(node, VectorSelector)), "")


def _is_flat(tree: Expr, metric: str) -> bool:
    counted = isinstance(strip_parens(tree), Aggregate) and not _functions(tree)
    return counted or metric in _CONSTANTS or metric.endswith(("_info", "_max", "_limit", "_size_bytes"))


def _is_whole(tree: Expr) -> bool:
    node = strip_parens(tree)
    if isinstance(node, Aggregate) and node.op in ("count", "group", "count_values"):
        return True
    return bool(_functions(tree) & {"increase", "changes", "resets"}) or not _functions(tree)


def _values(tree: Expr, metric: str) -> tuple[float, ...] | None:
    node = strip_parens(tree)
    if isinstance(node, VectorSelector) and (metric in _CONSTANTS or metric.endswith("_info")):
        return (1.0,)
    if isinstance(node, Binary) and node.returns_bool:
        return (0.0, 1.0)
    return None
