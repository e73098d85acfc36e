"""Each rule of the house, shown what it must catch and what it must leave."""

from collections.abc import Callable

import pytest

from tests.support.python_rules import (
    clocks,
    compared_in_secret,
    days_of_elsewhere,
    hidden_routes,
    htmx_headers,
    mails_sent,
    of_a_request,
    present_moments,
    raw_html,
    refusals,
    transactions,
)
from tests.support.sql_rules import composed_sql, statements
from tests.support.template_rules import compared_codes, inline_code, needing_script, unescaped

BAD = [
    (statements, 'QUERY = "select id from people where id = 1"'),
    (statements, 'def f(id): return f"DELETE FROM people WHERE id = {id}"'),
    (composed_sql, 'def f(db, name): db.execute("SELECT 1 FROM people WHERE name = \'" + name + "\'")'),
    (composed_sql, "def f(db, name): db.execute(\"SELECT 1 FROM people WHERE name = '%s'\" % name)"),
    (composed_sql, 'def f(db, name): db.execute("SELECT 1 FROM people WHERE name = {}".format(name))'),
    (composed_sql, 'def f(db, name): db.query("SELECT 1 FROM people WHERE name = NAME".replace("NAME", name))'),
    (composed_sql, 'def f(db, where): db.execute(f"SELECT 1 FROM people WHERE {where}")'),
    (composed_sql, 'def f(db, marks): db.execute(f"SELECT 1 FROM people WHERE id IN ({marks})")'),
    (
        composed_sql,
        'def f(db, name):\n    where = "name = " + name\n    db.execute("SELECT 1 FROM people WHERE " + where)',
    ),
    (composed_sql, 'def f(db, name):\n    query = "SELECT 1"\n    query += name\n    db.execute(query)'),
    (composed_sql, 'def _f(db, where): db.execute(f"SELECT 1 FROM t WHERE {where}")\ndef g(db, x): _f(db, "a = " + x)'),
    (composed_sql, 'def _f(db, where): db.execute("SELECT 1 WHERE " + where)\ndef g(db, x): _f(db, where=x)'),
    (composed_sql, 'def _f(db, where): db.execute("SELECT 1 WHERE " + where)\ndef g(*x): _f(*x)'),
    (composed_sql, 'def f(db, names): db.execute("SELECT 1 WHERE name IN (" + ",".join(names) + ")")'),
    (composed_sql, 'import os\n_WHERE = os.environ["WHERE"]\ndef f(db): db.execute("SELECT 1 WHERE " + _WHERE)'),
    (composed_sql, "def f(db, statement): db.executescript(statement)"),
    (composed_sql, 'def f(db, name): db["people"].delete_where("name = " + name)'),
    (composed_sql, 'def f(version): return f"PRAGMA user_version = {version}"'),
    (clocks, "from datetime import datetime\nat = datetime.today()"),
    (clocks, "from datetime import datetime as when\nat = when.now()"),
    (clocks, "import datetime as dt\nday = dt.date.today()"),
    (
        clocks,
        "from dataclasses import field\nfrom datetime import datetime\nat = field(default_factory=datetime.utcnow)",
    ),
    (clocks, "import time\nat = time.time()"),
    (clocks, "from time import time\nat = time()"),
    (clocks, "import time as t\nat = t.gmtime()"),
    (clocks, "def f(db): db.execute(\"UPDATE people SET at = datetime('now')\")"),
    (days_of_elsewhere, "def f(at): return at.date()"),
    (days_of_elsewhere, "from wizard import clock\ndef f(): return clock.now().date()"),
    (days_of_elsewhere, 'def f(at): return at.strftime("%d/%m")'),
    (days_of_elsewhere, 'def f(at): return f"le {at:%d/%m à %H:%M}"'),
    (compared_in_secret, "import hmac\ndef f(a, b): return hmac.compare_digest(a, b)"),
    (of_a_request, "from flask import request"),
    (of_a_request, "from flask import (\n    current_app,\n    session as kept,\n)"),
    (of_a_request, "import flask\ndef f(): return flask.request.form"),
    (of_a_request, "import flask as web\ndef f(): return web.g"),
    (of_a_request, "from flask.globals import request"),
    (of_a_request, "def f():\n    import flask.globals\n    return flask.globals.session"),
    (of_a_request, "from flask import *"),
    (htmx_headers, 'def f(request): return request.headers.get("HX-Request")'),
    (htmx_headers, 'def f(request): return request.headers.getlist("HX-Target")'),
    (htmx_headers, 'def f(request): return request.headers["hx-boosted"]'),
    (htmx_headers, 'def f(request): return "HX-Request" in request.headers'),
    (htmx_headers, 'def f(request): return request.environ["HTTP_HX_REQUEST"]'),
    (raw_html, "from markupsafe import Markup\ndef f(name): return Markup(f'<b>{name}</b>')"),
    (raw_html, "import markupsafe as m\ndef f(name): return m.Markup(name)"),
    (raw_html, 'LINK = " JavaScript:void(0)"'),
    (transactions, "from wizard import db as base\ndef f(db):\n    with base.transaction(db): ..."),
    (transactions, "def f(db):\n    with db.atomic(): ..."),
    (transactions, "from wizard.db import passing\ndef f(db):\n    with passing(db): ..."),
    (transactions, 'def f(db): db.execute("begin immediate")'),
    (transactions, 'def f(db): db.execute("SAVEPOINT one")'),
    (hidden_routes, 'blueprint.add_url_rule("/a", view_func=a)'),
    (hidden_routes, 'add = blueprint.add_url_rule\nadd("/a", view_func=a)'),
    (refusals, "from flask import abort\nabort(429)"),
    (refusals, "from werkzeug import exceptions as e\ndef f(wait): raise e.TooManyRequests(retry_after=wait)"),
    (refusals, 'def f(wait): return Refused("field", "Trop tôt.", 429)'),
    (hidden_routes, "def register(blueprint): ..."),
    (hidden_routes, "def register(pages: Blueprint) -> None: ..."),
    (hidden_routes, 'def make(pages):\n    @pages.get("/a")\n    def a(): ...'),
    (hidden_routes, 'def make(pages):\n    @pages.route("/a", methods=["POST"])\n    @kept\n    def a(): ...'),
    (hidden_routes, 'if DEMO:\n    @pages.post("/a")\n    def a(): ...'),
    (hidden_routes, "for path, view in TABLE:\n    pages.get(path)(view)"),
    (present_moments, "from wizard import clock\ndef f(): return clock.now()"),
    (present_moments, "from wizard.clock import now as present\ndef f(): return present()"),
    (inline_code, "<p>{{ x }}</p><script>run()</script>"),
    (inline_code, '<p {% if x %}title="a > b"{% endif %} onclick="run()">a</p>'),
    (inline_code, "<p OnLoad=run()>a</p>"),
    (inline_code, "<p style=color:red>a</p>"),
    (inline_code, '<a href="javascript:run()">a</a>'),
    (inline_code, '<a href=" java\nscript&colon;run()">a</a>'),
    (inline_code, '<a href="{{ "javascript:" ~ x }}">a</a>'),
    (inline_code, '<form action="a"><button formaction="JAVASCRIPT:run()">a</button></form>'),
    (inline_code, '<form {{ swap("a") }} hx-on::after-request="run()"></form>'),
    (inline_code, "<form action=a hx-vals='js:{a: run()}'></form>"),
    (inline_code, '{% call text(x) %} onfocus="run()"{% endcall %}'),
    (unescaped, "<p>{{ name|safe }}</p>"),
    (unescaped, "<p>{{ name | trim | safe }}</p>"),
    (unescaped, "{% filter safe %}{{ name }}{% endfilter %}"),
    (unescaped, '{% set shown = name|safe %}<p title="{{ shown }}">a</p>'),
    (unescaped, "{% autoescape false %}{{ name }}{% endautoescape %}"),
    (compared_codes, '{% if agent.role == "instructeur" %}a{% endif %}'),
    (compared_codes, '{% if "sante" != agent.role %}a{% endif %}'),
    (compared_codes, '<p{% if agent.role in ["accueil", "x"] %} class="wide"{% endif %}>a</p>'),
    (compared_codes, '{{ "wrong" if dossier.status == "to_correct" else "done" }}'),
    (compared_codes, '{% if dossier.status is eq("cancelled") %}a{% endif %}'),
    (compared_codes, '{{ reported|selectattr("result", "equalto", "accepted")|list }}'),
    (needing_script, '<article hx-get="/a">a</article>'),
    (needing_script, '<dialog data-hx-post="/a">a</dialog>'),
    (needing_script, '<div hx-get="/a" hx-trigger="click">a</div>'),
    (needing_script, '<details hx-delete="/a">a</details>'),
    (needing_script, '<a hx-get="/a">a</a>'),
    (needing_script, '<form hx-post="/a"></form>'),
    (needing_script, '{% macro swap(x) %} hx-post="{{ x }}" hx-target="#main"{% endmacro %}'),
]

GOOD = [
    (statements, '"""Select what comes from the others, update it and set it."""'),
    (composed_sql, 'def f(db, id): db.execute("SELECT 1 FROM people WHERE id = ?", (id,))'),
    (composed_sql, '_C = "id"\ndef f(db): db.execute(f"SELECT {_C} FROM people" + " ORDER BY id")'),
    (
        composed_sql,
        'def f(db, ids):\n    marks = ",".join("?" * len(ids))\n    db.execute(f"SELECT 1 WHERE a IN ({marks})", ids)',
    ),
    (composed_sql, 'def _f(db, where, *v): db.execute(f"SELECT 1 WHERE {where}", v)\ndef g(db, x): _f(db, "a = ?", x)'),
    (composed_sql, 'def f(db, version): db.execute(f"PRAGMA user_version = {version:d}")'),
    (clocks, "import time\nfrom datetime import datetime\nx = time.monotonic() + time.perf_counter(), datetime.min"),
    (days_of_elsewhere, "from wizard import clock\ndef f(at): return clock.in_town(at).date()"),
    (days_of_elsewhere, 'def f(at): return f"{in_town(at):%d/%m à %H:%M}", f"{at:%H:%M} UTC", f"{at:%Y-%m-%d}"'),
    (compared_in_secret, "from hmac import compare_digest\ndef f(a, b): return a == b"),
    (of_a_request, "from flask import current_app\nrequest, session, g = 1, 2, 3"),
    (htmx_headers, 'def f(response): response.headers["HX-Redirect"] = "/"'),
    (raw_html, "from markupsafe import Markup\ndef f(name): return Markup('<b>{}</b>').format(name)"),
    (transactions, 'TRIGGER = "BEGIN UPDATE people SET seal = 1; END;"\ndef f(db): return db.conn.in_transaction'),
    (hidden_routes, '@pages.get("/a")\n@pages.post("/b")\ndef a(): return {}.get("a")\ndef register(db, draft): ...'),
    (inline_code, '<script src="/a.js"></script><p title="{{ f("onclick=") }}">on ne sait = rien</p>'),
    (unescaped, "{{ 'id=\"people\"'|safe }}{{ name }}{{ name|forceescape }}"),
    (compared_codes, '{% if role.may_process and kind == "x" %}{{ {"accepted": "a"}[status] }}{% endif %}'),
    (
        needing_script,
        '<a href="/a" hx-get="/a">a</a><form action="/a" hx-post="/a"><button hx-get="/b">b</button></form>',
    ),
    (needing_script, '<div hx-get="/a" hx-trigger="load delay:2s"></div>'),
]

Rule = Callable[[str], list[str]]


def _name(value: object) -> str:
    return getattr(value, "__name__", "") or str(value).replace("\n", "; ")[:60]


@pytest.mark.parametrize(("rule", "text"), BAD, ids=_name)
def test_a_rule_catches(rule: Rule, text: str) -> None:
    assert rule(text)


@pytest.mark.parametrize(("rule", "text"), GOOD, ids=_name)
def test_a_rule_leaves(rule: Rule, text: str) -> None:
    assert not rule(text)


def test_a_mail_is_sent_by_whoever_puts_it_in_the_outbox_not_by_a_purpose_of_that_name() -> None:
    assert mails_sent('def f(db): outbox.enqueue(db, "activation", "a@b.example")') == {"activation"}
    assert not mails_sent('def f(db): tokens.issue(db, "activation", account=1)\nPURPOSE = "activation"')
