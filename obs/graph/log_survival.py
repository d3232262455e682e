"""How Spring Boot and Reactor Netty really write a line, and which of those ways a pattern sees.

Source: the console patterns of Spring Boot 2.7, 3.0, 3.2 and 3.4 and its structured formats (3.4, and ECS as of 3.5);
Reactor Netty's access log before and after 1.0.7.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from obs.diagnostic import Excerpt
from obs.lang import logql, re2
from obs.lang.error import LanguageError
from obs.origin import Origin
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.subject import Subject
    from obs.lang.logql import syntax

Family = Literal["error", "access"]
Judge = Callable[[str], bool]

_JSON = '{"@timestamp":"2026-02-23T07:25:07.123456789Z",%s,"message":"boom"}'
_ERROR: Mapping[str, str] = {
    "Boot 2": "2026-02-23 07:25:07.123 {level} 18432 --- [nio-8080-exec-5] c.e.PaymentController  : boom",
    "Boot 3.0": "2026-02-23T07:25:07.123+09:00 {level} 1 --- [nio-8080-exec-5] c.e.PaymentController  : boom",
    "Boot 3.2": "2026-02-23T07:25:07.123Z {level} 1 --- [gateway] [or-http-epoll-3] c.e.PaymentController  : boom",
    "Boot 3 with tracing": "2026-02-23T07:25:07.123Z {level} 1 --- [gateway] [or-http-epoll-3] "
    "[65b2f0c1d2e3f4a5b6c7d8e9f0a1b2c3-0123456789abcdef] c.e.PaymentController  : boom",
    "Boot 3 in colour": "\x1b[2m2026-02-23T07:25:07.123Z\x1b[0;39m \x1b[31m{level}\x1b[0;39m \x1b[35m1\x1b[0;39m "
    "\x1b[2m---\x1b[0;39m \x1b[2m[gateway] [           main]\x1b[0;39m \x1b[36mc.e.Main\x1b[0;39m : boom",
    "ECS 3.4": _JSON % '"log.level":"{level}","log.logger":"c.e.Main","ecs.version":"8.11"',
    "ECS 3.5": _JSON % '"log":{"level":"{level}","logger":"c.e.Main"},"ecs":{"version":"8.11"}',
    "Logstash": _JSON % '"@version":"1","logger_name":"c.e.Main","level":"{level}","level_value":{number}',
    "GELF": '{"version":"1.1","short_message":"boom","timestamp":1.7E9,"level":{syslog},"_level_name":"{level}"}',
}
COLOUR = "Boot 3 in colour"
PLAIN = frozenset({"Boot 2", "Boot 3.0", "Boot 3.2", "Boot 3 with tracing"})
"""Those that a service changes between by an upgrade alone."""
_ACCESS: Mapping[str, str] = {
    "plain": '127.0.0.1 - - [26/Dec/2022:19:47:43 +0200] "GET /users HTTP/1.1" 200 39 114',
    "month of a locale": '127.0.0.1 - - [26/dec/2022:19:47:43 +0200] "GET /users HTTP/1.1" 200 39 114',
    "without a length": '10.42.0.7 - - [23/Feb/2026:07:25:07 +0000] "DELETE /notices/7 HTTP/1.1" 204 - 12',
    "with port and unit, before 1.0.7": "10.42.0.7:51234 - - [23/Feb/2026:07:25:07 +0000] "
    '"GET /a HTTP/1.1" 500 39 114 ms',
    "behind Boot's prefix": "2026-02-23T07:25:07.123Z  INFO 1 --- [gateway] [or-http-epoll-3] "
    'r.n.http.server.AccessLog : 10.42.0.7 - - [23/Feb/2026:07:25:07 +0000] "GET /a?b=c HTTP/1.1" 200 39 114',
    "behind Boot's prefix, with an offset": "2026-02-23T16:25:07.123+09:00  INFO 1 --- [gateway] [or-http-epoll-3] "
    'r.n.http.server.AccessLog : 10.42.0.7 - - [23/Feb/2026:16:25:07 +0900] "GET /a?b=c HTTP/1.1" 200 39 114',
    "without a request": '127.0.0.1 - - [null] "null null null" 200 39 1672073263670',
}
TODAY = frozenset({"plain", "month of a locale", "without a length"})
BEHIND_BOOT = frozenset({"behind Boot's prefix", "behind Boot's prefix, with an offset"})
"""Access lines that one and the same gateway writes, by locale, time zone and response."""
_VARIABLE = re.compile(r"\$\{?[A-Za-z_]|\[\[")
_NUMBERS = {"ERROR": ("40000", "3"), " INFO": ("20000", "6")}


LEVELS = ("ERROR", " WARN", " INFO", "DEBUG", "TRACE")


def console_lines() -> Iterator[str]:
    """An event of each level in each plain-text form of Spring Boot."""
    return (_ERROR[name].replace("{level}", level) for name in sorted(PLAIN) for level in LEVELS)


def access_lines() -> Iterator[str]:
    """Requests as the gateway logs them today, nothing before them on the line."""
    return (_ACCESS[name] for name in ("plain", "month of a locale", "without a length"))


def _line(format_: str, level: str) -> str:
    number, syslog = _NUMBERS[level]
    word = level if "[" in format_ and not format_.startswith("{") else level.strip()
    return format_.replace("{level}", word).replace("{number}", number).replace("{syslog}", syslog)


@dataclass(frozen=True)
class LogPattern:
    """Something that picks lines: a counter, a query, or a stage (`of_stage`)."""

    title: str
    origin: Origin | None
    judge: Judge
    excerpt: Excerpt | None = None
    of_stage: bool = False

    @cached_property
    def family(self) -> Family | None:
        """What it is about: ERROR lines when it takes some and none at INFO; access lines when it takes no other."""
        errors = [name for name in _ERROR if self.judge(_line(_ERROR[name], "ERROR"))]
        infos = any(self.judge(_line(text, " INFO")) for text in _ERROR.values())
        access = any(map(self.judge, _ACCESS.values()))
        if errors and not infos and not access:
            return "error"
        return "access" if access and not errors and not infos else None

    @cached_property
    def seen(self) -> frozenset[str]:
        """The names of the formats whose lines it takes."""
        if self.family == "error":
            return frozenset(name for name, text in _ERROR.items() if self.judge(_line(text, "ERROR")))
        return frozenset(name for name, text in _ACCESS.items() if self.judge(text))

    @property
    def missed(self) -> tuple[str, ...]:
        """Those whose lines it does not take, in order."""
        return tuple(name for name in formats(self.family) if name not in self.seen)

    @property
    def misses_its_own(self) -> bool:
        """Whether it misses forms that come without any change of the program, beside one that it sees.

        Access lines are the gateway's for certain only where the pattern wants the duration at their end.
        """
        if self.family == "error":
            return bool(PLAIN & self.seen and PLAIN - self.seen)
        if "plain" in self.seen:
            return bool(TODAY - self.seen) and not self.judge(_ACCESS["plain"].rpartition(" ")[0])
        return bool(BEHIND_BOOT & self.seen and BEHIND_BOOT - self.seen)


def formats(family: Family | None) -> tuple[str, ...]:
    """The names of all formats of a family."""
    return tuple(_ERROR if family == "error" else _ACCESS)


def sample_lines() -> Iterator[tuple[str, str]]:
    """A line of each format, with its name: errors, an ordinary event, requests."""
    for name, text in _ERROR.items():
        yield f"{name} ERROR", _line(text, "ERROR")
    yield "Boot 3.2 INFO", _line(_ERROR["Boot 3.2"], " INFO")
    for name, text in _ACCESS.items():
        yield f"access log {name}", text


def log_patterns(subject: Subject) -> Iterator[LogPattern]:
    """Every counter of a pipeline, and every query with line filters, whose family can be told."""
    found = (*_counters(subject), *_parsers(subject), *_queries(subject))
    return (one for one in found if one.family is not None)


def _counters(subject: Subject) -> Iterator[LogPattern]:
    from obs.graph.pipeline_run import counting

    for stages in subject.log_stages:
        for stage in stages:
            for name, given in stage.metrics():
                if str(given.get("type", "")).lower() == "counter":
                    judge = counting(stages, stage, name)
                    if judge is not None:
                        yield LogPattern(f"counter {name}", stage.at(name), judge, of_stage=True)


def _parsers(subject: Subject) -> Iterator[LogPattern]:
    """The expressions of regex stages: what they do not match, they do not extract."""
    for stages in subject.log_stages:
        for stage in stages:
            expression = stage.option("expression")
            if stage.kind == "regex" and isinstance(expression, str) and stage.option("source") is None:
                judge = _regex(expression)
                if judge is not None:
                    yield LogPattern(
                        stage.title, stage.at("expression"), judge, stage.excerpt("expression"), of_stage=True
                    )


def _queries(subject: Subject) -> Iterator[LogPattern]:
    for query in subject.asked:
        if query.log_query is not None:
            judge = _filtering(query.log_query)
            if judge is not None:
                yield LogPattern(query.title, query.origin, judge)


def _regex(expression: str) -> Judge | None:
    try:
        compiled = re2.compile(expression)
    except LanguageError:
        return None
    return lambda line: compiled.search(line) is not None


def _filtering(query: logql.Query) -> Judge | None:
    """The line filters, and the expressions of `regexp`, of a query that has no other filter."""
    tests: list[Judge] = []
    from obs.lang.logql import syntax

    sources = {one.stages if isinstance(one, syntax.Pipeline) else () for one in query.log_queries}
    for node in next(iter(sources)) if len(sources) == 1 else ():
        if isinstance(node, syntax.Filter | syntax.LineFormat):
            return None
        if isinstance(node, syntax.LineFilter):
            test = _filter(node)
            if test is None:
                return None
            tests.append(test)
        elif isinstance(node, syntax.Regexp):
            test = _regex(node.pattern)
            if test is None:
                return None
            tests.append(test)
    return (lambda line: all(test(line) for test in tests)) if tests else None


def _filter(node: syntax.LineFilter) -> Judge | None:
    texts = [one.value for one in node.alternatives]
    if node.op not in ("|=", "!=", "|~", "!~") or any(one.ip for one in node.alternatives):
        return None
    if any(map(_VARIABLE.search, texts)):
        return None
    if node.op in ("|=", "!="):
        tests: list[Judge] = [lambda line, text=text: text in line for text in texts]  # type: ignore[misc]
    else:
        compiled = [_regex(text) for text in texts]
        if any(one is None for one in compiled):
            return None
        tests = [one for one in compiled if one is not None]
    negative = node.op.startswith("!")
    return lambda line: any(test(line) for test in tests) != negative
