"""What a town sets of the dossier administratif: `[dossier]` and `[sante]` of town.toml."""

from collections.abc import Callable
from typing import Any

from wizard import expect
from wizard.models import ChildFiles, Health
from wizard.models.childfile import SERVICES
from wizard.town_toml import REQUIRED


def read(key: Callable[..., Any], *, demonstration: bool) -> ChildFiles:
    """Return what `key` finds, checked; the demonstration asks for a document, that one may see how it is sent."""
    documents: dict[str, Any] = {"assurance": True} if demonstration else {}
    services = key("dossier.services", expect.among(*SERVICES), SERVICES)
    return ChildFiles(
        schools=key("dossier.schools", expect.each(expect.text), ()),
        services=services,
        declared=key("dossier.declared", expect.among(*services), ()),
        meals=key("dossier.meals", expect.some(expect.each(expect.text)), ("Menu du jour", "Sans viande")),
        opens=key("dossier.opens", expect.day_of_the_year, (5, 15)),
        closed=key("dossier.closed", expect.sentence, ""),
        alone_age=key("dossier.alone_age", expect.up_to(17), 6),
        documents=documents | key("dossier.documents", expect.documents, {}),
        health=_health(key),
    )


def _health(key: Callable[..., Any]) -> Health | None:
    online = key("sante.en_ligne", expect.yes_or_no, False)
    needed = REQUIRED if online else None
    dpo, assessed_on = key("sante.dpo", expect.text, needed), key("sante.aipd", expect.day, needed)
    return Health(dpo=dpo, assessed_on=assessed_on) if online else None
