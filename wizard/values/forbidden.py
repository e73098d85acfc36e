"""What a town may not ask of a family, in the words by which it would be: in French and in English."""

import re

from wizard.values.text import unaccented

_WORDS = re.compile(
    "|".join(
        (
            r"secu(rite)? ?sociale|social ?security|\b(nir|nss|ssn|insee)\b|numero ?(de )?secu|carte ?vitale",
            r"matrimonial|marital|marriage|divorce|celibataire|livret ?de ?famille|situation ?(familiale|de ?famille)",
            r"nationalit|citizenship|titre ?de ?sejour|residence ?permit|ethni|\brac(e|ial)",
            r"religi|confession|\bculte\b|\bfaith\b|halal|kasher|casher|kosher",
            r"diagnos|patholog|maladie|disease|illness|handicap|disabilit|antecedent",
            r"police ?(d )?assurance|numero ?(de )?(contrat|police)|policy ?number|insurance ?(contract|number)",
        )
    )
)


def is_named(text: str) -> bool:
    """Whether a name, a label or a key asks for what may not be asked."""
    return bool(_WORDS.search(re.sub(r"[^0-9a-z]+", " ", unaccented(text).casefold())))
