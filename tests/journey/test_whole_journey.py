"""From the first click to the accepted dossier, over HTTP, with a real SMTP server and a real database file."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlite_utils import Database

from tests.support.client import ORIGIN, CheckedClient, follow, form_of, read, submit
from tests.support.outbox import DOCUMENTS_KEY, due_now
from tests.support.ports import free_port
from tests.support.smtp import Postman
from tests.support.walk import CHILD, EMAIL, PASSWORD, add, code_of, link_of, open_entourage, sign_in, sign_up, walk
from wizard import create_app
from wizard.db import close_connections, get_db
from wizard.migrations import migrate
from wizard.services import agents, outbox

AGENT, AGENT_PASSWORD = "agent@oudon.example", "quatre rivières bleues 8"


class Town:
    """A town at work: its pages, its database, its mails."""

    def __init__(self, app: Flask, postman: Postman) -> None:
        self.app = app
        self.postman = postman
        self.parent = app.test_client()
        self.agent = app.test_client()

    def mail(self, subject: str) -> str:
        """Send what is due, and return the text of the last mail of that subject."""
        with self.app.app_context():
            due_now(get_db())
            outbox.send_due(get_db())
        mails = [mail for mail in self.postman.taken if subject in str(mail["Subject"])]
        assert mails, [str(mail["Subject"]) for mail in self.postman.taken]
        part = mails[-1].get_body(("plain",))
        assert part is not None
        return str(part.get_content())


@pytest.fixture
def town(instance: Path, addresses: Path) -> Iterator[Town]:
    port, postman = free_port(), Postman()
    app = create_app(
        {
            "PORTAIL_INSTANCE": instance,
            "PORTAIL_ADDRESSES": addresses,
            "PORTAIL_PUBLIC_URL": ORIGIN,
            "PORTAIL_SECRET_KEY": "the key of a town at work",
            "PORTAIL_DOCUMENTS_KEY": DOCUMENTS_KEY,
            "PORTAIL_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8",
            "TESTING": True,
        }
    )
    app.test_client_class = CheckedClient
    server = Controller(postman, hostname="127.0.0.1", port=port)
    server.start()
    with app.app_context():
        migrate(get_db())
        agents.create(get_db(), AGENT, AGENT_PASSWORD)
    yield Town(app, postman)
    server.stop(no_assert=True)
    close_connections()


def sign_agent_in(town: Town) -> None:
    client = town.agent
    page = follow(client, submit(client, client.get("/mairie/connexion"), email=AGENT, password=AGENT_PASSWORD))
    secret = re.search(r"\b[A-Z2-7]{32}\b", read(page).get_text().replace(" ", "").replace("\u00a0", ""))
    found = secret or re.search(r"secret=([A-Z2-7]+)", page.text)
    assert found, page.text
    code = pyotp.TOTP(found[0].removeprefix("secret=")).now()
    assert submit(client, page, code=code).status_code in {200, 303}


def declare(town: Town) -> str:
    """Declare a family in the frame, deposit it, and return the reference."""
    client = town.parent
    page = open_entourage(client)
    page = add(client, page, "membre", **CHILD)
    page = add(client, page, "co-representant", birth_name="Durand", given_name="Dominique",
               mobile="0033 6 98 76 54 32", same_address="yes", **{link_name(client, page): "father"})  # fmt: skip
    page = add(client, page, "contact", birth_name="Petit", given_name="Jeanne", phone="02 40 83 60 17",
               link="grandparent", may_collect="y")  # fmt: skip
    recap = follow(client, submit(client, page, "etape-1"))
    assert recap.request.path.endswith("/etape-2")
    assert "Peut venir chercher Loïc" in recap.text
    done = follow(client, submit(client, recap, "etape-2"))
    assert "3 à 6 jours" in done.text
    reference = read(done).select_one(".large")
    assert reference is not None
    return reference.get_text().replace(" ", "")


def link_name(client: CheckedClient, page: object) -> str:
    """Return the name of the field that asks the co-representative's link with the child."""
    form = client.get(f"{page.request.path}/co-representant")  # type: ignore[attr-defined]
    menu = read(form).select_one("select[name^=link_]")
    assert menu is not None
    return str(menu["name"])


def accept(town: Town, reference: str) -> None:
    """Accept everyone of a dossier, and send the answer."""
    client, path = town.agent, f"/mairie/dossiers/{reference}"
    page = client.get(path)
    decisions = {str(choice["name"]): "accepted" for choice in read(page).select("input[type=radio][value=accepted]")}
    assert len(decisions) == 4
    follow(client, submit(client, page, reference, **decisions))
    follow(client, submit(client, client.get(f"{path}/reponse"), "reponse"))


def test_the_whole_journey(town: Town) -> None:
    page = walk(town.parent)
    assert EMAIL in page.text
    activation = town.mail("Création de votre espace personnel")
    token_page = town.parent.get(link_of(activation, "/activation"))
    done = submit(town.parent, token_page, password=PASSWORD)
    assert "Votre espace est activé" in follow(town.parent, done).text
    assert "activé" in town.parent.get(page.request.path).text

    reference = declare(town)
    deposited = town.mail("déposé")
    assert reference in deposited.replace(" ", "")

    sign_agent_in(town)
    assert reference in town.agent.get("/mairie").text.replace(" ", "")
    accept(town, reference)
    outcome = town.mail("dossier")
    assert "Loïc" in outcome
    assert "/espace" in outcome

    at_home = town.app.test_client()
    page = sign_in(at_home)
    assert page.status_code == 303
    space = at_home.get("/espace")
    assert "Accepté" in space.text
    assert "Loïc" in space.text
    with town.app.app_context():
        check_records(get_db(), activation)


def check_records(db: Database, activation: str) -> None:
    """One account, one household, people, links and rights as typed; nothing in clear, no draft left."""

    def one(query: str) -> tuple[object, ...]:
        return tuple(db.execute(query).fetchone())

    assert one("SELECT count(*) FROM accounts WHERE activated_at IS NOT NULL") == (1,)
    assert one("SELECT count(*) FROM households") == (1,)
    assert one("SELECT count(*) FROM drafts") == (0,)
    assert one("SELECT count(*) FROM draft_answers") == (0,)
    names = "SELECT given_name, birth_name FROM people ORDER BY given_name"
    assert db.execute(names).fetchall() == [
        ("Camille", "Martin"), ("Dominique", "Durand"), ("Jeanne", "Petit"), ("Loïc", "Martin"),
    ]  # fmt: skip
    links = "SELECT given_name, link FROM family_links JOIN people ON people.id = adult ORDER BY given_name"
    assert db.execute(links).fetchall() == [("Camille", "mother"), ("Dominique", "father"), ("Jeanne", "grandparent")]
    assert one("SELECT may_collect, emergency FROM contact_rights") == (1, 0)
    assert one("SELECT residence FROM residences") == ("here",)
    assert one("SELECT house_number, street, postcode, city, to_check FROM addresses LIMIT 1") == (
        "12 bis", "rue du Moulin", "44521", "Oudon", 1,
    )  # fmt: skip
    assert one("SELECT mobile FROM people WHERE given_name = 'Camille'") == ("+33612345678",)
    everything = "\n".join(db.conn.iterdump())
    token = link_of(activation, "/activation").rsplit("/", 1)[1]
    for secret in (PASSWORD, token, code_of(activation)):
        assert secret not in everything


def test_activation_by_the_code_typed_in_place(town: Town) -> None:
    page = sign_up(town.parent)
    code = code_of(town.mail("Création de votre espace personnel"))
    wrong = submit(town.parent, page, "confirmation", code="000000" if code != "000000" else "111111")
    assert wrong.status_code == 422
    done = submit(town.parent, wrong, "confirmation", code=f"{code[:3]} {code[3:]}")
    assert "Votre espace est activé" in done.text and "Nouvelles personnes" in done.text


def test_a_mistyped_address_is_corrected_and_the_first_link_dies(town: Town) -> None:
    page = sign_up(town.parent)
    first = link_of(town.mail("Création de votre espace personnel"), "/activation")
    form = next(form for form in read(page).select("form") if form.select_one("[name=email]"))
    page = town.parent.post(
        str(form["action"]), data={"corriger": "1", "email": "camille@autre.example", "password": PASSWORD}
    )
    assert "camille@autre.example" in page.text
    town.mail("Création de votre espace personnel")
    assert town.postman.recipients[-1] == "camille@autre.example" or "camille@autre.example" in str(
        town.postman.taken[-1]["To"]
    )
    town.parent.post(first, data={"password": PASSWORD})
    assert "Votre espace est activé" not in town.parent.get(page.request.path).text


def test_the_same_page_for_a_known_and_an_unknown_address(town: Town) -> None:
    first = sign_up(town.parent)
    submit(town.parent, first, "confirmation", code=code_of(town.mail("Création de votre espace personnel")))
    other = town.app.test_client()
    second = sign_up(other)
    token = re.compile(r"/inscription/[\w-]+/")
    third = sign_up(town.app.test_client(), email="inconnue@exemple.fr")
    known = token.sub("/", second.text)
    unknown = token.sub("/", third.text).replace("inconnue@exemple.fr", EMAIL)
    assert known == unknown
    assert "déjà" in town.mail("déjà")
    assert form_of(read(second)) is not None
