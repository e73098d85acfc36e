"""The two first steps of the sign-up as Flask, WTForms and Jinja serve them alone: what these cost, whoever uses them.

    python -m tests.bench.peer.flask_alone FOLDER

Same fields, addresses of steps, server, database and guarantees as the portal; a step that was saved answers with the
next one. What is spared it: all that the portal is, from the copy of a form sent twice to the words of its errors.
"""

import json
import os
import secrets
import socket
import sqlite3
import sys
import threading
from pathlib import Path

import waitress
from flask import Flask, abort, redirect, render_template, request, url_for
from jinja2 import DictLoader
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

TITLES = [("", "Choisir"), ("madame", "Madame"), ("monsieur", "Monsieur")]
PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{{ slug }}</title></head>
<body><main><p>Étape {{ number }} sur 2</p><form method="post">
{% for field in form %}<p>{{ field.label }}
{% if field.description %}<span>{{ field.description }}</span>{% endif %}{{ field() }}
{% for error in field.errors %}<b>{{ error }}</b>{% endfor %}</p>
{% endfor %}<button name="retour">Retour</button><button>Suivant</button></form></main></body></html>"""
TABLES = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS drafts (token TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS answers (token TEXT, slug TEXT, data TEXT NOT NULL, PRIMARY KEY (token, slug)) STRICT;
"""

app = Flask(__name__)
app.jinja_options = {"loader": DictLoader({"step.html": PAGE})}
_threads = threading.local()


class Identity(Form):
    """As wizard/signup/steps/identity.py asks it."""

    title = SelectField("Civilité", [InputRequired()], choices=TITLES)
    birth_name = StringField(
        "Nom de naissance", [InputRequired(), Length(max=60)], description="Celui de votre acte de naissance."
    )
    usage_name = StringField("Nom d'usage", [Length(max=60)])
    given_name = StringField("Prénom", [InputRequired(), Length(max=60)])
    single_name = BooleanField("Je n'ai qu'un nom")


class Address(Form):
    """As wizard/address_form shows it first."""

    address_query = StringField("Votre adresse", [InputRequired(), Length(max=200)], description="Commencez à taper.")
    address_id = HiddenField()
    apartment = StringField("Appartement", [Length(max=38)])
    building = StringField("Bâtiment, résidence", [Length(max=38)])
    floor = StringField("Étage, escalier", [Length(max=38)])


STEPS: dict[str, type[Form]] = {"identite": Identity, "adresse": Address}


def database() -> sqlite3.Connection:
    """Return the thread's connection; each commit reaches the disk."""
    if not hasattr(_threads, "database"):
        _threads.database = sqlite3.connect(Path(sys.argv[1]) / "flask_alone.db", timeout=5, isolation_level=None)
        _threads.database.execute("PRAGMA synchronous = FULL")
        _threads.database.execute("PRAGMA cache_size = -4000")
    opened: sqlite3.Connection = _threads.database
    return opened


@app.post("/")
def begin() -> Response:
    """Open a draft."""
    token = secrets.token_urlsafe(32)
    database().execute("INSERT INTO drafts VALUES (?, 0)", (token,))
    return redirect(url_for("step", token=token, slug="identite"), 303)


@app.get("/<token>/<slug>")
def step(token: str, slug: str) -> str:
    """Show a step as it was last saved, or blank."""
    database().execute("SELECT revision FROM drafts WHERE token = ?", (token,)).fetchone() or abort(404)
    return show(token, slug)


@app.post("/<token>/<slug>")
def save(token: str, slug: str) -> tuple[str, int] | str:
    """Keep what was sent and show the next step, or the same one with its errors."""
    form = STEPS[slug](request.form)
    db = database()
    db.execute("BEGIN IMMEDIATE")
    db.execute("UPDATE drafts SET revision = revision + 1 WHERE token = ?", (token,))
    db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (token, slug, json.dumps(form.data)))
    db.execute("COMMIT")
    return show(token, "adresse") if form.validate() else (page(slug, form), 422)


def show(token: str, slug: str) -> str:
    """Return the page of a step."""
    saved = database().execute("SELECT data FROM answers WHERE token = ? AND slug = ?", (token, slug)).fetchone()
    return page(slug, STEPS[slug](data=json.loads(saved[0]) if saved else None))


def page(slug: str, form: Form) -> str:
    """Return the page around a form."""
    return render_template("step.html", slug=slug, form=form, number=1 + list(STEPS).index(slug))


def main() -> None:
    database().executescript(TABLES)
    database().close()
    del _threads.database
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://localhost:{listener.getsockname()[1]}", flush=True)
    os.fork()
    waitress.serve(app, sockets=[listener], threads=4, asyncore_use_poll=True, ident=None)


if __name__ == "__main__":
    main()
