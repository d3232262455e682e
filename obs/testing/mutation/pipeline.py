"""Changes to Promtail's pipeline and to what is done with labels when targets are scraped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from obs.lang.error import LanguageError
from obs.lang.gotemplate.quote import quote
from obs.sim.promtail import ConfigError, Panic, Pipeline
from obs.sim.promtail.selector import parse as parse_selector
from obs.testing.coverage.places import Places
from obs.testing.mutation.mutant import Mutant, shown
from obs.testing.mutation.rules import fewer_alternatives
from obs.testing.scenario.platform import Platform, ScrapeTarget
from obs.testing.scenario.relevant import read

Stages = list[object]


def mutants(platform: Platform, places: Places) -> Iterator[Mutant]:
    """Every change to stages and scrapes."""
    if platform.stages is not None:
        for kind, subject, before, after, changed in _stages(list(platform.stages), ""):
            if _builds(changed):
                yield Mutant(
                    kind,
                    "pipeline",
                    subject,
                    before,
                    after,
                    places.stage(),
                    replace(platform, stages=changed),
                )
    yield from _scrapes(platform, places)


def _builds(stages: Stages) -> bool:
    """A pipeline that Promtail refuses is noticed before any test."""
    try:
        Pipeline(stages, now=0)
    except (ConfigError, Panic, LanguageError):
        return False
    return True


def _stages(stages: Stages, place: str) -> Iterator[tuple[str, str, str, str, Stages]]:
    for index, one in enumerate(stages):
        assert isinstance(one, Mapping)
        ((kind, options),) = one.items()
        name = f"stage {place}{index + 1} {kind}"
        yield "stage left out", name, shown(one), "nothing", stages[:index] + stages[index + 1 :]
        for what, before, after, changed in _options(str(kind), options):
            yield what, name, before, after, [*stages[:index], {kind: changed}, *stages[index + 1 :]]
        inner = options.get("stages") if isinstance(options, Mapping) else None
        if isinstance(inner, Sequence) and isinstance(options, Mapping):
            for what, subject, before, after, fewer in _stages(list(inner), f"{place}{index + 1}."):
                whole = {kind: {**options, "stages": fewer}}
                yield what, subject, before, after, [*stages[:index], whole, *stages[index + 1 :]]


def _options(kind: str, options: object) -> Iterator[tuple[str, str, str, object]]:
    if not isinstance(options, Mapping):
        return
    if kind == "match":
        yield from _selector(options)
    for key in ("expression", "firstline"):
        pattern = options.get(key)
        if isinstance(pattern, str):
            for value in _regexes(pattern):
                yield "regex", shown(pattern), shown(value), {**options, key: value}
    if kind == "metrics":
        for name, config in options.items():
            for changed, before, after in _counter(config):
                yield "counter option", before, after, {**options, name: changed}


def _regexes(pattern: str) -> Iterator[str]:
    yield from fewer_alternatives(pattern)
    if pattern.startswith("^"):
        yield pattern[1:]


def _selector(options: Mapping[str, object]) -> Iterator[tuple[str, str, str, object]]:
    text = str(options["selector"])
    try:
        selector = parse_selector(text)
    except LanguageError:
        return
    patterns = [m.value for m in selector.matchers if m.operator in ("=~", "!~")]
    patterns += [pattern for operator, pattern in selector.filters if operator in ("|~", "!~")]
    for pattern in patterns:
        for value in fewer_alternatives(pattern):
            changed = text.replace(quote(pattern), quote(value), 1)
            if changed != text:
                yield "regex", shown(pattern), shown(value), {**options, "selector": changed}
    for matcher in selector.matchers:
        if matcher.operator == "=":
            changed = text.replace(f'{matcher.name}="', f'{matcher.name}!="', 1)
            yield "matcher", shown(text), shown(changed), {**options, "selector": changed}


def _counter(config: object) -> Iterator[tuple[object, str, str]]:
    if not isinstance(config, Mapping):
        return
    inner = config.get("config")
    if isinstance(inner, Mapping) and inner.get("match_all"):
        yield (
            {**config, "config": {k: v for k, v in inner.items() if k != "match_all"}},
            "match_all",
            "nothing",
        )
    if config.get("source"):
        yield {k: v for k, v in config.items() if k != "source"}, f"source: {config['source']}", "nothing"
    if config.get("max_idle_duration"):
        yield {**config, "max_idle_duration": "1m"}, f"max_idle_duration: {config['max_idle_duration']}", "1m"
    yield {**config, "prefix": "other_"}, "prefix", "other_"


def _scrapes(platform: Platform, places: Places) -> Iterator[Mutant]:
    for index, target in enumerate(platform.targets):
        if target.off:
            continue
        for number, step in enumerate(target.metric_relabelings):
            kept = target.metric_relabelings[:number] + target.metric_relabelings[number + 1 :]
            changed = replace(target, metric_relabelings=kept)
            listed = (*platform.targets[:index], changed, *platform.targets[index + 1 :])
            told = f"{step.action} {' '.join(step.source_labels)} {step.regex!r}"
            yield Mutant(
                "relabelling left out",
                "scrape",
                f"target {target.name}",
                shown(told),
                "nothing",
                places.target(target.name),
                replace(platform, targets=listed),
            )
        if _clashes(platform, target):
            changed = replace(target, honor_labels=not target.honor_labels)
            listed = (*platform.targets[:index], changed, *platform.targets[index + 1 :])
            yield Mutant(
                "honor_labels",
                "scrape",
                f"target {target.name}",
                str(target.honor_labels),
                str(not target.honor_labels),
                places.target(target.name),
                replace(platform, targets=listed),
            )


def _clashes(platform: Platform, target: ScrapeTarget) -> bool:
    """Whether `honor_labels` can matter to a rule: by the catalogue one of its metrics has a label of the target's, or
    may have.
    """
    from obs import catalogue

    metrics = {name for _, rule in platform.rules() for name in read(str(rule["expr"]))}
    for name in sorted(filter(target.exposes_metric, metrics)):
        honored, not_honored = (
            catalogue.labels(name, (*target.labels, "instance"), honor) for honor in (True, False)
        )
        if honored is None or honored.open or honored != not_honored:
            return True
    return False
