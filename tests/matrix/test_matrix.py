"""The whole journey in the town's frame, in three engines, in each way they treat cookies, with and without scripts."""

import re
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from tests.matrix.engines import MODES, Mode
from tests.matrix.internet import EVIL, Heard, Internet
from tests.matrix.leaps import ADDRESS, WELCOME, begin, reach_confirmation
from tests.matrix.table import TITLE, head, row
from tests.matrix.visitor import Visitor
from tests.support.portal import Portal
from tests.support.tables import Tell
from tests.support.walk import PASSWORD, code_of
from wizard.db import connect

# In every run, one of each engine, where least is left to it; the others are long.
SHORT = {
    "Chromium-every-cookie-refused-no-script",
    "Firefox-third-parties-blocked-scripts",
    "WebKitGTK-default-no-script",
}
CASES = [
    pytest.param(mode, scripts, id=name, marks=() if name in SHORT else pytest.mark.long)
    for mode in MODES
    for scripts in (True, False)
    for name in [f"{mode}-{'scripts' if scripts else 'no-script'}"]
]


def resume(parent: Visitor, scripts: bool) -> bool:
    """Load the town's page again and go on where the sign-up was; return whether it was found again."""
    parent.open()
    parent.press("Créer mon espace")
    parent.arrived(WELCOME)
    if scripts:
        parent.has_run_its_scripts()  # one of them shows what was begun
    found = parent.sees("Reprendre")
    if found:
        parent.press("Reprendre")
        parent.arrived(ADDRESS)
    else:
        parent.open()
        begin(parent)
    return found


def sign_up(parent: Visitor, email: str, town_hall: Portal) -> None:
    """From the second step to the account, activated by the code of the mail."""
    reach_confirmation(parent, email)
    mail = town_hall.mail_to(email).get_body(("plain",))
    assert mail
    parent.type(code=code_of(mail.get_content()))
    parent.press("Activer mon espace")
    parent.arrived("Nouvelles personnes")


def deposit(parent: Visitor, email: str) -> str:
    """Declare a child from the frame, with no session but the draft's address; return the dossier's reference.

    What the code opened is left, and opened again with the password: both ways in are walked.
    """
    parent.press("Terminer pour le moment")
    parent.arrived("Déclarer mon entourage : connexion")
    parent.type(username=email, password=PASSWORD)
    parent.press("Se connecter")
    parent.arrived("Nouvelles personnes")
    parent.press("Commencer")
    parent.arrived("Votre entourage")
    parent.press("Ajouter un membre")
    parent.arrived("Ajouter un membre")
    parent.type(birth_name="Martin", given_name="Loïc", birthdate="03/09/2019")
    parent.choose("link", "mother")
    parent.choose("residence", "here")
    parent.press("Ajouter")
    parent.arrived("Votre entourage")
    parent.press("Aller à l'étape 2")
    parent.arrived("Récapitulatif")
    parent.press("Valider")
    parent.arrived("Votre dossier est déposé")
    return re.sub(r"\s", "", parent.read(".large"))


def kept(instance: Path, email: str) -> list[tuple[str, str]]:
    """Return who was declared by an address, each with the reference of the dossier they are in."""
    db = connect(instance / "portail.db")
    rows = db.execute(
        """SELECT people.given_name, dossiers.reference FROM accounts
        JOIN dossiers ON dossiers.account = accounts.id
        JOIN dossier_people ON dossier_people.dossier = dossiers.id JOIN people ON people.id = dossier_people.person
        WHERE accounts.email = ? ORDER BY people.id""",
        (email,),
    ).fetchall()
    db.close()
    return rows


def header(heard: Heard, name: str) -> str:
    return next((value for known, value in heard.headers.items() if known.lower() == name), "")


def cookies(heard: Iterable[Heard]) -> set[str]:
    """Return the names of the cookies that came to the portal."""
    return {part.partition("=")[0] for one in heard for part in header(one, "cookie").split("; ") if part}


@pytest.mark.parametrize(("mode", "scripts"), CASES)
def test_a_family_is_declared_from_the_town_s_frame(
    mode: Mode,
    scripts: bool,
    parent: Visitor,
    internet: Internet,
    served: Portal,
    tell: Tell,
) -> None:
    email = f"{uuid4().hex}@exemple.fr"
    done: dict[str, bool] = {}
    try:
        parent.open()
        begin(parent)
        done["resumed after reload"] = resume(parent, scripts)
        sign_up(parent, email, served)
        done["signed up"] = True
        reference = deposit(parent, email)
        done["entourage deposited"] = True
    finally:
        tell(TITLE, head(), row(mode, scripts, done))
    assert done["resumed after reload"] == (mode.keeps == "cookie" or (mode.keeps == "storage" and scripts))
    assert kept(served.instance, email) == [("Camille", reference), ("Loïc", reference)]
    posts = [one for one in internet.heard if one.method == "POST"]
    assert {header(one, "hx-request") for one in posts} == {"true" if scripts else ""}
    assert cookies(internet.heard) <= ({"__Host-brouillon"} if mode.keeps == "cookie" else set())
    assert internet.violations == []
    if scripts:
        parent.fits()


@pytest.mark.parametrize("scripts", [True], ids=["scripts"])
@pytest.mark.parametrize("mode", [MODES[0], MODES[3], MODES[6]], ids=str)
def test_a_stranger_s_site_shows_nothing_of_the_portal(driver: WebDriver, internet: Internet) -> None:
    driver.get(f"https://{EVIL}/")
    internet.wait_for("/")
    stranger = Visitor(driver, f"https://{EVIL}/")
    stranger.enter()
    assert not driver.find_elements(By.CSS_SELECTOR, "#main, form, a[href$='/inscription']")
    assert not [one.path for one in internet.heard if one.path.startswith("/static")]
