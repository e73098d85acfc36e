"""What an agent does of two records that may be of one person: compared, told apart, joined, put back."""

from collections.abc import Callable

from sqlite_utils import Database

from tests.support.families import a_family, decide
from tests.townhall.browsers import Browser
from wizard import clock
from wizard.models import AgentRole, Dossier
from wizard.services.duplicates import finding
from wizard.stores import agents, likenesses


def test_two_records_are_shown_side_by_side_with_reasons_and_told_apart_until_an_agent_takes_it_back(
    signed_in: Callable[..., Browser], db: Database
) -> None:
    first = a_family(db)
    second = a_family(db, "MARTIN", "Alix", "+33600000000")
    agent = signed_in()
    agent.get(f"/mairie/dossiers/{second.reference}")
    link = agent.page.select_one("a[href*='/doublons/']")
    assert link and "même date de naissance" in agent.text
    agent.get(str(link["href"]))
    assert "Est-ce la même personne" in agent.text and "Camille Martin" in agent.text and "Alix MARTIN" in agent.text
    assert "nom écrit autrement (Martin / MARTIN)" in agent.text and "téléphones différents" in agent.text
    agent.send("Ce ne sont pas les mêmes")
    assert "Écarté le" in agent.text
    agent.get(f"/mairie/dossiers/{first.reference}")
    assert "Écarté par claire@oudon.example" in agent.text and "ce ne sont pas les mêmes" in agent.text
    agent.get(str(link["href"]))
    agent.send("Reprendre")
    assert "Écarté" not in agent.text
    told = [row[0] for row in db.execute("SELECT action FROM agent_journal WHERE agent IS NOT NULL ORDER BY id")]
    assert told[-1] == "read" and [one for one in told if one in {"told_apart", "doubted"}] == [
        "told_apart", "told_apart", "doubted", "doubted"]  # fmt: skip


def opened(agent: Browser, dossier: Dossier) -> str:
    """Open the first pair of records of a dossier, as an agent does, and return its address."""
    agent.get(f"/mairie/dossiers/{dossier.reference}")
    link = agent.page.select_one("a[href*='/doublons/']")
    assert link
    agent.get(str(link["href"]))
    return str(link["href"])


def test_a_child_is_attached_to_both_homes_in_two_clicks_and_detached_in_two_more(
    signed_in: Callable[..., Browser], db: Database
) -> None:
    first, second = a_family(db), a_family(db, "MARTIN", "Alix", "+33600000000")
    decide(db, first.id)
    agent = signed_in()
    path = opened(agent, second)
    assert "appelez la famille" not in agent.text
    agent.send("Même enfant, deux foyers")
    assert agent.path.startswith("/mairie/reunions/") and "fait le" in agent.text
    agent.get(path)  # the page left open by another agent leads to what was done
    assert agent.path.startswith("/mairie/reunions/")
    agent.send("Défaire")
    assert "tout est redevenu comme avant" in agent.text
    assert db.execute("SELECT count(*) FROM people WHERE given_name = 'Loïc'").fetchone() == (2,)


def test_two_households_of_a_parent_are_joined_under_the_account_that_the_agent_chose(
    signed_in: Callable[..., Browser], db: Database
) -> None:
    first, second = a_family(db), a_family(db)
    decide(db, first.id)
    agent = signed_in()
    opened(agent, second)
    boxes = {str(one["value"]) for one in agent.page.select("input[name=also]")}
    assert len(boxes) == 1 and "Appelez" not in agent.text and "appelez la famille avant" in agent.text
    agent.send("Réunir les deux foyers", account=str(second.account))
    assert "Deux foyers réunis" in agent.text
    assert db.execute("SELECT DISTINCT household FROM dossiers").fetchall() == [(second.household,)]
    assert db.execute("SELECT id FROM accounts").fetchall() == [(second.account,)]


def test_a_page_left_open_while_the_family_or_another_agent_changes_joins_nothing(
    signed_in: Callable[..., Browser], db: Database
) -> None:
    first, second = a_family(db), a_family(db, "MARTIN", "Alix", "+33600000000")
    agent = signed_in()
    opened(agent, second)
    decide(db, first.id)
    read = "SELECT count(*) FROM journal WHERE action = 'read' AND dossier IN (?, ?)"
    before = db.execute(read, (first.id, second.id)).fetchone()[0]
    agent.send("Même enfant, deux foyers")
    assert agent.response.status_code == 409 and "a changé entre-temps" in agent.text
    assert db.execute(read, (first.id, second.id)).fetchone()[0] == before + 2, "both families were shown again"
    agent.send("Même enfant, deux foyers")  # seen as it is now
    assert "Même enfant, deux foyers" in agent.text and agent.path.startswith("/mairie/reunions/")
    decide(db, second.id)
    agent.send("Défaire")
    assert agent.response.status_code == 409 and "Rien n'est défait" in agent.text
    assert "une décision" in agent.text and "Défaire" not in agent.text.replace("défait", "")


def test_what_was_joined_is_found_again_from_the_dossier(signed_in: Callable[..., Browser], db: Database) -> None:
    first, second = a_family(db), a_family(db, "MARTIN", "Alix", "+33600000000")
    agent = signed_in()
    opened(agent, second)
    agent.send("Même enfant, deux foyers")
    for dossier in (first, second):
        agent.get(f"/mairie/dossiers/{dossier.reference}")
        assert "Doublon réuni le" in agent.text and agent.page.select_one("a[href*='/reunions/']")


def test_the_filter_of_the_queue_finds_the_dossiers_of_open_likenesses(db: Database) -> None:
    first, second, other = a_family(db), a_family(db, "MARTIN", "Alix", "+33600000000"), a_family(db, "Durand", "Zoé")
    while finding.catch_up(db):
        pass
    assert {row[0] for row in db.execute(likenesses.OPEN_IN)} >= {first.id, second.id}
    agent = agents.add(db, "claire@oudon.example", AgentRole.CASEWORKER, "x", clock.now())
    db.execute("UPDATE likenesses SET set_aside_at = '2026-11-24', set_aside_by = ?", (agent,))
    assert not db.execute(likenesses.OPEN_IN).fetchall() and other
