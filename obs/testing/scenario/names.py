"""Names of pods as Kubernetes makes them, the same in every run."""

from __future__ import annotations

import hashlib

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of Kubernetes's random names: no vowels, so no words."""


def suffix(seed: str, length: int = 5) -> str:
    """The random part of a name."""
    digest = hashlib.sha256(seed.encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:length])


def pod_name(service: str, number: int = 0, revision: int = 0) -> str:
    """A pod of a Deployment or Rollout; another revision is another template."""
    template = suffix(f"{service}@{revision}", 9)
    return f"{service}-{template}-{suffix(f'{service}@{revision}/{number}')}"


def promtail_pod(release: str, node: str) -> str:
    """Promtail's pod of a node."""
    return f"{release}-promtail-{suffix(f'promtail/{node}')}"


def stream_labels(
    service: str, namespace: str, pod: str, container: str, node: str, restarts: int = 0
) -> dict[str, str]:
    """What Promtail's chart 6.16.6 sets on the lines of a pod."""
    return {
        "app": service,
        "container": container,
        "filename": f"/var/log/pods/{namespace}_{pod}_{suffix(pod, 8)}/{container}/{restarts}.log",
        "instance": service,
        "job": f"{namespace}/{service}",
        "namespace": namespace,
        "node_name": node,
        "pod": pod,
    }
