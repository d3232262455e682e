"""What must be at hand for a check to find anything, read off its source: nothing is declared, so nothing is forgotten.

Needs are alternatives, each a set of atoms (see `obs.checks.needs`), all of which must hold. What is not understood
needs nothing: the check is then always asked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Needs = frozenset[frozenset[str]]
ALWAYS: Needs = frozenset({frozenset()})
NEVER: Needs = frozenset()
MOST = 24
"""Alternatives; beyond them the check is asked, which is quicker than to look at them all."""

FIELDS = frozenset(
    {"rules", "alerts", "records", "log_rules", "dashboards", "program", "stack", "targets", "counters"}
    | {"alertmanager", "documents", "pipelines", "datasources", "server", "policy", "reader_findings"}
)
"""What is empty or None where it was not given, and an atom by itself."""
TEXTS = {"*.expr": "text", "*.annotations": "annotation"}
"""Of a rule or a query: what it holds, and the atom for that."""
SAME = frozenset(
    ["sorted", "enumerate", "list", "tuple", "set", "frozenset", "reversed", "iter", "dict", "Counter"]
)
"""Functions that give nothing for nothing."""


def either(parts: Iterable[Needs]) -> Needs:
    found = frozenset(one for part in parts for one in part)
    least = frozenset(one for one in found if not any(other < one for other in found))
    return least if len(least) <= MOST else ALWAYS


def both(left: Needs, right: Needs) -> Needs:
    return either([frozenset({one | other for one in left for other in right})])


def atom(name: str) -> Needs:
    return frozenset({frozenset({name})})


@dataclass(frozen=True, eq=False)
class Module:
    """A file's functions, names that it imports, and constants."""

    functions: dict[str, ast.FunctionDef]
    imports: dict[str, tuple[str, str]]
    constants: dict[str, ast.expr]


@cache
def module(name: str) -> Module | None:
    file = ROOT / f"{name.replace('.', '/')}.py"
    if not name.startswith("obs.") or not file.is_file():
        return None
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    if name == "obs.graph.subject":
        made = next(one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == "Subject")
        functions |= {f"Subject.{one.name}": one for one in made.body if isinstance(one, ast.FunctionDef)}
    imports = {
        (one.asname or one.name): (node.module or "", one.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    }
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return Module(functions, imports, constants)


@dataclass(eq=False)
class Reader:
    """Reads one function. `paths` are the names that stand for a part of the subject, "" for all of it."""

    home: Module
    paths: dict[str, str]
    depth: int = 0
    locals: dict[str, list[Needs]] = field(default_factory=dict)

    # -- expressions ---------------------------------------------------------------------------------------------

    def path(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Name):
            return self.paths.get(node.id)
        if isinstance(node, ast.Attribute):
            base = self.path(node.value)
            return None if base is None else f"{base}.{node.attr}".lstrip(".")
        return None

    def full(self, node: ast.expr) -> Needs:
        """What must hold for the value not to be empty, None or false."""
        path = self.path(node)
        if path is not None:
            return self.part(path)
        match node:
            case ast.Name(id=name) if name in self.locals:
                return either(self.locals[name])
            case ast.Constant(value=None | False):
                return NEVER
            case ast.Call():
                return self.called(node)
            case ast.IfExp(test=test, body=body, orelse=other):
                return either(
                    [both(self.full(test), self.full(body)), both(self.hollow(test), self.full(other))]
                )
            case ast.BoolOp(op=ast.Or(), values=values):
                return either(map(self.full, values))
            case ast.BoolOp(values=values):
                return self.all_of(map(self.full, values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.hollow(operand)
            case ast.BinOp(left=left, op=ast.Add() | ast.BitOr(), right=right):
                return either([self.full(left), self.full(right)])
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.compared(left, op, right)
            case ast.GeneratorExp() | ast.ListComp() | ast.SetComp() | ast.DictComp():
                return self.comprehended(node)
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                return either(
                    self.full(one.value) if isinstance(one, ast.Starred) else ALWAYS for one in elements
                )
            case ast.Dict(keys=[]):
                return NEVER
            case _:
                return ALWAYS

    def hollow(self, node: ast.expr) -> Needs:
        """What must hold for the value to be empty, None or false."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.full(operand)
            case ast.BoolOp(op=ast.Or(), values=values):
                return self.all_of(map(self.hollow, values))
            case ast.BoolOp(values=values):
                return either(map(self.hollow, values))
            case ast.Compare(left=left, ops=[ast.Is()], comparators=[right]):
                return self.compared(left, ast.IsNot(), right)
            case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[right]):
                return self.compared(left, ast.Is(), right)
            case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[right]):
                return self.compared(left, ast.In(), right)
            case _:
                return ALWAYS

    def compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Needs:
        of_none = isinstance(right, ast.Constant) and right.value is None
        if of_none and isinstance(op, ast.IsNot):
            path = self.path(left)
            return atom("given:datasources") if path == "datasources" else self.full(left)
        if of_none and isinstance(op, ast.Is) and self.path(left) == "program":
            return atom("files")
        held = self.path(right) if isinstance(op, ast.In) else None
        if held in TEXTS:
            return either(atom(f"{TEXTS[held]}:{word}") for word in self.words([left])) or ALWAYS
        return ALWAYS

    def part(self, path: str) -> Needs:
        """Of a part of the subject; of a part of a part, what that one needs."""
        first = path.partition(".")[0]
        if path.startswith("*.templates"):
            return atom("templates")
        if first in FIELDS:
            return atom(first)
        prop = module("obs.graph.subject")
        assert prop is not None
        if f"Subject.{first}" in prop.functions and first not in ("metrics", "uses", "metric_types"):
            return self.function(prop, f"Subject.{first}", {"self": ""})
        return ALWAYS

    def comprehended(self, node: ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp) -> Needs:
        inner = Reader(self.home, dict(self.paths), self.depth, self.locals)
        found = ALWAYS
        for one in node.generators:
            found = both(found, inner.full(one.iter))
            inner.bind(one.target, one.iter)
            found = both(found, self.all_of(map(inner.full, one.ifs)))
        return found

    def all_of(self, parts: Iterable[Needs]) -> Needs:
        found = ALWAYS
        for one in parts:
            found = both(found, one)
        return found

    def called(self, node: ast.Call) -> Needs:
        path = self.path(node.func)
        if path in (f"{one}.get" for one in TEXTS) and len(node.args) == 1:
            return self.compared(node.args[0], ast.In(), node.func.value)  # type: ignore[attr-defined]
        if path is not None:
            return self.asked(path, node.args)
        match node.func:
            case ast.Name(id=name) if name in SAME and node.args:
                return self.full(node.args[0])
            case ast.Name(id="any" | "next" | "min" | "max") if node.args and len(node.args) == 1:
                return self.full(node.args[0])
            case ast.Name(id="filter" | "map") if len(node.args) > 1:
                return self.full(node.args[1])
            case ast.Name(id="zip" | "product"):
                return self.all_of(map(self.full, node.args))
            case ast.Name(id="chain"):
                return either(map(self.full, node.args))
            case ast.Name(id=name):
                return self.function(self.home, name, self.bound(name, node))
            case ast.Attribute(attr="items" | "values" | "keys" | "most_common", value=value):
                return self.full(value)
            case ast.Attribute(attr="fromkeys") if node.args:
                return self.full(node.args[0])
            case _:
                return ALWAYS

    def asked(self, path: str, arguments: Sequence[ast.expr]) -> Needs:
        """A method of a part of the subject."""
        words = self.words(arguments)
        if path == "of_kind":
            return either(atom(f"kind:{one}") for one in words) if words else atom("documents")
        if path.startswith("uses."):
            kind = path.removeprefix("uses.")
            return either(atom(f"{kind}:{one}") for one in words) if words else atom("rules")
        return self.part(path) if "." in path else ALWAYS

    def words(self, arguments: Sequence[ast.expr]) -> list[str]:
        """The texts that are given, through the module's own constants; none where one is not known."""
        found: list[str] = []
        for one in arguments:
            value: ast.expr | None = one.value if isinstance(one, ast.Starred) else one
            if isinstance(value, ast.Name):
                value = self.home.constants.get(value.id)
            try:
                known = ast.literal_eval(value) if value is not None else None
            except ValueError:
                return []
            if isinstance(one, ast.Starred) and isinstance(known, tuple | list):
                found += map(str, known)
            elif isinstance(known, str):
                found.append(known)
            else:
                return []
        return found

    # -- functions -----------------------------------------------------------------------------------------------

    def bound(self, name: str, node: ast.Call) -> dict[str, str]:
        """The parameters that stand for a part of the subject."""
        there = find(self.home, name)
        if there is None:
            return {}
        given = list(zip((one.arg for one in there[1].args.args), node.args, strict=False))
        given += [(one.arg, one.value) for one in node.keywords if one.arg]
        paths = ((parameter, self.path(value)) for parameter, value in given)
        return {parameter: path for parameter, path in paths if path is not None}

    def function(self, home: Module, name: str, paths: dict[str, str]) -> Needs:
        there = find(home, name)
        if there is None or self.depth > 6:
            return ALWAYS
        if name == "log_queries" and paths.get("subject") == "":
            return frozenset({frozenset({"logs"}), frozenset({"log_rules"})})
        return Reader(there[0], paths, self.depth + 1).body(there[1].body)

    def body(self, statements: Sequence[ast.stmt]) -> Needs:
        """What must hold for anything to be yielded, or returned that is not empty."""
        found: list[Needs] = []
        before = ALWAYS
        for one in statements:
            found.append(both(before, self.gives(one)))
            if isinstance(one, ast.If) and _ends(one.body) and not one.orelse:
                before = both(before, self.hollow(one.test))
            elif isinstance(one, ast.If) and one.orelse and _ends(one.orelse):
                before = both(before, self.full(one.test))
            elif isinstance(one, ast.Return | ast.Continue | ast.Raise):
                break
            self.remember(one)
        return either(found)

    def gives(self, one: ast.stmt) -> Needs:
        """What one statement needs to yield or return something."""
        if not any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Return) for node in ast.walk(one)):
            return NEVER
        match one:
            case ast.FunctionDef():
                return NEVER
            case ast.Expr(value=ast.YieldFrom(value=value)):
                return self.full(value)
            case ast.Return(value=value):
                return self.full(value) if value is not None else NEVER
            case ast.If(test=test, body=body, orelse=orelse):
                return either(
                    [both(self.full(test), self.nested(body)), both(self.hollow(test), self.nested(orelse))]
                )
            case ast.For(target=target, iter=iterated, body=body, orelse=[]):
                entered = self.full(iterated)
                inner = Reader(self.home, dict(self.paths), self.depth, dict(self.locals))
                inner.bind(target, iterated)
                for node in ast.walk(one):
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                        inner.locals.pop(node.id, None)
                return both(entered, inner.body(body))
            case _:
                return ALWAYS

    def nested(self, body: Sequence[ast.stmt]) -> Needs:
        inner = Reader(self.home, dict(self.paths), self.depth, dict(self.locals))
        return inner.body(body)

    def bind(self, target: ast.expr, iterated: ast.expr) -> None:
        """A loop's names stand for nothing that is known, but for rules and queries their `expr` is."""
        path = self.path(iterated)
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self.paths.pop(node.id, None)
                self.locals.pop(node.id, None)
        first = target.elts[0] if isinstance(target, ast.Tuple) else target
        if path in ("rules", "alerts", "records", "queried", "expressions", "asked") and isinstance(
            first, ast.Name
        ):
            self.paths[first.id] = "*"

    def remember(self, one: ast.stmt) -> None:
        """What the names are after a statement: each may hold what any statement about it could have put there."""
        match one:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self.assign(name, value)
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                self.assign(name, value)
            case _:
                self.touch(one)

    def assign(self, name: str, value: ast.expr) -> None:
        self.touch(ast.Expr(value))
        path = self.path(value)
        self.paths.pop(name, None)
        self.locals.pop(name, None)
        if path is not None:
            self.paths[name] = path
        else:
            self.locals[name] = [self.full(value)]

    def touch(self, one: ast.stmt) -> None:
        """A statement that mentions a name may fill it, if it runs at all."""
        entered = ALWAYS
        if isinstance(one, ast.For):
            entered = self.full(one.iter)
        elif isinstance(one, ast.If) and not one.orelse:
            entered = self.full(one.test)
        for node in ast.walk(one):
            if isinstance(node, ast.Name):
                if isinstance(node.ctx, ast.Store):
                    self.paths.pop(node.id, None)
                if node.id in self.locals:
                    self.locals[node.id] = [*self.locals[node.id], entered]


def _ends(body: Sequence[ast.stmt]) -> bool:
    """Whether nothing after it is reached, and nothing is given there: `return`, `continue`."""
    last = body[-1]
    return isinstance(last, ast.Continue | ast.Raise | ast.Return)


def find(home: Module, name: str) -> tuple[Module, ast.FunctionDef] | None:
    """A function by its name, here or where it is imported from."""
    if name in home.functions:
        return home, home.functions[name]
    if name in home.imports:
        where, called = home.imports[name]
        there = module(where)
        if there is not None and called in there.functions:
            return there, there.functions[called]
    return None


def needs_of(name: str, function: str) -> Needs:
    """The needs of a check: a function of the module, whose first parameter is the subject."""
    home = module(name)
    assert home is not None
    there = home.functions[function]
    if any(
        isinstance(one, ast.Call) and getattr(one.func, "id", "") == "dashboard_check"
        for one in there.decorator_list
    ):
        return atom("dashboards")
    return Reader(home, {there.args.args[0].arg: ""}).body(there.body)
