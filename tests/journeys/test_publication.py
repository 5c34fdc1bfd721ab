"""A public text from its redaction to its end: a leader, a second person, a correction, gone."""

from casework.workflow.states import Action, State
from tests.factories import MONDAY
from tests.journeys import people
from tests.journeys.conftest import Meet, Site
from tests.journeys.people import Person, write_letter

SUBJECT = "学校门口的路灯不亮"
LETTER = "学校门口的路灯三天不亮，孩子晚上回家不安全。"
ANSWER = "学校门口的路灯已于周二修好。"
CORRECTED = "学校门口的两盏路灯三天不亮，孩子晚上回家不安全。"


def test_a_sensitive_text_is_cleared_published_corrected_and_taken_down(
    site: Site, meet: Meet
) -> None:
    citizen, public = meet("", "zh_CN"), meet("")
    clerk, second_clerk, leader = meet("clerk"), meet("second_clerk"), meet("leader", "zh_CN")
    number = write_letter(citizen, subject=SUBJECT, text=LETTER).number
    people.answered(
        number,
        ANSWER,
        clerk=clerk,
        handler=meet("handler"),
        reviewer=meet("reviewer"),
        lead=site.units["lead"],
    )
    prepare(number, clerk)
    assert Action.PUBLISH not in second_clerk.may(number)
    clear(leader)
    second_clerk.begin(number, Action.PUBLISH)
    second_clerk.press("Publish")
    second_clerk.sees_state(number, State.PUBLISHED)
    reads(public, number, LETTER)

    correct(number, clerk, second_clerk, leader)
    reads(public, number, CORRECTED)
    assert "This text was corrected on" in public.main.inner_text()

    clerk.begin(number, Action.UNPUBLISH)
    clerk.pick("Reason")
    clerk.press("Take down")
    clerk.sees_state(number, State.ARCHIVED)
    is_gone_everywhere(public, number)


def prepare(number: str, clerk: Person) -> None:
    clerk.page.goto(f"/cases/{number}/redact")
    clerk.fill("Public subject", SUBJECT)
    clerk.fill("Public text of the letter", LETTER)
    clerk.fill("Public text of the reply", ANSWER)
    clerk.sees("concerns minors")
    clerk.press("Keep the public text")


def clear(leader: Person) -> None:
    leader.page.goto("/public-texts")
    leader.follow(SUBJECT)
    leader.sees(LETTER)
    leader.choose("Yes, it may be published as it stands here")
    leader.press("Save the decision")
    leader.sees("Your decision is with the petition office.")


def correct(number: str, clerk: Person, second_clerk: Person, leader: Person) -> None:
    clerk.open(number)
    clerk.follow("Prepare a correction")
    clerk.fill("Public text of the letter", CORRECTED)
    clerk.fill("Why is it corrected?", "路灯有两盏。")
    clerk.press("Keep the correction")
    clear_correction(leader)
    second_clerk.begin(number, Action.CORRECT)
    second_clerk.sees("路灯有两盏。")
    second_clerk.press("Correct the published text")


def clear_correction(leader: Person) -> None:
    leader.page.goto("/public-texts")
    leader.follow(SUBJECT)
    leader.sees(CORRECTED)
    leader.choose("Yes, it may be published as it stands here")
    leader.press("Save the decision")


def reads(public: Person, number: str, text: str) -> None:
    """Find the answer by its words and read it."""
    public.page.goto("/answers")
    public.fill("Words in letter or answer", "学校门口")
    public.press("Search")
    public.follow(SUBJECT)
    public.sees(text)
    public.sees(ANSWER)
    assert number in public.page.url


def is_gone_everywhere(public: Person, number: str) -> None:
    answer = public.page.goto(f"/answers/{number}")
    assert answer is not None
    assert answer.status == 410
    public.does_not_see(ANSWER)
    for address in (
        "/",
        "/answers",
        "/answers?q=学校门口",
        "/answers.atom",
        "/sitemap.xml",
        f"/sitemap-{MONDAY:%Y-%m}.xml",
        f"/open-data/answers-{MONDAY:%Y-%m}.csv",
        f"/open-data/answers-{MONDAY:%Y-%m}.json",
    ):
        body = public.page.request.get(address).text()
        assert ANSWER not in body, address
        assert number not in body, address
