"""Texts hold nothing that nobody fills, fit their medium, and keep what is personal at home."""

from __future__ import annotations

import pytest

from casework.errors import Invalid
from casework.language import LOCALES
from casework.models import Medium
from casework.notify.texts import DEFAULTS, TextKey, keys_of
from casework.notify.wording import IN_SUBJECTS, PLACEHOLDERS, check, fill, fill_line, sms_parts
from casework.workflow.notices import AUDIENCE, Audience, Notice

LONGEST = {
    "number": "2026-000123",
    "promised": "2026年11月30日",
    "due": "2026年11月30日",
    "unit": "区住房城乡建设局",
    "hotline": "95100",
}


@pytest.mark.parametrize("notice", Notice)
def test_every_notice_has_words_for_everybody_it_is_for(notice: Notice) -> None:
    keys = keys_of(notice)
    assert keys
    assert set(keys) == {key for key in DEFAULTS if key.notice is notice}
    outside = {Audience.PETITIONERS, Audience.FOLLOWERS} & set(AUDIENCE[notice])
    assert (TextKey(notice, Medium.SMS, "zh_CN") in keys) == bool(outside)


@pytest.mark.parametrize("key", DEFAULTS, ids=lambda key: "-".join(map(str, key)))
def test_the_words_of_the_product_hold_known_placeholders_only(key: TextKey) -> None:
    words = DEFAULTS[key]
    check(words.body, field="body")
    check(words.subject, field="subject", allowed=IN_SUBJECTS)
    assert key.language in LOCALES
    assert bool(words.subject) == (key.medium is not Medium.SMS)


def test_chinese_text_messages_fit_one_part() -> None:
    long = {
        key.notice.value: len(filled)
        for key, words in DEFAULTS.items()
        if key.medium is Medium.SMS and key.language == "zh_CN"
        if sms_parts(filled := fill(words.body, LONGEST)) > 1
    }
    assert long == {}


def test_english_text_messages_fit_one_part() -> None:
    values = LONGEST | {"unit": "Housing and Construction Bureau", "promised": "30 November 2026"}
    long = [
        key.notice.value
        for key, words in DEFAULTS.items()
        if key.medium is Medium.SMS and key.language == "en"
        if sms_parts(fill(words.body, values)) > 1
    ]
    assert long == []


def test_nothing_of_the_letter_or_its_writer_can_be_written_into_a_text() -> None:
    assert not {"name", "phone", "subject", "subject_line", "body", "code"} & set(PLACEHOLDERS)
    assert "reason" not in IN_SUBJECTS


@pytest.mark.parametrize("text", ["{", "}", "{{number}}", "{number", "number}", "{number.x}", "{}"])
def test_a_placeholder_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        check(text, field="body")


def test_what_has_no_value_leaves_nothing_behind() -> None:
    assert (
        fill("Case {number} is back. {reason}\nSee {link}", {"number": "1"})
        == "Case 1 is back.\nSee"
    )


def test_a_value_is_never_read_as_a_placeholder() -> None:
    assert fill("{unit} {number}", {"unit": "{number}", "number": "1"}) == "{number} 1"


def test_a_subject_is_one_line_whatever_fills_it() -> None:
    assert fill_line("About {unit}", {"unit": "A\r\nBcc: x"}) == "About A Bcc: x"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("字" * 70, 1),
        ("字" * 71, 2),
        ("字" * 134, 2),
        ("字" * 135, 3),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("🏮" * 35, 1),
        ("🏮" * 36, 2),
    ],
)
def test_parts_are_counted_as_telephones_count_them(text: str, parts: int) -> None:
    assert sms_parts(text) == parts
