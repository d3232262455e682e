"""Names that the stack's own rules and dashboards use and the catalogue does not describe.

They are unknown here, which says nothing against them: the chart's rules over the control plane ask for metrics of
targets that not every cluster has, and some dashboards keep a retired name as an `or` branch on purpose.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

GAPS: dict[str, str] = {
    "etcd_*": "etcd, where the cluster has a target for it",
    "kubeproxy_*": "kube-proxy, where the cluster has a target for it",
    "scheduler_*": "kube-scheduler, where the cluster has a target for it",
    "reloader_last_reload_successful": "the config-reloader sidecars, port reloader-web",
    "kubelet_node_config_error": "the kubelet, whose sources were not at hand for it",
    "storage_operation_errors_total": "the kubelet, whose sources were not at hand for it",
    "apiserver_request_slo_duration_seconds*": "Kubernetes before 1.27, now apiserver_request_sli_duration_seconds",
    "coredns_dns_request_count_total": "CoreDNS before 1.7, now coredns_dns_requests_total",
    "coredns_dns_request_type_count_total": "CoreDNS before 1.7, now coredns_dns_requests_total",
    "coredns_dns_response_rcode_count_total": "CoreDNS before 1.7, now coredns_dns_responses_total",
    "prometheus_remote_storage_succeeded_samples_total": "Prometheus, a retired name",
    "prometheus_remote_storage_failed_samples_total": "Prometheus, a retired name",
    "prometheus_remote_storage_retried_samples_total": "Prometheus, a retired name",
    "prometheus_remote_storage_dropped_samples_total": "Prometheus, a retired name",
    "prometheus_remote_storage_pending_samples": "Prometheus, a retired name",
}


def gap(name: str) -> str:
    """Whose a name is that the catalogue leaves out knowingly; empty for any other."""
    return next((whose for pattern, whose in GAPS.items() if fnmatchcase(name, pattern)), "")
