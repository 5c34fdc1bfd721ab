"""Every sentence that people read has its Chinese, with the same placeholders."""

import re
from collections import Counter

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tests.translations import CATALOGUE, missing

PLACEHOLDER = re.compile(r"%%|%\(\w+\)[a-z]|%\{\w+\}|%\w+%")


def messages() -> list[Message]:
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file, locale="zh_CN") if message.id]


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def test_every_string_is_translated() -> None:
    assert missing() == []


def test_no_translation_is_a_guess() -> None:
    assert [message.id for message in messages() if message.fuzzy] == []


def test_translations_have_the_placeholders_of_their_source() -> None:
    unequal = []
    for message in messages():
        source = message.id if isinstance(message.id, str) else message.id[-1]
        texts = [message.string] if isinstance(message.string, str) else message.string
        unequal += [text for text in texts if text and placeholders(text) != placeholders(source)]
    assert unequal == []


def test_translations_are_chinese() -> None:
    foreign = [
        message.id
        for message in messages()
        if isinstance(message.id, str)
        and message.string == message.id
        and re.search("[a-z]{4}", message.id)
    ]
    assert foreign == []
