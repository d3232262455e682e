"""labels, static_labels, labeldrop, labelallow: the stages that only touch the label set."""

from __future__ import annotations

from collections.abc import Iterable

from obs.sim.promtail import config
from obs.sim.promtail.entry import Entry, is_label_name
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.go_values import as_text, is_utf8
from obs.sim.promtail.stage import Context, Processor


def label_sources(raw: object) -> dict[str, str]:
    """Label name to the key it is read from, which is the name itself unless given."""
    options = config.decode_value(raw, config.MapOf(config.Optional("string")))
    found = options if isinstance(options, dict) else {}
    check_names(found)
    return {name: str(source or name) for name, source in found.items()}


def check_names(names: Iterable[str]) -> None:
    """Raise ConfigError for the first that is no label name."""
    for name in names:
        if not is_label_name(name):
            raise ConfigError(f"invalid label name: {name}")


class Labels(Processor):
    kind = "labels"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        self.sources = label_sources(raw)

    def process(self, entry: Entry) -> None:
        for name, source in self.sources.items():
            value = as_text(entry.extracted.get(source))
            if value is None:
                self.context.note = f"no source {source!r}"
            elif is_utf8(value):
                entry.labels[name] = value

    def flow(self, before: Flow) -> Flow:
        possible = [name for name, source in self.sources.items() if before.extracted.may_have(source)]
        return Flow(before.extracted, before.labels.adding(possible, certain=False))

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(self.sources.values())


class StaticLabels(Processor):
    kind = "static_labels"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode_value(raw, config.MapOf(config.Optional("string")))
        found = options if isinstance(options, dict) else {}
        check_names(found)
        self.values = {name: str(value) for name, value in found.items() if value and is_utf8(value)}

    def process(self, entry: Entry) -> None:
        entry.labels.update(self.values)

    def flow(self, before: Flow) -> Flow:
        return Flow(before.extracted, before.labels.adding(self.values, certain=True))


def _names(raw: object, stage: str) -> list[str]:
    names = config.decode_value(raw, config.ListOf("string"))
    if not isinstance(names, list) or not names:
        raise ConfigError(f"{stage} stage config cannot be empty")
    return [str(name) for name in names]


class LabelDrop(Processor):
    kind = "labeldrop"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        self.names = _names(raw, self.kind)

    def process(self, entry: Entry) -> None:
        for name in self.names:
            entry.labels.pop(name, None)

    def flow(self, before: Flow) -> Flow:
        return Flow(before.extracted, before.labels.without(self.names))


class LabelAllow(Processor):
    kind = "labelallow"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        self.names = _names(raw, self.kind)

    def process(self, entry: Entry) -> None:
        for name in entry.labels.keys() - self.names:
            del entry.labels[name]

    def flow(self, before: Flow) -> Flow:
        return Flow(before.extracted, before.labels.only(self.names))
