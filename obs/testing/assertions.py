"""What a failed `assert` was about: its parts with their values, without pytest."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from types import FrameType, TracebackType

MOST = 600
"""Characters of one value that are shown."""


def place_of(traceback: TracebackType | None, file: str) -> tuple[FrameType, int] | None:
    """The last frame of a file in a traceback, and its line."""
    found: tuple[FrameType, int] | None = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == file:
            found = traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next
    return found


def failed_parts(frame: FrameType, line: int) -> str:
    """`message.at is 4m10s` for each part of the assertion at a line that did not hold; empty when that is unknown.

    The parts are looked at again, in the frame where they failed.
    """
    file = frame.f_code.co_filename
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return ""
    statement = next(
        (
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Assert) and node.lineno <= line <= (node.end_lineno or node.lineno)
        ),
        None,
    )
    if statement is None:
        return ""
    failing = next(_failing(statement.test, frame), None)
    return "" if failing is None else _told(failing, frame)


def _value(node: ast.expr, frame: FrameType) -> object:
    code = compile(ast.Expression(node), frame.f_code.co_filename, "eval")
    return eval(code, frame.f_globals, frame.f_locals)  # the test's own expression, in the test's own frame


def _failing(node: ast.expr, frame: FrameType) -> Iterator[ast.expr]:
    """The operands of `and` that do not hold, the first one first."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for part in node.values:
            yield from _failing(part, frame)
    else:
        try:
            holds = bool(_value(node, frame))
        except Exception:
            return
        if not holds:
            yield node


def _told(node: ast.expr, frame: FrameType) -> str:
    source = ast.unparse(node)
    parts = [node.left, *node.comparators] if isinstance(node, ast.Compare) else [node]
    lines = [f"assert {source}"]
    for part in parts:
        if isinstance(part, ast.Constant):
            continue
        try:
            shown = repr(_value(part, frame))
        except Exception:
            continue
        shown = shown if len(shown) <= MOST else f"{shown[:MOST]}… ({len(shown)} characters)"
        lines.append(f"  {ast.unparse(part)} is {shown}")
    return "\n".join(lines)
