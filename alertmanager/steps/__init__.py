"""What to look at and what to type for the alerts of each system: by alert, first looks and ways to mend."""

from alertmanager.steps import cluster, data, delivery, monitoring, services, slo

STEPS = {
    name: steps
    for part in (services, cluster, delivery, data, monitoring, slo)
    for name, steps in part.STEPS.items()
}
