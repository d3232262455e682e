"""Which labels tell the series of a metric apart within one cluster; the others only describe what those name.

A pod has one uid, one node and one address at a time, a resource has one unit: such labels are no part of a key.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from obs.catalogue.series import Series

_DESCRIBING = frozenset(
    {"container_id", "device_error", "fstype", "id", "image", "image_id", "image_spec", "uid", "unit"}
)
_INFO_KEYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("kube_pod_container_info", ("namespace", "pod", "container")),
    ("kube_pod_init_container_info", ("namespace", "pod", "container")),
    ("kube_pod_info", ("namespace", "pod")),
    ("kube_pod_owner", ("namespace", "pod")),
    ("kube_pod_labels", ("namespace", "pod")),
    ("kube_pod_service_account", ("namespace", "pod")),
    ("kube_pod_restart_policy", ("namespace", "pod")),
    ("kube_replicaset_owner", ("namespace", "replicaset")),
    ("kube_job_owner", ("namespace", "job_name")),
    ("kube_node_info", ("node",)),
    ("kube_service_*", ("namespace", "service")),
    ("kube_persistentvolumeclaim_info", ("namespace", "persistentvolumeclaim")),
    ("kube_persistentvolume_info", ("persistentvolume",)),
    ("node_uname_info", ()),
    ("node_os_info", ()),
    ("node_dmi_info", ()),
    ("node_network_info", ("device",)),
)
"""Info metrics of which it is known what they describe."""


def key(series: Series) -> frozenset[str] | None:
    """The labels, as a query sees them; None where that is not known.

    `instance` is among them unless the metric describes the cluster's objects and not its own process.
    """
    entry = series.entry
    own = _own(series)
    if own is None:
        return None
    seen = series.usual_labels
    names = {seen.own.get(label, label) for label in own}
    cluster_wide = series.system.scrape.honor_labels and bool(
        {"namespace", "node", "persistentvolume"} & set(entry.labels)
    )
    if not cluster_wide and "instance" in seen.target:
        names.add("instance")
    return frozenset(names)


def _own(series: Series) -> tuple[str, ...] | None:
    entry = series.entry
    for pattern, labels in _INFO_KEYS:
        if fnmatchcase(entry.name, pattern) and set(labels) <= set(entry.labels):
            return labels
    if entry.kind == "info" or entry.open:
        return None
    pod = {"namespace", "pod"} <= set(entry.labels)
    described = _DESCRIBING | ({"node"} if pod else frozenset())
    return tuple(label for label in series.own_labels if label not in described)
