"""The closed lists: each code as the database keeps it. What they are called is in `choices`."""

from enum import StrEnum


class DraftKind(StrEnum):
    """The journeys that keep a draft."""

    SIGNUP = "signup"
    ENTOURAGE = "entourage"
    CHILD_FILE = "child_file"


class Role(StrEnum):
    """What a person is in a household."""

    REPRESENTATIVE = "representative"
    CO_REPRESENTATIVE = "co_representative"
    CHILD = "child"
    CONTACT = "contact"


class Title(StrEnum):
    """How a person is addressed."""

    MADAME = "madame"
    MONSIEUR = "monsieur"


class Sex(StrEnum):
    """What a child's papers say."""

    GIRL = "f"
    BOY = "m"


class PreferredContact(StrEnum):
    """How a parent would rather be reached."""

    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"


class Link(StrEnum):
    """Who an adult is to a child."""

    MOTHER = "mother"
    FATHER = "father"
    GUARDIAN = "guardian"
    FOSTER_FAMILY = "foster_family"
    STEP_PARENT = "step_parent"
    GRANDPARENT = "grandparent"
    AUNT_UNCLE = "aunt_uncle"
    SIBLING = "sibling"
    CHILDMINDER = "childminder"
    NEIGHBOUR = "neighbour"
    FRIEND = "friend"
    OTHER = "other"

    @property
    def is_parental(self) -> bool:
        """Whether they answer for the child, and may collect them: with others, nothing of the child is shared."""
        return self in {Link.MOTHER, Link.FATHER, Link.GUARDIAN}


class Residence(StrEnum):
    """Where a child lives, seen from one household."""

    HERE = "here"
    ALTERNATING = "alternating"
    OTHER_PARENT = "other_parent"
    OTHER = "other"


class Decision(StrEnum):
    """What the town hall decided for one person of a dossier."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    TO_CORRECT = "to_correct"


class ReasonCode(StrEnum):
    """The reasons that the code knows by name: the others are rows that each town's administrator words."""

    MISSING_INFORMATION = "missing_information"
    OTHER = "other"


class Status(StrEnum):
    """Where a dossier stands; derived from its dates and its decisions, never stored."""

    DEPOSITED = "deposited"
    OPENED = "opened"
    TO_CORRECT = "to_correct"
    CORRECTED = "corrected"
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """Where something that a family asked stands."""

    ASKED = "asked"
    CHANGING = "changing"
    LEAVING = "leaving"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TO_CORRECT = "to_correct"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    CONTESTED = "contested"


class Permission(StrEnum):
    """What a contact may be allowed to do for a child."""

    COLLECT = "collect"
    EMERGENCY = "emergency"


class Outcome(StrEnum):
    """What became of an objection: taken back by who objected; lifted by the town hall, or followed."""

    DROPPED = "dropped"
    LIFTED = "lifted"
    UPHELD = "upheld"


class Source(StrEnum):
    """How a family told an agent what the agent changes for it."""

    COUNTER = "counter"
    PHONE = "phone"


class NoteKind(StrEnum):
    """What agents write down about a family, for each other: a note, a call and what came of it, what to know."""

    NOTE = "note"
    REACHED = "reached"
    MESSAGE = "message"
    ABSENT = "absent"
    SITUATION = "situation"


class AgentRole(StrEnum):
    """What an agent may do: process dossiers, only tell whether a reference exists, or keep the town's accesses.

    An administrator processes nothing: who reads the families and who looks at who read them are two people. Who is
    in charge of the children's health opens the envelopes, and reads of a child what the days ask.
    """

    CASEWORKER = "instructeur"
    RECEPTION = "accueil"
    ADMINISTRATOR = "administrateur"
    HEALTH = "sante"

    @property
    def may_process(self) -> bool:
        """Whether they process the dossiers: the families' data are theirs alone."""
        return self is AgentRole.CASEWORKER

    @property
    def only_looks_up(self) -> bool:
        """Whether they tell where a dossier stands, and nothing of the family."""
        return self is AgentRole.RECEPTION

    @property
    def administers(self) -> bool:
        """Whether they keep the accesses, the words and the traces: they decide nothing about a family."""
        return self is AgentRole.ADMINISTRATOR

    @property
    def opens_envelopes(self) -> bool:
        """Whether they open the envelopes on health."""
        return self is AgentRole.HEALTH

    @property
    def reads_children(self) -> bool:
        """Whether they read the dossiers administratifs, but for the envelopes."""
        return self.may_process or self.opens_envelopes


class KeyOrigin(StrEnum):
    """Where a household's Clé Enfance comes from: made at the sign-up, only announced, or that of a family known."""

    GENERATED = "generated"
    LINK = "link"
    KNOWN = "known"


class Recognition(StrEnum):
    """Why a household is taken for a family that the town knows; or that an agent said it is not."""

    EMAIL = "email"
    NAME = "name"
    AGENT = "agent"
    SET_ASIDE = "set_aside"


class TokenPurpose(StrEnum):
    """What a link sent by mail does."""

    ACTIVATION = "activation"
    PASSWORD = "password"  # nosec B105
    EMAIL = "email"
    DELETION = "deletion"
    RESUME = "resume"
    CONTACT = "contact"


class Action(StrEnum):
    """What the journals tell: of a dossier, then of an agent's access."""

    DEPOSITED = "deposited"
    DECLARED = "declared"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    OPENED = "opened"
    READ = "read"
    FOUND = "found"
    DECIDED = "decided"
    ANSWERED = "answered"
    RECALLED = "recalled"
    REOPENED = "reopened"
    SET_ASIDE = "set_aside"
    TIED = "tied"
    INVITED = "invited"
    JOINED = "joined"
    OBJECTED = "objected"
    OBJECTION_DROPPED = "objection_dropped"
    OBJECTION_LIFTED = "objection_lifted"
    OBJECTION_UPHELD = "objection_upheld"
    TOLD_APART = "told_apart"
    DOUBTED = "doubted"
    MERGED = "merged"
    UNMERGED = "unmerged"
    CORRECTED = "corrected"
    RIGHT_REMOVED = "right_removed"
    NOTED = "noted"
    CREATED = "created"
    RESET = "reset"
    DISMISSED = "dismissed"
    PASSWORD_CHANGED = "password_changed"  # nosec B105
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    WRONG_PASSWORD = "wrong_password"  # nosec B105
    WRONG_CODE = "wrong_code"
    RECOVERY_CODE = "recovery_code"
    HELD_BACK = "held_back"
    LOOKED_UP = "looked_up"
    WITHDRAWAL_SEEN = "withdrawal_seen"
    AMENDMENT_SEEN = "amendment_seen"
    OBJECTION_SEEN = "objection_seen"
    ONE_DAY_SEEN = "one_day_seen"
    GATE_OPENED = "gate_opened"
    EXPORT_PREVIEWED = "export_previewed"
    EXPORTED = "exported"
    TAKEN_OUT = "taken_out"
    AGENT_INVITED = "agent_invited"
    INVITATION_USED = "invitation_used"
    ROLE_CHANGED = "role_changed"
    AGENT_REMOVED = "agent_removed"
    REASONS_CHANGED = "motives_changed"
    TRACED = "traced"
    COPIED = "copied"
    ERASED = "erased"
    FAMILIES_IMPORTED = "families_imported"
    CHILD_FILE_READ = "child_file_read"
    DOCUMENT_OPENED = "document_opened"
    DOCUMENT_DECIDED = "document_decided"
    DOCUMENTS_ANSWERED = "documents_answered"
    REMINDED = "reminded"
    ENVELOPE_OPENED = "envelope_opened"
    LIST_OPENED = "list_opened"
