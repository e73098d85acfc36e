"""The steps in the order they are asked."""

from wizard.childfile.steps import accueils, autorisations, documents, recapitulatif, sante, sorties

STEPS = (accueils.STEP, sante.STEP, sorties.STEP, autorisations.STEP, documents.STEP, recapitulatif.STEP)
