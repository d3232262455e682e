"""Every pod's log lines on their way to Loki, and the two counters that are kept of them."""

from obs import Counter, Pattern, Pipeline, cri, decolorize, labeldrop, labels, match, multiline, regex
from services.services import gateway, namespaces

# Logback's console pattern (Spring Boot 2 and 3), then the JSON forms of Boot 3.4+: ECS dotted and nested, Logstash
# ("level") and GELF ("_level_name"). One pattern for the counter and for the dashboards, so that they cannot disagree.
spring_error = Pattern(
    r' ERROR [0-9]+ --- |"(?:log\.)?level": ?"ERROR"|"_level_name": ?"ERROR"',
    about="An ERROR line of Spring Boot.",
)

# The first line of an event: a date, a JSON object, or a bare access line. What follows is its stack trace.
first_line = Pattern(r"^(?:\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}|\{|\S+ \S+ \S+ \[(?:null|\d{2}/))")

# Reactor Netty's access log. The date is left alone (its month follows the locale, and can be `null`), the length may
# be `-`, and releases before 2021 put the port after the address and `ms` after the duration.
access_log = Pattern(
    r'\S+ \S+ \S+ \[[^\]]*\] "(?P<method>\S+) (?P<path>[^ ?"]+)[^ "]* (?P<protocol>[^" ]+)" '
    r"(?P<status>\d{3}) (?P<bytes>\d+|-) (?P<duration>\d+)",
    about="A request that the gateway answered; duration in milliseconds.",
)

spring_errors = Counter(
    "spring_error_logs_total", help="ERROR lines of Spring Boot services.", match_all=True
)
gateway_responses = Counter(
    "gateway_access_log_lines_total", help="Requests in the gateway's access log, by status.", source="status"
)

pipeline = Pipeline(
    cri(),
    labeldrop("filename"),  # it changes with each restart of a container, and would start every series anew
    decolorize(),
    match(f'{{namespace=~"{namespaces}"}}', multiline(first_line, max_lines=512)),
    match('{namespace=~".+"}', spring_errors, pattern=spring_error),
    match(
        f'{{namespace="{gateway.namespace}"}}',
        regex(access_log),
        labels("status"),
        gateway_responses,
        labeldrop("status"),  # a label of the counter, not of the stream
        pattern=access_log,
    ),
    honor_labels=True,  # the counters name the pod that logged, not Promtail's
)
