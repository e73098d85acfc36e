"""The parents' account, at top level only: sign-in, activation, the family's page, their own data."""

from flask import Blueprint

from wizard.account import activating, leaving, own_access, personal_data, recovering, signing_in, space, withdrawing
from wizard.extensions import csrf

blueprint = Blueprint("account", __name__)

# The link of a mail authorises, not a cookie: it opens on phones that refuse them all.
for view in (
    *(activating.activation, activating.resend),
    *(recovering.password, recovering.strength_of_reset),
    *(own_access.change_email, leaving.delete),
):
    csrf.exempt(view)
# It changes nothing; and the token goes with the session, when it must stay silent.
csrf.exempt(own_access.strength_of_change)

blueprint.add_url_rule("/activation/<token>", view_func=activating.activation, methods=["GET", "POST"])
blueprint.add_url_rule("/activation/<token>/renvoi", view_func=activating.resend, methods=["POST"])
blueprint.add_url_rule("/connexion", view_func=signing_in.login, methods=["GET", "POST"])
blueprint.add_url_rule("/deconnexion", view_func=signing_in.logout, methods=["POST"])
blueprint.add_url_rule("/espace", view_func=space.home, methods=["GET"])
blueprint.add_url_rule(
    "/espace/personnes/<int:person>/retirer", view_func=withdrawing.withdraw, methods=["GET", "POST"]
)
blueprint.add_url_rule("/acces-oublie", view_func=recovering.lost, methods=["GET", "POST"])
blueprint.add_url_rule("/mot-de-passe/<token>", view_func=recovering.password, methods=["GET", "POST"])
blueprint.add_url_rule("/mot-de-passe/<token>/force", view_func=recovering.strength_of_reset, methods=["POST"])
blueprint.add_url_rule("/espace/donnees", view_func=personal_data.data, methods=["GET"])
blueprint.add_url_rule("/espace/donnees/copie.<any(json, csv):kind>", view_func=personal_data.copy, methods=["GET"])
blueprint.add_url_rule("/espace/donnees/identite", view_func=personal_data.identity, methods=["GET", "POST"])
blueprint.add_url_rule("/espace/donnees/mot-de-passe", view_func=own_access.change_password, methods=["GET", "POST"])
blueprint.add_url_rule("/espace/donnees/mot-de-passe/force", view_func=own_access.strength_of_change, methods=["POST"])
blueprint.add_url_rule("/espace/donnees/courriel", view_func=own_access.ask_email, methods=["GET", "POST"])
blueprint.add_url_rule("/courriel/<token>", view_func=own_access.change_email, methods=["GET", "POST"])
blueprint.add_url_rule("/espace/donnees/suppression", view_func=leaving.ask_deletion, methods=["GET", "POST"])
blueprint.add_url_rule("/suppression/<token>", view_func=leaving.delete, methods=["GET", "POST"])
blueprint.add_url_rule("/suppression/faite", view_func=leaving.deleted, methods=["GET"])
