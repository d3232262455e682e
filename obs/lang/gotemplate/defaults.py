"""Alertmanager's default templates by name: texts of our own that print what Alertmanager's print.

Source: outputs of Alertmanager 0.27 (`amtool template render`).
"""

from __future__ import annotations

_LIST = (
    "{{ range . }}Labels:\n{{ range .Labels.SortedPairs }} - {{ .Name }} = {{ .Value }}\n{{ end }}"
    "Annotations:\n{{ range .Annotations.SortedPairs }} - {{ .Name }} = {{ .Value }}\n{{ end }}"
    "Source: {{ .GeneratorURL }}\n{{ end }}"
)
_MARKDOWN_LIST = (
    "{{ range . }}\nLabels:\n{{ range .Labels.SortedPairs }}  - {{ .Name }} = {{ .Value }}\n{{ end }}\n"
    "Annotations:\n{{ range .Annotations.SortedPairs }}  - {{ .Name }} = {{ .Value }}\n{{ end }}\n"
    "Source: {{ .GeneratorURL }}\n{{ end }}\n"
)


def _sections(around: str, mark: str = "", alerts: str = "__text_alert_list") -> str:
    """The firing alerts, then the resolved ones, each under its heading when there are any."""
    return "".join(
        f"{{{{ if len .Alerts.{state} }}}}{around}{mark}Alerts {state}:\n"
        f'{{{{ template "{alerts}" .Alerts.{state} }}}}{around}{{{{ end }}}}\n'
        for state in ("Firing", "Resolved")
    )


_COMMON = '{{ join " " .CommonAnnotations.Values }}\n'
_TIGHT = _COMMON + _sections("")
_AIRY = _COMMON + _sections("\n")
_SUBJECT = '{{ template "__subject" . }}'
_URL = '{{ template "__alertmanagerURL" . }}'
_NAME = '{{ template "__alertmanager" . }}'
_EMPTY = (
    "__description", "slack.default.callbackid", "slack.default.pretext", "slack.default.iconemoji",
    "slack.default.iconurl", "slack.default.text", "slack.default.footer", "wechat.default.to_user",
    "wechat.default.to_party", "wechat.default.to_tag", "wechat.default.agent_id",
)  # fmt: skip
_SUBJECTS = (
    "discord.default.title", "email.default.subject", "msteams.default.summary", "msteams.default.title",
    "opsgenie.default.message", "pagerduty.default.description", "pushover.default.title",
    "slack.default.title", "sns.default.subject", "victorops.default.entity_display_name",
)  # fmt: skip
_URLS = (
    "opsgenie.default.source", "pagerduty.default.clientURL", "pushover.default.url",
    "slack.default.titlelink",
)  # fmt: skip
_NAMES = ("pagerduty.default.client", "slack.default.username", "victorops.default.monitoring_tool")

DEFAULTS: dict[str, str] = {
    **dict.fromkeys(_EMPTY, ""),
    **dict.fromkeys(_SUBJECTS, _SUBJECT),
    **dict.fromkeys(_URLS, _URL),
    **dict.fromkeys(_NAMES, _NAME),
    "__alertmanager": "Alertmanager",
    "__alertmanagerURL": "{{ .ExternalURL }}/#/alerts?receiver={{ urlquery .Receiver }}",
    "__subject": (
        '[{{ toUpper .Status }}{{ if eq "firing" .Status }}:{{ len .Alerts.Firing }}{{ end }}] '
        '{{ join " " .GroupLabels.Values }} {{ if gt (len .CommonLabels) (len .GroupLabels) }}'
        '({{ with .CommonLabels.Remove .GroupLabels.Names }}{{ join " " .Values }}{{ end }}){{ end }}'
    ),
    "__text_alert_list": _LIST,
    "__text_alert_list_markdown": _MARKDOWN_LIST,
    "discord.default.message": "\n" + _sections("\n"),
    "msteams.default.text": "\n" + _sections("\n", "# ", "__text_alert_list_markdown"),
    "opsgenie.default.description": _TIGHT.removesuffix("\n"),
    "pagerduty.default.instances": '{{ template "__text_alert_list" . }}',
    "pushover.default.message": _AIRY,
    "slack.default.fallback": f"{_SUBJECT} | {_URL}",
    "sns.default.message": _AIRY,
    "telegram.default.message": "\n" + _sections("\n"),
    "victorops.default.state_message": _TIGHT.removesuffix("\n"),
    "webex.default.message": _AIRY,
    "wechat.default.message": f"{_SUBJECT}\n{_TIGHT}AlertmanagerUrl:\n{_URL}",
}
"""The text of each default template."""

UNSUPPORTED = frozenset(("email.default.html",))
"""Default templates that exist and are not carried: the HTML mail."""
