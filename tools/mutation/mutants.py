"""Changes to the platform's definitions, each of which breaks something that a person would miss."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` becomes `new` in a definition file; `breaks` says what then no longer works.

    `unseen` is why the linter cannot find it, for the few that it cannot.
    """

    name: str
    file: str
    old: str
    new: str
    breaks: str
    unseen: str = ""

    def __str__(self) -> str:
        return self.name


DATASOURCES = "services/datasources.py"
STACK = "services/stack.py"
TARGETS = "services/targets.py"
ENVIRONMENT = "services/environments.py"
PIPELINE = "promtail/pipeline.py"
SPRING = "rules/spring.py"
CPU = "rules/cpu.py"
ROUTE = "alertmanager/discord.py"
MESSAGE = "alertmanager/message.py"
TRAFFIC = "dashboards/gateway_api_traffic.py"
ERRORS = "dashboards/loki_error_logs.py"
REQUESTS = "dashboards/loki_gateway_api_requests.py"

SEEN = 'seen(spring_errors, within="5m", by=("namespace", "pod"))'
STAGES = "match('{namespace=~\".+\"}', spring_errors, pattern=spring_error)"
STACK_VALUES = '        "kube-prometheus-stack": {\n'
ALERTMANAGER_VALUES = '"alertmanager": {"alertmanagerSpec": {"resources"'
SUMMARY = "Spring ERROR 로그 발생: {{ $labels.namespace }}/{{ $labels.pod }}"

OF_SERVICES = [
    Mutant(
        "datasource-uid-taken-twice",
        DATASOURCES,
        'uid="loki"',
        'uid="prometheus"',
        "one uid for two datasources",
    ),
    Mutant(
        "scrape-slower-than-windows",
        STACK,
        'scrape_interval="30s"',
        'scrape_interval="5m"',
        "rate over 5m sees one sample",
    ),
    Mutant("retention-below-windows", STACK, 'retention="7d"', 'retention="4m"', "no sample is kept for 5m"),
    Mutant(
        "alertmanager-without-discord",
        STACK,
        'AlertmanagerServer(version="v0.28.0"',
        'AlertmanagerServer(version="v0.24.0"',
        "Alertmanager 0.24 knows no Discord",
    ),
    Mutant(
        "operator-without-discord",
        STACK,
        'operator="v0.77.2"',
        'operator="v0.60.0"',
        "operator 0.60 knows no discordConfigs",
    ),
    Mutant(
        "image-tag-without-v", STACK, 'version="v2.55.0"', 'version="2.55.0"', "there is no image of that tag"
    ),
    Mutant(
        "loki-push-path",
        STACK,
        "3100/loki/api/v1/push",
        "3100/api/v1/push",
        "Loki 3 answers 404: every line is lost",
    ),
    Mutant(
        "loki-push-host",
        STACK,
        "http://monitoring-loki.monitoring",
        "http://monitoring-lokl.monitoring",
        "no such host: every line is lost",
    ),
    Mutant(
        "release-renamed-alone",
        STACK,
        'release="monitoring"',
        'release="observability"',
        "the addresses of Loki and Alertmanager still name the old release",
    ),
    Mutant(
        "cadvisor-labels-not-kept",
        TARGETS,
        'exposes=["container_*", "kubelet_*"],\n    honor_labels=True,',
        'exposes=["container_*", "kubelet_*"],',
        "namespace and pod become exported_ ones",
    ),
    Mutant(
        "node-target-exposes-typo",
        TARGETS,
        'exposes=["node_*"]',
        'exposes=["nodes_*"]',
        "the alert's metric comes from nowhere",
    ),
    Mutant(
        "node-metric-typo",
        TARGETS,
        '"node_cpu_seconds_total"',
        '"node_cpu_second_total"',
        "no exporter has that metric",
    ),
    Mutant(
        "container-metric-typo",
        TARGETS,
        '"container_cpu_usage_seconds_total"',
        '"container_cpu_usage_second_total"',
        "no exporter has that metric",
    ),
    Mutant(
        "limits-metric-typo",
        TARGETS,
        '"kube_pod_container_resource_limits"',
        '"kube_pod_container_resource_limit"',
        "no exporter has that metric",
    ),
    Mutant(
        "limits-metric-of-kube-state-metrics-1",
        TARGETS,
        '"kube_pod_container_resource_limits"',
        '"kube_pod_container_resource_limits_cpu_cores"',
        "gone since kube-state-metrics 2",
    ),
    Mutant(
        "node-exporter-off",
        TARGETS,
        'exposes=["node_*"]',
        'exposes=["node_*"], enabled=False, switch_on="nodeExporter.enabled"',
        "the node alert can never fire",
    ),
    Mutant(
        "kube-state-metrics-off",
        TARGETS,
        'exposes=["kube_*"],',
        'exposes=["kube_*"], enabled=False, switch_on="kubeStateMetrics.enabled",',
        "the pod alert can never fire",
    ),
    Mutant(
        "promtail-target-off",
        TARGETS,
        'exposes=["promtail_*"]',
        'exposes=["promtail_*"], enabled=False, switch_on="promtail"',
        "the log alert can never fire",
    ),
    Mutant(
        "kubelet-exposes-no-containers",
        TARGETS,
        '"container_*", "kubelet_*"',
        '"kubelet_*"',
        "the alert's metric comes from nowhere",
    ),
    Mutant(
        "strategy-adds-namespace",
        ENVIRONMENT,
        ALERTMANAGER_VALUES,
        '"alertmanager": {"alertmanagerSpec": {"alertmanagerConfigMatcherStrategy": {"type": "OnNamespace"}, "resources"',
        "only alerts with namespace=monitoring reach the route",
    ),
    Mutant(
        "selector-passes-object-over",
        ENVIRONMENT,
        ALERTMANAGER_VALUES,
        '"alertmanager": {"alertmanagerSpec": {"alertmanagerConfigSelector": {"matchLabels": {"release": "prod"}}, "resources"',
        "the operator passes over the route",
    ),
    Mutant(
        "rule-selector-passes-object-over",
        ENVIRONMENT,
        '"prometheus": {"prometheusSpec": {"resources"',
        '"prometheus": {"prometheusSpec": {"ruleSelector": {"matchLabels": {"role": "alerts"}}, "resources"',
        "the operator passes over every rule",
    ),
    Mutant(
        "node-exporter-off-in-dev",
        ENVIRONMENT,
        STACK_VALUES,
        STACK_VALUES + '            "nodeExporter": off,\n',
        "the node alert can never fire in dev",
    ),
    Mutant(
        "kube-state-metrics-off-in-dev",
        ENVIRONMENT,
        STACK_VALUES,
        STACK_VALUES + '            "kubeStateMetrics": off,\n',
        "the pod alert can never fire in dev",
    ),
    Mutant(
        "scrape-slower-in-dev",
        ENVIRONMENT,
        '"prometheus": {"prometheusSpec": {"resources"',
        '"prometheus": {"prometheusSpec": {"scrapeInterval": "5m", "resources"',
        "rate over 5m sees one sample in dev",
    ),
    Mutant(
        "dashboards-label-in-dev",
        ENVIRONMENT,
        '"grafana": {"resources"',
        '"grafana": {"sidecar": {"dashboards": {"label": "dashboard"}}, "resources"',
        "Grafana loads no dashboard in dev",
    ),
]

OF_PIPELINE = [
    Mutant(
        "counter-neither-source-nor-match-all", PIPELINE, ", match_all=True\n", "\n", "it never increments"
    ),
    Mutant("counter-source-typo", PIPELINE, 'source="status"', 'source="statuscode"', "it never increments"),
    Mutant(
        "group-status-renamed", PIPELINE, "(?P<status>", "(?P<code>", "counter, label and panels read status"
    ),
    Mutant("group-path-renamed", PIPELINE, "(?P<path>", "(?P<uri>", "panels group by path"),
    Mutant("group-duration-renamed", PIPELINE, "(?P<duration>", "(?P<took>", "a panel unwraps duration"),
    Mutant("group-bytes-renamed", PIPELINE, "(?P<bytes>", "(?P<size>", "a panel unwraps bytes"),
    Mutant("group-method-unnamed", PIPELINE, "(?P<method>", "(", "the stream of requests shows method"),
    Mutant(
        "honor-labels-off",
        PIPELINE,
        "honor_labels=True",
        "honor_labels=False",
        "the alert names Promtail's own pod",
    ),
    Mutant(
        "cri-left-out",
        PIPELINE,
        "    cri(),\n",
        "",
        "lines keep the runtime's framing, so first lines of events are not recognised",
    ),
    Mutant(
        "error-pattern-typo",
        PIPELINE,
        " ERROR [0-9]+ --- ",
        " EROR [0-9]+ --- ",
        "no console line of Spring Boot matches",
    ),
    Mutant(
        "error-pattern-lower-case",
        PIPELINE,
        " ERROR [0-9]+ --- ",
        " error [0-9]+ --- ",
        "no console line of Spring Boot matches",
    ),
    Mutant(
        "access-log-old-port",
        PIPELINE,
        r'r"(?P<status>\d{3})',
        r'r"(?P<status>\d{4})',
        "no access line matches",
    ),
    Mutant(
        "access-log-quotes",
        PIPELINE,
        r"\S+ \S+ \S+ \[[^\]]*\] " + '"(?P<method>',
        r"\S+ \S+ \S+ \[[^\]]*\] " + "'(?P<method>",
        "no access line matches",
    ),
    Mutant(
        "regex-unbalanced", PIPELINE, r"(?P<status>\d{3})", r"(?P<status>\d{3}", "Promtail does not start"
    ),
    Mutant(
        "regex-with-lookahead",
        PIPELINE,
        r"(?P<status>\d{3})",
        r"(?P<status>\d{3})(?= )",
        "RE2 has no lookahead",
    ),
    Mutant(
        "label-of-nothing", PIPELINE, 'labels("status")', 'labels("state")', "the counter has no label status"
    ),
    Mutant(
        "pod-dropped",
        PIPELINE,
        'labeldrop("filename")',
        'labeldrop("filename", "pod")',
        "alert and panels group by pod",
    ),
    Mutant(
        "namespace-dropped",
        PIPELINE,
        'labeldrop("filename")',
        'labeldrop("filename", "namespace")',
        "everything selects by namespace",
    ),
    Mutant(
        "match-selector-label-typo",
        PIPELINE,
        "match('{namespace=~\".+\"}'",
        "match('{namspace=~\".+\"}'",
        "no line has that label",
    ),
    Mutant(
        "match-selector-unclosed",
        PIPELINE,
        "match('{namespace=~\".+\"}'",
        "match('{namespace=~\".+\"'",
        "Promtail does not start",
    ),
    Mutant(
        "match-selector-other-label",
        PIPELINE,
        "f'{{namespace=\"{gateway.namespace}\"}}'",
        "f'{{kubernetes_namespace=\"{gateway.namespace}\"}}'",
        "no line has that label",
    ),
    Mutant(
        "match-without-pattern",
        PIPELINE,
        STAGES,
        "match('{namespace=~\".+\"}', spring_errors)",
        "every line counts as an error",
    ),
    Mutant(
        "counter-idle-below-window",
        PIPELINE,
        '"spring_error_logs_total", help',
        '"spring_error_logs_total", idle="1m", help',
        "the counter is gone before the window ends and starts anew",
    ),
    Mutant(
        "counter-outside-of-the-pipeline", PIPELINE, f"    {STAGES},\n", "", "no pipeline keeps the counter"
    ),
]

OF_RULES = [
    Mutant(
        "grouping-loses-pod",
        SPRING,
        'by=("namespace", "pod")',
        'by=("namespace",)',
        "the message shows no pod",
    ),
    Mutant(
        "grouping-label-typo",
        SPRING,
        'by=("namespace", "pod")',
        'by=("namespace", "pods")',
        "no series has pods",
    ),
    Mutant(
        "template-label-typo",
        SPRING,
        '{{ $labels.namespace }}/{{ $labels.pod }}"',
        '{{ $labels.namespace }}/{{ $labels.pood }}"',
        "the message shows no pod",
    ),
    Mutant(
        "for-outlasts-window", SPRING, 'for_="1m"', 'for_="10m"', "one error is over before the alert fires"
    ),
    Mutant(
        "panel-that-is-not-there", SPRING, 'panel="Error logs"', 'panel="Error log"', "the link leads nowhere"
    ),
    Mutant(
        "first-increment-blind",
        SPRING,
        SEEN,
        'f"sum by (namespace, pod) (increase({spring_errors}[5m])) > 0"',
        "the first error is not seen",
    ),
    Mutant("window-below-two-scrapes", SPRING, 'within="5m"', 'within="20s"', "no window holds two samples"),
    Mutant("severity-typo", SPRING, 'severity="warning"', 'severity="waring"', "nothing knows that severity"),
    Mutant("summary-empty", SPRING, f'summary="{SUMMARY}"', 'summary=""', "the message has no text"),
    Mutant(
        "offset-beyond-retention",
        SPRING,
        SEEN,
        'f"sum by (namespace, pod) (increase({spring_errors}[5m] offset 30d)) > 0"',
        "samples are kept for 7 days",
    ),
    Mutant(
        "pipeline-metric-typo",
        SPRING,
        SEEN,
        '"sum by (namespace, pod) (promtail_custom_spring_error_log_total) > 0"',
        "no pipeline keeps that counter",
    ),
    Mutant(
        "pipeline-metric-without-prefix",
        SPRING,
        SEEN,
        '"sum by (namespace, pod) (increase(spring_error_logs_total[5m])) > 0"',
        "Promtail puts promtail_custom_ before the name",
    ),
    Mutant(
        "template-function-typo",
        CPU,
        '{{ $value | humanizePercentage }}입니다.",\n    runbook="노드',
        '{{ $value | humanisePercentage }}입니다.",\n    runbook="노드',
        "Prometheus refuses the rules",
    ),
    Mutant(
        "template-unclosed",
        SPRING,
        '{{ $labels.pod }}",\n    desc',
        '{{ $labels.pod }",\n    desc',
        "Prometheus refuses the rules",
    ),
    Mutant("label-value-typo", CPU, "mode='idle'", "mode='idel'", "no series has that mode"),
    Mutant("ratio-against-percent", CPU, "[5m])) > 0.80", "[5m])) > 80", "a ratio never exceeds 1"),
    Mutant(
        "grouping-by-foreign-label",
        CPU,
        "avg by (instance)",
        "avg by (node)",
        "no series of node-exporter has node",
    ),
    Mutant(
        "window-below-scrape", CPU, "(mode='idle')}[5m]", "(mode='idle')}[30s]", "no window holds two samples"
    ),
    Mutant(
        "ratio-shown-as-percent",
        CPU,
        "현재 {{ $value | humanizePercentage }}",
        "현재 {{ $value }}%",
        "0.85% instead of 85%",
    ),
    Mutant("grouping-dropped", CPU, "avg by (instance) (", "avg(", "the message names no node"),
    Mutant(
        "join-label-typo",
        CPU,
        "and on (namespace, pod, container)",
        "and on (namespace, pod, containers)",
        "neither side has containers",
    ),
    Mutant(
        "resource-typo",
        CPU,
        'namespaces, resource="cpu"',
        'namespaces, resource="cpus"',
        "no series has that resource",
    ),
    Mutant(
        "label-sets-differ",
        CPU,
        "/\nsum by (namespace, pod, node) (",
        "/\nsum by (namespace, node) (",
        "the two sides never match",
    ),
    Mutant(
        "expression-unbalanced",
        CPU,
        '{container_limits(resource="cpu")}\n)',
        '{container_limits(resource="cpu")}\n',
        "Prometheus refuses the rules",
    ),
    Mutant(
        "counter-read-raw",
        CPU,
        '    rate({container_cpu(namespace="=~" + namespaces, container="!=")}[5m])',
        '    {container_cpu(namespace="=~" + namespaces, container="!=")}',
        "seconds since the start, not usage",
    ),
    Mutant(
        "selector-label-typo",
        CPU,
        "container_cpu(namespace=",
        "container_cpu(namespce=",
        "no series has that label",
    ),
    Mutant(
        "old-cadvisor-label",
        CPU,
        'container="!="',
        'container_name="!="',
        "gone since Kubernetes 1.16: every series counts",
    ),
    Mutant("comparison-dropped", CPU, "\n> 0.80", "", "the alert always fires"),
    Mutant("comparison-dropped-from-node", CPU, "[5m])) > 0.80", "[5m]))", "the alert always fires"),
    Mutant(
        "link-variable-of-absent-label",
        CPU,
        'variables={"instance": "instance"}',
        'variables={"instance": "node"}',
        "the alert has no label node: the link shows every instance",
    ),
    Mutant(
        "alert-name-taken", CPU, '"HighServicePodCPUUsage"', '"HighNodeCPUUsage"', "two alerts of one name"
    ),
    Mutant("duration-in-words", CPU, 'for_="5m"', 'for_="5 minutes"', "Prometheus refuses the rules"),
    Mutant(
        "sample-type-mixed-up",
        CPU,
        "rate({node_cpu(mode='idle')}[5m])",
        "rate({node_cpu(mode='idle')})",
        "rate wants a range",
    ),
    Mutant(
        "idle-read-as-busy",
        CPU,
        "1 - avg by (instance)",
        "avg by (instance)",
        "fires for idle nodes",
        unseen="a sound expression: only its author knows what was meant",
    ),
]

OF_ROUTES = [
    Mutant(
        "alert-left-out-of-the-route",
        ROUTE,
        "discord: [*errors, ",
        "discord: [",
        "nobody hears of it",
    ),
    Mutant(
        "alert-sent-to-nobody",
        ROUTE,
        "nobody: [watchdog,",
        "nobody: [high_node_cpu, watchdog,",
        "nobody hears of it",
    ),
    Mutant(
        "everything-to-discord",
        ROUTE,
        "default=nobody",
        "default=discord",
        "the chart's own alerts reach people",
    ),
    Mutant(
        "watchdog-to-discord",
        ROUTE,
        "node_down, webhook_test, *systems]",
        "node_down, webhook_test, watchdog, *systems]",
        "it always fires",
    ),
    Mutant(
        "group-by-absent-label",
        ROUTE,
        '"namespace", "pod"]',
        '"namespace", "pods"]',
        "no alert has pods: everything of a namespace is one group",
    ),
    Mutant(
        "repeat-below-interval",
        ROUTE,
        'interval="5m"',
        'interval="10h"',
        "repeats and news wait for ten hours",
    ),
    Mutant("repeat-beyond-memory", ROUTE, 'repeat="4h"', 'repeat="400h"', "Alertmanager forgets after 120h"),
    Mutant(
        "webhook-written-out",
        ROUTE,
        'url=SecretKey("discord-webhook", key="url")',
        'url="https://discord.com/api/webhooks/1/not-a-real-token"',
        "a secret in Git",
    ),
    Mutant(
        "secret-name-invalid",
        ROUTE,
        'SecretKey("discord-webhook"',
        'SecretKey("Discord_Webhook"',
        "no Secret can have that name",
    ),
    Mutant(
        "chart-alert-typo",
        ROUTE,
        'ChartAlert("Watchdog"',
        'ChartAlert("WatchDog"',
        "the chart has no such alert",
    ),
    Mutant(
        "chart-alert-typo-2",
        ROUTE,
        'ChartAlert("NodeClockNotSynchronising"',
        'ChartAlert("NodeClockNotSynchronizing"',
        "the chart has no such alert",
    ),
    Mutant(
        "message-can-be-empty",
        MESSAGE,
        '(or .Annotations.summary .Labels.alertname "이름 없는 알림")',
        ".Annotations.summary",
        "an alert without a summary shows nothing",
        unseen="the list still has its heading, so Discord takes it",
    ),
    Mutant(
        "message-always-empty",
        MESSAGE,
        'body=section("발생", ".Alerts.Firing", detail) + section("복구", ".Alerts.Resolved", over) + advice',
        'body="{{ .CommonAnnotations.summary }}"',
        "Discord refuses an empty message",
    ),
    Mutant(
        "message-unbounded",
        MESSAGE,
        "SHOWN, NAMED = 4, 8",
        "SHOWN, NAMED = 400, 800",
        "longer than Discord takes",
    ),
    Mutant(
        "text-unbounded",
        MESSAGE,
        '{{ with .Annotations.description }}{{ printf "%.160s" . }}',
        "{{ with .Annotations.description }}{{ . }}",
        "longer than Discord takes",
    ),
    Mutant(
        "title-template-unclosed",
        MESSAGE,
        "{{ else }}✅ 알림 종료{{ end }} {{ len .Alerts.Resolved }}건{{ end }}",
        "{{ else }}✅ 알림 종료{{ end }} {{ len .Alerts.Resolved }}건",
        "Alertmanager sends nothing",
    ),
    Mutant(
        "template-field-typo", MESSAGE, '".Alerts.Firing"', '".Alerts.Fired"', "Alertmanager sends nothing"
    ),
    Mutant(
        "template-function-unknown",
        MESSAGE,
        "{{ len .Alerts.Firing }}",
        "{{ count .Alerts.Firing }}",
        "Alertmanager sends nothing",
    ),
    Mutant(
        "annotation-name-typo",
        MESSAGE,
        "{{ with .CommonAnnotations.runbook }}",
        "{{ with .CommonAnnotations.runbok }}",
        "no message says what to do",
    ),
    Mutant("wait-without-unit", ROUTE, 'wait="30s"', 'wait="30"', "the API server refuses the object"),
]

OF_DASHBOARDS = [
    Mutant(
        "datasource-nobody-provisions",
        ERRORS,
        "    data=loki,\n",
        '    data=Loki(uid="loki-main", name="Loki", url="http://loki"),\n',
        "Grafana has no such datasource",
    ),
    Mutant("promql-for-loki", TRAFFIC, "    data=prometheus,\n", "    data=loki,\n", "Loki reads no PromQL"),
    Mutant(
        "variable-over-unknown-label",
        ERRORS,
        'loki.label("namespace"',
        'loki.label("kubernetes_namespace"',
        "no line has that label",
    ),
    Mutant(
        "grouping-label-typo-in-logql",
        ERRORS,
        "sum by (namespace) (rate",
        "sum by (namspace) (rate",
        "one line without a name",
    ),
    Mutant(
        "legend-label-typo",
        ERRORS,
        'legend="{{namespace}}"',
        'legend="{{namspace}}"',
        "a legend without a name",
    ),
    Mutant(
        "legend-label-not-kept",
        TRAFFIC,
        'legend="{{httpStatusCode}}"',
        'legend="{{status}}"',
        "a legend without a name",
    ),
    Mutant(
        "ratio-as-percent",
        TRAFFIC,
        'legend="{{routeId}}", unit="percentunit"',
        'legend="{{routeId}}", unit="percent"',
        "0.5% instead of 50%",
    ),
    Mutant("unit-typo", TRAFFIC, 'unit="reqps"', 'unit="rqps"', "Grafana shows the unit as a word"),
    Mutant(
        "seconds-as-milliseconds", TRAFFIC, 'unit="s", min=0', 'unit="ms", min=0', "a thousandth of the time"
    ),
    Mutant(
        "thresholds-in-percent",
        TRAFFIC,
        '("blue", 0.01, "orange", 0.05, "red")',
        '("green", 1, "yellow", 5, "red")',
        "a ratio never gets there",
    ),
    Mutant(
        "thresholds-descending",
        TRAFFIC,
        '("blue", 0.01, "orange", 0.05, "red")',
        '("green", 0.05, "yellow", 0.01, "red")',
        "yellow never shows",
    ),
    Mutant(
        "dashboard-uid-taken",
        REQUESTS,
        'uid="loki-gateway-api-requests"',
        'uid="loki-error-logs"',
        "one takes the other's place",
    ),
    Mutant(
        "dashboard-uid-too-long",
        REQUESTS,
        'uid="loki-gateway-api-requests"',
        'uid="loki-gateway-api-requests-of-all-the-services"',
        "Grafana takes 40 characters",
    ),
    Mutant("panel-too-wide", ERRORS, "w=18", "w=26", "the grid has 24 columns"),
    Mutant(
        "variable-left-out",
        ERRORS,
        "variables=[namespace, pod]",
        "variables=[namespace]",
        "$pod is not defined",
    ),
    Mutant("textbox-left-out", REQUESTS, "variables=[path]", "variables=[]", "$path is not defined"),
    Mutant(
        "variable-renamed-in-query",
        REQUESTS,
        '| path=~"{path}.*"',
        '| path=~"$route.*"',
        "$route is not defined",
    ),
    Mutant("unwrap-of-nothing", REQUESTS, "| unwrap duration", "| unwrap latency", "no stage extracts it"),
    Mutant(
        "unwrap-of-a-word",
        REQUESTS,
        "| unwrap duration",
        "| unwrap protocol",
        "HTTP/1.1 is no number",
        unseen="the pattern captures anything there, a number too; only a line shows that it never is one",
    ),
    Mutant(
        "unwrap-errors-kept",
        REQUESTS,
        '| bytes!="-" | unwrap bytes | __error__=""',
        "| unwrap bytes",
        "a `-` fails the whole query",
    ),
    Mutant("status-as-word", REQUESTS, 'status=~"5.."', 'status=~"5xx"', "no status reads 5xx"),
    Mutant("line-format-field-typo", REQUESTS, "{{.duration}}ms", "{{.durations}}ms", "shows nothing there"),
    Mutant("line-format-unclosed", REQUESTS, "{{.bytes}}B", "{{.bytes}B", "Loki refuses the query"),
    Mutant(
        "logql-unbalanced",
        REQUESTS,
        "sum by (status) (count_over_time({requests} [$__auto]))",
        "sum by (status) (count_over_time({requests} [$__auto])",
        "Loki refuses the query",
    ),
    Mutant(
        "logql-without-range",
        REQUESTS,
        "(rate({requests} [$__auto]))",
        "(rate({requests}))",
        "Loki refuses the query",
    ),
    Mutant(
        "metric-label-typo",
        TRAFFIC,
        'httpStatusCode=["5.."]',
        'statusCode=["5.."]',
        "no series has that label",
    ),
    Mutant(
        "route-label-typo",
        TRAFFIC,
        "sum by (routeId) (rate({series}",
        "sum by (routeID) (rate({series}",
        "no series has that label",
    ),
    Mutant("quantile-in-percent", TRAFFIC, "histogram_quantile(0.95", "histogram_quantile(95", "always +Inf"),
    Mutant(
        "quantile-without-le", TRAFFIC, "sum by (le, routeId)", "sum by (routeId)", "no quantile without le"
    ),
    Mutant(
        "quantile-of-a-count",
        TRAFFIC,
        "(rate({histogram}[{window}]))",
        "(rate({requests}[{window}]))",
        "no quantile of a count",
    ),
    Mutant(
        "rate-window-of-ten-seconds",
        TRAFFIC,
        'live, whole = "$__rate_interval"',
        'live, whole = "10s"',
        "no window holds two samples",
    ),
    Mutant(
        "rate-of-the-interval",
        TRAFFIC,
        'live, whole = "$__rate_interval"',
        'live, whole = "$__interval"',
        "close by, no window holds two samples",
    ),
    Mutant("override-of-no-column", TRAFFIC, 'override("p95"', 'override("p99"', "no column has that name"),
    Mutant(
        "sorted-by-no-column", TRAFFIC, 'sort_by="요청 수"', 'sort_by="요청수"', "no column has that name"
    ),
    Mutant("heading-of-no-query", TRAFFIC, '"Value #C"', '"Value #D"', "no query has that letter"),
    Mutant(
        "link-variable-typo",
        TRAFFIC,
        'vars={"namespace": gateway.namespace}',
        'vars={"ns": gateway.namespace}',
        "the other dashboard has no such variable",
    ),
    Mutant(
        "raw-counter-in-a-panel",
        TRAFFIC,
        'timeseries("Request rate by route", per_route(requests, live),',
        'timeseries("Request rate by route", f"sum by (routeId) ({requests})",',
        "counts since the start",
    ),
    Mutant(
        "dashboard-metric-typo",
        TRAFFIC,
        "spring_cloud_gateway_requests_seconds_{part}",
        "spring_cloud_gateway_request_seconds_{part}",
        "no exporter has that metric",
    ),
    Mutant(
        "selector-matches-all",
        ERRORS,
        "errors = loki.lines(namespace, pod, spring_error)",
        'errors = \'{namespace=~".*"} |~ " ERROR "\'',
        "Loki refuses a selector that matches everything",
    ),
    Mutant(
        "selector-of-foreign-label",
        REQUESTS,
        "namespace=gateway.namespace)} {access",
        "app_name=gateway.namespace)} {access",
        "no line has that label",
    ),
]

MUTANTS = [*OF_SERVICES, *OF_PIPELINE, *OF_RULES, *OF_ROUTES, *OF_DASHBOARDS]
