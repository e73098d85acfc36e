"""In the town's frame, with every cookie refused, what the town hall asks to correct is sent back all the same."""

import re

import pytest

from tests.matrix.engines import MODES, Mode
from tests.matrix.internet import Internet
from tests.matrix.visitor import Visitor
from tests.support.families import decide
from tests.support.portal import Portal
from tests.support.walk import PASSWORD
from tests.walks.town import open_town
from wizard.french import plain

COMMENT = "Il manque un chiffre."


@pytest.mark.long
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-script"])
@pytest.mark.parametrize("mode", [mode for mode in MODES if mode.keeps == "nothing"], ids=str)
def test_a_correction_is_sent_back_from_the_town_s_frame(
    mode: Mode, scripts: bool, parent: Visitor, internet: Internet, served: Portal
) -> None:
    with open_town(served) as town, town.database() as db:
        dossier, email = town.a_family()
        decide(db, dossier.id, "missing_information", COMMENT, Jeanne="to_correct")
    parent.open()
    parent.press("Entourage")
    parent.arrived("Déclarer mon entourage : connexion")
    parent.type(username=email, password=PASSWORD)
    parent.press("Se connecter")
    parent.arrived("Nouvelles personnes")
    parent.press("Commencer")
    parent.arrived("Votre entourage")
    assert COMMENT in plain(parent.read(".cards"))
    parent.press("Modifier Jeanne")
    parent.awaits("phone")
    assert COMMENT in plain(parent.read(".notice"))
    parent.type(phone="06 55 44 33 22")
    parent.press("Enregistrer")
    parent.arrived("Votre entourage")
    parent.press("Aller à l'étape 2")
    parent.arrived("Récapitulatif")
    parent.press("Valider")
    parent.arrived("Votre dossier est déposé")
    assert re.sub(r"\s", "", parent.read(".large")) == dossier.reference
    assert internet.violations == []
