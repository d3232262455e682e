"""A graph as text for the programs that draw it: Graphviz (DOT) and Mermaid. Names may hold anything."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from obs.record import dataclass
from obs.redact import redact

LONGEST = 60
"""Characters of a name that are drawn."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node: `group` decides its shape and which others it stands with."""

    id: str
    group: str
    text: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one box to another; a dashed one where the connection is likely or loose."""

    source: str
    target: str
    text: str = ""
    dashed: bool = False


_SHAPES: Mapping[str, str] = {
    "alert": "octagon",
    "dashboard": "folder",
    "file": "note",
    "artifact": "note",
    "label": "plaintext",
    "metric": "ellipse",
    "record": "ellipse",
    "receiver": "house",
    "route": "diamond",
    "secret": "component",
}


def dot(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> str:
    """A digraph for `dot -Tsvg`."""
    return "\n".join(_dot(boxes, arrows)) + "\n"


def _dot(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Iterator[str]:
    yield "digraph obs {"
    yield "  rankdir=LR;"
    yield '  node [shape=box, fontname="sans-serif", fontsize=10];'
    yield '  edge [fontname="sans-serif", fontsize=8];'
    for box in boxes:
        shape = _SHAPES.get(box.group, "box")
        label = _dot_text(f"{box.group}\n{_shown(box.text)}")
        yield f"  {_dot_text(box.id)} [label={label}, shape={shape}];"
    for arrow in arrows:
        style = ", style=dashed" if arrow.dashed else ""
        yield (
            f"  {_dot_text(arrow.source)} -> {_dot_text(arrow.target)} [label={_dot_text(arrow.text)}{style}];"
        )
    yield "}"


def _dot_text(text: str) -> str:
    """A quoted string: in one, DOT reads a backslash as an escape, and nothing else but the quote is special."""
    plain = "".join(char if char == "\n" else _visible(char) for char in redact(text))
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def mermaid(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> str:
    """A flowchart for Markdown; boxes are called n0, n1 ... because no name is safe as an identifier there."""
    names = {box.id: f"n{number}" for number, box in enumerate(boxes)}
    lines = ["flowchart LR"]
    lines += [
        f'  {names[box.id]}["{_mermaid_text(box.group)}<br/>{_mermaid_text(_shown(box.text))}"]'
        for box in boxes
    ]
    for arrow in arrows:
        line = "-.->" if arrow.dashed else "-->"
        text = f'|"{_mermaid_text(arrow.text)}"|' if arrow.text else ""
        lines.append(f"  {names[arrow.source]} {line}{text} {names[arrow.target]}")
    return "\n".join(lines) + "\n"


def _mermaid_text(text: str) -> str:
    """Entity codes (`#35;`) for everything that Mermaid, Markdown or HTML could read as their own."""
    return "".join(
        char if char.isalnum() or char in " -_./:," else f"#{ord(char)};"
        for char in "".join(map(_visible, redact(text)))
    )


def _visible(char: str) -> str:
    return "\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
