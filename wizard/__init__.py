"""Portail Famille: the family portal of a French town."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Map

from wizard import (
    account,
    api,
    childfile,
    cli,
    db,
    demo,
    documents,
    embedding,
    entourage,
    public,
    settings,
    signup,
    smtp,
    townhall,
)
from wizard.extensions import csrf, login_manager, mail
from wizard.services import commune, geocoding
from wizard.web import (
    assets,
    compression,
    errors,
    form_parsing,
    guards,
    htmx,
    logs,
    metrics,
    numbers,
    sessions,
    templating,
)

ROOT = Path(__file__).parents[1]


class _Portal(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function: none of ours is a coroutine, which Flask asks of each of twenty at each request."""
        return func


def create_app(
    config: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] = os.environ,
    routes: Map | None = None,
) -> Flask:
    """Return the application of one town.

    `config` overrides the environment: `PORTAIL_*` keys as in the environment, others as Flask's own. `routes` is what
    several towns share (`web/shared_routes.py`).
    Raises SettingsError when a value is missing or wrong.
    """
    config = dict(config or {})
    portail = settings.load({**environ, **{k: str(v) for k, v in config.items() if k.startswith("PORTAIL_")}})
    commune.check(portail)
    app = _Portal("wizard", template_folder=str(ROOT / "templates"), static_folder=None)
    app.url_map = app.url_map if routes is None else routes
    app.jinja_environment = templating.Environment
    app.config.update(
        PORTAIL=portail,
        SECRET_KEY=portail.secret_key,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,  # WTForms speaks French by itself
        WTF_CSRF_SSL_STRICT=False,  # web/guards.py checks the origin, by headers that nobody strips as some do Referer
        **smtp.configuration(portail),
    )
    app.config.update({k: v for k, v in config.items() if not k.startswith("PORTAIL_")})
    for extension in (csrf, mail):
        extension.init_app(app)
    login_manager.init_app(app, add_context_processor=False)  # most pages never ask who is signed in
    logs.init_app(app)
    metrics.init_app(app)
    db.init_app(app)
    htmx.init_app(app)
    templating.init_app(app, portail)
    assets.init_app(app, ROOT / "static", portail.town.colour)
    guards.init_app(app, portail)
    form_parsing.init_app(app)
    numbers.init_app(app)
    compression.init_app(app)
    errors.init_app(app)
    sessions.init_app(app)
    geocoding.init_app(app)
    public.health.init_app(app)
    for site in (public, signup, entourage, account, childfile, documents, embedding, townhall, api):
        app.register_blueprint(site.blueprint)
    app.register_blueprint(public.lookups)
    app.register_blueprint(public.monitors)
    if portail.demonstration:
        app.register_blueprint(demo.town_website)
        app.register_blueprint(demo.blueprint)
    cli.init_app(app)
    return app
