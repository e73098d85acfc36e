"""The one view of every step of every journey: GET shows it, POST keeps it and shows the next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import abort, redirect, request, url_for
from sqlite_utils import Database
from werkzeug.exceptions import Gone
from werkzeug.wrappers import Response

from wizard import clock
from wizard.db import get_db, transaction
from wizard.forms import StepForm
from wizard.journey.steps import Journey, Refused, Step, Submission
from wizard.models import Answers, Draft, Receipt
from wizard.services import opening, pace
from wizard.settings import get_settings
from wizard.slips import answered
from wizard.stores import drafts
from wizard.web import belonging, htmx
from wizard.web.guards import is_cross_site, limited_networks

BACK, LATER = "retour", "plus_tard"
"""What a form is sent with to be kept as it is, and the page before shown, or how to go on another day."""


@dataclass(frozen=True)
class Trip:
    """A journey as the site serves it.

    `endpoint` shows a step, `start` begins again; `finish` commits what the last step submitted or raises
    Refused; `arrived` answers for an address whose draft is finished; `idle` is how long a page's address
    stays good without a step saved (None: as long as the draft); `later` is the page of « Finir plus tard ».
    """

    journey: Journey
    endpoint: str
    start: str
    finish: Callable[[Database, Submission], None]
    arrived: Callable[[str, Receipt], Response]
    idle: timedelta | None = None
    later: str | None = None

    def url(self, token: str, step: Step) -> str:
        """Return the address of a step."""
        return url_for(self.endpoint, token=token, slug=step.slug)

    def load(self, token: str) -> Draft | None:
        """Return the draft that a page's address opens in this browser. Raises belonging.NotYours."""
        draft = drafts.load(get_db(), token, self.journey.kind, clock.now())
        return draft if draft and belonging.admits(draft) else None

    def load_late(self, token: str) -> Draft | None:
        """Return the draft of an address idle for too long: what it sends is kept, nothing is shown."""
        draft = drafts.load(get_db(), token, self.journey.kind, clock.now(), late=True)
        return draft if draft and belonging.may_leave(draft) else None

    def begin(self, answers: Answers) -> str:
        """Return the token of a new draft that holds `answers`."""
        db, now = get_db(), clock.now()
        with transaction(db):
            return opening.open_draft(db, self.journey.kind, answers, now, lifetime())

    def move(self, token: str, draft: Draft, step: str, move: Callable[[Database, int, str], None]) -> Draft:
        """Set aside what a step submitted, or put it back; return the draft as it is now."""
        db, now = get_db(), clock.now()
        with transaction(db):
            move(db, draft.id, step)
            drafts.touch(db, draft.id, token, now, lifetime(), self.idle or lifetime())
            return drafts.load(db, token, self.journey.kind, now) or abort(410)

    def keep(self, token: str, draft: Draft, step: str, data: dict[str, list[str]]) -> tuple[Draft, int, bool]:
        """Save what a step submitted; return the draft as it is now, the page's revision, and whether it is fresh."""
        db, now = get_db(), clock.now()
        with transaction(db):
            current = drafts.load(db, token, self.journey.kind, now) or abort(410)
            revision = _revision(current)
            if not drafts.is_replay(db, draft.id, step, revision, data):
                drafts.save(db, draft.id, step, data)
            drafts.touch(db, draft.id, token, now, lifetime(), self.idle or lifetime())
            kept = drafts.load(db, token, self.journey.kind, now) or abort(410)
        return kept, revision, revision == current.revision


def _revision(current: Draft) -> int:
    """Return the revision that the page sent was rendered at; -1 for one that no page has, or has any more."""
    revision = request.form.get("_k", current.revision, int)
    return revision if 0 <= current.revision - revision <= drafts.REMEMBERED else -1


def lifetime() -> timedelta:
    """Return how long a draft is kept after its last saved step."""
    return timedelta(hours=get_settings().retention.draft_hours)


def hold_back() -> None:
    """Refuse what is sent to a journey's pages beyond what people send, before anything of it is read.

    Raises TooSoon.
    """
    if request.method == "POST" and (networks := limited_networks()):
        pace.of_a_post(get_db(), networks, (request.view_args or {}).get("token"))


def serve_step(trip: Trip, token: str, slug: str) -> Response:
    """Answer GET and POST of a step."""
    step = trip.journey.find(slug) or abort(404)
    if is_cross_site():
        return redirect(url_for(trip.start), 303)
    draft = trip.load(token)
    if draft is None:
        return gone(trip, token)
    if not trip.journey.reachable(step, draft.answers):
        if request.method == "POST":  # another tab undid a step before: what was typed here waits in its place
            draft = trip.keep(token, draft, step.slug, step.form(request.form, answers=draft.answers).raw())[0]
        return go(trip, token, draft, trip.journey.first_incomplete(draft.answers))
    if request.method == "POST":
        return _submit(trip, token, draft, step)
    return show(trip, token, draft, step, step.filled(draft.answers), push=True)


def gone(trip: Trip, token: str) -> Response:
    """Answer for an address whose draft is finished, or expired."""
    receipt = drafts.receipt(get_db(), token, trip.journey.kind, clock.now())
    if receipt:
        return trip.arrived(token, receipt)
    return expired(trip)


def expired(trip: Trip, *, kept: bool = False) -> Response:
    """Answer for an address that serves no more; `kept` says that what was just sent is not lost."""
    return htmx.page("journey/expired.html", 410, start=url_for(trip.start), idle=trip.idle, kept=kept)


def show(
    trip: Trip, token: str, draft: Draft, step: Step, form: StepForm, status: int = 200, *, push: bool = False
) -> Response:
    """Render a step; `push` gives HTMX its address, for a step that was not the one on the page."""
    return htmx.page(
        step.template,
        status,
        push_url=trip.url(token, step) if push else None,
        form=form,
        draft=draft,
        token=token,
        trip=trip,
        place=trip.journey.place(step, draft.answers),
        **step.context(draft, form),
    )


def go(trip: Trip, token: str, draft: Draft, step: Step) -> Response:
    """Lead to a step: at once for HTMX, one round trip saved, by a redirect otherwise."""
    if htmx.wants_fragment():
        return show(trip, token, draft, step, step.filled(draft.answers), push=True)
    return redirect(trip.url(token, step), 303)


def _submit(trip: Trip, token: str, draft: Draft, step: Step) -> Response:
    _hold_back_buttons(draft, step)
    form = step.form(answered(request.form), answers=draft.answers)
    asked = not step.asks.isdisjoint(request.form)
    before = draft
    try:
        draft, revision, fresh = trip.keep(token, draft, step.slug, form.raw())
    except Gone:
        return gone(trip, token)  # a click at the same moment finished it
    place = trip.journey.place(step, draft.answers)
    if asked:
        return _again(trip, token, draft, step, form)
    if BACK in request.form:
        return go(trip, token, draft, place.previous or step)
    if LATER in request.form and trip.later:
        return redirect(url_for(trip.later, token=token), 303)
    status = _judge(trip, step, Submission(before, draft, form, revision, fresh), last=place.next is None)
    if status is not None:  # read again: the security check may be behind
        return show(trip, token, trip.load(token) or draft, step, form, status)
    return go(trip, token, draft, place.next) if place.next else gone(trip, token)


def _hold_back_buttons(draft: Draft, step: Step) -> None:
    for button in step.costly.keys() & request.form.keys() if limited_networks() else ():
        pace.of_a_button(get_db(), draft.id, button, step.costly[button])


def _judge(trip: Trip, step: Step, submission: Submission, *, last: bool) -> int | None:
    """Validate what was submitted, and commit the journey with its `last` step.

    Return the status to show the step again with, None to go on. The guard comes first: past its limits nothing else
    is worked out. A question is no error.
    """
    form, refusal = submission.form, _refusal(step.guard, submission)
    form.held_back = refusal is not None and refusal.status == 429
    valid = not form.held_back and form.validate() and not form.doubts(request.form)
    if valid and refusal is None and last:
        refusal = _refusal(lambda one: trip.finish(get_db(), one), submission)
    if refusal is None:
        return None if valid else 422 if form.errors else 200
    field = form[refusal.field]
    field.errors = [*field.errors, refusal.sentence]
    return htmx.told(refusal.status)


def _refusal(judge: Callable[[Submission], None], submission: Submission) -> Refused | None:
    try:
        judge(submission)
    except Refused as refused:
        return refused
    return None


def _again(trip: Trip, token: str, draft: Draft, step: Step, form: StepForm) -> Response:
    """Show the same step anew; by a redirect without HTMX, for browsers refuse to go back to what a POST answered."""
    if htmx.wants_fragment():
        return show(trip, token, draft, step, form)
    return redirect(trip.url(token, step), 303)
