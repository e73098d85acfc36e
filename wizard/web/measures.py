"""What is measured, as Prometheus reads it: counted here when it is stored nowhere, read from the database otherwise.

A label has the portal's own words for values (a route, a method, a step), never what a caller sends; a number is a
total of the town, never one of a family. Loaded by `metrics` alone, when they are on.
"""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlite_utils import Database

from wizard.clock import now
from wizard.services.opening import IDLE
from wizard.stores import gauges, outbox_state

# A step takes 10 ms, a password 80; what takes seconds waits for the disk or for another writer.
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class Measures(Collector):
    """What an application counts; in several processes, what all of them do."""

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        self.durations = Histogram(
            "portail_request_duration_seconds",
            "Durée des réponses, par route, méthode et famille de statuts.",
            ("route", "method", "status"),
            buckets=_BUCKETS,
            registry=self._own,
        )
        self.drafts = Counter(
            "portail_drafts_opened", "Brouillons ouverts, par parcours.", ("journey",), registry=self._own
        )
        self.steps = Counter(
            "portail_steps_saved",
            "Étapes enregistrées, par parcours et par étape, corrigées ensuite ou non.",
            ("journey", "step"),
            registry=self._own,
        )

    def collect(self) -> Iterator[Metric]:
        """Give what was counted since the server started."""
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            return iter(MultiProcessCollector(None).collect())  # type: ignore[no-untyped-call]
        return iter(self._own.collect())

    def write(self, db: Database, accept: str) -> tuple[bytes, str]:
        """Return what was counted and what the database holds, and the media type, in the form asked for."""
        encoder, media_type = choose_encoder(accept)
        return encoder(_Read(self, db)), media_type


class _Read(Collector):
    """What was counted, and what the database holds at this moment."""

    def __init__(self, counted: Measures, db: Database) -> None:
        self.counted, self.db = counted, db

    def collect(self) -> Iterator[Metric]:
        yield from self.counted.collect()
        yield self._drafts()
        created, activated = gauges.accounts(self.db)
        waiting, decided = gauges.dossiers(self.db)
        mails = outbox_state.queue(self.db)
        yield _states("portail_accounts", "Comptes.", created=created, activated=activated)
        yield _states("portail_dossiers", "Dossiers.", deposited=waiting + decided, waiting=waiting, decided=decided)
        yield _states(
            "portail_mails", "Courriels à envoyer, ou abandonnés.", waiting=mails.waiting, failed=mails.failed
        )

    def _drafts(self) -> Metric:
        words = "Brouillons ouverts, par dernière étape enregistrée ; « left » : plus rien depuis une demi-heure."
        family = GaugeMetricFamily("portail_drafts", words, labels=("journey", "step", "state"))
        for kind, step, left, count in gauges.drafts(self.db, now(), now() - IDLE):
            family.add_metric((kind, step, "left" if left else "active"), count)
        return family


def _states(name: str, words: str, **counts: int) -> Metric:
    family = GaugeMetricFamily(name, words, labels=("state",))
    for state, count in counts.items():
        family.add_metric((state,), count)
    return family
