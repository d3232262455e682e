"""The dashboards that kube-prometheus-stack brings: the file, the uid and the title of each.

Those of the mixins have the MD5 of their file's name for a uid; where uid or title is not known for sure, it is empty.
Source: kube-prometheus-stack 88.5, templates/grafana/dashboards-1.14; kubernetes-mixin, `std.md5(filename)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class ChartDashboard(NamedTuple):
    """`file` is the key in its ConfigMap."""

    file: str
    uid: str
    title: str


_TABLE = """
alertmanager-overview alertmanager-overview Alertmanager / Overview
apiserver 09ec8aa1e996d6ffcd6817bbaff4db1b K / API server
cluster-total ff635a025bcfea7bc3dd4f508990a3e9 K / Networking / Cluster
controller-manager 72e0e05bef5099e5f049b05fdc429ed4 K / Controller Manager
etcd -
grafana-overview 6be0s85Mk Grafana Overview
k8s-coredns -
k8s-resources-cluster efa86fd1d0c121a26444b636a3f509a8 K / Compute Resources / Cluster
k8s-resources-multicluster b59e6c9f2fcbe2e16d77fc492374cc4f
k8s-resources-namespace 85a562078cdf77779eaa1add43ccec1e K / Compute Resources / Namespace (Pods)
k8s-resources-node 200ac8fdbfbb74b39aff88118e4d1c2c K / Compute Resources / Node (Pods)
k8s-resources-pod 6581e46e4e5c7ba40a07646395ef7b23 K / Compute Resources / Pod
k8s-resources-windows-cluster 4d08557fd9391b100730f2494bccac68
k8s-resources-windows-namespace 490b402361724ab1d4c45666c1fa9b6f
k8s-resources-windows-pod 40597a704a610e936dc6ed374a7ce023
k8s-resources-workload a164a7f0339f99e89cea5cb47e9be617 K / Compute Resources / Workload
k8s-resources-workloads-namespace a87fb0d919ec0ea5f6543124e16c42a5 K / Compute Resources / Namespace (Workloads)
k8s-windows-cluster-rsrc-use 53a43377ec9aaf2ff64dfc7a1f539334
k8s-windows-node-rsrc-use 96e7484b0bb53b74fbc2bcb7723cd40b
kubelet 3138fa155d5915769fbded898ac09fd9 K / Kubelet
namespace-by-pod 8b7a8b326d7a6f1f04244066368c67af K / Networking / Namespace (Pods)
namespace-by-workload bbb2a765a623ae38130206c7d94a160f K / Networking / Namespace (Workload)
node-cluster-rsrc-use 3e97d1d02672cdd0861f4c97c64f89b2 Node Exporter / USE Method / Cluster
node-rsrc-use fac67cfbe174d3ef53eb473d73d9212f Node Exporter / USE Method / Node
nodes 7d57716318ee0dddbac5a7f451fb7753 Node Exporter / Nodes
nodes-aix - Node Exporter / AIX
nodes-darwin 629701ea43bf69291922ea45f4a87d37 Node Exporter / MacOS
persistentvolumesusage 919b92a8e8041bd567af9edab12c840c K / Persistent Volumes
pod-total 7a18067ce943a40ae25454675c19ff5c K / Networking / Pod
prometheus - Prometheus / Overview
prometheus-remote-write - Prometheus / Remote Write
proxy 632e265de029684c40b21cb76bca4f94 K / Proxy
scheduler 2e6b6a3b4bddf1427b3a55aa1311c656 K / Scheduler
workload-total 728bf77cc1166d2f3133bf25846876cc K / Networking / Workload
"""
"""File without its ending, uid (`-` where it is not known), title; K is Kubernetes."""


def _read(line: str) -> ChartDashboard:
    file, uid, *title = line.split(" ", 2)
    return ChartDashboard(f"{file}.json", uid.strip("-"), "".join(title).replace("K /", "Kubernetes /"))


CHART_DASHBOARDS = tuple(map(_read, _TABLE.strip().splitlines()))
CHART_UIDS = frozenset(one.uid for one in CHART_DASHBOARDS if one.uid)
CHART_FILES = frozenset(one.file for one in CHART_DASHBOARDS)

CHART_VARIABLES: Mapping[str, frozenset[str]] = {
    "efa86fd1d0c121a26444b636a3f509a8": frozenset(("datasource", "cluster")),
    "85a562078cdf77779eaa1add43ccec1e": frozenset(("datasource", "cluster", "namespace")),
    "200ac8fdbfbb74b39aff88118e4d1c2c": frozenset(("datasource", "cluster", "node")),
    "6581e46e4e5c7ba40a07646395ef7b23": frozenset(("datasource", "cluster", "namespace", "pod")),
    "a87fb0d919ec0ea5f6543124e16c42a5": frozenset(("datasource", "cluster", "namespace", "type")),
    "a164a7f0339f99e89cea5cb47e9be617": frozenset(("datasource", "cluster", "namespace", "type", "workload")),
    "7d57716318ee0dddbac5a7f451fb7753": frozenset(("datasource", "cluster", "instance")),
}
"""Variables of the dashboards that alerts lead to most: Compute Resources, and Node Exporter / Nodes."""
