"""What the last step of a dossier does: it deposits it, or says why not."""

from sqlite_utils import Database

from wizard.french import gettext as _
from wizard.journey.steps import Refused, Submission
from wizard.services.childfile import filing
from wizard.services.documents import vault


def finish(db: Database, submission: Submission) -> None:
    """Deposit the dossier. Raises Refused when what the other parent deposited meanwhile has not been seen."""
    try:
        filing.deposit(db, submission.draft, submission.form["seen"].data or "")
    except filing.ChangedMeanwhile:
        sentence = _("L'autre parent a déposé ce dossier entre-temps : voyez ce qui diffère, puis déposez de nouveau.")
        raise Refused("seen", sentence, 409) from None
    except filing.Closed:
        sentence = _("La mairie ne prend pas de dossier en ce moment. Ce que vous avez rempli est gardé.")
        raise Refused("seen", sentence) from None
    except vault.Unreadable:
        sentence = _("Les réponses de santé ne peuvent pas être scellées pour l'instant. Tout est gardé : réessayez.")
        raise Refused("seen", sentence, 503) from None
