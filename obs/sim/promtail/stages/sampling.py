"""sampling: keeps a share of the lines, at random. Without a rate it drops every line."""

from __future__ import annotations

import random
from collections.abc import Sequence

from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.stage import Context, Stage

_SEED = 1
"""Promtail seeds from the clock; a fixed seed keeps runs equal."""


class Sampling(Stage):
    kind = "sampling"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(
            raw, {"drop_counter_reason": config.Optional("string"), "rate": "float64"}, weak=True
        )
        self.rate = float(str(options["rate"]))
        if self.rate < 0 or self.rate > 1:
            raise ConfigError(
                "sampling stage failed to parse rate,Sampling Rate must be between 0.0 and 1.0, "
                f"received {self.rate:f}"
            )
        self.reason = str(options["drop_counter_reason"] or "sampling_stage")
        self.random = random.Random(_SEED)

    def run(self, entry: Entry) -> Sequence[Entry]:
        if self.random.random() < self.rate or self.rate == 1:
            return (entry,)
        return self.drop(self.reason, f"not in the sample of {self.rate:g}")
