"""Where the stack runs. What an environment alone decides (sizes, storage, switches) stays as plain Helm values."""

from typing import Any

from obs import Environment


def size(cpu: str, memory: str, memory_limit: str) -> dict[str, Any]:
    """Requests, and a memory limit: a CPU limit would only throttle what already shares a laptop."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory_limit}}


off = {"enabled": False}
none = {"replicas": 0}

dev = Environment(
    "dev",
    repository="https://git.example.com/checkmate/platform.git",  # the remote that Argo CD reads; set it to yours
    values={
        "kube-prometheus-stack": {
            "crds": off,  # installed once, by hand: Argo CD would fight over them
            "prometheusOperator": {
                "admissionWebhooks": off,
                "tls": off,
                "resources": size("100m", "256Mi", "512Mi"),
            },
            "prometheus": {"prometheusSpec": {"resources": size("200m", "512Mi", "1Gi")}},
            "alertmanager": {"alertmanagerSpec": {"resources": size("50m", "128Mi", "256Mi")}},
            "grafana": {"resources": size("100m", "192Mi", "384Mi")},
            # k3s runs these inside its one server process: nothing answers on their ports.
            "kubeEtcd": off,
            "kubeControllerManager": off,
            "kubeScheduler": off,
            "kubeProxy": off,
            "defaultRules": {
                "rules": {
                    # Their rules go with them; what is left would never have a target.
                    "etcd": False,
                    "kubeControllerManager": False,
                    "kubeProxy": False,
                    "kubeSchedulerAlerting": False,
                    "kubeSchedulerRecording": False,
                    "windows": False,
                    "k8sContainerMemorySwap": False,  # the chart itself drops container_memory_swap
                },
                "disabled": {
                    # local-path volumes are folders of the node: the kubelet tells nothing of how full they are.
                    "KubePersistentVolumeFillingUp": True,
                    "KubePersistentVolumeInodesFillingUp": True,
                    # Every k3d node reports the whole machine, so that the sum over nodes says nothing.
                    "KubeCPUOvercommit": True,
                    "KubeMemoryOvercommit": True,
                },
            },
        },
        "loki": {
            "deploymentMode": "SingleBinary",
            "loki": {
                "auth_enabled": False,
                "commonConfig": {"replication_factor": 1},
                "storage": {"type": "filesystem"},
                "schemaConfig": {
                    "configs": [
                        {
                            "from": "2024-04-01",
                            "store": "tsdb",
                            "object_store": "filesystem",
                            "schema": "v13",
                            "index": {"prefix": "loki_index_", "period": "24h"},
                        }
                    ]
                },
            },
            "singleBinary": {"replicas": 1, "resources": size("100m", "384Mi", "768Mi")},
            "chunksCache": off,
            "resultsCache": off,
            "backend": none,
            "read": none,
            "write": none,
        },
        "promtail": {"resources": size("50m", "64Mi", "160Mi")},
    },
)
