"""The petitioner's own page in every state of the case."""

import pytest

from tests.crawl.conftest import Whole
from tests.everything import CANARIES
from tests.factories import PATHS

NAMES = (*(state.value for state in PATHS), "dissatisfied", "redone", "public", "taken_down")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_the_own_page_can_be_read_in_every_state(whole: Whole, name: str, language: str) -> None:
    browser = whole.sit("")
    browser.speak(language)
    whole.open_case(browser, name)
    page = browser.fetch("/follow/case")
    told = [canary for canary in CANARIES if canary in page.text]
    assert told == []
