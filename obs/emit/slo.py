"""Tables of the objectives: tiers with their exact factors, how soon a burn is told of, and how soon it is over."""

from __future__ import annotations

from collections.abc import Iterator

from obs.artifact import Artifact
from obs.emit.notice import notice
from obs.graph.burn import Burn, burns, shares
from obs.graph.program import Program
from obs.lang import duration
from obs.model.slo import Objectives

PATH = "docs/generated/slo.md"


def slo_files(program: Program) -> list[Artifact]:
    """`docs/generated/slo.md`; none for a project without objectives."""
    found = program.definitions.objectives
    if not found:
        return []
    lines = [f"<!-- {line} -->" for line in notice(program, *(one.origin for one in found))]
    lines += ["# Service level objectives"]
    for objectives in found:
        lines += ["", *_section(program, objectives)]
    return [Artifact(PATH, ("\n".join(lines) + "\n").encode(), tuple(one.origin for one in found), "docs")]


def _section(program: Program, objectives: Objectives) -> Iterator[str]:
    yield f"## {objectives.level}: over {objectives.period}, by {', '.join(objectives.by)}"
    yield ""
    yield from ("| SLO | objective | may fail |", "|---|---|---|")
    for slo in objectives.slos:
        yield f"| {slo.name} | {slo.objective:.3%} | {float(slo.budget):.3%} |"
    yield ""
    yield from (
        "| tier | severity | share of the budget | in | and in | factor |",
        "|---|---|---|---|---|---|",
    )
    for tier, factor in shares(objectives):
        exact = f"{float(factor):g}" if float(factor) == round(float(factor), 4) else f"{factor}"
        yield (
            f"| {objectives.alert}{tier.name} | {tier.severity} | {tier.share:.0%} | {tier.long} | {tier.short} "
            f"| {exact} |"
        )
    yield ""
    server = program.stack.prometheus
    yield (
        f"From the first failure to the alert, and from the last failure to its end, for even traffic that was "
        f"faultless before; a scrape ({server.scrape_interval}), an evaluation ({server.evaluation_interval}) and the "
        f"route's waits come on top. Below the traffic of the last column fewer than {objectives.at_least} requests "
        "have failed by then, and it takes longer."
    )
    yield ""
    yield from (
        "| SLO | of requests fail | told by | after | budget gone by then | over after | from requests/s |",
        "|---|---|---|---|---|---|---|",
    )
    silent: set[str] = set()
    for one in burns(objectives):
        if one.slo.name not in silent:
            yield _row(objectives, one)
        if one.tier is None:
            silent.add(one.slo.name)


def _row(objectives: Objectives, one: Burn) -> str:
    if one.tier is None:
        return f"| {one.slo.name} | {one.errors:.0%} and less | nobody: the budget lasts | | | | |"
    return (
        f"| {one.slo.name} | {one.errors:.0%} | {objectives.alert}{one.tier.name} | {_time(one.fires)} "
        f"| {one.spent:.1%} | {_time(one.ends)} | {one.floor:.2g} |"
    )


def _time(milliseconds: int) -> str:
    """Rounded up to seconds, from an hour on to minutes."""
    unit = 1000 if milliseconds < 3_600_000 else 60_000
    return duration.render(-(-milliseconds // unit) * unit)
