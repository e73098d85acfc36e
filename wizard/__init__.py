"""Portail Famille: the family portal of a French town."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from wizard import (
    assets,
    compression,
    db,
    embedding,
    errors,
    htmx,
    public,
    security,
    settings,
    smtp,
    templating,
)
from wizard.embedding import demonstration
from wizard.extensions import babel, csrf, login_manager, mail

ROOT = Path(__file__).parents[1]


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Return the application of one town.

    `config` overrides the environment: `PORTAIL_*` keys as in the environment, others as Flask's own.
    Raises SettingsError when a value is missing or wrong.
    """
    config = dict(config or {})
    portail = settings.load(
        {**os.environ, **{k: str(v) for k, v in config.items() if k.startswith("PORTAIL_")}}
    )
    app = Flask("wizard", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        PORTAIL=portail,
        SECRET_KEY=portail.secret_key,
        BABEL_DEFAULT_LOCALE="fr",
        BABEL_DEFAULT_TIMEZONE="Europe/Paris",
        WTF_CSRF_TIME_LIMIT=None,
        **smtp.configuration(portail),
    )
    app.config.update({k: v for k, v in config.items() if not k.startswith("PORTAIL_")})
    for extension in (babel, csrf, login_manager, mail):
        extension.init_app(app)
    db.init_app(app)
    htmx.init_app(app)
    templating.init_app(app, portail)
    assets.init_app(app, ROOT / "static", portail.town.colour)
    security.init_app(app, portail)
    compression.init_app(app)
    errors.init_app(app)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(embedding.blueprint)
    if portail.demonstration:
        app.register_blueprint(demonstration.blueprint)
    return app
