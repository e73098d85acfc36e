"""The commands on the towns of a folder, and the others on one of them."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
import time_machine
from click.testing import CliRunner, Result

from tests.towns.towns import ROOT, TOWN, a_town, closed_to_us
from wizard import env_file
from wizard.cli import main
from wizard.commands.towns import application_of
from wizard.settings import SettingsError
from wizard.towns import changing
from wizard.towns.folder import Folder

Run = Callable[..., Result]


@pytest.fixture
def run(folder: Path) -> Iterator[Run]:
    """Run `portail-famille --towns FOLDER` with these arguments; nothing of the portal is then in the environment."""

    def run(*arguments: str | Path, **options: str) -> Result:
        try:
            return CliRunner().invoke(main, ["--towns", str(folder), *map(str, arguments)], **options)
        finally:
            forget()

    def forget() -> None:
        for name in [name for name in os.environ if name.startswith("PORTAIL_")]:
            del os.environ[name]

    yield run
    forget()


def test_towns_are_listed_with_what_they_lack(run: Run, folder: Path) -> None:
    a_town(folder, "couffe", PORTAIL_PUBLIC_URL="https://oudon.example")
    lines = run("towns", "list").output.splitlines()
    assert lines[0] == "ancenis – https://ancenis.example"
    assert [line.partition(" – à corriger : ")[2] for line in lines] == [
        "",
        "PORTAIL_PUBLIC_URL : une autre commune a la même adresse.",
        "",
        "PORTAIL_PUBLIC_URL : une autre commune a la même adresse.",
    ]


def test_the_folder_of_the_towns_may_be_among_the_variables_of_the_machine(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    variables = tmp_path / "portail.env"
    variables.write_text(f"PORTAIL_TOWNS={folder}\nPORTAIL_LOG=json\n")
    told = run("towns", "list").output
    os.environ.pop("PORTAIL_TOWNS", None)
    given = CliRunner().invoke(main, ["--env-file", str(variables), "towns", "list"])
    assert given.exit_code == 0 and given.output == told
    variables.write_text("PORTAIL_TOWNS=/nowhere\n")
    assert (
        CliRunner().invoke(main, ["--env-file", str(variables), "--towns", str(folder), "towns", "list"]).output == told
    )


def test_a_town_is_added_with_keys_of_its_own_and_served_once_it_is_filled_in(run: Run, folder: Path) -> None:
    for slug in ("couffe", "vertou"):
        result = run("towns", "add", slug, f"https://{slug}.example")
        assert result.exit_code == 0 and str(folder / slug / "town.toml.modele") in result.output
    couffe, vertou = (env_file.read(folder / slug / "portail.env") for slug in ("couffe", "vertou"))
    assert not set(couffe.values()) & set(vertou.values()) and len(couffe["PORTAIL_SECRET_KEY"]) == 64
    assert (folder / "couffe" / "portail.env").stat().st_mode & 0o077 == 0
    assert "couffe" not in run("towns", "list").output
    (folder / "couffe" / "town.toml.modele").rename(folder / "couffe" / "town.toml")
    assert "couffe – https://couffe.example" in run("towns", "list").output
    assert run("towns", "check").exit_code == 0


def test_a_town_whose_settings_are_ready_is_served_at_once(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "ready.toml").write_text(TOWN, encoding="utf-8")
    assert run("towns", "add", "couffe", "https://couffe.example", "--toml", tmp_path / "ready.toml").exit_code == 0
    assert "couffe : https://couffe.example" in run("towns", "check").output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[town", "town.toml, ligne 1"),
        (TOWN.replace("citycode", "citycod", 1), "vouliez-vous dire « citycode » ?"),
        (TOWN.replace("[bounces]", "[bounces]\nhost = 'mail.couffe.example'"), "PORTAIL_BOUNCES_PASSWORD : à donner"),
    ],
)
def test_settings_that_are_not_ready_are_told_and_nothing_is_added(
    run: Run, folder: Path, tmp_path: Path, text: str, said: str
) -> None:
    before = sorted(folder.iterdir())
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    result = run("towns", "add", "couffe", "https://couffe.example", "--toml", tmp_path / "bad.toml")
    assert result.exit_code == 1 and said in result.output and "Rien n'est ajouté" in result.output
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("slug", "url", "said"),
    [
        ("Oudon !", "https://autre.example", "attendu des lettres sans accent"),
        ("../ailleurs", "https://autre.example", "attendu des lettres sans accent"),
        ("oudon", "https://autre.example", "existe déjà"),
        ("autre", "https://oudon.example", "déjà l'adresse de oudon"),
        ("autre", "http://autre.example", "https"),
    ],
)
def test_a_town_that_cannot_be_added_is_told_why(run: Run, folder: Path, slug: str, url: str, said: str) -> None:
    before = sorted(folder.iterdir())
    result = run("towns", "add", slug, url)
    assert result.exit_code == 1 and said in result.output and sorted(folder.iterdir()) == before


def test_of_two_towns_added_at_once_at_one_address_the_second_is_refused(folder: Path, tmp_path: Path) -> None:
    """The command looked at the others before either was there."""
    (tmp_path / "ready.toml").write_text(TOWN, encoding="utf-8")
    before = sorted(folder.iterdir())
    with pytest.raises(SettingsError, match="une autre commune a la même adresse"):
        changing.add(Folder(folder, {}), "autre", "https://oudon.example", tmp_path / "ready.toml", application_of)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("words", [["move", "oudon", "--to", "true"], ["check"]])
def test_a_town_whose_variables_do_not_read_is_never_taken_for_the_one_beside_the_code(
    run: Run, folder: Path, words: list[str]
) -> None:
    beside = sorted((ROOT / "instance").iterdir())
    (folder / "oudon" / "portail.env").write_text("PORTAIL_SECRET_KEY\n")
    result = run("towns", *words)
    assert result.exit_code == 1 and "oudon/portail.env, ligne 1 : attendu « PORTAIL_…=valeur »." in result.output
    assert sorted((ROOT / "instance").iterdir()) == beside and not list(folder.rglob("*.db"))


def test_each_town_is_checked_and_one_fault_is_a_failure(run: Run, folder: Path) -> None:
    assert run("towns", "check").exit_code == 0
    (folder / "oudon" / "town.toml").write_text("[town")
    result = run("towns", "check")
    assert result.exit_code == 1 and "À VOIR  oudon : town.toml, ligne 1" in result.output
    assert (
        "  ok    ancenis : https://ancenis.example." in result.output and "1 commune(s) à voir, sur 3" in result.output
    )


def test_a_folder_that_is_another_account_s_is_told_and_keeps_no_command_from_the_others(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    run("towns", "migrate")
    (tmp_path / "copies").mkdir()
    with closed_to_us(folder / "oudon"):
        give_back = f"rendez-le à celui du portail, par « chown -R --reference={folder} {folder / 'oudon'} »"
        assert (
            f"oudon – sans adresse – à corriger : ce dossier est d'un autre compte : {give_back}"
            in run("towns", "list").output
        )
        for words in (["check"], ["backup", "--into", tmp_path / "copies"]):
            result = run("towns", *words)
            assert result.exit_code == 1 and "À VOIR  oudon : ce dossier est d'un autre compte" in result.output
            assert "  ok    ancenis" in result.output and give_back in result.output
        assert run("--town", "ancenis", "migrate").exit_code == 0
        assert give_back in run("--town", "oudon", "migrate").output


@pytest.mark.parametrize(
    ("name", "meant"), [("Oudon", "oudon"), ("saint_mars", "saint-mars"), ("Mésanger 2", "mesanger-2"), ("_", "oudon")]
)
def test_a_folder_of_another_name_that_holds_a_town_is_told_with_the_name_to_give_it(
    run: Run, folder: Path, name: str, meant: str
) -> None:
    for other, file in (("lost+found", "x"), (".cachee", "town.toml"), ("README", "x")):
        (folder / other).mkdir()
        (folder / other / file).touch()
    (folder / "NOTES").touch()
    for file in ("town.toml", "portail.env"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / file).touch()
        result = run("towns", "check")
        assert result.exit_code == 1 and f"À VOIR  {name} : " in result.output
        assert f"renommez-le {meant}, ou ôtez-le d'ici" in result.output and "1 commune(s) à voir" in result.output
        assert f"{name} – sans adresse – à corriger : ce nom de dossier" in run("towns", "list").output
        (folder / name / file).unlink()


def test_each_town_is_brought_up_to_date_but_the_one_that_cannot(run: Run, folder: Path) -> None:
    (folder / "oudon" / "portail.db").write_bytes(b"no database at all" * 500)
    result = run("towns", "migrate")
    assert result.exit_code == 1 and "À VOIR  oudon" in result.output and "mise à jour" in result.output
    assert "mesanger : déjà à jour." in run("towns", "migrate").output


def test_each_town_is_saved_beside_the_others(run: Run, folder: Path, tmp_path: Path) -> None:
    run("towns", "migrate")
    (tmp_path / "copies").mkdir()
    result = run("towns", "backup", tmp_path / "copies")
    assert result.exit_code == 0, result.output
    copies = sorted(path.name.rpartition("-20")[0] for path in (tmp_path / "copies").glob("*.db"))
    assert copies == ["ancenis", "mesanger", "oudon"]


def test_each_town_has_its_copies_of_each_day_in_a_folder_of_its_own(run: Run, folder: Path, tmp_path: Path) -> None:
    run("towns", "migrate")
    copies = tmp_path / "copies"
    copies.mkdir()
    for day in range(1, 31):
        with time_machine.travel(datetime(2026, 10, day, 2, 30, tzinfo=UTC)):
            result = run("towns", "backup", "--into", copies)
            assert result.exit_code == 0, result.output
    assert "1 effacée(s)" in result.output
    for slug in ("ancenis", "mesanger", "oudon"):
        kept = sorted(path.name[8:18] for path in (copies / slug).glob("*.db"))
        assert kept == ["2026-10-11", "2026-10-18", *(f"2026-10-{day}" for day in range(24, 31))]
        assert len(list((copies / slug).glob("*.documents"))) == len(kept)
        assert (copies / slug).stat().st_mode & 0o077 == 0


def test_the_copies_of_all_towns_are_sealed_for_one_key(run: Run, tmp_path: Path) -> None:
    run("towns", "migrate")
    public = str(pyrage.x25519.Identity.generate().to_public())
    result = run("towns", "backup", "--into", tmp_path, "--to", public)
    assert result.exit_code == 0, result.output
    (copy,) = (tmp_path / "oudon").glob("*.db.age")
    assert copy.read_bytes().startswith(b"age-encryption.org/v1")


def test_a_backup_of_the_machine_is_that_of_each_town(run: Run, tmp_path: Path) -> None:
    run("towns", "migrate")
    result = run("backup", "--into", tmp_path)
    assert result.exit_code == 0, result.output
    assert all(list((tmp_path / slug).glob("portail-*.db")) for slug in ("ancenis", "mesanger", "oudon"))


@pytest.mark.parametrize("written", ["  PORTAIL_TOWNS={}", "PORTAIL_TOWNS={} ", "PORTAIL_TOWNS = '{}'\r"])
def test_a_script_is_told_the_folder_as_the_portal_reads_it(
    run: Run, folder: Path, tmp_path: Path, written: str
) -> None:
    variables = tmp_path / "portail.env"

    def told() -> str:
        os.environ.pop("PORTAIL_TOWNS", None)
        return CliRunner().invoke(main, ["--env-file", str(variables), "towns", "folder"]).output

    variables.write_text(f"{written.format(folder)}\n", newline="")
    assert told() == f"{folder}\n"
    variables.write_text("PORTAIL_TOWNS=\n")
    assert told() == "\n", "the portal serves one town"


def test_each_town_is_examined_and_what_was_known_before_is_no_failure(run: Run, folder: Path, tmp_path: Path) -> None:
    run("towns", "migrate")
    result = run("towns", "doctor")
    assert result.exit_code == 1 and "À VOIR  oudon : " in result.output and "Adresses : le fichier" in result.output
    known = tmp_path / "known"
    for _time in range(2):
        result = run("towns", "doctor", "--known", known)
        assert result.exit_code == 0 and "  ok    oudon : comme avant, " in result.output, result.output
    assert "oudon/addresses-missing" in known.read_text("utf-8").splitlines()
    known.write_text(known.read_text("utf-8").replace("oudon/addresses-missing", ""), "utf-8")
    result = run("towns", "doctor", "--known", known)
    assert result.exit_code == 1 and "À VOIR  oudon" in result.output and "  ok    ancenis" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Donnez DOSSIER, ou --into DOSSIER."),
        (["{}", "--into", "{}"], "Donnez DOSSIER, ou --into DOSSIER."),
        (["--into", "{}/absent"], "n'est pas un dossier"),
        (["{}", "--to", "age1nothing"], "attend une clé publique"),
    ],
)
def test_a_backup_that_is_asked_wrong_writes_nothing(run: Run, tmp_path: Path, words: list[str], said: str) -> None:
    run("towns", "migrate")
    before = sorted(tmp_path.iterdir())
    result = run("towns", "backup", *(word.format(tmp_path) for word in words))
    assert result.exit_code and said in result.output and sorted(tmp_path.iterdir()) == before


def test_a_town_is_removed_by_its_name_and_nothing_it_had_is_lost(run: Run, folder: Path) -> None:
    run("towns", "migrate")
    assert run("towns", "remove", "oudon", input="Oudon\n").exit_code == 1 and (folder / "oudon").exists()
    assert run("towns", "remove", "oudon", input="oudon\n").exit_code == 0
    assert not (folder / "oudon").exists() and "oudon" not in run("towns", "list").output
    (aside,) = folder.glob(".oudon.retiree-*")
    assert sqlite3.connect(aside / "portail.db").execute("SELECT count(*) FROM accounts").fetchone() == (0,)
    assert "aucune commune de ce nom" in run("towns", "remove", "oudon", input="oudon\n").output


def test_a_command_is_of_the_town_it_is_told(run: Run, folder: Path) -> None:
    result = run("--town", "oudon", "migrate")
    assert result.exit_code == 0 and str(folder / "oudon" / "portail.db") in result.output
    assert (folder / "oudon" / "portail.db").exists() and not (folder / "ancenis" / "portail.db").exists()


@pytest.mark.parametrize(
    "words",
    [
        "migrate", "doctor", "purge", "demo", "litestream s3://copies/portail", "restore {}/file",
        "agents list", "agents create agent@oudon.example", "families import {}/file --yes",
        "addresses import {}/file", "api list", "mail test parent@oudon.example", "secrets rotate",
    ],
)  # fmt: skip
def test_a_command_on_one_of_several_towns_says_which(run: Run, folder: Path, tmp_path: Path, words: str) -> None:
    """Or it would be of the town that is beside the code."""
    (tmp_path / "file").touch()
    beside = sorted((ROOT / "instance").iterdir())
    os.environ["PORTAIL_TOWNS"] = str(folder)
    result = CliRunner().invoke(main, words.format(tmp_path).split())
    assert result.exit_code == 1 and "plusieurs communes : dites laquelle, par « portail-famille --town NOM" in (
        result.output
    )
    assert sorted((ROOT / "instance").iterdir()) == beside and not list(folder.rglob("*.db"))
    help_ = run(words.split()[0], "--help")
    assert help_.exit_code == 0 and "Usage" in help_.output


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTAIL_INSTANCE", "/srv/portail", "à retirer, le dossier de plusieurs communes est donné (PORTAIL_TOWNS)"),
        ("PORTAIL_TRUSTED_PROXI", "127.0.0.1", "variable inconnue, vouliez-vous dire PORTAIL_TRUSTED_PROXY ?"),
        ("PORTAIL_SECRET_KEY", "of no town, and long enough", "Ce qui est d'une commune va dans son portail.env."),
        ("PORTAIL_LOG", "jsonn", "attendu text, journal ou json"),
        ("PORTAIL_SMTP_URL", "smpt://127.0.0.1", "attendu smtp"),
        ("PORTAIL_TRUSTED_PROXY", "localhost", "attendu"),
        ("PORTAIL_METRICS_TOKEN", "secret", "clé trop courte"),
    ],
)
def test_what_the_machine_gives_wrong_is_told_before_any_town_is_at_fault(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, said: str
) -> None:
    variables = tmp_path / "machine.env"
    variables.write_text(f"{name}={value}\n")
    # The server last: it never ends if nothing refuses it.
    for words in (["towns", "list"], ["--town", "oudon", "migrate"], ["serve", "--port", "0"]):
        monkeypatch.delenv(name, raising=False)
        result = run("--env-file", variables, *words)
        assert result.exit_code == 1 and result.output.startswith(f"Erreur : {name} : "), words
        assert said in result.output and result.output.count("\n") == 1


def test_a_town_that_is_not_there_or_no_folder_is_one_sentence(run: Run) -> None:
    result = run("--town", "vertou", "migrate")
    assert result.exit_code == 1 and "vertou : aucune commune de ce nom" in result.output
    for words in (["--town", "oudon", "migrate"], ["towns", "list"]):
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 1 and "--towns" in result.output and result.output.count("\n") == 1


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--towns", str(tmp_path / "absent"), "towns", "list"])
    assert result.exit_code == 1 and "absent" in result.output and result.output.count("\n") == 1
