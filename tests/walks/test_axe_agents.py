"""The screens of agents and administrators that come later have no fault either, in each of their states."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.support.families import a_family, decide
from tests.support.walk import AGENT_PASSWORD
from tests.walks.checks import Examiner
from tests.walks.strides import EIGHTY_CHARACTERS, Clerk, arrived, fill, follow, press
from tests.walks.town import Town
from wizard.clock import now, stamp, today
from wizard.db import transaction
from wizard.models import Dossier
from wizard.services import families as known_families
from wizard.services.documents import vault
from wizard.stores import accounts, child_files, families
from wizard.stores.families import KnownFamily
from wizard.values import school_years

pytestmark = pytest.mark.slow  # begun first: each is minutes of one worker

HEADER = "N° famille;Nom de famille;Prénom;Adresse e-mail;Quartier\n"


@pytest.fixture
def name() -> str:
    """A name of eighty letters that nobody else has: no other family of the town is like its own."""
    letters = "".join(uuid4().hex for _ in range(3)).translate(str.maketrans("0123456789", "ghijklmnop"))
    return f"Ker{letters[:77]}"


def a_dossier(town: Town, name: str, given_name: str = "Camille", *, accepted: bool = False) -> Dossier:
    """Return a dossier, the oldest of the queue, of a family whose address needs no check."""
    with town.database() as db:
        dossier = a_family(db, name, given_name, f"+336{uuid4().int % 10**8:08}")
        with transaction(db):
            db.execute("UPDATE dossiers SET deposited_at = '2020-01-01T10:00:00+00:00' WHERE id = ?", (dossier.id,))
            db.execute("UPDATE addresses SET to_check = 0 WHERE person = ?", (dossier.lines[0].person,))
        if accepted:
            decide(db, dossier.id)
        return dossier


def refused(page: Page) -> None:
    """Wait for the errors of what was just sent."""
    expect(page.locator("#summary")).to_be_visible()


def test_what_is_alike_and_what_is_accepted_together(examiner: Examiner, town: Town, name: str) -> None:
    page = examiner.page
    dossier, _other, easy = a_dossier(town, name), a_dossier(town, name, "Alix"), a_dossier(town, name[::-1])
    Clerk(page, town, town.a_desk()).sign_in()
    page.goto(f"/mairie/dossiers/{dossier.reference}")
    page.locator("article.row a[href*=doublons]").first.click()
    examiner.look("mairie-doublon")
    press(page, "Ce ne sont pas les mêmes")
    examiner.look("mairie-doublon-ecarte")
    press(page, "Reprendre : c'est peut-être la même personne")
    press(page, "Même enfant, deux foyers")
    examiner.look("mairie-reunion")
    follow(page, f"Dossier {dossier.reference[:4]} {dossier.reference[4:]}")
    examiner.look("mairie-dossier-reuni")
    page.goto("/mairie")
    page.locator(f"[name=dossier][value^='{easy.reference}']").check()
    press(page, "Accepter les dossiers cochés")
    expect(page.locator("main .check")).to_contain_text("1 dossier accepté sur 1")
    examiner.look("mairie-acceptes-ensemble")
    page.goto("/mairie/aide")
    examiner.look("mairie-aide")


def test_a_family_at_the_counter_and_what_is_exported(examiner: Examiner, town: Town, name: str) -> None:
    page, dossier = examiner.page, a_dossier(town, name, accepted=True)
    Clerk(page, town, town.a_desk()).sign_in()
    page.goto("/mairie/exports")
    examiner.look("mairie-exports")
    page.goto("/mairie/exports/csv")
    examiner.look("mairie-export")
    with page.expect_download():
        press(page, "Télécharger")
    page.goto(f"/mairie/familles/{dossier.household}")
    page.get_by_role("link", name=re.compile("^Retirer l'autorisation")).click()
    examiner.look("mairie-retirer")
    press(page, "Retirer maintenant")
    refused(page)
    examiner.look("mairie-retirer-erreur")
    page.get_by_role("radio").first.check()
    press(page, "Retirer maintenant")
    expect(page.locator("main .check")).to_contain_text("C'est retiré")
    page.locator("#kind").select_option("situation")
    fill(page, text=f"Le père vient le mardi. {'x' * 60}")
    press(page, "Ajouter la note")
    page.get_by_role("link", name=re.compile("^Corriger")).click()
    examiner.look("mairie-note")
    page.goto(f"/mairie/familles/{dossier.household}/adresse")
    examiner.look("mairie-adresse")
    press(page, "Mon adresse n'est pas dans la liste")
    expect(page.locator("#street")).to_be_visible()
    press(page, "Enregistrer cette adresse")
    refused(page)
    examiner.look("mairie-adresse-erreurs")
    page.goto("/mairie/exports/csv")
    expect(page.get_by_role("heading", name="À retirer de votre logiciel")).to_be_visible()
    examiner.look("mairie-export-a-retirer")


def test_the_families_that_the_town_knows(examiner: Examiner, town: Town, name: str) -> None:
    page = examiner.page
    dossier = a_dossier(town, name)
    with town.database() as db, transaction(db):
        account = accounts.by_id(db, dossier.account)
        assert account is not None
        known_families.match(db, account)
        families.save(db, KnownFamily("0077", name, "Camille", None), now())
    Clerk(page, town, town.a_desk()).sign_in()
    page.goto("/mairie/familles-connues")
    page.locator("#file").set_input_files({"name": "vide.csv", "mimeType": "text/csv", "buffer": b"rien"})
    press(page, "Lire le fichier")
    refused(page)
    examiner.look("mairie-connues-erreur")
    lines = f"{HEADER}77;{name};Camille;;Bourg\n78;{EIGHTY_CHARACTERS};Zoé;z@exemple.fr;\n;sans clé;;;\n"
    page.locator("#file").set_input_files({"name": "f.csv", "mimeType": "text/csv", "buffer": lines.encode()})
    press(page, "Lire le fichier")
    arrived(page, re.compile("^Fichier lu"))
    examiner.look("mairie-connues-lues")
    page.get_by_role("button", name=re.compile("^Importer")).click()
    arrived(page, "Familles importées")
    examiner.look("mairie-connues-importees")
    for path in ("peut-etre", "sans-compte"):
        page.goto(f"/mairie/familles-connues/{path}")
        examiner.look(f"mairie-connues-{path}")
    page.goto("/mairie/familles-connues")
    examiner.look("mairie-connues")


def test_the_pages_of_who_administers(examiner: Examiner, town: Town, name: str) -> None:
    page, dossier = examiner.page, a_dossier(town, name, accepted=True)
    with town.database() as db, transaction(db):
        db.execute(
            "UPDATE accounts SET created_at = '2019-01-01T10:00:00+00:00', seen_at = NULL WHERE id = ?",
            (dossier.account,),
        )
    Clerk(page, town, town.a_desk("administrateur")).sign_in("Administration")
    examiner.look("administration")
    for path in ("agents", "motifs", "tracabilite", "conservation"):
        page.goto(f"/mairie/{path}")
        examiner.look(f"administration-{path}")
    page.goto("/mairie/agents/inviter")
    press(page, "Envoyer l'invitation")
    refused(page)
    examiner.look("administration-invitation-erreurs")
    fill(page, name="Rose Ploumanac", email=f"{name.lower()}@oudon.example")
    page.get_by_role("radio", name=re.compile("^Instruction")).check()
    press(page, "Envoyer l'invitation")
    expect(page.locator("main .check")).to_contain_text("Invitation écrite")
    examiner.look("administration-invitation-ecrite")
    page.get_by_role("link", name=re.compile("^Rose Ploumanac")).click()
    examiner.look("administration-agent")
    page.goto("/mairie/motifs/nouveau")
    press(page, "Enregistrer")
    refused(page)
    examiner.look("administration-motif-erreurs")
    page.goto("/mairie/motifs")
    follow(page, "Hors commune")
    examiner.look("administration-motif")
    page.goto(f"/mairie/tracabilite?famille={dossier.reference}")
    examiner.look("administration-tracabilite-d-une-famille")
    page.goto(f"/mairie/tracabilite/{dossier.reference}/effacer")
    press(page, "Effacer pour de bon")
    refused(page)
    examiner.look("administration-effacer-erreur")
    mail = town.portal.mail_to(f"{name.lower()}@oudon.example").get_body(("plain",))
    link = re.search(r"http://\S+/invitation/[\w-]+", str(mail and mail.get_content()))
    assert link
    press(page, "Se déconnecter")
    page.goto(link[0])
    examiner.look("invitation-d-agent")
    fill(page, new_password=AGENT_PASSWORD[:5])
    press(page, "Continuer")
    refused(page)
    examiner.look("invitation-d-agent-erreur")
    page.goto("/mairie/invitation/" + "x" * 43)
    examiner.look("invitation-d-agent-perimee")


def test_the_dossier_of_a_child_and_the_lists_of_the_day(examiner: Examiner, town: Town, name: str) -> None:
    page, dossier, year = examiner.page, a_dossier(town, name, accepted=True), school_years.of(today())
    child = dossier.lines[1].person
    answers = {"accueils": {"school": ["École Sainte-Anne"], "services": ["cantine", "mercredi"]}}
    with town.database() as db, transaction(db):
        child_files.deposit(
            db, child, year, dossier.account, answers, meal="Sans viande", pai=True, sealed_at=None, now=now()
        )
        db.execute(
            """INSERT INTO documents (id, kind, child, year, last_year, state, deposited_at, media_type, pages, bytes)
            VALUES (?, 'assurance', ?, ?, ?, 'received', ?, 'image/jpeg', 1, 1)""",
            (uuid4().int % 10**12, child, year, year, stamp(now())),
        )
    Clerk(page, town, town.a_desk()).sign_in()
    for chosen in ("a-examiner", "incomplets", "non-deposes"):
        page.goto(f"/mairie/dossiers-administratifs?liste={chosen}")
        examiner.look(f"mairie-enfants-{chosen}")
    page.goto(f"/mairie/enfants/{child}/dossier/{year}")
    examiner.look("mairie-dossier-enfant")
    press(page, "Enregistrer et prévenir la famille")
    refused(page)
    examiner.look("mairie-dossier-enfant-erreur")
    page.get_by_label("Réponse Attestation").select_option("illegible")
    press(page, "Enregistrer et prévenir la famille")
    expect(page.locator("main .check")).to_contain_text("C'est enregistré pour 1 document")
    examiner.look("mairie-dossier-enfant-decide")
    page.goto("/mairie/cantine")
    examiner.look("mairie-cantine")


def test_the_envelope_of_a_child_asked_for_opened_and_lost(examiner: Examiner, town: Town, name: str) -> None:
    page, dossier, year = examiner.page, a_dossier(town, name, accepted=True), school_years.of(today())
    child = dossier.lines[1].person
    with town.database() as db, transaction(db):
        vault.seal(child, year, {"vaccination": ["not_yet"], "reaction": ["L'injecter, puis appeler le 15"]})
        child_files.deposit(db, child, year, dossier.account, {}, meal=None, pai=True, sealed_at=now(), now=now())
    Clerk(page, town, town.a_desk("sante")).sign_in(f"Dossiers administratifs {year}")
    page.goto(f"/mairie/enfants/{child}/dossier/{year}")
    follow(page, "Ouvrir le pli")
    expect(page.get_by_text("Les parents verront votre nom et l'heure")).to_be_visible()
    examiner.look("mairie-pli-demande")
    press(page, "Ouvrir le pli")
    expect(page.get_by_text("appeler le 15")).to_be_visible()
    examiner.look("mairie-pli-ouvert")
    with town.database():
        vault.drop_envelope(child, year)
    page.goto(f"/mairie/enfants/{child}/pli/{year}")
    press(page, "Ouvrir le pli")
    expect(page.get_by_role("alert")).to_contain_text("Ce pli ne s'ouvre plus")
    examiner.look("mairie-pli-perdu")
