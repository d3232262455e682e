"""What later releases of Alertmanager added is taken when the version is not known, and refused by 0.27."""

import pytest

from obs.sim.routing import ConfigError, read


def config(receiver: dict[str, object], **more: object) -> dict[str, object]:
    return {"route": {"receiver": "people"}, "receivers": [{"name": "people", **receiver}], **more}


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (config({"discord_configs": [{"webhook_url": "https://d.example/", "content": "@here"}]}), "content"),
        (config({"msteamsv2_configs": [{"webhook_url_file": "/url"}]}), "msteamsv2_configs"),
        (config({"jira_configs": [{"project": "OPS"}]}), "jira_configs"),
        (config({}, **{"global": {"smtp_tls_config": {}}}), "smtp_tls_config"),
        (config({}, tracing={"endpoint": "tempo:4317"}), "tracing"),
        (config({}, inhibit_rules=[{"name": "nodes", "equal": ["node"]}]), "name"),
    ],
)
def test_a_newer_field(value: dict[str, object], field: str) -> None:
    read(value, newest=True)
    with pytest.raises(ConfigError, match=f"field {field} not found"):
        read(value)


def test_discord_by_a_file_alone() -> None:
    value = config({"discord_configs": [{"webhook_url_file": "/etc/discord"}]})
    assert read(value, newest=True).receiver("people").discord
    with pytest.raises(ConfigError, match="no discord webhook URL provided"):
        read(value)


def test_what_no_release_knows_is_refused() -> None:
    with pytest.raises(ConfigError, match="field webhok_configs not found"):
        read(config({"webhok_configs": []}), newest=True)
