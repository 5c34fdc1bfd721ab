"""What the petition office decides: sorting, merging, the date that a department is given."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework.errors import CaseworkError, GuardFailed, Invalid, NotPermitted
from casework.models import CaseEvent, CoHandler, Petitioner
from casework.services import office, sorting
from casework.services.actors import staff
from casework.services.sorting import Classification
from casework.workflow.limits import LimitRow
from casework.workflow.states import Clock, Kind, State, Unit, Urgency
from tests.factories import MONDAY, STEP, CategoryFactory, DepartmentFactory, District

LATER = MONDAY + 8 * STEP


def about(**changes: object) -> Classification:
    """Return a plain classification with ``changes``."""
    plain: dict[str, object] = {
        "kind": Kind.COMPLAINT,
        "urgency": Urgency.NORMAL,
        "category_id": None,
        "street_id": None,
        "accused_department_id": None,
    }
    return Classification(**(plain | changes))  # type: ignore[typeddict-item]


def sort(district: District, case: object, *unit_ids: int, **changes: object) -> None:
    sorting.classify_and_dispatch(
        district.session,
        case,
        about(**changes),
        unit_ids=unit_ids,
        by=staff(district.clerk),
        at=LATER,
        rules=district.rules,
    )


def test_the_limit_is_that_of_the_kind_just_chosen(district: District) -> None:
    case = district.submitted(kind=Kind.COMPLAINT)
    sort(district, case, district.lead.id, kind=Kind.CONSULTATION)
    assert sorting.running_reply_date(district.session, case) == date(2026, 3, 9)


def test_classifying_and_dispatching_are_two_lines_of_the_log(district: District) -> None:
    case = district.submitted(kind=Kind.COMPLAINT)
    sort(district, case, district.lead.id, kind=Kind.HELP)
    lines = district.session.scalars(
        select(CaseEvent.action).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    assert lines == ["submit", "classify", "dispatch"]


def test_a_letter_that_is_classified_already_leaves_one_line(district: District) -> None:
    case = district.submitted(kind=Kind.COMPLAINT)
    sort(district, case, district.lead.id)
    lines = district.session.scalars(
        select(CaseEvent.action).where(CaseEvent.case_id == case.id)
    ).all()
    assert sorted(lines) == ["dispatch", "submit"]


@pytest.mark.parametrize("place", [0, 1])
def test_the_accused_is_neither_lead_nor_co_handler(district: District, place: int) -> None:
    case = district.submitted()
    units = [district.helper.id, district.street.id]
    units[place] = district.lead.id
    with pytest.raises(Invalid):
        sort(district, case, *units, accused_department_id=district.lead.id)


def test_the_guard_holds_when_the_case_names_the_accused_already(district: District) -> None:
    case = district.submitted(accused_department_id=district.lead.id)
    with pytest.raises(GuardFailed):
        office.dispatch(
            district.session,
            case,
            lead=district.helper,
            co_handlers=[district.lead],
            by=staff(district.clerk),
            at=LATER,
            rules=district.rules,
        )


def test_an_unknown_unit_is_refused(district: District) -> None:
    with pytest.raises(Invalid):
        sort(district, district.submitted(), 999_999)


def test_a_second_dispatch_replaces_the_co_handlers(district: District) -> None:
    case = district.case_in(State.RETURNED)
    sort(district, case, district.helper.id, district.street.id)
    active = district.session.scalars(
        select(CoHandler.department_id).where(
            CoHandler.case_id == case.id, CoHandler.removed_at.is_(None)
        )
    ).all()
    assert active == [district.street.id]


def test_the_lead_is_never_its_own_co_handler(district: District) -> None:
    case = district.submitted()
    sort(district, case, district.lead.id, district.lead.id)
    assert district.session.scalars(select(CoHandler)).all() == []


def test_a_closed_unit_receives_nothing(district: District) -> None:
    closed = DepartmentFactory(closed_at=MONDAY)
    for units in ((closed.id,), (district.lead.id, closed.id)):
        with pytest.raises(Invalid):
            sort(district, district.submitted(), *units)


def test_a_merged_case_brings_its_petitioners_with_it(district: District) -> None:
    target, case = district.submitted(), district.submitted()
    office.merge(
        district.session,
        case,
        into=target,
        reason_code="merge.same_matter",
        by=staff(district.clerk),
        at=LATER,
        rules=district.rules,
    )
    rows = district.session.execute(select(Petitioner.case_id, Petitioner.from_case_id)).all()
    assert sorted(rows, key=str) == sorted([(target.id, None), (target.id, case.id)], key=str)


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.FORWARDED, State.MERGED])
def test_nothing_is_merged_into_what_has_ended(district: District, state: State) -> None:
    target, case = district.case_in(state), district.submitted()
    with pytest.raises(CaseworkError):
        office.merge(
            district.session,
            case,
            into=target,
            reason_code="merge.same_matter",
            by=staff(district.clerk),
            at=LATER,
            rules=district.rules,
        )
    assert case.state is State.SUBMITTED


@pytest.mark.parametrize(
    ("kind", "urgency", "days", "due"),
    [
        (Kind.CONSULTATION, Urgency.NORMAL, None, date(2026, 3, 9)),
        (Kind.COMPLAINT, Urgency.NORMAL, None, date(2026, 3, 23)),
        (Kind.COMPLAINT, Urgency.CRITICAL, None, date(2026, 3, 3)),
        (Kind.COMPLAINT, Urgency.CRITICAL, 10, date(2026, 3, 16)),
    ],
)
def test_the_date_before_dispatch_is_the_date_after(
    district: District, kind: Kind, urgency: Urgency, days: int | None, due: date
) -> None:
    shown = sorting.reply_date(
        kind=kind,
        urgency=urgency,
        category_ids=[],
        days=days,
        on=MONDAY.date(),
        rules=district.rules,
    )
    case = district.submitted(kind=kind, urgency=urgency)
    office.dispatch(
        district.session,
        case,
        lead=district.lead,
        handle_days=days,
        by=staff(district.clerk),
        at=LATER,
        rules=district.rules,
    )
    assert shown == due == sorting.running_reply_date(district.session, case)


def test_a_limit_of_a_category_holds_for_all_below_it(district: District) -> None:
    root = CategoryFactory()
    middle = CategoryFactory(parent_id=root.id, level=2)
    leaf = CategoryFactory(parent_id=middle.id, level=3)
    own = LimitRow(Clock.HANDLE, 2, Unit.WORKING_DAYS, date(2026, 1, 1), category_id=root.id)
    rules = replace(district.rules, limits=(*district.rules.limits, own))
    for category in (root, middle, leaf):
        case = district.submitted(category_id=category.id)
        assert office.reply_due_on(case, handle_days=None, on=MONDAY.date(), rules=rules) == date(
            2026, 3, 4
        )


def test_an_unchanged_classification_is_not_logged(district: District) -> None:
    leaf = CategoryFactory()
    case = district.submitted(category_id=leaf.id)
    before = case.head_seq
    office.classify(
        district.session,
        case,
        **about(category_id=leaf.id),
        by=staff(district.clerk),
        at=LATER + timedelta(days=1),
        rules=district.rules,
    )
    assert case.head_seq == before


def test_only_the_office_classifies(district: District) -> None:
    case = district.submitted()
    for user in (district.handler, district.operator, district.supervisor):
        with pytest.raises(NotPermitted):
            office.classify(
                district.session,
                case,
                **about(kind=Kind.PRAISE),
                by=staff(user),
                at=LATER,
                rules=district.rules,
            )
