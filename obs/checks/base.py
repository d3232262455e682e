"""How a check is written, and how all of them are found and run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from obs.diagnostic import Diagnostic, Edit, Evidence, Excerpt, Severity
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.artifact import Artifact
    from obs.checks.suppress import Comments
    from obs.graph.at_hand import Needs
    from obs.graph.panel_query import PanelQuery
    from obs.graph.program import Program
    from obs.graph.subject import Rule, Subject
    from obs.model.dashboard import Dashboard
    from obs.model.panel import Panel
    from obs.origin import Origin

ProgramCheck = Callable[["Program"], Iterable[Diagnostic]]
ArtifactCheck = Callable[["Program", Sequence["Artifact"]], Iterable[Diagnostic]]
SubjectCheck = Callable[["Subject"], Iterable["Finding"]]
DashboardCheck = Callable[["Dashboard"], Iterable["Finding"]]
CommentCheck = Callable[["Comments"], Iterable["Finding"]]
Stage = Literal["build", "lint"]
Profile = Literal["default", "strict", "mixin"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a lint check yields; its name and usual severity are the check's.

    `object` names what is at fault (`alert HighNodeCPUUsage`, `dashboard x / panel y`), for grouping and suppressing.
    `cause` is the same for findings that one edit would mend: they are told once, with all their places.
    `edits` mend it where that is safe: `obs lint --fix` makes them.
    """

    problem: str
    at: Origin | None = None
    why: str = ""
    fix: str = ""
    also: tuple[tuple[Origin, str], ...] = ()
    excerpt: Excerpt | None = None
    object: str = ""
    evidence: Evidence = "certain"
    severity: Severity | None = None
    cause: str = ""
    edits: tuple[Edit, ...] = ()

    @classmethod
    def in_rule(
        cls,
        rule: Rule | PanelQuery,
        problem: str,
        span: tuple[int, int] | None = None,
        *,
        text: str = "expr",
        why: str = "",
        fix: str = "",
        evidence: Evidence = "certain",
        severity: Severity | None = None,
        replacement: str | None = None,
        cause: str = "",
    ) -> Finding:
        """One about a part of a rule's expression or, with `text`, of its `annotation:NAME` or `label:NAME`.

        A panel's query has its expression only.
        `replacement` is what that part may safely become; findings of one rule with the same `cause` are told once.
        """
        excerpt = rule.excerpt(*span, text) if span is not None else None
        edits = (Edit(excerpt, replacement),) if excerpt is not None and replacement is not None else ()
        return cls(
            problem,
            rule.origin,
            why,
            fix,
            excerpt=excerpt,
            object=rule.title,
            evidence=evidence,
            severity=severity,
            cause=f"{rule.origin} {rule.title}: {cause}" if cause else "",
            edits=edits,
        )

    @classmethod
    def in_panel(
        cls,
        dashboard: Dashboard,
        panel: Panel,
        problem: str,
        *,
        why: str = "",
        fix: str = "",
        evidence: Evidence = "certain",
        severity: Severity | None = None,
        cause: str = "",
        also: tuple[tuple[Origin, str], ...] = (),
    ) -> Finding:
        """One about a panel; `problem` says what is wrong with it, after its name."""
        name = panel.title or panel.key
        return cls(
            f"{dashboard.uid} / {name} {problem}",
            panel.origin or dashboard.origin,
            why,
            fix,
            also,
            object=f"dashboard {dashboard.uid} / {name}",
            evidence=evidence,
            severity=severity,
            cause=cause,
        )


@dataclass(frozen=True, slots=True)
class Check:
    """`stage="build"` gates every build: it finds only what the target would refuse, or what cannot work.

    `finds` are the names of its findings when they are not all called like it; `file` is where it is written.
    `alone` promises that a finding about a rule or a dashboard depends on that and on the metrics it reads, on no
    other rule: `obs lint --since` asks it about what changed only.
    `needs` is what a subject must hold for it to find anything; None where that is not known.
    `module` is where its page is, if not in `document`: it is imported when somebody asks.
    """

    name: str
    stage: Stage
    of_program: ProgramCheck | None = None
    of_artifacts: ArtifactCheck | None = None
    of_subject: SubjectCheck | None = None
    of_comments: CommentCheck | None = None
    severity: Severity = "error"
    profile: Profile = "default"
    document: str = ""
    finds: tuple[str, ...] = ()
    file: str = ""
    alone: bool = False
    needs: Needs | None = None
    module: str = ""

    @property
    def page(self) -> str:
        """What there is to know of it."""
        return import_module(self.module).__doc__ or "" if self.module else self.document

    @property
    def names(self) -> tuple[str, ...]:
        """The names that its findings can have."""
        return (self.name, *self.finds)

    @property
    def summary(self) -> str:
        """The first sentence of its page."""
        paragraph = " ".join(self.page.strip().split("\n\n", 1)[0].split())
        head, stop, _ = paragraph.partition(". ")
        return head + stop.strip()


_FOUND: dict[str, Check] = {}
_INTO: list[dict[str, Check]] = [_FOUND]


def check(
    stage: Stage = "build", *, severity: Severity = "error", finds: Sequence[str] = ()
) -> Callable[[ProgramCheck], ProgramCheck]:
    """Register a function of the program; its name, with dashes, is the check's."""

    def register(function: ProgramCheck) -> ProgramCheck:
        _register(
            Check(_name(function), stage, of_program=function, severity=severity, finds=tuple(finds)),
            function,
        )
        return function

    return register


def dashboard_check(severity: Severity = "error") -> Callable[[DashboardCheck], DashboardCheck]:
    """Register a function of one dashboard, for the build and for files; its name, with dashes, is the check's."""

    def register(function: DashboardCheck) -> DashboardCheck:
        def of_program(program: Program) -> Iterator[Diagnostic]:
            for dashboard in program.dashboards:
                for found in function(dashboard):
                    yield diagnostic(found, _FOUND[made.name])

        def of_subject(subject: Subject) -> Iterator[Finding]:
            for dashboard in subject.dashboards:
                yield from function(dashboard)

        made = Check(
            _name(function), "build", of_program=of_program, of_subject=of_subject, severity=severity
        )
        _register(made, function)
        return function

    return register


def artifact_check(
    stage: Stage = "build", *, severity: Severity = "error"
) -> Callable[[ArtifactCheck], ArtifactCheck]:
    """The same for a function of the program and the bytes that it compiles to."""

    def register(function: ArtifactCheck) -> ArtifactCheck:
        _register(Check(_name(function), stage, of_artifacts=function, severity=severity), function)
        return function

    return register


def lint(
    severity: Severity = "warning", profile: Profile = "default", *, alone: bool = False
) -> Callable[[SubjectCheck], SubjectCheck]:
    """Register a function of the subject, for `obs lint`; the docstring of its module is its page.

    `severity` is its usual one: `error` for what cannot work or nobody hears of, `warning` for what is wrong under a
    named condition, `info` for taste. A check of another profile than `default` runs only when that one is chosen.
    `alone` is for one that looks at each rule or dashboard by itself (see `Check`).
    """

    def register(function: SubjectCheck) -> SubjectCheck:
        _register(
            Check(
                _name(function),
                "lint",
                of_subject=function,
                severity=severity,
                profile=profile,
                alone=alone,
            ),
            function,
        )
        return function

    return register


def also_of_files(of: ProgramCheck, *, alone: bool = False) -> Callable[[SubjectCheck], SubjectCheck]:
    """Register the same check of the program for files that no program made; it finds under the same name.

    `alone` is what it is for `lint`.
    """

    def register(function: SubjectCheck) -> SubjectCheck:
        name, into = _name(of), _into(function)
        into[name] = replace(into[name], of_subject=function, alone=alone)
        return function

    return register


def comment_check(severity: Severity = "warning") -> Callable[[CommentCheck], CommentCheck]:
    """Register a function of the `# obs: allow` comments, run after all other checks."""

    def register(function: CommentCheck) -> CommentCheck:
        _register(Check(_name(function), "lint", of_comments=function, severity=severity), function)
        return function

    return register


def _register(found: Check, function: object) -> None:
    module = sys.modules[str(getattr(function, "__module__"))]  # noqa: B009
    _into(function)[found.name] = replace(
        found, document=module.__doc__ or "", file=str(getattr(module, "__file__", ""))
    )


def _into(function: object) -> dict[str, Check]:
    """Where a check belongs: one of the package may first be imported by one of a project."""
    own = str(getattr(function, "__module__")).startswith("obs.checks.")  # noqa: B009
    return _FOUND if own else _INTO[-1]


@contextmanager
def registering_into(found: dict[str, Check]) -> Iterator[None]:
    """Checks that are made inside the block go there, and not among the package's own."""
    _INTO.append(found)
    try:
        yield
    finally:
        _INTO.pop()


def _name(function: object) -> str:
    return str(getattr(function, "__name__")).replace("_", "-")  # noqa: B009


def checks() -> list[Check]:
    """Every check of the package, by name; what it does is imported when it is asked."""
    from obs.checks.index import indexed

    found = indexed(loaded)
    return [found[name] for name in sorted(found)]


def gates() -> list[Check]:
    """The checks of the build, by name."""
    return [one for one in checks() if one.stage == "build"]


def loaded(module: str) -> dict[str, Check]:
    """The checks of a module of this package, which is imported."""
    made = import_module(f"obs.checks.{module}")
    return {name: one for name, one in _FOUND.items() if one.file == made.__file__}


def asked(one: Check, subject: Subject) -> Iterable[Finding]:
    """What a check of the subject finds; it is not even imported where it could find nothing."""
    if one.of_subject is None or (one.needs is not None and not subject.at_hand.any_of(one.needs)):
        return ()
    return one.of_subject(subject)


def diagnostic(found: Finding, by: Check) -> Diagnostic:
    """What a check yields, under its name."""
    return Diagnostic(
        by.name,
        found.problem,
        found.at,
        found.severity or by.severity,
        found.evidence,
        found.why,
        found.fix,
        found.also,
        found.excerpt,
        found.object,
        found.cause,
        found.edits,
    )


def found_by(function: ProgramCheck, found: Finding) -> Diagnostic:
    """A finding of a check of the program, under its name."""
    return diagnostic(found, _FOUND[_name(function)])


def dashboard_findings(dashboard: Dashboard) -> list[Diagnostic]:
    """What the checks of a single dashboard find."""
    from obs.graph.subject import Subject

    subject = Subject(dashboards=(dashboard,))
    return [
        diagnostic(found, one)
        for one in gates()
        if one.of_subject is not None and one.of_program is not None
        for found in one.of_subject(subject)
    ]


def program_findings(program: Program, stages: tuple[Stage, ...] = ("build",)) -> Iterator[Diagnostic]:
    """What the program's checks find."""
    for one in checks() if "lint" in stages else gates():
        if one.of_program is not None and one.stage in stages:
            yield from one.of_program(program)


def subject_findings(subject: Subject, profiles: tuple[Profile, ...] = ("default",)) -> Iterator[Diagnostic]:
    """What the lint checks of these profiles find; for files without a program, those of the build too."""
    for one in checks():
        if one.of_subject is None or one.profile not in profiles:
            continue
        if subject.program is None or one.of_program is None:
            yield from (diagnostic(found, one) for found in asked(one, subject))


def artifact_findings(
    program: Program, artifacts: Sequence[Artifact], stages: tuple[Stage, ...] = ("build",)
) -> Iterator[Diagnostic]:
    """What the checks of the compiled bytes find."""
    for one in checks() if "lint" in stages else gates():
        if one.of_artifacts is not None and one.stage in stages:
            yield from one.of_artifacts(program, artifacts)
