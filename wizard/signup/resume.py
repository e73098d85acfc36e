"""Coming back to a sign-up left unfinished: by a cookie of this browser, or by a link in a mail."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import Form

from wizard import clock, htmx
from wizard.db import get_db, transaction
from wizard.forms import email_field
from wizard.journey_views import Trip, gone, lifetime
from wizard.security import limited_network
from wizard.services import limits, outbox, tokens
from wizard.stores import drafts
from wizard.values.emails import normalise_email

LINK_LIFETIME = timedelta(hours=24)


def _cookie() -> str:
    return "__Host-brouillon" if current_app.config["PORTAIL"].secure else "brouillon"


def remember(response: Response, token: str) -> None:
    """Let this browser find its draft again, even in the town's frame where cookies are partitioned (CHIPS)."""
    secure = current_app.config["PORTAIL"].secure
    response.set_cookie(
        _cookie(),
        token,
        max_age=lifetime(),
        path="/",
        httponly=True,
        secure=secure,
        samesite="None" if secure else "Lax",
        partitioned=secure,
    )


def unfinished(trip: Trip) -> str | None:
    """Return the address at which this browser's draft goes on, None when it has none.

    The cookie is read here only: it authorises nothing, it says where to go.
    """
    token = request.cookies.get(_cookie(), "")
    draft = trip.load(token) if token else None
    return trip.url(token, trip.journey.first_incomplete(draft.answers)) if draft else None


class LaterForm(Form):
    """Where to send the link that goes on."""

    email = email_field(_("Votre adresse électronique"), _("Indiquez votre adresse électronique."))


def register(blueprint: Blueprint, trip: Trip) -> None:
    """Add « finir plus tard » to a journey: asking for the link, and opening it."""

    @blueprint.route("/inscription/<token>/plus-tard", methods=["GET", "POST"])
    def later(token: str) -> Response:
        """Send a link to the draft, for another day or another device."""
        draft = trip.load(token)
        if draft is None:
            return gone(trip, token)
        known = (draft.answers.get("contacts", {}).get("email") or [""])[0]
        form = LaterForm(request.form, data={"email": known})
        back = trip.url(token, trip.journey.first_incomplete(draft.answers))
        if request.method != "POST" or not form.validate():
            status = 200 if request.method != "POST" else 422
            return htmx.page("signup/later.html", status, form=form, token=token, back=back)
        return _send(draft.id, normalise_email(form.email.data or ""), back)

    @blueprint.route("/inscription/reprendre/<link>", methods=["GET", "POST"])
    def resume(link: str) -> Response:
        """Show a button, and on a click open the draft: a mail scanner that follows links does no harm."""
        db = get_db()
        if request.method != "POST":
            tokens.peek(db, "resume", link) or abort(410)
            return htmx.page("signup/resume.html", link=link)
        with transaction(db):
            found = tokens.consume(db, "resume", link) or abort(410)
            token = drafts.add_token(db, found.draft or abort(410), clock.now(), lifetime())
        draft = trip.load(token) or abort(410)
        response = redirect(trip.url(token, trip.journey.first_incomplete(draft.answers)), 303)
        remember(response, token)
        return response


def _send(draft: int, email: str, back: str) -> Response:
    db, settings = get_db(), current_app.config["PORTAIL"]
    with transaction(db):
        wait = limits.take_mail(db, "resume", email, limited_network())
        if wait is None:
            issued = tokens.issue(db, "resume", draft=draft, lifetime=LINK_LIFETIME)
            link = settings.public_url + url_for("signup.resume", link=issued.token)
            outbox.enqueue(db, "resume", email, link=link)
    return htmx.page("signup/later_sent.html", htmx.told(429) if wait else 200, wait=wait, email=email, back=back)
