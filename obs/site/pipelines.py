"""The stages that log lines go through, in order, each in words, and the metrics counted there."""

from __future__ import annotations

import json
from collections.abc import Sequence

from obs.graph.log_stages import LogStage
from obs.site.holding import Holding
from obs.site.html import anchor, code, definitions, link, listed, tag, text

_DOES = {
    "cri": "takes the container runtime's framing off, and puts lines together that it has split",
    "docker": "takes Docker's JSON framing off",
    "decolorize": "takes the codes of terminal colours out of the line",
    "drop": "throws lines away",
    "json": "extracts values from a line of JSON",
    "labelallow": "keeps these labels only",
    "labeldrop": "takes labels away",
    "labels": "makes labels of extracted values",
    "limit": "lets only so many lines a second pass",
    "logfmt": "extracts values from a line of key=value pairs",
    "match": "sends only the lines that it selects through the stages in it; the others pass by",
    "metrics": "counts or measures lines; the metrics are Promtail's own, scraped from it",
    "multiline": "joins lines until one that begins a new message",
    "output": "makes the line that is stored",
    "pack": "packs labels and the line into JSON",
    "regex": "extracts the named groups; a line that does not match passes unchanged",
    "replace": "replaces parts of the line",
    "sampling": "keeps a share of the lines",
    "static_labels": "sets labels to fixed values",
    "structured_metadata": "stores extracted values beside the line, without making labels of them",
    "template": "makes a value by a template",
    "tenant": "chooses the tenant that the line is sent for",
    "timestamp": "takes the time of the line from an extracted value",
}


def page(held: Holding) -> str:
    """All pipelines, of a project or of files."""
    parts = [tag("h1", "Pipelines")]
    for number, stages in enumerate(held.subject.log_stages):
        title = "Pipeline" if len(held.subject.log_stages) == 1 else f"Pipeline {number + 1}"
        parts.append(
            tag("section", tag("h2", title), _streams(held), _nested(held, stages, ""), class_="card")
        )
    if not held.subject.log_stages:
        parts.append(tag("p", "No pipeline is known here."))
    return "".join(parts)


def _streams(held: Holding) -> str:
    found = [node.about for node in held.graph.nodes.values() if node.kind == "stream"]
    return tag("p", text(f"In go the {', the '.join(found)}.")) if found else ""


def _nested(held: Holding, stages: Sequence[LogStage], inside: str) -> str:
    depth = inside.count(".") + 1 if inside else 0
    return "".join(
        _stage(held, stages, one)
        for one in stages
        if one.number.count(".") == depth and (not inside or one.number.startswith(f"{inside}."))
    )


def _stage(held: Holding, stages: Sequence[LogStage], stage: LogStage) -> str:
    extracted = (
        sorted(stage.extracted.names)
        if stage.extracted is not None and hasattr(stage.extracted, "names")
        else []
    )
    return tag(
        "div",
        tag(
            "h3", text(f"{stage.number} {stage.kind}"), id=anchor("pipelines", f"{stage.number} {stage.kind}")
        ),
        tag("p", text(_DOES.get(stage.kind, "a stage that is not described here")), "."),
        held.place(stage.origin),
        _options(stage),
        definitions([("may be extracted before", text(", ".join(extracted)))]),
        _counted(held, stage),
        _nested(held, stages, stage.number),
        class_="stage",
    )


def _options(stage: LogStage) -> str:
    options = stage.options
    if not options or stage.kind in ("metrics", "decolorize"):
        return ""
    if isinstance(options, dict):
        lines = [f"{key}: {_plain(value)}" for key, value in options.items() if key != "stages"]
        return code("\n".join(lines)) if lines else ""
    return code(_plain(options))


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _counted(held: Holding, stage: LogStage) -> str:
    node = f"stage/{stage.number} {stage.kind}"
    return listed(
        f"{link(held.address, 'metric', held.graph.nodes[edge.target].name)} {text(edge.why)}"
        for edge in held.graph.outgoing.get(node, ())
        if edge.kind == "counts"
    )
