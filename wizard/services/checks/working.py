"""What the portal does while nobody looks: its processes, the nightly purge, the backups."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from wizard.clock import now
from wizard.french import figures_utc
from wizard.services import leaps, pulse, regularly, replication
from wizard.services.checks.finding import Finding, Level, good, note, wrong
from wizard.services.regularly import Done
from wizard.services.replication import State
from wizard.settings import Settings

# What the works are called; the others by their own name.
_CALLED = {"mails": "courriels", "duplicates": "doublons", "bounces": "retours", "house": "travaux"}
_PURGED_WITHIN = timedelta(days=3)
_SAVED_WITHIN = timedelta(days=8)


def server(settings: Settings) -> Iterator[Finding]:
    """Look at the server under way: that of this database or, above it, of the folder of several towns."""
    served = [path for path in (settings.database, settings.instance.parent) if pulse.read(path)]
    yield from under_way(served[0] if served else settings.database)


def under_way(path: Path) -> Iterator[Finding]:
    """Tell whether the server of a database, or of a folder, still runs, and is heard of in each of its works."""
    served = pulse.read(path)
    if served is None:
        yield note(
            "Service", "not-served", f"« serve » n'est pas lancé sur {'ce dossier' if path.is_dir() else 'cette base'}"
        )
        return
    silent = sorted(name for name, until in served.works.items() if until < now())
    for name in silent:
        sentence = f"« {_CALLED.get(name, name)} » ne répond plus : relancez le portail"
        yield _down(f"silent-{name.replace(' ', '-')}", sentence, path)
    replaced = served.database and served.database != _inode(path)
    if replaced:
        lost = "ce qu'il enregistre est perdu : relancez-le aussitôt"
        sentence = f"la base a été remplacée ou effacée sous le portail qui sert, et {lost}"
        yield _down("database-replaced", sentence, path)
    if not silent and not replaced:
        works = ", ".join(_CALLED.get(name, name) for name in served.works)
        yield good("Service", f"{works} : chacun répond" if works else "il démarre")


def _down(name: str, sentence: str, path: Path) -> Finding:
    return Finding("Service", Level.DOWN, name, sentence, str(path))


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


def purge(settings: Settings) -> Iterator[Finding]:
    """Tell when what nobody needs any more was last deleted."""
    at = regularly.last(settings.database, Done.PURGE)
    what_to_do = "« serve » le fait chaque jour, « purge » tout de suite"
    if at is None:
        yield note("Purge", "never-purged", f"pas encore faite : {what_to_do}")
    elif _old(at, _PURGED_WITHIN):
        yield wrong("Purge", "purge-late", f"la dernière est du {figures_utc(at)} : {what_to_do}")
    else:
        yield good("Purge", f"la dernière est du {figures_utc(at)}")


def backup(settings: Settings) -> Iterator[Finding]:
    """Tell when the database was last saved by `backup`: a note if it never was, as others may copy it."""
    at = regularly.last(settings.database, Done.BACKUP)
    what_to_do = "lancez « backup » chaque nuit"
    if at is None:
        yield note("Sauvegarde", "never-saved", f"« backup » n'a rien copié encore : {what_to_do}")
    elif _old(at, _SAVED_WITHIN):
        yield wrong("Sauvegarde", "backup-late", f"la dernière est du {figures_utc(at)} : {what_to_do}")
    else:
        yield good("Sauvegarde", f"la dernière est du {figures_utc(at)}")


def copies(settings: Settings) -> Iterator[Finding]:
    """Tell that Litestream, which copied the databases as they change, does so no more; nothing where there is none."""
    states = {file: replication.state(file) for file in (settings.database, settings.documents.file)}
    if State.SILENT in states.values():
        yield wrong("Copie", "copy-silent", "Litestream ne répond plus, rien n'est copié à mesure : relancez-le")
    for file in (file for file, state in states.items() if state is State.STOPPED):
        sentence = "Litestream ne copie plus une des bases : relancez-le"
        yield Finding("Copie", Level.WRONG, "copy-stopped", sentence, str(file))


def leap(settings: Settings) -> Iterator[Finding]:
    """Tell that nothing is purged, because the clock leapt ahead; nothing when it did not."""
    if since := leaps.doubted(settings.database, now()):
        what_to_do = "« purge --clock-is-right » si l'heure est juste, sinon réglez-la"
        yield wrong(
            "Purge", "clock-leapt", f"l'heure a sauté au {figures_utc(since)}, et rien n'est effacé : {what_to_do}"
        )


def _old(at: datetime, most: timedelta) -> bool:
    """Whether something was last done too long ago, or at a moment to come, of which nothing is known."""
    return not timedelta() <= now() - at <= most
