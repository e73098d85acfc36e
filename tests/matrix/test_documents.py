"""A document photographed in each of the three engines: made smaller there, and upright once here."""

import io
from pathlib import Path

import pytest
from PIL import Image
from selenium.webdriver.common.by import By

from tests.matrix.engines import MODES, Mode
from tests.matrix.internet import PORTAL, Internet
from tests.matrix.visitor import Visitor
from tests.net.sender import YEAR
from tests.support.photos import a_photo
from tests.support.portal import Portal
from tests.support.walk import PASSWORD
from tests.walks.town import open_town
from wizard.services.documents import vault

FIRST = {mode.engine: mode for mode in reversed(MODES) if mode.keeps != "nothing"}


@pytest.mark.parametrize("scripts", [True], ids=["scripts"])
@pytest.mark.parametrize("mode", [FIRST["Firefox"], FIRST["WebKitGTK"]], ids=lambda mode: mode.engine)
def test_a_photo_is_sent_from_each_engine(
    mode: Mode, scripts: bool, parent: Visitor, internet: Internet, served: Portal, tmp_path: Path
) -> None:
    taken = tmp_path / "IMG_0042.jpg"
    taken.write_bytes(a_photo((3200, 2400)))
    with open_town(served) as town:
        dossier, email = town.a_family(accepted=True)
        page = town.document_page(dossier.lines[1].person, YEAR)
        parent.driver.get(f"https://{PORTAL}/connexion?suite={page}")
        parent.type(username=email, password=PASSWORD)
        parent.press("Se connecter")
        parent.awaits("files")
        parent.driver.find_element(By.ID, "files").send_keys(str(taken))
        parent.reads("[data-state]", "arrivée")
        parent.press("Envoyer ce document")
        parent.reads("#news", "Document envoyé")
        with town.database() as db:
            query = "SELECT id, bytes FROM documents WHERE child = ?"
            document, size = db.execute(query, (dossier.lines[1].person,)).fetchone()
            width, height = Image.open(io.BytesIO(vault.preview(document, 1))).size
    assert width < height and size < 400_000
    sent = [one for one in internet.heard if one.method == "PATCH"]
    assert sum(int(one.headers["Content-Length"]) for one in sent) < taken.stat().st_size / 4
    assert internet.violations == []
