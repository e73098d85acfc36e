"""What the steps declared, made into one registration."""

from datetime import timedelta

from sqlite_utils import Database

from wizard.address_form import address_of
from wizard.french import gettext as _
from wizard.identities import identity_of
from wizard.journey.steps import Refused, Submission
from wizard.models import KeyOrigin
from wizard.services import limits, passwords, registration
from wizard.services.refusals import TooSoon
from wizard.signup.steps import address, contacts, credentials, identity
from wizard.stores import accounts
from wizard.stores.answers import Held
from wizard.values.emails import normalise_email
from wizard.web.guards import limited_networks


def finish(db: Database, submission: Submission) -> None:
    """Commit the sign-up. A second click finds it done, and changes nothing.

    Raises Refused when the identifier is another's; passwords.Busy when too many are being hashed.
    """
    form, answers = submission.form, submission.draft.answers
    assert isinstance(form, credentials.CredentialsForm)
    email = normalise_email(form.email)
    username = normalise_email(form.username.data or "")
    if username != email and accounts.username_taken(db, username):
        raise _taken(db)  # before the hash: asking costs the server nothing
    declared = registration.Registration(
        identity=identity_of(identity.STEP.filled(answers).data | contacts.STEP.filled(answers).data),
        address=address_of(address.STEP.filled(answers)),
        email=email,
        username=None if username == email else username,
        password_hash=passwords.hash_password(form.password.data or ""),
        enfance_key=form.enfance_key,
        key_origin=KeyOrigin(Held(answers).key_origin),
        invitation=Held(answers).invitation,
    )
    try:
        registration.register(db, submission.draft, declared, limited_networks())
    except registration.UsernameTaken:
        raise _taken(db) from None


def _taken(db: Database) -> Refused:
    """Say that an identifier is another's, the one thing said of other accounts: ten times an hour at most."""
    sentence = _("Trop d'essais : gardez votre adresse électronique comme identifiant, ou réessayez plus tard.")
    try:
        limits.spend(db, *limits.around("username", limited_networks(), 10, timedelta(hours=1)), sentence=sentence)
    except TooSoon as soon:
        return Refused("username", soon.sentence, soon.status)
    return Refused("username", _("Cet identifiant est déjà pris : choisissez-en un autre."))
