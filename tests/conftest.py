"""What every test may ask for: the real tools and one control plane a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NoReturn

import pytest

from obs.testing.control_plane import ControlPlane
from obs.testing.tools import ToolMissingError, Tools

MARKERS = {"tools": ("real",), "control_plane": ("real", "cluster")}
COMMANDS = ("promtool", "amtool", "helm", "etcd", "kube-apiserver", "prometheus-operator", "prometheus")


@pytest.hookimpl(tryfirst=True)  # before `-m` selects by marker
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that uses the tools is marked so, and all tests of the control plane share one worker."""
    for item in items:
        used = getattr(item, "fixturenames", ())
        for fixture, markers in MARKERS.items():
            if fixture in used:
                for marker in markers:
                    item.add_marker(marker)
        if "control_plane" in used and config.pluginmanager.hasplugin("xdist"):
            item.add_marker(pytest.mark.xdist_group("control-plane"))


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The tools of `make tools`, all of them; a missing one fails in CI and skips on a laptop."""
    try:
        found = Tools.find()
        for command in COMMANDS:
            found.path(command)
        assert found.crds
        return found
    except ToolMissingError as error:
        unavailable(str(error))


def unavailable(reason: str) -> NoReturn:
    """Fail where the tools must be there, skip elsewhere."""
    if os.environ.get("CI") or os.environ.get("OBS_REQUIRE_TOOLS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def control_plane(tools: Tools) -> Iterator[ControlPlane]:
    """etcd and the API server with the operator's CRDs, started once; `clear` a namespace before use."""
    with ControlPlane(tools.bin, tools.crds) as plane:
        yield plane
