"""The health of an installation: one list of checks, of which `doctor` makes all and /healthz the quick ones."""

import sqlite3
from collections.abc import Iterator

from wizard.services.checks import callers, database, files, kept, mails, names, working
from wizard.services.checks.finding import Check, Finding, Level
from wizard.settings import Settings

__all__ = ["CHECKS", "Check", "Finding", "Level", "examine"]

CHECKS = (
    Check("Réglages", callers.public_url),
    Check("Fichiers", files.rights),
    Check("Base", database.usable, quick=True),
    Check("Base", database.sound),
    Check("Service", working.server, quick=True),
    Check("Courriels", mails.queue, quick=True, of_others=True),
    Check("Courriels", mails.given_up, of_others=True),
    Check("Horloge", database.clock),
    Check("Purge", working.leap, quick=True, of_others=True),
    Check("Purge", working.purge, of_others=True),
    Check("Sauvegarde", working.backup, of_others=True),
    Check("Copie", working.copies, quick=True, of_others=True),
    Check("Mandataire", callers.proxy, of_others=True),
    Check("Nom", callers.host, of_others=True),
    Check("Secrets", kept.secrets),
    Check("Santé", kept.health),
    Check("Documents", kept.documents),
    Check("Antivirus", kept.antivirus, of_others=True),
    Check("Adresses", kept.addresses, quick=True),
    Check("SMTP", mails.server, of_others=True),
    Check("Retours", mails.bounces, of_others=True),
    Check("Domaine", names.sender, of_others=True),
    Check("Certificat", names.certificate, of_others=True),
    Check("Disque", files.disk),
)
"""In the order in which to set right what they find."""


def examine(settings: Settings, checks: tuple[Check, ...] = CHECKS) -> Iterator[Finding]:
    """Make each check, in an application context: one that cannot be made is told, and hides no other."""
    unusable = False
    for check in checks:
        try:
            found = list(check.look(settings))
        except sqlite3.Error as error:
            found = [_not_read(check, error, unusable)]
        except Exception as error:
            detail = f"{type(error).__name__} : {error}"
            found = [Finding(check.subject, Level.WRONG, "unknown", "n'a pas pu être regardé", detail)]
        unusable = unusable or any(one.level is Level.DOWN and one.name.startswith("database") for one in found)
        yield from found


def _not_read(check: Check, error: sqlite3.Error, unusable: bool) -> Finding:
    """Tell what was not read; it is a fault of its own unless that of the database was told before."""
    level = Level.NOTE if unusable else Level.WRONG
    return Finding(check.subject, level, "unknown", "pas regardé : la base ne se lit pas", str(error))
