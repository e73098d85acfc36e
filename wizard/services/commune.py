"""Whether the codes that town.toml gives are those of one commune of France.

The list of communes is above the settings: this is looked at when the application is made.
"""

from wizard.addresses import communes_of
from wizard.addresses.communes import Commune, commune_of
from wizard.french import of
from wizard.settings import Settings, SettingsError

_SHOWN = 5


def check(settings: Settings) -> None:
    """Raise SettingsError when there is no such commune, or another postcode is its own."""
    town = settings.town
    commune = commune_of(town.citycode)
    if commune is None:
        reason = f"aucune commune n'a le code INSEE {town.citycode}"
        raise SettingsError(f"town.toml, town.citycode : {reason}{_of(town.postcode)}.")
    postcodes = _postcodes(commune)
    if postcodes and town.postcode not in postcodes:
        reason = f"{town.postcode} n'est pas un code postal {of(commune.city)} ({commune.citycode})"
        what_to_do = f"écrivez {' ou '.join(postcodes[:_SHOWN])}, sans CEDEX{_of(town.postcode)}"
        raise SettingsError(f"town.toml, town.postcode : {reason} ; {what_to_do}.")
    for place, code in enumerate(settings.neighbours, start=1):
        if commune_of(code) is None:
            reason = f"aucune commune n'a le code INSEE {code} (n° {place} de la liste)"
            raise SettingsError(f"town.toml, addresses.neighbours : {reason}.")


def _postcodes(commune: Commune) -> tuple[str, ...]:
    """Return the postcodes of a commune; one that was merged into another has those of the whole."""
    whole = commune_of(commune.former_of) if commune.former_of else None
    return commune.postcodes or (whole.postcodes if whole else ())


def _of(postcode: str) -> str:
    """Tell which communes a postcode serves."""
    found = [f"{one.name} ({one.citycode})" for one in communes_of(postcode) if not one.former_of]
    return f" ; {postcode} dessert {', '.join(found[:_SHOWN])}" if found else ""
