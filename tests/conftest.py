"""What every test may ask for: the real tools and one control plane a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NoReturn

import pytest
from hypothesis import settings

from obs.testing.control_plane import ControlPlane
from obs.testing.tools import ToolMissingError, Tools

MARKERS = {"tools": ("real",), "control_plane": ("real", "cluster"), "browser": ("browser",)}
COMMANDS = (
    "promtool",
    "rule-engine",
    "amtool",
    "helm",
    "etcd",
    "kube-apiserver",
    "prometheus-operator",
    "prometheus",
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """A test is marked by the fixtures that it uses, however it came by them."""
    for fixture in getattr(item, "fixturenames", ()):
        for marker in MARKERS.get(fixture, ()):
            item.add_marker(marker)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make fuzz` gives every property the same large number of examples, whatever it asks for itself."""
    wanted = os.environ.get("OBS_FUZZ_EXAMPLES")
    for item in items:
        function = getattr(item, "obj", None)
        own = getattr(function, "_hypothesis_internal_use_settings", None)
        if wanted and own is not None:
            function._hypothesis_internal_use_settings = settings(
                own, max_examples=int(wanted), deadline=None
            )


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
    """etcd and the API server with the operator's CRDs, started once a process (so once a worker of xdist).

    Tests share it: `clear` a namespace before use.
    """
    with ControlPlane(tools.bin, tools.crds) as plane:
        yield plane
