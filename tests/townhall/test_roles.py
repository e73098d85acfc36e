"""Every page of the town hall × every role: what each opens, and to whom it does not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.support.families import a_family
from tests.townhall.browsers import Browser
from wizard.models import AgentRole

EVERYONE = frozenset(AgentRole)
AGENTS = frozenset({AgentRole.CASEWORKER, AgentRole.RECEPTION})
PROCESSING = frozenset({AgentRole.CASEWORKER})
ADMINISTRATION = frozenset({AgentRole.ADMINISTRATOR})
HEALTH = frozenset({AgentRole.HEALTH})
WITH_CHILDREN = PROCESSING | HEALTH


@dataclass(frozen=True)
class Page:
    """A rule, a method, the roles that it opens to, and what fills its address."""

    method: str
    rule: str
    roles: frozenset[AgentRole]
    data: dict[str, Any] = field(default_factory=dict)


PAGES = (
    Page("GET", "/mairie", EVERYONE),
    Page("POST", "/mairie", AGENTS, {"text": "personne"}),
    Page("POST", "/mairie/retraits", AGENTS),
    Page("POST", "/mairie/suivant", PROCESSING),
    Page("POST", "/mairie/accepter", PROCESSING),
    Page("GET", "/mairie/dossiers/<reference>", PROCESSING),
    Page("GET", "/mairie/dossiers/<reference>/journal", PROCESSING),
    Page("POST", "/mairie/dossiers/<reference>", PROCESSING),
    Page("POST", "/mairie/dossiers/<reference>/famille", PROCESSING),
    Page("GET", "/mairie/dossiers/<reference>/reponse", PROCESSING),
    Page("POST", "/mairie/dossiers/<reference>/reponse", PROCESSING),
    Page("POST", "/mairie/dossiers/<reference>/rouvrir", PROCESSING),
    Page("GET", "/mairie/familles/<int:household>", PROCESSING),
    Page("GET", "/mairie/familles/<int:household>/fiche", PROCESSING),
    Page("GET", "/mairie/familles/<int:household>/adresse", PROCESSING),
    Page("POST", "/mairie/familles/<int:household>/adresse", PROCESSING),
    Page("GET", "/mairie/familles/<int:household>/personnes/<int:person>", PROCESSING),
    Page("POST", "/mairie/familles/<int:household>/personnes/<int:person>", PROCESSING),
    Page("GET", "/mairie/familles/<int:household>/personnes/<int:person>/retirer", PROCESSING),
    Page("POST", "/mairie/familles/<int:household>/personnes/<int:person>/retirer", PROCESSING),
    Page("POST", "/mairie/familles/<int:household>/notes", PROCESSING),
    Page("GET", "/mairie/familles/<int:household>/notes/<int:note>", PROCESSING),
    Page("POST", "/mairie/familles/<int:household>/notes/<int:note>", PROCESSING),
    Page("POST", "/mairie/familles/<int:household>/notes/<int:note>/fin", PROCESSING),
    Page("POST", "/mairie/contestations", AGENTS),
    Page("POST", "/mairie/contestations/<int:objection>", PROCESSING, {"decision": "lever"}),
    Page("GET", "/mairie/familles-connues", PROCESSING),
    Page("POST", "/mairie/familles-connues", PROCESSING),
    Page("POST", "/mairie/familles-connues/importer", PROCESSING),
    Page("GET", "/mairie/familles-connues/peut-etre", PROCESSING),
    Page("POST", "/mairie/familles-connues/peut-etre/<int:household>", PROCESSING),
    Page("GET", "/mairie/familles-connues/sans-compte", PROCESSING),
    Page("POST", "/mairie/dossiers/<reference>/annuler-envoi", PROCESSING),
    Page("GET", "/mairie/doublons/<int:likeness>", PROCESSING),
    Page("POST", "/mairie/doublons/<int:likeness>/ecarter", PROCESSING),
    Page("POST", "/mairie/doublons/<int:likeness>/revoir", PROCESSING),
    Page("POST", "/mairie/doublons/<int:likeness>/reunir", PROCESSING),
    Page("GET", "/mairie/reunions/<int:merge>", PROCESSING),
    Page("POST", "/mairie/reunions/<int:merge>/defaire", PROCESSING),
    Page("GET", "/mairie/exports", PROCESSING),
    Page("GET", "/mairie/exports/<profile>", PROCESSING),
    Page("POST", "/mairie/exports/<profile>", PROCESSING),
    Page("POST", "/mairie/exports/<profile>/retraits", PROCESSING),
    Page("GET", "/mairie/portail", PROCESSING),
    Page("GET", "/mairie/enfants/<int:child>/dossier/<year>", WITH_CHILDREN),
    Page("POST", "/mairie/enfants/<int:child>/dossier/<year>", WITH_CHILDREN),
    Page("GET", "/mairie/enfants/<int:child>/pli/<year>", HEALTH),
    Page("POST", "/mairie/enfants/<int:child>/pli/<year>", HEALTH),
    Page("GET", "/mairie/documents/<int:document>", WITH_CHILDREN),
    Page("GET", "/mairie/documents/<int:document>/apercu/<int:page>", WITH_CHILDREN),
    Page("GET", "/mairie/dossiers-administratifs", WITH_CHILDREN),
    Page("POST", "/mairie/dossiers-administratifs/relancer", WITH_CHILDREN),
    Page("GET", "/mairie/cantine", WITH_CHILDREN),
    Page("POST", "/mairie/cantine", WITH_CHILDREN),
    Page("GET", "/mairie/chiffres", PROCESSING),
    Page("GET", "/mairie/aide", EVERYONE),
    Page("GET", "/mairie/mot-de-passe", EVERYONE),
    Page("POST", "/mairie/mot-de-passe", EVERYONE),
    Page("GET", "/mairie/agents", ADMINISTRATION),
    Page("GET", "/mairie/agents/inviter", ADMINISTRATION),
    Page("POST", "/mairie/agents/inviter", ADMINISTRATION),
    Page("GET", "/mairie/agents/<int:agent>", ADMINISTRATION),
    Page("POST", "/mairie/agents/<int:agent>", ADMINISTRATION),
    Page("POST", "/mairie/agents/<int:agent>/inviter", ADMINISTRATION),
    Page("POST", "/mairie/agents/<int:agent>/retirer", ADMINISTRATION),
    Page("GET", "/mairie/motifs", ADMINISTRATION),
    Page("GET", "/mairie/motifs/nouveau", ADMINISTRATION),
    Page("POST", "/mairie/motifs/nouveau", ADMINISTRATION),
    Page("GET", "/mairie/motifs/<code>", ADMINISTRATION),
    Page("POST", "/mairie/motifs/<code>", ADMINISTRATION),
    Page("POST", "/mairie/motifs/<code>/retirer", ADMINISTRATION),
    Page("POST", "/mairie/motifs/<code>/proposer", ADMINISTRATION),
    Page("POST", "/mairie/motifs/<code>/place", ADMINISTRATION),
    Page("GET", "/mairie/tracabilite", ADMINISTRATION),
    Page("POST", "/mairie/tracabilite/<reference>/copie.<any(json, csv):kind>", ADMINISTRATION),
    Page("GET", "/mairie/tracabilite/<reference>/effacer", ADMINISTRATION),
    Page("POST", "/mairie/tracabilite/<reference>/effacer", ADMINISTRATION),
    Page("GET", "/mairie/conservation", ADMINISTRATION),
    Page("POST", "/mairie/deconnexion", EVERYONE),
)
OPEN_TO_ALL = {"/mairie/connexion", "/mairie/connexion/code", "/mairie/invitation/<token>"}


def test_every_page_of_the_town_hall_is_in_the_table(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("townhall.")]
    ruled = {(method, rule.rule) for rule in rules for method in (rule.methods or set()) & {"GET", "POST"}}
    known = {(page.method, page.rule) for page in PAGES}
    assert {rule for _method, rule in ruled - known} == OPEN_TO_ALL and not known - ruled


@pytest.mark.parametrize("role", AgentRole)
def test_each_page_opens_to_the_roles_that_it_names_alone(
    db: Database, signed_in: Callable[..., Browser], role: AgentRole
) -> None:
    values = {"reference": a_family(db).reference, "code": "duplicate", "profile": "csv", "year": "2026-2027"}
    browser = signed_in(role=role)
    values |= dict.fromkeys(
        ("agent", "child", "document", "page", "household", "likeness", "merge", "note", "objection", "person"), "1"
    )
    token = browser.page.find("input", attrs={"name": "csrf_token"})["value"]  # type: ignore[index]
    for page in PAGES:
        path = page.rule.replace("<any(json, csv):kind>", "json")
        for name, value in values.items():
            path = path.replace(f"<int:{name}>", value).replace(f"<{name}>", value)
        if page.method == "GET":
            status = browser.client.get(path).status_code
        else:
            status = browser.client.post(path, data={"csrf_token": token, **page.data}).status_code
        assert (status != 403) == (role in page.roles), (page.method, page.rule, status)
        assert status < 500, page.rule
