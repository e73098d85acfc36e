"""What leaves for the town's software. The copy that a family has of its own data is `services/export.py`."""

from wizard.services.handover import bl_enfance, generic, iloise, noethysweb, parascol
from wizard.services.handover.profile import Profile

PROFILES: dict[str, Profile] = {
    one.slug: one
    for one in (
        noethysweb.PROFILE,
        bl_enfance.PROFILE,
        parascol.PROFILE,
        iloise.PROFILE,
        generic.CSV,
        generic.XLSX,
    )
}
