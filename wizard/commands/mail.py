"""`mail`: the mails waiting to be sent."""

import signal
import threading
from typing import Any

import click

from wizard.clock import now
from wizard.commands import Group, open_app, open_database
from wizard.db import transaction
from wizard.french import figures_utc
from wizard.services import bounces, outbox
from wizard.services.bounce_mailbox import Unreachable
from wizard.settings import get_settings
from wizard.smtp import without_addresses
from wizard.stores.outbox_state import make_due, pending, queue
from wizard.values.emails import is_email
from wizard.web import logs


@click.group(cls=Group, help="Les courriels du portail.")
def mail() -> None:
    """Group the commands on mails."""


@mail.command(help="Envoie les courriels en attente. Inutile à côté de « serve », qui les envoie déjà.")
@click.option("--watch", is_flag=True, help="Continue, à mesure qu'il s'en écrit, jusqu'à Ctrl-C.")
def send(watch: bool) -> None:
    """Send what is due."""
    app = open_app()
    with open_database(app) as db:
        if watch:
            logs.configure(get_settings(app).log)
            outbox.watch(db, _stop_on_signal())
            return
        try:
            result = outbox.send_due(db)
        except outbox.QueueBlocked as blocked:
            raise click.ClickException(f"Aucun courriel ne peut partir : {blocked}.") from blocked
        click.echo(f"{result.sent} envoyé(s), {result.postponed} remis à plus tard, {result.given_up} abandonné(s).")
        click.echo(f"{queue(db).waiting} en attente.")
    if result.given_up:
        raise click.exceptions.Exit(1)


@mail.command("bounces", help="Lit les courriels revenus. Inutile à côté de « serve », qui les lit déjà.")
def read_bounces() -> None:
    """Read the mailbox of what comes back."""
    app = open_app()
    mailbox = get_settings(app).bounces
    if mailbox is None:
        raise click.ClickException("Aucune boîte à lire : donnez-la à la section [bounces] de town.toml.")
    with open_database(app) as db:
        try:
            result = bounces.read(db, mailbox)
        except Unreachable as error:
            raise click.ClickException(f"La boîte ne s'ouvre pas : {error}.") from error
    click.echo(f"{result.reports} courriel(s) revenu(s), {result.others} autre(s) laissé(s) dans la boîte.")


@mail.command(help="Envoie un courriel d'essai à une adresse, tout de suite, et dit ce que le serveur a répondu.")
@click.argument("address")
def test(address: str) -> None:
    """Send one mail that says that mails arrive."""
    if not is_email(address):
        raise click.ClickException(f"« {address} » n'est pas une adresse électronique.")
    with open_database(open_app()) as db:
        try:
            result = outbox.try_out(db, address)
        except outbox.QueueBlocked as blocked:
            raise click.ClickException(f"Aucun courriel ne peut partir : {blocked}.") from blocked
    if not result.sent_at:
        raise click.ClickException(f"Le serveur ne l'a pas pris : {result.error}.")
    click.echo(
        "Le serveur de courriel l'a pris. S'il n'arrive pas, cherchez dans les indésirables, puis lancez « doctor »."
    )


@mail.command("list", help="Les courriels qui attendent, et ceux qui ont été abandonnés.")
def list_() -> None:
    """List them, the oldest first, by the domain they are for: an address is of no use here."""
    with open_database(open_app()) as db:
        for one in pending(db):
            answer = without_addresses(one.error or "")
            told = f"abandonné : {answer}" if one.failed else f"part le {figures_utc(one.due_at)}"
            again = "" if one.failed or not answer else f", après {answer}"
            click.echo(f"{one.id} – {one.name} – pour @{one.domain} – {told}{again}")
        click.echo(f"{queue(db).waiting} en attente, {queue(db).failed} abandonné(s).")


@mail.command(help="Essaie dès maintenant d'envoyer ce qu'un refus du serveur a remis à plus tard.")
def retry() -> None:
    """Make due what was postponed, and nothing that waits for its own hour."""
    with open_database(open_app()) as db:
        with transaction(db):
            count = make_due(db, now())
        click.echo(f"{count} courriel(s) à envoyer : « serve » le fait dans la seconde, « mail send » aussi.")


def _stop_on_signal() -> threading.Event:
    """Return an event that SIGTERM or Ctrl-C sets, so that the mail being sent is finished first."""
    stop = threading.Event()

    def ask(*_: Any) -> None:
        # Setting it from the handler itself would deadlock on the event's own lock.
        threading.Thread(target=stop.set).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return stop
