"""What a parent is shown of the dossiers of a child: what was deposited, what is missing."""

from werkzeug.wrappers import Response

from wizard.childfile.steps.order import STEPS
from wizard.db import get_db
from wizard.models import Member
from wizard.services.childfile import filing, status
from wizard.services.childfile.drafting import health_of
from wizard.services.childfile.wording import Line, lines
from wizard.settings import get_settings
from wizard.web import htmx
from wizard.web.sessions import current_account


def show(child: Member, deposited: str | None, push_url: str | None = None) -> Response:
    """Render where the dossiers of a child stand; `deposited` is the year of the one that was just."""
    db, years, town = get_db(), filing.open_years(), get_settings().dossier
    states = status.of_children(db, current_account(), [child], reversed(years))[child.person]
    return htmx.page(
        "childfile/dossier.html",
        push_url=push_url,
        child=child.person,
        called=child.identity.called,
        states=states,
        told={state.year: _told(state) for state in states if state.file},
        deposited=deposited if deposited in years else None,
        closed=town.closed,
        online=town.health is not None,
        first=STEPS[0].slug,
    )


def _told(state: status.FileState) -> tuple[tuple[object, tuple[Line, ...]], ...]:
    """Return the answers of a file, step by step, for the parents of its child."""
    assert state.file is not None
    answers = {**state.file.answers, **health_of(state.file)}
    return tuple((step.title, told) for step in STEPS if (told := lines(answers, step.slug)))
