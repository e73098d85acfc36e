"""What a monitor reads, with the token of the installation."""

from flask import Response, abort, current_app, request

from wizard.db import get_db
from wizard.public.blueprint import monitors
from wizard.settings import get_settings
from wizard.web import metrics, problems
from wizard.web.framing import is_framed


@monitors.get("/metrics")
def read() -> Response:
    """Give what is measured to who shows the token; without one in the settings, there is no such page."""
    token = get_settings().metrics_token or abort(404)
    if is_framed():
        abort(403)
    if not metrics.opens(request.authorization, token):
        refusal = Response(status=401, headers={"WWW-Authenticate": 'Bearer realm="Portail famille"'})
        return problems.dress(refusal)
    body, media_type = metrics.of(current_app).write(get_db(), request.headers.get("Accept", ""))
    return problems.dress(Response(body, content_type=media_type))
