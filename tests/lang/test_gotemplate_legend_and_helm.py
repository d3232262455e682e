"""What looks like a Go template: Grafana's legends, and text that Helm would run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from obs.lang.error import LanguageError
from obs.lang.gotemplate import escape_for_helm, helm_hazards
from obs.lang.gotemplate.legend import legend, render_legend
from obs.testing.tools import Tools


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("{{pod}}", ["pod"]),
        ("{{ namespace }}/{{pod}} total", ["namespace", "pod"]),
        ("__auto", []),
        ("p95", []),
    ],
)
def test_labels_of_a_legend(text: str, labels: list[str]) -> None:
    found = legend(text).labels
    assert [label.name for label in found] == labels
    assert [text[label.start : label.end] for label in found] == labels


@pytest.mark.parametrize(
    ("text", "underlined"),
    [
        ("a {{ .pod }}", "{{ .pod }}"),
        ("{{ $labels.pod }}", "{{ $labels.pod }}"),
        ("{{ pod | toUpper }}", "{{ pod | toUpper }}"),
        ("{{}}", "{{}}"),
        ("{{pod", "{{"),
    ],
)
def test_a_legend_is_no_go_template(text: str, underlined: str) -> None:
    with pytest.raises(LanguageError) as caught:
        legend(text)
    assert text[caught.value.start : caught.value.end] == underlined


def test_a_legend_shows_the_name_of_a_label_that_is_missing() -> None:
    assert render_legend("{{ a }}-{{b}}!", {"a": "x"}) == "x-b!"


HAZARDS = [
    ("{{pod}} x {{ $labels.y }}", ["{{pod}}", "{{ $labels.y }}"]),
    ('{{ printf "}}" }} {{/* }} */}}', ['{{ printf "}}" }}', "{{/* }} */}}"]),
    ("a {{- b -}} c", ["{{- b -}}"]),
    ("open {{ x", ["{{ x"]),
    ("{ { } } plain", []),
]


@pytest.mark.parametrize(("text", "found"), HAZARDS)
def test_helm_hazards(text: str, found: list[str]) -> None:
    assert [hazard.text for hazard in helm_hazards(text)] == found


def test_helm_prints_the_escaped_text(tools: Tools, tmp_path: Path) -> None:
    texts = [text for text, _ in HAZARDS] + ["{{ `raw` }}", '{{ "q" }} `{{ x }}`']
    (tmp_path / "templates").mkdir()
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: x\nversion: 0.1.0\n")
    for index, text in enumerate(texts):
        body = "".join(f"    {line}\n" for line in escape_for_helm(text).splitlines())
        manifest = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x{index}}}\ndata:\n  text: |\n{body}"
        (tmp_path / "templates" / f"x{index}.yaml").write_text(manifest)
    done = subprocess.run(
        [tools.path("helm"), "template", tmp_path], capture_output=True, text=True, check=True
    )
    for text in texts:
        assert f"    {text}\n" in done.stdout
