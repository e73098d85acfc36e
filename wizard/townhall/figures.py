"""The figures, for whoever answers for the service: over some weeks, drawn and in tables, without anybody's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import request
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.french import gettext as _
from wizard.french import ngettext, short_day
from wizard.services import figures as service
from wizard.services.figures import Figures
from wizard.settings import get_settings
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.values.dates import PartialDate
from wizard.web import htmx


@dataclass(frozen=True)
class Chart:
    """A table, what is told above it, and its drawing: what each bar is called, how high, how it is said."""

    title: str
    told: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[tuple[str, float, str], ...]


@blueprint.get("/chiffres")
@open_to(PROCESSING)
def figures() -> Response:
    """Show the figures of the weeks that the address asks for, half a year by default."""
    asked = request.args.get("semaines", 0, int)
    weeks = asked if asked in service.WEEKS else 26
    found = service.read(get_db(), weeks)
    charts = [one(found) for one in (_waiting, _deposits, _delays, _corrections, _refusals)]
    return htmx.page("townhall/figures.html", charts=charts, weeks=weeks, periods=service.WEEKS)


def _waiting(found: Figures) -> Chart:
    bands = [(_band(begin, end), number) for begin, end, number in found.waiting]
    number = sum(number for _band, number in bands)
    told = ngettext("%(num)d dossier attend la mairie.", "%(num)d dossiers attendent la mairie.", number)
    announced = _("Délai annoncé aux familles : %(delay)s.", delay=get_settings().delay)
    return Chart(
        _("Ce qui attend, et depuis quand"),
        f"{told} {announced}",
        (_("Attente"), _("Dossiers")),
        tuple((band, str(number)) for band, number in bands),
        _bars(bands),
    )


def _deposits(found: Figures) -> Chart:
    number = sum(number for _monday, number in found.deposits)
    weeks = [(_("Semaine du %(day)s", day=short_day(monday)), number) for monday, number in found.deposits]
    return Chart(
        _("Dossiers déposés, par semaine"),
        ngettext("%(num)d dossier déposé.", "%(num)d dossiers déposés.", number),
        (_("Semaine"), _("Dossiers")),
        tuple((week, str(number)) for week, number in reversed(weeks)),
        _bars(weeks),
    )


def _delays(found: Figures) -> Chart:
    """Chart, month by month, how long families waited for an answer to what they sent, deposit or correction."""
    whole = found.whole
    told = _("Aucune réponse sur cette période.")
    if whole:
        words = {"half": _days(whole.half), "most": _days(whole.eight_in_ten)}
        told = _("La moitié des réponses en %(half)s au plus, 8 sur 10 en %(most)s au plus.", **words)
    return Chart(
        _("Délai, du dépôt ou de la correction à la réponse"),
        told,
        (_("Mois"), _("Réponses"), _("La moitié en"), _("8 sur 10 en")),
        tuple(
            (_month(one.first), str(one.answers), _days(one.half), _days(one.eight_in_ten))
            for one in reversed(found.months)
        ),
        tuple((_month(one.first), one.eight_in_ten, _days(one.eight_in_ten)) for one in found.months),
    )


def _corrections(found: Figures) -> Chart:
    whole = found.whole
    told = _("%(num)d réponses sur 100 ont demandé une correction.", num=whole.share) if whole else ""
    return Chart(
        _("Réponses qui demandent une correction"),
        told,
        (_("Mois"), _("Réponses"), _("À corriger"), _("Part")),
        tuple(
            (_month(one.first), str(one.answers), str(one.corrected), f"{one.share} %")
            for one in reversed(found.months)
        ),
        tuple((_month(one.first), one.share, f"{one.share} %") for one in found.months),
    )


def _refusals(found: Figures) -> Chart:
    few = _("moins de %(num)d", num=service.FEW)
    reasons = [(str(reason), number) for reason, number in found.refusals]
    return Chart(
        _("Refus, par motif"),
        _("Un motif rare est dit « %(few)s » : un nombre exact pourrait désigner une famille.", few=few),
        (_("Motif"), _("Personnes refusées")),
        tuple((reason, str(number or few)) for reason, number in reasons),
        tuple((reason, number or 0, str(number or few)) for reason, number in reasons),
    )


def _bars(rows: Iterable[tuple[str, int]]) -> tuple[tuple[str, float, str], ...]:
    return tuple((label, number, str(number)) for label, number in rows)


def _band(begin: int, end: int | None) -> str:
    if end is None:
        return _("%(num)d jours et plus", num=begin)
    return _("%(begin)d à %(end)d jours", begin=begin, end=end)


def _days(number: int) -> str:
    return ngettext("%(num)d jour", "%(num)d jours", number)


def _month(first: date) -> str:
    return short_day(PartialDate(first.year, first.month))
