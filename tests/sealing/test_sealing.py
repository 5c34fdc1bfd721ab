"""What is sealed opens in its own row only; hashes find equal values and tell nothing."""

import base64
import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.sealing import (
    CODE_ALPHABET,
    KeyRing,
    SealBroken,
    Sealer,
    canonical_json,
    normalise_access_code,
    same,
)

KEY_A, KEY_B = base64.b64encode(b"a" * 32).decode(), base64.b64encode(b"b" * 32).decode()
HASH_KEY = b"h" * 32
PERSON = {"name": "张三丰", "phone": "13800001234"}
ROW = "petitioners/1"


def sealer(keys: str = f"a:{KEY_A}") -> Sealer:
    return Sealer(KeyRing.parse(keys), HASH_KEY)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=5))
def test_what_was_sealed_opens_again(plain):
    assert sealer().open_sealed(sealer().seal(plain, row=ROW), row=ROW) == plain


def test_a_sealed_value_shows_nothing_and_never_looks_the_same():
    one, other = sealer().seal(PERSON, row=ROW), sealer().seal(PERSON, row=ROW)
    assert one != other
    assert "张三丰".encode() not in one
    assert b"13800001234" not in one


def test_a_sealed_value_does_not_open_in_another_row():
    blob = sealer().seal(PERSON, row=ROW)
    with pytest.raises(SealBroken, match="petitioners/2"):
        sealer().open_sealed(blob, row="petitioners/2")


def test_a_sealed_value_with_any_byte_changed_does_not_open():
    blob = sealer(f"a:{KEY_A},b:{KEY_B}").seal(PERSON, row=ROW)
    for place in range(len(blob)):
        changed = bytearray(blob)
        changed[place] ^= 3
        with pytest.raises(SealBroken):
            sealer(f"a:{KEY_A},b:{KEY_B}").open_sealed(bytes(changed), row=ROW)


@given(st.binary(max_size=60))
def test_any_other_bytes_are_no_sealed_value(blob):
    with pytest.raises(SealBroken):
        sealer().open_sealed(blob, row=ROW)


def test_a_sealed_value_without_its_key_does_not_open():
    blob = sealer().seal(PERSON, row=ROW)
    with pytest.raises(SealBroken, match="no key 'a'"):
        sealer(f"b:{KEY_B}").open_sealed(blob, row=ROW)


def test_a_new_key_seals_anew_and_the_old_key_can_then_go():
    old, both = sealer(), sealer(f"b:{KEY_B}, a:{KEY_A}")
    blob = old.seal(PERSON, row=ROW)
    assert not both.is_current(blob)
    moved = both.reseal(blob, row=ROW)
    assert both.is_current(moved)
    assert sealer(f"b:{KEY_B}").open_sealed(moved, row=ROW) == PERSON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        f":{KEY_A}",
        f"a b:{KEY_A}",
        f"a:{KEY_A},a:{KEY_B}",
        "a:secret!",
        "a:c2hvcnQ=",
        "a:é",
    ],
)
def test_bad_keys_are_refused_without_showing_them(text):
    with pytest.raises(ValueError, match="encryption key") as refused:
        KeyRing.parse(text)
    assert KEY_A not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_weak_hash_key_is_refused():
    with pytest.raises(ValueError, match="hash key"):
        Sealer(KeyRing.parse(f"a:{KEY_A}"), b"short")
    with pytest.raises(ValueError, match="hash key"):
        Sealer.from_text(f"a:{KEY_A}", "c2hvcnQ=")


def test_secrets_are_not_printed():
    ring = KeyRing.parse(f"a:{KEY_A}")
    shown = repr(ring) + repr(Sealer(ring, HASH_KEY))
    assert "AESGCM" not in shown
    assert "hhh" not in shown


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        (
            "phone",
            ["13800001234", "138 0000-1234", "+86 138 0000 1234", "008613800001234",
             "１３８００００１２３４", "8613800001234", "（＋86）13800001234", "\u202d13800001234"],
        ),
        ("phone", ["02088881234", "020-8888 1234", "(020)88881234", "+86-020-88881234"]),
        ("email", ["li.si@example.com", " Li.Si@Example.COM", "ｌｉ.si@example.com"]),
        ("id_number", ["44010619900101001X", "44010619900101001x", "440106 19900101 001Ｘ"]),
        ("name", ["张三丰", " 张 三丰", "张\u3000三丰", "张三丰\ufeff"]),
        ("name", ["Zhang San", "ZHANGSAN", "Ｚｈａｎｇ San"]),
    ],
)  # fmt: skip
def test_ways_of_writing_one_value_have_one_hash(name, ways):
    assert len({sealer().search_hash(name, way) for way in ways}) == 1


def test_other_values_other_fields_and_other_keys_have_other_hashes():
    hashes = {
        sealer().search_hash("phone", "13800001234"),
        sealer().search_hash("phone", "13800001235"),
        sealer().search_hash("phone", "unknown"),
        sealer().search_hash("phone", "none"),
        sealer().search_hash("name", "13800001234"),
        Sealer(KeyRing.parse(f"a:{KEY_A}"), b"x" * 32).search_hash("phone", "13800001234"),
    }
    assert len(hashes) == 6


def test_a_field_without_a_normal_form_cannot_be_searched():
    with pytest.raises(LookupError):
        sealer().search_hash("hair", "black")


def test_an_access_code_has_sixty_five_bits_in_three_groups():
    group = f"[{CODE_ALPHABET}]"
    codes = {sealer().new_access_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch(f"{group}{{4}}-{group}{{4}}-{group}{{5}}", code) for code in codes)
    assert len(CODE_ALPHABET) ** 13 == 2**65
    assert set("".join(codes)) == set(CODE_ALPHABET) | {"-"}


@pytest.mark.parametrize(
    "typed",
    ["01AB-CDEF-23456", "01abcdef23456", "OlAB CDEF 23456", "oIab—cdef–23456",
     "０１ＡＢ－ＣＤＥＦ－２３４５６", " 01AB\u200bCDEF_23456\n"],
)  # fmt: skip
def test_an_access_code_opens_however_it_is_typed(typed):
    stored = sealer().access_code_hash("01AB-CDEF-23456", "case-1")
    assert normalise_access_code(typed) == "01ABCDEF23456"
    assert sealer().opens(typed, "case-1", stored)


@pytest.mark.parametrize("typed", ["", "01AB-CDEF-23457", "张", "01AB-CDEF-2345"])
def test_another_code_does_not_open(typed):
    stored = sealer().access_code_hash("01AB-CDEF-23456", "case-1")
    assert not sealer().opens(typed, "case-1", stored)


def test_the_code_of_one_case_does_not_open_another():
    stored = sealer().access_code_hash("01AB-CDEF-23456", "case-1")
    assert not sealer().opens("01AB-CDEF-23456", "case-2", stored)


def test_a_form_sent_twice_has_one_code():
    codes = {sealer().access_code_from(f"token-{number // 2}") for number in range(200)}
    assert len(codes) == 100
    assert all(len(normalise_access_code(code)) == 13 for code in codes)


def test_secrets_of_other_length_are_compared_too():
    assert same(b"abc", b"abc")
    assert not same(b"abc", b"abcd")


def chain(*lines: dict[str, object]) -> list[bytes]:
    hashes = [b""]
    for line in lines:
        hashes.append(sealer().chain_hash(hashes[-1], line))
    return hashes[1:]


def test_a_line_that_is_changed_lost_or_swapped_breaks_the_chain_after_it():
    lines = [{"seq": 1, "note": "来信"}, {"seq": 2, "note": "转办"}, {"seq": 3, "note": "签收"}]
    whole = chain(*lines)
    assert chain(*lines) == whole
    assert chain(lines[0], {"seq": 2, "note": "退单"}, lines[2])[1:] != whole[1:]
    assert chain(lines[0], lines[2])[-1] != whole[-1]
    assert chain(lines[1], lines[0], lines[2])[-1] != whole[-1]


def test_the_order_of_keys_and_a_journey_through_json_do_not_break_the_chain():
    line = {"b": [1, {"z": None, "a": True}], "a": "区长\u2028信箱"}
    stored = json.loads(json.dumps(dict(reversed(line.items()))))
    assert sealer().chain_hash(b"x" * 32, line) == sealer().chain_hash(b"x" * 32, stored)


@pytest.mark.parametrize("value", [1.5, {1: "a"}, [0.1], datetime(2026, 11, 23, tzinfo=UTC), b"x"])
def test_a_payload_that_would_come_back_changed_is_refused(value):
    with pytest.raises(TypeError):
        canonical_json({"value": value})
