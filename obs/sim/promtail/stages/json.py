"""json: JMESPath expressions over a JSON object. A path that leads nowhere still makes its key, with nil."""

from __future__ import annotations

from collections.abc import Sequence

from obs.lang.error import LanguageError, Unsupported
from obs.sim.promtail import config, go_json, jmespath
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError, Panic
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.go_values import Value
from obs.sim.promtail.source import checked_source
from obs.sim.promtail.stage import Context, Stage


class Json(Stage):
    kind = "json"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(
            raw,
            {
                "expressions": config.MapOf("string"),
                "source": config.Optional("string"),
                "drop_malformed": "bool",
            },
        )
        expressions = options["expressions"]
        if not isinstance(expressions, dict) or not expressions:
            raise ConfigError("JMES expression is required")
        self.source = checked_source(options["source"], "empty source")
        self.drop_malformed = bool(options["drop_malformed"])
        self.expressions = [(name, _compile(path or name)) for name, path in expressions.items()]

    def run(self, entry: Entry) -> Sequence[Entry]:
        text = self.source.read(entry)
        if text is None:
            self.context.note = self.source.missing
            return (entry,)
        try:
            data = go_json.load_object(text)
        except LanguageError:
            self.context.note = "dropped: malformed JSON" if self.drop_malformed else "not a JSON object"
            return () if self.drop_malformed else (entry,)
        for name, evaluate in self.expressions:
            try:
                entry.extracted[name] = _extracted(evaluate(data))
            except Panic:
                raise
            except LanguageError:
                self.context.note = f"the path of {name!r} cannot be evaluated"
        return (entry,)

    def flow(self, before: Flow) -> Flow:
        names = [name for name, _ in self.expressions]
        return Flow(before.extracted.adding(names, certain=False), before.labels)

    @property
    def reads(self) -> tuple[str, ...]:
        return self.source.keys


def _compile(path: str) -> jmespath.Evaluate:
    try:
        return jmespath.compile(path).evaluate
    except Unsupported:
        raise
    except LanguageError as error:
        message = f"could not compile JMES expression: {error.message}"
        raise ConfigError(message, error.start, error.end) from None


def _extracted(value: object) -> Value:
    if value is None or isinstance(value, (str, bool, float)):
        return value
    return "{}" if isinstance(value, jmespath.Reference) else go_json.dump(value)
