"""A match stage selects by a label that no line has, so that its stages never run.

Promtail takes an absent label for an empty one and reports nothing; what the stages count and extract stays away.

Flagged:
    errors = Counter("error_lines_total", help="ERROR lines.", match_all=True)
    pipeline = Pipeline(cri(), match('{namspace=~".+"}', errors, pattern=" ERROR "), honor_labels=True)

Instead:
    errors = Counter("error_lines_total", help="ERROR lines.", match_all=True)
    pipeline = Pipeline(cri(), match('{namespace=~".+"}', errors, pattern=" ERROR "), honor_labels=True)

Flagged:
    - match:
        selector: '{namspace=~".+"}'
        stages:
          - decolorize: {}

Instead:
    - match:
        selector: '{namespace=~".+"}'
        stages:
          - decolorize: {}

Source: Promtail 3.0, match stage: label matchers see labels only; promtail chart 6.16, its scrape configuration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from obs.checks.base import Finding, lint
from obs.graph.log_stages import LogStage
from obs.graph.subject import Subject
from obs.lang.error import LanguageError


@lint("warning")
def match_on_absent_label(subject: Subject) -> Iterator[Finding]:
    """Matchers that an absent label does not satisfy."""
    from obs.sim.promtail.selector import parse

    for stages in subject.log_stages:
        for stage in stages:
            if stage.kind != "match" or stage.before is None:
                continue
            selector = str(stage.option("selector") or "")
            try:
                parsed = parse(selector)
                missing_is_taken = replace(parsed, filters=()).compile()({}, "")
            except LanguageError:
                continue  # said by invalid-pipeline
            for matcher in () if missing_is_taken else parsed.matchers:
                alone = replace(parsed, matchers=(matcher,), filters=()).compile()
                if not stage.before.labels.may_have(matcher.name) and not alone({}, ""):
                    yield _finding(stage, matcher.name)


def _finding(stage: LogStage, label: str) -> Finding:
    assert stage.before is not None
    known = sorted(stage.before.labels.maybe)
    close = get_close_matches(label, known, 1, 0.6)
    excerpt = stage.excerpt("selector")
    start = excerpt.text.find(label) if excerpt is not None else -1
    return Finding(
        f"{stage.title} selects by {label}, which no line has: its stages never run",
        stage.at("selector"),
        why=f"the labels before it are {', '.join(known)}",
        fix=f"did you mean {close[0]}?" if close else "set it in a labels stage before, or leave it out",
        excerpt=replace(excerpt, start=start, end=start + len(label)) if excerpt and start >= 0 else excerpt,
        object=stage.title,
        evidence="certain" if stage.kubernetes else "likely",
    )
