"""A page for each alert: what its definition says, and the steps of its Runbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from obs.artifact import Artifact
from obs.emit.notice import notice
from obs.graph.program import Program
from obs.lang import duration
from obs.model.rule import Alert, ChartAlert
from obs.model.runbook import Runbook, Runbooks

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "severity": "Severity", "service": "Service", "condition": "Condition", "for": "for", "told": "Goes to",
        "heard": "Heard", "heard text": "{typical} after the condition holds, {worst} at worst", "quiet": "Silent while",
        "quiet text": "{names} fires, with the same {labels}", "dashboard": "Dashboard", "nobody": "nobody",
        "means": "What it means", "check": "Check first", "mend": "How to mend it", "silence": "Silence it",
        "silence text": "Open the silence link of the message, or, for two hours:",
        "after": "Undo it when the cause is mended: a silence hides the next failure too.",
        "unwritten": "No steps are written yet: add a Runbook for {alert}.", "by others": "a rule of another chart, or sent by hand",
    },
    "ko": {
        "severity": "심각도", "service": "서비스", "condition": "조건", "for": "지속", "told": "받는 곳",
        "heard": "걸리는 시간", "heard text": "조건이 참이 된 뒤 보통 {typical}, 늦어도 {worst}", "quiet": "보내지 않는 때",
        "quiet text": "{labels} 값이 같은 {names} 알림이 울리는 동안", "dashboard": "대시보드", "nobody": "없음",
        "means": "무슨 뜻인가", "check": "먼저 확인할 것", "mend": "고치는 방법", "silence": "잠시 끄기",
        "silence text": "메시지의 「이 알림 잠시 끄기」를 누르거나, 두 시간 동안 끄려면:",
        "after": "원인을 고쳤으면 사일런스를 지우세요. 남겨 두면 다음 장애도 숨깁니다.",
        "unwritten": "아직 적은 절차가 없습니다. {alert}의 Runbook을 더하세요.", "by others": "다른 차트의 규칙이거나 손으로 보낸 알림",
    },
}  # fmt: skip


def runbook_files(program: Program) -> list[Artifact]:
    """`docs/runbooks/<alert>.md`; none for a project that asks for none."""
    definitions = program.definitions
    if not definitions.runbook_pages:
        return []
    settings = definitions.runbook_pages[0]
    steps = {one.alert.name: one for one in definitions.runbooks}
    alerts: list[Alert | ChartAlert] = [
        *definitions.alerts,
        *(alert for alert in definitions.chart_alerts if alert.name in steps),
    ]
    pages = _Pages(program, settings)
    return [
        Artifact(
            settings.page(alert.name),
            pages.page(alert, steps.get(alert.name)).encode(),
            (alert.origin,),
            "runbooks",
        )
        for alert in alerts
    ]


class _Pages:
    def __init__(self, program: Program, settings: Runbooks) -> None:
        from obs.graph.subject import of_program

        self.program = program
        self.words = WORDS[settings.language]
        self.subject = of_program(program)
        self.rules = {rule.name: rule for rule in self.subject.alerts}

    def page(self, alert: Alert | ChartAlert, steps: Runbook | None) -> str:
        """The whole page, as Markdown."""
        origins = (alert.origin, steps.origin if steps is not None else None)
        lines = [f"<!-- {line} -->" for line in notice(self.program, *origins)]
        lines += [f"# {alert.name}", "", *self._facts(alert)]
        for name in ("means", "check", "mend"):
            lines += ["", f"## {self.words[name]}", "", *self._steps(name, alert, steps)]
        lines += ["", f"## {self.words['silence']}", "", self.words["silence text"], ""]
        lines += ["```sh", self._silence(alert), "```", "", self.words["after"]]
        return "\n".join(lines) + "\n"

    def _steps(self, name: str, alert: Alert | ChartAlert, steps: Runbook | None) -> list[str]:
        known = {"means": alert.description, "check": alert.runbook} if isinstance(alert, Alert) else {}
        own = _plain(known.get(name, ""))
        if steps is not None and name == "means":
            return [steps.means or own]
        if steps is not None:
            return _numbered([*([own] if own else []), *(steps.check if name == "check" else steps.mend)])
        return [own or self.words["unwritten"].format(alert=alert.name)]

    def _facts(self, alert: Alert | ChartAlert) -> Iterator[str]:
        if isinstance(alert, ChartAlert):
            yield f"{alert.about} ({self.words['by others']})"
            return
        yield f"**{_plain(alert.summary)}**"
        yield ""
        yield from ("| | |", "|---|---|")
        for name, text in self._rows(alert):
            yield f"| {self.words[name]} | {text} |"
        held = f"  # {self.words['for']} {alert.for_}" if alert.for_ != "0s" else ""
        yield from ("", f"{self.words['condition']}:", "", "```promql", alert.expr + held, "```")

    def _rows(self, alert: Alert) -> Iterator[tuple[str, str]]:
        yield "severity", alert.severity
        if "service" in alert.labels:
            yield "service", _plain(alert.labels["service"])
        yield from self._told(alert)
        dashboard = alert.dashboard
        if dashboard is not None:
            address = f"{self.program.stack.grafana.url}/d/{dashboard.uid}"
            yield "dashboard", f"[{dashboard.title}]({address})"
        for one in self._quiet(alert):
            yield "quiet", one

    def _told(self, alert: Alert) -> Iterator[tuple[str, str]]:
        from obs.graph.reach import reach, tells_somebody
        from obs.graph.timing import timing

        config, root, rule = self.subject.alertmanager, self.subject.route, self.rules[alert.name]
        if config is None or root is None:
            return
        nodes = [one.node for one in reach(root, rule) if tells_somebody(config, one.node)]
        names = dict.fromkeys(node.receiver.rpartition("/")[2] for node in nodes)
        yield "told", ", ".join(names) or self.words["nobody"]
        if nodes:
            total = timing(self.subject, rule, nodes[0]).heard
            times = {
                "typical": duration.render(total.typical // 1000 * 1000),
                "worst": duration.render(total.worst),
            }
            yield "heard", self.words["heard text"].format(**times)

    def _quiet(self, alert: Alert) -> Iterator[str]:
        for route in self.program.definitions.routes:
            for one in route.inhibitions:
                if any(target is alert or target == alert.severity for target in one.target):
                    names = ", ".join(str(source) for source in one.source)
                    yield self.words["quiet text"].format(
                        names=names, labels=", ".join(f"`{label}`" for label in one.equal)
                    )

    def _silence(self, alert: Alert | ChartAlert) -> str:
        stack = self.program.stack
        pod = f"alertmanager-{stack.release}-kube-prometheus-alertmanager-0"
        return (
            f"kubectl -n {stack.namespace} exec {pod} -c alertmanager -- amtool silence add "
            f'alertname={alert.name} --duration=2h --author="$USER" --comment="..." '
            "--alertmanager.url=http://localhost:9093"
        )


def _numbered(lines: Sequence[str]) -> list[str]:
    return [f"{number}. {line}" for number, line in enumerate(lines, 1)]


def _plain(text: str) -> str:
    """A template as a person reads it: `<instance>` for `{{ $labels.instance }}`, backquoted to stay visible."""
    named = re.sub(r"\{\{-?\s*\$labels\.(\w+)[^}]*\}\}", r"`<\1>`", text)
    return re.sub(r"\{\{[^}]*\}\}", "`<값>`" if re.search("[가-힣]", text) else "`<value>`", named).replace(
        "|", "\\|"
    )
