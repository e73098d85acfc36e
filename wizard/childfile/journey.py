"""The steps of a child's dossier in the order they are asked, and the session that authorises them."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from wizard.childfile import standing
from wizard.childfile.finish import finish
from wizard.childfile.own import own_child
from wizard.childfile.steps.order import STEPS
from wizard.journey.steps import Journey
from wizard.journey.view import ServedJourney
from wizard.models import Draft, DraftKind
from wizard.services.childfile.drafting import OwnFile
from wizard.services.keys import Key
from wizard.web import htmx
from wizard.web.sessions import current_account


class BySession:
    """The session of the account whose household the child is of; the address names a child and a year."""

    def key(self, _kind: DraftKind, token: str) -> Key:
        child, _slash, year = token.partition("/")
        return OwnFile(current_account().id, own_child(int(child)), year)

    def admits(self, draft: Draft, *, late: bool) -> bool:
        return draft.account == current_account().id

    def address(self, token: str) -> Mapping[str, Any]:
        child, _slash, year = token.partition("/")
        return {"child": int(child), "year": year}

    def arrived(self, _kind: DraftKind, token: str) -> Response:
        child, _slash, year = token.partition("/")
        address = url_for("childfile.dossier", child=int(child), depose=year)
        if htmx.wants_fragment():  # one round trip saved, and a page
            return standing.show(own_child(int(child)), year, push_url=address)
        return redirect(address, 303)


JOURNEY = Journey(DraftKind.CHILD_FILE, STEPS)
DOSSIER = ServedJourney(JOURNEY, "childfile.step", "account.home", finish, BySession())
