"""How each answer of a child's dossier is called in French."""

from wizard.french import gettext as _

YES_NO_IN_FRENCH = {"oui": _("Oui"), "non": _("Non")}

VACCINATIONS = {
    "up_to_date": _("À jour : je joins les pages du carnet de santé"),
    "not_yet": _("Pas encore à jour"),
    "contraindication": _("Contre-indication : je joins un certificat"),
}

LEVELS = {code: code for code in ("TPS", "PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2", "ULIS")}

# Those of the annex of the regulation (EU) 1169/2011, in its order.
ALLERGENS = {
    "gluten": _("Céréales à gluten"),
    "crustaceans": _("Crustacés"),
    "eggs": _("Œufs"),
    "fish": _("Poissons"),
    "peanuts": _("Arachides"),
    "soya": _("Soja"),
    "milk": _("Lait"),
    "nuts": _("Fruits à coque"),
    "celery": _("Céleri"),
    "mustard": _("Moutarde"),
    "sesame": _("Sésame"),
    "sulphites": _("Sulfites"),
    "lupin": _("Lupin"),
    "molluscs": _("Mollusques"),
}
