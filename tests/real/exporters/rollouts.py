"""The controller of Argo Rollouts beside an API server: rollouts in several phases, an analysis, an experiment."""

from __future__ import annotations

import urllib.request

from obs.testing.control_plane import ControlPlane
from obs.testing.kube_api import ApiError
from obs.testing.servers import Servers, free_ports
from obs.testing.tools import Tools
from tests.real.exporters.kubernetes import kubeconfig

SECONDS = 60.0
NAMESPACE = "rollouts"
OBJECTS = """
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: complete}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
  strategy: {canary: {steps: [{setWeight: 20}, {pause: {}}, {setWeight: 50}, {pause: {}}]}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: starting}
spec:
  replicas: 2
  selector: {matchLabels: {app: starting}}
  template:
    metadata: {labels: {app: starting}}
    spec: {containers: [{name: web, image: "web:1"}]}
  strategy: {canary: {}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: late}
spec:
  replicas: 1
  progressDeadlineSeconds: 2
  minReadySeconds: 1
  selector: {matchLabels: {app: late}}
  template:
    metadata: {labels: {app: late}}
    spec: {containers: [{name: web, image: "web:1"}]}
  strategy: {canary: {}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: wrong}
spec:
  replicas: 1
  selector: {matchLabels: {app: wrong}}
  template:
    metadata: {labels: {app: wrong}}
    spec: {containers: [{name: web, image: "web:1"}]}
  strategy: {canary: {steps: [{setWeight: 200}]}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: paused}
spec:
  replicas: 1
  paused: true
  selector: {matchLabels: {app: paused}}
  template:
    metadata: {labels: {app: paused}}
    spec: {containers: [{name: web, image: "web:1"}]}
  strategy: {blueGreen: {activeService: paused, autoPromotionEnabled: false}}
---
apiVersion: v1
kind: Service
metadata: {name: paused}
spec: {ports: [{port: 80}], selector: {app: paused}}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: answers}
spec:
  metrics: [{name: answers, count: 1, provider: {web: {url: "http://127.0.0.1:9/", jsonPath: "{$.ok}"}}}]
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisRun
metadata: {name: answers}
spec:
  metrics: [{name: answers, count: 1, provider: {web: {url: "http://127.0.0.1:9/", jsonPath: "{$.ok}"}}}]
---
apiVersion: argoproj.io/v1alpha1
kind: Experiment
metadata: {name: tried}
spec:
  duration: 1m
  templates:
    - name: new
      replicas: 1
      selector: {matchLabels: {app: tried}}
      template:
        metadata: {labels: {app: tried}}
        spec: {containers: [{name: web, image: "web:1"}]}
"""
PHASES = ("Completed", "Progressing", "Timeout", "InvalidSpec", "Paused")


class Rollouts:
    """Start with `start`; `pages` has its address."""

    def __init__(self, servers: Servers, tools: Tools, plane: ControlPlane) -> None:
        self.servers, self.tools, self.plane = servers, tools, plane
        self.port, self.health = free_ports(2)

    def start(self) -> None:
        """The controller, when it has seen the objects in their phases."""
        crds = sorted((self.tools.bin.parent / "rollout-crds").glob("*.yaml"))
        assert crds
        for crd in crds:
            self.plane.apply(crd.read_text(encoding="utf-8"))
        self.plane.namespace(NAMESPACE)
        self.servers.wait_for(self._serves_all, SECONDS, "the CRDs are served")
        self.plane.apply_all(OBJECTS, namespace=NAMESPACE)
        self.servers.spawn(
            "rollouts",
            "rollouts-controller",
            f"--kubeconfig={kubeconfig(self.servers.folder, self.plane)}",
            f"--metricsport={self.port}",
            f"--healthzPort={self.health}",
            "--leader-elect=false",
        )
        self.servers.wait_for(self._sees_all, SECONDS, "the controller sees every phase")

    @property
    def pages(self) -> dict[str, tuple[str, ...]]:
        return {"argo-rollouts": (f"http://127.0.0.1:{self.port}/metrics",)}

    def _serves_all(self) -> bool:
        try:
            for kind in (
                "rollouts",
                "analysisruns",
                "analysistemplates",
                "clusteranalysistemplates",
                "experiments",
            ):
                self.plane.list(f"/apis/argoproj.io/v1alpha1/{kind}")
        except ApiError:
            return False
        return True

    def _sees_all(self) -> bool:
        try:
            with urllib.request.urlopen(self.pages["argo-rollouts"][0], timeout=10) as answer:
                lines = answer.read().decode().splitlines()
        except OSError:
            return False
        phases = all(
            any("rollout_info{" in line and f'phase="{one}"' in line for line in lines) for one in PHASES
        )
        wanted = ("analysis_run_metric_phase{", "experiment_info{", "analysis_template_info{")
        return phases and all(any(line.startswith(one) for line in lines) for one in wanted)
