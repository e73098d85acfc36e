"""What the entourage's draft declared, made into one deposit."""

from sqlite_utils import Database

from wizard.french import gettext as _
from wizard.journey.steps import Refused, Submission
from wizard.kinds import KINDS, added
from wizard.models import Answers
from wizard.services import deposit
from wizard.services.refusals import TooSoon
from wizard.services.wording import how_long
from wizard.stores.answers import Held, id_of


def finish(db: Database, submission: Submission) -> None:
    """Commit the entourage and deposit what it asks. A second click finds it done, and changes nothing.

    Raises Refused past the dossiers of an account, or when the draft changes nothing: it stays.
    """
    try:
        deposit.deposit(db, submission.draft, _asked(submission.draft.answers))
    except deposit.NothingAsked:
        sentence = _("Rien n'a changé : ajoutez, modifiez ou retirez une personne avant de valider.")
        raise Refused("deposit", sentence) from None
    except TooSoon as soon:
        sentence = _(
            "Vous avez déposé plusieurs dossiers en peu de temps. Celui-ci est gardé : déposez-le dans %(duration)s.",
            duration=how_long(soon.wait),
        )
        raise Refused("deposit", sentence, soon.status) from None


def _asked(answers: Answers) -> deposit.Asked:
    held = Held(answers)
    return deposit.Asked(
        declared=tuple(KINDS[entry.kind].declared(entry, answers) for entry in added(answers)),
        persons=held.persons,
        unchanged=tuple(map(id_of, held.unchanged)),
        removed=tuple(map(id_of, held.taken_out)),
    )
