"""« Mes données »: seen, corrected, taken away, moved, deleted — by their owner and nobody else."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.support.client import CheckedClient, errors, follow, read, submit
from tests.support.families import a_family, decide
from tests.support.walk import CHILD, EMAIL, PASSWORD, link_of, open_entourage, sign_up, signed_in
from wizard import clock
from wizard.db import transaction
from wizard.kinds import KINDS
from wizard.models import Decision, DecisionLine, Dossier, ReasonCode, Recognition, Role
from wizard.services import copies, passwords, wording
from wizard.services.families import match
from wizard.stores import accounts, dossiers, families, people
from wizard.stores.families import KnownFamily

NEW = "brouette lampe cerisier 4"
NEW_EMAIL = "camille@nouvelle.example"

# The copy says these in French words.
IN_WORDS = {"people.title", "people.sex", "people.birthdate", "people.preferred_contact", "accounts.created_at",
    "accounts.activated_at", "accounts.seen_at", "dossiers.deposited_at", "dossiers.opened_at", "dossiers.answered_at",
    "dossiers.corrected_at", "dossier_people.decision", "dossier_people.motive", "dossier_people.role",
    "dossier_people.answered_at", "dossier_people.withdrawn_at"}  # fmt: skip
# What a declaration is marked by.
MARKED = {f"people.{name}" for name in ("birth_name", "given_name", "usage_name", "email", "institution")}
# What proves who signs in; when a row was written, which a dossier's date tells; that a mail was sent; what a restore
# looks for.
NOT_COPIED = {"accounts.password_hash", "people.created_at", "accounts.warned_at", "accounts.seal"}


@pytest.fixture
def parent(client: CheckedClient, db: Database) -> CheckedClient:
    """A parent signed in, who declared nobody yet."""
    sign_up(client)
    with transaction(db):
        accounts.activate(db, 1, clock.now())
    return signed_in(client)


@pytest.fixture
def family(db: Database) -> Dossier:
    """A whole family, deposited, whose parent signs in with PASSWORD."""
    dossier = a_family(db, name="Kervarrec")
    with transaction(db):
        accounts.set_password(db, dossier.account, passwords.hash_password(PASSWORD))
    return dossier


@pytest.fixture
def its_parent(client: CheckedClient, family: Dossier, db: Database) -> CheckedClient:
    return signed_in(client, email_of(db, family))


def email_of(db: Database, family: Dossier) -> str:
    account = accounts.by_id(db, family.account)
    assert account is not None
    return account.email


def mails(db: Database) -> list[tuple[str, str]]:
    return [tuple(row) for row in db.execute("SELECT name, recipient FROM outbox ORDER BY id")]


def last_link(db: Database, path: str) -> str:
    return link_of(db.execute("SELECT unsealed(body_text) FROM outbox ORDER BY id DESC LIMIT 1").fetchone()[0], path)


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_stranger_is_asked_to_sign_in(client: CheckedClient) -> None:
    for path in ("", "/identite", "/mot-de-passe", "/courriel", "/suppression", "/copie.json", "/copie.csv"):
        assert client.get(f"/espace/donnees{path}").location == f"/connexion?suite=/espace/donnees{path}"


def test_the_space_leads_to_the_data_and_each_page_back(parent: CheckedClient) -> None:
    assert read(parent.get("/espace")).select_one("a[href='/espace/donnees']")
    links = {str(a["href"]) for a in read(parent.get("/espace/donnees")).select("main a")}
    for path in ("identite", "mot-de-passe", "courriel", "suppression"):
        assert f"/espace/donnees/{path}" in links
        page = parent.get(f"/espace/donnees/{path}")
        assert read(page).select_one("main a[href='/espace/donnees']")
        assert "marquées d'un astérisque" in read(page).get_text()


def test_the_page_shows_what_is_known_of_the_parent(its_parent: CheckedClient) -> None:
    shown = {str(tag.dt.string): str(tag.dd.string) for tag in read(its_parent.get("/espace/donnees")).select("dl div")}
    assert shown["Adresse"] == "12 rue de la Loire, 44521 Oudon"
    assert shown["Nom"] == "Camille Kervarrec"


def test_the_copy_in_json_holds_all_that_was_declared(its_parent: CheckedClient, family: Dossier) -> None:
    answer = its_parent.get("/espace/donnees/copie.json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mes-donnees.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    records = json.loads(answer.data)
    people_ = {record["Prénom"]: record for record in records["Personnes"]}
    assert people_["Camille"]["Téléphone portable"] == "+33612345678"
    assert people_["Camille"]["Adresse"] == "12 rue de la Loire, 44521 Oudon"
    assert people_["Loïc"]["Date de naissance"] == "03/09/2019"
    assert people_["Loïc"]["Résidence"] == "en alternance"
    assert {"Adulte": "Jeanne Le Goff", "Enfant": "Loïc Kervarrec", "Lien": "Grand-parent"} in records["Liens"]
    (right,) = records["Autorisations"]
    assert (right["Peut venir le chercher"], right["À appeler en cas d'urgence"]) == ("demandé", "non")
    assert records["Dossiers"][0]["Référence"] == family.reference
    assert "Décisions" in records and records["Décisions"] == []
    assert records["Consultations par la mairie"][0]["Quoi"] == "Dossier déposé par la famille"
    assert "argon2" not in answer.text


def test_the_copy_holds_each_text_that_the_tables_hold_of_a_family(
    its_parent: CheckedClient, family: Dossier, db: Database
) -> None:
    """Each of them is made one of a kind, and looked for in the copy; and so is what is typed and not deposited."""
    step = its_parent.post("/entourage").location
    child = CHILD | {"birth_name": "Durand-Kermadec", "entry": "0a1b2c3d"}
    assert its_parent.post(f"{step}/membre", data=child).status_code == 303
    columns = {
        f"{table}.{column['name']}"
        for table in ("people", "addresses", "accounts", "dossiers", "dossier_people")
        for column in db.query(f"PRAGMA table_info({table})")
        if column["type"] == "TEXT"
    }
    free = columns - IN_WORDS - NOT_COPIED
    decide(db, family.id, Camille="refused", Loïc="refused", Jeanne="refused")
    with transaction(db):
        for field in (f"$.identity.{name.split('.')[1]}" for name in free & MARKED):
            said = f"<people.{field.rsplit('.', 1)[1]}>"
            db.execute("UPDATE declarations SET data = json_set(data, ?, ?)", (field, said))
        for table, column in (name.split(".") for name in free):
            db.execute(f"UPDATE {table} SET {column} = ?", (f"<{table}.{column}>",))
    text = its_parent.get("/espace/donnees/copie.json").text
    assert {name for name in free if f"<{name}>" not in text} == set()
    assert len(free) >= 20 and "Durand-Kermadec" in text


def test_the_copy_says_in_french_what_is_typed_and_not_deposited(
    its_parent: CheckedClient, family: Dossier, db: Database
) -> None:
    loic = family.lines[1].person
    decide(db, family.id)
    step = its_parent.post("/entourage").location
    partner = {"entry": "0a1b2c3d", "title": "none", "birth_name": "Roux", "given_name": "Anne", "same_address": "yes",
        "email": "anne@exemple.fr", f"link_p{loic}": "mother"}  # fmt: skip
    contact = {"entry": "4e5f6a7b", "birth_name": "Petit", "given_name": "Rose", "phone": "06 12 34 56 78",
        "link": "neighbour", "children": f"p{loic}", "emergency": "y"}  # fmt: skip
    for kind, answers in (("co-representant", partner), ("contact", contact)):
        assert its_parent.post(f"{step}/{kind}", data=answers).status_code == 303
    typed = json.loads(its_parent.get("/espace/donnees/copie.json").data)["Saisies non déposées"]
    assert typed == [
        {
            "Rôle": "Co-représentant",
            "Civilité": "Je préfère ne pas répondre",
            "Nom de naissance": "Roux",
            "Prénom": "Anne",
            "Courriel": "anne@exemple.fr",
            "Même adresse que le représentant": "oui",
            "Lien avec Loïc": "Mère",
        },
        {
            "Rôle": "Contact",
            "Nom de naissance": "Petit",
            "Prénom": "Rose",
            "Téléphone": "06 12 34 56 78",
            "Lien": "Voisin ou voisine",
            "Enfants concernés": "Loïc",
            "À appeler en cas d'urgence": "oui",
        },
    ]
    its_parent.post(f"{step}/contact/4e5f6a7b/retirer")  # kept aside until another is removed: still held
    assert json.loads(its_parent.get("/espace/donnees/copie.json").data)["Saisies non déposées"] == typed


def test_each_field_of_the_forms_of_the_entourage_is_called_in_french(app: Flask) -> None:
    with app.test_request_context():
        for kind in KINDS.values():
            form = kind.build(entry="0a1b2c3d", answers={})
            assert {field.name for field in form} - form.private <= set(wording.LABELS)


def test_the_copy_in_csv_opens_in_a_french_spreadsheet(its_parent: CheckedClient) -> None:
    answer = its_parent.get("/espace/donnees/copie.csv")
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbfRubrique;")
    header, *rows = rows_of(answer.data)
    assert header == ["Rubrique", "Numéro", "Donnée", "Valeur"]
    assert ["Personnes", "2", "Prénom", "Loïc"] in rows
    assert ["Personnes", "1", "Téléphone portable", "'+33612345678"] in rows


def test_what_is_not_answered_yet_is_not_in_the_copy(its_parent: CheckedClient, family: Dossier, db: Database) -> None:
    line = DecisionLine(family.lines[2].person, Decision.REFUSED, ReasonCode.OTHER, "pas encore dit")
    with transaction(db):
        dossiers.set_decision(db, family.id, line, version=1)
    assert "pas encore dit" not in its_parent.get("/espace/donnees/copie.json").text
    decide(db, family.id, comment="pas encore dit", Jeanne="refused")
    assert "pas encore dit" in its_parent.get("/espace/donnees/copie.json").text


def test_the_copy_holds_nothing_of_the_other_household_of_a_child(
    its_parent: CheckedClient, family: Dossier, db: Database
) -> None:
    other = a_family(db, name="Durand", given_name="Dominique", phone="+33698765432")
    decide(db, other.id)
    child = next(one for one in people.members(db, other.household) if one.role is Role.CHILD)
    with transaction(db):
        db.execute(
            "UPDATE people SET email = 'secret@ailleurs.example', mobile = '+33711111111' WHERE id = ?", (child.person,)
        )
        address = people.address(db, other.lines[0].person)
        assert address is not None
        people.set_address(db, child.person, address)
        db.execute("UPDATE addresses SET label = '1 rue Cachée' WHERE person = ?", (child.person,))
        people.add_member(db, family.household, child.person, Role.CHILD)
    for kind in ("json", "csv"):
        text = its_parent.get(f"/espace/donnees/copie.{kind}").text
        assert "Dominique Durand" in text, "the name of the other parent crosses: see tests/homes/test_crossing.py"
        for hidden in ("Cachée", "secret@ailleurs", "+33711111111", "+33698765432", other.reference):
            assert hidden not in text


@pytest.mark.parametrize(
    ("name", "email", "told"),
    [
        ("Kervarrec", None, {"Nom": "Kervarrec", "Courriel": None}),
        ("Kervarrec", "ailleurs@exemple.fr", {"Nom": "Kervarrec", "Courriel": "à demander à la mairie"}),
        ("Inconnue", "own", {"Nom": "Inconnue", "Courriel": "own"}),
        ("Inconnue", "ailleurs@exemple.fr", None),
    ],
    ids=["by name", "by name, another address", "by address", "announced"],
)
def test_the_copy_holds_what_the_town_knew_of_a_family_once_it_is_recognised(
    its_parent: CheckedClient, family: Dossier, db: Database, name: str, email: str | None, told: dict[str, str] | None
) -> None:
    own = email_of(db, family)
    given_name = people.members(db, family.household)[0].identity.given_name
    with transaction(db):
        db.execute("UPDATE households SET enfance_key = '0042', key_origin = 'link'")
        families.save(db, KnownFamily("0042", name, given_name, own if email == "own" else email), clock.now())
        account = accounts.by_id(db, family.account)
        assert account is not None
        match(db, account)
    text = its_parent.get("/espace/donnees/copie.json").text
    records = json.loads(text)["Famille connue de la mairie"]
    assert "ailleurs@exemple.fr" not in text and ("Inconnue" in text) is (email == "own")
    if told is None:
        assert records == []
    else:
        (record,) = records
        assert record["Clé Enfance"] == "0042" and record["Dernier fichier le"]
        assert {field: record.get(field) for field in told} == told | ({"Courriel": own} if email == "own" else {})


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " =", "\u00a0="])
def test_no_cell_of_the_copy_is_a_formula(first: str) -> None:
    cells = rows_of(copies.as_csv({"Personnes": [{"Prénom": f"{first}HYPERLINK(1)"}]}))[1]
    assert cells[3].startswith("'")


@given(st.text())
def test_any_answer_survives_the_copy(value: str) -> None:
    cells = rows_of(copies.as_csv({"Personnes": [{"Prénom": value}]}).decode("utf-8-sig", "surrogatepass").encode())
    assert cells[1][3] in {value, f"'{value}"}
    assert not cells[1][3].lstrip().startswith(("=", "+", "-", "@"))


def test_names_and_phones_are_corrected(parent: CheckedClient, db: Database) -> None:
    page = parent.get("/espace/donnees/identite")
    wrong = submit(parent, page, birth_name="", mobile="06", phone="")
    assert wrong.status_code == 422
    assert set(errors(wrong)) == {"birth_name", "mobile"}
    nobody = submit(parent, page, mobile="", phone="")
    assert "au moins un numéro" in errors(nobody)["mobile"]
    done = follow(parent, submit(parent, page, birth_name="Le Goff-Noël", phone="02 40 83 60 17", sms_ok="y"))
    assert "C'est enregistré" in done.text and "Le Goff-Noël" in done.text
    (mother,) = people.members(db, 1)
    assert (mother.identity.birth_name, mother.identity.given_name) == ("Le Goff-Noël", "Camille")
    assert (mother.identity.mobile, mother.identity.phone) == ("+33612345678", "+33240836017")
    assert mother.identity.sms_ok and mother.identity.email == EMAIL


def test_a_correction_typed_when_the_session_ended_comes_back(parent: CheckedClient, app: Flask) -> None:
    page = parent.get("/espace/donnees/identite")
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        late = submit(parent, page, birth_name="Tapé Avant")
        assert late.location == "/connexion?suite=/espace/donnees/identite"
        back = follow(parent, submit(parent, parent.get(late.location), username=EMAIL, password=PASSWORD))
    assert read(back).select_one("#birth_name")["value"] == "Tapé Avant"  # type: ignore[index]


def test_another_password_ends_the_other_sessions_and_drafts_and_is_told(
    app: Flask, parent: CheckedClient, db: Database
) -> None:
    computer, frame = signed_in(app.test_client()), app.test_client()
    step = open_entourage(frame)
    before = parent.get_cookie("__Host-portail", domain="famille.oudon.example")
    page = parent.get("/espace/donnees/mot-de-passe")
    follow(parent, submit(parent, page, password=PASSWORD, new_password=NEW))
    after = parent.get_cookie("__Host-portail", domain="famille.oudon.example")
    assert before and after and before.value != after.value
    assert parent.get("/espace").status_code == 200
    assert computer.get("/espace").status_code == 303
    assert frame.get(step.request.path).status_code == 410
    assert mails(db)[-1] == ("password_changed", EMAIL)
    signed_in(app.test_client(), password=NEW)


def test_another_password_is_judged_as_the_first_was_and_needs_the_present_one(
    parent: CheckedClient, db: Database
) -> None:
    page = parent.get("/espace/donnees/mot-de-passe")
    assert "new_password" in errors(submit(parent, page, password=PASSWORD, new_password="camille-martin"))
    assert "password" in errors(submit(parent, page, password="autre chose 12345", new_password=NEW))
    assert "password" in errors(submit(parent, page, password="", new_password=NEW))
    assert ("password_changed", EMAIL) not in mails(db)


def test_the_present_password_is_not_guessed_from_an_open_session(parent: CheckedClient) -> None:
    page = parent.get("/espace/donnees/suppression")
    statuses = [submit(parent, page, password=f"essai numéro {n} long").status_code for n in range(6)]
    assert statuses[0] == 422 and statuses[-1] == 429
    assert submit(parent, page, password=PASSWORD).status_code == 429


def test_a_new_address_is_proved_before_it_changes_and_the_former_is_told(
    app: Flask, parent: CheckedClient, db: Database
) -> None:
    page = parent.get("/espace/donnees/courriel")
    sent = submit(parent, page, email=NEW_EMAIL.upper(), password=PASSWORD)
    assert NEW_EMAIL in sent.text
    assert mails(db)[-1] == ("email_change", NEW_EMAIL)
    link = last_link(db, "/courriel")
    stranger = app.test_client()
    for _time in range(3):
        button = stranger.get(link)
        assert NEW_EMAIL in button.text
    assert accounts.by_email(db, NEW_EMAIL) is None
    assert "changée" in submit(stranger, button).text
    assert stranger.get("/espace").status_code == parent.get("/espace").status_code == 303
    assert mails(db)[-1] == ("email_changed", EMAIL)
    assert people.members(db, 1)[0].identity.email == NEW_EMAIL
    assert "changée" in stranger.get(link).text
    signed_in(stranger, NEW_EMAIL)


def test_a_family_known_by_the_new_address_is_recognised_once_it_is_proved(parent: CheckedClient, db: Database) -> None:
    with transaction(db):
        families.save(db, KnownFamily("OUD-7", "Martin", "Camille", NEW_EMAIL), clock.now())
    submit(parent, parent.get("/espace/donnees/courriel"), email=NEW_EMAIL, password=PASSWORD)
    assert families.tie(db, 1).key_origin == "generated"
    submit(parent, parent.get(last_link(db, "/courriel")))
    assert families.tie(db, 1).recognition is Recognition.EMAIL


@pytest.mark.parametrize(
    ("page", "typed", "path", "hours"),
    [("courriel", {"email": NEW_EMAIL}, "/courriel", 24), ("suppression", {}, "/suppression", 48)],
)
def test_a_link_serves_for_as_long_as_its_mail_says(
    parent: CheckedClient, db: Database, page: str, typed: dict[str, str], path: str, hours: int
) -> None:
    submit(parent, parent.get(f"/espace/donnees/{page}"), password=PASSWORD, **typed)
    link = last_link(db, path)
    for minutes, status in ((-1, 200), (1, 410)):
        with time_machine.travel(clock.now() + timedelta(hours=hours, minutes=minutes), tick=False):
            shown = parent.get(link)
            assert shown.status_code == status
    assert submit(parent, parent.get(link), sure="y").status_code in {200, 303}, "it served still"


def test_an_address_of_another_account_is_not_told_to_who_asks(
    app: Flask, parent: CheckedClient, family: Dossier, db: Database
) -> None:
    taken = email_of(db, family)
    pages = []
    for email in (taken, "inconnue@exemple.fr"):
        answer = submit(parent, parent.get("/espace/donnees/courriel"), email=email, password=PASSWORD)
        assert answer.status_code == 200
        pages.append(read(answer).get_text().replace(email, ""))
    assert pages[0] == pages[1]
    assert mails(db)[-2:] == [("already_registered", taken), ("email_change", "inconnue@exemple.fr")]


def test_an_address_proved_by_another_meanwhile_is_not_taken(parent: CheckedClient, db: Database) -> None:
    submit(parent, parent.get("/espace/donnees/courriel"), email=NEW_EMAIL, password=PASSWORD)
    link = last_link(db, "/courriel")
    family = a_family(db)
    with transaction(db):
        accounts.set_email(db, family.account, NEW_EMAIL)
    assert submit(parent, parent.get(link)).status_code == 410
    assert accounts.by_email(db, EMAIL) is not None


def test_a_link_asked_under_a_former_password_is_dead(parent: CheckedClient, db: Database) -> None:
    """Whoever had stolen the password keeps nothing of what they asked with it."""
    submit(parent, parent.get("/espace/donnees/courriel"), email="voleur@exemple.fr", password=PASSWORD)
    moving = last_link(db, "/courriel")
    submit(parent, parent.get("/espace/donnees/suppression"), password=PASSWORD)
    deleting = last_link(db, "/suppression")
    submit(parent, parent.get("/espace/donnees/mot-de-passe"), password=PASSWORD, new_password=NEW)
    assert parent.get(moving).status_code == parent.get(deleting).status_code == 410
    assert parent.post(deleting, data={"sure": "y"}).status_code in {400, 410}
    assert accounts.by_email(db, EMAIL) is not None


def test_a_network_has_its_share_of_an_address_an_hour(parent: CheckedClient, db: Database) -> None:
    for expected in (200, 200, 200, 200, 429):
        page = parent.get("/espace/donnees/courriel")
        assert submit(parent, page, email=NEW_EMAIL, password=PASSWORD).status_code == expected
    assert mails(db).count(("email_change", NEW_EMAIL)) == 4


def test_an_account_is_deleted_by_the_link_once_and_nothing_is_left(
    its_parent: CheckedClient, family: Dossier, db: Database, instance: Path
) -> None:
    email = email_of(db, family)
    assert "password" in errors(submit(its_parent, its_parent.get("/espace/donnees/suppression"), password="faux"))
    its_parent.get("/espace/donnees/suppression")
    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=False):
        sent = submit(its_parent, its_parent.get("/espace/donnees/suppression"), password=PASSWORD)
        assert email in sent.text and mails(db)[-1] == ("deletion", email)
        link = last_link(db, "/suppression")
        for _time in range(5):
            page = its_parent.get(link)
        scanner = submit(its_parent, page)
        assert scanner.status_code == 422 and "sure" in errors(scanner)
        assert accounts.by_id(db, family.account) is not None
        done = submit(its_parent, page, sure="y")
        for _reload in range(2):
            assert "supprimé" in follow(its_parent, done).text
        assert its_parent.get("/espace").status_code == 303
        assert its_parent.get(link).status_code == 410
    for table in ("accounts", "households", "people", "dossiers", "journal", "tokens", "sessions", "outbox",
        "withdrawals", "contact_rights", "declarations", "dossier_people"):  # fmt: skip
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert db.execute("SELECT count(*) FROM tombstones").fetchone() == (1,)
    files = b"".join(path.read_bytes() for path in instance.glob("portail.db*"))
    for trace in (b"Kervarrec", "Loïc".encode(), b"Jeanne", b"rue de la Loire", b"33612345678", email.encode()):
        assert trace not in files, trace


def test_the_links_of_the_mails_work_on_a_phone_that_refuses_cookies(
    app: Flask, its_parent: CheckedClient, family: Dossier, db: Database
) -> None:
    phone = app.test_client(use_cookies=False)
    submit(its_parent, its_parent.get("/espace/donnees/courriel"), email=NEW_EMAIL, password=PASSWORD)
    assert "changée" in submit(phone, phone.get(last_link(db, "/courriel"))).text
    signed_in(its_parent, NEW_EMAIL)
    submit(its_parent, its_parent.get("/espace/donnees/suppression"), password=PASSWORD)
    assert "supprimé" in follow(phone, submit(phone, phone.get(last_link(db, "/suppression")), sure="y")).text
    assert accounts.by_id(db, family.account) is None


def test_a_deletion_leaves_the_other_household_as_it_was(
    its_parent: CheckedClient, family: Dossier, db: Database
) -> None:
    other = a_family(db, name="Durand", given_name="Dominique")
    for dossier in (family, other):
        decide(db, dossier.id)
    child = next(one for one in people.members(db, family.household) if one.role is Role.CHILD)
    with transaction(db):
        people.add_member(db, other.household, child.person, Role.CHILD)
    submit(its_parent, its_parent.get("/espace/donnees/suppression"), password=PASSWORD)
    submit(its_parent, its_parent.get(last_link(db, "/suppression")), sure="y")
    names = {member.identity.name for member in people.members(db, other.household)}
    assert names == {"Dominique Durand", "Loïc Durand", "Jeanne Le Goff", "Loïc Kervarrec"}
    assert accounts.by_id(db, other.account) is not None
