"""The measures of domain §5: each is defined here once, in SQL and in words.

A measure belongs to an anchor, which says how a case comes into a period: by the day it came
in, by the day it was first dispatched, by the day its answer went out, or by standing open and
late when the period ends. Figures count with ``FILTER (WHERE measure.holds)`` under the anchor;
the list behind a figure uses the same two conditions, so its length is the figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, not_

from casework.language import N_
from casework.models import Case
from casework.workflow.states import COMPLETE, ENDED_OTHERWISE, REVIEWS, RUNNING, State

SATISFIED = 4
"""The lowest rating, of 5, that counts as satisfied."""


class Anchor(StrEnum):
    """How a case comes into a period."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    ANSWERED = "answered"
    OPEN_LATE = "open_late"


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of cases, with the words that define it."""

    key: str
    name: str
    words: str
    anchor: Anchor
    holds: ColumnElement[bool]


SUBMITTED = and_(not_(Case.on_the_spot), Case.channel.not_in(sorted(REVIEWS)))
VALID = and_(SUBMITTED, Case.state.not_in(sorted(ENDED_OTHERWISE)))
DAYS = Case.completed_on - Case.received_on


def _ended(state: State) -> ColumnElement[bool]:
    return and_(SUBMITTED, Case.state == state)


MEASURES: Mapping[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure(
            "received",
            N_("Cases received"),
            N_(
                "Cases submitted in the period, by the day they came in. "
                "Calls answered on the spot and reviews are counted apart."
            ),
            Anchor.RECEIVED,
            SUBMITTED,
        ),
        Measure(
            "declined",
            N_("Not accepted"),
            N_("Of those received in the period, those not accepted."),
            Anchor.RECEIVED,
            _ended(State.DECLINED),
        ),
        Measure(
            "merged",
            N_("Merged"),
            N_("Of those received in the period, those merged into another case."),
            Anchor.RECEIVED,
            _ended(State.MERGED),
        ),
        Measure(
            "withdrawn",
            N_("Withdrawn"),
            N_("Of those received in the period, those the petitioner withdrew."),
            Anchor.RECEIVED,
            _ended(State.WITHDRAWN),
        ),
        Measure(
            "valid",
            N_("Valid"),
            N_("Received in the period, less those not accepted, merged or withdrawn."),
            Anchor.RECEIVED,
            VALID,
        ),
        Measure(
            "valid_completed",
            N_("Completed of these"),
            N_(
                "Valid cases received in the period whose answer has reached the petitioner by "
                "now. A case that is done again is not completed until it is answered again."
            ),
            Anchor.RECEIVED,
            and_(VALID, Case.state.in_(sorted(COMPLETE))),
        ),
        Measure(
            "valid_open",
            N_("Still open of these"),
            N_("Valid cases received in the period that have no answer yet."),
            Anchor.RECEIVED,
            and_(VALID, Case.state.in_(sorted(RUNNING))),
        ),
        Measure(
            "on_the_spot",
            N_("Answered on the spot"),
            N_(
                "Calls that the operator answered at once, by the day of the call. "
                "They are left out of every other figure."
            ),
            Anchor.RECEIVED,
            and_(Case.on_the_spot),
        ),
        Measure(
            "dispatched",
            N_("Dispatched"),
            N_("Cases given to a department for the first time in the period."),
            Anchor.DISPATCHED,
            SUBMITTED,
        ),
        Measure(
            "sent_back",
            N_("Sent back by a department"),
            N_("Of those first dispatched in the period, those that a department sent back."),
            Anchor.DISPATCHED,
            and_(SUBMITTED, Case.sent_back),
        ),
        Measure(
            "extended",
            N_("Extended"),
            N_("Of those first dispatched in the period, those that were granted more time."),
            Anchor.DISPATCHED,
            and_(SUBMITTED, Case.extended),
        ),
        Measure(
            "redone",
            N_("Done again"),
            N_("Of those first dispatched in the period, those that were done again."),
            Anchor.DISPATCHED,
            and_(SUBMITTED, Case.round > 1),
        ),
        Measure(
            "completed",
            N_("Completed in the period"),
            N_(
                "Cases whose answer reached the petitioner in the period, whenever they came. "
                "A completion cancelled by doing the case again does not count."
            ),
            Anchor.ANSWERED,
            SUBMITTED,
        ),
        Measure(
            "on_time",
            N_("Completed on time"),
            N_("Completed in the period, not later than the date promised in the end."),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.completed_on <= Case.promised_on),
        ),
        Measure(
            "on_time_first",
            N_("Completed by the first date promised"),
            N_("Completed in the period, not later than the date promised at first."),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.completed_on <= Case.first_promised_on),
        ),
        Measure(
            "late",
            N_("Completed late"),
            N_("Completed in the period, later than the date promised in the end."),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.completed_on > Case.promised_on),
        ),
        Measure(
            "appraised",
            N_("Counted in the on-time rate"),
            N_("Completed in the period and not left out on appeal."),
            Anchor.ANSWERED,
            and_(SUBMITTED, not_(Case.left_out)),
        ),
        Measure(
            "left_out",
            N_("Left out on appeal"),
            N_(
                "Completed in the period, late, and left out of the on-time rate because a "
                "supervisor granted the unit's appeal."
            ),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.left_out),
        ),
        Measure(
            "within_15",
            N_("Answered within 15 days"),
            N_("Completed in the period, 15 days or fewer after the case came in."),
            Anchor.ANSWERED,
            and_(SUBMITTED, DAYS <= 15),
        ),
        Measure(
            "within_60",
            N_("Answered within 60 days"),
            N_("Completed in the period, 60 days or fewer after the case came in."),
            Anchor.ANSWERED,
            and_(SUBMITTED, DAYS <= 60),
        ),
        Measure(
            "rated",
            N_("Rated"),
            N_("Completed in the period and rated by the petitioner, by the answer in force."),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.satisfaction.is_not(None)),
        ),
        Measure(
            "satisfied",
            N_("Satisfied"),
            N_("Of those rated, those rated “satisfied” or “very satisfied”."),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.satisfaction >= SATISFIED),
        ),
        Measure(
            "solved",
            N_("Solved"),
            N_("Of those rated, those whose petitioner says that the problem is solved."),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.solved.is_(True)),
        ),
        Measure(
            "consented",
            N_("Answered with consent to publication"),
            N_("Completed in the period, the petitioner having agreed to publication."),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.consent),
        ),
        Measure(
            "published",
            N_("Published of these"),
            N_("Of those answered with consent in the period, those that are public now."),
            Anchor.ANSWERED,
            and_(SUBMITTED, Case.consent, Case.state == State.PUBLISHED),
        ),
        Measure(
            "open_late",
            N_("Open and past due"),
            N_(
                "Cases that had no answer when the period ended, or have none today, although "
                "the promised date had passed. Those waiting for the petitioner are left out, "
                "and those answered since and left out on appeal."
            ),
            Anchor.OPEN_LATE,
            and_(SUBMITTED, not_(Case.left_out)),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share: one measure over the sum of others."""

    key: str
    name: str
    words: str
    numerator: str
    denominator: tuple[str, ...]


RATES: Mapping[str, Rate] = {
    rate.key: rate
    for rate in (
        Rate(
            "completion",
            N_("Completion rate"),
            N_(
                "Valid cases received in the period that are completed by now, "
                "of all valid cases received in the period."
            ),
            "valid_completed",
            ("valid",),
        ),
        Rate(
            "on_time",
            N_("On-time rate"),
            N_(
                "Cases completed in the period by the date promised, of all completed in the "
                "period, less those left out on appeal, and all still open and past due at its "
                "end. "
                "What is open and in time counts neither as success nor as failure."
            ),
            "on_time",
            ("appraised", "open_late"),
        ),
        Rate(
            "on_time_first",
            N_("On-time rate by the first date"),
            N_("The same, measured against the date that was promised at first."),
            "on_time_first",
            ("appraised", "open_late"),
        ),
        Rate(
            "within_15",
            N_("Share within 15 days"),
            N_("Cases answered within 15 days, of all completed in the period."),
            "within_15",
            ("completed",),
        ),
        Rate(
            "within_60",
            N_("Share within 60 days"),
            N_("Cases answered within 60 days, of all completed in the period."),
            "within_60",
            ("completed",),
        ),
        Rate(
            "send_back",
            N_("Send-back rate"),
            N_("Cases that a department sent back, of all first dispatched in the period."),
            "sent_back",
            ("dispatched",),
        ),
        Rate(
            "extension",
            N_("Extension rate"),
            N_("Cases that were granted more time, of all first dispatched in the period."),
            "extended",
            ("dispatched",),
        ),
        Rate(
            "redo",
            N_("Redo rate"),
            N_("Cases that were done again, of all first dispatched in the period."),
            "redone",
            ("dispatched",),
        ),
        Rate(
            "participation",
            N_("Share of answers rated"),
            N_("Answers that their petitioners rated, of all completed in the period."),
            "rated",
            ("completed",),
        ),
        Rate(
            "satisfaction",
            N_("Satisfaction rate"),
            N_("Answers rated “satisfied” or “very satisfied”, of all answers rated."),
            "satisfied",
            ("rated",),
        ),
        Rate(
            "solved",
            N_("Solved rate"),
            N_("Answers whose petitioner says that the problem is solved, of all rated."),
            "solved",
            ("rated",),
        ),
        Rate(
            "publication",
            N_("Publication rate"),
            N_("Cases that are public, of all answered in the period with consent."),
            "published",
            ("consented",),
        ),
    )
}

MEDIAN_WORDS = N_(
    "Half of the cases completed in the period were answered in this many days or fewer, counted "
    "from the day after they came in. Calls answered on the spot are left out."
)
P90_WORDS = N_(
    "Nine of ten cases completed in the period were answered in this many days or fewer, counted "
    "from the day after they came in. Calls answered on the spot are left out."
)
WORKED_WORDS = N_(
    "Half of the cases completed in the period took this many working days or fewer from their "
    "first dispatch to the answer."
)
WORKED_P90_WORDS = N_(
    "Nine of ten cases completed in the period took this many working days or fewer from their "
    "first dispatch to the answer."
)
