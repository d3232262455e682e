"""match: a pipeline of its own, or a drop, for the lines that a selector picks. All others pass by."""

from __future__ import annotations

from collections.abc import Sequence

from obs.lang.error import LanguageError
from obs.sim.promtail import config, selector
from obs.sim.promtail.chain import Chain
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError, Panic
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.go_values import show
from obs.sim.promtail.stage import Context, Stage


class Match(Stage):
    kind = "match"

    def __init__(self, raw: object, context: Context, place: str = "1") -> None:
        super().__init__(context)
        options = config.decode(
            raw,
            {
                "pipeline_name": config.Optional("string"),
                "selector": "string",
                "stages": config.ListOf("any"),
                "action": "string",
                "drop_counter_reason": config.Optional("string"),
            },
        )
        found = options["stages"]
        stages = found if isinstance(found, list) else []
        self.action = _checked_action(options, stages)
        self.selector = _parsed(str(options["selector"]))
        self.inner = self._chain(raw, stages, place) if self.action == "keep" else None
        try:
            self.matches = self.selector.compile()
        except LanguageError as error:
            raise ConfigError(f"error parsing pipeline: {error.message}", error.start, error.end) from None
        self.reason = str(options["drop_counter_reason"] or "match_stage")

    def _chain(self, raw: object, stages: list[object], place: str) -> Chain:
        try:
            return Chain(stages, self.context, f"{place}.")
        except ConfigError as error:
            message = f"match stage failed to create pipeline from config: {show(raw)}: {error.message}"
            raise ConfigError(message, error.start, error.end, error.place) from error

    def run(self, entry: Entry) -> Sequence[Entry]:
        if not self.matches(entry.labels, entry.line):
            self.context.note = "the selector does not match"
            return (entry,)
        if self.inner is None:
            return self.drop(self.reason, "the selector matches")
        return self.inner.run(entry)

    def flush(self, now: int | None) -> Sequence[Entry]:
        return self.inner.flush(now) if self.inner is not None else ()

    def flow(self, before: Flow) -> Flow:
        return before if self.inner is None else before.join(self.inner.flow(before))


def _checked_action(options: config.Options, stages: list[object]) -> str:
    if options["pipeline_name"] == "":
        raise ConfigError("match stage pipeline name can be omitted but cannot be an empty string")
    if not options["selector"]:
        raise ConfigError("selector statement required for match stage")
    action = str(options["action"] or "keep")
    if action not in ("keep", "drop"):
        raise ConfigError("match stage action should be 'keep' or 'drop'")
    if action == "keep" and not stages:
        raise ConfigError("match stage requires at least one additional stage to be defined in '- stages'")
    if action == "drop" and stages:
        raise ConfigError("match stage configured to drop entries cannot contains stages")
    return action


def _parsed(text: str) -> selector.Selector:
    try:
        return selector.parse(text)
    except Panic:
        raise
    except LanguageError as error:
        message = f"invalid selector syntax for match stage: {error.message}"
        raise ConfigError(message, error.start, error.end) from None
