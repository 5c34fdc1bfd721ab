"""A case that is about a unit never reaches that unit, by whatever way (control Z4)."""

import pytest

from casework.errors import GuardFailed, Invalid
from casework.models import Case
from casework.services import office
from casework.services.actors import staff
from casework.workflow.states import Kind, State
from tests.factories import MONDAY, STEP, District


def merge(d: District, case: Case, into: Case) -> None:
    office.merge(
        d.session,
        case,
        into=into,
        reason_code="merge.same_matter",
        by=staff(d.clerk),
        at=MONDAY + 5 * STEP,
        rules=d.rules,
    )


def accusation(d: District, **letter: object) -> Case:
    return d.submitted(kind=Kind.REPORT, accused_department_id=d.lead.id, **letter)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.HANDLING])
def test_an_accusation_is_not_merged_into_another_matter(district: District, state: State) -> None:
    """Its petitioner would stand before the accused, at once or after the next dispatch."""
    running, accusing = district.case_in(state), accusation(district)
    with pytest.raises(Invalid):
        merge(district, accusing, running)
    assert accusing.state is State.SUBMITTED


def test_two_accusations_of_one_unit_are_merged(district: District) -> None:
    first, second = accusation(district), accusation(district)
    merge(district, second, first)
    assert second.merged_into is first


def test_a_letter_is_merged_into_an_accusation(district: District) -> None:
    first, second = accusation(district), district.submitted()
    merge(district, second, first)
    assert second.merged_into is first


def test_an_accusation_is_not_dispatched_to_the_accused(district: District) -> None:
    accusing = accusation(district)
    for lead, helpers in ((district.lead, []), (district.helper, [district.lead])):
        with pytest.raises(GuardFailed):
            office.dispatch(
                district.session,
                accusing,
                lead=lead,
                co_handlers=helpers,
                by=staff(district.clerk),
                at=MONDAY + STEP,
                rules=district.rules,
            )
