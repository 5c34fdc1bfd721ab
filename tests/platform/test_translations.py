"""Both languages are complete."""

from tests.translations import missing, used


def test_every_string_has_its_chinese() -> None:
    assert missing() == []


def test_the_search_sees_code_and_templates() -> None:
    places = [place for place, _ in used()]
    assert any(".py:" in place for place in places)
    assert any(".html:" in place for place in places)
