"""French typography of what is told, and the « de » of a town's name."""

from datetime import UTC, date, datetime, timedelta

import pytest
from babel.dates import format_timedelta
from flask import Flask

from wizard.french import (
    day,
    duration,
    elided,
    gettext,
    in_words,
    moment,
    ngettext,
    of,
    plain,
    reference,
    short_day,
    typeset,
)
from wizard.web.templating import whole

SENTENCES = [
    ("Besoin d'aide ?", "Besoin d'aide\u202f?"),
    ("C'est fait !", "C'est fait\u202f!"),
    ("vos enfants ;", "vos enfants\u202f;"),
    ("Erreur :", "Erreur\u00a0:"),
    ("choisissez « Modifier ».", "choisissez «\u00a0Modifier\u00a0»."),
    ("Est-ce « Oui » ?", "Est-ce «\u00a0Oui\u00a0»\u202f?"),
    ("%(name)s : %(num)d jours", "%(name)s\u00a0: %(num)d\u00a0jours"),
    ("3 à 6 jours", "3\u00a0à\u00a06\u00a0jours"),
    ("un enfant de 3 à 17 ans, à 12 h 30", "un enfant de 3\u00a0à\u00a017\u00a0ans, à 12\u00a0h\u00a030"),
    ("à 12 h 30", "à 12\u00a0h\u00a030"),
    ("loi n° 2005-102 du 11 février 2005", "loi n°\u00a02005-102 du 11\u00a0février 2005"),
    ("Exemple : 06 12 34 56 78", "Exemple\u00a0: 06\u00a012\u00a034\u00a056\u00a078"),
    ("choisissez « oublié » ci-dessous.", "choisissez «\u00a0oublié\u00a0» ci\u2011dessous."),
    ("Cette personne habite-t-elle ici ?", "Cette personne habite\u2011t\u2011elle ici\u202f?"),
    ("+32 470 12 34 56", "+32\u00a0470\u00a012\u00a034\u00a056"),
]
AS_THEY_ARE = [
    "12:30",
    "03/09/2019",
    "https://oudon.example/a?b=1&c;d",
    "mailto:no-reply@oudon.example",
    'scrolling="no"',
    "Exemples, 12, 12 bis",
    "75342 Paris Cedex 07.",
    "smtp://nom:mot@serveur:25",
    "Mairie de Oudon – Création de votre espace personnel",
]
IN_A_TEMPLATE = [
    ('{{ _("Besoin d\'aide ?") }}', "Besoin d'aide\u202f?"),
    ('{{ _("80 %% : <b>") }}', "80 %\u00a0: <b>"),
    ('{{ _("%(name)s : 1 %%", name="<i>") }}', "&lt;i&gt;\u00a0: 1 %"),
    ('{% set told = "Erreur :" %}{{ _(told) }}', "Erreur\u00a0:"),
    ('{{ ngettext("%(num)d jour", "%(num)d jours", 2) }}', "2\u00a0jours"),
]
TOWNS = [
    ("Oudon", "d'Oudon"),
    ("Nantes", "de Nantes"),
    ("Le Havre", "du Havre"),
    ("Les Sables-d'Olonne", "des Sables-d'Olonne"),
    ("La Rochelle", "de la Rochelle"),
    ("L'Haÿ-les-Roses", "de l'Haÿ-les-Roses"),
    ("L’Île-d'Yeu", "de l’Île-d'Yeu"),
    ("Hérouville-Saint-Clair", "d'Hérouville-Saint-Clair"),
    ("Honfleur", "de Honfleur"),
    ("Hyères", "d'Hyères"),
    ("Évreux", "d'Évreux"),
    ("Yvetot", "d'Yvetot"),
    ("Yutz", "de Yutz"),
    ("Lessay", "de Lessay"),
    ("Œuilly", "d'Œuilly"),
]


@pytest.mark.parametrize(("typed", "told"), SENTENCES)
def test_a_sentence_is_set_so_that_no_line_begins_with_its_punctuation(typed: str, told: str) -> None:
    assert typeset(typed) == told
    assert typeset(told) == told, "setting twice changes nothing"
    assert plain(told) == typed


@pytest.mark.parametrize(("template", "told"), IN_A_TEMPLATE)
def test_a_template_tells_a_sentence_alike_whether_it_names_something_or_not(
    app: Flask, template: str, told: str
) -> None:
    assert app.jinja_env.from_string(template).render() == told


def test_a_sentence_of_the_code_is_escaped_in_html_but_for_its_apostrophes(app: Flask) -> None:
    template = app.jinja_env.from_string('<i title="{{ told }}">{{ told }}</i>{{ name }}', {"layout": None})
    told, name = gettext('L\'enfant %(name)s : "50 %%"', name="<b>"), "O'Connor"
    escaped = "L'enfant &lt;b&gt;\u00a0: &#34;50 %&#34;"
    assert template.render(told=told, name=name) == f'<i title="{escaped}">{escaped}</i>O&#39;Connor'
    assert gettext("50 % de moins") == "50 % de moins", "nothing is filled where nothing is named"


@pytest.mark.parametrize("text", AS_THEY_ARE)
def test_what_a_machine_reads_is_left_as_it_is(text: str) -> None:
    assert typeset(text) == text


@pytest.mark.parametrize(("name", "said"), TOWNS)
def test_a_town_takes_the_de_of_its_name(name: str, said: str) -> None:
    assert of(name) == said


def test_addresses_and_compound_words_stay_whole_and_can_be_copied() -> None:
    assert whole("no-reply@oudon.example") == '<span class="whole">no-reply@oudon.example</span>'
    assert whole("Co-représentant") == '<span class="whole">Co-représentant</span>'
    assert whole("un <b>co-représentant</b>") == 'un &lt;b&gt;<span class="whole">co-représentant</span>&lt;/b&gt;'
    assert whole("Ajouter un contact") == "Ajouter un contact"


def test_a_small_number_is_written_in_words() -> None:
    assert [in_words(number) for number in (2, 4, 9, 10, 44521)] == ["deux", "quatre", "neuf", "10", "44521"]


def test_a_date_is_never_cut_in_two(app: Flask) -> None:
    at = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
    with app.test_request_context():
        assert short_day(date(2026, 3, 3)) == "3\u00a0mars\u00a02026"
        assert short_day(date(2026, 6, 1)) == "1er\u00a0juin\u00a02026"
        assert day(date(2026, 3, 3)) == "mardi 3\u00a0mars\u00a02026"
        assert moment(at) == "3\u00a0mars\u00a02026 à\u00a014\u00a0h\u00a005"
    assert reference("XVWXVXPV") == "XVWX VXPV", "copied from a mail, it is searched as it is read"


@pytest.mark.parametrize(("number", "told"), [(0, "0 dossier"), (1, "1 dossier"), (2, "2 dossiers")])
def test_none_is_singular_in_french(app: Flask, number: int, told: str) -> None:
    with app.test_request_context():
        assert ngettext("%(num)d dossier", "%(num)d dossiers", number) == told


def test_a_name_loses_the_e_before_it_when_it_is_said_so() -> None:
    assert [elided(name) for name in ("Anna", "Éloi", "Yves", "Loïc", "Le Goff", "Yann", "Œdipe et Anna")] == [
        "d'Anna", "d'Éloi", "d'Yves", "de Loïc", "de Le Goff", "de Yann", "d'Œdipe et Anna"]  # fmt: skip


def test_durations_are_those_that_cldr_tells() -> None:
    lasting = {timedelta(seconds=count * size) for count in range(200) for size in (0.5, 1, 60, 3600, 86400, 691200)}
    told = {span: format_timedelta(span, locale="fr").replace(" ", "\u00a0") for span in lasting}
    assert {span: duration(span) for span in lasting} == told
