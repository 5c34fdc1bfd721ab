"""Opening a case: once for each form, by whom it may be, with what identifies people sealed."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casework.errors import GuardFailed, NotPermitted
from casework.models import Petitioner, Reply
from casework.queries.callers import earlier_cases
from casework.services import submission
from casework.services.actors import PETITIONER, staff
from casework.services.petitioners import Contact, opened_contact
from casework.services.submission import Submission, already_submitted
from casework.workflow.states import Channel, Kind, State
from tests.factories import CANARY, MONDAY, SEALER, District


def made(**changes: object) -> Submission:
    plain: dict[str, object] = {
        "channel": Channel.CALL,
        "kind": Kind.HELP,
        "subject": "停水",
        "body": "停水两天",
        "contacts": (CANARY,),
    }
    return Submission(**(plain | changes))  # type: ignore[arg-type]


def test_a_form_opens_one_case_and_shows_one_code(district: District) -> None:
    given = made(form_token="token-1")
    with district.session.begin_nested():
        first = submission.submit(
            district.session, given, by=PETITIONER, at=MONDAY, rules=district.rules
        )
    with pytest.raises(IntegrityError), district.session.begin_nested():
        submission.submit(district.session, given, by=PETITIONER, at=MONDAY, rules=district.rules)
    again = already_submitted(district.session, "token-1", sealer=SEALER)
    assert again is not None
    assert (again.case.id, again.access_code) == (first.case.id, first.access_code)
    assert already_submitted(district.session, "token-2", sealer=SEALER) is None


def test_what_identifies_the_caller_is_sealed_and_found_by_any_way_of_writing(
    district: District,
) -> None:
    submission.submit(
        district.session, made(), by=staff(district.operator), at=MONDAY, rules=district.rules
    )
    row = district.session.scalars(select(Petitioner)).one()
    for value in (CANARY.name, CANARY.phone, CANARY.id_number, CANARY.email):
        assert value.encode() not in bytes(row.sealed)
    assert opened_contact(row, SEALER) == CANARY
    for phone in ("13912345678", "139 1234 5678", "+86-13912345678", "１３９１２３４５６７８"):
        assert earlier_cases(district.session, district.operator, phone, sealer=SEALER)
    assert not earlier_cases(district.session, district.operator, "13912345679", sealer=SEALER)


def test_an_empty_contact_is_found_by_nothing(district: District) -> None:
    given = made(contacts=(Contact(),))
    submission.submit(
        district.session, given, by=staff(district.operator), at=MONDAY, rules=district.rules
    )
    row = district.session.scalars(select(Petitioner)).one()
    assert (row.phone_hash, row.name_hash, row.id_number_hash, row.email_hash) == (None,) * 4


def test_only_operators_answer_on_the_spot(district: District) -> None:
    for user in (district.clerk, district.handler, district.leader):
        with pytest.raises(NotPermitted):
            submission.answer_now(
                district.session,
                made(),
                "答复",
                basis="依据",
                by=staff(user),
                at=MONDAY,
                rules=district.rules,
            )


def test_an_answer_on_the_spot_needs_words(district: District) -> None:
    with pytest.raises(GuardFailed):
        submission.answer_now(
            district.session,
            made(),
            "  ",
            basis="依据",
            by=staff(district.operator),
            at=MONDAY,
            rules=district.rules,
        )


def test_an_answer_on_the_spot_is_complete_at_once_and_has_no_date(district: District) -> None:
    case = district.answered_call()
    assert (case.state, case.due_on, case.completed_on) == (State.ARCHIVED, None, MONDAY.date())
    reply = district.session.scalars(select(Reply).where(Reply.case_id == case.id)).one()
    assert reply.approved_by_id == district.operator.id


@pytest.mark.parametrize("role", ["handler", "reviewer", "supervisor", "leader", "administrator"])
def test_nobody_else_opens_cases(district: District, role: str) -> None:
    user = getattr(district, role)
    with pytest.raises(NotPermitted):
        submission.submit(district.session, made(), by=staff(user), at=MONDAY, rules=district.rules)
