"""A regular expression over log lines, said once and used by the pipeline, the dashboards and the tests."""

from __future__ import annotations

from dataclasses import field

from obs.diagnostic import DefinitionError, Excerpt
from obs.lang.error import LanguageError
from obs.model.definition import definition
from obs.origin import Origin, here

PROMTAIL_GO = (1, 21)
"""The Go release that Promtail 3.0.0 is built with; it refuses `(?<name>...)`. Source: its binary."""


@definition
class Pattern:
    """`text` is RE2 and unanchored. `contains` is a plain text that every matching line holds.

    A Loki query looks for `contains` first, which is many times cheaper than the expression. Raises DefinitionError
    where Go's regexp, as the oldest program that will read it has it, refuses the text.
    """

    text: str
    contains: str = ""
    about: str = field(default="", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        from obs.lang import re2

        try:
            re2.check(self.text, go=PROMTAIL_GO)
        except LanguageError as error:
            raise DefinitionError(
                f"not a regular expression: {error.message}",
                check="invalid-regex",
                at=self.origin,
                excerpt=Excerpt(self.text, error.start, error.end),
            ) from None

    def __str__(self) -> str:
        return self.text

    @property
    def groups(self) -> tuple[str, ...]:
        """The named groups, in order: the fields that a regex stage extracts."""
        from obs.lang import re2

        return re2.named_groups(self.text)

    @property
    def line_filter(self) -> str:
        """LogQL that keeps the lines which match."""
        cheap = f"|= {quote(self.contains)} " if self.contains else ""
        return f"{cheap}|~ {quote(self.text)}"

    @property
    def parser(self) -> str:
        """LogQL that turns the named groups into labels; lines that do not match pass without them."""
        return f"| regexp {quote(self.text)}"


def quote(text: str) -> str:
    """`text` as a LogQL or PromQL string: the plain form where it reads the same, else one that escapes nothing.

    Grafana replaces `$name` inside either form, and a raw string keeps a regex readable.
    """
    if "\\" not in text and '"' not in text and "\n" not in text:
        return f'"{text}"'
    if "`" not in text:
        return f"`{text}`"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
