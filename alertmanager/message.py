"""The message in Discord: what happened, to whom, what to do, and where to look."""

from obs import Message

# Discord refuses an empty message, and more than 256 characters of title or 4096 of text: each part has a bound, an
# alert without annotations still shows its name, and past four alerts the rest is only counted.
title = (
    '{{ if eq .Status "firing" }}🔥 장애 발생 {{ len .Alerts.Firing }}건'
    "{{ else }}✅ 복구 완료 {{ len .Alerts.Resolved }}건{{ end }}"
    ': {{ printf "%.60s" (or .CommonLabels.alertname "알림") }}'
    '{{ with .CommonLabels.namespace }} · {{ printf "%.60s" . }}{{ end }}'
)


def section(heading: str, alerts: str, detail: str) -> str:
    """One list of alerts: a heading, up to four of them, and the number of the others."""
    return (
        f"{{{{ if {alerts} }}}}**{heading}**\n"
        f"{{{{ range $index, $alert := {alerts} }}}}{{{{ if lt $index 4 }}}}"
        '- **{{ printf "%.120s" (or .Annotations.summary .Labels.alertname "이름 없는 알림") }}**\n'
        f"{detail}"
        "{{ end }}{{ end }}"
        f"{{{{ if gt (len {alerts}) 4 }}}}- 그 밖에 {{{{ len (slice {alerts} 4) }}}}건이 더 있습니다.\n{{{{ end }}}}"
        "{{ end }}"
    )


detail = (
    '{{ with .Annotations.description }}{{ printf "%.160s" . }}\n{{ end }}'
    '{{ with .Annotations.runbook }}조치: {{ printf "%.160s" . }}\n{{ end }}'
    "{{ with .Annotations.dashboard_url }}[대시보드 열기]({{ . }})\n{{ end }}"
)

message = Message(
    title=title,
    body=section("발생", ".Alerts.Firing", detail) + section("복구", ".Alerts.Resolved", ""),
)
