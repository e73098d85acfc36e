"""Passwords: what is refused and why, and hashing that neither leaks nor drowns."""

import gzip
import os
import runpy
import statistics
import threading
import time
import unicodedata
from functools import cache

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type
from hypothesis import example, given, settings
from hypothesis import strategies as st
from zxcvbn import frequency_lists, matching

from wizard.services import passwords
from wizard.services.passwords import (
    AGENT_MINIMUM,
    Busy,
    check,
    hash_password,
    needs_rehash,
    strength,
    verify,
)
from wizard.services.passwords.guessing.azerty import neighbours
from wizard.services.passwords.guessing.estimate import FRENCH, _french, estimate, personal_words

MARIE = ("Marie-Noëlle", "Durand", "marie.durand@orange.fr", "Oudon", "44521", "0612345678")
GOOD = "jeudi-tarte-velo-lampe"

pytestmark = pytest.mark.usefixtures("real_hashes")


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "kzqwhvbtplmx",
        "K7!pz9Qw2#Lm",
        "chevalpilebatteriecrochet",
        "le chat dort ici",
        "Дождь-идёт-за-окном",
    ],
)
def test_a_password_hard_to_guess_is_accepted_whatever_its_characters(password: str) -> None:
    assert check(password, MARIE) == ()


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "Ajoutez encore 12\u00a0caractères."),
        ("a", "Ajoutez encore 11\u00a0caractères."),
        ("jeudi-tarte", "Ajoutez encore 1\u00a0caractère."),
        ("x" * 129, "Raccourcissez"),
        ("837465920174652", "Ajoutez des lettres"),
        ("motdepasse123", "se devine trop vite"),
        ("jetaimemaman75", "se devine trop vite"),
        ("éléphantécole", "se devine trop vite"),
        ("mariedurand44521", "sans rapport avec vous"),
        ("Durand-Oudon-2019", "sans rapport avec vous"),
        ("noëlle.0612345678", "sans rapport avec vous"),
        ("azertyuiop123", "touches"),
        ("wxcvbn,;:!123", "touches"),
        ("abcdefghijklm", "qui se suivent"),
        ("aaaaaaaaaaaa", "répéter"),
        ("            ", "répéter"),
        ("12/03/201512", "date"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(password: str, says: str) -> None:
    (reason,) = check(password, MARIE)
    assert says in reason


def test_the_same_words_are_no_weakness_in_the_password_of_someone_else() -> None:
    assert check("Kervadec-Plougastel", MARIE) == ()
    assert check("Kervadec-Plougastel", ("Kervadec", "Plougastel")) != ()


def test_own_words_are_allowed_beside_enough_others() -> None:
    assert check("durand-K7!pz9Qw2#Lm", MARIE) == ()


def test_sixteen_random_digits_are_accepted_and_fifteen_are_not() -> None:
    assert check("8374659201746528", MARIE) == ()
    assert check("837465920174652", MARIE) != ()


def test_agents_need_sixteen_characters() -> None:
    assert check("kzqwhvbtplmx", MARIE, AGENT_MINIMUM) == ("Ajoutez encore 4\u00a0caractères.",)
    assert check("kzqwhvbtplmxrgdj", MARIE, AGENT_MINIMUM) == ()


def test_length_is_counted_after_composition() -> None:
    decomposed = unicodedata.normalize("NFD", "é" * 12)
    assert len(decomposed) == 24
    assert "répéter" in check(decomposed, ())[0]
    assert check(unicodedata.normalize("NFD", "é" * 11), ()) == ("Ajoutez encore 1\u00a0caractère.",)


def test_a_hundred_and_twenty_eight_characters_are_accepted() -> None:
    assert check((GOOD + " ") * 5 + "kzqwhvbtplmxa", MARIE) == ()


def test_strength_is_three_or_more_exactly_when_accepted() -> None:
    for password in (
        GOOD,
        "chatbleutasse",
        "motdepasse123",
        "kzq",
        "Durand-Oudon-2019",
        "8374659201",
        "x" * 129,
    ):
        judged = strength(password, MARIE)
        assert (judged.score >= 3) == (judged.reasons == ())


def test_strength_grows_and_says_so_in_words() -> None:
    typed = ("azerty", "jeudi-ta", "jeudi-tarte", "jeudi-tarte-1", GOOD)
    scores = [strength(password, MARIE) for password in typed]
    assert [judged.score for judged in scores] == [0, 1, 2, 3, 4]
    assert scores[0].words == "Très facile à deviner"
    assert scores[-1].words == "Très solide"


@settings(max_examples=60)
@given(password=st.text(max_size=140), personal=st.lists(st.text(max_size=20), max_size=4))
def test_any_text_gets_an_answer(password: str, personal: list[str]) -> None:
    judged = strength(password, personal)
    assert 0 <= judged.score <= 4
    assert all(reason.endswith(".") for reason in judged.reasons)


@pytest.mark.parametrize(
    "password",
    [
        "4@([{<3691!|17$5+7%802abcdefghijklmnop" * 3,
        "aab" * 40,
        "1!l7t$5s3e4a@0o" * 8,
        "e" + "\u0316\u0301" * 30_000,
    ],
)
def test_no_password_costs_more_than_a_moment(password: str) -> None:
    strength("load the words", ())
    start = time.process_time()
    strength(password, MARIE)
    assert time.process_time() - start < 0.5


def test_threads_do_not_see_the_words_of_one_another() -> None:
    seen: dict[str, set[float]] = {"Kervadec": set(), "Plougastel": set()}

    def judge(name: str) -> None:
        for _ in range(15):
            seen[name].add(round(estimate("kervadecquimperlois", (name,)).log10, 6))

    threads = [threading.Thread(target=judge, args=(name,)) for name in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen["Kervadec"]) == len(seen["Plougastel"]) == 1
    assert max(seen["Kervadec"]) < min(seen["Plougastel"])


def test_personal_words_are_split_and_joined_without_accents() -> None:
    assert personal_words(["Jean-Loïc", "l.roy@ex.fr"]) == ("jean", "loic", "jeanloic", "roy", "lroyexfr")


@pytest.mark.parametrize("begun", [GOOD, "4@31!05$7" * 4, "motdepasse" * 4])
def test_what_is_judged_of_a_password_is_its_beginning(begun: str) -> None:
    """The work grows with the square of what is read, and one password is as dear as another may be."""
    begun = (begun * 2)[:40]
    assert estimate(begun, MARIE) == estimate(begun + "kzqwhvbtplmx" * 7, MARIE)


@cache
def zxcvbn_words() -> dict[str, dict[str, int]]:
    """Return the words that zxcvbn comes with, read again: the portal took them out of it."""
    lists = runpy.run_path(str(frequency_lists.__file__))["FREQUENCY_LISTS"]
    return {name: {word: rank for rank, word in enumerate(words, 1)} for name, words in lists.items()}


@settings(max_examples=60)
@given(st.text("aeilost01345@$ maronudchi", max_size=32))
@example("x kervarrec1")
def test_words_are_found_in_a_password_as_zxcvbn_finds_them(password: str) -> None:
    known = {**zxcvbn_words(), "french": _french(), "user_inputs": {"kervarrec": 1, "oudon": 2}}
    found = [(match["i"], match["j"], match["rank"]) for match in matching.dictionary_match(password, known)]
    parts = [(i, j) for i in range(len(password)) for j in range(i, len(password))]
    ranks = ((i, j, words.get(password[i : j + 1])) for i, j in parts for words in known.values())
    assert found == [match for match in ranks if match[2] is not None]


def test_the_words_of_a_person_are_few_and_short_whatever_they_gave() -> None:
    lots = personal_words(f"mot{number} " + "x" * 500 for number in range(20_000))
    assert len(lots) <= 60 and max(map(len, lots)) <= 40
    long = personal_words(["a" * 60_000, " ".join(f"w{number}w" for number in range(20_000))])
    assert len(long) <= 60 and max(map(len, long)) <= 40


def test_the_words_that_people_do_have_are_all_there() -> None:
    words = personal_words([*MARIE, "Le Goff", "12 bis, allée des Cinquante-Otages", "Guémené-Penfao", "44290"])
    assert {"durand", "marie", "noelle", "goff", "cinquante", "otages", "guemenepenfao", "44290"} <= set(words)


def test_a_name_longer_than_what_is_read_of_it_is_recognised() -> None:
    name = "kzqwhvbtplmxrgdjfnsc" * 3
    assert check(name[:50], ()) == () and check(name[:50], [name]) != ()


def test_keys_are_neighbours_as_on_a_french_keyboard() -> None:
    keys = neighbours()
    assert keys["g"] == keys["G"] == ["fF", "tT", "yY", "hH", "bB", "vV"]
    assert keys["a"] == [None, "&1", "é2", "zZ", "qQ", None] and keys["9"][0] == "_8"


def test_the_french_words_come_with_their_notices() -> None:
    words = gzip.decompress(FRENCH.read_bytes()).decode().split()
    assert len(words) > 60_000 and "maman" in words and "ecole" in words
    notices = FRENCH.parent / "licences"
    assert "Permission is hereby granted" in (notices / "LICENSE.txt").read_text("utf-8")
    assert "OpenSubtitles" in (notices / "NOTICE.md").read_text("utf-8")


def test_hashes_are_argon2id_at_nineteen_mebibytes() -> None:
    parameters = extract_parameters(hash_password(GOOD))
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19456, 2, 1)


def test_a_password_verifies_and_another_does_not() -> None:
    hashed = hash_password(GOOD)
    assert verify(hashed, GOOD)
    assert not verify(hashed, GOOD.upper())
    assert hashed != hash_password(GOOD)


def test_a_password_typed_with_other_code_points_verifies() -> None:
    hashed = hash_password("crème brûlée ﬁne")
    assert verify(hashed, unicodedata.normalize("NFD", "crème brûlée fine"))


def test_a_lone_surrogate_is_only_a_wrong_password() -> None:
    assert not verify(hash_password(GOOD), "\ud800" * 12)


def test_an_old_hash_is_rehashed_and_a_new_one_is_not() -> None:
    assert needs_rehash("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$" + "A" * 43)
    assert not needs_rehash(hash_password(GOOD))


def test_an_unknown_identifier_is_refused_in_the_same_time() -> None:
    hashed = hash_password(GOOD)

    def median(password_hash: str | None) -> float:
        times = []
        for _ in range(9):
            start = time.process_time()
            assert not verify(password_hash, "tout autre chose")
            times.append(time.process_time() - start)
        return statistics.median(times)

    known, unknown = median(hashed), median(None)
    assert 0.6 < unknown / known < 1.6
    assert not needs_rehash(passwords._NOBODY), "or it would take another time"


def test_an_unknown_identifier_never_opens_whatever_is_typed() -> None:
    assert not verify(None, "")
    assert not verify(None, passwords._NOBODY)


@pytest.mark.slow
def test_a_flood_is_told_to_come_back_and_the_rest_is_served() -> None:
    hashed = hash_password(GOOD)
    answers: list[bool | str] = []

    def sign_in() -> None:
        try:
            answers.append(verify(hashed, GOOD))
        except Busy as busy:
            answers.append(f"retry after {busy.retry_after}")

    threads = [threading.Thread(target=sign_in) for _ in range(90)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 90
    assert set(answers) == {True, "retry after 2"}
    assert answers.count(True) >= 42
    assert verify(hashed, GOOD), "the places come back"


# Newer Pythons warn of forking with threads alive, which is what this is about.
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_hashes_too() -> None:
    hashed = hash_password(GOOD)
    child = os.fork()
    if child == 0:
        os._exit(0 if verify(hashed, GOOD) else 1)
    deadline = time.monotonic() + 20
    done = 0
    while not done and time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        time.sleep(0.02)
    if not done:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert done and os.waitstatus_to_exitcode(status) == 0
