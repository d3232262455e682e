"""Pages of metrics: what the formats allow is read, everything else ends in one error with its line."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obs.catalogue.exposition import Family, PageError, Sample, read_page


def samples(text: str, open_metrics: bool | None = None) -> list[Sample]:
    return [one for one in read_page(text, open_metrics=open_metrics) if isinstance(one, Sample)]


def refused_at(text: str, open_metrics: bool | None = None) -> int | None:
    """The line at which a page is refused; None when it is read. The message is short whatever the text is."""
    try:
        list(read_page(text, open_metrics=open_metrics))
    except PageError as error:
        return error.line if len(error.message) < 400 else -1
    return None


@pytest.mark.parametrize(
    ("line", "name", "labels", "value", "timestamp"),
    [
        ("up 1", "up", {}, 1.0, None),
        ("  up\t1  ", "up", {}, 1.0, None),
        ("up{} 1", "up", {}, 1.0, None),
        ('up{a="b",} 1', "up", {"a": "b"}, 1.0, None),
        ('up { a = "b" , c="d" } 1', "up", {"a": "b", "c": "d"}, 1.0, None),
        ('up{a="x\\\\y\\n\\"z\\""} 1', "up", {"a": 'x\\y\n"z"'}, 1.0, None),
        ('up{a="{,}=# é"} 1', "up", {"a": "{,}=# é"}, 1.0, None),
        ("up 1 1395066363000", "up", {}, 1.0, 1395066363.0),
        ("up -Inf -3982045", "up", {}, -math.inf, -3982.045),
        ("up 1.5e-07", "up", {}, 1.5e-07, None),
        ("job:up:sum .5", "job:up:sum", {}, 0.5, None),
        ('{"my.metric", "my.label"="b", c="d"} 1', "my.metric", {"my.label": "b", "c": "d"}, 1.0, None),
    ],
)
def test_samples_of_the_text_format(
    line: str, name: str, labels: dict[str, str], value: float, timestamp: float | None
) -> None:
    (found,) = samples(line)
    assert (found.name, dict(found.labels), found.value, found.timestamp) == (name, labels, value, timestamp)


def test_nan_and_a_missing_final_line_feed_are_read() -> None:
    (found,) = samples("x NaN")
    assert math.isnan(found.value)


def test_type_and_help_belong_to_the_family_of_a_sample() -> None:
    text = (
        "# HELP h Back\\\\slash and\\nline.\n# TYPE h histogram\n# just a comment\n#\n"
        'h_bucket{le="1"} 1\nh_sum 1\nh_count 1\nother 2\n'
    )
    found = samples(text)
    assert [one.family.name for one in found] == ["h", "h", "h", "other"]
    assert found[0].family == Family("h", "histogram", "Back\\slash and\nline.", "", 1)
    assert found[3].family.type == "untyped"


def test_a_metric_of_its_own_beside_a_summary_keeps_its_type() -> None:
    text = "# TYPE x summary\n# TYPE x_count gauge\nx_count 1\nx_sum 2\n"
    assert [one.family.type for one in samples(text)] == ["gauge", "summary"]


def test_a_gauge_and_a_counter_may_differ_in_the_suffix_alone() -> None:
    """As every Go program writes go_memstats_alloc_bytes in OpenMetrics; Prometheus reads both."""
    page = "# HELP a Now.\n# TYPE a gauge\na 1\n# HELP a Ever.\n# TYPE a counter\na_total 2\n# TYPE b gauge\nb 3\n# EOF\n"
    told = {one.name: (one.family.type, one.family.help, one.value) for one in samples(page)}
    assert told == {"a": ("gauge", "Now.", 1), "a_total": ("counter", "Ever.", 2), "b": ("gauge", "", 3)}


def test_a_counter_of_openmetrics_may_have_its_suffix_in_the_family() -> None:
    """As kube-state-metrics writes it; Prometheus reads it."""
    (one,) = samples("# TYPE a_total counter\na_total 1\n# EOF\n")
    assert (one.name, one.family.type) == ("a_total", "counter")


def test_a_family_without_samples_is_said() -> None:
    assert [one.name for one in read_page("# TYPE x counter\n")] == ["x"]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("up 1\nup{a=b} 1\n", 2, "the label a has no quoted value"),
        ("up 1\n\nup{a='b'} 1\n", 3, "the label a has no quoted value"),
        ('up{a="b} 1\n', 1, "the label a has no quoted value"),
        ('up{a="b" 1\n', 1, "a comma or } is wanted"),
        ('up{a="b" c="d"} 1\n', 1, "a comma or } is wanted"),
        ('up{a="b",a="c"} 1\n', 1, "the label a twice"),
        ('up{1a="b"} 1\n', 1, "a label is wanted"),
        ('up{"other"} 1\n', 1, "two metric names"),
        ('{a="b"} 1\n', 1, "a sample begins with its metric name"),
        ("up\n", 1, "up has no value"),
        ("up one\n", 1, "the value is no number: 'one'"),
        ("up 1_000\n", 1, "the value is no number"),
        ("up 0x1p4\n", 1, "the value is no number"),
        ("up 1 1.5\n", 1, "a timestamp is a whole number of milliseconds"),
        ("up 1 2 3\n", 1, "unexpected text behind the value: '3'"),
        ("9up 1\n", 1, "a sample begins with its metric name"),
        ("<!DOCTYPE html>\n<html>\n", 1, "a sample begins with its metric name"),
        ("# TYPE up counterr\nup 1\n", 1, "up has an unknown type 'counterr'"),
        ("up 1\n# TYPE up gauge\n", 2, "# TYPE up comes after its samples"),
        ("# TYPE up gauge\n# TYPE up counter\n", 2, "a second # TYPE of up"),
        ("# TYPE h histogram\nh_bucket 1\n", 2, "h_bucket has no label le"),
        ('# TYPE h histogram\nh_bucket{le="big"} 1\n', 2, "le is no number: 'big'"),
        ("# TYPE s summary\ns 1\n", 2, "s has no label quantile"),
        ("up 1\r\n", 1, "carriage return"),
        ('up 1 # {trace="x"} 1\n', 1, "unexpected text behind the value"),
    ],
)
def test_mistakes_of_the_text_format(text: str, line: int, problem: str) -> None:
    with pytest.raises(PageError) as error:
        list(read_page(text, open_metrics=False))
    assert error.value.line == line
    assert problem in error.value.message


def test_openmetrics_exemplars_units_and_timestamps() -> None:
    text = (
        "# TYPE a_seconds histogram\n# UNIT a_seconds seconds\n"
        'a_seconds_bucket{le="1.0"} 3 1604417100.5 # {trace_id="x"} 0.5 1604417100.0\n'
        "a_seconds_count 3\na_seconds_sum 1\n# EOF\n"
    )
    bucket = samples(text)[0]
    assert (bucket.timestamp, bucket.exemplar, bucket.family.unit) == (
        1604417100.5,
        (("trace_id", "x"),),
        "seconds",
    )


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("# TYPE a counter\na_total 1\n", 2, "without # EOF: it is cut off"),
        ("# EOF\nx 1\n", 2, "text after # EOF"),
        ("\n# EOF\n", 1, "an empty line"),
        ("# a comment\n# EOF\n", 1, "a comment is one of"),
        ("# TYPE a counter\na 1\n# EOF\n", 2, "a sample of the counter a has no such name"),
        ("# TYPE a_seconds gauge\n# UNIT a_seconds bytes\n# EOF\n", 2, "is not the end of the name"),
        ("# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\na 2\n# EOF\n", 5, "the lines of a do not stand together"),
        ("# TYPE a gauge\na 1\n# HELP a A.\na 2\n# EOF\n", 4, "comes after its samples"),
        ("# TYPE a gauge\na 1\n# TYPE a gauge\n# EOF\n", 3, "a second # TYPE of a"),
        ('# TYPE a gauge\na 1 # {x="y"} 1\n# EOF\n', 2, "cannot have an exemplar"),
        ('# TYPE a counter\na_total 1 # {x="' + "y" * 128 + '"} 1\n# EOF\n', 2, "at most 128 characters"),
        ("# TYPE a counter\na_total 1 # x\n# EOF\n", 2, "an exemplar is written"),
        ("# TYPE a stateset\na 1\n# EOF\n", 2, "has no label of its own name"),
        ("# TYPE a untyped\n# EOF\n", 1, "unknown type"),
        ("# TYPE a gauge\n# TYPE a gauge\n# EOF\n", 2, "a second # TYPE"),
        ("# TYPE a summary\n# TYPE a_count gauge\n# EOF\n", 2, "both have samples called"),
    ],
)
def test_mistakes_of_openmetrics(text: str, line: int, problem: str) -> None:
    with pytest.raises(PageError) as error:
        list(read_page(text, open_metrics=True))
    assert error.value.line == line
    assert problem in error.value.message


pieces = st.sampled_from(
    [
        "# TYPE ",
        "# HELP ",
        "# UNIT ",
        "# EOF",
        "x",
        "x_total",
        "x_bucket",
        "{",
        "}",
        'le="1"',
        'a="b',
        '"',
        "\\",
        ",",
        "=",
        " ",
        "\t",
        "\n",
        "\r",
        "1",
        "+Inf",
        "NaN",
        "counter",
        "histogram",
        "summary",
        "stateset",
        "#",
        " # {",
        "é",
        "\x00",
        "\ud800",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=80), st.lists(pieces, max_size=30).map("".join)),
    st.sampled_from([None, True, False]),
)
def test_any_text_is_read_or_refused_at_a_line_of_it(text: str, open_metrics: bool | None) -> None:
    line = refused_at(text, open_metrics)
    assert line is None or 1 <= line <= text.count("\n") + 1


names = st.from_regex(r"[a-z_:][a-z0-9_:]{0,8}", fullmatch=True)
label_names = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
label_values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    names, st.dictionaries(label_names, label_values, max_size=4), st.floats(), st.integers(-(10**12), 10**12)
)
def test_what_is_written_is_read_back(name: str, labels: dict[str, str], value: float, stamp: int) -> None:
    def escaped(text: str) -> str:
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')

    pairs = ",".join(f'{key}="{escaped(one)}"' for key, one in labels.items())
    (found,) = samples(f"{name}{{{pairs}}} {value!r} {stamp}\n", open_metrics=False)
    assert (found.name, dict(found.labels)) == (name, labels)
    assert found.value == value or math.isnan(value)
    assert found.timestamp == stamp / 1000


@pytest.mark.parametrize(
    "text",
    [
        "x{" + 'a="' * 50_000,
        "x{" + "a," * 100_000,
        "x{" * 100_000,
        'x{a="' + "\\\\" * 200_000,
        "#" * 300_000,
        "x " * 200_000,
    ],
)
def test_hostile_lines_end_soon(text: str) -> None:
    start = time.monotonic()
    refused_at(text)
    assert time.monotonic() - start < 2
