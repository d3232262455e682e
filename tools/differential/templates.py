"""Random Go templates through ours and through the real promtool and amtool: the same verdict, the same text.

    .venv/bin/python tools/differential/templates.py --seconds 60 --seed 1

Prints each disagreement and the counts; exits 1 when there was one. Counted apart: addresses of pointers, what
ours calls `not supported`, queries that only Prometheus can answer, and `range` over a number, which Go has from 1.24 on (the
tools here may be built with that; Prometheus 2.55 and Alertmanager 0.27 are not), `externalURL` and `pathPrefix`,
which panic in promtool 2.55, and a missing argument out of `args`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from obs.lang.error import LanguageError, Unsupported
from obs.lang.gotemplate.alertmanager import MessageData
from obs.lang.gotemplate.data import message_data
from obs.lang.gotemplate.parse import TemplateSyntaxError
from obs.lang.gotemplate.prometheus import AlertData, Sample
from obs.lang.gotemplate.quote import unquote
from obs.lang.gotemplate.render import alert_error_text, render_alert, render_message
from obs.lang.gotemplate.run import ExecutionError
from obs.lang.gotemplate.template import check

BIN = Path(__file__).resolve().parents[2] / ".tools" / "bin"

LABELS = {
    "instance": "node-1.example.com:9100",
    "job": "node",
    "namespace": "gateway",
    "quoted": 'a "b" <c>&\t한글',
}
VALUES = [0.0, 1.0, -2.5, 0.8123, 123456.789, 1e6, 1e21, 5e-7, 93784.25, 1714564800.5, -3600.0, 1e300]
ONE = [({"job": "b", "pod": "p-0"}, 3.0)]
"""Storage answers in no fixed order: the query `m` has one sample, `n` is only used sorted."""
THREE = [*ONE, ({"job": "a", "pod": "p-1"}, 0.25), ({"job": "c"}, -7.0)]

MESSAGE = {
    "receiver": "monitoring/discord/hook",
    "status": "firing",
    "externalURL": "http://am.example.com:9093",
    "groupLabels": {"alertname": "HighCPU", "namespace": "gateway"},
    "commonLabels": {"alertname": "HighCPU", "namespace": "gateway", "severity": "warning", "zone": "a b"},
    "commonAnnotations": {"summary": "CPU <80%> & more", "description": "한글 설명"},
    "alerts": [
        {
            "status": "firing", "fingerprint": "0123456789abcdef", "generatorURL": "http://p/graph?g0.expr=up",
            "labels": {"alertname": "HighCPU", "pod": "gw-1", "Zed": "1", "severity": "warning"},
            "annotations": {"summary": "one", "runbook_url": "https://r/x"},
            "startsAt": "2024-05-01T12:00:00.123456789Z", "endsAt": "0001-01-01T00:00:00Z",
        },
        {
            "status": "resolved", "fingerprint": "ffff", "generatorURL": "",
            "labels": {"alertname": "HighCPU", "pod": "gw-2"}, "annotations": {},
            "startsAt": "2024-02-29T23:59:59+09:00", "endsAt": "2024-12-31T08:05:03.5-03:30",
        },
    ],
}  # fmt: skip

WORDS = ["", "a", "b", "node", "instance", "job", "pod", "alertname", "한글", "x y", "don't stop-me foo_bar a.b", "1.5", "5m", "up",
         "(.*)-(\\\\d+)", "$1", "${1}x", "%d", "%s", "%v", "%+v", "%#v", "%q", "%5.2f", "%-8s|", "%T", "%x", "%e",
         "%g", "%05d", "%t", "%c", "%U", "%[2]v %[1]v", "%*d", "2006-01-02 15:04:05", "Jan _2 3:04PM MST -0700 .000",
         "http://a/b?c=d&e f", "h:80", "a.b.c:1", "[::1]:9", "10.0.0.1:3", "\\u00e9\\n", "ǆ ß İ", "NaN", "1h30m", "d'E ab1c"]  # fmt: skip
NUMBERS = [
    "0",
    "1",
    "2",
    "-1",
    "3.5",
    "1e3",
    "0x1F",
    "1_000",
    "'a'",
    "1e-7",
    "12345",
    "007",
    "1.0",
    "99999",
    "2i",
]
FIELDS = ["Labels", "Value", "Name", "Status", "Alerts", "StartsAt", "EndsAt", "Nope", "job", "pod", "instance",
          "Firing", "Resolved", "SortedPairs", "Names", "Values", "CommonLabels", "GroupLabels", "Annotations",
          "CommonAnnotations", "ExternalURL", "Receiver", "Year", "Unix", "String", "Fingerprint", "arg0", "Weekday",
          "Month", "UTC", "IsZero", "ExternalLabels"]  # fmt: skip
BUILTINS = ["and", "or", "not", "index", "len", "print", "printf", "println", "html", "js", "urlquery", "eq", "ne", "lt",
            "le", "gt", "ge", "slice", "call"]  # fmt: skip
OWN = {
    "prometheus": ["query", "first", "label", "value", "strvalue", "args", "reReplaceAll", "safeHtml", "match", "title",
                   "toUpper", "toLower", "graphLink", "tableLink", "sortByLabel", "stripPort", "stripDomain", "humanize",
                   "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "toTime",
                   "parseDuration", "tmpl", "join"],
    "alertmanager": ["toUpper", "toLower", "title", "trimSpace", "join", "match", "safeHtml", "reReplaceAll",
                     "stringSlice", "humanize", "date"],
}  # fmt: skip
CORPUS = {
    "prometheus": [
        "Instance {{ $labels.instance }} of {{ .Labels.job }} is at {{ $value | humanizePercentage }}.",
        '{{ with query "m" }}{{ . | first | value | humanize }}{{ end }}',
        '{{ range query "n" | sortByLabel "job" }}{{ .Labels.job }}={{ .Value }};{{ end }}',
        '{{ if gt $value 0.5 }}high{{ else if eq $value 0.0 }}zero{{ else }}low{{ end }}',
        "{{ $labels }} {{ $externalLabels }} {{ $externalURL }}",
        '{{ printf "%.2f" $value }} {{ $value }} {{ humanizeDuration $value }} {{ humanize1024 $value }}',
        '{{ range $k, $v := $labels -}} {{ $k }}:{{ $v }}{{- end }}',
        '{{ define "x" }}[{{ . }}]{{ end }}{{ template "x" $labels.job }}{{ template "x" 1 }}',
        '{{ reReplaceAll "(.*):\\\\d+" "$1" $labels.instance | title }}',
        '{{ humanizeTimestamp $value }} {{ ($value | toTime).Format "2006" }} {{ toTime $value }}',
        '{{ (index (query "m") 0).Labels.pod }} {{ (query "m" | first).Value }}',
        '{{ block "b" .Labels }}{{ .job }}{{ end }}{{/* note */}} {{- " x " -}} ',
        '{{ $x := 1 }}{{ range query "n" | sortByLabel "pod" }}{{ $x = .Value }}{{ if lt $x 1.0 }}{{ continue }}{{ end }}{{ $x }}{{ end }}{{ $x }}',
    ],
    "alertmanager": [
        '{{ template "discord.default.title" . }}\n{{ template "discord.default.message" . }}',
        '{{ range .Alerts.Firing }}{{ .Labels.pod }} {{ .Annotations.summary }} {{ .StartsAt.Format "15:04:05" }}\n{{ end }}',
        '{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}{{ .CommonLabels.Names | join "," }}',
        '{{ with .CommonLabels.Remove (stringSlice "alertname" "zone") }}{{ . }}{{ end }} {{ .GroupLabels }}',
        '{{ range .Alerts }}{{ (.StartsAt.Add 32400e9).Format "2006-01-02 15:04:05 -0700 MST" }} {{ .EndsAt }}{{ end }}',
        '{{ .Status | toUpper }} {{ .CommonAnnotations.summary | html }} {{ .ExternalURL | urlquery }} {{ len .Alerts }}',
        '{{ if match "High.*" .CommonLabels.alertname }}{{ reReplaceAll "H(i)" "$1" .CommonLabels.alertname }}{{ end }}',
        '{{ template "__subject" . }} {{ template "slack.default.fallback" . }} {{ template "opsgenie.default.description" . }}',
        '{{ template "pushover.default.message" . }}{{ template "msteams.default.text" . }}{{ template "wechat.default.message" . }}',
        '{{ range $i, $a := .Alerts }}{{ if $i }}, {{ end }}{{ $a.Labels.pod }}{{ else }}none{{ end }}',
        '{{ (index .Alerts 0).Labels.pod | title }} {{ .Alerts.Firing | len | printf "%03d" }} {{ index .CommonLabels "zone" }}',
        '{{ range .Alerts }}{{ .StartsAt.Unix }} {{ .EndsAt.Weekday }} {{ .StartsAt.Month }} {{ (.EndsAt.Sub .StartsAt).Hours }}{{ end }}',
    ],
}  # fmt: skip


MORE = [
    *(f"{{{{ {name} $value }}}}" for name in OWN["prometheus"] if name.startswith(("humanize", "toTime"))),
    *(f'{{{{ {name} "{text}" }}}}' for name in ("stripPort", "stripDomain") for text in (
        "h:80", "a.b.c:1", "[::1]:9", "10.0.0.1:3", "a.b", "[::1]", "::1", "a:b:c", "", ":80", "[a.b]:1", "1.2.3.4",
    )),
    *(f'{{{{ parseDuration "{text}" }}}}' for text in ("5m", "1h30m", "", "0", "1.5h", "1y2w3d", "5", "1m1h", "2ms")),
    *(f'{{{{ humanize "{text}" }}}}' for text in ("1e3", "0x10", "abc", "", "NaN", "-Inf", "1_000", "1e999", "+5")),
    *(f'{{{{ printf "{verb}" $value }}}}' for verb in (
        "%v", "%d", "%s", "%q", "%x", "%e", "%E", "%f", "%.0f", "%g", "%G", "%8.2f|", "%-8.1f|", "%+.2f", "%08.3f",
        "% .1f", "%#g", "%b", "%t", "%5.1f%%", "%[1]v %[1]T", "%.3g", "%6d|", "%!", "%", "%c", "%U", "%*f",
    )),
    *(f'{{{{ printf "{verb}" "a\\"b\\té" }}}}' for verb in (
        "%s", "%q", "%x", "%X", "% x", "%#x", "%10s|", "%-10s|", "%.2s", "%v", "%+q", "%#q", "%d", "%T", "%v %v",
    )),
    *(f'{{{{ printf "{verb}" 42 }}}}' for verb in (
        "%d", "%5d|", "%-5d|", "%05d", "%+d", "%x", "%X", "%#x", "%o", "%O", "%b", "%c", "%q", "%U", "%#U", "%s", "%e",
        "%.5d", "%t", "%v", "%6.3d|", "% d",
    )),
    '{{ printf "%s %v %d" $labels.job true (len "é") }}', '{{ print 1 2 "a" "b" 3 nil }}', '{{ println "x" 1 }}',
    '{{ printf "%v" (args 1 "a" 2.5 true) }}', '{{ printf "%+v %#v" (args 1) (args "a") }}',
    '{{ html "<a href=\\"x\\">&\'" }}', '{{ js "it\'s <b> \\"q\\" \\n=é" }}', '{{ urlquery "a b&c=d/é?" "x" }}',
    '{{ graphLink "up{job=\\"a b\\"}" }} {{ tableLink "rate(x[5m]) > 1" }}', '{{ $labels.quoted | safeHtml }}',
    '{{ and 1 0 2 }} {{ or 0 "" "x" }} {{ not 0 }} {{ and }}', '{{ eq 1 2 1 }} {{ ne "a" "b" }} {{ lt 1 2 }} {{ ge 2.5 2.5 }}',
    '{{ eq 1 1.0 }}', '{{ eq $value "1" }}', '{{ lt "a" 1 }}', '{{ eq $labels $labels }}', '{{ eq nil $labels.nope }}',
    '{{ index $labels "job" }} {{ index $labels "nope" }} {{ index $labels 1 }}', '{{ index "abc" 1 }}', '{{ index "abc" 3 }}',
    '{{ slice "héllo" 1 3 | printf "%q" }} {{ slice "abc" 1 }} {{ slice "abc" 2 1 }}', '{{ len $labels }} {{ len 1 }}',
    '{{ title "it\'s a foo_bar-baz x.y élan" }} {{ toUpper "straße ǆ" }} {{ toLower "İÉ ΑΣ" }}',
    '{{ match "^n.*:[0-9]+$" $labels.instance }} {{ match "(" "x" }}', '{{ reReplaceAll "(" "" "x" }}',
    '{{ reReplaceAll "(?P<h>[a-z]+)-([0-9])" "$2.${h}$$ $h1 $9 $" "node-1 x-2" }}', '{{ reReplaceAll "a*" "-" "baac" }}',
    '{{ ($value | toTime).Format "Mon Jan _2 15:04:05.000 MST 2006 Z07:00 -0700 002 03PM pm 06 1 .999" }}',
    '{{ ($value | toTime).Add 90000000000 }} {{ (toTime 0).Weekday }} {{ (toTime 86399).Unix }} {{ (toTime 1).Date }}',
    '{{ with $x := $labels.job }}{{ $x }}{{ else }}none{{ end }}{{ with $labels.nope }}a{{ else with 5 }}{{ . }}{{ end }}',
    '{{ range query "n" | sortByLabel "job" }}{{ if eq .Labels.job "b" }}{{ break }}{{ end }}{{ .Labels.job }}{{ end }}',
    '{{ range query "nothing" }}x{{ else }}empty{{ end }}', '{{ query "nothing" | first }}', '{{ template "missing" }}',
    '{{ define "r" }}{{ if . }}{{ . }}{{ template "r" }}{{ end }}{{ end }}{{ template "r" 1 }}', '{{ $x = 1 }}', '{{ $ }}',
    '{{ define "a" }}1{{ end }}{{ define "a" }}2{{ end }}', '{{ if }}', '{{ range }}', '{{ with . }}', '{{ else }}', '{{end}}',
    '{{ 1 2 }}', '{{ "a" "b" }}', '{{ . | 1 }}', '{{ nil }}', '{{ true | not }}', '{{ (1).x }}', '{{ ($labels).job }}',
    '{{ $labels.job.x }}', '{{ .Nope }}', '{{ .Labels.nope }}', '{{ .Value.x }}', '{{ $value.x }}', '{{ 1.5.x }}', '{{ .. }}',
    '{{ $labels.a-b }}', '{{ $labels.1a }}', '{{ "a\\qb" }}', "{{ 'ab' }}", "{{ '' }}", '{{ `raw\\n` }}', '{{ "unclosed }}',
    "{{ 0x }}", "{{ 08 }}", "{{ 1e }}", "{{ 1.2.3 }}", "{{ 0b101 }} {{ 0o17 }} {{ 017 }} {{ 1_0 }} {{ 0x1p4 }}", "{{ 1i }}",
    "{{ 99999999999999999999 }}", "{{ 18446744073709551615 }}", "{{ -0 }}", "{{ +5 }}", "{{ 1e400 }}", "{{ 'a' }}",
    "{{- 3 -}} x", "{{3 -}} x", "a {{- /* c */ -}} b", "{{/* c */ }}", "{{ /* c */ }}", "{{/* c", "{{", "}}", "{{}}", "{ { }",
    "a\n{{ $labels.job\n}}", "a\n{{ $labels.job\n| nope }}", "{{ if\n\n$labels.job", "{{ break }}", '{{ block "x" }}{{ end }}',
    '{{ template x }}', '{{ define x }}{{ end }}', '{{ if 1 }}{{ define "x" }}{{ end }}{{ end }}', '{{ range $a, $b, $c := . }}{{ end }}',
    '{{ range $a, 1 }}{{ end }}', '{{ $a, $b := . }}', '{{ humanize | $value }}', '{{ ( }}', '{{ ) }}', '{{ ) ( }}', '{{ (1 }}',
    '{{ $value | humanize | humanize }}', '{{ label "job" }}', '{{ label $value "x" }}', '{{ title 1 }}', '{{ title $value }}',
    '{{ title nil }}', '{{ safeHtml "a" | title }}', '{{ first 1 }}', '{{ value 1 }}', '{{ printf }}', '{{ printf 1 }}', '{{ len }}',
    '{{ toUpper "a" "b" }}', '{{ tmpl "x" . }}', '{{ join "," . }}', '{{ @ }}', '{{ a;b }}', '{{ $x := 1 }}{{ $x }}{{ $y }}',
]  # fmt: skip


class Writer:
    """Writes random templates of one kind.

    Numbers stay small: a Go that ranges over numbers would fill the memory with `range 99999999999`.
    """

    def __init__(self, rng: random.Random, kind: str) -> None:
        self.rng = rng
        self.kind = kind
        self.variables = ["$"] + (
            ["$labels", "$value", "$externalLabels", "$externalURL"] if kind == "prometheus" else []
        )
        self.functions = BUILTINS + OWN[kind] * 2

    def template(self) -> str:
        if self.rng.random() < 0.45:
            return self.mutated(self.rng.choice(CORPUS[self.kind]))
        return "".join(self.piece(2) for _ in range(self.rng.randint(1, 3)))

    def mutated(self, text: str) -> str:
        for _ in range(self.rng.randint(0, 3)):
            at = self.rng.randrange(len(text) + 1)
            choice = self.rng.randrange(5)
            if choice == 0:
                text = text[:at] + text[at + self.rng.randint(1, 4) :]
            elif choice == 1:
                text = (
                    text[:at]
                    + self.rng.choice([*"{}|.$\"'`()-:=,/* \n#1aé", "{{", "}}", "{{-", "-}}"])
                    + text[at:]
                )
            elif choice == 2:
                words = list(re.finditer(r"[A-Za-z]\w+", text))
                if words:
                    word = self.rng.choice(words)
                    text = (
                        text[: word.start()] + self.rng.choice(FIELDS + self.functions) + text[word.end() :]
                    )
            elif choice == 3:
                text = text[:at] + self.piece(1) + text[at:]
            else:
                other = self.rng.choice(CORPUS[self.kind])
                text = text[:at] + other[self.rng.randrange(len(other)) :]
        return text

    def piece(self, depth: int) -> str:
        roll = self.rng.random()
        left, right = (
            self.rng.choice(["{{ ", "{{ ", "{{", "{{- "]),
            self.rng.choice([" }}", " }}", "}}", " -}}"]),
        )
        if roll < 0.15:
            return self.rng.choice([" text ", "\n", "a", "%"])
        if roll < 0.65 or depth == 0:
            return f"{left}{self.pipeline(2)}{right}"
        kind = self.rng.choice(["if", "with", "range"])
        body = self.piece(depth - 1)
        declare = ""
        if self.rng.random() < 0.4:
            name = self.rng.choice(["$x", "$y"])
            declare = f"{name} := " if kind != "range" or self.rng.random() < 0.5 else f"$i, {name} := "
            self.variables.append(name)
        other = f"{{{{ else }}}}{self.piece(depth - 1)}" if self.rng.random() < 0.3 else ""
        return f"{left}{kind} {declare}{self.pipeline(2)}{right}{body}{other}{{{{ end }}}}"

    def pipeline(self, depth: int) -> str:
        return " | ".join(self.command(depth) for _ in range(self.rng.choice([1, 1, 1, 2, 2, 3])))

    def command(self, depth: int) -> str:
        roll = self.rng.random()
        if roll < 0.65:
            count = self.rng.choice([0, 1, 1, 2, 2, 3])
            words = [self.operand(depth - 1) for _ in range(count)]
            return " ".join([self.rng.choice(self.functions), *words])
        return self.operand(depth)

    def operand(self, depth: int) -> str:
        roll = self.rng.random()
        if roll < 0.25:
            return "." + ".".join(self.rng.choices(FIELDS, k=self.rng.choice([1, 1, 2])))
        if roll < 0.45:
            tail = "." + self.rng.choice(FIELDS) if self.rng.random() < 0.4 else ""
            return self.rng.choice(self.variables) + tail
        if roll < 0.65:
            return f'"{self.rng.choice(WORDS).replace(chr(34), "")}"'
        if roll < 0.8:
            return self.rng.choice(NUMBERS)
        if roll < 0.85:
            return self.rng.choice([".", "nil", "true", "false"])
        if depth <= 0:
            return "."
        tail = "." + self.rng.choice(FIELDS) if self.rng.random() < 0.3 else ""
        return f"({self.pipeline(depth - 1)}){tail}"


NOT_NUMBER = re.compile(r"range can't iterate over (?!-?[0-9]+>?$)")
UNKNOWN_QUERY = re.compile(r'query\s+(?!"m"|"n"\s*\|\s*sortByLabel "(job|pod)"|"n" *}})')
"""Only these two queries have an answer here, and the second an order only when it is sorted."""
INSIDE_DEFAULT = re.compile(r'^template: :[0-9:]+ executing "[^"]')
UNTYPED = re.compile(r"in type (interface \{\}|string|float64|int|bool|map\[string\]string)")
"""What `args` holds is of type `interface {}` to Go inside a `range`, and of its own type to us."""
ADDRESS = re.compile(r"0x[0-9a-f]{6,16}")


class Report:
    """Counts and disagreements."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.shown = 0
        self.agreed: dict[tuple[str, str, float | None], dict[str, object]] = {}

    def compare(self, kind: str, template: str, ours: str, real: str, value: float | None = None) -> None:
        if ADDRESS.search(real):
            self.counts[f"{kind} pointer"] += 1
        elif ours == real or ("args" in template and UNTYPED.sub("", ours) == UNTYPED.sub("", real)):
            self.counts[f"{kind} agree"] += 1
            plain = re.sub(r"__alert_A\d+", "__alert_A", real)
            case = {"kind": kind, "template": template, "real": plain}
            self.agreed[kind, template, value] = case | ({} if value is None else {"value": value})
        elif "error calling externalURL" in real or "error calling pathPrefix" in real:
            self.counts[f"{kind} panic of promtool"] += 1
        elif "args" in template and "got interface {}" in real:
            self.counts[f"{kind} nil of args"] += 1
        elif "error calling query" in real or UNKNOWN_QUERY.search(template):
            self.counts[f"{kind} other query"] += 1
        elif INSIDE_DEFAULT.search(ours) and INSIDE_DEFAULT.search(real):
            self.counts[f"{kind} agree to fail in a default template"] += 1
        elif "range can't iterate over " in ours and not NOT_NUMBER.search(ours):
            self.counts[f"{kind} range over a number"] += 1
        else:
            self.counts[f"{kind} DISAGREE"] += 1
            self.shown += 1
            if self.shown <= 40:
                print(f"--- {kind}: {template!r}\n  ours: {ours!r}\n  real: {real!r}")


def prometheus_batch(templates: list[str], value: float, report: Report) -> None:
    """One file of rules: parse errors from `check rules`, outputs from `test rules`."""
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder, "rules.yaml")
        wrong = promtool_check(rules, templates)
        good: dict[int, str] = {}
        for place, template in enumerate(templates):
            real = wrong.get(place)
            try:
                check(template, "prometheus")
            except TemplateSyntaxError as error:
                report.compare(
                    "prometheus parse", template, error.go(f"__alert_A{place}"), real or "accepted"
                )
                continue
            except Unsupported:
                report.counts["prometheus unsupported"] += 1
                continue
            if real is not None:
                report.compare("prometheus parse", template, "accepted", real)
            else:
                good[place] = template
        outputs = promtool_test(folder, good, value)
        data = AlertData(
            {"__name__": "trigger", **LABELS}, value, {"cluster": "dev"}, "http://prom.example.com/base/path",
            {
                name: [Sample({"__name__": name, **labels}, number) for labels, number in samples]
                for name, samples in (("m", ONE), ("n", THREE))
            },
        )  # fmt: skip
        for place, template in good.items():
            if place not in outputs:
                report.counts["prometheus unread"] += 1
                continue
            try:
                ours = render_alert(template, data)
            except ExecutionError as error:
                ours = alert_error_text(error, template, f"A{place}")
            except Unsupported:
                report.counts["prometheus unsupported"] += 1
                continue
            report.compare("prometheus run", template, ours, outputs[place], value)


def rule_file(path: Path, templates: dict[int, str]) -> None:
    rules = [
        {"alert": f"A{place}", "expr": "trigger", "annotations": {"t": text}}
        for place, text in templates.items()
    ]
    path.write_text(json.dumps({"groups": [{"name": "g", "rules": rules}]}), "utf-8")


def promtool_check(path: Path, templates: list[str]) -> dict[int, str]:
    rule_file(path, dict(enumerate(templates)))
    result = subprocess.run(
        [BIN / "promtool", "check", "rules", path], capture_output=True, text=True, check=False
    )
    found = re.finditer(r'rule \d+, "A(\d+)": annotation "t": (.*)', result.stdout + result.stderr)
    return {int(match[1]): match[2] for match in found}


def promtool_test(folder: str, templates: dict[int, str], value: float) -> dict[int, str]:
    rule_file(Path(folder, "good.yaml"), templates)
    labels = ",".join(f"{name}={json.dumps(text, ensure_ascii=False)}" for name, text in LABELS.items())
    series = [{"series": f"trigger{{{labels}}}", "values": repr(value)}]
    for name, samples in (("m", ONE), ("n", THREE)):
        for pairs, number in samples:
            inside = ",".join(f'{label}="{text}"' for label, text in pairs.items())
            series.append({"series": f"{name}{{{inside}}}", "values": repr(number)})
    expected = [{"exp_labels": LABELS, "exp_annotations": {"t": "\x01"}}]
    cases = [{"eval_time": "0m", "alertname": f"A{place}", "exp_alerts": expected} for place in templates]
    test = {
        "rule_files": ["good.yaml"],
        "evaluation_interval": "1m",
        "tests": [{
            "interval": "1m", "input_series": series, "alert_rule_test": cases,
            "external_labels": {"cluster": "dev"}, "external_url": "http://prom.example.com/base/path",
        }],
    }  # fmt: skip
    Path(folder, "test.yaml").write_text(json.dumps(test), "utf-8")
    command = [BIN / "promtool", "test", "rules", "test.yaml"]
    try:
        result = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=20)
    except subprocess.TimeoutExpired:
        return {}
    text = (result.stdout + result.stderr).decode("utf-8", "surrogateescape")
    outputs: dict[int, str] = {}
    for block in re.split(r"alertname: A", text)[1:]:
        place = int(block.split(",")[0])
        got = re.search(r'got:\[.*?Annotations:\{t=("(?:[^"\\]|\\.)*")\}', block, re.DOTALL)
        if got:
            plain = unquote(got[1])
            outputs[place] = got[1] if plain is None else plain
        elif re.search(r"got:\[.*?Annotations:\{\}", block, re.DOTALL):
            outputs[place] = ""
    return outputs


def alertmanager_case(template: str, data: MessageData, path: str, report: Report) -> None:
    command = [
        BIN / "amtool", "template", "render", "--template.glob=/nonexistent*", f"--template.data={path}",
        f"--template.text={template}",
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, check=False)
    if result.returncode == 0:
        real = result.stdout.decode("utf-8", "surrogateescape")
    else:
        real = result.stderr.decode("utf-8", "surrogateescape").removeprefix("amtool: error: ").rstrip("\n")
    try:
        ours = render_message(template, data)
    except Unsupported:
        report.counts["alertmanager unsupported"] += 1
        return
    except TemplateSyntaxError as error:
        ours = error.go("")
    except ExecutionError as error:
        ours = error.go("", template)
    except LanguageError as error:
        ours = error.message
    report.compare("alertmanager", template, ours.rstrip("\n") if result.returncode else ours, real)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", type=Path, help="write the cases that agree to this file, as JSON lines")
    options = parser.parse_args()
    for tool in ("promtool", "amtool"):
        if not (BIN / tool).exists():
            print(f"{tool} is not built: run `make tools`", file=sys.stderr)
            return 2
    rng = random.Random(options.seed)
    report = Report()
    deadline = time.monotonic() + options.seconds
    message = message_data(MESSAGE)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(MESSAGE, file)
        file.flush()
        for value in VALUES:
            prometheus_batch([*CORPUS["prometheus"], *MORE], value, report)
        for template in CORPUS["alertmanager"]:
            alertmanager_case(template, message, file.name, report)
        while time.monotonic() < deadline:
            writer = Writer(rng, "prometheus")
            prometheus_batch([writer.template() for _ in range(200)], rng.choice(VALUES), report)
            for _ in range(30):
                template = Writer(rng, "alertmanager").template()
                if template and "\0" not in template:
                    alertmanager_case(template, message, file.name, report)
    if options.record:
        lines = (json.dumps(case, ensure_ascii=False) for case in report.agreed.values())
        options.record.write_text("".join(f"{line}\n" for line in lines), "utf-8", errors="backslashreplace")
    print(
        f"seed {options.seed}: "
        + ", ".join(f"{name} {count}" for name, count in sorted(report.counts.items()))
    )
    return 1 if any("DISAGREE" in name for name in report.counts) else 0


if __name__ == "__main__":
    sys.exit(main())
