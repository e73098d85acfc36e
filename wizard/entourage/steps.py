"""The two steps of the entourage: adding people, then the summary that deposits the dossier."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from wizard.entourage.kinds import KINDS, card
from wizard.entourage.people import family
from wizard.entourage.people.family import Entry
from wizard.forms import MAJORITY, StepForm
from wizard.journey.steps import Step
from wizard.models import Answers, Draft
from wizard.values.dates import age, read_date


class PeopleForm(StepForm):
    """Everyone was added, each valid, at least one child among them: what a deposit needs."""

    people = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        sentence = self._missing()
        self.people.errors = [sentence] if sentence else []
        return not sentence

    def _missing(self) -> Any:
        if not family.children(self.answers):
            return _("Ajoutez au moins un enfant (« Ajouter un membre ») avant de continuer.")
        if not family.added(self.answers):
            return _("Ajoutez au moins une personne avant de continuer.")
        for entry in family.added(self.answers):
            if not KINDS[entry.kind].filled(entry, self.answers).validate():
                return _to_correct(entry)
        return None


def _to_correct(entry: Entry) -> Any:
    """Say what to do of someone who was valid when added, and is no more."""
    born = read_date(entry.value("birthdate"))
    if born and age(born) >= MAJORITY:
        return _(
            "%(name)s a 18 ans maintenant : choisissez « Retirer », puis « Ajouter un contact » si besoin.",
            name=entry.given_name,
        )
    return _("Il manque une réponse pour %(name)s : choisissez « Modifier ».", name=entry.given_name)


class DepositForm(StepForm):
    """Nothing more to answer: « Valider » deposits."""

    deposit = HiddenField()


def cards(draft: Draft, _form: StepForm) -> Mapping[str, Any]:
    """Give the page everyone of the draft, as cards, and whoever was just taken out."""
    answers = draft.answers
    people = {"known": family.known_children(answers), "removed": family.removed(answers)}
    return {"cards": _cards(answers), "kinds": KINDS, **people}


def _cards(answers: Answers) -> list[Any]:
    return [card(entry, answers) for entry in family.added(answers)]


PEOPLE = Step(
    "etape-1",
    _("Personnes"),
    _("Votre entourage"),
    PeopleForm,
    "entourage/step_1.html",
    context=cards,
    on_other_pages=True,
)
DEPOSIT = Step("etape-2", _("Récapitulatif"), _("Récapitulatif"), DepositForm, "entourage/step_2.html", context=cards)
