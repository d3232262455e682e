"""Files under a chart's `templates/`: YAML once Helm has run them, and what Helm itself makes of them.

Nobody runs Helm here. Whole-line actions are blanked and literals (``{{`...`}}``) stand for what they hold, each at its
own place, so that a rule or a dashboard written by hand in a template is read with its lines; what depends on values
is left out.
"""

from __future__ import annotations

import re

from obs.formats.source import Source
from obs.graph.document import PLACEHOLDER
from obs.importer.findings import Findings
from obs.lang.gotemplate.helm import Hazard, helm_hazards
from obs.record import dataclass

_LITERAL = re.compile(r"\{\{-?\s*(?:`([^`]*)`|\"((?:\{\{|\}\})?)\")\s*-?\}\}\Z", re.DOTALL)
_CALL = re.compile(r"\{\{-?\s*([A-Za-z_][A-Za-z0-9_]*)\s*-?\}\}\Z")
_VARIABLE = re.compile(r"\$(labels|value|externalLabels|externalURL)\b")
_FIELD = re.compile(
    r"\{\{-?\s*\.(Value|Labels|CommonLabels|CommonAnnotations|GroupLabels|Alerts|Status|Entry|ExternalURL)\b"
)
_BLOCKS = re.compile(r"\{\{-?\s*(?:range|with|define|block)\b")
_DECLARED = re.compile(r"\$(labels|value|externalLabels|externalURL)\s*:?=|,\s*\$(labels|value)\s*:=")
_WORDS = frozenset(
    ("else", "end", "break", "continue", "now", "list", "dict", "nil", "true", "false", "uuidv4")
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text as far as it can be known, character for character where the template has it.

    `conditions` are the parts that are there only when a condition of Helm's holds: start, end, the condition.
    """

    text: str
    conditions: tuple[tuple[int, int, str], ...] = ()

    def when(self, offset: int) -> tuple[str, ...]:
        """The conditions under which a character is there, the outermost first."""
        return tuple(text for start, end, text in self.conditions if start <= offset < end)


def render(text: str) -> Rendered:
    """The template with its actions blanked, unescaped or replaced by placeholders of the same length.

    What was meant for another program stays: Helm cannot run it anyhow.
    """
    out: list[str] = []
    last = 0
    declared, plain = _declarations(text)
    for action in helm_hazards(text):
        meant = _meant_elsewhere(action.text, declared, plain)
        out += text[last : action.start], action.text if meant else _stand_in(text, action)
        last = action.end
    out.append(text[last:])
    return Rendered("".join(out), tuple(_conditions(text)))


_BLOCK = re.compile(r"\{\{-?\s*(if|range|with|define|block|else|end)\b\s*(.*?)\s*-?\}\}\Z", re.DOTALL)


def _conditions(text: str) -> list[tuple[int, int, str]]:
    """The blocks of a template, in the order in which they open; `else` has a condition that is not told."""
    open_blocks: list[tuple[int, str]] = []
    found: list[tuple[int, int, str]] = []
    for action in helm_hazards(text):
        block = _BLOCK.match(action.text)
        if block is None:
            continue
        word, condition = block[1], block[2]
        if word in ("else", "end"):
            if open_blocks:
                start, said = open_blocks.pop()
                found.append((start, action.start, said))
            if word == "else":
                open_blocks.append((action.end, "else"))
        else:
            open_blocks.append((action.end, condition if word == "if" else f"{word} {condition}"))
    return sorted(found)


def _stand_in(text: str, action: Hazard) -> str:
    literal = _LITERAL.match(action.text)
    if literal is not None and "\n" not in action.text:
        held = literal[1] if literal[1] is not None else literal[2]
        at = action.text.index(held) if held else 0
        return " " * at + held + " " * (len(action.text) - at - len(held))
    before = text[text.rfind("\n", 0, action.start) + 1 : action.start]
    end = text.find("\n", action.end)
    after = text[action.end : end if end >= 0 else None]
    if not before.strip() and not after.strip():
        return re.sub(r"[^\n]", " ", action.text)
    return re.sub(r"[^\n]", PLACEHOLDER, action.text)


def find_eaten(source: Source, findings: Findings) -> None:
    """Actions that were meant for Grafana, Prometheus or Alertmanager, and that Helm runs first."""
    text = source.text
    declared, plain = _declarations(text)
    for action in helm_hazards(text):
        why = _meant_elsewhere(action.text, declared, plain)
        if why:
            line = text.count("\n", 0, action.start) + 1
            findings.at_line(
                "eaten-by-helm",
                f"Helm runs {action.text} itself, so that it never gets to {why[0]}",
                source,
                line,
                action.start - text.rfind("\n", 0, action.start),
                length=len(action.text.split("\n", 1)[0]),
                why=why[1],
                fix=f"{action.escaped}, or keep the text under files/ and read it with .Files.Get",
            )


def _declarations(text: str) -> tuple[set[str], bool]:
    """Variables that the template makes itself, and whether its dot is Helm's own data everywhere."""
    declared = {name for pair in _DECLARED.findall(text) for name in pair if name}
    return declared, not _BLOCKS.search(text)


def _meant_elsewhere(action: str, declared: set[str], plain: bool) -> tuple[str, str] | None:
    if _LITERAL.match(action):
        return None
    call = _CALL.match(action)
    if call is not None and call[1] not in _WORDS:
        return "Grafana", f'Helm stops with: function "{call[1]}" not defined'
    variable = _VARIABLE.search(action)
    if variable is not None and variable[1] not in declared and "`" not in action:
        return "Prometheus", f'Helm stops with: undefined variable "${variable[1]}"'
    field = _FIELD.match(action)
    if field is not None and plain:
        return "the program that it is for", f"Helm's own data has no .{field[1]}: nothing is left of it"
    return None
