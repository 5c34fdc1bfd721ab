"""One page for leaders: the numbers are those of the lists, places are shared, growth is seen."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from casework.queries import figures_pages
from casework.queries.figures import Figures, Grouping, Period, Scope
from casework.queries.figures_cases import counted
from casework.queries.measures import MEASURES
from casework.queries.overview import compared, hot_subjects, ranking, standing
from casework.workflow.states import State
from tests.factories import MONDAY, CategoryFactory, District
from tests.figures.conftest import TODAY, person

DAY = timedelta(days=1)


def test_what_stands_now_are_the_cases_of_its_lists(filled: Session) -> None:
    scope = Scope(person(filled, "leader"))
    now = standing(filled, scope, today=TODAY)
    today = Period.of(TODAY, TODAY, today=TODAY)
    for measure, number in (
        ("received", now.received_today),
        ("completed", now.completed_today),
        ("open_late", now.open_late),
    ):
        assert counted(filled, scope, MEASURES[measure], today).count == number, measure
    assert now.running > now.open_late > 0


def test_months_are_compared_by_as_many_days(filled: Session) -> None:
    assert compared(date(2026, 3, 31)) == {
        "this": (date(2026, 3, 1), date(2026, 3, 31)),
        "before": (date(2026, 2, 1), date(2026, 2, 28)),
        "last_year": (date(2025, 3, 1), date(2025, 3, 31)),
    }
    assert compared(date(2028, 2, 29))["last_year"] == (date(2027, 2, 1), date(2027, 2, 28))
    assert compared(date(2026, 1, 5))["before"] == (date(2025, 12, 1), date(2025, 12, 5))
    spans = [Period.of(*span, today=TODAY) for span in compared(TODAY).values()]
    scope = Scope(person(filled, "leader"))
    for period, found in zip(spans, figures_pages.of_periods(filled, scope, spans), strict=True):
        alone = figures_pages.by_department(filled, scope, period).whole
        assert [found[name] for name in MEASURES] == [alone[name] for name in MEASURES]


def test_units_with_the_same_rate_share_a_place() -> None:
    def unit(on_time: int, completed: int) -> Figures:
        return Figures({"on_time": on_time, "appraised": completed})

    ranked = ranking(
        {1: unit(1, 2), 2: unit(4, 4), 3: unit(2, 4), 4: unit(0, 0), 5: unit(0, 3)}, "on_time"
    )
    assert [(one.place, one.key) for one in ranked] == [(1, 2), (2, 3), (2, 1), (4, 5)]


def test_a_subject_that_is_written_of_more_than_usual_is_hot(district: District) -> None:
    light, noise, rare = (CategoryFactory().id for _ in range(3))
    street = district.street.id
    today = MONDAY.date() + 70 * DAY
    for week in range(8):
        at = MONDAY + (week * 7 + 8) * DAY
        district.cases_in(State.SUBMITTED, 2, at=at, category_id=noise, street_id=street)
    recent = MONDAY + 68 * DAY
    district.cases_in(State.SUBMITTED, 4, at=recent, category_id=light, street_id=street)
    district.cases_in(State.SUBMITTED, 3, at=recent, category_id=noise, street_id=street)
    district.cases_in(State.SUBMITTED, 2, at=recent, category_id=rare, street_id=street)
    scope = Scope(district.leader)
    (hot,) = hot_subjects(district.session, scope, today=today)
    assert (hot.category_id, hot.street_id, hot.recent, hot.usual) == (light, street, 4, 0)
    behind = Scope(
        district.leader,
        groups=((Grouping.SUBJECT, str(light)), (Grouping.STREET, str(street))),
    )
    period = Period.of(today - 6 * DAY, today, today=today)
    assert counted(district.session, behind, MEASURES["received"], period).count == 4
