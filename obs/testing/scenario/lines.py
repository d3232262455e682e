"""Log lines as Spring Boot writes them, for scenarios: each knows how it looks at the moment it is written.

Sources: Spring Boot's default console pattern (2.x, 3.x), its structured formats (3.4), Reactor Netty's access log.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Level = Literal["ERROR", "WARN", "INFO", "DEBUG"]


@dataclass(frozen=True, slots=True)
class Template:
    """A line that is yet to be written; called with the service and the moment it is text."""

    name: str
    write: Callable[[str, datetime], str]

    def __call__(self, service: str, moment: datetime) -> str:
        return self.write(service, moment)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def spring(
    message: str = "boom",
    *,
    level: Level = "ERROR",
    thread: str = "main",
    logger: str = "c.c.g.Handler",
    color: bool = False,
) -> Template:
    """Spring Boot 3's console line; `color` as on a terminal."""

    def write(service: str, moment: datetime) -> str:
        shown = f"\x1b[31m{level:>5}\x1b[0;39m" if color else f"{level:>5}"
        return f"{_iso(moment)} {shown} 1 --- [{service}] [{thread[-15:]:>15}] {logger:<40} : {message}"

    return Template(f"spring {level}{' in colour' if color else ''}", write)


def spring2(message: str = "boom", *, level: Level = "ERROR", logger: str = "c.c.g.Handler") -> Template:
    """Spring Boot 2's console line."""

    def write(_: str, moment: datetime) -> str:
        time = f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"
        return f"{time} {level:>5} 1 --- [{'main':>15}] {logger:<40} : {message}"

    return Template(f"spring 2 {level}", write)


def ecs(message: str = "boom", *, level: Level = "ERROR", nested: bool = False) -> Template:
    """Spring Boot 3.4's ECS format; `nested` as from 3.5 on."""

    def write(service: str, moment: datetime) -> str:
        logger = "com.checkmate.Handler"
        fields: dict[str, object] = {"log": {"level": level, "logger": logger}, "service": {"name": service}}
        if not nested:
            fields = {"log.level": level, "log.logger": logger, "service.name": service}
        return json.dumps({"@timestamp": _iso(moment), **fields, "message": message}, separators=(",", ":"))

    return Template(f"{'nested ' if nested else ''}ecs {level}", write)


def logstash(message: str = "boom", *, level: Level = "ERROR") -> Template:
    """Spring Boot 3.4's Logstash format."""

    def write(_: str, moment: datetime) -> str:
        fields = {"@timestamp": _iso(moment), "@version": "1", "message": message, "level": level}
        return json.dumps(fields, separators=(",", ":"))

    return Template(f"logstash {level}", write)


def access(path: str = "/users", status: int = 200, *, method: str = "GET", duration: int = 12) -> Template:
    """Reactor Netty's access log, bare."""

    def write(_: str, moment: datetime) -> str:
        time = f"{moment:%d/%b/%Y:%H:%M:%S} +0000"
        return f'10.42.0.9 - - [{time}] "{method} {path} HTTP/1.1" {status} 39 {duration}'

    return Template(f"access {status}", write)
