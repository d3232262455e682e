"""What users may expect of the services: the ServiceProfiles' routes, and how many of their requests must be good."""

from obs import Objectives, Tier
from obs.packs.service_profile import BY, Routes, ServiceProfile
from services.services import behind

# As the ServiceProfiles of the mesh have it.
reads = Routes(["GET"], timeout="1s", retryable=True)
writes = Routes(["POST", "PATCH", "DELETE"], timeout="2s")
profile = ServiceProfile(
    behind,
    routes=[reads, writes],
    ttl="10s",
    min_retries_per_second=10,
    retry_ratio=0.2,
)

# Prometheus keeps seven days here, so that is the period. A month's windows would tell of burns that a week's budget
# outlasts; these tell when a twentieth, a tenth, a fifth and half of it are gone.
week = [
    Tier(0.05, long="1h", short="5m", severity="critical", name="Fast"),
    Tier(0.1, long="6h", short="30m", severity="critical", name="Steady"),
    Tier(0.2, long="1d", short="2h", severity="warning", name="Slow"),
    Tier(0.5, long="3d", short="6h", severity="warning", name="Creeping"),
]
read_within, write_within = "500ms", "1s"
objectives = Objectives(
    slos=[
        profile.availability(0.99),
        profile.latency(0.95, reads, within=read_within, name="read-latency"),
        profile.latency(0.95, writes, within=write_within, name="write-latency"),
    ],
    period="7d",
    tiers=week,
    by=BY,
    at_least=10,
)
