"""`obs catalogue unused`: what nothing reads, as relabelling that throws it away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from obs.cli.output import plural
from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin

if TYPE_CHECKING:
    from obs.graph.subject import Subject
    from obs.graph.unread import Unread


def run_unused(paths: Sequence[Path], pages: Sequence[Path]) -> int:
    """One block of YAML for each target or page; raises ObsError for a project or a page that cannot be read."""
    from obs.graph.unread import of_page, of_targets

    subject = _subject(paths)
    if not (subject.rules or subject.dashboards or subject.log_rules):
        raise ObsError(
            [Diagnostic("usage", "there are no rules and no dashboards here, so nothing is known to be read")]
        )
    found = [of_page(subject, page.name, _series(page)) for page in pages] if pages else of_targets(subject)
    if not found:
        print("# no target whose metrics are known is scraped; --page FILE looks at a page of /metrics")
    for one in found:
        print("\n".join(_block(one)))
    return 0


def _subject(paths: Sequence[Path]) -> Subject:
    if paths:
        from obs.importer.subject import read

        return read(tuple(path.resolve() for path in paths))[0]
    from obs.api import load_program, read_settings
    from obs.graph.subject import of_program

    return of_program(load_program(read_settings(None)))


def _series(page: Path) -> dict[str, int]:
    from obs.catalogue.capture import read_text
    from obs.catalogue.exposition import PageError, Sample, is_open_metrics, read_page

    text = read_text(page)
    try:
        told = list(read_page(text, open_metrics=is_open_metrics(text)))
    except PageError as error:
        raise ObsError(
            [Diagnostic("invalid-metrics-page", error.message, Origin(str(page), error.line))]
        ) from None
    return dict(sorted(Counter(one.name for one in told if isinstance(one, Sample)).items()))


def _block(one: Unread) -> list[str]:
    from obs.graph.unread import pattern

    what = "series" if one.series else "names"
    saved, whole = one.saved
    if one.kept:
        return [f"# {one.title}: nothing is thrown away: {one.kept}"]
    if not one.names:
        return [f"# {one.title}: all {whole} {what} are read"]
    head = (
        f"# {one.title}: nothing here reads {saved} of {whole} {what} ({plural(len(one.read), 'name')} read)"
    )
    return [
        head,
        "metricRelabelings:",
        "  - action: drop",
        "    sourceLabels: [__name__]",
        f"    regex: {pattern(one.names)}",
    ]
