"""What nobody reads is refused, with the key that was probably meant."""

from pathlib import Path

import pytest

from tests.settings.conftest import TOWN, Read
from wizard import create_app
from wizard.settings import SettingsError

UNKNOWN = "clé inconnue"
NOWHERE = "clé inconnue hors de toute section"


@pytest.mark.parametrize(
    ("written", "instead", "key", "told"),
    [
        ("citycode = ", "citycod = ", "town.citycod", f"{UNKNOWN}, vouliez-vous dire « citycode » ?"),
        ("colour = ", "color = ", "town.color", f"{UNKNOWN}, vouliez-vous dire « colour » ?"),
        ("colour = ", "couleur = ", "town.couleur", f"{UNKNOWN}, vouliez-vous dire « colour » ?"),
        ("colour = ", "Colour = ", "town.Colour", f"{UNKNOWN}, vouliez-vous dire « colour » ?"),
        ("sender_name", "sender-name", "mail.sender-name", f"{UNKNOWN}, vouliez-vous dire « sender_name » ?"),
        ("draft_hours", "draft_hour", "retention.draft_hour", f"{UNKNOWN}, vouliez-vous dire « draft_hours » ?"),
        ("late_days", "phone", "processing.phone", f"{UNKNOWN}, vouliez-vous dire « phone » de [town] ?"),
        ("late_days", "zzz", "processing.zzz", f"{UNKNOWN} ; il y a delay, late_days."),
        ("[mail]", "[mail.smtp]\nurl = 1\n[mail]", "mail.smtp", f"{UNKNOWN} ; il y a sender, sender_name."),
        (
            "[dossier.documents]",
            "[dossier.document]",
            "dossier.document",
            f"{UNKNOWN}, vouliez-vous dire « documents » ?",
        ),
        ("[town]", "dpo = 1\n[town]", "dpo", f"{NOWHERE}, vouliez-vous dire « dpo » de [town] ?"),
        ("[town]", "x = 1\n[town]", "x", f"{NOWHERE}."),
        ("[embedding]", "[[embedding]]", "embedding", "attendu une section [embedding]."),
        ("[town]", "[twon]", "[twon]", "section inconnue, vouliez-vous dire [town] ?"),
        ("[town]", "[Town]", "[Town]", "section inconnue, vouliez-vous dire [town] ?"),
        ("[retention]", "[retentions]", "[retentions]", "section inconnue, vouliez-vous dire [retention] ?"),
        ("[town]", "[mairie]\nx = 1\n[town]", "[mairie]", "section inconnue ; il y a [town], [retention], [mail], "),
    ],
)
def test_a_key_that_does_not_exist(tmp_path: Path, written: str, instead: str, key: str, told: str) -> None:
    text = TOWN.read_text(encoding="utf-8")
    (tmp_path / "town.toml").write_text(text.replace(written, instead, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        create_app({"PORTAIL_INSTANCE": tmp_path})
    assert str(refused.value).startswith(f"town.toml, {key} : {told}")


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("PORTAIL_SMTP", "vouliez-vous dire PORTAIL_SMTP_URL ?"),
        ("PORTAIL_PUBLICURL", "vouliez-vous dire PORTAIL_PUBLIC_URL ?"),
        ("PORTAIL_SECRETKEY", "vouliez-vous dire PORTAIL_SECRET_KEY ?"),
        ("PORTAIL_TRUSTED_NETWORK", "vouliez-vous dire PORTAIL_TRUSTED_NETWORKS ?"),
        ("PORTAIL_DOCUMENT_KEY", "vouliez-vous dire PORTAIL_DOCUMENTS_KEY ?"),
        ("PORTAIL_demo", "vouliez-vous dire PORTAIL_DEMO ?"),
        ("PORTAIL_SMTP_PASSWORD", "vouliez-vous dire PORTAIL_BOUNCES_PASSWORD ?"),
        ("PORTAIL_XYZ", "il y a PORTAIL_INSTANCE, PORTAIL_"),
    ],
)
def test_a_variable_that_does_not_exist(read: Read, name: str, question: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(name, "smtps://nom:cret@smtp.oudon.example")
    assert str(refused.value).startswith(f"{name} : variable inconnue") and question in str(refused.value)
    assert "cret" not in str(refused.value)


def test_a_name_that_does_not_exist_is_refused_when_a_program_gives_it_too(instance: Path) -> None:
    with pytest.raises(SettingsError, match="PORTAIL_SMTP : variable inconnue"):
        create_app({"PORTAIL_INSTANCE": instance, "PORTAIL_SMTP": "smtp://127.0.0.1"})


def test_the_names_of_other_programs_are_free(instance: Path) -> None:
    own = {"TESTING": True, "SESSION_COOKIE_NAME": "other", "PORTAL_SMTP": "x", "MAIL_PORT": 2525, "portail_x": 1}
    app = create_app({"PORTAIL_INSTANCE": instance, **own})
    assert {name: app.config[name] for name in own} == own


def test_an_empty_name_that_does_not_exist_is_refused_as_well(read: Read) -> None:
    with pytest.raises(SettingsError, match="PORTAIL_SMTP : variable inconnue"):
        read("PORTAIL_SMTP", "")
