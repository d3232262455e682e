"""A pipeline that Promtail refuses: it would not start, and no log line would be shipped.

Flagged:
    pipeline = Pipeline(cri(), stage("sampling", {"rate": 5.0}), honor_labels=True)

Instead:
    pipeline = Pipeline(cri(), stage("sampling", {"rate": 0.5}), honor_labels=True)

Source: Promtail 3.0, the checks of each stage when it is built.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.pipeline_stages import pipeline_stages
from obs.graph.program import Program
from obs.lang.error import LanguageError, Unsupported
from obs.model.pipeline import Counter, Step


@check()
def invalid_pipeline(program: Program) -> Iterator[Diagnostic]:
    """Each top-level step by itself, so that the finding is at its line."""
    from obs.sim.promtail import Pipeline

    if program.pipeline is None:
        return
    for step, stage in zip(program.pipeline.steps, pipeline_stages(program.pipeline), strict=True):
        try:
            Pipeline([stage])
        except Unsupported:
            continue
        except LanguageError as error:
            yield Diagnostic(
                "invalid-pipeline",
                f"Promtail {program.stack.promtail} refuses stage {_kind(step)}: {error.message}",
                step.origin,
                also=((program.pipeline.origin, "the pipeline"),),
            )


def _kind(step: Step) -> str:
    return "metrics" if isinstance(step, Counter) else step.kind
