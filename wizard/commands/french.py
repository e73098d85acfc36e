"""The words of the command line in French: click's own sentences, the system's and SQLite's."""

import errno
import sqlite3

import click
from click import core, decorators, exceptions, formatting, parser, termui, types, utils

# What an administrator may read; the rest of click's sentences are for whoever writes commands.
_SENTENCES = {
    "Aborted!": "Interrompu.",
    "Error: {message}": "Erreur : {message}",
    "Error: The two entered values do not match.": "Erreur : les deux saisies diffèrent.",
    "Error: invalid input": "Erreur : réponse incomprise.",
    "Repeat for confirmation": "Une seconde fois",
    "Do you want to continue?": "Continuer ?",
    "Confirm the action without prompting.": "Ne demande pas de confirmation.",
    "Press any key to continue...": "Appuyez sur une touche…",
    "Usage:": "Usage :",
    "Options": "Options",
    "Commands": "Commandes",
    "Positional arguments": "Arguments",
    "Show this message and exit.": "Affiche cette aide.",
    "Show the version and exit.": "Affiche la version.",
    "%(prog)s, version %(version)s": "%(prog)s, version %(version)s",
    "Try '{command} {option}' for help.": "« {command} {option} » donne l'aide.",
    "default: {default}": "par défaut : {default}",
    "env var: {var}": "variable : {var}",
    "required": "nécessaire",
    "deprecated": "abandonné",
    "(dynamic)": "(calculé)",
    "Missing command.": "Il manque une commande.",
    "Missing argument": "Il manque l'argument",
    "Missing option": "Il manque l'option",
    "Missing parameter": "Il manque le paramètre",
    "Missing {param_type}": "Il manque {param_type}",
    "Missing parameter: {param_name}": "Il manque le paramètre {param_name}",
    "No such option {name!r}.": "L'option {name} n'existe pas.",
    "No such command {name!r}.": "La commande {name} n'existe pas.",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "Vouliez-vous dire l'une de celles-ci : {possibilities} ?",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Could not open file {filename!r}: {message}": "Le fichier {filename} ne s'ouvre pas : {message}",
    "unknown error": "erreur inconnue",
    "Got unexpected extra argument ({args})": "Argument en trop : {args}",
    "Got unexpected extra arguments ({args})": "Arguments en trop : {args}",
    "Takes {nargs} values but 1 was given.": "Il en faut {nargs}, une seule est donnée.",
    "Takes {nargs} values but {len} were given.": "Il en faut {nargs}, {len} sont données.",
    "Argument {name!r} takes {nargs} values.": "L'argument {name} prend {nargs} valeurs.",
    "Option {name!r} does not take a value.": "L'option {name} ne prend pas de valeur.",
    "Option {name!r} requires an argument.": "L'option {name} attend une valeur.",
    "Option {name!r} requires {nargs} arguments.": "L'option {name} attend {nargs} valeurs.",
    "file": "fichier",
    "directory": "dossier",
    "path": "chemin",
    "{name} {filename!r} does not exist.": "{name} « {filename} » n'existe pas.",
    "{name} {filename!r} is a file.": "« {filename} » est un fichier, il faut un dossier.",
    "{name} {filename!r} is a directory.": "« {filename} » est un dossier, il faut un fichier.",
    "{name} {filename!r} is not readable.": "{name} « {filename} » ne peut être lu.",
    "{name} {filename!r} is not writable.": "{name} « {filename} » ne peut être écrit.",
    "{name} {filename!r} is not executable.": "{name} « {filename} » ne peut être lancé.",
    "Choose from:\n\t{choices}": "Au choix :\n\t{choices}",
    "{value!r} is not {choice}.": "« {value} » n'est pas {choice}.",
    "{value!r} is not one of {choices}.": "« {value} » n'est pas au choix : {choices}.",
    "{value!r} is not a valid {number_type}.": "« {value} » n'est pas un nombre.",
    "{value} is not in the range {range}.": "{value} n'est pas dans l'intervalle {range}.",
    "{value!r} is not a valid boolean. Recognized values: {states}": "« {value} » n'est ni oui ni non : {states}.",
    "{len_type} values are required, but {len_value} was given.": "Il en faut {len_type}, une seule est donnée.",
    "{len_type} values are required, but {len_value} were given.": "Il en faut {len_type}, {len_value} sont données.",
}

# How the help and the errors name what each command is given.
_PLACEHOLDERS = {
    "file": "FICHIER",
    "files": "FICHIER...",
    "email": "COURRIEL",
    "departments": "DÉPARTEMENT...",
    "host": "ADRESSE",
    "port": "PORT",
    "days": "JOURS",
    "url": "ADRESSE",
}

_SYSTEM = {
    errno.ENOENT: "ce fichier n'existe pas",
    errno.EACCES: "l'accès est refusé",
    errno.EPERM: "ce n'est pas permis",
    errno.EEXIST: "ce fichier existe déjà",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.EISDIR: "c'est un dossier",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le disque est plein",
    errno.EFBIG: "le fichier serait trop gros",
    errno.EROFS: "le disque est en lecture seule",
    errno.EIO: "le disque ne répond pas bien",
    errno.ELOOP: "ces liens tournent en rond",
    errno.ENAMETOOLONG: "ce nom est trop long",
    errno.ECONNREFUSED: "la connexion est refusée",
    errno.ETIMEDOUT: "le délai est dépassé",
}

_SQLITE = {
    sqlite3.SQLITE_BUSY: "un autre programme l'occupe, recommencez dans un instant",
    sqlite3.SQLITE_LOCKED: "un autre programme l'occupe, recommencez dans un instant",
    sqlite3.SQLITE_FULL: "le disque est plein",
    sqlite3.SQLITE_READONLY: "elle est en lecture seule",
    sqlite3.SQLITE_IOERR: "le disque ne la lit ou ne l'écrit pas bien",
    sqlite3.SQLITE_CANTOPEN: "elle ne s'ouvre pas",
    sqlite3.SQLITE_CORRUPT: "elle est abîmée, restaurez une sauvegarde",
    sqlite3.SQLITE_NOTADB: "ce fichier n'est pas une base",
}


def gettext(sentence: str) -> str:
    """Return a sentence of click's in French, or as it is when an administrator never reads it."""
    return _SENTENCES.get(sentence, sentence)


def ngettext(one: str, several: str, count: int) -> str:
    """Return the sentence of click's that goes with this number, in French."""
    return gettext(one if count < 2 else several)


def system(error: OSError) -> str:
    """Return what the system says of a failure."""
    return _SYSTEM.get(error.errno or 0, error.strerror or str(error))


def database(error: sqlite3.Error) -> str:
    """Return what SQLite says of a failure."""
    return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, " ".join(str(error).split()))


def placeholder(parameter: click.Parameter) -> str | None:
    """Return the word that stands for a parameter in the help; None for a choice, which shows itself."""
    return None if isinstance(parameter.type, click.Choice) else _PLACEHOLDERS.get(parameter.name or "")


def speak() -> None:
    """Have click speak French, whatever the language of the session: it asks these names in each of its modules."""
    for module in (core, decorators, exceptions, formatting, parser, termui, types, utils):
        for name, translate in (("_", gettext), ("ngettext", ngettext)):
            if hasattr(module, name):
                setattr(module, name, translate)
