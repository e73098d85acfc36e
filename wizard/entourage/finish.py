"""What the entourage's draft declared, made into one deposit."""

from flask_babel import lazy_gettext as _
from sqlite_utils import Database

from wizard import clock
from wizard.db import transaction
from wizard.entourage.kinds import KINDS, concerned
from wizard.entourage.people import family
from wizard.entourage.people.contact import ContactForm
from wizard.entourage.people.family import Entry, PersonForm
from wizard.identities import identity_of
from wizard.journey.steps import Refused, Submission
from wizard.models import Answers, Link, Residence, Role
from wizard.services import deposit, pace
from wizard.services.deposit import Declared
from wizard.services.wording import duration
from wizard.stores import drafts

_ROLES = {
    family.CO_REPRESENTATIVE: Role.CO_REPRESENTATIVE,
    family.CHILD: Role.CHILD,
    family.CONTACT: Role.CONTACT,
}


def finish(db: Database, submission: Submission) -> None:
    """Commit the entourage and deposit its dossier. A second click finds it done, and changes nothing.

    Raises Refused past the dossiers of an account, or when the town hall no longer asks for a correction that the
    draft holds: the draft stays.
    """
    draft = submission.draft
    declared = tuple(_declared(entry, draft.answers) for entry in family.added(draft.answers))
    try:
        with transaction(db):
            if drafts.exists(db, draft.id):
                _hold_back(db, draft.account or 0)
                deposit.deposit(db, draft, declared, family.persons(draft.answers), clock.now())
    except deposit.NotToCorrect as error:
        name = error.identity.called
        sentence = _("La demande pour %(name)s a changé entre-temps : retirez cette personne.", name=name)
        raise Refused("deposit", sentence) from None


def _hold_back(db: Database, account: int) -> None:
    if wait := pace.of_a_deposit(db, account):
        sentence = _(
            "Vous avez déposé plusieurs dossiers en peu de temps. Celui-ci est gardé : déposez-le dans %(duration)s.",
            duration=duration(wait),
        )
        raise Refused("deposit", sentence, 429)


def _declared(entry: Entry, answers: Answers) -> Declared:
    form = KINDS[entry.kind].filled(entry, answers)
    data = form.data
    return Declared(
        id=entry.id,
        role=_ROLES[entry.kind],
        identity=identity_of(data),
        residence=Residence(data["residence"]) if entry.kind == family.CHILD else None,
        same_address=data.get("same_address") == "yes",
        links=_links(entry, form, answers),
        my_link=Link(data["link"]) if entry.kind == family.CHILD else None,
        rights=_rights(form, answers),
    )


def _links(entry: Entry, form: PersonForm, answers: Answers) -> dict[str, Link]:
    """Return who this adult is to each child (by entry id), said on either of the two forms."""
    if isinstance(form, ContactForm):
        return {child.id: Link(str(form.link.data)) for child in concerned(form, answers)}
    if entry.kind == family.CHILD:
        return {}
    said = {
        child.id: form.linking(child) or child.value(family.link_field(entry)) for child in family.children(answers)
    }
    return {child: Link(link) for child, link in said.items() if link}


def _rights(form: PersonForm, answers: Answers) -> dict[str, tuple[bool, bool]]:
    """Return, for each child a contact concerns, whether they may collect them and be called."""
    if not isinstance(form, ContactForm):
        return {}
    right = (bool(form.may_collect.data), bool(form.emergency.data))
    return {child.id: right for child in concerned(form, answers)}
