"""Coming back to a sign-up left unfinished: by a cookie of this browser, or by a link in a mail."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import Form

from wizard import clock
from wizard.db import get_db, transaction
from wizard.forms import email_field
from wizard.journey.view import Trip, go, gone, lifetime
from wizard.services import mail_turns, outbox, tokens
from wizard.services.mail_turns import Purpose
from wizard.services.wording import when
from wizard.slips import MindsSlips, answered
from wizard.stores import drafts
from wizard.stores.answers import Held
from wizard.values.emails import normalise_email
from wizard.web import htmx
from wizard.web.guards import limited_networks

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


@dataclass(frozen=True)
class Unfinished:
    """A sign-up that someone left in this browser: all that is told of it before they say who they are."""

    given_name: str


def unfinished(trip: Trip) -> Unfinished | None:
    """Return the sign-up that this browser left unfinished; None when it has none."""
    draft = trip.load(_left_here())
    return Unfinished(trip.journey.steps[0].filled(draft.answers)["given_name"].data or "") if draft else None


def _left_here() -> str:
    """Return the token of this browser's draft: its cookie's or, where the frame has none, that of the page itself.

    The cookie is read here only: it authorises nothing, it says where to go.
    """
    return request.form.get("brouillon") or request.cookies.get(_cookie(), "")


def come_back(trip: Trip) -> Response:
    """Go on with the sign-up left in this browser, for who says it is theirs."""
    token = _left_here()
    draft = trip.load(token)
    return go(trip, token, draft, trip.journey.first_incomplete(draft.answers)) if draft else gone(trip, token)


def forget() -> Response:
    """Forget the sign-up left in this browser, for who says it is not theirs: its address opens nothing any more."""
    with transaction(db := get_db()):
        drafts.drop_token(db, _left_here())
    response = htmx.see_other(url_for("signup.welcome"))
    secure = current_app.config["PORTAIL"].secure
    response.delete_cookie(_cookie(), path="/", secure=secure, samesite="None" if secure else "Lax", partitioned=secure)
    return response


class LaterForm(MindsSlips, Form):
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
        known = Held(draft.answers).value("contacts", "email")
        form = LaterForm(answered(request.form), data={"email": known})
        back = trip.url(token, trip.journey.first_incomplete(draft.answers))
        if request.method != "POST" or not form.validate() or form.doubts(request.form):
            status = 422 if form.errors else 200
            here = url_for("signup.later", token=token)
            return htmx.page("signup/later.html", status, push_url=here, form=form, token=token, back=back)
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
            opened = found.draft or abort(410)
            drafts.drop_tokens(db, opened)  # it moves to this mailbox's reader: whoever began it holds it no more
            token = drafts.add_token(db, opened, clock.now(), lifetime())
        draft = trip.load(token) or abort(410)
        response = redirect(trip.url(token, trip.journey.first_incomplete(draft.answers)), 303)
        remember(response, token)
        return response


def _send(draft: int, email: str, back: str) -> Response:
    db, settings = get_db(), current_app.config["PORTAIL"]
    with transaction(db):
        turn = mail_turns.take(db, Purpose.OTHER, email, limited_networks())
        if not turn.refused:
            issued = tokens.issue(db, "resume", draft=draft, lifetime=LINK_LIFETIME)
            link = settings.public_url + url_for("signup.resume", link=issued.token)
            outbox.enqueue(db, "resume", email, due_at=turn.at, link=link)
    return htmx.page(
        "signup/later_sent.html", htmx.told(turn.status), turn=turn, told=when(turn), email=email, back=back
    )
