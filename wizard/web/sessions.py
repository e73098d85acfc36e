"""Who is signed in: a cookie for parents, another for the town hall's agents, each with its own rules."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import quote

from flask import Flask, Request, Response, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import UserMixin, current_user, login_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as BaseResponse

from wizard.clock import moment, now, stamp
from wizard.db import get_db
from wizard.extensions import login_manager
from wizard.models import Account, Agent
from wizard.services import sessions as service
from wizard.settings import get_settings
from wizard.stores import accounts, agents
from wizard.web import belonging, held_forms, htmx
from wizard.web.varying import vary

LONGEST = timedelta(hours=8)
# A cookie opens nothing past LONGEST, but says for a day whose form it was that a page left open sends.
_READ = timedelta(hours=24)
# How often the cookie is written anew for whoever goes on: it weighs as much as a quarter of a page.
_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Side:
    """One of the two sides of the portal."""

    cookie: str
    path: str
    same_site: str
    idle: timedelta
    login: str


PARENTS = Side("portail", "/", "Lax", timedelta(minutes=30), "/connexion")
AGENTS = Side("mairie", "/mairie", "Strict", timedelta(minutes=15), "/mairie/connexion")


class Session(SecureCookieSession):
    """What the cookie of one side holds, signed."""

    side: Side = PARENTS


class SessionInterface(SecureCookieSessionInterface):
    """Reads and writes the cookie of the side that the path belongs to."""

    def open_session(self, app: Flask, request: Request) -> Session:
        townhall = request.path == AGENTS.path or request.path.startswith(AGENTS.path + "/")
        side = AGENTS if townhall else PARENTS
        sent = "HTTP_COOKIE" in request.environ  # a sign-up has none, and to look for it takes what a form's field does
        value = request.cookies.get(_cookie(app, side)) if sent else None
        try:
            opened = Session(_signer(app, side).loads(value, max_age=int(_READ.total_seconds())) if value else {})
        except BadSignature:
            opened = Session()
        opened.side = side
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        shared = "public" in response.headers.get("Cache-Control", "")
        if session.accessed and not shared:  # Flask-Login looks into it at each answer
            vary(response, "Cookie")
        if not session.modified:
            return
        side = cast(Session, session).side
        options: dict[str, Any] = {
            "path": side.path,
            "secure": get_settings(app).secure,
            "httponly": True,
            "samesite": side.same_site,
        }
        if session:
            value = _signer(app, side).dumps(dict(session))
            response.set_cookie(_cookie(app, side), value, **options)
        else:
            response.delete_cookie(_cookie(app, side), **options)


def _cookie(app: Flask, side: Side) -> str:
    """Return the name of a side's cookie: browsers refuse `__Host-` and `__Secure-` when it is not set over TLS."""
    if not get_settings(app).secure:
        return side.cookie
    return f"__Host-{side.cookie}" if side.path == "/" else f"__Secure-{side.cookie}"


def _signer(app: Flask, side: Side) -> URLSafeTimedSerializer:
    """Return the signer of a side's cookie, which is worth nothing on the other: the key differs."""
    return URLSafeTimedSerializer(
        app.config["SECRET_KEY"],
        salt=f"session {side.cookie}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


class Parent(UserMixin):  # type: ignore[misc]
    """A parent signed in."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.id = account.id


class TownAgent(UserMixin):  # type: ignore[misc]
    """An agent signed in."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.id = agent.id


def sign_in(account: Account) -> None:
    """Open a session for a parent, in place of the one before: nothing of it stays but a form held for them."""
    _enter(Parent(account), account.epoch, account=account.id)


def sign_in_agent(agent: Agent) -> None:
    """Open a session for an agent, once every factor is proved."""
    _enter(TownAgent(agent), agent.epoch, agent=agent.id)


def sign_out() -> None:
    """End this session: a copy of its cookie opens nothing any more, nor does any address of the parent's drafts."""
    account = belonging.last_account() if cast(Session, session).side is PARENTS else None
    service.end(get_db(), session.get("id"), account)
    session.clear()
    login_manager._update_request_context_with_user()


def make_way(account: Account) -> bool:
    """Whether who just proved to be this account's owner has its session; whoever else had one here has it no more."""
    if not current_user.is_authenticated:
        session.clear()  # nor is whose sign-in ended here asked about any more
        return False
    if current_account().id == account.id:
        return True
    sign_out()
    return False


def current_account() -> Account:
    """Return the parent's account; only behind `login_required`, on the parents' side."""
    return cast(Parent, current_user).account


def current_agent() -> Agent:
    """Return the agent; only behind `login_required`, under /mairie."""
    return cast(TownAgent, current_user).agent


def _enter(user: UserMixin, epoch: int, *, account: int | None = None, agent: int | None = None) -> None:
    at, held = now(), session.get(held_forms.KEY)
    key = service.begin(get_db(), session.get("id"), at + LONGEST, account=account, agent=agent)
    session.clear()
    session.update(id=key, epoch=epoch, signed_in_at=stamp(at), seen_at=stamp(at))
    belonging.mark_forms(user.id)
    if held:
        session[held_forms.KEY] = held
    login_user(user)


def _load(user_id: str) -> UserMixin | None:
    """Return who is signed in, unless the session is over: idle, too long, closed, or ended by its account."""
    at, side = now(), cast(Session, session).side
    if not {"id", "epoch", "signed_in_at", "seen_at"} <= session.keys():
        return None
    if at - moment(session["seen_at"]) > side.idle or at - moment(session["signed_in_at"]) > LONGEST:
        return None
    if not service.is_open(get_db(), session["id"]):
        return None
    user = _agent(user_id) if side is AGENTS else _parent(user_id)
    if user is not None and at - moment(session["seen_at"]) >= _AGAIN:
        session["seen_at"] = stamp(at)
    return user


def _parent(user_id: str) -> Parent | None:
    account = accounts.by_id(get_db(), int(user_id))
    return Parent(account) if account and account.epoch == session["epoch"] else None


def _agent(user_id: str) -> TownAgent | None:
    agent = agents.by_id(get_db(), int(user_id))
    return TownAgent(agent) if agent and agent.epoch == session["epoch"] else None


def _ask_to_sign_in() -> BaseResponse:
    """Lead to the sign-in page of this side; a form sent after the session ended is brought back then."""
    side = cast(Session, session).side
    if request.method == "POST" and request.mimetype != "multipart/form-data":
        owner = belonging.owner_of_the_form() or belonging.last_account()
        if owner:
            held_forms.hold(agent=owner) if side is AGENTS else held_forms.hold(account=owner)
    return htmx.see_other(f"{side.login}?suite={quote(request.path)}")


def init_app(app: Flask) -> None:
    """Tie cookies, sessions and users together."""
    app.session_interface = SessionInterface()
    login_manager.session_protection = None  # it compares IP addresses, which change on a mobile network
    login_manager.user_loader(_load)
    login_manager.unauthorized_handler(_ask_to_sign_in)
