"""The two first steps of the sign-up as django-formtools serves them: same fields, server, database and guarantees.

    PYTHONPATH=build/peer python -m tests.bench.peer.formtools FOLDER

Each step has an address of its own, as the portal's have: so says formtools itself for the back button and a reload
to find the step that one was at. A step that was saved then leads to the next one, which is asked for.

What is spared it: tokens against forgery, messages, authentication, translations, any style in its pages.
"""

import os
import socket
import sys
from pathlib import Path
from typing import Any

import django
import waitress
from django import forms
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.urls import path

FOLDER = Path(sys.argv[1])
TITLES = [("", "Choisir"), ("madame", "Madame"), ("monsieur", "Monsieur")]
PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{{ wizard.steps.current }}</title></head>
<body><main><p>Étape {{ wizard.steps.step1 }} sur {{ wizard.steps.count }}</p><form method="post">
{{ wizard.management_form }}{{ wizard.form }}
{% if wizard.steps.prev %}<button name="wizard_goto_step" value="{{ wizard.steps.prev }}">Retour</button>{% endif %}
<button>Suivant</button></form></main></body></html>"""

settings.configure(
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    SECRET_KEY="of a bench",
    ROOT_URLCONF=__name__,
    USE_I18N=False,
    INSTALLED_APPS=["django.contrib.sessions", "formtools"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.contrib.sessions.middleware.SessionMiddleware"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "formtools.db",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 5,
                "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -4000",
            },
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"step.html": PAGE})],
                    )
                ]
            },
        }
    ],
)
django.setup()

from formtools.wizard.views import NamedUrlSessionWizardView  # noqa: E402 - Django is to be set up before


class Identity(forms.Form):
    """As wizard/signup/steps/identity.py asks it."""

    title = forms.ChoiceField(label="Civilité", choices=TITLES)
    birth_name = forms.CharField(label="Nom de naissance", max_length=60, help_text="Celui de votre acte de naissance.")
    usage_name = forms.CharField(label="Nom d'usage", max_length=60, required=False)
    given_name = forms.CharField(label="Prénom", max_length=60)
    single_name = forms.BooleanField(label="Je n'ai qu'un nom", required=False)


class Address(forms.Form):
    """As wizard/address_form shows it first."""

    address_query = forms.CharField(label="Votre adresse", max_length=200, help_text="Commencez à taper.")
    address_id = forms.CharField(widget=forms.HiddenInput, required=False)
    apartment = forms.CharField(label="Appartement", max_length=38, required=False)
    building = forms.CharField(label="Bâtiment, résidence", max_length=38, required=False)
    floor = forms.CharField(label="Étage, escalier", max_length=38, required=False)


class SignUp(NamedUrlSessionWizardView):  # type: ignore[misc]
    """The two steps, in one session."""

    form_list = (("identite", Identity), ("adresse", Address))
    template_name = "step.html"

    def done(self, form_list: Any, **_options: Any) -> Any:
        raise AssertionError("the bench stops before")


sign_up = SignUp.as_view(url_name="step")
urlpatterns = [path("", sign_up), path("<step>", sign_up, name="step")]


def main() -> None:
    call_command("migrate", verbosity=0)
    application = get_wsgi_application()
    connection.close()
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://localhost:{listener.getsockname()[1]}", flush=True)
    os.fork()
    waitress.serve(application, sockets=[listener], threads=4, asyncore_use_poll=True, ident=None)


if __name__ == "__main__":
    main()
