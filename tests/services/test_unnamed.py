"""Whoever wishes to stay unnamed is named to the petition office and to nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework.models import User
from casework.queries.case_view import case_view
from casework.services import office, oversight
from casework.services.actors import staff
from casework.workflow.states import State
from tests.factories import CANARY, MONDAY, SEALER, District

LATER = MONDAY + timedelta(hours=2)


def names(district: District, reader: User, *, unnamed: bool, merged: bool) -> set[str]:
    """Return the names that ``reader`` sees of one petitioner, masked and in clear."""
    session, rules = district.session, district.rules
    case = district.case_in(State.HANDLING, unnamed=unnamed)
    if merged:
        joined, case = case, district.case_in(State.HANDLING, contacts=())
        office.merge(
            session,
            joined,
            into=case,
            reason_code="merge.same_matter",
            by=staff(district.clerk),
            at=LATER,
            rules=rules,
        )
    contacts = oversight.unmask(
        session, case, reason="回电", by=staff(reader), at=LATER, rules=rules
    )
    masked = case_view(session, case, reader, SEALER).petitioners
    assert all(contact.phone == CANARY.phone for contact in contacts)
    return {contact.name for contact in contacts} | {person.name for person in masked}


@pytest.mark.parametrize("merged", [False, True])
def test_a_department_learns_no_unwanted_name(
    session: Session, district: District, merged: bool
) -> None:
    assert names(district, district.handler, unnamed=True, merged=merged) == {""}
    assert CANARY.name in names(district, district.handler, unnamed=False, merged=merged)


@pytest.mark.parametrize("merged", [False, True])
def test_the_petition_office_knows_every_name(
    session: Session, district: District, merged: bool
) -> None:
    assert CANARY.name in names(district, district.clerk, unnamed=True, merged=merged)
