"""Delivery proved for all values is what Alertmanager does for each of them: compared on small routing trees."""

import random

import pytest

from obs.graph.reach import reach
from obs.graph.subject import Rule
from obs.origin import Origin
from obs.sim.routing import build_tree, read
from obs.sim.routing.tree import Node, reached

VALUES = ("", "a", "b")
MATCHERS = (
    'x="a"',
    'x!="a"',
    'x=~"a|b"',
    'x=""',
    'x=~".+"',
    'y="b"',
    'y!~"b"',
    'alertname="A"',
    'alertname!="A"',
)


def tree(random_: random.Random) -> Node:
    def route(depth: int) -> dict[str, object]:
        children = [route(depth - 1) for _ in range(random_.randrange(4))] if depth else []
        matchers = random_.sample(MATCHERS, random_.randrange(3))
        return {"matchers": matchers, "continue": random_.random() < 0.3, "routes": children}

    root = {"receiver": "r", "routes": [route(2) for _ in range(3)]}
    return build_tree(read({"route": root, "receivers": [{"name": "r"}]}))


def alert(expr: str, **labels: str) -> Rule:
    return Rule("alert", "A", expr, "g", Origin("rules.yaml", 1), labels)


@pytest.mark.parametrize("seed", range(60))
def test_an_alert_whose_labels_are_all_known(seed: int) -> None:
    root = tree(random.Random(seed))
    for x in VALUES:
        for y in VALUES:
            labels = {name: value for name, value in (("x", x), ("y", y)) if value}
            found = reach(root, alert("vector(1) > 0", **labels))
            assert all(one.certain for one in found)
            expected = reached(root, {"alertname": "A", **labels})
            assert [one.node.path for one in found] == [node.path for node in expected]


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("expr", ["sum by (x) (m) > 0", "m > 0"])
def test_an_alert_whose_labels_depend_on_the_series(seed: int, expr: str) -> None:
    root = tree(random.Random(seed))
    found = reach(root, alert(expr, y="b"))
    for x in VALUES:
        labels = {"alertname": "A", "y": "b"} | ({"x": x} if x else {})
        paths = {node.path for node in reached(root, labels)}
        assert paths <= {one.node.path for one in found}
        assert {one.node.path for one in found if one.certain} <= paths
