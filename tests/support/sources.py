"""The syntax trees of the house's Python, which its rules read: each source is parsed once for all of them."""

import ast
from collections.abc import Iterator
from functools import cache, cached_property


class Source:
    """A module's tree, with what each of its names was imported as."""

    def __init__(self, source: str) -> None:
        self.tree = ast.parse(source)
        self.nodes: list[ast.AST] = [self.tree]
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in self.nodes:  # which grows
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                self.nodes.append(child)

    @cached_property
    def imported(self) -> dict[str, str]:
        """« wizard.clock.now », by what it is called here."""
        found: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for name in node.names:
                    known = name.name if name.asname else name.name.partition(".")[0]
                    found[name.asname or known] = known
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for name in node.names:
                    found[name.asname or name.name] = f"{node.module}.{name.name}"
        return found

    @cached_property
    def names(self) -> list[str]:
        """All that is imported or reached, by its whole name: « flask.request » whatever it is called here."""
        reached = [self.whole_name(node) for node in self.nodes if isinstance(node, ast.Attribute | ast.Name)]
        return [*self.imported.values(), *reached]

    def whole_name(self, node: ast.expr) -> str:
        """Return « datetime.datetime.now » for what is called so here, "" for what has no name."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, node.id)
        if isinstance(node, ast.Attribute) and (owner := self.whole_name(node.value)):
            return f"{owner}.{node.attr}"
        return ""

    def calls(self) -> Iterator[ast.Call]:
        """Return all the calls."""
        return (node for node in self.nodes if isinstance(node, ast.Call))

    @cached_property
    def strings(self) -> list[ast.Constant]:
        """The strings, docstrings apart."""
        return [
            node
            for node in self.nodes
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and not isinstance(self.parents[node], ast.Expr)
        ]


read = cache(Source)  # each rule reads all the sources, whose number no bound would follow
