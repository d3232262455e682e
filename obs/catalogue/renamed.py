"""Names that exporters gave up years ago, and what they are called now.

Source: node_exporter 0.16 and kube-state-metrics 2.0, their changelogs.
"""

from __future__ import annotations

from collections.abc import Mapping

_NODE = "node_exporter 0.16"
_STATE = "kube-state-metrics 2.0"
RENAMED: Mapping[str, tuple[str, str]] = {
    "node_cpu": ("node_cpu_seconds_total", _NODE),
    "node_boot_time": ("node_boot_time_seconds", _NODE),
    "node_time": ("node_time_seconds", _NODE),
    "node_disk_bytes_read": ("node_disk_read_bytes_total", _NODE),
    "node_disk_bytes_written": ("node_disk_written_bytes_total", _NODE),
    "node_disk_io_time_ms": ("node_disk_io_time_seconds_total", _NODE),
    "node_disk_reads_completed": ("node_disk_reads_completed_total", _NODE),
    "node_disk_writes_completed": ("node_disk_writes_completed_total", _NODE),
    "node_filesystem_avail": ("node_filesystem_avail_bytes", _NODE),
    "node_filesystem_free": ("node_filesystem_free_bytes", _NODE),
    "node_filesystem_size": ("node_filesystem_size_bytes", _NODE),
    "node_memory_Buffers": ("node_memory_Buffers_bytes", _NODE),
    "node_memory_Cached": ("node_memory_Cached_bytes", _NODE),
    "node_memory_MemAvailable": ("node_memory_MemAvailable_bytes", _NODE),
    "node_memory_MemFree": ("node_memory_MemFree_bytes", _NODE),
    "node_memory_MemTotal": ("node_memory_MemTotal_bytes", _NODE),
    "node_network_receive_bytes": ("node_network_receive_bytes_total", _NODE),
    "node_network_transmit_bytes": ("node_network_transmit_bytes_total", _NODE),
    "kube_pod_container_resource_limits_cpu_cores": (
        'kube_pod_container_resource_limits{resource="cpu"}',
        _STATE,
    ),
    "kube_pod_container_resource_limits_memory_bytes": (
        'kube_pod_container_resource_limits{resource="memory"}',
        _STATE,
    ),
    "kube_pod_container_resource_requests_cpu_cores": (
        'kube_pod_container_resource_requests{resource="cpu"}',
        _STATE,
    ),
    "kube_pod_container_resource_requests_memory_bytes": (
        'kube_pod_container_resource_requests{resource="memory"}',
        _STATE,
    ),
    "kube_node_status_allocatable_cpu_cores": ('kube_node_status_allocatable{resource="cpu"}', _STATE),
    "kube_node_status_allocatable_memory_bytes": ('kube_node_status_allocatable{resource="memory"}', _STATE),
    "kube_node_status_capacity_cpu_cores": ('kube_node_status_capacity{resource="cpu"}', _STATE),
    "kube_node_status_capacity_memory_bytes": ('kube_node_status_capacity{resource="memory"}', _STATE),
    "kube_hpa_spec_max_replicas": ("kube_horizontalpodautoscaler_spec_max_replicas", _STATE),
    "kube_hpa_status_current_replicas": ("kube_horizontalpodautoscaler_status_current_replicas", _STATE),
}
