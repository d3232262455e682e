"""The message in Discord: what happened, to whom, since when, what to do, where to look, and how to silence it."""

from obs import Message
from services.datasources import alertmanager
from services.stack import stack

# Discord refuses an empty message, and more than 256 characters of title or 4096 of text: each part has a bound, an
# alert without annotations still shows its name; past four alerts the others are counted, and four of them named.
severity = ".CommonLabels.severity"
heading = (
    f'{{{{ if eq .Status "firing" }}}}{{{{ if eq {severity} "critical" }}}}🔥 장애 발생'
    f'{{{{ else if eq {severity} "warning" }}}}⚠️ 경고'
    "{{ else }}🔔 알림{{ end }} {{ len .Alerts.Firing }}건"
    f'{{{{ else }}}}{{{{ if eq {severity} "critical" }}}}✅ 장애 복구'
    f'{{{{ else if eq {severity} "warning" }}}}✅ 경고 해제'
    "{{ else }}✅ 알림 종료{{ end }} {{ len .Alerts.Resolved }}건{{ end }}"
)
title = (
    heading + ': {{ printf "%.60s" (or .CommonLabels.alertname "알림") }}'
    '{{ with (or .CommonLabels.service .CommonLabels.namespace) }} · {{ printf "%.60s" . }}{{ end }}'
)


def kst(moment: str) -> str:
    """A time in Seoul. The image of Alertmanager has no time zones, and Korea has no summer time: nine hours more."""
    return f'{{{{ ({moment}.UTC.Add 32400000000000).Format "1월 2일 15:04" }}}}'


SHOWN, NAMED = 4, 8


def section(heading: str, alerts: str, detail: str) -> str:
    """One list of alerts: a heading, up to four of them, the number of the others, and the names of four more."""
    others = (
        f"- 그 밖에 {{{{ len (slice {alerts} {SHOWN}) }}}}건이 더 있습니다"
        f"{{{{ range $index, $alert := {alerts} }}}}"
        f"{{{{ if and (ge $index {SHOWN}) (lt $index {NAMED}) }}}}"
        f"{{{{ if eq $index {SHOWN} }}}}: {{{{ else }}}}, {{{{ end }}}}"
        '{{ printf "%.22s" (or .Labels.node .Labels.instance .Labels.service .Labels.alertname "이름 없음") }}'
        "{{ end }}{{ end }}\n"
    )
    return (
        f"{{{{ if {alerts} }}}}**{heading}**\n"
        f"{{{{ range $index, $alert := {alerts} }}}}{{{{ if lt $index {SHOWN} }}}}"
        '- **{{ printf "%.100s" (or .Annotations.summary .Labels.alertname "이름 없는 알림") }}**\n'
        f"{detail}"
        "{{ end }}{{ end }}"
        f"{{{{ if gt (len {alerts}) {SHOWN} }}}}{others}{{{{ end }}}}"
        "{{ end }}"
    )


detail = (
    f"시작 {kst('.StartsAt')} (KST)\n"
    '{{ with .Annotations.description }}{{ printf "%.160s" . }}\n{{ end }}'
    "{{ with .Annotations.dashboard_url }}[대시보드 열기]({{ . }})\n{{ end }}"
)
over = f"{kst('.StartsAt')} ~ {kst('.EndsAt')} (KST)\n"

# What to do is the same for every alert of a group, so it is said once. The silence covers what the alerts of the
# message have in common; the form is Grafana's, which has a login and an address that a browser reaches.
silence = (
    f"{stack.grafana.url}/alerting/silence/new?alertmanager={alertmanager.name}"
    "{{ range .CommonLabels.SortedPairs }}"
    '&matcher={{ urlquery (printf "%s=%s" .Name .Value) }}{{ end }}'
)
advice = (
    "{{ if .Alerts.Firing }}"
    '{{ with .CommonAnnotations.runbook }}**조치** {{ printf "%.160s" . }}\n{{ end }}'
    '{{ with .CommonAnnotations.runbook_page }}**런북** {{ printf "%.60s" . }}\n{{ end }}'
    f"{{{{ if .CommonLabels.alertname }}}}[이 알림 잠시 끄기]({silence})\n{{{{ end }}}}"
    "{{ end }}"
)

message = Message(
    title=title,
    body=section("발생", ".Alerts.Firing", detail) + section("복구", ".Alerts.Resolved", over) + advice,
)
