"""Who comes to the portal: a stranger, two parents, an agent of the reception, an agent who processes dossiers."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pyotp
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import CheckedClient, follow, submit
from tests.support.families import a_family
from tests.support.outbox import WRITTEN
from tests.support.walk import CONTACTS, IDENTITY, MANUAL, PASSWORD, link_of, signed_in
from wizard import clock
from wizard.db import transaction
from wizard.models import Account, AgentRole, Decision, DecisionLine, Dossier, Draft, DraftKind, Receipt
from wizard.services import agent_invitations, inviting, tokens, totp
from wizard.services.captcha import human
from wizard.stores import accounts, agents, declarations, dossiers, drafts

# Families' names that no page says by itself.
MARK_A, MARK_B = "Kervarrec", "Ploumanac"


@dataclass
class Actor:
    """Someone and their browser."""

    name: str
    client: CheckedClient
    _tokens: dict[tuple[str, ...], str] = field(default_factory=dict)

    def post(self, path: str, **data: object) -> TestResponse:
        """Post as a page of theirs would."""
        return self.client.post(path, data={"csrf_token": self.csrf(path), **data})

    def csrf(self, path: str) -> str:
        """Return the token of the page they would post to `path` from, read once while their cookies stay."""
        pages = ("/mairie", "/mairie/connexion") if path.startswith("/mairie") else ("/acces-oublie",)
        if (browser := (pages[0], *self._held())) not in self._tokens:
            token = next(token for token in map(csrf_of, map(self.client.get, pages)) if token)
            self._tokens[browser] = self._tokens[pages[0], *self._held()] = token
        return self._tokens[browser]

    def _held(self) -> list[str]:
        return sorted(f"{cookie.key}={cookie.value}" for cookie in self.client._cookies.values())


@dataclass
class Family:
    """A family deposited, and its account."""

    dossier: Dossier
    account: Account


@dataclass
class Cast:
    """Everyone, in the order of the table of routes."""

    anonymous: Actor
    parent_a: Actor
    parent_b: Actor
    reception: Actor
    agent: Actor
    a: Family
    b: Family


def a_parent(db: Database, mark: str, password_hash: str) -> Family:
    """Deposit a family whose parent signs in with PASSWORD."""
    dossier = a_family(db, name=mark)
    with transaction(db):
        accounts.set_password(db, dossier.account, password_hash)
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    return Family(dossier, account)


def sign_agent_in(client: CheckedClient, db: Database, email: str, password: str = PASSWORD) -> None:
    """Sign an agent in."""
    page = follow(client, submit(client, client.get("/mairie/connexion"), email=email, password=password))
    found = agents.by_email(db, email)
    assert found is not None
    code = pyotp.TOTP(found.totp_secret or "").at(clock.now())
    assert submit(client, page, code=code).status_code == 303


def csrf_of(page: TestResponse) -> str:
    """Return the CSRF token of a page, "" where there is none."""
    found = re.search(r'name="csrf_token" [^>]*value="([^"]*)"', page.text)
    return found[1] if found else ""


def an_agent(db: Database, email: str, role: AgentRole, password_hash: str) -> None:
    """Add an agent who signs in with PASSWORD, their phone enrolled."""
    agent = agents.add(db, email, role, password_hash, clock.now())
    agents.set_secret(db, agent, totp.new_secret())
    agents.spend_step(db, agent, 0)


def the_cast(app: Flask, db: Database, password_hash: str) -> Cast:
    """Bring everyone in, signed in where they can."""
    a, b = (a_parent(db, mark, password_hash) for mark in (MARK_A, MARK_B))
    an_agent(db, "accueil@oudon.example", AgentRole.RECEPTION, password_hash)
    an_agent(db, "instruction@oudon.example", AgentRole.CASEWORKER, password_hash)
    actors = [Actor(name, app.test_client()) for name in ("anonymous", "parent_a", "parent_b", "reception", "agent")]
    for actor, family in zip(actors[1:3], (a, b), strict=True):
        signed_in(actor.client, family.account.email)
    for actor, email in zip(actors[3:], ("accueil@oudon.example", "instruction@oudon.example"), strict=True):
        sign_agent_in(actor.client, db, email)
    return Cast(*actors, a=a, b=b)


def the_same(app: Flask, cast: Cast) -> Cast:
    """Return a cast in browsers of their own, which hold what theirs held, for a copy of its database."""

    def again(actor: Actor) -> Actor:
        client = app.test_client()
        client._cookies = dict(actor.client._cookies)
        return Actor(actor.name, client)

    actors = (cast.anonymous, cast.parent_a, cast.parent_b, cast.reception, cast.agent)
    return Cast(*map(again, actors), a=cast.a, b=cast.b)


def filled(**values: object) -> dict[str, list[str]]:
    """Return what a form submits, as a draft keeps it."""
    return {name: [str(value)] for name, value in values.items()}


def a_signup(db: Database, email: str = "nouvelle@exemple.fr", mark: str = MARK_A, *, proved: bool = False) -> str:
    """Return the token of a sign-up that waits for its last step; `proved` is past the security check."""
    answers = {
        "ouverture": filled(enfance_key="AAAA-BBBB", key_origin="generated"),
        "identite": filled(**IDENTITY | {"birth_name": mark}),
        "adresse": filled(manual="1", **MANUAL),
        "contacts": filled(**CONTACTS | {"email": email}),
    }
    return _a_draft(db, DraftKind.SIGNUP, None, answers, proved=proved)


def an_entourage(db: Database, account: int, mark: str = MARK_A) -> str:
    """Return the token of an entourage in which one child is declared."""
    child = filled(
        birth_name=mark, given_name="Nolwenn", birthdate="03/09/2019", link="mother", residence="here", entry="0a1b2c3d"
    )
    answers = {"ouverture": filled(), "membre:0a1b2c3d": child}
    return _a_draft(db, DraftKind.ENTOURAGE, account, answers)


def _a_draft(
    db: Database,
    kind: DraftKind,
    account: int | None,
    answers: dict[str, dict[str, list[str]]],
    *,
    proved: bool = False,
) -> str:
    now, life = clock.now(), timedelta(hours=24)
    with transaction(db):
        draft = drafts.add(db, kind, now - timedelta(minutes=1), life, account)
        for step, data in answers.items():
            drafts.save(db, draft, step, data)
        if proved:
            drafts.set_human(db, draft, now)
        return drafts.add_token(db, draft, now, life)


def loaded(db: Database, token: str, kind: DraftKind = DraftKind.SIGNUP) -> Draft:
    """Return the draft as it is now."""
    draft = drafts.load(db, token, kind, clock.now())
    assert draft is not None
    return draft


def a_receipt(db: Database, kind: DraftKind, account: int, dossier: int | None) -> str:
    """Return the token of a finished draft."""
    now, life = clock.now(), timedelta(days=1)
    with transaction(db):
        draft = drafts.add(db, kind, now, life, account)
        token = drafts.add_token(db, draft, now, life)
        drafts.finish(db, Draft(draft, kind, account, 0, None, now, {}), account, dossier, now + life)
    assert drafts.receipt(db, token, kind, now) == Receipt(kind, account, dossier)
    return token


def a_link(app: Flask, db: Database, purpose: str, account: int | None = None, **options: object) -> str:
    """Return the token of a link that the portal would mail."""
    with app.app_context(), transaction(db):
        issued = tokens.issue(db, purpose, account=account, lifetime=timedelta(hours=1), **options)  # type: ignore[arg-type]
    return issued.token


def an_invitation(app: Flask, db: Database, account: Account, person: int) -> str:
    """Return the token of the link that a co-representative is mailed."""
    with app.test_request_context():
        inviting.invite(db, account, person, ())
    query = WRITTEN + " WHERE name = 'invitation' ORDER BY id DESC LIMIT 1"
    (mail,) = db.query(query)
    return link_of(mail["body_text"], "/invitation").rpartition("/")[2]


def an_invited_agent(app: Flask, db: Database, email: str = "nouveau@oudon.example", role: str = "accueil") -> str:
    """Return the token of the link that an agent is mailed."""
    by = agents.every(db)[0]
    with app.test_request_context():
        agent_invitations.invite(db, by, email, "Nouvel agent", AgentRole(role))
    query = WRITTEN + " WHERE name = 'agent_invitation' ORDER BY id DESC LIMIT 1"
    (mail,) = db.query(query)
    return link_of(mail["body_text"], "/mairie/invitation").rpartition("/")[2]


def right_icon(app: Flask, db: Database, token: str) -> dict[str, str]:
    """Return the answer that the page of a sign-up's last step asks for, with what goes with it."""
    draft, shown = loaded(db, token), human.period(clock.now())
    with app.test_request_context():
        answer = human.board(draft.id, draft.revision, shown).answer
    return {"security_icon": str(answer), "shown": str(shown), "revision": str(draft.revision)}


def decided(db: Database, dossier: Dossier) -> None:
    """Let every person of a dossier be accepted, not answered yet."""
    with transaction(db):
        for line in dossier.lines:
            accepted = DecisionLine(line.person, Decision.ACCEPTED, None, None)
            dossiers.set_decision(db, dossier.id, accepted, declarations.latest_in(db, dossier.id, line.person))
    assert all(line.decision for line in (dossiers.by_id(db, dossier.id) or dossier).lines)
