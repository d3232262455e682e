"""A secret that is found is never shown, in no format."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from obs.cli.app import app

FILES = {
    "values.yaml": "kube-prometheus-stack:\n  grafana: {adminPassword: %s}\n",
    "alertmanager.yml": "global:\n  smtp_auth_password: '%s'\nroute: {receiver: a}\nreceivers: [{name: a}]\n",
    "promtail.yaml": "clients:\n  - url: http://loki/push\n    basic_auth: {username: me, password: %s}\nscrape_configs: []\n",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("format_", ["human", "json", "sarif", "github", "junit", "checkstyle"])
def test_a_secret_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, format_: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(FILES[name] % "open-5esame-5tand", encoding="utf-8")
    found = CliRunner().invoke(app, ["lint", ".", "--format", format_])
    assert found.exit_code == 1
    assert "secret-literal" in found.output
    assert "5esame" not in found.output
