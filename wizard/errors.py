"""A page for every failure: what happened, and what to do next."""

from flask import Flask, Response, current_app, redirect, request, url_for
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound, SecurityError, ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from wizard import htmx
from wizard.belonging import NotYours
from wizard.services import passwords

# Status → title, what to do.
_PAGES = {
    400: (_("Nous n'avons pas compris cette demande"), _("Revenez à la page précédente et recommencez.")),
    403: (
        _("Cette action n'est pas permise d'ici"),
        _("Ouvrez le portail dans une page à lui, depuis l'accueil, puis recommencez."),
    ),
    404: (_("Cette page n'existe pas"), _("Vérifiez l'adresse, ou repartez de l'accueil.")),
    405: (_("Cette page ne s'ouvre pas ainsi"), _("Repartez de l'accueil.")),
    410: (
        _("Cette page a expiré"),
        _("Par sécurité, ce qui n'est pas terminé est effacé après un temps. Recommencez depuis l'accueil."),
    ),
    413: (_("C'est trop long"), _("Raccourcissez vos réponses, puis envoyez de nouveau.")),
    429: (
        _("Trop d'essais en peu de temps"),
        _("Attendez quelques minutes, puis recommencez. Rien de ce que vous avez saisi n'est perdu."),
    ),
    500: (
        _("Le portail a rencontré un problème"),
        _("Ce n'est pas de votre fait. Ce que vous avez déjà validé est gardé : réessayez dans un instant."),
    ),
    503: (_("Beaucoup de monde en ce moment"), _("Rien n'est perdu : réessayez dans une minute.")),
}


def _answer(error: HTTPException) -> Response:
    code = error.code if error.code in _PAGES else 500 if (error.code or 500) >= 500 else 400
    title, advice = _PAGES[code]
    response = htmx.page("errors/error.html", error.code or code, title=title, advice=advice)
    for name, value in error.get_headers(request.environ):
        if name in {"Retry-After", "Allow"}:
            response.headers[name] = value
    return response


def _csrf(_error: CSRFError) -> Response:
    title = _("Cette page était ouverte depuis trop longtemps")
    advice = _("Revenez à la page précédente, rechargez-la, puis recommencez.")
    return htmx.page("errors/error.html", 400, title=title, advice=advice)


def _without_slash() -> str | None:
    """Return the page that was meant by an address with a slash too many, written anew: never another site's."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None or request.method not in {"GET", "HEAD"} or not request.path.endswith("/"):
        return None
    try:
        endpoint, values = adapter.match(request.path.removesuffix("/"), method="GET")
    except HTTPException:
        return None
    query = request.query_string.decode(errors="replace")
    return url_for(endpoint, **values) + (f"?{query}" if query else "")


def _handle(error: HTTPException) -> BaseResponse | HTTPException:
    if error.code is None or error.code < 400:
        return error  # a redirect of the router's own
    if isinstance(error, SecurityError):
        return Response(status=400)  # a forged Host: no page, whose links would be made from it
    if isinstance(error, NotFound) and (location := _without_slash()):
        return redirect(location, 308)
    return _answer(error)


def _not_yours(_error: NotYours) -> Response:
    title = _("Cette page est celle d'une autre famille")
    advice = _("Vous êtes connecté à votre espace : repartez de l'accueil pour déclarer votre propre entourage.")
    return htmx.page("errors/error.html", 403, title=title, advice=advice)


def _busy(error: passwords.Busy) -> Response:
    return _answer(ServiceUnavailable(retry_after=error.retry_after))


def init_app(app: Flask) -> None:
    """Answer every error with a page of the portal."""
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _handle)
    app.register_error_handler(NotYours, _not_yours)
    app.register_error_handler(passwords.Busy, _busy)
