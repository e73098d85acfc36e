"""The journey of a family in a browser, screen by screen, with or without JavaScript."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.support.walk import PASSWORD
from tests.walks.town import Desk, Town
from wizard.french import plain

EIGHTY_LETTERS = ("Hippolyte" * 9)[:80]
EIGHTY_CHARACTERS = "Wolfeschlegelsteinhausen-Bergerdorff de la Tour d'Auvergne Lauraguais-Montmorency"[:80]
Shoot = Callable[[Page, str], None]


def _quietly(_page: Page, _name: str) -> None:
    """Take no picture."""


@dataclass
class Family:
    """Who signs up, and what they say."""

    email: str = field(default_factory=lambda: f"{uuid4().hex[:12]}@exemple.fr")
    birth_name: str = "Martin"
    given_name: str = "Camille"
    child: str = "Loïc"
    contact: str = "Jeanne"


def arrived(page: Page, title: str | re.Pattern[str]) -> None:
    """Wait until the page or step of this title is there."""
    expect(page.locator("h1")).to_have_text(title)


def fill(page: Page, **values: str) -> None:
    """Type answers."""
    for name, value in values.items():
        page.locator(f"#{name}").fill(value)


def press(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follow a link."""
    page.get_by_role("link", name=name, exact=True).click()


class Stride:
    """A parent who walks through the screens on `page`; `shoot` takes a picture of each."""

    def __init__(self, page: Page, town: Town, family: Family | None = None, shoot: Shoot = _quietly) -> None:
        self.page = page
        self.town = town
        self.family = family or Family()
        self.take = shoot

    def shoot(self, name: str) -> None:
        self.take(self.page, name)

    # Screens 1 to 7: the sign-up

    def begin(self) -> None:
        """Home, welcome."""
        self.page.goto("/")
        self.shoot("01-accueil")
        follow(self.page, "Créer mon espace")
        arrived(self.page, "Créer mon espace famille")
        self.shoot("02-bienvenue")
        press(self.page, "Je crée mon espace")
        arrived(self.page, "Votre identité")

    def identity(self) -> None:
        self.page.locator("#title").select_option("madame")
        fill(self.page, birth_name=self.family.birth_name, given_name=self.family.given_name)
        self.shoot("03-identite")
        press(self.page, "Suivant")
        arrived(self.page, "Votre adresse")

    def address_in_the_list(self) -> None:
        """Choose in the drop-down; the green check appears."""
        self.page.locator("#address_query").press_sequentially("12 rue d'anj", delay=20)
        option = self.page.get_by_role("option").first
        expect(option).to_contain_text("12 Rue d'Anjou")
        self.shoot("04-adresse-liste")
        option.click()
        expect(self.page.locator(".combobox .check")).to_be_visible()
        fill(self.page, apartment="3")
        self.shoot("04-adresse")
        press(self.page, "Suivant")
        arrived(self.page, "Vos moyens de contact")

    def address_searched(self) -> None:
        """Search, then choose among the answers: what works without JavaScript."""
        fill(self.page, address_query="12 rue")
        press(self.page, "Chercher cette adresse")
        expect(self.page.get_by_text("Est-ce l'une de ces adresses ?")).to_be_visible()
        self.page.get_by_label("12 Rue d'Anjou 44521 Oudon").check()
        self.shoot("04-adresse-cherchee")
        press(self.page, "Suivant")
        arrived(self.page, "Vos moyens de contact")

    def address_by_hand(self) -> None:
        """Type the address part by part."""
        press(self.page, "Mon adresse n'est pas dans la liste")
        fill(self.page, house_number="12 bis", street="rue du Moulin", postcode="44521", city="Oudon")
        self.shoot("04-adresse-saisie")
        press(self.page, "Suivant")
        arrived(self.page, "Vos moyens de contact")

    def contacts(self) -> None:
        fill(self.page, mobile="06 12 34 56 78", email=self.family.email)
        self.shoot("05-contacts")
        press(self.page, "Suivant")
        arrived(self.page, "Vos identifiants")

    def credentials(self, *, with_image: bool) -> None:
        fill(self.page, password=PASSWORD)
        if with_image:
            self.page.locator(f".board label:has([value='{self.town.right_icon(self.page)}'])").click()
        self.shoot("06-identifiants")
        press(self.page, "Valider" if with_image else "Continuer sans l'image, avec un code par courriel")
        arrived(self.page, "Confirmation de création de votre espace")
        expect(self.page.locator(".large")).to_have_text(self.family.email)
        self.shoot("07-confirmation")

    def sign_up(self, *, with_image: bool = False) -> None:
        """Everything up to the confirmation, the address typed by hand."""
        self.begin()
        self.identity()
        self.address_by_hand()
        self.contacts()
        self.credentials(with_image=with_image)

    # Screens 8 to 11: the mail, the activation, the first sign-in

    def mailed(self, subject: str) -> str:
        """Return the text of the latest mail of that subject."""
        mail = self.town.portal.mail_to(self.family.email, subject).get_body(("plain",))
        assert mail is not None
        return plain(str(mail.get_content()))

    def activation_link(self) -> str:
        """Return the link of the mail."""
        link = re.search(r"http://\S+/activation/\S+", self.mailed("Création de votre espace personnel"))
        assert link
        return link[0]

    def activate(self) -> None:
        """Open the link of the mail, give the password: activated and signed in at once."""
        self.page.goto(self.activation_link())
        arrived(self.page, "Activer mon espace")
        fill(self.page, password=PASSWORD)
        self.shoot("09-activation")
        press(self.page, "Activer mon espace")
        arrived(self.page, "Nouvelles personnes")
        self.shoot("09-active")

    def leave(self) -> None:
        """Sign out."""
        self.page.goto("/espace")
        press(self.page, "Se déconnecter")
        arrived(self.page, "Bienvenue sur le portail famille")

    def have_an_account(self) -> None:
        """Be one who signed up and activated their account some time ago, elsewhere."""
        family = self.family
        self.town.an_account(family.email, birth_name=family.birth_name, given_name=family.given_name)

    def sign_in(self) -> None:
        """From the account to « Votre entourage », on another day."""
        self.leave()
        self.come_in()
        press(self.page, "Commencer")
        arrived(self.page, "Votre entourage")

    def come_in(self) -> None:
        """Sign in, to « Nouvelles personnes »."""
        self.page.goto("/connexion?suite=/entourage")
        arrived(self.page, "Connexion à mon espace")
        fill(self.page, username=self.family.email, password=PASSWORD)
        self.shoot("10-connexion")
        press(self.page, "Se connecter")
        arrived(self.page, "Nouvelles personnes")
        self.shoot("11-nouvelles-personnes")

    # Screens 12 to 14: the entourage

    def add_child(self, name: str = "") -> None:
        follow(self.page, "Ajouter un membre")
        arrived(self.page, "Ajouter un membre")
        fill(self.page, birth_name=self.family.birth_name, given_name=name or self.family.child, birthdate="03/09/2019")
        self.page.locator("#link").select_option(label="Mère")
        self.page.get_by_label("Avec moi").check()
        self.shoot("12-membre")
        press(self.page, "Ajouter")
        arrived(self.page, "Votre entourage")

    def add_co_representative(self) -> None:
        follow(self.page, "Ajouter un co-représentant")
        arrived(self.page, "Ajouter un co-représentant")
        fill(self.page, birth_name="Durand", given_name="Dominique", mobile="06 98 76 54 32")
        self.page.locator("select[name^=link_]").first.select_option(label="Père")
        self.page.get_by_label("Oui").check()
        self.shoot("12-co-representant")
        press(self.page, "Ajouter")
        arrived(self.page, "Votre entourage")

    def add_contact(self, email: str = "") -> None:
        follow(self.page, "Ajouter un contact")
        arrived(self.page, "Ajouter un contact")
        fill(self.page, birth_name="Le Goff", given_name=self.family.contact, phone="02 40 83 60 17", email=email)
        self.page.locator("#link").select_option(label="Grand-parent")
        self.page.get_by_label("Cette personne peut venir chercher l'enfant").check()
        self.shoot("12-contact")
        press(self.page, "Ajouter")
        arrived(self.page, "Votre entourage")

    def declare(self) -> None:
        """Add one person of each kind, and read the summary."""
        self.shoot("12-entourage-vide")
        self.add_child()
        self.add_co_representative()
        self.add_contact()
        self.shoot("12-entourage")
        press(self.page, "Aller à l'étape 2")
        arrived(self.page, "Récapitulatif")
        self.shoot("13-recapitulatif")

    def deposit(self) -> str:
        """Press « Valider » and return the dossier's reference."""
        press(self.page, "Valider")
        arrived(self.page, "Votre dossier est déposé")
        self.shoot("14-depose")
        return "".join(self.page.locator(".large").inner_text().split())

    # Screen 17

    def see_space(self, name: str = "17-espace") -> None:
        """Open the family's page."""
        self.page.goto("/espace")
        arrived(self.page, "Mon espace famille")
        self.shoot(name)


class Clerk:
    """An agent of the town hall at a desk: screen 15."""

    def __init__(self, page: Page, town: Town, desk: Desk, shoot: Shoot = _quietly) -> None:
        self.page, self.town, self.desk, self.take = page, town, desk, shoot

    def shoot(self, name: str) -> None:
        self.take(self.page, name)

    def sign_in(self, title: str = "Dossiers à traiter") -> None:
        """Password, then the phone's first code."""
        self.page.goto("/mairie")
        arrived(self.page, "Connexion des agents de la mairie")
        fill(self.page, email=self.desk.email, password=self.desk.password)
        self.shoot("15-mairie-connexion")
        press(self.page, "Continuer")
        arrived(self.page, "Reliez votre téléphone")
        self.shoot("15-mairie-telephone")
        fill(self.page, code=self.town.code_of(self.desk))
        press(self.page, "Se connecter")
        arrived(self.page, title)

    def sign_in_again(self) -> None:
        """Up to the code of a phone that is enrolled."""
        fill(self.page, email=self.desk.email, password=self.desk.password)
        press(self.page, "Continuer")
        arrived(self.page, "Le code de votre téléphone")

    def open(self, reference: str) -> None:
        """Find the dossier in the queue."""
        self.shoot("15-mairie-file")
        follow(self.page, f"{reference[:4]} {reference[4:]}")
        arrived(self.page, re.compile(f"^Dossier {reference[:4]}.{reference[4:]}"))
        self.shoot("15-mairie-dossier")

    def accept(self, name: str) -> None:
        """Accept one person."""
        self._card(name).get_by_label("Demande acceptée", exact=True).check()

    def ask_to_correct(self, name: str, comment: str) -> None:
        """Ask the family to correct one person."""
        card = self._card(name)
        card.get_by_label("À corriger", exact=True).check()
        card.get_by_label("Motif", exact=False).first.select_option("missing_information")
        card.get_by_label("Précision pour la famille").fill(comment)

    def save(self, *, one_by_one: bool) -> None:
        """Save what was decided for each person, or for all of them at once."""
        self.shoot("15-mairie-choix")
        people = self.page.get_by_role("article").all()
        if one_by_one:
            for card in people:
                card.get_by_role("button", name="Enregistrer").click()
                expect(card.locator(".decided")).to_contain_text("Décision enregistrée")
        else:
            press(self.page, "Enregistrer toutes les décisions")
        expect(self.page.locator(".decided")).to_have_count(len(people))

    def _card(self, name: str) -> Locator:
        return self.page.get_by_role("article").filter(has=self.page.get_by_role("heading", name=name))

    def answer(self) -> None:
        """Read the answer again and send it."""
        self.shoot("15-mairie-decide")
        press(self.page, "Relire et envoyer la réponse")
        arrived(self.page, re.compile("^Réponse au dossier"))
        self.shoot("15-mairie-reponse")
        press(self.page, "Envoyer la réponse")
        arrived(self.page, re.compile("^Dossier"))
        expect(self.page.locator("#reponse")).to_contain_text("La réponse partira à")
        self.shoot("15-mairie-repondu")
