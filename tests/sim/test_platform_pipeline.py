"""Real log lines through the pipeline that the chart deploys: each ERROR is counted once, nothing else is.

The lines are those of the Spring Boot, Spring Cloud Gateway and Reactor Netty documentation and issues, with the
CRI framing of a node.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from obs.sim.promtail import Entry, Pipeline

VALUES = Path(__file__).parents[2] / "charts/monitoring/values.yaml"
NOW = 1_771_831_507_000_000_000
ERRORS = "promtail_custom_spring_error_logs_total"
RESPONSES = "promtail_custom_gateway_access_log_lines_total"
TRACE = [
    "",
    "java.lang.IllegalStateException: boom",
    "\tat com.example.Main.run(Main.java:5) ~[app.jar:na]",
    'Caused by: org.postgresql.util.PSQLException: ERROR: relation "users" does not exist',
    "\tat java.base/java.lang.Thread.run(Thread.java:840) ~[na:na]",
    "\t... 12 common frames omitted",
    "",
]
LOGGER = "o.a.c.c.C.[.[.[/].[dispatcherServlet]   "

ERROR_EVENTS = {
    "boot-2": [f"2026-06-08 10:16:22.901 ERROR 18432 --- [nio-8080-exec-5] {LOGGER} : Payment failed"],
    "boot-2-reactive": ["2019-02-18 22:36:51.564 ERROR 16752 --- [ctor-http-nio-2] .a.w.r.e.DefaultErrorWebExceptionHandler : Failed to handle request [POST http://localhost:8095/test]"],
    "boot-3-offset": [f"2024-07-30T14:33:35.442+02:00 ERROR 201951 --- [nio-8080-exec-1] {LOGGER} : Servlet.service() threw exception"],
    "boot-3-app-name": [f"2026-02-23T07:25:07.123Z ERROR 1 --- [gateway-service] [or-http-epoll-3] {LOGGER} : boom"],
    "boot-3-tracing": [f"2026-02-23T07:25:07.123Z ERROR 1 --- [gw] [or-http-epoll-3] [65b2f0c1d2e3f4a5-0123456789abcdef] {LOGGER} : boom"],
    "stack-trace": [f"2026-02-23T07:25:07.123Z ERROR 1 --- [gw] [           main] {LOGGER} : Application run failed", *TRACE],
    "ansi": ["\x1b[2m2026-02-23T07:25:07.123Z\x1b[0;39m \x1b[31mERROR\x1b[0;39m \x1b[35m1\x1b[0;39m \x1b[2m---\x1b[0;39m \x1b[2m[gw] [           main]\x1b[0;39m \x1b[36mc.c.Main\x1b[0;39m \x1b[2m:\x1b[0;39m boom"],
    "ecs-dotted": ['{"@timestamp":"2024-01-01T10:15:00.067462556Z","log.level":"ERROR","process.pid":39599,"process.thread.name":"main","service.name":"simple","log.logger":"org.example.Application","message":"boom","ecs.version":"8.11"}'],
    "ecs-nested": ['{"@timestamp":"2024-01-01T10:15:00.067462556Z","log":{"level":"ERROR","logger":"org.example.Application"},"process":{"pid":39599,"thread":{"name":"main"}},"service":{"name":"simple"},"message":"boom","ecs":{"version":"8.11"}}'],
    "logstash": ['{"@timestamp":"2024-01-01T10:15:00.067462556Z","@version":"1","message":"boom","logger_name":"c.x.E","thread_name":"main","level":"ERROR","level_value":40000,"stack_trace":"java.lang.RuntimeException: Boom\\n\\tat ..."}'],
    "gelf": ['{"version":"1.1","short_message":"Test exception","timestamp":1.725547337719E9,"level":3,"_level_name":"ERROR","_process_pid":16597,"_process_thread_name":"main","host":"app","_log_logger":"c.x.E","full_message":"Test exception\\n\\njava.lang.RuntimeException: Boom\\n\\tat ..."}'],
}  # fmt: skip

OTHER_EVENTS = {
    "boot-2-info": [f"2026-06-08 10:16:22.901  INFO 18432 --- [           main] {LOGGER} : Started"],
    "boot-3-info": ["2026-02-19T12:22:37.451Z  INFO 128443 --- [myapp] [           main] o.s.b.d.f.logexample.MyApplication       : Starting MyApplication using Java 25.0.2 with PID 128443 (/opt/apps/myapp.jar started by myuser in /opt/apps/)"],
    "warn-with-trace": [f"2026-02-23T07:25:07.123Z  WARN 1 --- [gw] [           main] {LOGGER} : retrying", *TRACE],
    "logger-called-error": ["2026-02-23T07:25:07.123Z  INFO 1 --- [gw] [           main] c.e.ERROR.Reporter                       : no ERROR here"],
    "jvm-option": ["Picked up JAVA_TOOL_OPTIONS: -Dreactor.netty.http.server.accessLogEnabled=true"],
    "ecs-info": ['{"@timestamp":"2024-01-01T10:15:00.067462556Z","log.level":"INFO","message":"level ERROR \\"level\\":\\"ERROR\\"","ecs.version":"8.11"}'],
    "ecs-nested-info": ['{"@timestamp":"2024-01-01T10:15:00.067462556Z","log":{"level":"INFO","logger":"a.ERROR"},"message":"ERROR 1 ---","ecs":{"version":"8.11"}}'],
    "logstash-info": ['{"@timestamp":"2024-01-01T10:15:00Z","message":"ERROR","logger_name":"c.x.E","level":"INFO","level_value":20000}'],
    "gelf-info": ['{"version":"1.1","short_message":"ERROR","timestamp":1.7E9,"level":6,"_level_name":"INFO","host":"app"}'],
    "postgres": ["2026-02-23 07:25:07.123 UTC [42] ERROR:  relation \"users\" does not exist at character 15"],
    "empty": [""],
}  # fmt: skip

ACCESS_LINES = {
    "clf": ('127.0.0.1 - - [26/Dec/2022:19:47:43 +0200] "GET /test-api HTTP/1.1" 200 39 114', "200"),
    "locale-month": ('127.0.0.1 - - [26/dec/2022:19:47:43 +0200] "GET /test-api HTTP/1.1" 404 39 114', "404"),
    "korean-month": (
        '10.42.0.7 - - [23/2월/2026:16:25:07 +0900] "POST /auth/login?next=%2F HTTP/1.1" 502 - 3001',
        "502",
    ),
    "unknown-length": (
        '10.42.0.7 - - [23/Feb/2026:07:25:07 +0000] "DELETE /notices/7 HTTP/1.1" 204 - 12',
        "204",
    ),
    "before-2021": (
        '10.42.0.7:51234 - - [23/Feb/2026:07:25:07 +0000] "GET /products HTTP/1.1" 500 39 114 ms',
        "500",
    ),
    "no-request-data": ('127.0.0.1 - - [null] "null null null" 200 39 1672073263670', "200"),
    "ipv6": ('0:0:0:0:0:0:0:1 - alice [23/Feb/2026:07:25:07 +0000] "GET /a?b=c&d HTTP/2.0" 301 0 1', "301"),
}
PREFIXES = {
    "alone": "",
    "boot-3": "2026-02-23T07:25:07.123Z  INFO 1 --- [gateway-service] [or-http-epoll-3] reactor.netty.http.server.AccessLog      : ",
    "boot-2": "2026-02-23 07:25:07.123  INFO 1 --- [or-http-epoll-3] reactor.netty.http.server.AccessLog      : ",
}


@pytest.fixture
def pipeline() -> Pipeline:
    values = yaml.safe_load(VALUES.read_text(encoding="utf-8"))
    return Pipeline(values["promtail"]["config"]["snippets"]["pipelineStages"], now=NOW)


def cri(text: str) -> str:
    return f"2026-02-23T07:25:07.123456789Z stdout F {text}"


def labels(namespace: str) -> dict[str, str]:
    return {
        "app": namespace, "container": namespace, "filename": f"/var/log/pods/{namespace}_{namespace}-1_u/{namespace}/0.log",
        "job": f"{namespace}/{namespace}", "namespace": namespace, "node_name": "k3d-dev-server-0", "pod": f"{namespace}-1",
    }  # fmt: skip


def feed(pipeline: Pipeline, namespace: str, *events: list[str]) -> list[Entry]:
    return pipeline.lines([cri(text) for event in events for text in event], labels(namespace), NOW)


def counted(pipeline: Pipeline, name: str) -> list[tuple[dict[str, str], float]]:
    return [
        (dict(sample.labels), sample.value) for sample in pipeline.metrics.samples() if sample.name == name
    ]


def without_filename(namespace: str, **more: str) -> dict[str, str]:
    return (
        {name: value for name, value in labels(namespace).items() if name != "filename"}
        | {"stream": "stdout"}
        | more
    )


@pytest.mark.parametrize("namespace", ["gateway", "user", "data"])
@pytest.mark.parametrize("event", ERROR_EVENTS.values(), ids=ERROR_EVENTS)
def test_an_error_is_counted_once(pipeline, namespace, event):
    feed(pipeline, namespace, OTHER_EVENTS["boot-3-info"], event, OTHER_EVENTS["boot-3-info"])
    assert counted(pipeline, ERRORS) == [(without_filename(namespace), 1.0)]


@pytest.mark.parametrize("namespace", ["gateway", "user", "data"])
@pytest.mark.parametrize("event", OTHER_EVENTS.values(), ids=OTHER_EVENTS)
def test_nothing_else_is_counted(pipeline, namespace, event):
    feed(pipeline, namespace, event)
    assert counted(pipeline, ERRORS) == []


def test_all_events_of_a_service_in_a_row(pipeline):
    events = [
        event for pair in zip(ERROR_EVENTS.values(), OTHER_EVENTS.values(), strict=True) for event in pair
    ]
    feed(pipeline, "study", *events)
    assert counted(pipeline, ERRORS) == [(without_filename("study"), float(len(ERROR_EVENTS)))]


def test_a_stack_trace_stays_with_its_line(pipeline):
    out = feed(pipeline, "store", ERROR_EVENTS["stack-trace"], OTHER_EVENTS["boot-3-info"])
    assert [entry.line for entry in out] == [
        "\n".join(ERROR_EVENTS["stack-trace"]),
        OTHER_EVENTS["boot-3-info"][0],
    ]


def test_a_long_line_in_two_parts_is_one_error(pipeline):
    text = ERROR_EVENTS["boot-3-app-name"][0]
    parts = [f"2026-02-23T07:25:07Z stdout P {text[:20]}", f"2026-02-23T07:25:08Z stdout F {text[20:]}"]
    out = pipeline.lines(parts, labels("user"), NOW)
    assert [entry.line for entry in out] == [text]
    assert counted(pipeline, ERRORS) == [(without_filename("user"), 1.0)]


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
@pytest.mark.parametrize(("text", "status"), ACCESS_LINES.values(), ids=ACCESS_LINES)
def test_an_access_line_is_read(pipeline, prefix, text, status):
    out = feed(pipeline, "gateway", [prefix + text])
    assert [entry.line for entry in out] == [prefix + text]
    assert out[0].labels == without_filename("gateway")
    assert counted(pipeline, RESPONSES) == [(without_filename("gateway", status=status), 1.0)]
    assert counted(pipeline, ERRORS) == []


def test_access_lines_of_other_services_are_left_alone(pipeline):
    feed(pipeline, "user", [ACCESS_LINES["clf"][0]])
    assert counted(pipeline, RESPONSES) == []


def test_the_series_of_the_first_pipeline_never_existed():
    """The pipeline that the platform had: no source, no named group, and so no series to alert on."""
    stages = [
        {"cri": {}},
        {"match": {"selector": '{namespace=~".+"}', "stages": [
            {"regex": {"expression": ".* ERROR [0-9]+ --- .*"}},
            {"metrics": {"spring_error_logs_total": {"type": "Counter", "config": {"action": "inc"}}}},
        ]}},
    ]  # fmt: skip
    old = Pipeline(stages, now=NOW)
    feed(old, "gateway", *ERROR_EVENTS.values())
    assert old.metrics.samples() == []
