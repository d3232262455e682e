"""Whose an alert is: the label `service`, by which alerts are muted, counted and found."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from obs import Alert

BY_NAMESPACE = "{{ $labels.namespace }}"
BY_DESTINATION = '{{ reReplaceAll "[.].*" "" $labels.dst }}'


def owned(alerts: Iterable[Alert], by_destination: Collection[str] = ()) -> tuple[Alert, ...]:
    """The alerts with the service that they are about: the namespace, or what `dst` begins with, has its name."""
    return tuple(
        replace(
            alert,
            labels={
                "service": BY_DESTINATION if alert.name in by_destination else BY_NAMESPACE,
                **alert.labels,
            },
        )
        for alert in alerts
    )
