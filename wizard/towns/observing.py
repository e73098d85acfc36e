"""What the towns of one server do, as Prometheus reads it, by town: served or not, its answers, what its families do.

What is measured of one town by itself, by route and by step, would be as many series as pages for each of hundreds.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlite_utils import Database
from werkzeug.wrappers import Request, Response

from wizard.events import draft_opened, step_saved
from wizard.models import DraftKind
from wizard.settings import get_settings
from wizard.stores import gauges
from wizard.stores.outbox_state import queue
from wizard.web import metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


_MADE = "portail_town_made"


class Observed:
    """What is counted by all the processes, and read by who shows the token."""

    def __init__(self, token: str) -> None:
        self._token = token
        own = CollectorRegistry()
        self._answers = Counter(
            "portail_town_answers", "Réponses, par commune et famille de statuts.", ("town", "status"), registry=own
        )
        self._seconds = Counter("portail_town_seconds", "Secondes passées à répondre.", ("town",), registry=own)
        self._drafts, self._steps = (
            Counter(f"portail_town_{name}", f"{words}, par commune et parcours.", ("town", "journey"), registry=own)
            for name, words in (("drafts_opened", "Brouillons ouverts"), ("steps_saved", "Étapes enregistrées"))
        )
        draft_opened.connect(self._count_a_draft)
        step_saved.connect(self._count_a_step)
        self._accounts, self._dossiers, self._mails = (
            Gauge(f"portail_town_{name}", words, ("town", "state"), registry=own, multiprocess_mode="mostrecent")
            for name, words in (
                ("accounts", "Comptes."), ("dossiers", "Dossiers."), ("mails", "Courriels à envoyer, ou abandonnés.")
            )
        )  # fmt: skip
        self._made = Gauge(
            _MADE, "Si elle a pu être préparée.", ("town",), registry=own, multiprocess_mode="mostrecent"
        )

    def answered(
        self, town: str, application: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Have an application answer for a town, and count it."""
        began, families = time.perf_counter(), ["5xx"]

        def start(status: str, *others: object) -> object:
            families.append(f"{status[0]}xx")
            return start_response(status, *others)  # type: ignore[arg-type]

        try:
            return application(environ, start)  # type: ignore[arg-type]
        finally:
            with suppress(OSError):  # its memory is full: the answer leaves all the same
                self._answers.labels(town, families[-1]).inc()
                self._seconds.labels(town).inc(time.perf_counter() - began)

    def held(self, town: str, db: Database) -> None:
        """Note what the database of a town holds."""
        created, activated = gauges.accounts(db)
        waiting, decided = gauges.dossiers(db)
        mails = queue(db)
        with suppress(OSError):
            _set(self._accounts, town, created=created, activated=activated)
            _set(self._dossiers, town, deposited=waiting + decided, waiting=waiting, decided=decided)
            _set(self._mails, town, waiting=mails.waiting, failed=mails.failed)

    def _count_a_draft(self, kind: DraftKind) -> None:
        with suppress(OSError):
            self._drafts.labels(get_settings().instance.name, kind.value).inc()

    def _count_a_step(self, kind: DraftKind, **_step: str) -> None:
        with suppress(OSError):
            self._steps.labels(get_settings().instance.name, kind.value).inc()

    def made(self, town: str, *, well: bool) -> None:
        """Note whether the last of the processes that made the application of a town could."""
        with suppress(OSError):
            self._made.labels(town).set(well)

    def page(self, environ: "WSGIEnvironment", up: Mapping[str, bool]) -> Response:
        """Answer who reads the measures, if they show the token; `up` says of each town whether it may be served."""
        request = Request(environ)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        if not metrics.opens(request.authorization, self._token):
            return Response(status=401, headers=headers | {"WWW-Authenticate": 'Bearer realm="Portail famille"'})
        encoder, media_type = choose_encoder(request.headers.get("Accept", ""))
        return Response(encoder(_Read(up)), content_type=media_type, headers=headers)


def _set(gauge: Gauge, town: str, **counts: int) -> None:
    for state, count in counts.items():
        gauge.labels(town, state).set(count)


class _Read(Collector):
    """What was counted since the server started, and which towns are served now."""

    def __init__(self, up: Mapping[str, bool]) -> None:
        self._up = up

    def collect(self) -> Iterator[Metric]:
        made: dict[str, bool] = {}
        for metric in MultiProcessCollector(None).collect():  # type: ignore[no-untyped-call]
            if metric.name == _MADE:
                made = {sample.labels["town"]: bool(sample.value) for sample in metric.samples}
            else:
                yield metric
        family = GaugeMetricFamily("portail_town_up", "Si la commune est servie.", labels=("town",))
        for town, up in self._up.items():
            family.add_metric((town,), up and made.get(town, True))
        yield family
