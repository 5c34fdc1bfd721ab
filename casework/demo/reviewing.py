"""Petitioners of the demo who do not agree with an answer: two reviews, one of them under way."""

from datetime import datetime, timedelta

from sqlalchemy import select

from casework.demo.stage import Stage
from casework.models import Case, ReviewBar
from casework.services import office, reviews
from casework.services.actors import PETITIONER
from casework.workflow.states import Channel, State

ANSWERED_SINCE = timedelta(days=20)
REASONS = (
    "答复说已经处理，可是现场一直没有变化，请另外的单位再看一看。",
    "答复没有说明依据是哪一条规定，我不认可，申请复查。",
)


def ask_for_reviews(stage: Stage, at: datetime) -> None:
    """Ask for a review of the answers that were rated lowest; the first goes to another unit."""
    answered = stage.session.scalars(
        select(Case)
        .where(
            Case.state == State.FORWARDED,
            Case.channel == Channel.LETTER,
            Case.completed_at.between(at - ANSWERED_SINCE, at - timedelta(hours=3)),
        )
        .order_by(Case.satisfaction, Case.id)
        .limit(len(REASONS))
    ).all()
    for place, (case, reason) in enumerate(zip(answered, REASONS, strict=False)):
        asked_at = at - timedelta(minutes=90 - place)
        review = reviews.ask_review(
            stage.session, case, reason=reason, by=PETITIONER, at=asked_at, rules=stage.rules
        ).case
        if place == 0:
            _dispatch(stage, review, asked_at + timedelta(minutes=20))


def _dispatch(stage: Stage, review: Case, at: datetime) -> None:
    barred = set(
        stage.session.scalars(select(ReviewBar.department_id).where(ReviewBar.case_id == review.id))
    )
    units = stage.district.units
    lead = next(
        units[code] for code in ("SERVICES", "CIVIL", "ROADS") if units[code].id not in barred
    )
    office.dispatch(
        stage.session,
        review,
        lead=lead,
        note="请由贵单位复查原答复。",
        by=stage.district.actor("office"),
        at=at,
        rules=stage.rules,
    )
