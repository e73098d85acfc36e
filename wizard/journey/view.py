"""The one view of every step of every journey: GET shows it, POST keeps it and shows the next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import abort, redirect, request, url_for
from sqlite_utils import Database
from werkzeug.wrappers import Response

from wizard.clock import now
from wizard.db import get_db
from wizard.forms import StepForm
from wizard.journey.authority import Authority
from wizard.journey.judging import Finish, judge
from wizard.journey.steps import Done, Journey, Place, Step, Submission
from wizard.models import Answers, Draft
from wizard.services import opening, pace, saving
from wizard.services.keys import Key
from wizard.settings import Settings, get_settings
from wizard.slips import answered
from wizard.web import htmx, logs
from wizard.web.done import DONE
from wizard.web.framing import is_framed, may_be_framed
from wizard.web.guards import is_cross_site, limited_networks

BACK, LATER = "retour", "plus_tard"
"""What a form is sent with to be kept as it is, and the page before shown, or how to go on another day."""

WHOM = "qui"
"""To whom, by their id, an address says that something was just done."""

# What stands for the token and the revision of a draft on a page that is kept: no other part of it is like them.
_ANYONE, _REVISION = "_" * 43, 2**62
# Pages kept: those of a town are a dozen, each a few kilobytes.
_KEPT = 256


@dataclass(frozen=True, eq=False)
class ServedJourney:
    """A journey as the site serves it.

    `endpoint` shows a step, `start` begins again; `finish` commits what the last step submitted or raises
    Refused; `authority` is what opens a draft, and answers once it is finished; `idle` is how long a page's address
    stays good without a step saved (None: as long as the draft); `later` is the page of « Finir plus tard ».

    The `token` of a draft is what the address of its pages names it by: a secret, or not, as its authority has it.
    """

    journey: Journey
    endpoint: str
    start: str
    finish: Finish
    authority: Authority
    idle: timedelta | None = None
    later: str | None = None

    def url(self, token: str, step: Step, **done: Any) -> str:
        """Return the address of a step, which says what was just `done`."""
        return url_for(self.endpoint, slug=step.slug, **self.authority.address(token), **done)

    def begin(self, answers: Answers) -> "Visit":
        """Open a new draft that holds `answers`."""
        return self.visit(opening.open_draft(get_db(), self.journey.kind, answers))

    def find(self, token: str, *, late: bool = False) -> "Visit | None":
        """Return the visit of the draft that a page's address opens in this browser. Raises NotYours.

        `late` is for an address idle for too long: what it sends is kept, nothing is shown.
        """
        key = self.authority.key(self.journey.kind, token)
        draft = key.load(get_db(), late=late)
        return Visit(self, token, key, draft) if draft and self.authority.admits(draft, late=late) else None

    def visit(self, token: str) -> "Visit":
        """Return what `find` does; answer at once, for this request, when the address opens nothing any more."""
        return self.find(token) or abort(self.gone(token))

    def serve(self, token: str, slug: str) -> Response:
        """Answer GET and POST of a step."""
        step = self.journey.find(slug) or abort(404)
        logs.on_step(step.slug)
        if is_cross_site():
            return redirect(url_for(self.start), 303)
        visit = self.visit(token)
        opened = self.journey.towards(step, visit.draft.answers)
        if request.method != "POST":
            return visit.open(step) if opened is step else visit.go(opened)
        if opened is step:
            return _submit(visit, step)
        visit.keep(step.slug, step.form(request.form, answers=visit.draft.answers).raw())
        return visit.go(opened)  # another tab undid a step before: what was typed here waits in its place

    def gone(self, token: str) -> Response:
        """Answer for an address whose draft is finished, or expired."""
        return self.authority.arrived(self.journey.kind, token) or self.expired()

    def expired(self, *, kept: bool = False) -> Response:
        """Answer for an address that serves no more; `kept` says that what was just sent is not lost."""
        return htmx.page("journey/expired.html", 410, start=url_for(self.start), idle=self.idle, kept=kept)


@dataclass
class Visit:
    """One request for a page of a draft; `draft` is read once, and once more when this request has saved it.

    `done` is what it did, for the page that it leads to.
    """

    served: ServedJourney
    token: str
    key: Key
    draft: Draft
    done: Done = field(default_factory=lambda: {one: request.args[one] for one in {DONE, WHOM} & request.args.keys()})

    def keep(self, step: str, data: dict[str, list[str]]) -> saving.Saved:
        """Save what a step submitted, from the page that the form says; answer at once if the draft was closed."""
        rendered_at, idle = request.form.get("revision", type=int), self.served.idle
        try:
            saved = saving.save(get_db(), self.draft, self.key, step, data, rendered_at=rendered_at, idle=idle)
        except saving.Closed:  # a click at the same moment finished it
            abort(self.served.gone(self.token))
        self.draft = saved.draft
        return saved

    def keep_late(self, step: str, data: dict[str, list[str]]) -> None:
        """Save what was sent from an address idle for too long; answer at once if the draft was closed."""
        try:
            saving.save_late(get_db(), self.draft, self.key, step, data)
        except saving.Closed:
            abort(self.served.gone(self.token))

    def move(self, step: str, move: Callable[[Database, int, str], None]) -> None:
        """Set aside what a step submitted, or put it back; answer at once if the draft was closed."""
        try:
            self.draft = saving.move(get_db(), self.draft, self.key, step, move, self.served.idle)
        except saving.Closed:
            abort(self.served.gone(self.token))

    def url(self, step: Step) -> str:
        """Return the address of a step."""
        return self.served.url(self.token, step)

    def first_incomplete(self) -> Step:
        """Return the step to go on with."""
        return self.served.journey.first_incomplete(self.draft.answers)

    def show(self, step: Step, form: StepForm, status: int = 200, *, push: bool = False) -> Response:
        """Render a step; `push` gives HTMX its address, for a step that was not the one on the page."""
        return htmx.shown(self.drawn(step, form), status, self.url(step) if push else None)

    def drawn(self, step: Step, form: StepForm) -> str:
        """Return the page of a step, whole or as a fragment."""
        return htmx.drawn(
            step.template,
            here=self.url(step),
            form=form,
            draft=self.draft,
            token=self.token,
            visit=self,
            place=self.served.journey.place(step, self.draft.answers),
            **step.context(self.draft, form),
            **step.news(self.draft, self.done),
        )

    def open(self, step: Step) -> Response:
        """Render a step as it was last submitted, or blank."""
        if not step.alike or step.slug in self.draft.answers or self.done:
            return self.show(step, step.filled(self.draft.answers), push=True)
        place = self.served.journey.place(step, self.draft.answers)
        html = _blank(get_settings(), self.served, place, (htmx.wants_fragment(), may_be_framed(), is_framed()))
        html = html.replace(_ANYONE, self.token).replace(str(_REVISION), str(self.draft.revision))
        return htmx.shown(html, push_url=self.url(step))

    def go(self, step: Step) -> Response:
        """Lead to a step: at once for HTMX, one round trip saved, by a redirect otherwise."""
        return (
            self.open(step) if htmx.wants_fragment() else redirect(self.served.url(self.token, step, **self.done), 303)
        )


@lru_cache(maxsize=_KEPT)
def _blank(_settings: Settings, served: ServedJourney, place: Place, _layout: tuple[bool, bool, bool]) -> str:
    """Draw a step that is `alike`, from a draft that holds nothing: what is kept is nobody's. It costs half a page.

    `_layout` is what its layout asks of a request.
    """
    draft = Draft(0, served.journey.kind, None, _REVISION, None, now(), {})
    nobody = Visit(served, _ANYONE, served.authority.key(served.journey.kind, _ANYONE), draft, {})
    return nobody.drawn(place.step, place.step.form())


def hold_back() -> None:
    """Refuse what is sent to a journey's pages beyond what people send, before anything of it is read.

    Raises TooSoon.
    """
    if request.method == "POST" and (networks := limited_networks()):
        pace.of_a_post(get_db(), networks, (request.view_args or {}).get("token"))


def _submit(visit: Visit, step: Step) -> Response:
    _hold_back_buttons(visit.draft, step)
    before = visit.draft
    form = step.form(answered(request.form), answers=before.answers)
    saved = visit.keep(step.slug, form.raw())
    place = visit.served.journey.place(step, saved.draft.answers)
    if not step.reloads.isdisjoint(request.form):
        return _again(visit, step, form)
    if BACK in request.form:
        return visit.go(place.previous or step)
    if LATER in request.form and visit.served.later:
        return redirect(url_for(visit.served.later, **visit.served.authority.address(visit.token)), 303)
    submission = Submission(before, saved.draft, form, saved.revision, saved.fresh)
    status = judge(step, submission, request.form, None if place.next else visit.served.finish)
    if status is not None:
        return visit.show(step, form, htmx.swappable(status))
    return visit.go(place.next) if place.next else visit.served.gone(visit.token)


def _hold_back_buttons(draft: Draft, step: Step) -> None:
    for button in step.costly.keys() & request.form.keys() if limited_networks() else ():
        pace.of_a_button(get_db(), draft.id, button, step.costly[button])


def _again(visit: Visit, step: Step, form: StepForm) -> Response:
    """Show the same step anew; by a redirect without HTMX, for browsers refuse to go back to what a POST answered."""
    return visit.show(step, form) if htmx.wants_fragment() else redirect(visit.url(step), 303)
