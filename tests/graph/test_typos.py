"""Which known name was meant by one that nobody knows."""

from __future__ import annotations

import pytest

from obs.catalogue.typos import Typos

KNOWN = Typos(["node_load15", "node_filesystem_avail_bytes", "kube_pod_info", "instance"])
SLIPS = [
    ("node_filesystem_avial_bytes", "node_filesystem_avail_bytes"),  # swapped
    ("node_filesystem_avaiil_bytes", "node_filesystem_avail_bytes"),  # one too much
    ("node_filesystm_avail_bytes", "node_filesystem_avail_bytes"),  # one too few
    ("node_filesystem_avail_butes", "node_filesystem_avail_bytes"),  # a wrong one
    ("kube_pod_infos", "kube_pod_info"),
    ("kube_pod_info", ""),  # known
    ("node_load5", ""),  # digits tell things apart
    ("node_load16", ""),
    ("node_filesystem_files", ""),
    ("kube_podinf", ""),  # two slips
    ("", ""),
]


@pytest.mark.parametrize(("name", "meant"), SLIPS)
def test_a_slip(name: str, meant: str) -> None:
    assert KNOWN.meant(name) == meant


def test_short_names_are_left_alone_unless_asked_for() -> None:
    assert Typos(["mode"]).meant("node") == ""
    assert Typos(["mode"], shortest=4).meant("modes") == "mode"
