"""Everyone is told in a sentence: on the cards of both steps, the parent on the summary, in the words of the family."""

import pytest
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import CheckedClient, follow, read, submit
from tests.support.walk import CHILD, RELATIVE, add, answer
from wizard.db import transaction


def told(page: TestResponse, called: str) -> list[str]:
    """Return the lines of someone's card."""
    card = next(card for card in read(page).select(".card") if card.select_one("h2, h3").get_text() == called)  # type: ignore[union-attr]
    return [line.get_text() for line in card.select(".who p")]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sex": "f", "residence": "alternating"}, "Née le 3 septembre 2019 · votre fille · en résidence alternée."),
        ({"sex": "m", "link": "father"}, "Né le 3 septembre 2019 · votre fils · habite avec vous."),
        ({"sex": "f", "birthdate": "00/09/2019"}, "Née en septembre 2019 · votre fille · habite avec vous."),
        ({"sex": "m", "birthdate": "00/00/2019"}, "Né en 2019 · votre fils · habite avec vous."),
        ({}, "Date de naissance : 3 septembre 2019 · votre enfant · habite avec vous."),
        (
            {"sex": "m", "link": "grandparent", "residence": "other_parent"},
            "Né le 3 septembre 2019 · vous êtes son grand-parent · habite chez l'autre parent.",
        ),
        (
            {"link": "guardian", "residence": "other"},
            "Date de naissance : 3 septembre 2019 · vous exercez sa tutelle · habite ailleurs.",
        ),
    ],
)
def test_a_child_is_told_in_the_gender_that_is_known(
    client: CheckedClient, step_1: TestResponse, changes: dict[str, str], sentence: str
) -> None:
    page = add(client, step_1, "membre", **CHILD | changes)
    recap = follow(client, submit(client, page, "etape-1"))
    assert told(page, "Loïc") == told(recap, "Loïc") == ["Enfant – Loïc Martin", sentence]


@pytest.mark.parametrize(
    ("changes", "pieces"),
    [
        ({"may_collect": "y"}, ["Peut venir chercher Anna et Loïc", "grand-parent d'Anna et Loïc"]),
        (
            {"emergency": "y", "link": "other"},
            ["À appeler en cas d'urgence pour Anna et Loïc", "un autre lien avec Anna et Loïc"],
        ),
        (
            {"emergency": "y", "may_collect": "y", "link": "childminder"},
            [
                "Peut venir chercher Anna et Loïc",
                "à appeler en cas d'urgence pour Anna et Loïc",
                "assistante maternelle ou garde d'Anna et Loïc",
            ],
        ),
    ],
)
def test_a_contact_is_told_by_what_they_may_do_first(
    client: CheckedClient, step_1: TestResponse, changes: dict[str, str], pieces: list[str]
) -> None:
    page = add(client, step_1, "membre", **CHILD | {"given_name": "Anna"})
    page = add(client, page, "membre", **CHILD)
    page = add(client, page, "contact", **RELATIVE | {"phone": "0033240836017"} | changes)
    assert told(page, "Jeanne") == ["Contact – Jeanne Petit", " · ".join([*pieces, "02 40 83 60 17."])]


def test_a_co_representative_is_told_with_each_of_their_links(client: CheckedClient, step_1: TestResponse) -> None:
    page = add(client, step_1, "membre", **CHILD)
    page = add(client, page, "membre", **CHILD | {"given_name": "Anna"})
    form = client.get(f"{page.request.path}/co-representant")
    loic, anna = (str(tag["name"]) for tag in read(form).select("select[name^=link_]"))
    page = answer(client, form, birth_name="Durand", usage_name="Petit", given_name="Dominique", mobile="0698765432",
                  email="d@exemple.fr", same_address="no", **{loic: "step_parent", anna: "father"})  # fmt: skip
    assert told(page, "Dominique") == [
        "Co-représentant – Dominique Petit",
        "Nom de naissance : Durand · beau-père ou belle-mère de Loïc · père d'Anna · n'habite pas avec vous"
        " · d@exemple.fr · 06 98 76 54 32.",
    ]


def test_the_summary_shows_the_parent_s_own_identity_and_address(
    client: CheckedClient, step_1: TestResponse, db: Database
) -> None:
    with transaction(db):
        db.execute("UPDATE people SET usage_name = 'Kerviel', preferred_contact = 'sms', sms_ok = 1")
        db.execute("UPDATE addresses SET apartment = '3', floor = '2e'")
    recap = follow(client, submit(client, add(client, step_1, "membre", **CHILD), "etape-1"))
    assert told(recap, "Camille") == [
        "Vous – Madame Camille Kerviel",
        "12 bis rue du Moulin 44521 Oudon, appartement 3, étage 2e",
        "Nom de naissance : Martin · mère de Loïc · 06 12 34 56 78 · contact préféré : par SMS · accepte les SMS.",
        "camille.martin@exemple.fr",
    ]
    edit = read(recap).select_one(".card a[href='/espace/donnees/identite']")
    assert edit is not None and edit["target"] == "_blank"


@pytest.mark.parametrize("kind", ["membre", "co-representant", "contact"])
def test_whoever_sends_what_no_page_proposes_is_told_without_it(
    client: CheckedClient, step_1: TestResponse, kind: str
) -> None:
    page = add(client, step_1, "membre", **CHILD)
    wrong = dict.fromkeys(("sex", "link", "residence", "same_address", "title", "birthdate", "phone", "email"), "zzz")
    form = client.get(f"{page.request.path}/{kind}")
    links = {str(tag["name"]): "zzz" for tag in read(form).select("select[name^=link_]")}
    page = answer(client, form, given_name="Zoé", **wrong, **links, children="zzz", contacts="zzz", retour="1")
    assert "zzz" not in " ".join(told(page, "Zoé"))
