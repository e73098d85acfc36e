"""What was just done to someone of the list, told by the page that follows."""

from collections.abc import Mapping
from typing import Any

from wizard.french import gettext as _
from wizard.journey.steps import Done
from wizard.journey.view import WHOM
from wizard.kinds import KINDS, added, family
from wizard.models import Draft
from wizard.stores.answers import Entry, Held
from wizard.web.done import DONE

ADDED, EDITED, REMOVED, PUT_BACK = "ajouter", "modifier", "retirer", "remettre"
# Said of someone whose gender nobody may have told.
_SENTENCES = {
    ADDED: _("C'est noté : %(name)s fait partie de la liste."),
    EDITED: _("C'est noté : les réponses pour %(name)s sont enregistrées."),
    PUT_BACK: _("C'est noté : %(name)s est de nouveau dans la liste."),
}
_INCOMPLETE = _("C'est gardé : il manque des réponses pour %(name)s.")


def news(draft: Draft, done: Done) -> Mapping[str, Any]:
    """Return what a page tells of what was just `done`, if it still holds; and whom it may put back."""
    what, whom = done.get(DONE, ""), done.get(WHOM)
    who = next((one for one in added(draft.answers) if one.id == whom), None)
    sentence = _sentence(what, who, draft) % {"name": family.called(who)} if who else ""
    removed = Held(draft.answers).removed
    return {
        "news": sentence,
        "removed": removed,
        "removed_name": family.called(removed) if removed else "",
        "just_removed": removed is not None and (what, whom) == (REMOVED, removed.id),
    }


def _sentence(what: str, who: Entry, draft: Draft) -> str:
    if what in {ADDED, EDITED} and not KINDS[who.kind].filled(who, draft.answers).validate():
        return str(_INCOMPLETE)
    return str(_SENTENCES.get(what, ""))
