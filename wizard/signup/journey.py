"""The sign-up's steps in the order they are asked, and how the site serves them."""

from wizard.journey.authority import ByToken
from wizard.journey.steps import Journey
from wizard.journey.view import ServedJourney
from wizard.models import DraftKind
from wizard.signup import confirmation
from wizard.signup.finish import finish
from wizard.signup.steps import address, contacts, credentials, identity

JOURNEY = Journey(DraftKind.SIGNUP, (identity.STEP, address.STEP, contacts.STEP, credentials.STEP))
SIGNUP = ServedJourney(
    JOURNEY, "signup.step", "signup.welcome", finish, ByToken(confirmation.arrive), later="signup.later"
)
