"""Pages become catalogue entries, entries become files and come back, and two of them are compared."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obs import catalogue
from obs.catalogue.capture import capture, capture_place, identifier
from obs.catalogue.compare import compare
from obs.catalogue.entry import Entry, Scrape
from obs.catalogue.exposition import PageError
from obs.catalogue.series import System
from obs.catalogue.source import read_source, write_source
from obs.diagnostic import ObsError

PAGES = Path(__file__).parent / "pages"


def page(name: str) -> System:
    return capture((PAGES / name).read_text(encoding="utf-8"), name="app")


def test_a_page_of_node_exporter() -> None:
    found = page("node.prom")
    assert found.version == "1.8.2"
    assert list(found.entries) == sorted(found.entries)
    cpu = found.entries["node_cpu_seconds_total"]
    assert (cpu.type, cpu.unit, cpu.labels) == ("counter", "seconds", ("cpu", "mode"))
    assert cpu.usual == {"mode": ("dreaming", "idle", "iowait", "user")}
    assert cpu.values == {}
    build = found.entries["node_exporter_build_info"]
    assert (build.kind, build.unit) == ("info", "info")
    assert found.entries["go_gc_duration_seconds"].quantiles == (0, 0.5, 1)
    assert found.entries["node_vmstat_pgfault"].type == "untyped"
    assert found.entries["node_filesystem_avail_bytes"].labels == ("device", "fstype", "mountpoint")
    assert found.entries["node_filesystem_avail_bytes"].usual == {}


def test_a_page_of_micrometer() -> None:
    found = page("spring.prom")
    requests = found.entries["http_server_requests_seconds"]
    assert (requests.type, requests.max, requests.quantiles) == ("summary", True, ())
    assert "http_server_requests_seconds_max" not in found.entries
    assert found.entries["logback_events_total"].usual == {"level": ("error", "info")}
    assert found.version == "unknown"


def test_a_page_of_openmetrics() -> None:
    found = page("app.om").entries
    assert found["acme_http_router_request_seconds"].buckets == (0.1,)
    assert found["acme_http_router_request_seconds"].labels == ("method", "path")
    assert (found["foo_total"].type, found["foo_total"].help) == (
        "counter",
        'Something "quoted" and a new line.',
    )
    assert (found["feature"].kind, found["feature"].state_label) == ("stateset", "feature")
    assert found["build_info"].kind == "info"
    assert found["disk_gcount"].type == "gauge"
    assert found["nothing"].open
    assert not any(name.endswith("_created") for name in found)


@pytest.mark.parametrize("name", ["node.prom", "spring.prom", "app.om"])
def test_what_is_captured_is_a_catalogue_file_and_comes_back(name: str) -> None:
    found = page(name)
    text = write_source(found, ["A comment."])
    again = read_source(text, "app.yaml")
    assert replace(again, entries={}) == replace(found, entries={})
    assert dict(again.entries) == dict(found.entries)
    assert write_source(again, ["A comment."]) == text
    assert compare(found, again) == ()


def test_a_page_of_a_captured_system_is_captured_the_same() -> None:
    """From the entries back to a page that shows one sample of each, and through the capture again."""
    found = page("spring.prom")
    lines = []
    for entry in found.entries.values():
        labels = ",".join(f'{label}="{entry.usual.get(label, ("v1/x",))[0]}"' for label in entry.labels)
        lines.append(f"# TYPE {entry.name} {entry.type}")
        if entry.max:
            lines.append(f"# TYPE {entry.name}_max gauge")
        lines += [f"{series}{{{labels}}} 2" for series in entry.series_names()]
    again = capture("\n".join(lines), name="app")
    assert compare(found, again) == ()


names = st.sampled_from(["x", "x_total", "x_bucket", "x_max", "x_info", "x_seconds", "a:b", "y" * 5000])
labels = st.dictionaries(
    st.sampled_from(["le", "quantile", "x", "state", "z" * 5000]), st.sampled_from(["1", "on", "NaN"])
)
types = st.sampled_from(
    ["counter", "gauge", "histogram", "summary", "stateset", "info", "untyped", "gaugehistogram"]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(names, types, st.lists(st.tuples(names, labels), max_size=3)), max_size=4),
    st.booleans(),
)
def test_whatever_page_can_be_read_becomes_a_valid_file(
    families: list[tuple[str, str, list[tuple[str, dict[str, str]]]]], open_metrics: bool
) -> None:
    lines = []
    for name, kind, shown in families:
        lines.append(f"# TYPE {name} {kind}")
        for one, pairs in shown:
            written = ",".join(f'{label}="{value}"' for label, value in pairs.items())
            lines.append(f"{one}{{{written}}} 1")
    text = "\n".join([*lines, "# EOF"]) + "\n"
    try:
        found = capture(text, name="app", source="s" * 5000, open_metrics=open_metrics)
    except PageError:
        return
    assert dict(read_source(write_source(found)).entries) == dict(found.entries)


def test_identities_and_many_values_are_not_written_down() -> None:
    many = "".join(
        f'x{{kind="{chr(97 + number // 26)}{chr(97 + number % 26)}",pod="a"}} 1\n' for number in range(40)
    )
    assert capture(many, name="app").entries["x"].usual == {}


def entry(**changes: object) -> Entry:
    base = Entry("m", "counter", ("a", "b"), unit="seconds", values={"a": ("x", "y")})
    return replace(base, **changes)  # type: ignore[arg-type]


def system(*entries: Entry) -> System:
    return System("s", "S", "1", scrape=Scrape(), entries={one.name: one for one in entries})


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (entry(), entry(), []),
        (entry(), None, ["- m (counter by a, b)"]),
        (None, entry(), ["+ m (counter by a, b)"]),
        (entry(), entry(type="gauge"), ["~ m: type counter -> gauge"]),
        (entry(kind=""), entry(kind="info"), ["~ m: kind none -> info"]),
        (entry(), entry(unit="bytes"), ["~ m: unit seconds -> bytes"]),
        (entry(), entry(unit=""), []),
        (entry(), entry(labels=("a", "c")), ["~ m: labels -b +c"]),
        (entry(), entry(labels=("a",), open=True), []),
        (entry(labels=("a",), open=True), entry(), []),
        (entry(), entry(values={"a": ("y", "z")}), ["~ m: values of a -x +z"]),
        (entry(), entry(values={}, usual={"a": ("x",)}), []),
        (entry(), entry(values={}, usual={"a": ("z",)}), ["~ m: values of a +z"]),
        (entry(values={}, usual={"a": ("z",)}), entry(), ["~ m: values of a -z"]),
        (entry(values={}), entry(values={}, usual={"a": ("z",)}), []),
        (
            entry(type="histogram", buckets=(1.0, 2.0)),
            entry(type="histogram", buckets=(1.0, 5.0)),
            ["~ m: buckets -2 +5"],
        ),
        (entry(type="summary", max=True), entry(type="summary"), ["~ m: series -m_max"]),
        (entry(type="histogram", opt_in=True), entry(type="summary"), []),
        (entry(type="summary"), entry(type="histogram", opt_in=True), []),
        (entry(type="histogram"), entry(type="summary"), ["~ m: type histogram -> summary"]),
        (
            entry(type="histogram", opt_in=True),
            entry(type="summary", quantiles=(0.5,)),
            ["~ m: type histogram -> summary"],
        ),
    ],
)
def test_differences(before: Entry | None, after: Entry | None, changes: list[str]) -> None:
    sides = [system(*([one] if one else [])) for one in (before, after)]
    assert [str(one) for one in compare(*sides)] == changes


def test_a_page_states_neither_units_nor_kinds() -> None:
    known = entry(name="m_seconds", type="gauge", kind="info", unit="timestamp_seconds", labels=(), values={})
    shown = capture("# TYPE m_seconds gauge\nm_seconds 5\n", name="s")
    assert shown.entries["m_seconds"].unit == "seconds"
    assert compare(system(known), shown) == ()


def test_a_live_page_beside_the_catalogue() -> None:
    known = catalogue.system("node-exporter")
    assert known is not None
    found = [str(one) for one in compare(known, page("node.prom")) if one.what != "removed"]
    assert found == [
        "+ go_gc_duration_seconds (summary)",
        "~ node_cpu_seconds_total: values of mode +dreaming",
        "~ node_filesystem_avail_bytes: labels -device_error",
    ]


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()
            return
        if self.path == "/slow":
            time.sleep(1.5)
        kinds = {"/html": "text/html", "/om": "application/openmetrics-text; version=1.0.0; charset=utf-8"}
        bodies = {
            "/metrics": (PAGES / "node.prom").read_bytes(),
            "/om": b"# TYPE a counter\na_total 1\n",
            "/html": b"<html></html>",
            "/bytes": b'up 1\nup{a="\xff"} 1\n',
            "/large": b"up 1\n" * 3000,
            "/wrong": b"up 1\nup one\n",
        }
        body = bodies.get(self.path.partition("?")[0])
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", kinds.get(self.path, "text/plain; version=0.0.4"))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def test_a_page_at_an_address(server: str) -> None:
    found = capture_place(f"{server}/metrics?token=secret", name="node")
    assert found.id == "node"
    assert found.scrape.path == "/metrics"
    assert found.groups["page"].source == f"{server}/metrics"
    assert "node_load1" in found.entries


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/nothing", "/nothing: cannot be read: the server answers 404"),
        ("/moved", "cannot be read: the server answers 302"),
        ("/om", "/om, line 2: the page ends without # EOF: it is cut off"),
        ("/html", "this is a web page, not a page of metrics"),
        ("/bytes", "/bytes, line 2: not UTF-8 text"),
        ("/large", "the page is larger than 10000 bytes"),
        ("/wrong", "/wrong, line 2: the value is no number: 'one'"),
        ("/slow", "cannot be read: no answer in time"),
    ],
)
def test_a_page_that_cannot_be_had(server: str, path: str, problem: str) -> None:
    with pytest.raises(ObsError) as error:
        capture_place(server + path, timeout=0.5, largest=10_000)
    assert problem in error.value.diagnostics[0].problem


@pytest.mark.parametrize(
    "place",
    [
        "file:///etc/hostname",
        "ftp://127.0.0.1/x",
        "http://",
        "http://[::1/x",
        "data://x",
        "http://127.0.0.1:99999/x",
    ],
)
def test_only_web_addresses_are_read(place: str) -> None:
    with pytest.raises(ObsError) as error:
        capture_place(place, timeout=0.5)
    assert error.value.diagnostics[0].check == "invalid-metrics-page"


def test_no_secret_of_an_address_is_repeated() -> None:
    for place in ("http://me:hunter2@127.0.0.1:1/x?token=hunter2", "http://127.0.0.1:1/a b?token=hunter2"):
        with pytest.raises(ObsError) as error:
            capture_place(place, timeout=0.5)
        assert "hunter2" not in error.value.diagnostics[0].problem


def test_files_that_are_no_pages(tmp_path: Path) -> None:
    for name, body in (("empty", b""), ("binary", b"\x7fELF\x00\xff"), ("comment", b"# nothing\n")):
        (tmp_path / name).write_bytes(body)
        with pytest.raises(ObsError) as error:
            capture_place(str(tmp_path / name))
        assert error.value.diagnostics[0].at is not None
    with pytest.raises(ObsError, match="No such file"):
        capture_place(str(tmp_path / "absent"))


def test_identifiers() -> None:
    assert identifier("Node Exporter 1.8.prom") == "node-exporter-1-8-prom"
    assert identifier("---") == "captured"
