"""Plausible label sets of the series that an expression returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from obs.draw.sample import labels as names
from obs.lang.promql.labels import Branch
from obs.lang.promql.syntax import VectorSelector


def label_sets(
    branch: Branch,
    selectors: Sequence[VectorSelector],
    most: int,
    chosen: Mapping[str, Sequence[str]],
    named: Sequence[str] = (),
) -> list[dict[str, str]]:
    """Plausible label sets of a branch's series."""
    wanted = [name for name in (*branch.guaranteed, *branch.possible) if not name.startswith("__")]
    if branch.open:
        wanted += [
            name
            for name in _usual(selectors, named)
            if name not in wanted and branch.state(name) != "excluded"
        ]
    by_name = {
        name: names.values(name, _matchers(name, selectors), _known(name, selectors), chosen)
        for name in wanted
    }
    owners = [value for op, value in _matchers("namespace", selectors) if op == "=" and "$" not in value]
    if owners and "namespace" not in wanted and "pod" in by_name and not _matchers("pod", selectors):
        by_name["pod"] = tuple(
            names.pod(owner, number) for owner in dict.fromkeys(owners) for number in range(2)
        )
    if "le" in by_name:
        rest = names.combinations([name for name in wanted if name != "le"], by_name, 1)
        return [{**(rest[0] if rest else {}), "le": bound} for bound in by_name["le"]]
    return names.combinations(wanted, by_name, most) or [{}]


def _usual(selectors: Sequence[VectorSelector], named: Sequence[str]) -> Iterator[str]:
    """The labels that the catalogue gives the first metric it knows; of others what is named, else the instance."""
    from obs.catalogue.library import default

    for selector in selectors:
        found = default().metric(selector.name) if selector.name else ()
        if found:
            yield from found[0].own_labels
            yield from (name for name in ("instance", "pod", "namespace") if name in found[0].labels().names)
            return
    yield from named or ("instance",)


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
