"""limit: a token bucket for all lines, or one for each value of a label.

Without `drop` the real stage makes lines wait; here they pass at once and the bucket goes into debt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.stage import Context, Stage

_REASON = "ratelimit_drop_stage"
_LEAST_DISTINCT_LABELS = 10_000


@dataclass(slots=True)
class _Bucket:
    rate: float
    burst: int
    tokens: float
    last: int | None = None

    def refill(self, now: int) -> None:
        if self.last is not None:
            self.tokens = min(float(self.burst), self.tokens + max(0, now - self.last) / 1e9 * self.rate)
        self.last = now

    def allow(self, now: int) -> bool:
        self.refill(now)
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Limit(Stage):
    kind = "limit"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(
            raw,
            {
                "rate": "float64",
                "burst": "int",
                "drop": "bool",
                "by_label_name": "string",
                "max_distinct_labels": "int",
            },
            weak=True,
        )
        self.rate, self.burst = float(str(options["rate"])), int(str(options["burst"]))
        self.drops, self.label = bool(options["drop"]), str(options["by_label_name"])
        if self.rate <= 0 or self.burst <= 0:
            raise ConfigError("limit stage failed to parse rate or burst")
        if self.label and not self.drops:
            raise ConfigError("When ratelimiting by label, drop must be true")
        self.most_values = max(int(str(options["max_distinct_labels"])), _LEAST_DISTINCT_LABELS)
        self.bucket = self.new_bucket()
        self.young: dict[str, _Bucket] = {}
        self.old: dict[str, _Bucket] = {}

    def new_bucket(self) -> _Bucket:
        return _Bucket(self.rate, self.burst, float(self.burst))

    def run(self, entry: Entry) -> Sequence[Entry]:
        now = self.context.clock.now()
        if self.label:
            value = entry.labels.get(self.label)
            if value is None or self.bucket_of(value).allow(now):
                return (entry,)
            self.context.metrics.dropped_by_label(self.label, value)
            return self.drop(_REASON, f"over {self.rate:g} lines/s for {self.label}={value!r}")
        if self.bucket.allow(now):
            return (entry,)
        if self.drops:
            return self.drop(_REASON, f"over {self.rate:g} lines/s")
        self.bucket.tokens -= 1
        self.context.note = f"waits {-self.bucket.tokens / self.rate:.3g} s"
        return (entry,)

    def bucket_of(self, value: str) -> _Bucket:
        """The bucket of a label value; two generations, so that values unseen for long are forgotten."""
        found = self.young.get(value)
        if found is None:
            found = self.young[value] = self.old.get(value) or self.new_bucket()
            if len(self.young) == self.most_values:
                self.old, self.young = self.young, {}
                self.context.metrics.forget_dropped_by_label()
        return found
