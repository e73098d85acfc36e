"""What each route answers to each of the cast: a status, or the page it leads to.

The addresses are parent A's: their drafts, their receipts, the links mailed to them, their dossier.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.security.actors import (
    Actor,
    Cast,
    a_link,
    a_receipt,
    a_signup,
    an_entourage,
    an_invitation,
    an_invited_agent,
)
from tests.support.families import a_co_parent, a_family, decide
from wizard.clock import now, today
from wizard.db import transaction
from wizard.models import DraftKind, NoteKind
from wizard.services.documents import keeping
from wizard.services.documents.conversion import Converted
from wizard.services.duplicates import finding
from wizard.stores import agents, notes
from wizard.values import school_years

Answer = int | str

PUBLIC: tuple[Answer, ...] = (200,) * 5
# Who holds the address holds the page: nothing else opens it, so there is nobody to tell apart (see `unknown`).
BY_ADDRESS = PUBLIC
# An account's draft is none of another's session; a browser without one may be the town's frame.
OWN_DRAFT: tuple[Answer, ...] = (200, 200, 403, 200, 200)
# An agent's cookie goes to /mairie alone: elsewhere, they are strangers.
PARENTS: tuple[Answer, ...] = ("/connexion", 200, 200, "/connexion", "/connexion")
# A contact of one household is nobody in another.
OWN_CONTACT: tuple[Answer, ...] = ("/connexion", 200, 404, "/connexion", "/connexion")
# What one home sees of the other is for who shares a child with it (see tests/homes).
OTHER_HOME: tuple[Answer, ...] = ("/connexion", 404, 404, "/connexion", "/connexion")
AGENTS: tuple[Answer, ...] = ("/mairie/connexion",) * 3 + (200, 200)
PROCESSING: tuple[Answer, ...] = ("/mairie/connexion",) * 3 + (403, 200)
# An administrator is none of the cast: what their pages open to them is in tests/townhall/test_roles.py.
ADMINISTRATION: tuple[Answer, ...] = ("/mairie/connexion",) * 3 + (403, 403)


def same(answer: Answer) -> tuple[Answer, ...]:
    """The same answer to everyone."""
    return (answer,) * 5


def instead(expected: tuple[Answer, ...], answer: Answer) -> tuple[Answer, ...]:
    """`expected`, with `answer` where it says 200."""
    return tuple(answer if one == 200 else one for one in expected)


@dataclass(frozen=True)
class Route:
    """A rule and a method: the values of its address, what is posted, what is answered to each.

    `unknown` is what anyone gets with a made-up token in place of parent A's.
    """

    method: str
    rule: str
    answers: tuple[Answer, ...]
    values: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    unknown: int | None = None


_DRAFT, _STEP_1 = {"token": "signup"}, {"token": "entourage", "slug": "etape-1"}
_CHILDREN, _CHILD = (
    {"token": "entourage", "kind": "membre"},
    {"token": "entourage", "kind": "membre", "entry": "0a1b2c3d"},
)
_A_CHILD, _OF_A_YEAR = {"child": "child"}, {"year": "year", "slug": "accueils"}
_FAMILY, _CONTACT = {"household": "household"}, {"household": "household", "person": "contact"}
_DOCUMENT = {"child": "contact", "year": "2026-2027", "name": "0123456789ab"}
_HELD = {"document": "document", "page": "1"}
_WRONG = {"password": "ce n'est pas celui-là 9"}

# In the order of a life: what ends a draft, a session or an account comes last.
ROUTES = (
    Route("GET", "/", PUBLIC),
    Route("GET", "/confidentialite", PUBLIC),
    Route("GET", "/accessibilite", PUBLIC),
    Route("GET", "/integration", PUBLIC),
    Route("GET", "/embed.js", PUBLIC),
    Route("GET", "/healthz", PUBLIC),
    Route("GET", "/metrics", same(404)),
    Route("GET", "/logo", same(404)),
    Route("GET", "/static/<name>", same(404), {"name": "inconnu.js"}),
    Route("GET", "/adresses", PUBLIC),
    Route("GET", "/communes", PUBLIC),
    Route("GET", "/inscription", PUBLIC),
    Route("POST", "/inscription", same(303)),
    Route("GET", "/inscription/<token>/<slug>", BY_ADDRESS, _DRAFT | {"slug": "identite"}, unknown=410),
    Route("POST", "/inscription/<token>/<slug>", same(422), _DRAFT | {"slug": "contacts"}, {"email": ""}, 410),
    Route("POST", "/inscription/<token>/force", BY_ADDRESS, _DRAFT, {"password": "quelques mots"}, 204),
    Route("GET", "/inscription/<token>/plus-tard", BY_ADDRESS, _DRAFT, unknown=410),
    Route("POST", "/inscription/<token>/plus-tard", same(422), _DRAFT, {"email": "non"}, 410),
    Route("GET", "/inscription/<token>/confirmation", BY_ADDRESS, {"token": "signed_up"}, unknown=410),
    Route("POST", "/inscription/<token>/confirmation", BY_ADDRESS, {"token": "signed_up"}, {"code": "000000"}, 410),
    Route("GET", "/inscription/<token>/confirmation/attente", BY_ADDRESS, {"token": "signed_up"}, unknown=410),
    Route("GET", "/inscription/reprendre/<link>", BY_ADDRESS, {"link": "resume"}, unknown=410),
    Route("POST", "/inscription/reprendre/<link>", same(303), {"link": "resume"}, unknown=410),
    Route("GET", "/entourage", PUBLIC),
    Route("POST", "/entourage", (422, 303, 303, 422, 422)),
    Route("GET", "/entourage/<token>", OWN_DRAFT, {"token": "entourage"}, unknown=410),
    Route("GET", "/entourage/<token>/<slug>", OWN_DRAFT, _STEP_1, unknown=410),
    Route(
        "POST",
        "/entourage/<token>/<slug>",
        instead(OWN_DRAFT, 303),
        {"token": "entourage", "slug": "etape-1"},
        unknown=410,
    ),
    Route(
        "GET",
        "/entourage/<token>/etape-1/<kind>",
        OWN_DRAFT,
        _CHILDREN,
        unknown=410,
    ),
    Route(
        "POST",
        "/entourage/<token>/etape-1/<kind>",
        instead(OWN_DRAFT, 422),
        _CHILDREN,
        unknown=410,
    ),
    Route("GET", "/entourage/<token>/etape-1/<kind>/<entry>", OWN_DRAFT, _CHILD, unknown=410),
    Route("POST", "/entourage/<token>/etape-1/<kind>/<entry>", instead(OWN_DRAFT, 422), _CHILD, unknown=410),
    Route("POST", "/entourage/<token>/etape-1/<kind>/<entry>/retirer", instead(OWN_DRAFT, 303), _CHILD, unknown=410),
    Route("POST", "/entourage/<token>/etape-1/<kind>/<entry>/remettre", instead(OWN_DRAFT, 303), _CHILD, unknown=410),
    Route("GET", "/entourage/<token>/depose", OWN_DRAFT, {"token": "deposited"}, unknown=410),
    Route("GET", "/activation/<token>", BY_ADDRESS, {"token": "activation"}, unknown=404),
    Route("POST", "/activation/<token>", same(422), {"token": "activation"}, _WRONG, unknown=404),
    Route("POST", "/activation/<token>/renvoi", BY_ADDRESS, {"token": "activation"}, unknown=404),
    Route("GET", "/acces-oublie", PUBLIC),
    Route("POST", "/acces-oublie", PUBLIC, data={"email": "inconnue@exemple.fr"}),
    Route("GET", "/mot-de-passe/<token>", BY_ADDRESS, {"token": "password"}, unknown=410),
    Route("POST", "/mot-de-passe/<token>", same(422), {"token": "password"}, {"password": "court"}, 410),
    Route("POST", "/mot-de-passe/<token>/force", BY_ADDRESS, {"token": "password"}, {"password": "court"}, 204),
    Route("GET", "/connexion", (200, 303, 303, 200, 200)),
    Route("POST", "/connexion", same(422), data={"username": "personne", **_WRONG}),
    Route("GET", "/espace", PARENTS),
    Route("GET", "/espace/confirmer", PARENTS),
    Route("POST", "/espace/confirmer", (*PARENTS[:1], "/espace/confirmer", "/espace/confirmer", *PARENTS[3:])),
    Route("POST", "/espace/personnes/<int:person>/prevenir", instead(OWN_CONTACT, 303), {"person": "contact"}),
    Route("GET", "/contact/<token>", BY_ADDRESS, {"token": "named"}, unknown=410),
    Route("POST", "/contact/<token>", same(303), {"token": "named"}, unknown=410),
    Route("GET", "/contact/<token>/refus", BY_ADDRESS, {"token": "named"}, unknown=410),
    Route("POST", "/contact/<token>/refus", same(422), {"token": "named"}, unknown=410),
    Route("GET", "/espace/personnes/<int:person>/retirer", OWN_CONTACT, {"person": "contact"}),
    Route("POST", "/espace/personnes/<int:person>/retirer", instead(OWN_CONTACT, 422), {"person": "contact"}),
    Route("GET", "/espace/dossiers/<reference>/annuler", OWN_CONTACT, {"reference": "reference"}),
    Route(
        "POST",
        "/espace/dossiers/<reference>/annuler",
        instead(OWN_CONTACT, "/espace"),
        {"reference": "reference"},
    ),
    # This town asks for no document; who may send one is in tests/documents.
    Route("GET", "/espace/enfants/<int:child>/dossier/<year>/documents/<name>", OTHER_HOME, _DOCUMENT),
    Route("POST", "/espace/enfants/<int:child>/dossier/<year>/documents/<name>", OTHER_HOME, _DOCUMENT),
    Route("POST", "/documents/envois", OTHER_HOME, data={"child": "2", "year": "2026-2027", "kind": "assurance"}),
    Route("GET", "/espace/documents", PARENTS),
    Route("GET", "/espace/documents/<int:document>", OWN_CONTACT, _HELD),
    Route("GET", "/espace/documents/<int:document>/apercu/<int:page>", OWN_CONTACT, _HELD),
    Route("GET", "/espace/documents/<int:document>/supprimer", OWN_CONTACT, _HELD),
    # Of what is another's, and of what is nothing, it is said alike that it is there no more: see tests/documents.
    Route("POST", "/espace/documents/<int:document>/supprimer", instead(PARENTS, 303), _HELD),
    Route("GET", "/espace/documents/pli/<int:child>/<year>", OTHER_HOME, _A_CHILD | {"year": "2026-2027"}),
    Route("GET", "/espace/donnees", PARENTS),
    Route("GET", "/espace/donnees/copie.<any(json, csv):kind>", PARENTS, {"kind": "json"}),
    Route("GET", "/espace/donnees/identite", PARENTS),
    Route("POST", "/espace/donnees/identite", instead(PARENTS, 422), data={"birth_name": ""}),
    Route("GET", "/espace/donnees/adresse", PARENTS),
    Route("POST", "/espace/donnees/adresse", instead(PARENTS, 422), data={"address_query": ""}),
    Route("GET", "/espace/donnees/mot-de-passe", PARENTS),
    Route("POST", "/espace/donnees/mot-de-passe", instead(PARENTS, 422), data=_WRONG | {"new_password": "court"}),
    Route("POST", "/espace/donnees/mot-de-passe/force", (204, 200, 200, 204, 204), data={"new_password": "court"}),
    Route("GET", "/espace/donnees/courriel", PARENTS),
    Route("POST", "/espace/donnees/courriel", instead(PARENTS, 422), data=_WRONG | {"email": "non"}),
    Route("GET", "/espace/donnees/suppression", PARENTS),
    Route("POST", "/espace/donnees/suppression", instead(PARENTS, 422), data=_WRONG),
    Route("GET", "/courriel/<token>", BY_ADDRESS, {"token": "email"}, unknown=410),
    Route("GET", "/suppression/faite", PUBLIC),
    Route("GET", "/suppression/<token>", BY_ADDRESS, {"token": "deletion"}, unknown=410),
    Route("POST", "/suppression/<token>", same(422), {"token": "deletion"}, unknown=410),
    Route("GET", "/mairie/connexion", (200, 200, 200, 303, 303)),
    Route("POST", "/mairie/connexion", (422, 422, 422, 303, 303), data={"email": "x@oudon.example", **_WRONG}),
    Route("GET", "/mairie/connexion/code", same("/mairie/connexion")),
    Route("POST", "/mairie/connexion/code", same("/mairie/connexion"), data={"code": "000000"}),
    Route("GET", "/mairie", AGENTS),
    Route("POST", "/mairie", (*AGENTS[:3], 404, 200), data={"text": "Ploumanac"}),
    Route("POST", "/mairie/suivant", instead(PROCESSING, 303), data={"filtre": "hors-commune"}),
    Route("POST", "/mairie/accepter", PROCESSING, data={"dossier": "AAAAAAAA:1"}),
    Route("POST", "/mairie/retraits", instead(AGENTS, 303), data={"withdrawal": "1", "amendment": "1"}),
    Route("GET", "/mairie/dossiers/<reference>", PROCESSING, {"reference": "reference"}),
    Route("GET", "/mairie/dossiers/<reference>/journal", PROCESSING, {"reference": "reference"}),
    Route("POST", "/mairie/dossiers/<reference>", instead(PROCESSING, 303), {"reference": "reference"}),
    Route("POST", "/mairie/dossiers/<reference>/famille", instead(PROCESSING, 303), {"reference": "reference"}),
    Route("GET", "/mairie/dossiers/<reference>/reponse", PROCESSING, {"reference": "reference"}),
    Route("POST", "/mairie/dossiers/<reference>/reponse", instead(PROCESSING, 409), {"reference": "reference"}),
    Route("POST", "/mairie/dossiers/<reference>/annuler-envoi", instead(PROCESSING, 303), {"reference": "reference"}),
    Route("POST", "/mairie/dossiers/<reference>/rouvrir", instead(PROCESSING, 303), {"reference": "reference"}),
    Route("GET", "/mairie/portail", PROCESSING),
    Route("GET", "/mairie/enfants/<int:child>/dossier/<year>", PROCESSING, _A_CHILD | _OF_A_YEAR),
    Route("POST", "/mairie/enfants/<int:child>/dossier/<year>", instead(PROCESSING, 422), _A_CHILD | _OF_A_YEAR),
    # Those in charge of health are none of the cast: what their pages open to them is in tests/townhall/test_roles.py.
    Route("GET", "/mairie/enfants/<int:child>/pli/<year>", ADMINISTRATION, _A_CHILD | _OF_A_YEAR),
    Route("POST", "/mairie/enfants/<int:child>/pli/<year>", ADMINISTRATION, _A_CHILD | _OF_A_YEAR),
    Route("GET", "/mairie/documents/<int:document>", instead(PROCESSING, 404), {"document": "child"}),
    Route(
        "GET",
        "/mairie/documents/<int:document>/apercu/<int:page>",
        instead(PROCESSING, 404),
        {"document": "child", "page": "child"},
    ),
    Route("GET", "/mairie/dossiers-administratifs", PROCESSING),
    Route("POST", "/mairie/dossiers-administratifs/relancer", instead(PROCESSING, 303)),
    Route("GET", "/mairie/cantine", PROCESSING),
    Route("POST", "/mairie/cantine", PROCESSING),
    Route("GET", "/mairie/chiffres", PROCESSING),
    Route("GET", "/mairie/exports", PROCESSING),
    Route("GET", "/mairie/exports/<profile>", PROCESSING, {"profile": "noethysweb"}),
    Route("POST", "/mairie/exports/<profile>", PROCESSING, {"profile": "csv"}, {"what": "all"}),
    Route("POST", "/mairie/exports/<profile>/retraits", instead(PROCESSING, 303), {"profile": "csv"}),
    Route("GET", "/api/v1/openapi.json", PUBLIC),
    Route("GET", "/api/v1/<resource>", same(401), {"resource": "families"}),
    Route("GET", "/mairie/doublons/<int:likeness>", PROCESSING, {"likeness": "likeness"}),
    Route("POST", "/mairie/doublons/<int:likeness>/ecarter", instead(PROCESSING, 303), {"likeness": "likeness"}),
    Route("POST", "/mairie/doublons/<int:likeness>/revoir", instead(PROCESSING, 303), {"likeness": "likeness"}),
    Route("POST", "/mairie/doublons/<int:likeness>/reunir", instead(PROCESSING, 409), {"likeness": "likeness"}),
    Route("GET", "/mairie/reunions/<int:merge>", instead(PROCESSING, 404), {"merge": "999"}),
    Route("POST", "/mairie/reunions/<int:merge>/defaire", instead(PROCESSING, 303), {"merge": "999"}),
    Route("GET", "/mairie/aide", AGENTS),
    Route("GET", "/mairie/familles/<int:household>", PROCESSING, _FAMILY),
    Route("GET", "/mairie/familles/<int:household>/fiche", PROCESSING, _FAMILY),
    Route("GET", "/mairie/familles/<int:household>/adresse", PROCESSING, _FAMILY),
    Route("POST", "/mairie/familles/<int:household>/adresse", instead(PROCESSING, 422), _FAMILY),
    Route("GET", "/mairie/familles/<int:household>/personnes/<int:person>", PROCESSING, _CONTACT),
    Route("POST", "/mairie/familles/<int:household>/personnes/<int:person>", instead(PROCESSING, 422), _CONTACT),
    Route("GET", "/mairie/familles/<int:household>/personnes/<int:person>/retirer", PROCESSING, _CONTACT),
    Route(
        "POST", "/mairie/familles/<int:household>/personnes/<int:person>/retirer", instead(PROCESSING, 422), _CONTACT
    ),
    Route("POST", "/mairie/familles/<int:household>/notes", instead(PROCESSING, 422), _FAMILY),
    Route("GET", "/mairie/familles/<int:household>/notes/<int:note>", PROCESSING, _FAMILY | {"note": "note"}),
    Route(
        "POST",
        "/mairie/familles/<int:household>/notes/<int:note>",
        instead(PROCESSING, 422),
        _FAMILY | {"note": "note"},
    ),
    Route(
        "POST",
        "/mairie/familles/<int:household>/notes/<int:note>/fin",
        instead(PROCESSING, 303),
        _FAMILY | {"note": "note"},
    ),
    Route("GET", "/mairie/familles-connues", PROCESSING),
    Route("POST", "/mairie/familles-connues", instead(PROCESSING, 422)),
    Route("POST", "/mairie/familles-connues/importer", instead(PROCESSING, 409)),
    Route("GET", "/mairie/familles-connues/peut-etre", PROCESSING),
    Route("POST", "/mairie/familles-connues/peut-etre/<int:household>", instead(PROCESSING, 303), _FAMILY),
    Route("GET", "/mairie/familles-connues/sans-compte", PROCESSING),
    Route("GET", "/mairie/mot-de-passe", AGENTS),
    Route("POST", "/mairie/mot-de-passe", instead(AGENTS, 422), data=_WRONG | {"new_password": "court"}),
    Route("GET", "/mairie/agents", ADMINISTRATION),
    Route("GET", "/mairie/agents/inviter", ADMINISTRATION),
    Route("POST", "/mairie/agents/inviter", ADMINISTRATION),
    Route("GET", "/mairie/agents/<int:agent>", ADMINISTRATION, {"agent": "1"}),
    Route("POST", "/mairie/agents/<int:agent>", ADMINISTRATION, {"agent": "1"}),
    Route("POST", "/mairie/agents/<int:agent>/inviter", ADMINISTRATION, {"agent": "1"}),
    Route("POST", "/mairie/agents/<int:agent>/retirer", ADMINISTRATION, {"agent": "1"}),
    Route("GET", "/mairie/invitation/<token>", BY_ADDRESS, {"token": "agent_invitation"}, unknown=410),
    Route("POST", "/mairie/invitation/<token>", same(422), {"token": "agent_invitation"}, unknown=410),
    Route("GET", "/mairie/motifs", ADMINISTRATION),
    Route("GET", "/mairie/motifs/nouveau", ADMINISTRATION),
    Route("POST", "/mairie/motifs/nouveau", ADMINISTRATION),
    Route("GET", "/mairie/motifs/<code>", ADMINISTRATION, {"code": "duplicate"}),
    Route("POST", "/mairie/motifs/<code>", ADMINISTRATION, {"code": "duplicate"}),
    Route("POST", "/mairie/motifs/<code>/retirer", ADMINISTRATION, {"code": "duplicate"}),
    Route("POST", "/mairie/motifs/<code>/proposer", ADMINISTRATION, {"code": "duplicate"}),
    Route("POST", "/mairie/motifs/<code>/place", ADMINISTRATION, {"code": "duplicate"}),
    Route("GET", "/mairie/conservation", ADMINISTRATION),
    Route("GET", "/mairie/tracabilite", ADMINISTRATION),
    Route(
        "POST",
        "/mairie/tracabilite/<reference>/copie.<any(json, csv):kind>",
        ADMINISTRATION,
        {"reference": "reference", "kind": "json"},
    ),
    Route("GET", "/mairie/tracabilite/<reference>/effacer", ADMINISTRATION, {"reference": "reference"}),
    Route("POST", "/mairie/tracabilite/<reference>/effacer", ADMINISTRATION, {"reference": "reference"}),
    Route("GET", "/espace/personnes/<int:person>/contester", OTHER_HOME, {"person": "contact"}),
    Route("POST", "/espace/personnes/<int:person>/contester", OTHER_HOME, {"person": "contact"}),
    Route("POST", "/espace/personnes/<int:person>/ne-plus-contester", OTHER_HOME, {"person": "contact"}),
    Route("GET", "/espace/un-jour", PARENTS),
    Route("POST", "/espace/un-jour", instead(PARENTS, 422), data=_WRONG),
    *(
        Route("POST", f"/espace/un-jour/{gesture}", instead(PARENTS, "/espace/un-jour"), data={"one_day": "1"})
        for gesture in ("retirer", "contester", "ne-plus-contester")
    ),
    Route("GET", "/espace/enfants/<int:child>/dossier", OWN_CONTACT, _A_CHILD),
    Route("GET", "/espace/enfants/<int:child>/dossier/<year>/<slug>", OWN_CONTACT, _A_CHILD | _OF_A_YEAR),
    Route(
        "POST", "/espace/enfants/<int:child>/dossier/<year>/<slug>", instead(OWN_CONTACT, 422), _A_CHILD | _OF_A_YEAR
    ),
    Route("GET", "/espace/enfants/<int:child>/dossier/<year>/pli", OWN_CONTACT, _A_CHILD | _OF_A_YEAR),
    Route("GET", "/espace/enfants/<int:child>/autorisations", OWN_CONTACT, _A_CHILD),
    Route(
        "POST",
        "/espace/enfants/<int:child>/autorisations/retirer",
        instead(OWN_CONTACT, 303),
        _A_CHILD,
        {"year": school_years.of(today()), "purpose": "swimming"},
    ),
    Route("GET", "/espace/reconduire", PARENTS),
    Route("POST", "/espace/reconduire", instead(PARENTS, "/espace")),
    Route("POST", "/mairie/contestations", instead(AGENTS, 303), data={"objection": "1"}),
    Route(
        "POST",
        "/mairie/contestations/<int:objection>",
        instead(PROCESSING, 303),
        {"objection": "1"},
        {"decision": "lever"},
    ),
    Route("GET", "/invitation/<token>", BY_ADDRESS, {"token": "invitation"}, unknown=410),
    Route("POST", "/invitation/<token>", (422, 409, "/espace", 422, 422), {"token": "invitation"}, unknown=410),
    Route("POST", "/espace/invitation", instead(PARENTS, "/espace")),
    Route("POST", "/espace/personnes/<int:person>/inviter", instead(OWN_CONTACT, "/espace"), {"person": "co_parent"}),
    Route(
        "POST", "/espace/personnes/<int:person>/inviter/annuler", instead(PARENTS, "/espace"), {"person": "co_parent"}
    ),
    Route("POST", "/mairie/deconnexion", same("/mairie/connexion")),
    Route("POST", "/deconnexion", same("/")),
    Route("POST", "/courriel/<token>", BY_ADDRESS, {"token": "email"}, unknown=410),
    Route("POST", "/entourage/<token>/terminer", same("/entourage"), {"token": "entourage"}, unknown=303),
)


def places(app: Flask, db: Database, cast: Cast) -> dict[str, str]:
    """Return what parent A holds and could lose: a token for each kind of address, and a reference."""
    account, dossier = cast.a.account.id, cast.a.dossier.id
    waiting = _an_account_that_waits(db)
    co_parent = a_co_parent(db, cast.a.dossier)
    signup = a_signup(db)
    draft = db.execute("SELECT max(id) FROM drafts").fetchone()[0]
    return {
        "signup": signup,
        "resume": a_link(app, db, "resume", draft=draft),
        "signed_up": a_receipt(db, DraftKind.SIGNUP, account, None),
        "entourage": an_entourage(db, account),
        "deposited": a_receipt(db, DraftKind.ENTOURAGE, account, dossier),
        "activation": a_link(app, db, "activation", waiting),
        "password": a_link(app, db, "password", account),
        "email": a_link(app, db, "email", account, email="kervarrec@ailleurs.example"),
        "deletion": a_link(app, db, "deletion", account),
        "named": a_link(app, db, "contact", contact=_a_contact_told(db), email="jeanne@exemple.fr"),
        "reference": cast.a.dossier.reference,
        "co_parent": str(co_parent),
        "invitation": an_invitation(app, db, cast.a.account, co_parent),
        "agent_invitation": an_invited_agent(app, db),
        "contact": str(cast.a.dossier.lines[2].person),
        "child": str(cast.a.dossier.lines[1].person),
        "year": school_years.of(today()),
        "likeness": str(_a_likeness(db)),
        "household": str(cast.a.dossier.household),
        "document": str(_a_document(app, db, cast)),
        "note": str(_a_note(db, cast)),
    }


def _a_likeness(db: Database) -> int:
    """Let two families declare the same child."""
    a_family(db, "Kerjean", "Alix", "+33600000001")
    a_family(db, "Kerjean", "Solène", "+33600000002")
    while finding.catch_up(db):
        pass
    return int(db.execute("SELECT max(id) FROM likenesses").fetchone()[0])


def _a_note(db: Database, cast: Cast) -> int:
    """Let the agent of the cast write a note about parent A's family."""
    agent = agents.by_email(db, "instruction@oudon.example")
    assert agent is not None
    with transaction(db):
        notes.add(db, cast.a.dossier.household, NoteKind.SITUATION, "À rappeler.", now(), agent.id, "une page")
    return notes.of_household(db, cast.a.dossier.household)[0].id


def _a_document(app: Flask, db: Database, cast: Cast) -> int:
    """Let parent A give a document of their whole family."""
    clean = Converted("application/pdf", b"a document", (b"its page",), 1, analysed=False)
    with app.app_context():
        return keeping.keep(db, cast.a.account, "domicile", None, school_years.of(today()), clean, None)


def _an_account_that_waits(db: Database) -> int:
    account = a_family(db, name="Trévidic").account
    db.execute("UPDATE accounts SET activated_at = NULL WHERE id = ?", (account,))
    return account


def _a_contact_told(db: Database) -> int:
    """Let another family's contact, who has an address, be accepted."""
    dossier = a_family(db, name="Guirriec")
    contact = dossier.lines[2].person
    decide(db, dossier.id)
    db.execute("UPDATE people SET email = 'jeanne@exemple.fr' WHERE id = ?", (contact,))
    return contact


def address(route: Route, held: dict[str, str]) -> str:
    """Return the address of a route, filled with what parent A holds."""
    values = {name: held.get(value, value) for name, value in route.values.items()}
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: values[found[1]], route.rule)


def ask(actor: Actor, route: Route, path: str) -> TestResponse:
    return actor.client.get(path) if route.method == "GET" else actor.post(path, **route.data)
