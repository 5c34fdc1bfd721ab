"""What others may follow leaves the public pages as soon as the case accuses somebody."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casework.models import PUBLIC_CHANGES, Case, Department, Follower, PublicMatter
from casework.queries import followed
from casework.services import followers, matters, office
from casework.services.actors import staff
from casework.workflow.states import Action, Kind, State
from tests.factories import MONDAY, STEP, District

LATER = MONDAY + 5 * STEP


@pytest.fixture
def matter(district: District) -> PublicMatter:
    at, case = MONDAY + 3 * STEP, district.case_in(State.HANDLING)
    made = matters.let_follow(
        district.session,
        case,
        title="天河路路灯不亮",
        by=staff(district.clerk),
        at=at,
        rules=district.rules,
    )
    wanted = followed.Followed(case.id, made.title)
    for contact in ("13700137000", "13700137001"):
        followers.join(
            district.session,
            wanted,
            contact,
            medium="sms",
            language="zh_CN",
            at=at,
            rules=district.rules,
        )
    return made


def case_of(district: District, matter: PublicMatter) -> Case:
    return district.session.get_one(Case, matter.case_id)


def classify(
    district: District, case: Case, kind: Kind, *, accused: Department | None = None
) -> None:
    office.classify(
        district.session,
        case,
        kind=kind,
        urgency=case.urgency,
        category_id=None,
        street_id=None,
        accused_department_id=accused.id if accused else None,
        by=staff(district.clerk),
        at=LATER,
        rules=district.rules,
    )


def is_public(session: Session) -> bool:
    """Say whether anybody reads of a matter, or waits to hear of it."""
    session.expire_all()
    waiting = session.scalars(select(Follower).where(Follower.erased_at.is_(None))).all()
    return bool(followed.matters(session)[0] or waiting or session.scalar(select(PublicMatter.id)))


def test_a_matter_that_turns_out_to_be_a_report_leaves_the_public_pages(
    session: Session, district: District, matter: PublicMatter
) -> None:
    classify(district, case_of(district, matter), Kind.REPORT)
    assert not is_public(session)


def test_a_matter_that_turns_out_to_accuse_a_unit_leaves_the_public_pages(
    session: Session, district: District, matter: PublicMatter
) -> None:
    classify(district, case_of(district, matter), Kind.COMPLAINT, accused=district.helper)
    assert not is_public(session)


def test_a_matter_that_is_merged_into_an_accusation_leaves_the_public_pages(
    session: Session, district: District, matter: PublicMatter
) -> None:
    report = district.case_in(State.HANDLING, kind=Kind.REPORT)
    office.merge(
        session,
        case_of(district, matter),
        into=report,
        reason_code="merge.same_matter",
        by=staff(district.clerk),
        at=LATER,
        rules=district.rules,
    )
    assert not is_public(session)


def test_a_matter_names_the_unit_that_has_the_case_now(
    session: Session, district: District, matter: PublicMatter
) -> None:
    assert is_public(session)
    case = case_of(district, matter)
    district.take(case, Action.RECALL, at=LATER)
    session.expire_all()
    assert matter.department_id is None
    other = district.case_in(State.HANDLING)
    office.merge(
        session,
        case,
        into=other,
        reason_code="merge.same_matter",
        by=staff(district.clerk),
        at=LATER + STEP,
        rules=district.rules,
    )
    session.expire_all()
    assert (matter.case_id, matter.department_id) == (other.id, district.lead.id)


def test_steps_of_a_case_that_nobody_may_follow_change_no_public_page(
    session: Session, district: District
) -> None:
    before = session.scalar(select(func.max(PUBLIC_CHANGES.c.id)))
    district.case_in(State.FORWARDED)
    district.case_in(State.WITHDRAWN)
    assert session.scalar(select(func.max(PUBLIC_CHANGES.c.id))) == before


def test_followers_are_counted_by_an_index(session: Session) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = session.scalars(
        text(
            "EXPLAIN SELECT count(*) FROM followers WHERE case_id = 1 AND confirmed_at IS NOT NULL"
        )
    )
    assert "Seq Scan" not in " ".join(plan)


def test_who_follows_both_of_two_merged_matters_follows_on_once(
    session: Session, district: District, matter: PublicMatter
) -> None:
    case, other = case_of(district, matter), district.case_in(State.HANDLING)
    first, second = session.scalars(select(Follower).order_by(Follower.contact_hash)).all()
    first.confirmed_at = MONDAY
    for one, confirmed_at in ((first, None), (second, MONDAY)):
        session.add(
            Follower(
                id=uuid4(),
                case_id=other.id,
                medium="sms",
                language="zh_CN",
                sealed=b"sealed",
                contact_hash=one.contact_hash,
                nonce="",
                asked_at=MONDAY,
                confirmed_at=confirmed_at,
                erase_on=LATER.date(),
            )
        )
    session.flush()
    office.merge(
        session,
        case,
        into=other,
        reason_code="merge.same_matter",
        by=staff(district.clerk),
        at=LATER,
        rules=district.rules,
    )
    session.expire_all()
    left = session.scalars(select(Follower).where(Follower.erased_at.is_(None))).all()
    assert {one.case_id for one in left} == {other.id}
    assert len(left) == len({one.contact_hash for one in left}) == 2
    assert all(one.confirmed_at for one in left)
