"""Files and folders as a Subject: each file is taken for what its content is, and its faults are findings."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from obs.collecting import uncollected
from obs.diagnostic import Diagnostic
from obs.formats import yaml_places
from obs.formats.source import Source
from obs.graph.document import PLACEHOLDER, Document, LogPipeline, Server
from obs.graph.subject import Rule, Subject
from obs.importer import discover, promtail
from obs.importer.documents import Sorted, Sorter
from obs.importer.findings import Findings
from obs.importer.routing import Routing
from obs.importer.values import datasources, merged, servers
from obs.model.dashboard import Dashboard
from obs.model.datasource import Datasource
from obs.origin import Origin
from obs.record import dataclass, field

_HINT = re.compile(
    r"""groups["']?\s*:|kind["']?\s*:\s*["']?(?:PrometheusRule|AlertmanagerConfig|Alertmanager|Prometheus|ServiceMonitor
    |PodMonitor|Grafana\w+|\w*List)\b|scrape_configs|pipeline_?[sS]tages|receivers["']?\s*:|prometheusSpec|alertmanagerSpec
    |additionalPrometheusRules|additionalDataSources|kube-prometheus-stack|datasources["']?\s*:
    |\.json["']?\s*:|alertmanager\.ya?ml|promtail\.ya?ml|rules?\.ya?ml["']?\s*:|^apiVersion:\ v2""",
    re.VERBOSE | re.MULTILINE,
)
"""Something that obs reads may be in the file; without it the file is not even parsed."""
_SURE = re.compile(
    r"""^groups\s*:|^\s*-\ alert:|^\s*-\ record:|^scrape_configs\s*:|^receivers\s*:|prometheusSpec\s*:
    |additionalPrometheusRules|^\s*kind:\s*["']?(?:PrometheusRule|AlertmanagerConfig|ServiceMonitor|PodMonitor)\b
    |pipeline_?[sS]tages\s*:""",
    re.VERBOSE | re.MULTILINE,
)
"""The file is one of those for certain, so that it is a finding when it cannot be read."""
_HELM = re.compile(
    r"\{\{-?[^{}`]*(?:\.Values\b|\.Release\.|\.Chart\.|\.Files\.|\binclude \"|\btoYaml\b|\bnindent\b)"
)
"""Helm has to run the file first, wherever it is."""
_FIRST = re.compile(r"prometheusSpec|kind:\s*Prometheus\b|^global\s*:", re.MULTILINE)
"""It may say what all rules depend on: intervals and versions."""


def _comes_first(text: str) -> bool:
    return any(word in text for word in ("prometheusSpec", "Prometheus", "global")) and bool(
        _FIRST.search(text)
    )


Pages = dict[tuple[str, tuple[Datasource, ...]], list[Dashboard]]


@dataclass(slots=True)
class _Job:
    """A text to read; `wanted` is what the user says that it is, `template` whether Helm would run it first."""

    source: Source
    wanted: str = ""
    named: bool = False
    template: bool = False


def read(
    paths: Sequence[Path],
    *,
    rules: Sequence[Path] = (),
    dashboards: Sequence[Path] = (),
    alertmanager: Path | None = None,
    promtail: Path | None = None,
    values: Sequence[Path] = (),
    chart: Path | None = None,
    root: Path | None = None,
    prometheus: tuple[int, int] | None = None,
    pages: Pages | None = None,
) -> tuple[Subject, list[Diagnostic]]:
    """What the files say, and what is wrong with the files themselves (the subject's `reader_findings`, once more).

    `paths` are files and folders of anything; the others say what a file is, so that it is a finding when it is not
    that. Later `values` win over earlier ones. Relative paths start at `root`.
    `prometheus` is the release to judge by, whatever the files say. Raises nothing for any content.
    `pages` remembers dashboards from one call to the next, by their text: the same text is the same object then.
    """
    reader = _Reader(
        Path(os.path.abspath(root or Path.cwd())), prometheus, pages={} if pages is None else pages
    )
    with uncollected():
        given: list[tuple[str, Sequence[Path]]] = [
            ("values", values),
            ("rules", rules),
            ("dashboards", dashboards),
            ("alertmanager", [alertmanager] if alertmanager else []),
            ("promtail", [promtail] if promtail else []),
            ("", [*paths, *([chart] if chart else [])]),
        ]
        for wanted, some in given:
            reader.collect(some, wanted)
        subject = reader.subject()
    return subject, list(subject.reader_findings)


@dataclass(slots=True)
class _Reader:
    root: Path
    prometheus: tuple[int, int] | None = None
    findings: Findings = field(default_factory=Findings)
    jobs: list[_Job] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    files: list[str] = field(default_factory=list)
    skipped_templates: list[str] = field(default_factory=list)
    passed_over: int = 0
    charts: dict[str, bool] = field(default_factory=dict)
    pages: Pages = field(default_factory=dict)

    def collect(self, paths: Sequence[Path], wanted: str) -> None:
        """The texts that may hold something."""
        for found in discover.files(paths, self.root, self.findings):
            if found.path in self.seen:
                continue
            self.seen.add(found.path)
            source = discover.text_of(found, self.findings)
            if source is None:
                continue
            of_chart = self._values_of_chart(found.path)
            said = wanted if found.named or wanted else of_chart
            is_json = found.path.endswith(discover.JSON)
            if not said and not found.named and not is_json and not _HINT.search(source.text):
                if not of_chart and self._is_template(source):
                    _find_eaten(source, self.findings)
                self.passed_over += 1
                continue
            is_values = "values" in (said, of_chart)  # Helm reads them as they are
            template = not is_json and not is_values and self._is_template(source)
            self.jobs.append(_Job(source, said, found.named, template))

    @staticmethod
    def _values_of_chart(path: str) -> str:
        """`values` for files in a folder of that name, and for `values*.yaml` beside a Chart.yaml."""
        folder, name = os.path.split(path)
        if name.endswith(discover.JSON):
            return ""
        beside = name.startswith("values") and os.path.isfile(os.path.join(folder, "Chart.yaml"))
        return "values" if beside or "values" in folder.split(os.sep)[-2:] else ""

    def _is_template(self, source: Source) -> bool:
        return "{{" in source.text and (
            _HELM.search(source.text) is not None or self._in_templates(source.file)
        )

    def _in_templates(self, path: str) -> bool:
        """Whether Helm runs the file: it is under the `templates` of a folder with a Chart.yaml."""
        parts = path.split(os.sep)
        for index, part in enumerate(parts[:-1]):
            if part == "templates":
                folder = os.sep.join(parts[:index])
                if folder not in self.charts:
                    self.charts[folder] = os.path.isfile(os.path.join(folder, "Chart.yaml"))
                if self.charts[folder]:
                    return True
        return False

    def subject(self) -> Subject:
        """Everything in order of the files, but for what the rest depends on, which comes first."""
        found = Sorted()
        jobs = sorted(
            self.jobs, key=lambda job: not (job.wanted == "values" or _comes_first(job.source.text))
        )
        json = [job for job in jobs if self._is_json(job)]
        self.jobs = []
        server = self._judged_by(Server())
        for job in jobs:
            if not self._is_json(job):
                before = len(found.documents)
                self._yaml(job, found, server)
                said = [one for document in found.documents[before:] for one in servers(document)]
                server = self._judged_by(merged([server, *said]) or server)
        known = datasources(found.documents)
        pages: list[Dashboard] = []
        for job in json:
            pages += self._json(job, found, server, known or ())
        for source in found.dashboards:
            from obs.importer.dashboards import read_dashboards

            pages += read_dashboards(source, self.findings, known or (), named=True) or []
        routing = Routing(self.findings)
        routing.plain = found.alertmanagers
        routing.objects = [one for one in found.documents if one.kind == "AlertmanagerConfig"]
        routing.managers = [one for one in found.documents if one.kind == "Alertmanager"]
        routing.values = [one for one in found.documents if one.kind == "values"]
        config, lines = routing.resolve()
        self._note_templates()
        stages = [one for document in found.documents for one in promtail.pipelines(document)]
        return Subject(
            rules=tuple(found.rules),
            dashboards=tuple(pages),
            counters=tuple(counter for one in stages for counter in promtail.counters(one)),
            alertmanager=config,
            files=tuple(self.files),
            log_rules=tuple(found.log_rules),
            documents=tuple(found.documents),
            pipelines=tuple(stages),
            datasources=known,
            server=server if server != Server() else None,
            route_lines=lines,
            reader_findings=tuple(dict.fromkeys(self.findings.found)),
            passed_over=self.passed_over,
        )

    def _judged_by(self, server: Server) -> Server:
        """The same server at the release that was asked for."""
        return replace(server, version=self.prometheus) if self.prometheus is not None else server

    @staticmethod
    def _is_json(job: _Job) -> bool:
        return job.source.file.endswith(discover.JSON) or (
            job.wanted == "dashboards" and job.source.text.lstrip().startswith("{")
        )

    def _json(
        self, job: _Job, found: Sorted, server: Server, known: tuple[Datasource, ...]
    ) -> list[Dashboard]:
        from obs.importer.dashboards import read_dashboards

        key = (job.source.text, known)
        pages = self.pages.get(key)
        if pages is None:
            before = len(self.findings.found)
            pages = read_dashboards(job.source, self.findings, known, named=job.wanted == "dashboards")
            if pages is not None and len(self.findings.found) == before:
                self.pages[key] = pages
        if pages is not None:
            self.files.append(job.source.file)
            return pages
        if job.wanted == "dashboards":
            self._not_wanted(job)
        elif job.named or job.wanted or _HINT.search(job.source.text):
            self._yaml(job, found, server)  # JSON is YAML: rule files and manifests may be written in it
        else:
            self.passed_over += 1
        return []

    def _yaml(self, job: _Job, found: Sorted, server: Server) -> None:
        source, rendered = job.source, None
        if job.template:
            from obs.importer.helm_template import render

            _find_eaten(source, self.findings)
            rendered = render(source.text)
            source = Source(source.file, rendered.text)
        documents = yaml_places.read(source.text)
        before = len(self.findings.found)
        sorter = Sorter(source, self.findings, server, found, job.wanted, rendered)
        taken = [sorter.take(node, number) for number, node in enumerate(documents.roots)]
        if job.template:
            self._known_only(before)
            if documents.fault is not None or not any(taken):
                self.skipped_templates.append(source.file)
            else:
                self.files.append(source.file)
            return
        fault = documents.fault
        if fault is not None and (job.named or job.wanted or any(taken) or _SURE.search(source.text)):
            self.findings.at_line(
                "unreadable-file",
                f"cannot be read as YAML: {fault.message}",
                source,
                fault.line,
                fault.column,
                fix=fault.fix,
            )
        elif fault is None and not any(taken) and job.named:
            self._not_wanted(job)
        if any(taken) or (job.named and _SURE.search(source.text)):
            self._duplicates(documents, source)
        if any(taken):
            self.files.append(source.file)
        elif fault is None:
            self.passed_over += 1

    def _duplicates(self, documents: yaml_places.Documents, source: Source) -> None:
        for again, first in documents.duplicates:
            self.findings.at_node(
                "duplicate-key",
                f"{again.text!r} is given twice: programs written in Go refuse the whole file",
                source,
                again,
                why="others take the last one and drop the first in silence",
                fix="remove one of them",
                also=((Origin(source.file, source.at(first.start)[0]), "the first one"),),
            )

    def _known_only(self, before: int) -> None:
        """Findings about what only Helm knows are none."""
        self.findings.found[before:] = [
            one
            for one in self.findings.found[before:]
            if one.excerpt is None or PLACEHOLDER not in one.excerpt.text + one.problem
        ]

    def _not_wanted(self, job: _Job) -> None:
        if not job.wanted:
            self.findings.at_file(
                "unreadable-file",
                f"{os.path.basename(job.source.file)} holds nothing that obs reads",
                job.source.file,
                severity="info",
                why="neither rules, a dashboard, routes, pipelines, values of a known chart, nor an object of those",
            )
            return
        what = {
            "rules": "no rules: neither groups: nor a PrometheusRule",
            "dashboards": "no dashboard",
            "alertmanager": "no Alertmanager configuration: it needs route: and receivers:",
            "promtail": "no Promtail configuration: neither scrape_configs: nor pipeline_stages:",
            "values": "no mapping of values",
        }[job.wanted]
        self.findings.at_line("unreadable-file", f"holds {what}", job.source, 1, 1)

    def _note_templates(self) -> None:
        if not self.skipped_templates:
            return
        first, *rest = self.skipped_templates
        count = len(self.skipped_templates)
        self.findings.at_file(
            "helm-template-skipped",
            f"{count} Helm template{'s are' if count > 1 else ' is'} not looked at: "
            "what they make depends on values",
            first,
            severity="info",
            fix="give the rendered chart: helm template . > rendered.yaml",
            also=tuple((Origin(one, 1), "") for one in rest[:5]),
        )


__all__ = ["Document", "LogPipeline", "Rule", "read"]


def _find_eaten(source: Source, findings: Findings) -> None:
    from obs.importer.helm_template import find_eaten

    find_eaten(source, findings)
