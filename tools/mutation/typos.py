"""Mutants at random: a slip of the keyboard in one of the names that the platform's queries, patterns and templates use.

Unlike the written ones nobody chose them, so what is found of them is not what the checks were made for.
"""

from __future__ import annotations

import io
import random
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tools.mutation.mutants import Mutant

FILES = (
    "dashboards/gateway_api_traffic.py",
    "dashboards/loki_error_logs.py",
    "dashboards/loki_gateway_api_requests.py",
    "promtail/pipeline.py",
    "rules/cpu.py",
    "rules/spring.py",
    "services/targets.py",
    "alertmanager/discord.py",
    "alertmanager/message.py",
)
NAMES = re.compile(
    r"(?<![\w.])(?:namespace|pod|instance|container|routeId|httpStatusCode|status|path|duration|bytes|mode|idle"
    r"|resource|node_cpu_seconds_total|container_cpu_usage_seconds_total|kube_pod_container_resource_limits"
    r"|histogram_quantile|increase|count_over_time|avg_over_time|humanizePercentage|Watchdog|alertname"
    r"|PrometheusRuleFailures|NodeClockNotSynchronising|percentunit|reqps|\$labels|\$__rate_interval|\$__range)(?!\w)"
)
"""Names that something else has to agree with, wherever they stand in a string."""
_PROSE = re.compile(r"[가-힣]|\b(?:the|of|is|and|by)\b")


def typos(root: Path, seed: int, count: int) -> Iterator[Mutant]:
    """`count` of them, the same for the same seed and definitions; each breaks one place alone."""
    chooser = random.Random(seed)
    places = [place for file in FILES for place in _places(root / file, file)]
    for number, (file, old, start, end) in enumerate(chooser.sample(places, min(count, len(places)))):
        name = old[start:end]
        slipped = _slip(name, chooser)
        new = old[:start] + slipped + old[end:]
        yield Mutant(f"typo-{number + 1}-{name}", file, old, new, f"{slipped} in {file}")


def _places(path: Path, file: str) -> Iterator[tuple[str, str, int, int]]:
    """Whole lines with the name's span in them; lines that are there twice are left out."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    strings = list(_strings(text))
    for number, line in enumerate(lines, start=1):
        if lines.count(line) > 1:
            continue
        for found in NAMES.finditer(line):
            inside = any(
                start <= (number, found.start()) and (number, found.end()) <= end for start, end in strings
            )
            if inside and not _is_prose(line, found.start()):
                yield file, line, found.start(), found.end()


def _strings(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where strings are, docstrings left out."""
    previous = tokenize.NEWLINE
    fstring: tuple[int, int] | None = None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        if token.type == tokenize.STRING and previous not in (tokenize.NEWLINE, tokenize.INDENT, tokenize.NL):
            yield token.start, token.end
        elif name == "FSTRING_START":
            fstring = token.start
        elif name == "FSTRING_END" and fstring is not None:
            yield fstring, token.end
        if token.type != tokenize.COMMENT:
            previous = token.type


def _is_prose(line: str, at: int) -> bool:
    """Whether the name stands in words for people, outside of a template's action."""
    return _PROSE.search(line) is not None and line.rfind("{{", 0, at) <= line.rfind("}}", 0, at)


def _slip(name: str, chooser: random.Random) -> str:
    """Two letters swapped, one left out, or one twice; never the same name."""
    while True:
        at = chooser.randrange(1, len(name) - 1)
        kind = chooser.choice(("swap", "drop", "double"))
        made = {
            "swap": name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            "drop": name[:at] + name[at + 1 :],
            "double": name[: at + 1] + name[at:],
        }[kind]
        if made != name:
            return made
