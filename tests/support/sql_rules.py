"""What is given to the database as a statement: only what the code's author wrote. Read in the syntax tree."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import TypeGuard

from tests.support.sources import Source, read

_STATEMENTS = {"execute", "executemany", "executescript", "query", "rows_where", "delete_where", "count_where"}
_STATEMENT = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.S | re.I
)
_KEYWORDS = re.compile(r"\b(SELECT|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|WHERE|FROM|ORDER BY|PRAGMA)\b")
_AS_NUMBER = re.compile(r"[.\d]*[df]")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def statements(source: str) -> list[str]:
    """Return the SQL statements that a source holds, docstrings apart."""
    module = read(source)
    texts = [
        node
        for node in module.nodes
        if isinstance(node, ast.Constant | ast.JoinedStr) and not isinstance(module.parents[node], ast.Expr)
    ]
    return [ast.unparse(node) for node in texts if _STATEMENT.search(_literal(node))]


def composed_sql(source: str) -> list[str]:
    """Return the statements made of something else than constants; those given to the database, and others."""
    module = _Module(read(source))
    return [ast.unparse(node) for node in module.sql() if not module.is_constant(node)]


def _literal(node: ast.AST) -> str:
    return "".join(str(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant))


def _written(node: ast.AST) -> str:
    """Return the text of what is put together here, not of what is called for its pieces."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr():
            return "".join(map(_written, node.values))
        case ast.BinOp():
            return _written(node.left) + _written(node.right)
        case ast.Call(func=ast.Attribute(value=text)):
            return _written(text)
    return ""


class _Module:
    """A module's tree: which of its expressions can be nothing but what is written there."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.parents = source.parents
        self.judged: dict[tuple[str, int], bool] = {}

    def sql(self) -> Iterator[ast.expr]:
        """Return what is run as a statement, and what is put together from pieces of one."""
        for node in self.source.nodes:
            if _is_method(node, *_STATEMENTS):
                yield from node.args[:1]
            elif isinstance(node, ast.JoinedStr | ast.BinOp) or _is_method(node, "format", "replace"):
                whole = not isinstance(self.parents[node], ast.BinOp)
                if whole and _KEYWORDS.search(_written(node)):
                    yield node

    def is_constant(self, node: ast.expr) -> bool:
        """Whether an expression is made of literals, of constants of modules, and of nothing else."""
        match node:
            case ast.Constant():
                return True
            case ast.JoinedStr():
                return all(self.is_constant(part) for part in node.values)
            case ast.FormattedValue():
                number = node.format_spec and _AS_NUMBER.fullmatch(_literal(node.format_spec))
                return bool(number) or self.is_constant(node.value)
            case ast.BinOp(op=ast.Mult()) if isinstance(node.left, ast.Constant):
                return True  # « ?, ?, ? »
            case ast.BinOp():
                return self.is_constant(node.left) and self.is_constant(node.right)
            case ast.IfExp():
                return self.is_constant(node.body) and self.is_constant(node.orelse)
            case ast.Tuple() | ast.List():
                return all(self.is_constant(part) for part in node.elts)
            case ast.Call(func=ast.Attribute(value=text, attr="join" | "format")):
                parts = [text, *node.args, *(keyword.value for keyword in node.keywords)]
                return all(map(self.is_constant, parts))
            case ast.Name():
                return self._is_constant_name(node)
        return False

    def _is_constant_name(self, name: ast.Name) -> bool:
        if re.fullmatch(r"_?[A-Z][A-Z_]*", name.id):
            assigned = _assigned(self.source.tree).get(name.id, [])
            return all(map(self.is_constant, assigned))  # none when it is imported: judged where it is written
        function = self._function_of(name)
        if function is None:
            return False
        key = name.id, id(function)
        if key not in self.judged:
            self.judged[key] = True  # what is made of itself is no worse for it
            self.judged[key] = self._is_constant_within(function, name.id)
        return self.judged[key]

    def _is_constant_within(self, function: Function, name: str) -> bool:
        assigned = _assigned(function).get(name, [])
        if name not in [one.arg for one in _parameters(function)]:
            return bool(assigned) and all(map(self.is_constant, assigned))
        return self._is_given_constants(function, name) and all(map(self.is_constant, assigned))

    def _function_of(self, node: ast.AST) -> Function | None:
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, Function):
                return node
        return None

    def _is_given_constants(self, function: Function, parameter: str) -> bool:
        """Whether a private function gets nothing but constants from its callers, all of this module."""
        calls = [call for call in self.source.calls() if _called(call) == function.name]
        names = [one.arg for one in _parameters(function) if one.arg != "self"]
        given = [
            argument
            for call in calls
            for argument in [
                *call.args[names.index(parameter) : names.index(parameter) + 1],
                *(keyword.value for keyword in call.keywords if keyword.arg in {parameter, None}),
            ]
        ]
        return function.name.startswith("_") and bool(given) and all(map(self.is_constant, given))


@cache  # by the node, which stays as long as the sources do
def _assigned(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """Return what each name is given within a module or a function."""
    given: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        value = getattr(node, "value", None) or getattr(node, "iter", None)
        for target in getattr(node, "targets", None) or [getattr(node, "target", None)]:
            if isinstance(target, ast.Name) and value is not None:
                given.setdefault(target.id, []).append(value)
    return given


def _parameters(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_method(node: ast.AST, *names: str) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
