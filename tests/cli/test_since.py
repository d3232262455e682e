"""`obs lint --since`: what it tells is what linting both sides whole and subtracting tells."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.plain import write_plain
from obs.checks.baseline import fingerprint
from obs.checks.runner import Selection
from obs.cli.inputs import Inputs
from obs.cli.lint import Options, lint, run_lint, scope_of
from obs.cli.since import changes_since, findings_at

RECORDS = """groups:
  - name: records
    rules:
      - record: instance:errors:rate5m
        expr: sum by (instance) (rate(errors_total[5m]))
      - record: instance:errors:ratio
        expr: instance:errors:rate5m / instance:requests:rate5m
      - record: instance:requests:rate5m
        expr: sum by (instance) (rate(requests_total[5m]))
"""
READERS = """groups:
  - name: alerts
    rules:
      - alert: Failing
        expr: instance:errors:ratio > 0.1
        for: 5m
        annotations:
          summary: '{{ $labels.instance }} fails for {{ $value | humanizePercentage }}'
      - alert: Flapping
        expr: irate(errors_total[5m]) > 1
      - alert: Flapping
        expr: irate(errors_total[5m]) > 1
"""
SERVER = "global:\n  scrape_interval: 1m\n  evaluation_interval: 30s\nscrape_configs: []\n"


def _git(folder: Path, *words: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repository"
    write_plain(folder, 120, 2)
    (folder / "rules/records.yaml").write_text(RECORDS)
    (folder / "rules/readers.yaml").write_text(READERS)
    (folder / "prometheus.yml").write_text(SERVER)
    _git(folder.parent, "init", "-q", str(folder))
    _git(folder, "add", ".")
    _git(folder, "commit", "-qm", "all")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return edit


def removed(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def added(name: str, text: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        (folder / name).write_text(text)

    return edit


EDITS = {
    "nothing": lambda folder: None,
    "an alert that stands alone": replaced("rules/readers.yaml", "irate(errors_total[5m]) > 1", "irate(x[9s]) > 1"),
    "a record of records far away": replaced("rules/records.yaml", "sum by (instance)", "sum by (job)"),
    "a record under another name": replaced("rules/records.yaml", "record: instance:errors:ratio", "record: instance:errors:share"),
    "a record that is gone": removed("rules/records.yaml"),
    "a record that is new": added("rules/more.yaml", RECORDS.replace("name: records", "name: more")),
    "a dashboard": replaced("dashboards/service-001.json", "sum by (uri)", "sum by (urn)"),
    "a file that cannot be read": replaced("rules/team-001.yaml", "groups:", "groups: ]"),
    "what all rules depend on": replaced("prometheus.yml", "scrape_interval: 1m", "scrape_interval: 5m"),
    "a comment": replaced("rules/readers.yaml", "- alert: Failing", "- alert: Failing # obs: allow irate-in-rule: x"),
    "a chart": added("Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n"),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_what_is_told_is_what_both_sides_differ_in(
    repository: Path, edit: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, selection = Options(inputs=Inputs((".",))), Selection("mixin")
    before = Counter(map(fingerprint, lint(scope_of(options), selection).findings))
    edit(repository)
    scope = scope_of(options)
    expected = Counter(map(fingerprint, lint(scope, selection).findings)) - before

    changes = changes_since("HEAD", scope)
    outcome = lint(scope, selection, changes)
    then = findings_at("HEAD", scope, selection, outcome.findings, outcome.known, changes)

    assert Counter(map(fingerprint, outcome.findings)) - Counter(then) == expected


def test_a_change_to_rules_alone_is_known_as_one(repository: Path) -> None:
    EDITS["a record under another name"](repository)

    found = changes_since("HEAD", scope_of(Options(inputs=Inputs((".",)))))

    assert found is not None
    assert found.files == (str(repository / "rules/records.yaml"),)
    assert {"instance:errors:ratio", "instance:errors:share"} <= set(found.records)


@pytest.mark.parametrize("name", ["what all rules depend on", "a comment", "a chart"])
def test_a_change_that_may_matter_to_everything_is_not_narrowed(repository: Path, name: str) -> None:
    EDITS[name](repository)

    assert changes_since("HEAD", scope_of(Options(inputs=Inputs((".",))))) is None


def test_a_finding_in_a_file_that_did_not_change_is_told(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    EDITS["a record of records far away"](repository)

    code = run_lint(Options(inputs=Inputs((".",)), since="HEAD"))

    told = capsys.readouterr().out
    assert "warning[template-label-missing] Failing prints nothing for instance" in told
    assert "rules/readers.yaml" in told
    assert "irate-in-rule" not in told
    assert code == 1
