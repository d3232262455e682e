"""Checked templates: the place of a mistake, and what a template reads."""

from __future__ import annotations

import pytest

from obs.lang.error import LanguageError, Unsupported
from obs.lang.gotemplate import (
    Dialect,
    ExecutionError,
    MessageData,
    Read,
    check,
    render_alert,
    render_message,
)
from obs.lang.gotemplate.prometheus import AlertData


@pytest.mark.parametrize(
    ("template", "message", "underlined"),
    [
        ("a {{ $label.x }} b", 'undefined variable "$label"', "$label"),
        ("{{ $value | humanise }}", 'function "humanise" not defined', "humanise"),
        ("x {{ $value", "unclosed action", "{{ $value"),
        ("{{ if $value }}a{{ end }}{{ if gt $value 1.0 }}b", "unexpected EOF", "{{ if gt $value 1.0 }}"),
        ("{{ end }}", "unexpected {{end}}", "{{ end }}"),
        ("{{ else }}", "unexpected {{else}}", "{{ else }}"),
        ("{{ $labels.in-stance }}", "bad character U+002D '-'", "-"),
        ("{{ 1 | 2 }}", "non executable command in pipeline stage 2", "2"),
        ('{{ "a\\qb" }}', "invalid syntax", '"a\\qb"'),
        ('{{ "open }}', "unterminated quoted string", '"open }}'),
        ("{{ 1.2.3 }}", 'unexpected ".3" in operand', ".3"),
        ("{{ break }}", "{{break}} outside {{range}}", "{{ break }}"),
        ("{{ range 1 }}{{ end }}{{ continue }}", "{{continue}} outside {{range}}", "{{ continue }}"),
        ("{{ ( 1 }}", "unclosed left paren", "}}"),
        ("{{/* open", "unclosed comment", "{{/* open"),
        ('{{ tmpl "x" . }}', 'function "tmpl" not defined', "tmpl"),
        ("{{ '' }}", "invalid syntax", "''"),
        ("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "expected end; found {{else}}", "{{ else }}"),
        ("{{ @ }}", 'unexpected "@" in command', "@"),
        ('{{ define "x" }}{{ $labels.a }}{{ end }}', 'undefined variable "$labels"', "$labels"),
        ("{{ nil.x }}", 'unexpected . after term "nil"', ".x"),
        ("한글 {{ nope }}", 'function "nope" not defined', "nope"),
    ],
)
def test_mistakes_have_a_place(template: str, message: str, underlined: str) -> None:
    with pytest.raises(LanguageError) as caught:
        check(template, "prometheus")
    assert caught.value.message == message
    assert template[caught.value.start : caught.value.end] == underlined


@pytest.mark.parametrize(
    ("template", "message", "underlined"),
    [
        ("a {{ $labels.job.x }}", "can't evaluate field x in type string", "$labels.job.x"),
        ("{{ title $value }}", "wrong type for value; expected string; got float64", "$value"),
        (
            '{{ query "m" | first }}',
            "error calling first: first() called on vector with no elements",
            "first",
        ),
        ('{{ template "x" }}', 'template "x" not defined', '{{ template "x" }}'),
        ("{{ humanize }}", "wrong number of args for humanize: want 1 got 0", "humanize"),
    ],
)
def test_mistakes_at_run_time_have_a_place(template: str, message: str, underlined: str) -> None:
    with pytest.raises(ExecutionError) as caught:
        render_alert(template, AlertData({"job": "x"}, 1.0))
    assert caught.value.message == message
    assert template[caught.value.start : caught.value.end] == underlined


def test_a_mistake_in_a_default_template_is_placed_at_its_use() -> None:
    template = 'x {{ template "discord.default.title" "text" }}'
    with pytest.raises(ExecutionError) as caught:
        render_message(template, MessageData())
    assert template[caught.value.start : caught.value.end] == '{{ template "discord.default.title" "text" }}'
    assert caught.value.inside == "__subject"


def test_the_html_mail_is_not_supported() -> None:
    with pytest.raises(Unsupported, match=r"email\.default\.html"):
        render_message('{{ template "email.default.html" . }}', MessageData())


READS = [
    ("{{ $labels.pod }} {{ .Labels.namespace }}", "prometheus", {"pod", "namespace"}),
    ('{{ index $labels "a b" }}{{ with $labels }}{{ .z }}{{ end }}', "prometheus", {"a b", "z"}),
    ('{{ with query "up" }}{{ . | first | label "instance" }}{{ end }}', "prometheus", set()),
    ("{{ $x := $labels }}{{ $x.job }}{{ $externalLabels.cluster }}", "prometheus", {"job"}),
    ('{{ define "x" }}{{ .Labels.q }}{{ end }}{{ template "x" . }}', "prometheus", {"q"}),
    (
        "{{ range .Alerts.Firing }}{{ .Labels.pod }}{{ .Annotations.summary }}{{ end }}",
        "alertmanager",
        {"pod"},
    ),
    ("{{ range $i, $a := .Alerts }}{{ $a.Labels.pod }}{{ end }}", "alertmanager", {"pod"}),
    ("{{ (index .Alerts 0).Labels.job }}{{ .GroupLabels.alertname }}", "alertmanager", {"job", "alertname"}),
    (
        '{{ .CommonLabels.SortedPairs }}{{ (.CommonLabels.Remove (stringSlice "a")).b }}',
        "alertmanager",
        {"b"},
    ),
    (
        "{{ or .CommonLabels.a .CommonLabels.b }}{{ with or .CommonLabels . }}{{ .c }}{{ end }}",
        "alertmanager",
        {"a", "b", "c"},
    ),
]


@pytest.mark.parametrize(("template", "kind", "labels"), READS)
def test_labels_read(template: str, kind: Dialect, labels: set[str]) -> None:
    assert check(template, kind).labels_read == labels


@pytest.mark.parametrize(
    ("template", "kind", "every"),
    [
        ("{{ $labels }}", "prometheus", True),
        ("{{ range $k, $v := $labels }}{{ $k }}{{ end }}", "prometheus", True),
        ("{{ index $labels $value }}", "prometheus", True),
        ('{{ printf "%v" $labels }}', "prometheus", True),
        ("{{ len $labels }}{{ if $labels }}{{ $labels.a }}{{ end }}", "prometheus", False),
        ("{{ .GroupLabels.Values }}", "alertmanager", True),
    ],
)
def test_reading_every_label(template: str, kind: Dialect, every: bool) -> None:
    assert check(template, kind).reads_every_label is every


def test_what_else_is_read() -> None:
    template = check(
        '{{ $value | humanize }} {{ query "up == 0" | first | label "job" }} {{ $externalLabels.cluster }}',
        "prometheus",
    )
    assert template.variables_read == {"$value", "$externalLabels"}
    assert template.functions == {"humanize", "query", "first", "label"}
    assert template.external_labels_read == {"cluster"}
    assert template.query_labels_read == {"job"}
    assert [(read.name, template.text[read.start : read.end]) for read in template.queries] == [
        ("up == 0", '"up == 0"')
    ]
    message = check(
        "{{ .CommonAnnotations.summary }}{{ range .Alerts }}{{ .Annotations.runbook_url }}{{ end }}",
        "alertmanager",
    )
    assert message.annotations_read == {"summary", "runbook_url"}


def test_reads_have_places() -> None:
    text = '{{ $labels.pod }}{{ index .Labels "ns" }}'
    labels = [read for read in check(text, "prometheus").reads if read.kind == "label"]
    assert labels == [Read("label", "pod", 11, 14, "Labels"), Read("label", "ns", 34, 38, "Labels")]
    assert text[11:14] == "pod"


@pytest.mark.parametrize(
    "text", ["{{" + "(" * 100_000, "{{if 1}}" * 100_000, "{{ " + "a." * 100_000 + "}}", "{{" * 100_000]
)
def test_depth_is_limited(text: str) -> None:
    with pytest.raises(LanguageError):
        check(text, "prometheus")


def test_a_long_chain_of_else_if_is_no_nesting() -> None:
    text = "{{ if false }}" + "{{ else if false }}" * 2_000 + "{{ else }}x{{ end }}"
    assert render_alert(text, AlertData()) == "x"
    assert check(text, "prometheus").functions == frozenset()


def test_work_is_limited() -> None:
    text = "{{ range $labels }}" * 12 + "x" + "{{ end }}" * 12
    with pytest.raises(Unsupported, match="steps"):
        render_alert(text, AlertData({name: name for name in "abcdefgh"}))
    with pytest.raises(LanguageError, match="maximum template depth"):
        render_alert('{{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }}', AlertData())
