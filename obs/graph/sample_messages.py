"""Groups of alerts to render a message for: bare ones, and a crowd with everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.lang.gotemplate.alertmanager import MessageData

LABELS = {"namespace": "n" * 63, "pod": "p" * 253, "instance": "i" * 100, "severity": "warning"}
ANNOTATIONS = dict.fromkeys(("summary", "description", "runbook", "runbook_url"), "가" * 1000) | {
    "dashboard_url": "http://grafana.example/d/" + "u" * 300
}


def group(
    count: int, status: str, labels: Mapping[str, str], annotations: Mapping[str, str], resolved: int = 0
) -> MessageData:
    """A group of so many alerts that are alike, and of so many more that are over."""
    from obs.lang.gotemplate.alertmanager import AlertMessage, MessageData

    named = {"alertname": "Example", **labels}
    return MessageData(
        receiver="discord",
        status=status,
        alerts=[
            AlertMessage(
                status if number < count else "resolved", named, annotations, fingerprint=f"{number:016x}"
            )
            for number in range(count + resolved)
        ],
        group_labels={"alertname": "Example"},
        common_labels=named,
        common_annotations=annotations,
        external_url="http://alertmanager.example",
    )
