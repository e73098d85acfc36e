"""What the house's Python must not do, each rule a function from a source to what it finds there."""

import ast
import re

from tests.support.sources import read as _read

_CLOCKS = re.compile(
    r"(\w+\.)?(datetime\.(now|utcnow|today)|date\.today)"
    r"|time\.(time|time_ns|localtime|gmtime|ctime|asctime|strftime|clock_gettime)(_ns)?"
)
_MOMENTS_IN_SQL = re.compile(r"\bCURRENT_(TIMESTAMP|DATE|TIME)\b|'now'")
_OF_A_REQUEST = {"request", "session", "g", "request_ctx", "app_ctx", "globals", "has_request_context", "*"}
_ROUTING = {"route", "get", "post", "put", "patch", "delete"}
_OPENING = {"transaction", "passing", "atomic"}
_BEGUN = re.compile(r"\s*(BEGIN(\s+(DEFERRED|IMMEDIATE|EXCLUSIVE|TRANSACTION))?\s*(;|$)|SAVEPOINT\s)", re.I)
_HTMX = re.compile(r"(HTTP_)?HX[-_]", re.I)


def clocks(source: str) -> list[str]:
    """Return the clocks that a source reads; those that only count (monotonic, perf_counter) tell no moment."""
    read = _read(source)
    found = {name for name in read.names if _CLOCKS.fullmatch(name)}
    return sorted(found | {node.value for node in read.strings if _MOMENTS_IN_SQL.search(node.value)})


def of_a_request(source: str) -> list[str]:
    """Return what a source takes of the request being answered, through whichever name of Flask's."""
    parts = [name.split(".") for name in _read(source).names]
    return sorted({".".join(name[:2]) for name in parts if name[0] == "flask" and _OF_A_REQUEST & set(name[1:2])})


def htmx_headers(source: str) -> list[str]:
    """Return the names of HTMX's headers that a source holds, but for those it gives an answer."""
    read = _read(source)
    return [
        node.value
        for node in read.strings
        if _HTMX.match(node.value)
        and not (isinstance(at := read.parents[node], ast.Subscript) and isinstance(at.ctx, ast.Store))
    ]


def raw_html(source: str) -> list[str]:
    """Return what a source takes for HTML that is none of its own literals, and scripts in addresses."""
    read = _read(source)
    trusted = [
        ast.unparse(call)
        for call in read.calls()
        if read.whole_name(call.func) in {"markupsafe.Markup", "flask.Markup"}
        and not all(isinstance(part, ast.Constant) for part in call.args)
    ]
    return trusted + [node.value for node in read.strings if re.match(r"\s*(javascript|vbscript):", node.value, re.I)]


def strings(source: str) -> list[str]:
    """Return the strings that a source holds, docstrings apart."""
    return [str(node.value) for node in _read(source).strings]


def names(source: str) -> set[str]:
    """Return the last part of each name that a source reaches or imports."""
    return {name.rpartition(".")[2] for name in _read(source).names}


def mails_sent(source: str) -> set[str]:
    """Return the names of the mails that a source puts in the outbox."""
    calls = [call for call in _read(source).calls() if _last_name(call.func) == "enqueue"]
    return {str(name.value) for call in calls for name in call.args[1:2] if isinstance(name, ast.Constant)}


def transactions(source: str) -> list[str]:
    """Return the transactions that a source opens, through the house's ways or SQLite's own."""
    read = _read(source)
    opened = [ast.unparse(call) for call in read.calls() if _last_name(call.func) in _OPENING]
    return opened + [node.value for node in read.strings if _BEGUN.match(node.value)]


def present_moments(source: str) -> list[str]:
    """Return where a source asks the house's clock for the present moment."""
    return sorted(set(_read(source).names) & {"wizard.clock.now", "wizard.clock.today"})


def days_of_elsewhere(source: str) -> list[str]:
    """Return the moments of which a source takes the day, or tells the hour, without bringing them into the town."""
    read = _read(source)
    methods = [(call.func, call.args) for call in read.calls() if isinstance(call.func, ast.Attribute)]
    taken = [one.value for one, args in methods if one.attr == "strftime" or (one.attr == "date" and not args)]
    hours = [node for node in read.nodes if isinstance(node, ast.FormattedValue) and "%H:%M" in ast.unparse(node)]
    taken += [node.value for node in hours if " UTC" not in ast.unparse(read.parents[node])]
    return [ast.unparse(one) for one in taken if not (isinstance(one, ast.Call) and _last_name(one.func) == "in_town")]


def compared_in_secret(source: str) -> list[str]:
    """Return what a source compares in a time that tells nothing of it."""
    return [ast.unparse(call) for call in _read(source).calls() if _last_name(call.func) == "compare_digest"]


def refusals(source: str) -> list[str]:
    """Return where a source answers by itself that something was asked too often."""
    read = _read(source)
    known = [name for name in read.names if name.endswith((".TooManyRequests", ".TOO_MANY_REQUESTS"))]
    return known + ["429" for node in read.nodes if isinstance(node, ast.Constant) and node.value == 429]


def hidden_routes(source: str) -> list[str]:
    """Return the routes that are no decorator of a function at the top of its module, and what would make such."""
    read = _read(source)
    functions = [node for node in read.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    tables = [ast.unparse(node) for node in read.nodes if _last_name(node) == "add_url_rule"]
    makers = [one.name for one in functions if one.name == "register" and _takes_a_blueprint(one)]
    called = [ast.unparse(one) for one in read.calls() if isinstance(one.func, ast.Call) and _is_route(one.func)]
    nested = [
        ast.unparse(decorator)
        for function in functions
        for decorator in function.decorator_list
        if _is_route(decorator) and not isinstance(read.parents[function], ast.Module)
    ]
    return tables + makers + called + nested


def _takes_a_blueprint(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return any("blueprint" in ast.unparse(argument).lower() for argument in arguments)


def _is_route(node: ast.expr) -> bool:
    """Whether `node` is `….get("/…")` or the like, whatever the blueprint is called."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in _ROUTING:
        return False
    # A mapping is asked for a key in the same word, with what to return when it has none.
    return node.func.attr != "get" or len(node.args) == 1


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
