"""A notice about a guide that expires leads from the inbox to the guide."""

from datetime import timedelta

from casework.notify.spread import spread
from casework.services.expiring import tell_expiring
from tests.articles import in_force
from tests.factories import MONDAY, District
from tests.web.conftest import SignIn


def test_the_notice_in_the_inbox_leads_to_the_guide(district: District, sign_in: SignIn) -> None:
    article = in_force(district, valid_until=MONDAY.date() + timedelta(days=5))
    tell_expiring(district.session, at=MONDAY)
    spread(district.session, calendar=district.rules.calendar, at=MONDAY)
    district.session.commit()
    browser = sign_in(district.clerk)
    page = browser.fetch("/inbox")
    assert "居住证办理指南" in page.text
    (form,) = [one for one in page.all("form") if one.attrs.get("action", "").endswith("/open")]
    answer = browser.submit(page, {}, action=form.attrs["action"])
    assert answer.headers["Location"].endswith(f"/articles/{article.id}")
    read = browser.fetch("/inbox?show=all")
    assert "查看指南" in read.text
