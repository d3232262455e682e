"""A password, a token or the address of a webhook stands in a file, and so in Git.

Whoever reads the repository can use it. Renew it, and refer to a Secret or a file.

Flagged:
    route: {receiver: pager}
    receivers:
      - name: pager
        pagerduty_configs: [{service_key: 0f1e2d3c4b5a69788796a5b4c3d2e1f0}]

Instead:
    route: {receiver: pager}
    receivers:
      - name: pager
        pagerduty_configs: [{service_key_file: /etc/alertmanager/secrets/pagerduty}]

Flagged:
    kube-prometheus-stack:
      grafana:
        adminPassword: hunter2-hunter2

Instead:
    kube-prometheus-stack:
      grafana:
        admin: {existingSecret: grafana-admin}

Source: Alertmanager 0.27, `<secret>` and its `_file` twins; Helm keeps values in the release's Secret and in Git.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.redact import WEBHOOK

_KINDS = (
    "alertmanager",
    "AlertmanagerConfig",
    "AlertmanagerConfig.spec",
    "values",
    "promtail",
    "prometheus",
    "datasources",
)
_SECRETS = frozenset(
    {
        "smtp_auth_password",
        "smtp_auth_secret",
        "slack_app_token",
        "opsgenie_api_key",
        "victorops_api_key",
        "wechat_api_secret",
        "rocketchat_token",
        "telegram_bot_token",
        "auth_password",
        "auth_secret",
        "service_key",
        "routing_key",
        "api_key",
        "api_secret",
        "bot_token",
        "bearer_token",
        "password",
        "adminpassword",
        "admin_password",
        "client_secret",
        "secret_access_key",
        "user_key",
        "basicauthpassword",
    }
)
_AMBIGUOUS = frozenset({"token", "credentials", "secret_key"})
"""Keys that may hold a name as well; what is long and has digits is none."""
_PLACEHOLDERS = re.compile(
    r"<[^>]*>|\$\{?\w|\{\{|changeme|change-me|xxx|\*\*\*|example|placeholder|dummy|todo|redacted|replace|your[-_ ]|none|null|test|/",
    re.IGNORECASE,
)
LEVELS = 60
SHORTEST = 6
"""Characters; what is shorter is rather a name or a switch."""


@lint("error")
def secret_literal(subject: Subject) -> Iterator[Finding]:
    """By the key, and by what an address looks like; the value is never shown. VictorOps's routing key is none."""
    for document in subject.of_kind(*_KINDS):
        for path, value in _texts(document.value, (), 0):
            problem = "" if "victorops_configs" in path else _problem(str(path[-1]), value)
            if problem:
                yield Finding(
                    f"{problem}: whoever can read the file can use it",
                    document.at(*path),
                    excerpt=document.key(*path),  # else the whole line would be shown
                    fix="renew it, and keep it in a Secret or a file that this one refers to",
                    object=" ".join(dict.fromkeys(filter(None, (document.kind, document.name)))),
                    cause=f"secrets of {document.source.file}",
                )


def _problem(key: str, value: str) -> str:
    address = WEBHOOK.search(value)
    if address is not None:
        token = address.group().rsplit("/", 1)[-1]
        return "" if _PLACEHOLDERS.search(token) else f"{key} holds the address of a webhook"
    if len(value) < SHORTEST or " " in value or _PLACEHOLDERS.search(value):
        return ""
    name = key.lower()
    certain = name in _SECRETS or (name in _AMBIGUOUS and len(value) >= 16 and any(map(str.isdigit, value)))
    return f"{key} is written out" if certain else ""


def _texts(
    value: object, path: tuple[str | int, ...], depth: int
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if depth > LEVELS:
        return
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(one, (*path, str(key)), depth + 1)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, (*path, index), depth + 1)
    elif isinstance(value, str) and path and isinstance(path[-1], str):
        yield path, value
