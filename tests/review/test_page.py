"""The page and the comment: complete, inert, and told from what changed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from obs.graph.subject import Rule, Subject
from obs.origin import Origin
from obs.review import markdown, page
from obs.review.change import Change, Review
from obs.review.comparison import compare
from obs.review.pictures import pairs
from tests.draw.boards import HOSTILE, board, panel

HERE = Origin("rules/a.py", 3)


def alert(name: str = "A", expr: str = "x > 1", **more: object) -> Rule:
    return Rule("alert", name, expr, "g", HERE, **more)  # type: ignore[arg-type]


def place(change: Change) -> str:
    return f"{change.at.file}:{change.at.line}" if change.at else ""


class Elements(HTMLParser):
    """Every element with its attributes, and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def both(before: Subject, after: Subject) -> tuple[Review, str, str]:
    review = compare(before, after)
    boards = list(pairs(review, before, after))
    return (
        review,
        page.render(review, boards, "main", "topic", place),
        markdown.render(review, "main", "topic", place),
    )


def test_nothing_changed() -> None:
    subject = Subject(rules=(alert(),), dashboards=(board(panel("stat")),))
    review, html, comment = both(subject, subject)
    assert review.changes == ()
    assert "No change of meaning" in html
    assert comment.startswith(markdown.MARKER)


def test_a_change_is_in_both() -> None:
    _, html, comment = both(Subject(rules=(alert(),)), Subject(rules=(alert(expr="x > 2"),)))
    assert "looser: > 1 -> > 2" in Elements(html).text
    assert "looser: &gt; 1 \\-&gt; &gt; 2" in comment


def test_hostile_names_stay_text() -> None:
    before = Subject(dashboards=(board(panel("stat", HOSTILE), title=HOSTILE),))
    after = Subject(
        rules=(alert(HOSTILE, annotations={"summary": HOSTILE}),),
        dashboards=(board(panel("stat", HOSTILE, expr="y"), panel("gauge", HOSTILE + "2"), title=HOSTILE),),
    )
    _, html, comment = both(before, after)
    scripts = [attributes for tag, attributes in Elements(html).found if tag == "script"]
    assert scripts == [{}]
    assert "alert('x')" in Elements(html).text
    assert "<script" not in comment


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    _, html, _ = both(Subject(), Subject(dashboards=(board(panel("timeseries")),)))
    for tag, attributes in Elements(html).found:
        for name in ("src", "href"):
            address = attributes.get(name) or ""
            assert address.startswith(("data:", "#")) or not address, (tag, address)
    policy = next(
        attributes["content"] for tag, attributes in Elements(html).found if "http-equiv" in attributes
    )
    assert policy is not None
    assert "default-src 'none'" in policy


def test_every_picture_has_words_beside_it() -> None:
    _, html, _ = both(
        Subject(dashboards=(board(panel("stat")),)), Subject(dashboards=(board(panel("gauge")),))
    )
    pictures = [attributes for tag, attributes in Elements(html).found if tag == "img"]
    assert pictures
    assert all(attributes.get("alt") for attributes in pictures)


def test_a_secret_is_not_shown() -> None:
    address = "https://discord.com/api/webhooks/1234567890/s3cr3t-t0ken"
    _, html, comment = both(Subject(rules=(alert(),)), Subject(rules=(alert(annotations={"url": address}),)))
    assert "s3cr3t" not in html
    assert "s3cr3t" not in comment


def test_a_comment_fits() -> None:
    rules = tuple(alert(f"Alert{number}", f"metric_{number} > {number}") for number in range(3000))
    _, _, comment = both(Subject(), Subject(rules=rules))
    assert len(comment) <= 65_536


@pytest.mark.parametrize("text", ["a|b", "<b>", "@everyone", "`x`", "[a](http://b)", "# h", "a\nb", "$x$"])
def test_markdown_is_escaped(text: str) -> None:
    said = markdown.escaped(text)
    assert "<" not in said
    assert "\n" not in said
    assert not re.search(r"(?<!\\)[`\[\]|#$]|@", said.replace("&#64;", ""))


def test_one_edit_is_one_entry(tmp_path: Path) -> None:
    query = "sum by (pod) (rate(x_total[5m]))"
    before = Subject(dashboards=(board(*(panel("stat", f"P{number}", query) for number in range(5))),))
    after = Subject(
        dashboards=(board(*(panel("stat", f"P{number}", query.replace("5m", "1m")) for number in range(5))),)
    )
    review = compare(before, after)
    assert [cause.sentence for cause in review.causes] == ["window 5m -> 1m (5 panels)"]
