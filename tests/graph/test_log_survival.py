"""Which real log formats a pipeline and a query survive, by sending each format's line through them."""

import textwrap
from pathlib import Path

import pytest

from obs.graph.log_survival import LogPattern, log_patterns
from obs.importer.subject import read

COUNTER = """
- metrics:
    errors_total:
      type: Counter
      description: ERROR lines.
      config: {match_all: true, action: inc}
"""


def patterns(tmp_path: Path, stages: str) -> dict[str, LogPattern]:
    file = tmp_path / "promtail.yaml"
    file.write_text("pipeline_stages:\n" + textwrap.indent(stages, "  "), encoding="utf-8")
    subject, _ = read([], promtail=file)
    return {one.title: one for one in log_patterns(subject)}


def matching(selector: str, *before: str) -> str:
    first = "".join(f"- {stage}: {{}}\n" for stage in before)
    inner = textwrap.indent(COUNTER, "      ")
    return f"{first}- match:\n    selector: '{selector}'\n    stages:{inner}"


@pytest.mark.parametrize(
    ("before", "missed"),
    [
        (("cri", "decolorize"), ("ECS 3.4", "ECS 3.5", "Logstash", "GELF")),
        (("cri",), ("Boot 3 in colour", "ECS 3.4", "ECS 3.5", "Logstash", "GELF")),
        ((), ("Boot 3 in colour", "ECS 3.4", "ECS 3.5", "Logstash", "GELF")),
    ],
)
def test_the_plain_pattern(tmp_path: Path, before: tuple[str, ...], missed: tuple[str, ...]) -> None:
    stages = matching('{namespace=~"shop|user"} |~ " ERROR [0-9]+ --- "', *before)
    assert patterns(tmp_path, stages)["counter errors_total"].missed == missed


def test_a_counter_of_every_line_is_about_no_format(tmp_path: Path) -> None:
    assert patterns(tmp_path, matching('{namespace=~".+"}')) == {}


def test_a_pipeline_that_promtail_refuses_is_left_out(tmp_path: Path) -> None:
    assert patterns(tmp_path, "- sampling: {rate: 7}\n" + matching('{a="b"} |~ " ERROR "')) == {}


def test_an_access_log_that_asks_for_a_length(tmp_path: Path) -> None:
    stages = '- regex: {expression: \'"(?P<method>[A-Z]+) (?P<path>\\S+) [^"]*" (?P<status>\\d+) (?P<size>\\d+) \'}\n'
    (found,) = patterns(tmp_path, stages).values()
    assert found.missed == ("without a length", "without a request")
