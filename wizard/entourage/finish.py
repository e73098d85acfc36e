"""What the entourage's draft declared, made into one deposit."""

from flask_babel import lazy_gettext as _
from sqlite_utils import Database

from wizard import clock
from wizard.db import transaction
from wizard.journey.steps import Refused, Submission
from wizard.kinds import KINDS, added
from wizard.services import deposit, pace
from wizard.services.wording import duration
from wizard.stores import drafts
from wizard.stores.answers import Held


def finish(db: Database, submission: Submission) -> None:
    """Commit the entourage and deposit its dossier. A second click finds it done, and changes nothing.

    Raises Refused past the dossiers of an account, or when the town hall no longer asks for a correction that the
    draft holds: the draft stays.
    """
    draft = submission.draft
    declared = tuple(KINDS[entry.kind].declared(entry, draft.answers) for entry in added(draft.answers))
    try:
        with transaction(db):
            if drafts.exists(db, draft.id):
                _hold_back(db, draft.account or 0)
                deposit.deposit(db, draft, declared, Held(draft.answers).persons, clock.now())
    except deposit.NotToCorrect as error:
        name = error.identity.called
        sentence = _("La mairie a traité entre-temps la demande pour %(name)s : retirez cette personne.", name=name)
        raise Refused("deposit", sentence) from None


def _hold_back(db: Database, account: int) -> None:
    if wait := pace.of_a_deposit(db, account):
        sentence = _(
            "Vous avez déposé plusieurs dossiers en peu de temps. Celui-ci est gardé : déposez-le dans %(duration)s.",
            duration=duration(wait),
        )
        raise Refused("deposit", sentence, 429)
