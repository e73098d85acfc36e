"""The time zones of French towns, which their INSEE codes tell: the first two digits, or three overseas."""

from zoneinfo import ZoneInfo

_PARIS = "Europe/Paris"
_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
# Two archipelagos of Polynesia have an hour of their own.
NAMES = (_PARIS, *_OVERSEAS.values(), "Pacific/Gambier", "Pacific/Marquesas")


def of(citycode: str) -> ZoneInfo:
    """Return the zone of a commune."""
    return ZoneInfo(_OVERSEAS.get(citycode[:3], _PARIS))
