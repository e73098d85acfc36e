"""What a demonstration lacks: a parent's mailbox, an agent's phone and families, in a browser."""

from pathlib import Path

from flask import Response, abort, make_response
from werkzeug.wrappers import Response as Answer

from wizard.choices import AGENT_ROLES_ASKED
from wizard.db import get_db
from wizard.demo import agent, families, mailbox, people
from wizard.demo.blueprint import blueprint
from wizard.demo.mailbox import Letter
from wizard.settings import get_settings
from wizard.stores import outbox
from wizard.web import htmx
from wizard.web.done import just_done, lead_to


@blueprint.get("/courriels")
def letters() -> Response:
    """List the mails, newest first; and those that wait, with when they leave."""
    return htmx.page("demo/letters.html", letters=mailbox.letters(_folder()), waiting=outbox.waiting(get_db()))


@blueprint.get("/courriels/<name>")
def letter(name: str) -> Response:
    """Show a mail's text, its links open; the HTML part has a page of its own."""
    return htmx.page("demo/letter.html", letter=_letter(name))


@blueprint.get("/courriels/<name>/html")
def html(name: str) -> Response:
    """Show the HTML part as a mail program does: nothing runs, nothing is fetched, links open outside."""
    response = make_response(_letter(name).html)
    response.headers["Content-Security-Policy"] = (
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


@blueprint.get("/telephone")
def phone() -> Response:
    """Show the codes that the agents' phones would show."""
    phones, seconds = agent.phones(get_db())
    return htmx.page("demo/phone.html", phones=phones, seconds=seconds)


@blueprint.get("/familles")
def examples() -> Response:
    """Tell who the made-up families are, and how to sign in as one of them, or as an agent of each role."""
    made = [people.made(number) for number in range(families.HOW_MANY)]
    agents = {email: AGENT_ROLES_ASKED[role] for role, email in agent.EMAILS.items()}
    done, password = just_done() == "refaites", agent.password(_prepared())
    return htmx.page("demo/families.html", families=made, agents=agents, password=password, done=done)


@blueprint.post("/familles")
def make_anew() -> Answer:
    """Make the families as they were when the demonstration began."""
    families.make_anew(get_db(), _prepared())
    return lead_to("demo.examples", "refaites")


def _prepared() -> Path:
    """Return the folder of the demonstration, once its command prepared it."""
    folder = get_settings().instance
    return folder if agent.is_ready(folder) else abort(404)


def _letter(name: str) -> Letter:
    return mailbox.letter(_folder(), name) or abort(404)


def _folder() -> Path:
    return mailbox.folder_of(get_settings().instance)
