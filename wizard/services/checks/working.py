"""What the portal does while nobody looks: its processes, the nightly purge, the backups."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from wizard.clock import now
from wizard.services import pulse, regularly
from wizard.services.checks.finding import Finding, Level, good, note, wrong
from wizard.services.regularly import Done
from wizard.settings import Settings

# What the works are called; the others by their own name.
_CALLED = {"mails": "courriels", "duplicates": "doublons", "bounces": "retours"}
_PURGED_WITHIN = timedelta(days=3)
_SAVED_WITHIN = timedelta(days=8)


def server(settings: Settings) -> Iterator[Finding]:
    """Look at the server under way: whether its works are heard of, and whether its database is still the one there."""
    served = pulse.read(settings.database)
    if served is None:
        yield note("Service", "not-served", "« serve » n'est pas lancé sur cette base")
        return
    silent = sorted(name for name, until in served.works.items() if until < now())
    for name in silent:
        sentence = f"« {_CALLED.get(name, name)} » ne répond plus : relancez le portail"
        yield _down(f"silent-{name.replace(' ', '-')}", sentence, settings)
    replaced = served.database and served.database != _inode(settings)
    if replaced:
        lost = "ce qu'il enregistre est perdu : relancez-le aussitôt"
        sentence = f"la base a été remplacée ou effacée sous le portail qui sert, et {lost}"
        yield _down("database-replaced", sentence, settings)
    if not silent and not replaced:
        yield good("Service", f"{', '.join(_CALLED.get(name, name) for name in served.works)} : chacun répond")


def _down(name: str, sentence: str, settings: Settings) -> Finding:
    return Finding("Service", Level.DOWN, name, sentence, str(settings.database))


def _inode(settings: Settings) -> int | None:
    try:
        return settings.database.stat().st_ino
    except FileNotFoundError:
        return None


def purge(settings: Settings) -> Iterator[Finding]:
    """Tell when what nobody needs any more was last deleted."""
    at = regularly.last(settings.database, Done.PURGE)
    what_to_do = "« serve » le fait chaque jour, « purge » tout de suite"
    if at is None:
        yield note("Purge", "never-purged", f"pas encore faite : {what_to_do}")
    elif now() - at > _PURGED_WITHIN:
        yield wrong("Purge", "purge-late", f"la dernière est du {_day(at)} : {what_to_do}")
    else:
        yield good("Purge", f"la dernière est du {_day(at)}")


def backup(settings: Settings) -> Iterator[Finding]:
    """Tell when the database was last saved by `backup`: a note if it never was, as others may copy it."""
    at = regularly.last(settings.database, Done.BACKUP)
    what_to_do = "lancez « backup » chaque nuit"
    if at is None:
        yield note("Sauvegarde", "never-saved", f"« backup » n'a rien copié encore : {what_to_do}")
    elif now() - at > _SAVED_WITHIN:
        yield wrong("Sauvegarde", "backup-late", f"la dernière est du {_day(at)} : {what_to_do}")
    else:
        yield good("Sauvegarde", f"la dernière est du {_day(at)}")


def _day(at: datetime) -> str:
    return f"{at:%d/%m/%Y à %H:%M} UTC"
