"""Everyone of the draft as the pages show them."""

from dataclasses import dataclass

from wizard.entourage.marks import mark, situations
from wizard.french import gettext as _
from wizard.kinds import KINDS, added, family
from wizard.kinds.family import PersonForm
from wizard.kinds.kind import Kind
from wizard.models import Answers, Draft
from wizard.services import telling
from wizard.services.standing import Situation
from wizard.stores.answers import TAKEN_BACK, Entry, Held
from wizard.values.emails import normalise_email


@dataclass(frozen=True)
class PersonCard:
    """Someone as the pages show them: first name in large, what they are and may do in words, where they stand."""

    entry: Entry
    kind: Kind
    called: str
    name: str
    words: str
    mark: str
    advice: str


def cards(draft: Draft) -> list[PersonCard]:
    """Return the card of everyone in this draft."""
    known, unchanged = situations(draft), Held(draft.answers).unchanged
    return [
        _card(entry, draft.answers, mark(entry, draft, known), known.get(entry.id) if entry.key in unchanged else None)
        for entry in added(draft.answers)
    ]


def _card(entry: Entry, answers: Answers, mark: str, known: Situation | None) -> PersonCard:
    """Return a card; of someone left as `known`, it says their rights alone: the address may be read by others."""
    kind = KINDS[entry.kind]
    form = kind.filled(entry, answers)
    advice = _advice(form) if form.validate() else _("À compléter : choisissez « Modifier ».")
    if entry.value(TAKEN_BACK):
        taken = _("Vous avez retiré un droit à cette personne : vérifiez ce qui est demandé pour elle.")
        advice = f"{taken} {advice}".strip()
    words = " ".join(known.words) if known else telling.sentence(kind.words(form))
    return PersonCard(entry, kind, family.called(entry), family.name_of(entry), words, mark, advice)


def _advice(form: PersonForm) -> str:
    """Tell two adults who share a mailbox that each may have their own; nothing obliges them."""
    email = normalise_email(form.data.get("email") or "")
    if not email or email not in Held(form.answers).parent_emails:
        return ""
    sentence = _(
        "Son courriel est aussi le vôtre : les messages arriveront dans une seule boîte, et une adresse n'ouvre qu'un"
        " espace. Si cette personne a son adresse, indiquez-la plutôt."
    )
    return str(sentence)
