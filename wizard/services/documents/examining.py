"""The health of the documents: their file, the keys of the years, and what refers to what."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import connect
from wizard.migrations import documents as shape
from wizard.migrations import pending, unknown
from wizard.services.documents import year_keys
from wizard.services.documents.sweeping import UNDER_WAY
from wizard.services.sealing import State
from wizard.settings import Settings
from wizard.stores import database_file, documents, vault

NO_KEY = "PORTAIL_DOCUMENTS_KEY manque : les parents ne peuvent rien envoyer"
Told = tuple[bool, str]
"""Whether all is well, and a sentence."""


def examine(settings: Settings) -> Iterator[Told]:
    """Look at the documents, in an application context, the portal's own file being sound and up to date."""
    file = settings.documents.file
    if not file.exists():
        with closing(connect(settings.database)) as db:
            if missing := documents.without(db, ()):
                yield False, f"{file} n'existe pas, et {len(missing)} devraient y être : restaurez une sauvegarde"
        return
    try:
        database_file.check(file, database_file.DOCUMENTS)
    except database_file.Damaged as damage:
        yield False, f"{file} est abîmé ({damage}) : restaurez une sauvegarde"
        return
    with closing(connect(settings.database)) as db, closing(connect(file)) as kept:
        if pending(kept, shape) or unknown(kept, shape):
            yield False, "leur fichier est d'une autre version : lancez « migrate », ou mettez le portail à jour"
            return
        found = [*_keys(kept, settings), *_lost(db, kept, now())]
        yield from found or [(True, f"{vault.count(kept)} gardé(s), chacun lisible et connu")]


def _keys(kept: Database, settings: Settings) -> Iterator[Told]:
    try:
        states = year_keys.states()
    except year_keys.Unreadable:
        yield False, f"{settings.documents.years} est abîmé : remettez à sa place une copie d'un jour, à côté"
        return
    if settings.dossier.schools and not states and not year_keys.can_be_made():
        yield False, NO_KEY
    wrong = sorted(year for year, state in states.items() if state is State.UNREADABLE)
    if wrong and not year_keys.is_given():
        yield False, "PORTAIL_DOCUMENTS_KEY manque : aucun n'est lisible"
    elif wrong:
        yield False, f"ceux de {', '.join(wrong)} attendent une autre clé : donnez-la dans PORTAIL_DOCUMENTS_KEY_OLD"
    if State.FORMER in states.values():
        yield False, "des clés d'années sont chiffrées avec PORTAIL_DOCUMENTS_KEY_OLD : « secrets rotate »"
    if gone := sorted(vault.years(kept) - states.keys()):
        yield False, f"la clé de {', '.join(gone)} n'est plus dans {settings.documents.years} : rien n'en est lisible"


def _lost(db: Database, kept: Database, now: datetime) -> Iterator[Told]:
    if missing := documents.without(db, vault.documents(kept)):
        yield False, f"{len(missing)} n'ont plus leur contenu : restaurez une sauvegarde, ou demandez-les de nouveau"
    if unclaimed := documents.unknown(db, vault.kept_before(kept, now - UNDER_WAY)):
        yield False, f"{len(unclaimed)} ne sont à personne : « purge » les efface"
