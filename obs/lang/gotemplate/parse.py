"""Text of a Go template to its tree, or the error that Go 1.23's `text/template/parse` gives, at its place.

Source: Go 1.23, `text/template`; messages measured with promtool 2.55 and amtool 0.27.
"""

from __future__ import annotations

import cmath
import re
from collections.abc import Container
from typing import Literal, NoReturn

from obs.lang.error import LanguageError, Unsupported
from obs.lang.gotemplate.quote import quote, unescape, unquote
from obs.lang.gotemplate.syntax import (
    Action,
    Bool,
    Branch,
    Call,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    Leave,
    Nil,
    Node,
    Number,
    Operand,
    Pipe,
    String,
    Text,
    Tree,
    Variable,
)
from obs.lang.gotemplate.tokens import Kind, Token, tokens

DEPTH = 100
"""How deep parentheses and blocks may nest together; Go's own limit for parentheses is 10,000."""

_STARTS_COMMAND = frozenset(
    (
        Kind.BOOL, Kind.CHAR, Kind.DOT, Kind.FIELD, Kind.WORD, Kind.NUMBER,
        Kind.RAW, Kind.STRING, Kind.VARIABLE, Kind.OPEN,
    )
)  # fmt: skip
_BRANCHES: dict[str, Literal["if", "with", "range"]] = {"if": "if", "with": "with", "range": "range"}
_LEAVES: dict[str, Literal["break", "continue"]] = {"break": "break", "continue": "continue"}
_NOT_EXECUTABLE = (Bool, Dot, Nil, Number, String)


class TemplateSyntaxError(LanguageError):
    """A text that `text/template` does not parse.

    `line` (from 1) is the line that Go names; `began` the line of the action it is in, when Go adds that.
    """

    def __init__(self, message: str, start: int, end: int, line: int, *, began: int | None = None) -> None:
        super().__init__(message if began is None else f"{message} line {began}", start, end)
        self.line = line
        self.began = began

    def go(self, name: str) -> str:
        """The message as Go prints it for a template of this name."""
        message = self.message
        if self.began is not None:
            message = f"{message.removesuffix(f'line {self.began}')}{name}:{self.began}"
        return f"template: {name}:{self.line}: {message}"


def parse(text: str, functions: Container[str], variables: tuple[str, ...] = ()) -> Tree:
    """Parse a template that may call `functions` and read `variables` (with their `$`) at its top level.

    Raises TemplateSyntaxError, or Unsupported when it nests deeper than DEPTH.
    """
    if "{{" not in text:
        return Tree(text, (Text(0, len(text), 0, text),) if text else (), {})
    return _Parser(text, functions, variables).tree()


class _Ended:
    """The `{{end}}` or `{{else}}` that closed a body."""

    __slots__ = ("end", "kind", "start")

    def __init__(self, kind: str, start: int, end: int) -> None:
        self.kind, self.start, self.end = kind, start, end


class _Parser:
    __slots__ = (
        "action_start", "at", "defined", "depth", "functions", "furthest",
        "ranges", "text", "tokens", "variables",
    )  # fmt: skip

    def __init__(self, text: str, functions: Container[str], variables: tuple[str, ...]) -> None:
        self.text = text
        self.functions = functions
        self.variables = ["$", *variables]
        self.tokens = tokens(text)
        self.at = 0
        self.furthest = 0
        self.action_start = -1
        self.depth = 0
        self.ranges = 0
        self.defined: dict[str, tuple[Node, ...]] = {}

    # Reading tokens

    def next(self) -> Token:
        token = self.tokens[self.at]
        self.furthest = max(self.furthest, self.at)
        if token.kind is not Kind.END and token.kind is not Kind.ERROR:
            self.at += 1
        return token

    def peek(self) -> Token:
        self.furthest = max(self.furthest, self.at)
        return self.tokens[self.at]

    def next_solid(self) -> Token:
        token = self.next()
        return self.next() if token.kind is Kind.SPACE else token

    def peek_solid(self) -> Token:
        token = self.peek()
        if token.kind is Kind.SPACE:
            self.at += 1
            token = self.peek()
        return token

    # Errors

    def fail(self, message: str, start: int, end: int, *, began: int | None = None) -> NoReturn:
        latest = self.tokens[self.furthest]
        line = 1 + self.text.count("\n", 0, self._go_start(latest))
        raise TemplateSyntaxError(message, start, end, line, began=began)

    def _go_start(self, token: Token) -> int:
        """Where Go places a token: an unclosed action or comment at what was read last."""
        if token.text == "unclosed action" and token.kind is Kind.ERROR:
            return len(self.text)
        return token.start

    def unexpected(self, token: Token, context: str) -> NoReturn:
        if token.kind is not Kind.ERROR:
            self.fail(
                f"unexpected {token.shown()} in {context}", token.start, max(token.end, token.start + 1)
            )
        began = None
        message = token.text
        if self.action_start >= 0:
            line = 1 + self.text.count("\n", 0, self.action_start)
            if line != 1 + self.text.count("\n", 0, self._go_start(token)):
                began = line
                message += " started at" if message.endswith(" action") else " in action started at"
        self.fail(message, token.start, token.end, began=began)

    def expect(self, kind: Kind, context: str) -> Token:
        token = self.next_solid()
        if token.kind is not kind:
            self.unexpected(token, context)
        return token

    def enter(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise Unsupported(f"nesting deeper than {DEPTH} levels", token.start, token.end)

    # Bodies

    def tree(self) -> Tree:
        body: list[Node] = []
        while True:
            token = self.peek()
            if token.kind is Kind.END:
                return Tree(self.text, tuple(body), self.defined)
            if token.kind is Kind.LEFT and self._defines():
                continue
            node = self.text_or_action()
            if isinstance(node, _Ended):
                self.fail(f"unexpected {{{{{node.kind}}}}}", node.start, node.end)
            body.append(node)

    def _defines(self) -> bool:
        before = self.at
        left = self.next()
        if (word := self.next_solid()).text != "define" or word.kind is not Kind.KEYWORD:
            self.at = before
            return False
        context = "define clause"
        name = self.next_solid()
        if name.kind not in (Kind.STRING, Kind.RAW):
            self.unexpected(name, context)
        title = self.literal(name)
        self.expect(Kind.RIGHT, context)
        self.define(title, name, left, context)
        return True

    def define(self, title: str, name: Token, left: Token, context: str) -> None:
        """The body of a `define` or `block`, with variables and loops of its own."""
        outer = self.variables, self.ranges, self.action_start
        self.variables, self.ranges, self.action_start = ["$"], 0, -1
        self.enter(left)
        body, ended = self.body(left)
        self.depth -= 1
        if ended.kind != "end":
            self.fail(f"unexpected {{{{{ended.kind}}}}} in {context}", ended.start, ended.end)
        self.variables, self.ranges, self.action_start = outer
        if _is_empty(self.defined.get(title, ())):
            self.defined[title] = body
        elif not _is_empty(body):
            message = f"template: multiple definition of template {quote(title)}"
            self.fail(message, name.start, name.end)

    def body(self, left: Token) -> tuple[tuple[Node, ...], _Ended]:
        """Nodes up to the `end` or `else` that closes what began at `left`."""
        nodes: list[Node] = []
        while True:
            if self.peek_solid().kind is Kind.END:
                self.fail("unexpected EOF", left.start, self._action_end(left))
            node = self.text_or_action()
            if isinstance(node, _Ended):
                return tuple(nodes), node
            nodes.append(node)

    def _action_end(self, left: Token) -> int:
        return next(
            token.end for token in self.tokens if token.start >= left.end and token.kind is Kind.RIGHT
        )

    def text_or_action(self) -> Node | _Ended:
        token = self.next_solid()
        if token.kind is Kind.TEXT:
            return Text(token.start, token.end, token.start, token.text)
        if token.kind is not Kind.LEFT:
            self.unexpected(token, "input")
        self.action_start = token.start
        node = self.action(token)
        self.action_start = -1
        return node

    def action(self, left: Token) -> Node | _Ended:
        token = self.next_solid()
        if token.kind is Kind.KEYWORD:
            word = token.text
            if word in _BRANCHES:
                return self.branch(left, _BRANCHES[word])
            if word == "end":
                return _Ended("end", left.start, self.expect(Kind.RIGHT, "end").end)
            if word == "else":
                following = self.peek_solid()
                if following.kind is Kind.KEYWORD and following.text in ("if", "with"):
                    return _Ended("else", left.start, following.end)
                return _Ended("else", left.start, self.expect(Kind.RIGHT, "else").end)
            if word == "template":
                return self.call(left)
            if word == "block":
                return self.block(left)
            if word in _LEAVES:
                return self.leave(left, _LEAVES[word])
        self.at -= token.kind not in (Kind.END, Kind.ERROR)
        pipe = self.pipeline("command", Kind.RIGHT)
        return Action(left.start, self.tokens[self.at - 1].end, pipe.at, pipe)

    def leave(self, left: Token, word: Literal["break", "continue"]) -> Leave:
        token = self.next_solid()
        if token.kind is not Kind.RIGHT:
            self.unexpected(token, f"{{{{{word}}}}}")
        if not self.ranges:
            self.fail(f"{{{{{word}}}}} outside {{{{range}}}}", left.start, token.end)
        return Leave(left.start, token.end, left.start, word)

    def branch(self, left: Token, kind: Literal["if", "with", "range"]) -> Branch:
        """A whole `if`, `with` or `range`; `else if` chains are read in a loop, then folded from the last."""
        marks: list[tuple[int, Token, Pipe, tuple[Node, ...]]] = []
        otherwise: tuple[Node, ...] | None = None
        first = len(self.variables)
        self.enter(left)
        while True:
            mark = len(self.variables)
            pipe = self.pipeline(kind, Kind.RIGHT)
            self.ranges += kind == "range"
            body, ended = self.body(left)
            self.ranges -= kind == "range"
            marks.append((mark, left, pipe, body))
            if ended.kind == "end":
                break
            following = self.peek()
            if kind != "range" and following.kind is Kind.KEYWORD and following.text == kind:
                left = self.next()
                continue
            otherwise, ended = self.body(left)
            if ended.kind != "end":
                self.fail(f"expected end; found {{{{{ended.kind}}}}}", ended.start, ended.end)
            break
        self.depth -= 1
        del self.variables[first:]
        node: Branch | None = None
        for _, opened, pipe, body in reversed(marks):
            node = Branch(opened.start, ended.end, pipe.at, kind, pipe, body, (node,) if node else otherwise)
        assert node is not None
        return node

    def block(self, left: Token) -> Call:
        context = "block clause"
        name = self.next_solid()
        title = self.title(name, context)
        pipe = self.pipeline(context, Kind.RIGHT)
        self.define(title, name, left, context)
        return Call(left.start, self.tokens[self.at - 1].end, name.start, title, pipe)

    def call(self, left: Token) -> Call:
        context = "template clause"
        name = self.next_solid()
        title = self.title(name, context)
        pipe = None
        if self.peek_solid().kind is Kind.RIGHT:
            self.next()
        else:
            pipe = self.pipeline(context, Kind.RIGHT)
        return Call(left.start, self.tokens[self.at - 1].end, name.start, title, pipe)

    def title(self, token: Token, context: str) -> str:
        if token.kind not in (Kind.STRING, Kind.RAW):
            self.unexpected(token, context)
        return self.literal(token)

    def literal(self, token: Token) -> str:
        value = unquote(token.text)
        if value is None:
            self.fail("invalid syntax", token.start, token.end)
        return value

    # Pipelines

    def pipeline(self, context: str, end: Kind) -> Pipe:
        first = self.peek_solid()
        variables: list[Variable] = []
        assigns = False
        while self.peek_solid().kind is Kind.VARIABLE:
            before = self.at
            variable = self.next()
            sign = self.peek_solid()
            if sign.kind is Kind.ASSIGN or sign.kind is Kind.DECLARE:
                assigns = sign.kind is Kind.ASSIGN
                self.next()
                variables.append(self.declared(variable))
                break
            if sign.kind is not Kind.PUNCTUATION or sign.text != ",":
                self.at = before
                break
            self.next()
            variables.append(self.declared(variable))
            if context != "range" or len(variables) > 1:
                self.fail(f"too many declarations in {context}", first.start, sign.end)
            following = self.peek_solid()
            if following.kind not in (Kind.VARIABLE, Kind.RIGHT, Kind.CLOSE):
                self.fail("range can only initialize variables", following.start, following.end)
        commands: list[Command] = []
        while True:
            token = self.peek_solid()
            if token.kind is end:
                self.next()
                break
            if token.kind not in _STARTS_COMMAND and not (token.kind is Kind.KEYWORD and token.text == "nil"):
                self.next()
                self.unexpected(token, context)
            commands.append(self.command())
        if not commands:
            self.fail(f"missing value for {context}", first.start, token.end)
        for stage, command in enumerate(commands[1:], 2):
            if isinstance(command.args[0], _NOT_EXECUTABLE):
                start, stop = command.start, command.end
                self.fail(f"non executable command in pipeline stage {stage}", start, stop)
        return Pipe(first.start, commands[-1].end, first.start, tuple(variables), assigns, tuple(commands))

    def declared(self, token: Token) -> Variable:
        self.variables.append(token.text)
        return Variable(token.start, token.end, token.start, (token.text,), (token.end,))

    def command(self) -> Command:
        first = self.peek_solid()
        args: list[Operand] = []
        while True:
            self.peek_solid()
            operand = self.operand()
            if operand is not None:
                args.append(operand)
            token = self.next()
            if token.kind is Kind.SPACE:
                continue
            if token.kind is Kind.RIGHT or token.kind is Kind.CLOSE:
                self.at -= 1
            elif token.kind is not Kind.PIPE:
                self.unexpected(token, "operand")
            break
        if not args:
            self.fail("empty command", first.start, max(first.end, first.start + 1))
        return Command(first.start, args[-1].end, first.start, tuple(args))

    def operand(self) -> Operand | None:
        node = self.term()
        if node is None or self.peek().kind is not Kind.FIELD:
            return node
        chained = self.peek()
        idents: list[str] = []
        ends: list[int] = []
        while (token := self.peek()).kind is Kind.FIELD:
            self.next()
            idents.append(token.text[1:])
            ends.append(token.end)
        end = ends[-1]
        if isinstance(node, Field):
            return Field(node.start, end, chained.start, (*node.idents, *idents), (*node.ends, *ends))
        if isinstance(node, Variable):
            return Variable(node.start, end, chained.start, (*node.idents, *idents), (*node.ends, *ends))
        if isinstance(node, _NOT_EXECUTABLE):
            self.fail(f"unexpected . after term {quote(str(node))}", chained.start, end)
        return Chain(node.start, end, chained.start, node, tuple(idents), tuple(ends))

    def term(self) -> Operand | None:
        token = self.peek_solid()
        kind, start, end = token.kind, token.start, token.end
        if kind is Kind.KEYWORD and token.text != "nil":
            return None
        node: Operand
        if kind is Kind.WORD:
            if token.text not in self.functions:
                self.next()
                self.fail(f"function {quote(token.text)} not defined", start, end)
            node = Identifier(start, end, start, token.text)
        elif kind is Kind.FIELD:
            node = Field(start, end, start, (token.text[1:],), (end,))
        elif kind is Kind.VARIABLE:
            if token.text not in self.variables:
                self.next()
                self.fail(f"undefined variable {quote(token.text)}", start, end)
            node = Variable(start, end, start, (token.text,), (end,))
        elif kind is Kind.STRING or kind is Kind.RAW:
            node = String(start, end, start, token.text, self.literal(token))
        elif kind is Kind.NUMBER or kind is Kind.CHAR:
            node = self.number(token)
        elif kind is Kind.DOT:
            node = Dot(start, end, start)
        elif kind is Kind.BOOL:
            node = Bool(start, end, start, token.text == "true")
        elif kind is Kind.KEYWORD:
            node = Nil(start, end, start)
        elif kind is Kind.OPEN:
            self.enter(token)
            self.next()
            pipe = self.pipeline("parenthesized pipeline", Kind.CLOSE)
            self.depth -= 1
            return pipe
        else:
            return None
        self.next()
        return node

    def number(self, token: Token) -> Number:
        wrong = None
        if token.kind is Kind.CHAR:
            found: Number | str = _character(token)
        else:
            found = _number(token)
        if isinstance(found, str):
            wrong = found
            self.next()
            self.fail(wrong, token.start, token.end)
        return found


def _is_empty(body: tuple[Node, ...]) -> bool:
    return all(isinstance(node, Text) and not node.text.strip() for node in body)


def _character(token: Token) -> Number | str:
    text = token.text
    value = unescape(text[1:-1], "'")
    if value is None or not value:
        return "invalid syntax"
    code = ord(value[0]) - 0xDC00 if 0xDC80 <= ord(value[0]) <= 0xDCFF else ord(value[0])
    if len(value) != 1:
        return f"malformed character constant: {text}"
    return Number(token.start, token.end, token.start, text, code, code, float(code), None)


_INTEGER = re.compile(
    r"([+-]?)(?:0[xX]_?(?P<x>[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)|0[oO]?_?(?P<o>[0-7]+(?:_[0-7]+)*)"
    r"|0[bB]_?(?P<b>[01]+(?:_[01]+)*)|(?P<d>0|[1-9][0-9]*(?:_[0-9]+)*))\Z"
)
_BASES = {"x": 16, "o": 8, "b": 2, "d": 10}
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_UNDERSCORES = re.compile(
    r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])*(?:[.pP+-](?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?)*"
    r"|(?:[0-9](?:_?[0-9])*)?(?:[.eE+-](?:[0-9](?:_?[0-9])*)?)*)\Z"
)
"""Where underscores may stand: between digits, and after the prefix."""
_HEXADECIMAL = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+\Z")


def _number(token: Token) -> Number | str:
    """The constant in every type that can hold it, or Go's complaint."""
    text = token.text
    place = (token.start, token.end, token.start, text)
    if text.endswith("i"):
        return _imaginary(text, place)
    found = _INTEGER.match(text)
    if found is not None:
        base = str(found.lastgroup)
        size = int(found.group(base).replace("_", ""), _BASES[base])
        value = -size if found.group(1) == "-" else size
        integer = value if -(1 << 63) <= value < 1 << 63 else None
        # ParseUint takes no sign; -0 and +0 are let in with the integers.
        unsigned = value if value < 1 << 64 and (not found.group(1) or value == 0) else None
        if integer is not None or unsigned is not None:
            return Number(*place, integer, unsigned, float(value), None)
    real = parse_float(text)
    if real is None:
        return f"illegal number syntax: {quote(text)}"
    if not any(char in text for char in ".eEpP"):
        return f"integer overflow: {quote(text)}"
    return Number(*place, *_whole(real), real, None)


def _whole(real: float) -> tuple[int | None, int | None]:
    if not real.is_integer():
        return None, None
    value = int(real)
    return (
        value if -(1 << 63) <= value < 1 << 63 else None,
        value if 0 <= value < 1 << 64 else None,
    )


def parse_float(text: str) -> float | None:
    """`strconv.ParseFloat` of digits: None for a syntax error or a value out of range."""
    plain = text
    if "_" in text:
        if not _UNDERSCORES.match(text):
            return None
        plain = text.replace("_", "")
    if _DECIMAL.match(plain):
        value = float(plain)
    elif _HEXADECIMAL.match(plain):
        try:
            value = float.fromhex(plain)
        except OverflowError:
            return None
    else:
        return None
    return None if value in (float("inf"), float("-inf")) else value


def _imaginary(text: str, place: tuple[int, int, int, str]) -> Number | str:
    body = text[:-1]
    split = max(body.rfind("+", 1), body.rfind("-", 1))
    if split > 0 and body[split - 1] in "eEpP" and parse_float(body) is not None:
        split = -1
    real = parse_float(body[:split]) if split > 0 else 0.0
    imaginary = parse_float(body[split:] if split > 0 else body)
    if real is None or imaginary is None:
        return f"illegal number syntax: {quote(text)}"
    value = complex(real, imaginary)
    if cmath.isnan(value) or imaginary != 0:
        return Number(*place, None, None, None, value)
    return Number(*place, *_whole(real), real, value)
