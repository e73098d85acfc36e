"""The entourage's steps in the order they are asked, and how the site serves them."""

from wizard.entourage import deposited
from wizard.entourage.finish import finish
from wizard.entourage.steps import DEPOSIT, PEOPLE
from wizard.journey.authority import ByToken
from wizard.journey.steps import Journey
from wizard.journey.view import ServedJourney
from wizard.models import DraftKind
from wizard.services.opening import IDLE

JOURNEY = Journey(DraftKind.ENTOURAGE, (PEOPLE, DEPOSIT))
ENTOURAGE = ServedJourney(JOURNEY, "entourage.step", "entourage.start", finish, ByToken(deposited.arrive), IDLE)
