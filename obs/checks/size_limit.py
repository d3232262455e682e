"""A generated object is larger than Kubernetes, Helm or a client-side apply takes.

Flagged:
    dashboard = Dashboard(
        uid="manual", title="Manual", data=prometheus, rows=[[text("All of it", "Call the person on duty. " * 20_000)]]
    )

Instead:
    dashboard = Dashboard(
        uid="manual", title="Manual", data=prometheus, rows=[[text("Where", "[The manual](https://wiki.example/duty)")]]
    )

Source: Kubernetes, size of a ConfigMap and of all annotations; Helm 3 keeps a release in one Secret.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator, Sequence

from obs.artifact import Artifact
from obs.checks.base import artifact_check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program

CONFIG_MAP = 1_048_576
"""Bytes of a ConfigMap's data. Source: Kubernetes, core/v1 validation, MaxSecretSize and the ConfigMap's twin."""
ANNOTATION = 262_144
"""Bytes of all annotations; a client-side apply keeps the whole object in one.

Source: Kubernetes, TotalAnnotationSizeLimitB."""
RELEASE = 1_048_576
"""Bytes of the Secret in which Helm keeps a release."""
NEAR = 0.7


@artifact_check()
def size_limit(program: Program, artifacts: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """Every dashboard and the release as a whole."""
    for artifact in artifacts:
        size = len(artifact.data)
        at = artifact.origins[0] if artifact.origins else None
        if artifact.kind == "dashboards" and size > CONFIG_MAP:
            yield Diagnostic(
                "size-limit",
                f"{artifact.path} is {size:,} bytes; a ConfigMap holds {CONFIG_MAP:,}",
                at,
                fix="split the dashboard",
            )
        elif artifact.kind == "dashboards" and size > ANNOTATION:
            yield Diagnostic(
                "size-limit",
                f"{artifact.path} is {size:,} bytes: `kubectl apply` fails above {ANNOTATION:,} bytes on the client",
                at,
                severity="warning",
                fix="split the dashboard, or apply with --server-side only",
            )
    if not program.settings.helm_release:
        return
    release = release_bytes(program, artifacts)
    if release > RELEASE:
        yield Diagnostic(
            "size-limit",
            f"the Helm release would be {release:,} bytes; its Secret holds {RELEASE:,}",
            program.stack.origin,
            fix="install the dashboards as a second release; or, if Argo CD renders the chart, "
            "set helm_release = false in [tool.obs]",
        )
    elif release > RELEASE * NEAR:
        yield Diagnostic(
            "size-limit",
            f"the Helm release is at {release / RELEASE:.0%} of the {RELEASE:,} bytes its Secret holds",
            program.stack.origin,
            severity="warning",
        )


def release_bytes(program: Program, artifacts: Sequence[Artifact]) -> int:
    """About what Helm stores of our own part: the chart's files and once more the manifest, gzipped, then base64 twice.

    The subcharts' own templates come on top; they are not here to be measured.
    """
    chart = [artifact for artifact in artifacts if artifact.path.startswith(program.settings.chart + "/")]
    files = b"".join(base64.b64encode(artifact.data) for artifact in chart)
    manifest = b"".join(artifact.data for artifact in chart if "/files/" in artifact.path)
    return len(base64.b64encode(base64.b64encode(gzip.compress(files + manifest, 6, mtime=0))))
