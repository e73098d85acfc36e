"""How docstrings begin: a function is told to do something, or asked whether something is so."""

import ast
import re
from typing import TypeGuard

_Function = ast.FunctionDef | ast.AsyncFunctionDef

# Articles, pronouns, prepositions, questions; and the endings of plurals, of « Returns », « Reading » and « Turned ».
_NO_ORDER = re.compile(
    r"an?|all|any|as|at|by|each|every|for|from|how|if|in|its?|known|more|much|no(ne|body|thing)?|of|on|one|other|shown"
    r"|so|some(one|thing)?|text|th(an|at|e|eir|en|ere|ese|ey|is|ose|ree)|two|wh(?!ether).*|with(out)?"
    r"|(?!bring|embed|feed|seed).*([^s]s|ing|ed)"
)


def not_told(source: str) -> list[str]:
    """Return the functions whose docstring neither begins with an imperative nor, of a predicate, by « Whether »."""
    said = ((node, ast.get_docstring(node)) for node in ast.walk(ast.parse(source)) if _is_action(node))
    return [function.name for function, text in said if text and not _is_told(function, text)]


def _is_action(node: ast.AST) -> TypeGuard[_Function]:
    """Whether it is a function, but for properties: they are named as what they are."""
    return isinstance(node, _Function) and not any("property" in ast.unparse(one) for one in node.decorator_list)


def _is_told(function: _Function, said: str) -> bool:
    first = re.match(r"[A-Z][a-z]+\b", said)
    if first is None:
        return False
    word = first[0].lower()
    if word == "whether":
        return function.returns is not None and "bool" in ast.unparse(function.returns).lower()
    return not _NO_ORDER.fullmatch(word)
