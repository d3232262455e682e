"""A metric as a query names it: its full name, and selectors over it."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from obs.model.definition import definition
from obs.origin import Origin, here

MetricType = Literal["counter", "gauge", "histogram", "summary", "unknown"]


def selector(name: str, matchers: dict[str, str]) -> str:
    """`name{a="b",...}` with values escaped; a value may bring its own operator (`=~`, `!~`, `!=`) in front."""
    parts = []
    for label, value in matchers.items():
        operator = next((sign for sign in ("=~", "!~", "!=") if value.startswith(sign)), "=")
        bare = value[len(operator) :] if operator != "=" or value.startswith("=") else value
        escaped = bare.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        parts.append(f'{label.removesuffix("_")}{operator}"{escaped}"')
    return f"{name}{{{', '.join(parts)}}}" if parts else name


@definition
class Metric:
    """A metric that some target exposes. In an f-string it is its name; called, it is a selector.

    `cpu(mode="idle", cpu="!=0")` gives `node_cpu_seconds_total{mode="idle", cpu!="0"}`.
    """

    name: str
    type: MetricType = field(default="unknown", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def __str__(self) -> str:
        return self.name

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __call__(self, **matchers: str) -> str:
        return selector(str(self), matchers)
