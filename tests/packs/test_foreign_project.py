"""Packs in somebody else's project, and what the build says of what it does not scrape."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from obs.cli.build import run_build
from obs.cli.init import write_starter
from obs.packs import SYSTEMS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/packs.md").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_starter(tmp_path)
    return tmp_path


def write(project: Path, path: str, text: str) -> None:
    (project / path).write_text(text + "\n", encoding="utf-8")


def build(project: Path, *, strict: bool = False) -> int:
    return run_build(project, None, None, force=False, cache=False, strict=strict, as_json=False, quiet=True)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_pack_is_read_without_the_others(name: str) -> None:
    code = f"import sys; from obs.packs import {name}; print(*(one for one in sys.modules if one.startswith('obs.packs.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    read = {one.removeprefix("obs.packs.") for one in done.stdout.split()}
    # The registry is a Spring service, too.
    assert read & set(SYSTEMS) <= {name} | ({"spring"} if name == "eureka" else set())


def example() -> dict[str, str]:
    """The files of the page's example: what stands in a comment at the end of a first line is where it belongs."""
    block = re.search(r"```python\nfrom obs.packs import postgres .*?```", PAGE, re.S)
    assert block
    files: dict[str, str] = {}
    for part in block[0].removeprefix("```python\n").removesuffix("```").split("\n\n"):
        place = re.search(r"# (\w+/\w+\.py)$", part, re.M)
        assert place, part
        files[place[1]] = part
    return files


def test_the_pages_example_builds_and_lints(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, text in example().items():
        more = "" if path.startswith("services") else "from services.stack import prometheus\n"
        if path.startswith("rules"):
            more = "from dashboards.orders_db import dashboard\nfrom services.targets import orders\n"
        if path.startswith("alertmanager"):
            continue
        header = (
            "from obs import Service\n" if path.startswith("services") else "from obs.packs import postgres\n"
        )
        write(project, path, header + more + text)
    route = project / "alertmanager/discord.py"
    text = route.read_text(encoding="utf-8")
    text = text.replace("import error_logs\n", "import error_logs\nfrom rules import orders_db\n")
    route.write_text(text.replace("[error_logs]", "[error_logs, *orders_db.alerts]"), encoding="utf-8")
    assert build(project, strict=True) == 0, told(capsys)
    monitor = (project / "charts/monitoring/files/monitors/postgres-exporter.yaml").read_text(
        encoding="utf-8"
    )
    assert "shop" in monitor
    lint = [sys.executable, "-m", "obs", "lint", "--strict", "-C", str(project)]
    done = subprocess.run(lint, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr


def test_a_system_without_a_scrape(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, "dashboards/redis.py", "from obs.packs import redis\nfrom services.stack import prometheus\n"
          "dashboard = redis.dashboard(prometheus)")  # fmt: skip
    assert build(project) == 0
    said = told(capsys)
    assert "dashboard redis-server shows nothing (10 panels): no target exposes redis_up, " in said
    assert 'add a Target(..., exposes=["redis_*"]) once it is scraped: deploy an exporter beside' in said
    assert build(project, strict=True) == 1


SHOP = """
from obs import Dashboard, Service
from obs.packs import rows, spring
from services.stack import prometheus, shop
cart = Service("cart", namespace="cart", port=8080, kind="spring")
target = {target}
dashboard = Dashboard(uid="shop", title="Shop", data=prometheus, rows=[rows.red({shown}, histogram={histogram})])
"""


def shop(project: Path, *, target: str, shown: str, histogram: bool = False) -> None:
    write(project, "services/shop.py", SHOP.format(target=target, shown=shown, histogram=histogram))


def test_a_service_without_a_scrape_beside_one_that_has_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(project, target="spring.target(cart, enabled=True)", shown="shop")
    assert build(project) == 0
    said = told(capsys)
    assert "dashboard shop shows nothing (4 panels) for shop: no target of http_server_requests" in said
    assert "add a Target with service=shop" in said
    assert build(project, strict=True) == 1


def test_a_service_that_is_scraped_is_not_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop(project, target="spring.target(shop, enabled=True)", shown="shop")
    assert build(project, strict=True) == 0, told(capsys)


def test_a_metric_whose_switch_is_off_by_default(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop(project, target="spring.target(shop, enabled=True)", shown="shop", histogram=True)
    assert build(project) == 0
    said = told(capsys)
    assert "panels Response time may be empty: http_server_requests_seconds_bucket exists only with" in said
    assert "management.metrics.distribution.percentiles-histogram.http.server.requests=true" in said
    assert build(project, strict=True) == 1


def test_a_metric_that_a_target_names_in_full_is_there(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = 'spring.target(shop, enabled=True, more=["http_server_requests_seconds_bucket"])'
    shop(project, target=named, shown="shop", histogram=True)
    assert build(project, strict=True) == 0, told(capsys)
