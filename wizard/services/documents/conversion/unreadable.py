"""Why a file gives no document, and what its sender may do about it."""

from wizard.french import gettext as _
from wizard.services.documents.conversion.child.answers import Reason
from wizard.services.refusals import Refusal

_SENTENCES = {
    Reason.EMPTY: _("Ce fichier est vide : choisissez-le de nouveau, ou photographiez la page une deuxième fois."),
    Reason.TOO_LARGE: _("Ce fichier dépasse 12 Mo : photographiez plutôt la page avec votre téléphone."),
    Reason.UNKNOWN_KIND: _(
        "Ce fichier n'est ni une photo (JPEG, PNG, WebP ou HEIC) ni un PDF : photographiez la page, ou envoyez un PDF."
    ),
    Reason.TOO_MANY_PIXELS: _("Cette image est trop grande : photographiez plutôt la page avec votre téléphone."),
    Reason.BROKEN: _("Ce fichier est abîmé ou incomplet : envoyez-le de nouveau, ou photographiez la page."),
    Reason.ENCRYPTED: _(
        "Ce PDF ne s'ouvre qu'avec un mot de passe : enregistrez-le sans mot de passe, ou photographiez ses pages."
    ),
    Reason.TOO_MANY_PAGES: _("Ce document a plus de 10 pages : envoyez seulement celles qui sont demandées."),
    Reason.TOO_HEAVY: _("Ce fichier est trop lourd à lire : photographiez plutôt la page avec votre téléphone."),
    Reason.INFECTED: _(
        "Notre antivirus a trouvé un programme dangereux dans ce fichier : ne l'ouvrez plus, et photographiez la page."
    ),
    Reason.BUSY: _("Beaucoup de documents arrivent en ce moment : renvoyez le vôtre dans une minute."),
}


class Unreadable(Refusal):
    """Nothing is kept of a file; `reason` says why, as a code."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sentence = _SENTENCES[reason]
        self.status = 503 if reason is Reason.BUSY else 422
