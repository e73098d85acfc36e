"""What every template may use: the town, how things read in French, and the marks that HTML puts on them."""

import re
from base64 import b64encode
from collections.abc import Callable, MutableMapping
from functools import cache
from types import CodeType
from typing import Any

from flask import Flask
from flask.templating import Environment as FlaskEnvironment
from jinja2 import BaseLoader, FileSystemLoader, StrictUndefined, Template, TemplateNotFound, nodes, pass_context
from jinja2 import Environment as JinjaEnvironment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from wizard import french
from wizard.settings import Settings
from wizard.values import phones

# A line may end after their hyphens.
_BREAKABLE = re.compile(r"([^\s<>]+@[^\s<>]+|\bco-représentant\w*)", re.IGNORECASE)


def call(number: str) -> Markup:
    """Return a number as it is read in France, that calls it when touched."""
    return Markup('<a href="tel:{}">{}</a>').format(number, phones.shown(number))


@pass_context
def calling(context: Context, text: Any) -> Markup:
    """Return a text where the town's number, wherever it is, is one that calls when touched.

    It reads the town in the page: what a filter makes of a constant may be compiled, once for all towns.
    """
    number = context["town"].phone
    return escape(text).replace(phones.shown(number), call(number))


def whole(text: Any) -> Markup:
    """Return a text whose addresses and compound words stay on one line, characters as they are: they may be copied."""
    kept = Markup('<span class="whole">{}</span>')
    # One piece in two is an address or a word; `format` and `join` escape them all.
    pieces = enumerate(_BREAKABLE.split(str(text)))
    return Markup("").join(kept.format(piece) if at % 2 else piece for at, piece in pieces)


def initial(name: str) -> Markup:
    """Return the letter that stands for a person beside their name; nobody needs to hear it too."""
    letter = next((character for character in name if character.isalpha()), "")
    return Markup('<span class="initial" aria-hidden="true">{}</span>').format(letter.upper()) if letter else Markup()


def base64(data: bytes) -> str:
    """Return bytes as text for a data: URL."""
    return b64encode(data).decode("ascii")


def _gettext(sentence: str) -> str:
    """Return a sentence of a template, which Jinja fills: it is HTML."""
    return str(french.gettext(sentence))


def _ngettext(one: str, several: str, num: int) -> str:
    return _gettext(one if num < 2 else several)


def _keeping(url_for: Callable[..., str]) -> Callable[..., str]:
    """Return Flask's `url_for`, which the router is asked once for each page that needs no value: they never move."""
    kept: Callable[[str], str] = cache(url_for)

    def address(endpoint: str, **values: Any) -> str:
        if values or endpoint.startswith("."):
            return url_for(endpoint, **values)
        return kept(endpoint)

    return address


class _Folding(NodeTransformer):
    """Writes in a template the sentences that name nothing: they are the same on every page."""

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        self.generic_visit(node)
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(sentence))], kwargs=[]):
                return nodes.MarkSafeIfAutoescape(nodes.Const(_gettext(sentence) % {}))
        return node


class _Compiler(CodeGenerator):
    """Compiles the templates, sentences folded."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        super().visit_Template(_Folding().visit(node), frame)


class Environment(FlaskEnvironment):
    """Jinja's, whose templates have its globals themselves, not a map over them: it is read at each name."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class _Kept(BaseLoader):
    """Templates as they are at the start: what is put over their files later changes no page under way.

    Each is compiled once for all the applications of a process, which read them by the same rules.
    """

    def __init__(self, folder: str) -> None:
        files, environment = FileSystemLoader(folder), JinjaEnvironment()  # nosec B701
        self._sources = {name: files.get_source(environment, name)[:2] for name in files.list_templates()}
        self._codes: dict[str, CodeType] = {}

    def load(
        self, environment: JinjaEnvironment, name: str, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """Return a template. Raises TemplateNotFound."""
        if name not in self._sources:
            raise TemplateNotFound(name)
        source, file = self._sources[name]
        code = self._codes.get(name) or environment.compile(source, name, file)
        self._codes[name] = code
        return environment.template_class.from_code(environment, code, globals or environment.globals)


_kept = cache(_Kept)


def init_app(app: Flask, settings: Settings) -> None:
    """Prepare Jinja: an undefined name is an error, not a blank."""
    environment = app.jinja_env
    if not app.debug:
        environment.loader = _kept(str(app.template_folder))
    environment.undefined = StrictUndefined
    environment.code_generator_class = _Compiler
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["_"] = environment.globals["gettext"]
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        day=french.day, short_day=french.short_day, hour=french.hour, moment=french.moment, duration=french.duration,
        in_words=french.in_words, elided=french.elided, reference=french.reference, typeset=french.typeset,
        phone=phones.shown, call=call, calling=calling,
        whole=whole, initial=initial, base64=base64,
    )  # fmt: skip
    environment.globals.update(
        town=settings.town, portal=settings, layout="layouts/page.html", url_for=_keeping(app.url_for)
    )
