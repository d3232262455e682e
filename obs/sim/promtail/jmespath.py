"""JMESPath as the json stage has it: go-jmespath, with its messages and its oddities.

An expression is compiled once into nested functions. It differs from the specification where go-jmespath 0.4
does: an unknown function or a wrong argument count is found only when a line is read, `[1` is accepted, and a
comma between function arguments may be left out. Objects have no order there; here `*`, `keys` and `values`
keep the order of the line.

Source: go-jmespath 0.4.0 as Promtail 3.0 pins it; jmespath.org for the meaning.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from obs.lang.error import LanguageError, Unsupported
from obs.record import dataclass
from obs.sim.promtail import go_json
from obs.sim.promtail.error import Panic
from obs.sim.promtail.go_values import parse_float

_DEPTH = 100

Evaluate = Callable[[object], object]


class EvaluationError(LanguageError):
    """The expression cannot be evaluated on this value; the stage then leaves the key alone."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; `evaluate(data)` gives None, bool, float, str, list or dict."""

    text: str
    evaluate: Evaluate


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of `&expression`, which only functions use."""

    evaluate: Evaluate


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int
    value: object = None


@dataclass(frozen=True, slots=True)
class _Node:
    evaluate: Evaluate
    depth: int
    name: str | None = None
    is_slice: bool = False


@lru_cache(maxsize=1024)
def compile(text: str) -> Expression:
    """Raises LanguageError with go-jmespath's message (`SyntaxError: ...`) and the place of the fault."""
    return Expression(text, _Parser(text).parse())


_TOKEN = re.compile(
    r"""(?P<tUnquotedIdentifier>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<tNumber>-[0-9]*|[0-9]+)
      | (?P<tQuotedIdentifier>"(?:\\.|[^"\\])*+")
      | (?P<tStringLiteral>'(?:\\'|[^'])*+')
      | (?P<tJSONLiteral>`(?:\\.|[^`\\])*+`)
      | (?P<symbol>\|\||&&|<=|>=|!=|==|\[\?|\[\]|[.*,:{}\]()@\[|<>!=&])
      | (?P<space>[ \t\n\r]+)""",
    re.VERBOSE | re.DOTALL,
)
_SYMBOLS = {
    ".": "tDot",
    "*": "tStar",
    ",": "tComma",
    ":": "tColon",
    "{": "tLbrace",
    "}": "tRbrace",
    "[": "tLbracket",
    "]": "tRbracket",
    "(": "tLparen",
    ")": "tRparen",
    "@": "tCurrent",
    "[?": "tFilter",
    "[]": "tFlatten",
    "||": "tOr",
    "|": "tPipe",
    "&&": "tAnd",
    "&": "tExpref",
    "<": "tLT",
    "<=": "tLTE",
    ">": "tGT",
    ">=": "tGTE",
    "==": "tEQ",
    "!=": "tNE",
    "!": "tNot",
    "=": "tUnknown",
}
_BINDING = {
    "tPipe": 1,
    "tOr": 2,
    "tAnd": 3,
    **dict.fromkeys(("tEQ", "tLT", "tLTE", "tGT", "tGTE", "tNE"), 5),
    "tFlatten": 9,
    "tStar": 20,
    "tFilter": 21,
    "tDot": 40,
    "tNot": 45,
    "tLbrace": 50,
    "tLbracket": 55,
    "tLparen": 60,
}


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            if text[at] in "\"'`":
                raise LanguageError(f"SyntaxError: Unclosed delimiter: {text[at]}", at, len(text))
            raise LanguageError(f"SyntaxError: Unknown char: {_quote_rune(text[at])}", at)
        kind, part = str(found.lastgroup), found.group()
        if kind == "symbol":
            tokens.append(_Token(_SYMBOLS[part], part, at))
        elif kind == "tStringLiteral":
            tokens.append(_Token(kind, part, at, part[1:-1].replace("\\'", "'")))
        elif kind == "tQuotedIdentifier":
            tokens.append(_Token(kind, part, at, _quoted_name(part, at)))
        elif kind != "space":
            tokens.append(_Token(kind, part, at, part))
        at = found.end()
    return [*tokens, _Token("tEOF", "", len(text))]


def _quote_rune(char: str) -> str:
    if char in "'\\":
        return f"'\\{char}'"
    if " " <= char <= "~":
        return f"'{char}'"
    short = {7: "a", 8: "b", 12: "f", 10: "n", 13: "r", 9: "t", 11: "v"}.get(ord(char))
    if short:
        return f"'\\{short}'"
    code = ord(char)
    form = f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return f"'{form}'"


def _quoted_name(part: str, at: int) -> str:
    control = next((char for char in part if char < " "), None)
    if control is not None:
        raise LanguageError(f"invalid character {_quote_rune(control)} in string literal", at, at + len(part))
    try:
        name = go_json.load(part)
    except LanguageError:
        escape = re.search(r"\\(?:\\\\)*([^\"\\/bfnrtu])", part)
        char = escape.group(1) if escape else part[-1]
        where = "string escape code" if escape else "\\u hexadecimal character escape"
        raise LanguageError(f"invalid character {_quote_rune(char)} in {where}", at, at + len(part)) from None
    return str(name)


def _literal_fault(text: str) -> str:
    """What encoding/json says of a literal that it cannot read; exact for a wrong first character."""
    rest = text.replace("\\`", "`").strip(" \t\r\n")
    if rest and rest[0] not in '{["-0123456789tfn':
        return f"invalid character {_quote_rune(rest[0])} looking for beginning of value"
    return "unexpected end of JSON input"


class _Parser:
    """Parsing by operator precedence: `operand` reads what starts one, `operator` what follows."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    def parse(self) -> Evaluate:
        node = self.expression(0)
        if self.current != "tEOF":
            raise self.error(f"Unexpected token at the end of the expression: {self.current}")
        return node.evaluate

    @property
    def current(self) -> str:
        return self.tokens[self.at].kind

    def advance(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def error(self, message: str, token: _Token | None = None) -> LanguageError:
        token = token or self.tokens[self.at]
        return LanguageError(f"SyntaxError: {message}", token.at, token.at + max(1, len(token.text)))

    def match(self, kind: str) -> _Token:
        if self.current != kind:
            raise self.error(f"Expected {kind}, received: {self.current}")
        return self.advance()

    def node(
        self, evaluate: Evaluate, *parts: _Node, name: str | None = None, is_slice: bool = False
    ) -> _Node:
        depth = 1 + max((part.depth for part in parts), default=0)
        if depth > _DEPTH:
            raise Unsupported(f"a JMESPath expression nested deeper than {_DEPTH}", 0, len(self.text))
        return _Node(evaluate, depth, name, is_slice)

    def expression(self, binding: int) -> _Node:
        self.depth += 1
        if self.depth > _DEPTH:
            raise Unsupported(f"a JMESPath expression nested deeper than {_DEPTH}", 0, len(self.text))
        left = self.operand(self.advance())
        while binding < _BINDING.get(self.current, 0):
            left = self.operator(self.advance().kind, left)
        self.depth -= 1
        return left

    def operand(self, token: _Token) -> _Node:
        kind = token.kind
        if kind == "tUnquotedIdentifier":
            return self.field(token.text)
        if kind == "tQuotedIdentifier":
            if self.current == "tLparen":
                raise self.error("Can't have quoted identifier as function name.", token)
            return self.field(str(token.value))
        if kind == "tStringLiteral":
            text = str(token.value)
            return self.node(lambda _: text, name=text)
        if kind == "tJSONLiteral":
            return self.literal(token)
        if kind == "tStar":
            right = _IDENTITY if self.current == "tRbracket" else self.projected(_BINDING["tStar"])
            return self.value_projection(_IDENTITY, right)
        if kind == "tFilter":
            return self.filter(_IDENTITY)
        if kind == "tLbrace":
            return self.multi_select_hash()
        if kind == "tFlatten":
            return self.flatten(_IDENTITY)
        if kind == "tLbracket":
            return self.bracket_operand()
        if kind == "tCurrent":
            return _IDENTITY
        if kind == "tExpref":
            inner = self.expression(0)
            reference = Reference(inner.evaluate)
            return self.node(lambda _: reference, inner)
        if kind == "tNot":
            negated = self.expression(_BINDING["tNot"])
            test = negated.evaluate
            return self.node(lambda value: is_false(test(value)), negated)
        if kind == "tLparen":
            inner = self.expression(0)
            self.match("tRparen")
            return inner
        if kind == "tEOF":
            raise self.error("Incomplete expression", token)
        raise self.error(f"Invalid token: {kind}", token)

    def field(self, name: str) -> _Node:
        return self.node(lambda value: value.get(name) if isinstance(value, dict) else None, name=name)

    def literal(self, token: _Token) -> _Node:
        try:
            value = go_json.load(token.text[1:-1].replace("\\`", "`"))
        except LanguageError:
            raise LanguageError(
                _literal_fault(token.text[1:-1]), token.at, token.at + len(token.text)
            ) from None
        return self.node(lambda _: value, name=value if isinstance(value, str) else None)

    def bracket_operand(self) -> _Node:
        if self.current in ("tNumber", "tColon"):
            try:
                right = self.index()
            except Unsupported:
                raise
            except LanguageError:
                # go-jmespath forgets this error and goes on with a node that fails on every line.
                return self.node(_broken)
            return self.project_if_slice(_IDENTITY, right)
        if self.current == "tStar" and self.tokens[self.at + 1].kind == "tRbracket":
            self.at += 2
            return self.projection(_IDENTITY, self.projected(_BINDING["tStar"]))
        return self.multi_select_list()

    def operator(self, kind: str, left: _Node) -> _Node:
        if kind == "tDot":
            if self.current != "tStar":
                return self.chain(left, self.after_dot(_BINDING["tDot"]))
            self.advance()
            return self.value_projection(left, self.projected(_BINDING["tDot"]))
        if kind == "tPipe":
            return self.chain(left, self.expression(_BINDING["tPipe"]))
        if kind in ("tOr", "tAnd"):
            return self.logical(kind, left, self.expression(_BINDING[kind]))
        if kind == "tLparen":
            return self.call(left)
        if kind == "tFilter":
            return self.filter(left)
        if kind == "tFlatten":
            return self.flatten(left)
        if kind in _COMPARISONS:
            return self.comparison(kind, left, self.expression(_BINDING[kind]))
        if kind == "tLbracket":
            if self.current in ("tNumber", "tColon"):
                return self.project_if_slice(left, self.index())
            self.match("tStar")
            self.match("tRbracket")
            return self.projection(left, self.projected(_BINDING["tStar"]))
        raise self.error(f"Unexpected token: {kind}")

    def chain(self, left: _Node, right: _Node) -> _Node:
        first, second = left.evaluate, right.evaluate
        return self.node(lambda value: second(first(value)), left, right)

    def logical(self, kind: str, left: _Node, right: _Node) -> _Node:
        first, second, go_on = left.evaluate, right.evaluate, kind == "tOr"

        def evaluate(value: object) -> object:
            result = first(value)
            return second(value) if is_false(result) == go_on else result

        return self.node(evaluate, left, right)

    def comparison(self, kind: str, left: _Node, right: _Node) -> _Node:
        first, second, compare = left.evaluate, right.evaluate, _COMPARISONS[kind]
        return self.node(lambda value: compare(first(value), second(value)), left, right)

    def call(self, left: _Node) -> _Node:
        arguments: list[_Node] = []
        while self.current != "tRparen":
            arguments.append(self.expression(0))
            if self.current == "tComma":
                self.advance()
        self.match("tRparen")
        name, evaluates = left.name, [argument.evaluate for argument in arguments]

        def evaluate(value: object) -> object:
            return call(name, [argument(value) for argument in evaluates])

        return self.node(evaluate, left, *arguments)

    def projection(self, left: _Node, right: _Node) -> _Node:
        first, each = left.evaluate, right.evaluate

        def evaluate(value: object) -> object:
            items = first(value)
            return _present(map(each, items)) if isinstance(items, list) else None

        return self.node(evaluate, left, right)

    def value_projection(self, left: _Node, right: _Node) -> _Node:
        first, each = left.evaluate, right.evaluate

        def evaluate(value: object) -> object:
            found = _or_none(first, value)
            if not isinstance(found, dict):
                return None
            # go-jmespath puts as many nulls before the values; functions can tell.
            return _present(map(each, [*[None] * len(found), *found.values()]))

        return self.node(evaluate, left, right)

    def filter(self, left: _Node) -> _Node:
        condition = self.expression(0)
        self.match("tRbracket")
        right = _IDENTITY if self.current == "tFlatten" else self.projected(_BINDING["tFilter"])
        first, test, each = left.evaluate, condition.evaluate, right.evaluate

        def evaluate(value: object) -> object:
            items = _or_none(first, value)
            if not isinstance(items, list):
                return None
            return _present(each(item) for item in items if not is_false(test(item)))

        return self.node(evaluate, left, condition, right)

    def flatten(self, left: _Node) -> _Node:
        first = left.evaluate

        def evaluate(value: object) -> object:
            items = _or_none(first, value)
            if not isinstance(items, list):
                return None
            flat: list[object] = []
            for item in items:
                flat += item if isinstance(item, list) else [item]
            return flat

        return self.projection(self.node(evaluate, left), self.projected(_BINDING["tFlatten"]))

    def projected(self, binding: int) -> _Node:
        if _BINDING.get(self.current, 0) < 10:
            return _IDENTITY
        if self.current in ("tLbracket", "tFilter"):
            return self.expression(binding)
        if self.current == "tDot":
            self.advance()
            return self.after_dot(binding)
        raise self.error("Error")

    def after_dot(self, binding: int) -> _Node:
        if self.current in ("tQuotedIdentifier", "tUnquotedIdentifier", "tStar"):
            return self.expression(binding)
        if self.current == "tLbracket":
            self.advance()
            return self.multi_select_list()
        if self.current == "tLbrace":
            self.advance()
            return self.multi_select_hash()
        raise self.error("Expected identifier, lbracket, or lbrace")

    def multi_select_list(self) -> _Node:
        parts = [self.expression(0)]
        while self.current != "tRbracket":
            self.match("tComma")
            parts.append(self.expression(0))
        self.match("tRbracket")
        evaluates = [part.evaluate for part in parts]
        return self.node(lambda value: None if value is None else [each(value) for each in evaluates], *parts)

    def multi_select_hash(self) -> _Node:
        parts: dict[str, _Node] = {}
        while True:
            if self.current not in ("tUnquotedIdentifier", "tQuotedIdentifier"):
                raise self.error("Expected tQuotedIdentifier or tUnquotedIdentifier")
            key = str(self.advance().value)
            self.match("tColon")
            parts[key] = self.expression(0)
            if self.current == "tComma":
                self.advance()
            elif self.current == "tRbrace":
                self.advance()
                break
        evaluates = {key: part.evaluate for key, part in parts.items()}
        return self.node(
            lambda value: None if value is None else {key: each(value) for key, each in evaluates.items()},
            *parts.values(),
        )

    def index(self) -> _Node:
        if self.current == "tColon" or self.tokens[self.at + 1].kind == "tColon":
            return self.slice()
        position = self.whole_number()
        self.match("tRbracket")

        def evaluate(value: object) -> object:
            if not isinstance(value, list) or not -len(value) <= position < len(value):
                return None
            return value[position]

        return self.node(evaluate)

    def whole_number(self) -> int:
        token = self.tokens[self.at]
        if token.text == "-" or len(token.text) > 19:
            reason = "invalid syntax" if token.text == "-" else "value out of range"
            message = f'strconv.Atoi: parsing "{token.text}": {reason}'
            raise LanguageError(message, token.at, token.at + len(token.text))
        self.advance()
        return int(token.text)

    def slice(self) -> _Node:
        parts: list[int | None] = [None, None, None]
        index = 0
        while self.current != "tRbracket" and index < 3:
            if self.current == "tColon":
                index += 1
                self.advance()
            elif self.current == "tNumber":
                parts[index] = self.whole_number()
            else:
                raise self.error(f"Expected tColon or tNumber, received: {self.current}")
        self.match("tRbracket")
        start, stop, step = parts

        def evaluate(value: object) -> object:
            if not isinstance(value, list):
                return None
            if step == 0:
                raise EvaluationError("Invalid slice, step cannot be 0")
            return value[start:stop:step]

        return self.node(evaluate, is_slice=True)

    def project_if_slice(self, left: _Node, right: _Node) -> _Node:
        indexed = self.chain(left, right)
        return self.projection(indexed, self.projected(_BINDING["tStar"])) if right.is_slice else indexed


_IDENTITY = _Node(lambda value: value, 1)


def _broken(value: object) -> object:
    raise EvaluationError("Unknown AST node: 0")


def _or_none(evaluate: Evaluate, value: object) -> object:
    """A filter, a flattening or `*` over something that fails is nothing."""
    try:
        return evaluate(value)
    except EvaluationError:
        return None


def _present(values: Iterable[object]) -> list[object]:
    return [value for value in values if value is not None]


def is_false(value: object) -> bool:
    """JMESPath's false: null, false, an empty text, list or object. Zero is true."""
    return value is None or value is False or value in ("", [], {})


def equal(left: object, right: object) -> bool:
    """Deep equality in which true is not 1."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


def _ordered(test: Callable[[float, float], bool]) -> Callable[[object, object], object]:
    def compare(left: object, right: object) -> object:
        if isinstance(left, float) and isinstance(right, float):
            return test(left, right)
        return None

    return compare


_COMPARISONS: dict[str, Callable[[object, object], object]] = {
    "tEQ": equal,
    "tNE": lambda left, right: not equal(left, right),
    "tLT": _ordered(lambda left, right: left < right),
    "tLTE": _ordered(lambda left, right: left <= right),
    "tGT": _ordered(lambda left, right: left > right),
    "tGTE": _ordered(lambda left, right: left >= right),
}


# Functions


def call(name: str | None, arguments: Sequence[object]) -> object:
    """A function's result. Raises EvaluationError for an unknown name, a wrong count or a wrong type, Panic where
    go-jmespath does not look at the type before it uses the value."""
    if name is None:
        raise Panic("interface conversion: interface {} is nil, not string")
    if name not in _FUNCTIONS:
        raise EvaluationError(f"unknown function: {name}")
    types, function = _FUNCTIONS[name]
    variadic = types.endswith("...")
    wanted = types.removesuffix("...").split()
    if variadic:
        if len(arguments) < len(wanted):
            raise EvaluationError("Invalid arity.")
    elif len(arguments) != len(wanted):
        raise EvaluationError("incorrect number of args")
    elif not all(map(_has_type, arguments, wanted)):
        raise EvaluationError(f"Invalid type for {name}()")
    return function(*arguments)


def _has_type(value: object, names: str) -> bool:
    return any(_TYPES[name](value) for name in names.split("|"))


def _all_of(value: object, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


_TYPES: dict[str, Callable[[object], bool]] = {
    "any": lambda value: True,
    "number": lambda value: isinstance(value, float),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "numbers": lambda value: _all_of(value, float),
    "strings": lambda value: _all_of(value, str),
    "reference": lambda value: isinstance(value, Reference),
}


def _avg(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else math.nan


def _contains(where: object, what: object) -> bool:
    if isinstance(where, str):
        return isinstance(what, str) and what in where
    assert isinstance(where, list)
    return any(equal(item, what) for item in where)


def _keyed(reference: Reference, items: list[object]) -> list[tuple[object, object]]:
    """Each item with its key; the keys must be all numbers or all texts."""
    pairs = [(reference.evaluate(item), item) for item in items]
    kind = type(pairs[0][0])
    if kind not in (float, str) or any(type(key) is not kind for key, _ in pairs):
        raise EvaluationError("invalid type, must be number of string")
    return pairs


def _best(choose: Callable[..., tuple[object, object]]) -> Callable[[list[object], Reference], object]:
    def best(items: list[object], reference: Reference) -> object:
        if len(items) < 2:
            return items[0] if items else None
        return choose(_keyed(reference, items), key=lambda pair: pair[0])[1]

    return best


def _sort_by(items: list[object], reference: Reference) -> object:
    if len(items) < 2:
        return items
    return [item for _, item in sorted(_keyed(reference, items), key=lambda pair: pair[0])]  # type: ignore[arg-type, return-value]


def _merge(*objects: object) -> object:
    merged: dict[str, object] = {}
    for item in objects:
        if not isinstance(item, dict):
            raise Panic(
                f"interface conversion: interface {{}} is {_go_type(item)}, not map[string]interface {{}}"
            )
        merged |= item
    return merged


def _go_type(value: object) -> str:
    return {bool: "bool", float: "float64", str: "string", list: "[]interface {}"}.get(type(value), "nil")


def _type(value: object) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", float: "number", str: "string", list: "array", dict: "object"}
    if type(value) not in names:
        raise EvaluationError("unknown type")
    return names[type(value)]


def _to_text(value: object) -> str:
    if isinstance(value, Reference):
        return "{}"
    return value if isinstance(value, str) else go_json.dump(value, standard=True)


def _to_number(value: object) -> float | None:
    if isinstance(value, str):
        return parse_float(value)
    return value if isinstance(value, float) else None


_FUNCTIONS: dict[str, tuple[str, Callable[..., object]]] = {
    "abs": ("number", abs),
    "avg": ("numbers", _avg),
    "ceil": ("number", lambda value: float(math.ceil(value)) if math.isfinite(value) else value),
    "contains": ("array|string any", _contains),
    "ends_with": ("string string", lambda text, end: text.endswith(end)),
    "floor": ("number", lambda value: float(math.floor(value)) if math.isfinite(value) else value),
    "join": ("string strings", lambda glue, items: glue.join(items)),
    "keys": ("object", list),
    "length": ("string|array|object", lambda value: float(len(value))),
    "map": ("reference array", lambda reference, items: [reference.evaluate(item) for item in items]),
    "max": ("numbers|strings", lambda items: max(items, default=None)),
    "max_by": ("array reference", _best(max)),
    "merge": ("object...", _merge),
    "min": ("numbers|strings", lambda items: min(items, default=None)),
    "min_by": ("array reference", _best(min)),
    "not_null": ("any...", lambda *values: next((value for value in values if value is not None), None)),
    "reverse": ("array|string", lambda value: value[::-1]),
    "sort": ("strings|numbers", sorted),
    "sort_by": ("array reference", _sort_by),
    "starts_with": ("string string", lambda text, start: text.startswith(start)),
    "sum": ("numbers", lambda items: float(sum(items))),
    "to_array": ("any", lambda value: value if isinstance(value, list) else [value]),
    "to_number": ("any", _to_number),
    "to_string": ("any", _to_text),
    "type": ("any", _type),
    "values": ("object", lambda value: list(value.values())),
}
