"""The figures are what the log says, and each opens exactly the cases it counts."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Department
from casework.queries import figures_pages
from casework.queries.figures import Figures, Grouping, Period, Scope
from casework.queries.figures_cases import counted, every_counted
from casework.queries.figures_pages import WITH_OFFICE, by_department, by_group, by_month
from casework.queries.measures import MEASURES
from tests.figures.conftest import TODAY, person
from tests.figures.recomputed import figures, told

PERIODS = [
    (date(2026, 1, 1), date(2026, 12, 31)),
    (date(2026, 4, 1), date(2026, 4, 30)),
    (date(2026, 5, 11), date(2026, 6, 9)),
    (TODAY, TODAY),
    (date(2025, 1, 1), date(2025, 12, 31)),
]


def plain(found: Figures) -> dict[str, object]:
    counts: dict[str, object] = {name: found[name] for name in MEASURES}
    return counts | {"median": None if found.median is None else float(found.median)}


@pytest.mark.parametrize(("first", "last"), PERIODS)
def test_figures_equal_what_the_log_says(filled: Session, first: date, last: date) -> None:
    scope = Scope(person(filled, "supervisor"))
    found = by_department(filled, scope, Period.of(first, last, today=TODAY))
    cases = told(filled)
    expected = figures(cases, first, last, TODAY)
    assert {name: plain(found.whole)[name] for name in expected} == expected
    for unit in filled.scalars(select(Department)):
        own = [case for case in cases if case.department_id == unit.id]
        expected = figures(own, first, last, TODAY)
        mine = plain(found.units.get(unit.id, figures_pages.NOTHING))
        assert {name: mine[name] for name in expected} == expected


def test_months_equal_what_the_log_says(filled: Session) -> None:
    first, last = date(2026, 3, 10), date(2026, 6, 30)
    months = by_month(filled, Scope(person(filled, "leader")), first, last, today=TODAY)
    assert [(m.first, m.last) for m in months] == [
        (date(2026, 3, 10), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 5, 1), date(2026, 5, 31)),
        (date(2026, 6, 1), TODAY),
    ]
    cases = told(filled)
    for month in months:
        expected = figures(cases, month.first, month.last, TODAY)
        assert {name: plain(month.figures)[name] for name in expected} == expected


@pytest.mark.parametrize("login", ["supervisor", "office", "handler.roads", "reviewer.urban"])
def test_every_figure_opens_exactly_its_cases(filled: Session, login: str) -> None:
    scope = Scope(person(filled, login))
    period = Period.of(date(2026, 4, 1), date(2026, 6, 30), today=TODAY)
    found = by_department(filled, scope, period)
    for name, measure in MEASURES.items():
        listed, after = [], None
        while True:
            page = counted(filled, scope, measure, period, after=after, size=7)
            assert page.count == found.whole[name], name
            listed += [row.id for row in page.rows]
            after = page.after
            if after is None:
                break
        assert len(listed) == len(set(listed)) == found.whole[name], name


@pytest.mark.parametrize("grouping", Grouping)
def test_each_group_is_counted_alone_as_in_the_table(filled: Session, grouping: Grouping) -> None:
    period = Period.of(date(2026, 3, 1), date(2026, 6, 30), today=TODAY)
    leader = person(filled, "leader")
    whole, groups = by_group(filled, Scope(leader), period, grouping)
    assert sum(found["received"] for found in groups.values()) == whole["received"] > 0
    for key, found in groups.items():
        alone, _ = by_group(filled, Scope(leader, groups=((grouping, key),)), period, grouping)
        assert plain(alone) == plain(found)


def test_all_cases_behind_a_figure_are_read_in_batches(
    filled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.queries.figures_cases.BATCH", 7)
    period = Period.of(date(2026, 3, 1), date(2026, 6, 30), today=TODAY)
    scope = Scope(person(filled, "leader"))
    rows = [row.id for row in every_counted(filled, scope, MEASURES["received"], period)]
    assert len(rows) == len(set(rows)) == counted(filled, scope, MEASURES["received"], period).count


def test_a_departments_people_count_their_own_unit_only(filled: Session) -> None:
    handler = person(filled, "handler.roads")
    everything = by_department(
        filled, Scope(person(filled, "leader")), Period.of(*PERIODS[0], today=TODAY)
    )
    own = by_department(filled, Scope(handler), Period.of(*PERIODS[0], today=TODAY))
    assert handler.department_id is not None
    assert set(own.units) == {handler.department_id}
    assert plain(own.whole) == plain(everything.units[handler.department_id])
    others = Scope(handler, department_id=person(filled, "handler.parks").department_id)
    assert by_department(filled, others, Period.of(*PERIODS[0], today=TODAY)).units == {}


def test_units_add_up_to_the_whole(filled: Session) -> None:
    scope = Scope(person(filled, "leader"))
    found = by_department(filled, scope, Period.of(*PERIODS[0], today=TODAY))
    for name in MEASURES:
        assert sum(unit[name] for unit in found.units.values()) == found.whole[name], name
    assert WITH_OFFICE in found.units
