"""Passwords are kept as argon2id, equal for the eye of a clock, and not easy to guess."""

import unicodedata

import pytest
from argon2 import extract_parameters

from casework.errors import Invalid
from casework.services import passwords
from casework.services.passwords import check_new_password, hash_password, verify_password

GOOD = "苹果-在-三楼-唱歌"


def test_a_password_is_kept_as_argon2id_with_a_salt():
    one, other = hash_password(GOOD), hash_password(GOOD)
    assert one != other
    assert one.startswith("$argon2id$")
    assert GOOD not in one


def test_the_right_password_opens_and_another_does_not():
    stored = hash_password(GOOD)
    assert verify_password(stored, GOOD)
    assert not verify_password(stored, GOOD + " ")
    assert not verify_password(stored, "")


@pytest.mark.parametrize("password", ["x" * 63 + "y", "密" * 128, "a\u0000b\u0000c1234", "🀄" * 8])
def test_every_character_of_a_long_password_counts(password):
    stored = hash_password(password)
    assert verify_password(stored, password)
    assert not verify_password(stored, password[:-1])
    assert not verify_password(stored, password + "x")


def test_a_character_that_can_be_written_in_two_ways_is_one():
    stored = hash_password(unicodedata.normalize("NFD", "Åsa fährt Rad"))
    assert verify_password(stored, unicodedata.normalize("NFC", "Åsa fährt Rad"))


def test_an_unknown_person_costs_as_much_as_a_known_one(monkeypatch):
    verified = []

    class Counting:
        def verify(self, stored, password):
            verified.append(extract_parameters(stored))
            return real.verify(stored, password)

    real = passwords._hasher
    stored = hash_password(GOOD)
    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert not verify_password(None, GOOD)
    assert not verify_password(stored, "x" * 100_000)
    assert verify_password(stored, GOOD)
    assert len(verified) == 3
    assert verified[0] == verified[1] == verified[2]


def test_a_hash_with_lower_costs_is_made_anew():
    assert not passwords.needs_rehash(hash_password(GOOD))
    assert not passwords.needs_rehash(passwords.DUMMY_HASH)
    assert passwords.needs_rehash(hash_password(GOOD).replace("t=2", "t=1"))


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery staple",
        "x7#Kp2!q",
        "i walk to the river every morning " * 3,
        "🀄🀅🀆🀇🀈🀉🀊🀋",
        "密码" + "阳台上的三盆兰花",
        "tianhe and a long tail of words",
        "18673920174658",
    ],
)
def test_a_password_that_is_hard_to_guess_is_accepted(password):
    check_new_password(password, context_words=["tianhe", "zhang.wei"])


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 8"),
        ("x7#Kp2!", "at least 8"),
        ("x7#Kp2!q" * 16 + "y", "at most 128"),
        ("woaini1314", "tried first"),
        ("WoAiNi1314!", "tried first"),
        ("woaini520", "tried first"),
        ("5201314a", "tried first"),
        ("5201314 5201314", "tried first"),
        ("a123456789", "tried first"),
        ("a123456!!", "tried first"),
        ("Password123!", "tried first"),
        ("P@ssw0rd2026", "tried first"),
        ("p@55w0rd", "tried first"),
        ("Admin@2026", "tried first"),
        ("1qaz@WSX", "tried first"),
        ("qwertyuiop", "tried first"),
        ("poiuytrewq", "tried first"),
        ("abcdefghij", "tried first"),
        ("87654321", "tried first"),
        ("aaaaaaaaaaaa", "tried first"),
        ("abcabcabcabc", "tried first"),
        ("19900101", "tried first"),
        ("13800001234", "tried first"),
        ("ｐａｓｓｗｏｒｄ１２３", "tried first"),
        ("我爱你1314520", "tried first"),
        ("casework2026", "tried first"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_with_the_reason(password, words):
    with pytest.raises(Invalid, match=words) as refused:
        check_new_password(password)
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    ["zhangwei2026", "Zhang.Wei!1234", "zhangwei-csgj-1", "城管局2026!!", "城管局zhangwei1"],
)
def test_a_password_that_is_mostly_the_persons_own_words_is_refused(password):
    with pytest.raises(Invalid, match="more than your own name") as refused:
        check_new_password(
            password, context_words=["zhang.wei", "csgj", "城管局", "a", ""], field="new"
        )
    assert refused.value.field == "new"
