"""Nothing leaves at night or on a day off, save where it presses."""

from __future__ import annotations

from datetime import datetime

import pytest

from casework.notify.quiet import SOMEBODY_WAITS, may_leave_at
from casework.workflow.calendar import SHANGHAI
from casework.workflow.notices import Notice
from casework.workflow.states import Urgency
from tests.workflow.notices import official


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-03-02T08:00", "2026-03-02T08:00"),
        ("2026-03-02T20:59", "2026-03-02T20:59"),
        ("2026-03-02T07:59", "2026-03-02T08:00"),
        ("2026-03-02T21:00", "2026-03-03T08:00"),
        ("2026-03-02T23:59", "2026-03-03T08:00"),
        ("2026-03-06T21:00", "2026-03-09T08:00"),  # a Friday evening
        ("2026-03-07T12:00", "2026-03-09T08:00"),  # a Saturday
        ("2026-02-28T12:00", "2026-02-28T12:00"),  # a Saturday that is worked
        ("2026-09-30T22:00", "2026-10-08T08:00"),  # the evening before the national holiday
        ("2025-12-31T21:30", "2026-01-04T08:00"),  # over the new year to a worked Sunday
    ],
)
def test_it_leaves_by_day_and_on_working_days(now: str, leaves: str) -> None:
    found = may_leave_at(
        at(now), calendar=official(), notice=Notice.REMINDER, urgency=Urgency.NORMAL
    )
    assert found == at(leaves)


@pytest.mark.parametrize("urgency", [Urgency.URGENT, Urgency.CRITICAL])
def test_what_presses_leaves_at_once(urgency: Urgency) -> None:
    night = at("2026-10-01T03:00")
    leaves = may_leave_at(night, calendar=official(), notice=Notice.REMINDER, urgency=urgency)
    assert leaves == night


@pytest.mark.parametrize("notice", sorted(SOMEBODY_WAITS))
def test_a_number_for_which_somebody_waits_leaves_at_once(notice: Notice) -> None:
    night = at("2026-10-01T03:00")
    leaves = may_leave_at(night, calendar=official(), notice=notice, urgency=Urgency.NORMAL)
    assert leaves == night
