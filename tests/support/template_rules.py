"""What a template must not hold, each rule a function from its text to what it finds there.

Jinja's own parser reads its expressions; an HTML parser reads what is left, where each expression is a word.
"""

import re
from functools import cache
from html.parser import HTMLParser

from jinja2 import Environment, nodes

from wizard.models import AgentRole, Status

_ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
_CODES = {*AgentRole, *Status}
_LOOSE = "loose"
_LOOSE_ATTRIBUTE = re.compile(r"(?<![\w-])((data-)?hx-[\w-]+|on\w+|style|action|href|src)\s*=\s*[\"']")
_ASKS = re.compile(r"(data-)?hx-(get|post|put|patch|delete)")
_SCRIPT = re.compile(r"(javascript|vbscript|js):|data:text/html", re.I)
Tag = tuple[str, dict[str, str]]


class _Tags(HTMLParser):
    """The tags of a text, and the attributes written outside of any, which a macro gives to one."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if _LOOSE_ATTRIBUTE.search(data) and not self.cdata_elem:
            self.found += _Attributes.of(data)


class _Attributes(_Tags):
    """« action="…" hx-post="…" », read as the attributes of a tag."""

    @classmethod
    def of(cls, text: str) -> list[Tag]:
        """Return a tag that has them."""
        parser = cls()
        parser.feed(f"<{_LOOSE} {text}>")
        return parser.found

    def handle_data(self, data: str) -> None:
        """Leave what follows."""


@cache
def _parsed(template: str) -> nodes.Template:
    return _ENVIRONMENT.parse(template)


@cache
def tags(template: str) -> list[Tag]:
    """Return the tags of a template with their attributes."""
    parser = _Tags()
    parser.feed(_html(template))
    parser.close()
    return parser.found


def _html(template: str) -> str:
    """Return what is left of a template without Jinja: `x` for an expression, nothing for a block or a comment."""
    kept, inside = [], ""
    for _line, token, value in _ENVIRONMENT.lex(template):
        if token in {"variable_begin", "block_begin", "comment_begin", "raw_begin"}:
            inside = token
            kept.append("x" if token == "variable_begin" else "")
        elif token in {"variable_end", "block_end", "comment_end", "raw_end"}:
            inside = ""
        elif token == "data" and not inside.startswith(("variable", "comment")):
            kept.append(value)
    return "".join(kept)


def inline_code(template: str) -> list[str]:
    """Return the scripts, the styles and the handlers that a page would carry, which its policy blocks."""
    found = []
    for tag, attributes in tags(template):
        if (tag == "script" and not attributes.get("src")) or tag == "style":
            found.append(tag)
        for name, value in attributes.items():
            if re.fullmatch(r"on\w+|style|(data-)?hx-on.*|srcdoc", name) or _is_script(value):
                found.append(f"{tag} {name}")
    return found + [text for text in strings(template) if _is_script(text)]


def _is_script(value: str) -> bool:
    return _SCRIPT.match(re.sub(r"[\s\x00-\x20]", "", value)) is not None


def strings(template: str) -> list[str]:
    """Return the strings of a template's expressions: names of templates among them."""
    return [str(one.value) for one in _parsed(template).find_all(nodes.Const) if isinstance(one.value, str)]


def unescaped(template: str) -> list[str]:
    """Return what a template puts in the page as it comes: `|safe` on what is no literal of its own."""
    tree = _parsed(template)
    found = [
        _words(one.node)
        for one in tree.find_all(nodes.Filter)
        if one.name == "safe" and not isinstance(one.node, nodes.Const)
    ]
    found += ["Markup" for one in tree.find_all(nodes.Name) if one.name == "Markup"]
    return found + ["autoescape" for _one in tree.find_all(nodes.ScopedEvalContextModifier)]


def compared_codes(template: str) -> list[str]:
    """Return the roles of an agent and the statuses of a dossier that a template compares with something.

    What follows from one is a property of it, with a name: a template then asks `role.may_process`.
    """
    tree = _parsed(template)
    compared: list[nodes.Node] = [*tree.find_all(nodes.Compare), *tree.find_all(nodes.Test)]
    compared += [one for one in tree.find_all(nodes.Filter) if one.name.endswith("attr")]
    found = [one.value for node in compared for one in node.find_all(nodes.Const)]
    return [value for value in found if value in _CODES]


def _words(node: nodes.Node | None) -> str:
    """Return « enrolment.picture » for what a filter is given."""
    if isinstance(node, nodes.Getattr):
        return f"{_words(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{_words(node.node)}[]"
    return node.name if isinstance(node, nodes.Name) else type(node).__name__


def needing_script(template: str) -> list[str]:
    """Return what asks the server by HTMX alone: without JavaScript, it would do nothing."""
    return [
        tag
        for tag, attributes in tags(template)
        if any(map(_ASKS.fullmatch, attributes)) and not _works(tag, attributes)
    ]


def _works(tag: str, attributes: dict[str, str]) -> bool:
    """Whether it works without: a link, a form and its controls; or it only spares a reader from loading again."""
    trigger = attributes.get("hx-trigger", "")
    if tag == "a":
        return "href" in attributes
    if tag in {"form", _LOOSE} and "action" in attributes:
        return True
    return (
        tag in {"button", "input", "select"}
        or trigger.startswith("load")
        or (tag == _LOOSE and trigger.startswith("input"))
    )
