"""What an agent does of two records that may be of one person: compared, told apart, joined, put back."""

from collections.abc import Callable

from sqlite_utils import Database

from tests.support.families import a_family
from tests.townhall.browsers import Browser


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
