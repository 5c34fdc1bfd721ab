"""A department's search finds its own cases and those it helps with, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework.queries import search
from casework.queries.worklists import searched
from casework.services import office
from casework.services.actors import staff
from casework.workflow.states import Kind, State
from tests.factories import MONDAY, STEP, District


@pytest.mark.parametrize("counted", [1_000, 1])
@pytest.mark.parametrize("words", ["金丝雀", "金丝"])
def test_only_what_a_department_may_see_is_found(
    session: Session,
    district: District,
    monkeypatch: pytest.MonkeyPatch,
    counted: int,
    words: str,
) -> None:
    monkeypatch.setattr(search, "COUNTED", counted)
    body = "金丝雀飞走了"
    ours = district.case_in(State.HANDLING, body=body)
    helped = district.submitted(body=body)
    office.dispatch(
        session,
        helped,
        lead=district.street,
        co_handlers=[district.lead],
        by=staff(district.clerk),
        at=MONDAY + STEP,
        rules=district.rules,
    )
    against = district.submitted(
        body=body, kind=Kind.REPORT, accused_department_id=district.lead.id
    )
    other = district.submitted(body=body)
    at = MONDAY + timedelta(days=1)
    found = searched(session, district.handler, words, at=at)
    assert {row.number for row in found.rows} == {ours.number, helped.number}
    assert {against.number, other.number}.isdisjoint({row.number for row in found.rows})
