"""A page for every failure: what happened, and what to do next; to programs, a problem."""

import logging
import re
import sqlite3
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, current_app, redirect, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    Forbidden,
    Gone,
    HTTPException,
    InternalServerError,
    NotFound,
    SecurityError,
    ServiceUnavailable,
    TooManyRequests,
)
from werkzeug.wrappers import Response as BaseResponse

from wizard.clock import now
from wizard.db import Trouble, trouble_of
from wizard.extensions import login_manager
from wizard.french import gettext as _
from wizard.services import passwords
from wizard.services.alarms import Alarm
from wizard.services.documents import year_keys
from wizard.services.refusals import TooSoon
from wizard.services.wording import how_long
from wizard.stores.accounts import AccountGone
from wizard.web import alarms, belonging, guards, htmx, problems
from wizard.web.belonging import NotYours
from wizard.web.guards import TooHeavy
from wizard.web.throttle import seconds

logger = logging.getLogger(__name__)

# Status → title, what to do.
_PAGES = {
    401: (_("Jeton absent ou inconnu"), _("Demandez un jeton à la mairie.")),
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
# Why nothing can be written → title, what to do, seconds to wait.
_TROUBLES = {
    Trouble.BUSY: (
        _("Beaucoup de monde en ce moment"),
        _("Rien de ce que vous avez saisi n'est perdu : réessayez dans quelques secondes."),
        5,
    ),
    Trouble.FULL: (
        _("Le portail ne peut rien enregistrer pour l'instant"),
        _("Son disque est plein : ce n'est pas de votre fait. Réessayez plus tard, ou prévenez la mairie."),
        60,
    ),
    Trouble.READ_ONLY: (
        _("Le portail ne peut rien enregistrer pour l'instant"),
        _("Il est en lecture seule : ce n'est pas de votre fait. Réessayez plus tard, ou prévenez la mairie."),
        60,
    ),
    Trouble.DISK: (
        _("Le portail ne peut rien enregistrer pour l'instant"),
        _("Son disque ne répond pas bien : ce n'est pas de votre fait. Réessayez plus tard, ou prévenez la mairie."),
        60,
    ),
    Trouble.REPLACED: (
        _("Le portail ne peut rien enregistrer pour l'instant"),
        _("Sa base vient d'être remplacée : ce n'est pas de votre fait. Réessayez plus tard, ou prévenez la mairie."),
        60,
    ),
    Trouble.DAMAGED: (
        _("Le portail ne peut rien enregistrer pour l'instant"),
        _("Sa base est abîmée : ce n'est pas de votre fait. Prévenez la mairie, et réessayez plus tard."),
        60,
    ),
}
# Where who closes the door of a town, above its application, says so (WSGI).
LEAVING = "portail.leaving"
_LEAVING = (
    _("Le portail revient dans un instant"),
    _("Il change de machine : rien de ce que vous avez validé n'est perdu. Réessayez dans deux secondes."),
    _("Il change de machine : ce que vous venez d'envoyer n'est pas encore enregistré. Réessayez dans deux secondes."),
    2,
)
_LONGEST_FORM = 32 * 1024
_SAID_AGAIN = timedelta(minutes=1)
_SAID = "troubles said"


_TOLD_HOW_LONG = _("Attendez %(duration)s, puis recommencez. Rien de ce que vous avez saisi n'est perdu.")


def _answer(error: HTTPException, words: tuple[Any, Any] | None = None) -> Response:
    code = error.code if error.code in _PAGES else 500 if (error.code or 500) >= 500 else 400
    title, advice = words or _PAGES[code]
    if isinstance(error, TooManyRequests) and isinstance(error.retry_after, int):
        advice = _TOLD_HOW_LONG % {"duration": how_long(timedelta(seconds=error.retry_after))}
    if problems.asked():
        return problems.answer(error, title, advice)
    again = _form() if code >= 500 or code == 429 else None
    response = htmx.page("errors/error.html", error.code or code, title=title, advice=advice, again=again)
    for name, value in error.get_headers(request.environ):
        if name in {"Retry-After", "Allow"}:
            response.headers[name] = value
    if code == 503 and request.method == "GET" and not htmx.wants_fragment() and "Retry-After" in response.headers:
        response.headers["Refresh"] = response.headers["Retry-After"]
    return response


def _form() -> dict[str, Any] | None:
    """Return what a page's form held, to be sent again by a button: HTMX, which still has the form, needs none.

    A password is typed again, never written in a page; a form too long is left to the browser's « Retour ».
    """
    if htmx.wants_fragment():
        return None
    path = "/" + request.full_path.removesuffix("?").lstrip("/")  # « //elsewhere » would be another site
    if request.method != "POST":
        return {"method": "get", "path": path}
    try:
        sent = [(name, _printable(value)) for name, value in request.form.items(multi=True)]
    except HTTPException:
        return None
    sent = [(name, value) for name, value in sent if re.fullmatch(r"[\w.-]{1,64}", name, re.ASCII)]
    if sum(len(name) + len(value) for name, value in sent) > _LONGEST_FORM:
        return None
    passwords_asked = dict.fromkeys(name for name, _value in sent if "password" in name)
    fields = [(name, value) for name, value in sent if name not in passwords_asked]
    return {"method": "post", "path": path, "fields": fields, "passwords": list(passwords_asked)}


def _printable(text: str) -> str:
    """Return a text without the characters that HTML does not admit."""
    return "".join(one for one in text if one in "\t\n\r" or unicodedata.category(one) not in {"Cc", "Cn", "Cs"})


def _storage(error: BaseException) -> Response:
    """Answer for a database that cannot be written now; raise again a fault of the portal's own."""
    trouble = trouble_of(error)
    if trouble is None:
        raise error
    said: dict[Trouble, datetime] = current_app.extensions.setdefault(_SAID, {})
    if trouble not in said or not timedelta() <= now() - said[trouble] < _SAID_AGAIN:
        said[trouble] = now()
        logger.error("the database cannot be used (%s): %s; said once a minute", trouble, error)
    title, advice, seconds = _TROUBLES[trouble]
    return _answer(ServiceUnavailable(retry_after=seconds), (title, advice))


def _leaving() -> Response | None:
    """Answer in the place of all pages while the town is moved: its database is not to be touched."""
    if LEAVING not in request.environ:
        return None
    title, kept, to_send, seconds = _LEAVING
    return _answer(ServiceUnavailable(retry_after=seconds), (title, to_send if request.method == "POST" else kept))


def _csrf(_error: CSRFError) -> BaseResponse:
    """Answer a form whose token is not this session's: nothing of it is done.

    One of who signed out, or in again, in another tab is held for them alone, as when a session ends by itself. A form
    that another site's page may have sent is not.
    """
    if leaving := _leaving():
        return leaving
    owner = belonging.owner_of_the_form()
    if owner and guards.sent_from_here() and (not current_user.is_authenticated or current_user.id == owner):
        again: BaseResponse = login_manager.unauthorized()
        return again
    title = _("Cette page était ouverte depuis trop longtemps")
    advice = _("Revenez à la page précédente, rechargez-la, puis recommencez.")
    return htmx.page("errors/error.html", 400, title=title, advice=advice, again=None)


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
    original = error.original_exception if isinstance(error, InternalServerError) else None
    if original and trouble_of(original):
        return _storage(original)  # met once the page was made, where Flask asks no other handler
    if isinstance(error, SecurityError):
        alarms.tell(Alarm.REFUSED_HOST, logger, "a Host that is not that of PORTAIL_PUBLIC_URL: refused")
        return Response(status=400)  # a forged Host: no page, whose links would be made from it
    if isinstance(error, NotFound) and (location := _without_slash()):
        return redirect(location, 308)
    return _answer(error)


def _not_yours(_error: NotYours) -> Response:
    title = _("Cette page est celle d'une autre famille")
    advice = _("Votre propre espace est ouvert ici : repartez de l'accueil pour déclarer votre entourage.")
    return _answer(Forbidden(), (title, advice))


def _account_gone(_error: AccountGone) -> Response:
    return _answer(Gone())


def _too_heavy(error: TooHeavy) -> Response:
    megabytes = error.most // 1024 // 1024
    advice = _(
        "Cette page reçoit %(most)s Mo en une fois. Revenez en arrière, puis envoyez moins de fichiers à la fois, ou"
        " une photo moins grande.",
        most=megabytes,
    )
    return _answer(error, (_("Ce que vous envoyez est trop lourd"), advice))


def _too_soon(error: TooSoon) -> Response:
    return _answer(TooManyRequests(retry_after=seconds(error.wait)))


def _busy(error: passwords.Busy) -> Response:
    return _answer(ServiceUnavailable(retry_after=error.retry_after))


def _without_key(_error: year_keys.Unreadable) -> Response:
    logger.error("the key of a school year cannot be read: see doctor")
    title = _("Le portail ne peut pas sceller vos réponses pour l'instant")
    advice = _("Ce n'est pas de votre fait, et rien n'est gardé en clair. Réessayez plus tard, ou prévenez la mairie.")
    return _answer(ServiceUnavailable(retry_after=60), (title, advice))


def init_app(app: Flask) -> None:
    """Answer every error with a page of the portal."""
    app.before_request(_leaving)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _handle)
    app.register_error_handler(NotYours, _not_yours)
    app.register_error_handler(AccountGone, _account_gone)
    app.register_error_handler(TooHeavy, _too_heavy)
    app.register_error_handler(TooSoon, _too_soon)
    app.register_error_handler(passwords.Busy, _busy)
    app.register_error_handler(year_keys.Unreadable, _without_key)
    app.register_error_handler(sqlite3.Error, _storage)
