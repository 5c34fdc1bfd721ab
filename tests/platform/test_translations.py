"""Both languages are complete."""

from tests.translations import misfits, missing, used


def test_every_string_has_its_chinese() -> None:
    assert missing() == []


def test_every_placeholder_of_the_chinese_is_filled() -> None:
    assert misfits() == []


def test_the_search_sees_code_and_templates() -> None:
    places = [place for place, _ in used()]
    assert any(".py:" in place for place in places)
    assert any(".html:" in place for place in places)
