"""Prometheus's relabelling, run on one set of labels; steps are plain values as in `metric_relabel_configs`.

Source: Prometheus 2.55, `model/relabel`. Regular expressions match the whole value.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from obs.lang import re2
from obs.record import dataclass

Labels = Mapping[str, str]
ACTIONS = (
    "replace", "keep", "drop", "keepequal", "dropequal", "hashmod", "labelmap", "labeldrop", "labelkeep",
    "lowercase", "uppercase",
)  # fmt: skip
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Step:
    """One step, defaults filled in."""

    action: str = "replace"
    source_labels: tuple[str, ...] = ()
    separator: str = ";"
    regex: str = "(.*)"
    target_label: str = ""
    replacement: str = "$1"
    modulus: int = 0


def read(raw: Mapping[str, object]) -> Step:
    """A step from its YAML, keys as in Prometheus or as in a ServiceMonitor (`sourceLabels`)."""

    def given(name: str, other: str, default: str) -> str:
        value = raw.get(name, raw.get(other))
        return default if value is None else str(value)

    sources = raw.get("source_labels", raw.get("sourceLabels")) or ()
    modulus = raw.get("modulus")
    return Step(
        given("action", "action", "replace").lower(),
        tuple(map(str, sources)) if isinstance(sources, Sequence) else (),
        given("separator", "separator", ";"),
        given("regex", "regex", "(.*)"),
        given("target_label", "targetLabel", ""),
        given("replacement", "replacement", "$1"),
        modulus if isinstance(modulus, int) else 0,
    )


@lru_cache(maxsize=512)
def _regex(pattern: str) -> re2.Regex:
    return re2.compile(f"^(?:{pattern})$")


def relabel(labels: Labels, steps: Iterable[Step]) -> dict[str, str] | None:
    """The labels after the steps, None when a step drops the series."""
    out = dict(labels)
    for step in steps:
        if not _RUN[step.action](step, out):
            return None
    return {name: value for name, value in out.items() if value}


def dropped_by(labels: Labels, steps: Sequence[Step]) -> Step | None:
    """The step that drops a series, None when it is kept."""
    out = dict(labels)
    return next((step for step in steps if not _RUN[step.action](step, out)), None)


def _joined(step: Step, labels: Labels) -> str:
    return step.separator.join(labels.get(name, "") for name in step.source_labels)


def _replace(step: Step, labels: dict[str, str]) -> bool:
    found = _regex(step.regex).fullmatch(_joined(step, labels))
    if found is None:
        return True
    target = found.expand(step.target_label)
    if not _LABEL.match(target):
        return True
    labels[target] = found.expand(step.replacement)
    if not labels[target]:
        del labels[target]
    return True


def _keep(step: Step, labels: dict[str, str]) -> bool:
    return _regex(step.regex).fullmatch(_joined(step, labels)) is not None


def _hashmod(step: Step, labels: dict[str, str]) -> bool:
    digest = hashlib.md5(_joined(step, labels).encode(), usedforsecurity=False).digest()
    labels[step.target_label] = str(int.from_bytes(digest[8:], "big") % step.modulus)
    return True


def _labelmap(step: Step, labels: dict[str, str]) -> bool:
    for name, value in sorted(labels.items()):
        found = _regex(step.regex).fullmatch(name)
        if found is not None:
            labels[found.expand(step.replacement)] = value
    return True


def _labels_where(keep: bool) -> Callable[[Step, dict[str, str]], bool]:
    def run(step: Step, labels: dict[str, str]) -> bool:
        for name in list(labels):
            if (_regex(step.regex).fullmatch(name) is not None) != keep:
                del labels[name]
        return True

    return run


def _case(change: Callable[[str], str]) -> Callable[[Step, dict[str, str]], bool]:
    def run(step: Step, labels: dict[str, str]) -> bool:
        labels[step.target_label] = change(_joined(step, labels))
        return True

    return run


_RUN: Mapping[str, Callable[[Step, dict[str, str]], bool]] = {
    "replace": _replace,
    "keep": _keep,
    "drop": lambda step, labels: not _keep(step, labels),
    "keepequal": lambda step, labels: _joined(step, labels) == labels.get(step.target_label, ""),
    "dropequal": lambda step, labels: _joined(step, labels) != labels.get(step.target_label, ""),
    "hashmod": _hashmod,
    "labelmap": _labelmap,
    "labeldrop": _labels_where(keep=False),
    "labelkeep": _labels_where(keep=True),
    "lowercase": _case(str.lower),
    "uppercase": _case(str.upper),
}
