"""The parents' account, at top level only: sign-in, activation, the family's page."""

from flask import Blueprint

from wizard.account import activating, recovering, signing_in, space

blueprint = Blueprint("account", __name__)

blueprint.add_url_rule("/activation/<token>", view_func=activating.activation, methods=["GET", "POST"])
blueprint.add_url_rule("/activation/<token>/renvoi", view_func=activating.resend, methods=["POST"])
blueprint.add_url_rule("/connexion", view_func=signing_in.login, methods=["GET", "POST"])
blueprint.add_url_rule("/deconnexion", view_func=signing_in.logout, methods=["POST"])
blueprint.add_url_rule("/espace", view_func=space.home, methods=["GET"])
blueprint.add_url_rule("/acces-oublie", view_func=recovering.lost, methods=["GET", "POST"])
blueprint.add_url_rule("/mot-de-passe/<token>", view_func=recovering.password, methods=["GET", "POST"])
