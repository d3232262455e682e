"""JSON lines in, JSON lines out: templates with their data to outputs.

In: `{"template", "data", "kind"}`; out: `{"valid", "error", "output", "labels_read"}`.
`valid` is whether the template parses and runs on the data; `kind` is `prometheus` or `alertmanager`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import get_args

from obs.lang.error import LanguageError
from obs.lang.gotemplate.data import alert_data, message_data
from obs.lang.gotemplate.parse import TemplateSyntaxError
from obs.lang.gotemplate.reads import Dialect
from obs.lang.gotemplate.render import render_alert, render_message
from obs.lang.gotemplate.run import ExecutionError
from obs.lang.gotemplate.template import check


def answer(line: str) -> dict[str, object]:
    """The answer to one line; what cannot be read is an answer too."""
    labels_read: list[str] = []
    try:
        template, data, kind = _case(line)
        labels_read = sorted(check(template, kind).labels_read)
        if kind == "prometheus":
            output = render_alert(template, alert_data(data))
        else:
            output = render_message(template, message_data(data))
    except ExecutionError as error:
        message = f"at <{error.context}>: {error.message}"
        return {"valid": False, "error": message, "output": None, "labels_read": labels_read}
    except (TemplateSyntaxError, LanguageError) as error:
        return {"valid": False, "error": error.message, "output": None, "labels_read": labels_read}
    shown = output.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return {"valid": True, "error": None, "output": shown, "labels_read": labels_read}


def _case(line: str) -> tuple[str, object, Dialect]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LanguageError(f"not JSON: {error}") from None
    if not isinstance(case, Mapping):
        raise LanguageError("not a JSON object")
    template, kind = case.get("template"), case.get("kind", "prometheus")
    if not isinstance(template, str):
        raise LanguageError("template must be a string")
    for dialect in get_args(Dialect):
        if kind == dialect:
            return template, case.get("data"), dialect
    raise LanguageError("kind must be prometheus or alertmanager")


def main() -> None:
    """Answer every line of standard input."""
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(line), ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main()
