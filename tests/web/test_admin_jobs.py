"""The administrator sees scheduled work, and sets the levels of supervision."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework.jobs.registry import JOBS
from casework.models import JobSlot
from casework.queries.rules import district_settings
from casework.web.blueprints.admin.jobs import WORDS
from tests.factories import MONDAY, District
from tests.web.conftest import SignIn


def test_every_job_stands_with_its_last_run_and_its_next(
    district: District, sign_in: SignIn, session: Session
) -> None:
    for hours, result, error in ((26, "7", None), (2, None, "OperationalError")):
        at = MONDAY - timedelta(hours=hours)
        session.add(
            JobSlot(
                job="supervise",
                slot=at,
                started_at=at,
                finished_at=at + timedelta(seconds=1.5),
                worker="machine:1",
                result=result,
                error=error,
            )
        )
    session.commit()
    browser = sign_in(district.administrator)
    browser.speak("en")
    text = browser.get("/admin/jobs").text
    assert all(entry.name in text for entry in JOBS)
    assert "OperationalError" in text
    assert "1.5 s" in text
    assert "7 done" in text


def test_levels_are_settings_that_must_climb(
    district: District, sign_in: SignIn, session: Session
) -> None:
    browser = sign_in(district.administrator)
    page = browser.fetch("/admin/district")
    refused = browser.submit(page, {"yellow_after": "2"})
    assert refused.status_code == 422
    page = browser.fetch("/admin/district")
    assert browser.submit(page, {"order_after": "4", "red_after": "12"}).status_code == 302
    ladder = district_settings(session).ladder
    assert (ladder.order_after, ladder.red_after) == (4, 12)


@pytest.mark.parametrize("part", ["clerk", "supervisor"])
def test_nobody_else_sees_scheduled_work(district: District, sign_in: SignIn, part: str) -> None:
    sign_in(getattr(district, part)).fetch("/admin/jobs", status=403)


def test_every_job_has_words() -> None:
    assert {entry.name for entry in JOBS} == set(WORDS)
