"""The two steps of the entourage: adding people, then the summary that deposits the dossier."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField

from wizard.entourage import marks, parent
from wizard.entourage.cards import cards
from wizard.entourage.news import news
from wizard.forms import MAJORITY, StepForm
from wizard.french import gettext as _
from wizard.journey.steps import Step
from wizard.kinds import KINDS, added, family
from wizard.models import Draft
from wizard.stores.answers import Entry, Held
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
        if Held(self.answers).taken_out and not added(self.answers):
            return None  # everyone is taken out: that is asked too
        if not family.children(self.answers):
            return _("Ajoutez au moins un enfant (« %(add)s ») avant de continuer.", add=KINDS[family.CHILD].add)
        if not added(self.answers):
            return _("Ajoutez au moins une personne avant de continuer.")
        for entry in added(self.answers):
            if not KINDS[entry.kind].filled(entry, self.answers).validate():
                return _to_correct(entry)
        return None


def _to_correct(entry: Entry) -> Any:
    """Say what to do of someone who was valid when added, and is no more."""
    born = read_date(entry.value("birthdate"))
    if born and age(born) >= MAJORITY:
        return _(
            "%(name)s a 18 ans maintenant : choisissez « Retirer », puis « %(add)s » si besoin.",
            name=family.called(entry),
            add=KINDS[family.CONTACT].add,
        )
    return _("Il manque une réponse pour %(name)s : choisissez « Modifier ».", name=family.called(entry))


class DepositForm(StepForm):
    """Nothing more to answer: « Valider » deposits."""

    deposit = HiddenField()


def people(draft: Draft, _form: StepForm) -> Mapping[str, Any]:
    """Give the page everyone of the draft, as cards."""
    held = Held(draft.answers)
    return {
        "cards": cards(draft),
        "kinds": KINDS,
        "known": held.known.values(),
        "has_child": bool(family.children(draft.answers)),
    }


def recap(draft: Draft, form: StepForm) -> Mapping[str, Any]:
    """Give the summary the parent too, and who is taken out: what is sent to the town hall is read again whole."""
    return {**people(draft, form), "parent": parent.shown(draft), "taken_out": marks.taken_out(draft)}


PEOPLE = Step(
    "etape-1",
    _("Personnes"),
    _("Votre entourage"),
    PeopleForm,
    "entourage/step_1.html",
    context=people,
    news=news,
    on_other_pages=True,
)
DEPOSIT = Step(
    "etape-2",
    _("Récapitulatif"),
    _("Récapitulatif"),
    DepositForm,
    "entourage/step_2.html",
    context=recap,
    news=news,
)
