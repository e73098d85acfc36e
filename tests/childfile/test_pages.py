"""What each page tells, word for word, of two homes to which everything happened: `pages.txt`.

Each page to each who may open it, with what its fields hold and what its buttons send.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import time_machine
from bs4 import Tag

from tests.childfile.conftest import YEAR, Files
from tests.childfile.test_copy import live
from tests.security.actors import an_agent, sign_agent_in
from tests.support.client import CheckedClient, read
from wizard.models import AgentRole

EXPECTED = Path(__file__).with_name("pages.txt")
OF_A_PARENT = (
    "/espace",
    "/espace/confirmer",
    "/espace/un-jour",
    "/espace/documents",
    "/espace/donnees",
    "/espace/donnees/identite",
    "/espace/donnees/adresse",
    "/espace/reconduire",
    "/espace/personnes/{contact}/retirer",
    "/espace/personnes/{contact}/contester",
    "/espace/dossiers/{dossier}/annuler",
    "/espace/enfants/{child}/dossier",
    "/espace/enfants/{child}/dossier/{year}/accueils",
    "/espace/enfants/{child}/dossier/{year}/sante",
    "/espace/enfants/{child}/dossier/{year}/recapitulatif",
    "/espace/enfants/{child}/autorisations",
)
OF_A_FAMILY = (
    "/mairie/dossiers/{dossier}",
    "/mairie/dossiers/{dossier}/journal",
    "/mairie/dossiers/{dossier}/reponse",
    "/mairie/enfants/{child}/dossier/{year}",
    "/mairie/enfants/{child}/pli/{year}",
    "/mairie/familles/{household}",
    "/mairie/familles/{household}/fiche",
    "/mairie/familles/{household}/adresse",
    "/mairie/familles/{household}/personnes/{contact}",
    "/mairie/familles/{household}/personnes/{contact}/retirer",
    "/mairie/familles/{household}/notes/1",
)
OF_THE_TOWN = (
    "/mairie",
    "/mairie?q=Kervarrec",
    "/mairie/dossiers-administratifs",
    "/mairie/doublons/1",
    "/mairie/cantine",
    "/mairie/chiffres",
    "/mairie/portail",
    "/mairie/exports",
    "/mairie/exports/iloise",
    "/mairie/familles-connues",
    "/mairie/familles-connues/peut-etre",
    "/mairie/familles-connues/sans-compte",
)
OF_HEALTH = ("/mairie/enfants/{child}/pli/{year}", "/mairie/enfants/{child}/dossier/{year}", "/mairie/cantine")
OF_AN_ADMINISTRATOR = (
    "/mairie/tracabilite",
    "/mairie/tracabilite?reference={dossier}",
    "/mairie/tracabilite?agent=2",
    "/mairie/agents",
    "/mairie/conservation",
)
_BLOCKS = (
    "p",
    "li",
    "dt",
    "dd",
    "tr",
    "caption",
    "h1",
    "h2",
    "h3",
    "legend",
    "label",
    "button",
    "option",
    "div",
    "summary",
)
_OURS = {"csrf_token", "form"}


def told(client: CheckedClient, path: str) -> Iterator[str]:
    """Give what a page says, a line a block, and what its fields hold."""
    response = client.get(path, follow_redirects=True)
    main = read(response).main
    yield f"# {path} {response.status_code}"
    if response.status_code != 200 or main is None:
        return
    for tag in main.select("script, style, svg, option:not([selected])"):
        tag.decompose()
    fields = [(one["name"], held(one)) for one in main.select("[name]") if one["name"] not in _OURS]
    for line in list(main.find_all(string=re.compile("\n"))):
        line.replace_with(" ".join(line.split("\n")))
    for tag in main.find_all(("th", "td")):
        tag.append(" | ")
    for tag in main.find_all(_BLOCKS):
        tag.insert_before("\n")
        tag.append("\n")
    yield from filter(None, (" ".join(line.split()) for line in main.get_text().split("\n")))
    yield from (f"[{name} = {value}]" for name, value in fields)


def held(field: Tag) -> str:
    """Return what a field holds, or its button sends; of a box or a radio, whether it is ticked."""
    chosen = field.find("option", selected=True)
    value = chosen["value"] if isinstance(chosen, Tag) else field.get("value", field.get_text())
    return f"{value}{' ticked' if field.has_attr('checked') else ''}"


def another(files: Files, role: AgentRole, password_hash: str) -> CheckedClient:
    """Return the browser of a new agent, signed in."""
    an_agent(files.homes.db, f"{role}@oudon.example", role, password_hash)
    client: CheckedClient = files.homes.app.test_client()  # type: ignore[assignment]
    sign_agent_in(client, files.homes.db, f"{role}@oudon.example")
    return client


def pages(files: Files, password_hash: str) -> Iterator[str]:
    """Read each page, as each of the two parents and of the agents."""
    homes = files.homes
    nurse, direction = (another(files, role, password_hash) for role in (AgentRole.HEALTH, AgentRole.ADMINISTRATOR))
    sign_agent_in(homes.agent, homes.db, "instruction@oudon.example")
    for name, client, paths, of in (
        ("A", homes.a, OF_A_PARENT, homes.cast.a),
        ("B", homes.b, OF_A_PARENT, homes.cast.b),
        ("the agent, of A", homes.agent, OF_A_FAMILY, homes.cast.a),
        ("the agent, of B", homes.agent, OF_A_FAMILY, homes.cast.b),
        ("the agent", homes.agent, OF_THE_TOWN, homes.cast.a),
        ("health", nurse, OF_HEALTH, homes.cast.a),
        ("the administrator", direction, OF_AN_ADMINISTRATOR, homes.cast.a),
    ):
        values = {
            "contact": of.dossier.lines[2].person,
            "child": homes.child,
            "household": of.account.household,
            "dossier": of.dossier.reference,
            "year": YEAR,
        }
        for path in paths:
            yield f"## {name}"
            yield from told(client, path.format(**values))


def test_the_pages_tell_all_in_their_words(
    online: Files, hand: time_machine.Traveller, password_hash: str, tmp_path: Path
) -> None:
    live(online, hand)
    hand.shift(timedelta(minutes=1))
    text = re.sub(r"\b[0-9a-f]{64}\b", "…", "\n".join(pages(online, password_hash)))
    for number, reference in online.homes.db.execute("SELECT id, reference FROM dossiers").fetchall():
        for shown in (reference, f"{reference[:4]} {reference[4:]}"):
            text = text.replace(shown, f"DOSSIER {number}")
    drawn = "SELECT id, enfance_key FROM households WHERE known_family IS NULL"
    for number, key in online.homes.db.execute(drawn).fetchall():
        text = text.replace(key, f"CLÉ {number}")
    (tmp_path / "pages.txt").write_text(f"{text}\n", "utf-8")
    assert text.splitlines() == EXPECTED.read_text("utf-8").splitlines(), f"see {tmp_path}/pages.txt"
