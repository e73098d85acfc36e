"""The three kinds of people one may add, each with its form, its page and its words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from wizard.entourage.people import child, co_representative, contact, family
from wizard.entourage.people.family import Entry, PersonForm
from wizard.journey.steps import Rows, labelled_values
from wizard.models import Answers
from wizard.services.wording import together
from wizard.values.emails import normalise_email


@dataclass(frozen=True)
class Kind:
    """One kind of person: `build` makes its form from what the draft already says."""

    slug: str
    add: Any
    title: Any
    explanation: Any
    template: str
    build: Callable[..., PersonForm]

    def filled(self, entry: Entry, answers: Answers) -> PersonForm:
        """Return the form of someone already added, as submitted."""
        return self.build(MultiDict(entry.raw), entry=entry.id, answers=answers)


KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            family.CO_REPRESENTATIVE,
            _("Ajouter un co-représentant"),
            _("Co-représentant"),
            _("La personne qui partage votre vie, ou l'autre parent."),
            "entourage/people/co_representative.html",
            co_representative.build,
        ),
        Kind(
            family.CHILD,
            _("Ajouter un membre"),
            _("Enfant"),
            _("Chacun de vos enfants, même s'il n'est pas encore inscrit."),
            "entourage/people/child.html",
            child.build,
        ),
        Kind(
            family.CONTACT,
            _("Ajouter un contact"),
            _("Contact"),
            _("Une personne qui peut venir chercher l'enfant, ou à appeler en cas d'urgence."),
            "entourage/people/contact.html",
            contact.build,
        ),
    )
}


_SAID_IN_WORDS = frozenset({"children", "contacts", "may_collect", "emergency"})


@dataclass(frozen=True)
class Card:
    """Someone as the pages show them: first name in large, what they are and may do in words, the details."""

    entry: Entry
    title: Any
    name: str
    words: str
    rows: Rows
    advice: str


def card(entry: Entry, answers: Answers) -> Card:
    """Return the card of someone added in this draft."""
    form = KINDS[entry.kind].filled(entry, answers)
    complete = form.validate()
    rows = labelled_values(form, _SAID_IN_WORDS)
    words = _words(form, answers)
    advice = _advice(form, answers) if complete else gettext("À compléter : choisissez « Modifier ».")
    return Card(entry, KINDS[entry.kind].title, family.name_of(entry), words, rows, advice)


def _advice(form: PersonForm, answers: Answers) -> str:
    """Tell two adults who share a mailbox that each may have their own; nothing obliges them."""
    email = normalise_email(form.data.get("email") or "")
    if not email or email not in family.parent_emails(answers):
        return ""
    sentence = gettext(
        "Son courriel est aussi le vôtre : les messages arriveront dans une seule boîte, et une adresse n'ouvre qu'un"
        " espace. Si cette personne a son adresse, indiquez-la plutôt."
    )
    return str(sentence)


def _words(form: PersonForm, answers: Answers) -> str:
    children = [one.given_name for one in concerned(form, answers)] if isinstance(form, contact.ContactForm) else []
    if not children:
        return ""
    names = together(children)
    sentences = []
    if form.data["may_collect"]:
        sentences.append(gettext("peut venir chercher %(names)s", names=names))
    if form.data["emergency"]:
        sentences.append(gettext("à appeler en cas d'urgence pour %(names)s", names=names))
    return ", ".join(sentences)


def concerned(form: contact.ContactForm, answers: Answers) -> list[Entry]:
    """Return the children a contact concerns, said on their form or on the child's."""
    named = set(form.children.data or ())
    return [one for one in family.children(answers) if one.id in named or form.entry in one.raw.get("contacts", [])]
