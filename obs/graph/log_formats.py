"""Lines of log formats that are known character for character, to try patterns on.

Source: Spring Boot 2.7, 3.0 and 3.4, default console pattern of Logback; Reactor Netty 1.1, access log.
"""

from __future__ import annotations

from collections.abc import Iterator

LEVELS = ("ERROR", " WARN", " INFO", "DEBUG", "TRACE")
_CONSOLE = (
    "2019-02-18 22:36:51.564 {level} 1 --- [ctor-http-nio-2] c.e.p.PaymentController         : failed",
    "2024-07-30T14:33:35.442+02:00 {level} 1 --- [nio-8080-exec-1] c.e.p.PaymentController         : failed",
    "2026-02-19T12:22:37.451Z {level} 1 --- [myapp] [           main] c.e.p.PaymentController         : failed",
)
ACCESS = (
    '127.0.0.1 - - [26/Dec/2022:19:47:43 +0200] "GET /notices HTTP/1.1" 200 39 114',
    '10.42.0.7 - - [26/12월/2022:19:47:43 +0900] "POST /auth/login?next=%2F HTTP/1.1" 502 - 30001',
    '0:0:0:0:0:0:0:1 - - [26/Dec/2022:19:47:43 +0000] "DELETE /study-groups/17 HTTP/2.0" 404 0 3',
)


def console_lines() -> Iterator[str]:
    """An event of each level in each release's pattern."""
    return (line.format(level=level) for line in _CONSOLE for level in LEVELS)


def alternatives(pattern: str) -> list[str]:
    """The parts of a regular expression between its outermost `|`."""
    found, depth, in_class, start, index = [], 0, False, 0, 0
    while index < len(pattern):
        char = pattern[index]
        if char == "\\":
            index += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            found.append(pattern[start:index])
            start = index + 1
        index += 1
    return [*found, pattern[start:]]
