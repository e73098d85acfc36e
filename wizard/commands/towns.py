"""`towns`: the towns of a folder, added, told, checked, brought up to date, saved and removed."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
from flask import Flask
from werkzeug.routing import Map

from wizard import expect
from wizard.clock import today
from wizard.commands import Group, bring_up_to_date, line_of, open_database, sentence, towns_folder
from wizard.commands.files import PRESENT
from wizard.commands.known import Known, known_before
from wizard.services import backup as backups
from wizard.services import pulse, replication
from wizard.services.checks import examine, working
from wizard.settings import Settings, SettingsError, get_settings, hosts_of
from wizard.town_toml import checked
from wizard.towns import changing, door
from wizard.towns.folder import Folder, Town, alone, check_alone
from wizard.web.shared_routes import SharedRoutes

_MODEL = Path(__file__).parents[2] / "instance" / "town.toml"


@click.group(cls=Group, help="Plusieurs communes sur une machine : celles du dossier que donne --towns.")
def towns() -> None:
    """Group the commands on the towns of a folder."""


def application_of(town: Town, routes: Map | None = None) -> Flask:
    """Return the application of a town. Raises SettingsError, for what the town alone has wrong too."""
    # The application registers these commands: only a running one may ask for it.
    from wizard import create_app

    if town.fault:
        raise SettingsError(town.fault)
    app = create_app(environ=town.environ, routes=routes)
    check_alone(get_settings(app))
    return app


def ready_application(routes: Map, town: Town) -> Flask:
    """Return the application of a town, its database as this version wants it. Raises SettingsError."""
    app = application_of(town, routes)
    if pulse.read(get_settings(app).database):
        raise SettingsError("un autre « serve » la sert déjà, à elle seule : arrêtez-le.")
    with alone(town), open_database(app) as db:
        bring_up_to_date(db)
    return app


@towns.command(help="Prépare le dossier d'une commune, COMMUNE, servie à ADRESSE (https://…), avec des clés à elle.")
@click.argument("slug", metavar="COMMUNE")
@click.argument("url", metavar="ADRESSE")
@click.option("--toml", type=PRESENT, help="Son town.toml, s'il est prêt.")
def add(slug: str, url: str, toml: Path | None) -> None:
    """Add a town."""
    url = checked(url, "ADRESSE", expect.public)
    folder = the_folder()
    if others := [one.slug for one in folder.look().values() if set(one.hosts) & set(hosts_of(url))]:
        raise click.ClickException(f"{url} est déjà l'adresse de {others[0]} : donnez-en une autre.")
    file = changing.add(folder, slug, url, toml or _MODEL, _check_ready if toml else None)
    if toml is None:
        click.echo(f"Remplissez {file}, puis renommez-le town.toml : la commune est servie quelques secondes après.")
    else:
        click.echo(f"{slug} : prête, servie à {url} dans quelques secondes si « serve » tourne.")
    click.echo("Ses clés sont dans portail.env : gardez-en une copie ailleurs que vos sauvegardes.")


def _check_ready(town: Town) -> None:
    try:
        application_of(town)
    except SettingsError as error:
        instead = "sans --toml, son dossier est fait, et se complète avant d'être servi"
        raise SettingsError(f"{error.message} Rien n'est ajouté : {instead}.") from error


@towns.command("list", help="Liste les communes, leur adresse, et ce qui empêche de les servir.")
def list_() -> None:
    """List the towns."""
    for town in the_folder().look().values():
        told = f" – à corriger : {town.fault}" if town.fault else ""
        if not told and door.has_left(town.folder):
            told = f" – {_left(town)}"
        click.echo(f"{town.slug} – {town.environ.get('PORTAIL_PUBLIC_URL', 'sans adresse')}{told}")


@towns.command(help="Lit les réglages de chaque commune : une ligne pour chacune, et un échec si l'une va mal.")
def check() -> None:
    """Read the settings of each town, as those who serve it do, and tell whether they are served."""
    service = list(working.under_way(the_folder().root))
    for finding in service:
        click.echo(line_of(finding))
    _each(lambda town, app: get_settings(app).public_url)
    if any(finding.fault for finding in service):
        raise click.ClickException("« serve » est à relancer.")


@towns.command(help="Examine chaque commune, comme « doctor » une seule : une ligne pour chacune.")
@known_before
def doctor(file: Path | None) -> None:
    """Tell how each town is."""
    known = Known(file)

    def examined(town: Town, app: Flask) -> str:
        with app.app_context():
            faults = [one for one in examine(get_settings(app)) if one.fault]
        told = " ; ".join(f"{one.subject} : {one.sentence}" for one in faults)
        if sum(known.blames(one, town.slug) for one in faults):
            raise click.ClickException(f"{told}.")
        return f"comme avant, {told}" if told else "rien à voir"

    _each(examined)
    known.keep()


@towns.command(hidden=True, help="Dit le dossier des communes, rien si le portail n'en sert qu'une.")
def folder() -> None:
    """Print the folder of the towns, for scripts."""
    click.echo(towns_folder() or "")


@towns.command(help="Met à jour la base de chaque commune ; « serve » le fait de lui-même, l'une après l'autre.")
def migrate() -> None:
    """Apply the pending migrations of each town."""

    def migrated(_town: Town, app: Flask) -> str:
        with open_database(app) as db:
            applied = bring_up_to_date(db)
        return f"mise à jour ({', '.join(applied)})" if applied else "déjà à jour"

    _each(migrated)


@towns.command(
    help="""Copie la base de chaque commune dans DOSSIER, les documents à côté, pendant que le portail sert.

    Avec --into, chacune a ses copies dans un dossier à elle, et celles qui ne servent plus sont effacées, comme le fait
    « backup --into » pour une commune seule."""
)
@click.argument("target", metavar="[DOSSIER]", required=False, type=click.Path(path_type=Path))
@click.option("--into", "folder", type=click.Path(path_type=Path), help="Dossier de ces dossiers, au lieu de DOSSIER.")
@click.option(
    "--to", "keys", multiple=True, metavar="CLÉ", help="Chiffre les bases pour qui a la clé privée de celle-ci (age1…)."
)
def backup(target: Path | None, folder: Path | None, keys: tuple[str, ...]) -> None:
    """Back each town up."""
    if (root := target or folder) is None or (target and folder):
        raise click.UsageError("Donnez DOSSIER, ou --into DOSSIER.")
    if not root.is_dir():
        raise click.ClickException(f"{root} n'est pas un dossier : créez-le d'abord.")
    _each(lambda town, app: _saved(town, get_settings(app), root, keys, rotated=folder is not None))


def _saved(town: Town, settings: Settings, root: Path, keys: tuple[str, ...], *, rotated: bool) -> str:
    """Save a town and tell what came of it. Raises SettingsError, OSError."""
    if not settings.database.exists():
        return "rien à sauvegarder encore"
    gone: list[Path] = []
    file = root / town.slug if rotated else root / f"{town.slug}-{today()}.db{'.age' if keys else ''}"
    try:
        if rotated:
            file.mkdir(mode=0o700, exist_ok=True)
            file, size, gone = backups.rotate(settings, file, keys)
        else:
            size = backups.backup(settings, file, keys)
    except backups.BadTarget as reason:
        raise SettingsError(f"{file} : {reason}.") from reason
    except backups.BadKey as error:
        raise SettingsError("--to attend une clé publique « age1… » : « age-keygen » en tire une.") from error
    except backups.Damaged as damage:
        raise SettingsError(f"sa base est abîmée ({damage}), rien n'a été sauvegardé.") from damage
    return f"{file}, {size / 1024:.0f} Ko, vérifié" + (f" ; {len(gone)} effacée(s)" if gone else "")


@towns.command(help="Retire une commune du service. Ses fichiers sont gardés à côté ; son nom est à recopier.")
@click.argument("slug", metavar="COMMUNE")
def remove(slug: str) -> None:
    """Take a town out of service."""
    folder = the_folder()
    folder.of(slug)
    if click.prompt(f"Recopiez « {slug} » pour la retirer", default="", show_default=False) != slug:
        raise click.ClickException("Rien n'a été retiré.")
    aside = changing.put_aside(folder, slug)
    click.echo(f"{slug} n'est plus servie dans quelques secondes. Ses fichiers sont dans {aside}.")
    click.echo("Effacez-les quand plus personne n'en a besoin : ce sont les données de ses familles.")
    # It leaves out no folder, and forgets nothing by itself of a database that is gone.
    if replication.copies(folder.root):
        click.echo(
            f"Litestream les copie encore, sous ce nom : effacez alors aussi, là où il copie, {slug} et {aside.name}."
        )


def the_folder() -> Folder:
    """Return the folder of the towns. Raises ClickException without one."""
    root = towns_folder()
    if root is None:
        raise click.ClickException("Donnez le dossier des communes : « portail-famille --towns DOSSIER towns … ».")
    return Folder(root)


def _left(town: Town) -> str:
    if not door.has_left(town.folder):
        return "en train de partir vers une autre machine"
    if door.is_expected(town.folder):
        return "partie, et l'autre machine n'a pas dit qu'elle la sert : relancez « towns move », qui tranche"
    return "partie vers une autre machine ; « towns remove » l'ôte d'ici, une fois son nom dirigé là-bas"


def _each(work: Callable[[Town, Flask], str]) -> None:
    """Do something to each town and tell what came of it; what one cannot do keeps none of the others."""
    found, wrong = the_folder().look().values(), 0
    for town, told, good in _done(found, work):
        wrong += not good
        click.echo(f"{'  ok  ' if good else 'À VOIR'}  {town.slug} : {told}")
    if wrong:
        raise click.ClickException(f"{wrong} commune(s) à voir, sur {len(found)}.")


def _done(found: Iterable[Town], work: Callable[[Town, Flask], str]) -> Iterator[tuple[Town, str, bool]]:
    routes = SharedRoutes()
    for town in found:
        try:
            with door.entered(town.folder, door.Door.HOUSE):
                yield town, f"{work(town, application_of(town, routes))}.", True
        except door.Closed:
            yield town, f"{_left(town)}.", not door.is_expected(town.folder)
        except click.ClickException as error:
            yield town, error.message, False
        except Exception as error:
            yield town, town.fault or sentence(error), False
