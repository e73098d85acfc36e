"""What the entourage's draft declared, made into one deposit."""

from flask_babel import lazy_gettext as _
from sqlite_utils import Database

from wizard.journey.steps import Refused, Submission
from wizard.kinds import KINDS, added
from wizard.services import deposit
from wizard.services.refusals import TooSoon
from wizard.services.wording import duration
from wizard.stores.answers import Held


def finish(db: Database, submission: Submission) -> None:
    """Commit the entourage and deposit its dossier. A second click finds it done, and changes nothing.

    Raises Refused past the dossiers of an account, or when the town hall no longer asks for a correction that the
    draft holds: the draft stays.
    """
    answers = submission.draft.answers
    declared = tuple(KINDS[entry.kind].declared(entry, answers) for entry in added(answers))
    try:
        deposit.deposit(db, submission.draft, declared, Held(answers).persons)
    except deposit.NotToCorrect as error:
        name = error.identity.called
        sentence = _("La demande pour %(name)s a changé entre-temps : retirez cette personne.", name=name)
        raise Refused("deposit", sentence) from None
    except TooSoon as soon:
        sentence = _(
            "Vous avez déposé plusieurs dossiers en peu de temps. Celui-ci est gardé : déposez-le dans %(duration)s.",
            duration=duration(soon.wait),
        )
        raise Refused("deposit", sentence, soon.status) from None
