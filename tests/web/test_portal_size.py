"""The numbers of the portal that this product comes from (domain §1)."""

from casework.workflow.states import State
from tests.factories import District
from tests.figures.many import copies
from tests.web.conftest import SignIn
from tests.web.page import Element

LETTERS, COMPLETED = 18_186, 17_932
MARCH = "from=2026-03-01&to=2026-03-31"


def counted(page: Element) -> int:
    """Return how many cases a list says there are."""
    return int(page.one("h1").text.rpartition(" ")[2].replace(",", ""))


def test_18_186_letters_of_which_17_932_are_complete_are_98_6_percent_and_open_their_lists(
    district: District, sign_in: SignIn
) -> None:
    done, open_still = district.case_in(State.FORWARDED), district.case_in(State.HANDLING)
    copies(district.session, done, COMPLETED - 1)
    copies(district.session, open_still, LETTERS - COMPLETED - 1)
    district.session.commit()
    browser = sign_in(district.leader)
    browser.speak("en")
    page = browser.fetch(f"/figures?{MARCH}")
    (rate,) = [stat for stat in page.all("li") if stat.text.startswith("Completion rate")]
    assert "98.6%" in rate.text
    assert "17,932 of 18,186" in rate.text
    for measure, count in (("valid", LETTERS), ("valid_completed", COMPLETED)):
        (link, *_more) = [
            a for a in page.all("a") if f"measure={measure}&" in a.attrs.get("href", "")
        ]
        assert counted(browser.fetch(link.attrs["href"])) == count
