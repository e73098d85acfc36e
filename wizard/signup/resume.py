"""Coming back to a sign-up left unfinished: by a cookie of this browser, or by a link in a mail."""

from dataclasses import dataclass

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.services import opening, resuming
from wizard.services.wording import when
from wizard.settings import get_settings
from wizard.signup.blueprint import blueprint
from wizard.signup.forms import LaterForm
from wizard.signup.journey import JOURNEY, SIGNUP
from wizard.slips import answered
from wizard.stores.answers import Held
from wizard.values.emails import normalise_email
from wizard.web import htmx
from wizard.web.guards import limited_networks


def _cookie() -> str:
    return "__Host-brouillon" if get_settings().secure else "brouillon"


def remember(response: Response, token: str) -> None:
    """Let this browser find its draft again, even in the town's frame where cookies are partitioned (CHIPS)."""
    secure = get_settings().secure
    response.set_cookie(
        _cookie(),
        token,
        max_age=opening.lifetime(),
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


def unfinished() -> Unfinished | None:
    """Return the sign-up that this browser left unfinished; None when it has none."""
    visit = SIGNUP.find(_left_here())
    return Unfinished(JOURNEY.steps[0].filled(visit.draft.answers)["given_name"].data or "") if visit else None


def _left_here() -> str:
    """Return the token of this browser's draft: its cookie's or, where the frame has none, that of the page itself.

    The cookie is read here only: it authorises nothing, it says where to go.
    """
    return request.form.get("brouillon") or request.cookies.get(_cookie(), "")


def come_back() -> Response:
    """Go on with the sign-up left in this browser, for who says it is theirs."""
    visit = SIGNUP.visit(_left_here())
    return visit.go(visit.first_incomplete())


def forget() -> Response:
    """Forget the sign-up left in this browser, for who says it is not theirs: its address opens nothing any more."""
    opening.close(get_db(), _left_here())
    response = htmx.see_other(url_for("signup.welcome"))
    secure = get_settings().secure
    response.delete_cookie(_cookie(), path="/", secure=secure, samesite="None" if secure else "Lax", partitioned=secure)
    return response


@blueprint.route("/inscription/<token>/plus-tard", methods=["GET", "POST"])
def later(token: str) -> Response:
    """Send a link to the draft, for another day or another device."""
    visit = SIGNUP.visit(token)
    known = Held(visit.draft.answers).value("contacts", "email")
    form = LaterForm(answered(request.form), data={"email": known})
    back = visit.url(visit.first_incomplete())
    if request.method != "POST" or not form.validate() or form.doubts(request.form):
        status = 422 if form.errors else 200
        here = url_for("signup.later", token=token)
        return htmx.page("signup/later.html", status, push_url=here, form=form, token=token, back=back)
    email = normalise_email(form.email.data or "")
    turn = resuming.send_link(get_db(), visit.draft.id, email, limited_networks())
    return htmx.page(
        "signup/later_sent.html", htmx.swappable(turn.status), turn=turn, told=when(turn), email=email, back=back
    )


@blueprint.route("/inscription/reprendre/<link>", methods=["GET", "POST"])
def resume(link: str) -> Response:
    """Show a button, and on a click open the draft: a mail scanner that follows links does no harm."""
    if request.method != "POST":
        return htmx.page("signup/resume.html", link=link) if resuming.is_good(get_db(), link) else _over()
    token = resuming.follow(get_db(), link)
    if token is None:
        return _over()
    visit = SIGNUP.visit(token)
    response = redirect(visit.url(visit.first_incomplete()), 303)
    remember(response, token)
    return response


def _over() -> Response:
    return htmx.page("signup/resume_over.html", 410)
