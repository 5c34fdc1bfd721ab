"""Who is told what: the closed list of notices and whom each is for."""

from enum import StrEnum


class Audience(StrEnum):
    """Whom a notice is for; the people behind it are looked up when it is sent."""

    PETITIONERS = "petitioners"
    OFFICE = "office"
    LEAD_DEPARTMENT = "lead_department"
    FORMER_DEPARTMENT = "former_department"
    CO_HANDLERS = "co_handlers"
    SUPERVISORS = "supervisors"
    LEADERS = "leaders"
    OWNER = "owner"
    ADMINISTRATORS = "administrators"
    EVERY_UNIT = "every_unit"
    FOLLOWERS = "followers"
    RESPONSIBLE = "responsible"


class Notice(StrEnum):
    RECEIPT = "receipt"
    DISPATCHED = "dispatched"
    RECALLED = "recalled"
    DECLINED = "declined"
    MERGED = "merged"
    SENT_BACK = "sent_back"
    UPHELD = "upheld"
    QUESTION = "question"
    SUPPLIED = "supplied"
    TO_REVIEW = "to_review"
    REDRAFT = "redraft"
    TO_FORWARD = "to_forward"
    REWORK = "rework"
    REPLY = "reply"
    PUBLISHED = "published"
    TO_CLEAR = "to_clear"
    CLEARED = "cleared"
    TURNED_DOWN = "turned_down"
    REDO = "redo"
    REDO_REFUSED = "redo_refused"
    WITHDRAWN = "withdrawn"
    INSTRUCTION = "instruction"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_FOR_LEADER = "extension_for_leader"
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_REFUSED = "extension_refused"
    WARNING = "warning"
    REMINDER = "reminder"
    ORDER = "order"
    ORDER_CHASED = "order_chased"
    YELLOW_CARD = "yellow_card"
    RED_CARD = "red_card"
    DIGEST = "digest"
    CALENDAR_MISSING = "calendar_missing"
    CIRCULAR = "circular"
    LOST_CODE = "lost_code"
    APPEAL = "appeal"
    APPEAL_GRANTED = "appeal_granted"
    APPEAL_REFUSED = "appeal_refused"
    FOLLOW_CONFIRM = "follow_confirm"
    FOLLOWED_ANSWERED = "followed_answered"
    FOLLOWED_PUBLISHED = "followed_published"
    FOLLOWED_CLOSED = "followed_closed"
    CONTACT_CODE = "contact_code"
    CONTACT_CHANGED = "contact_changed"
    ERASURE_ASKED = "erasure_asked"
    ERASURE_GRANTED = "erasure_granted"
    ERASURE_REFUSED = "erasure_refused"
    GUIDE_EXPIRES = "guide_expires"


TOLD_BESIDE_THE_STEPS = frozenset(
    {
        Notice.REDO_REFUSED,
        Notice.EXTENSION_ASKED,
        Notice.EXTENSION_FOR_LEADER,
        Notice.EXTENSION_GRANTED,
        Notice.EXTENSION_REFUSED,
        Notice.WARNING,
        Notice.REMINDER,
        Notice.ORDER,
        Notice.ORDER_CHASED,
        Notice.YELLOW_CARD,
        Notice.RED_CARD,
        Notice.DIGEST,
        Notice.CALENDAR_MISSING,
        Notice.CIRCULAR,
        Notice.LOST_CODE,
        Notice.APPEAL,
        Notice.APPEAL_GRANTED,
        Notice.APPEAL_REFUSED,
        Notice.TO_CLEAR,
        Notice.FOLLOW_CONFIRM,
        Notice.FOLLOWED_ANSWERED,
        Notice.FOLLOWED_PUBLISHED,
        Notice.FOLLOWED_CLOSED,
        Notice.CONTACT_CODE,
        Notice.CONTACT_CHANGED,
        Notice.ERASURE_ASKED,
        Notice.ERASURE_GRANTED,
        Notice.ERASURE_REFUSED,
        Notice.GUIDE_EXPIRES,
    }
)
"""What time, supervisors and decisions tell; everything else is told by a step of the table."""


AUDIENCE: dict[Notice, tuple[Audience, ...]] = {
    Notice.RECEIPT: (Audience.PETITIONERS,),
    Notice.DISPATCHED: (Audience.LEAD_DEPARTMENT, Audience.CO_HANDLERS, Audience.PETITIONERS),
    Notice.RECALLED: (Audience.FORMER_DEPARTMENT,),
    Notice.DECLINED: (Audience.PETITIONERS,),
    Notice.MERGED: (Audience.PETITIONERS,),
    Notice.SENT_BACK: (Audience.OFFICE,),
    Notice.UPHELD: (Audience.LEAD_DEPARTMENT,),
    Notice.QUESTION: (Audience.PETITIONERS,),
    Notice.SUPPLIED: (Audience.LEAD_DEPARTMENT,),
    Notice.TO_REVIEW: (Audience.LEAD_DEPARTMENT,),
    Notice.REDRAFT: (Audience.LEAD_DEPARTMENT,),
    Notice.TO_FORWARD: (Audience.OFFICE,),
    Notice.REWORK: (Audience.LEAD_DEPARTMENT,),
    Notice.REPLY: (Audience.PETITIONERS,),
    Notice.PUBLISHED: (Audience.PETITIONERS,),
    Notice.TO_CLEAR: (Audience.LEADERS,),
    Notice.CLEARED: (Audience.OFFICE,),
    Notice.TURNED_DOWN: (Audience.OFFICE,),
    Notice.REDO: (Audience.LEAD_DEPARTMENT, Audience.PETITIONERS),
    Notice.REDO_REFUSED: (Audience.PETITIONERS,),
    Notice.WITHDRAWN: (Audience.OFFICE, Audience.FORMER_DEPARTMENT),
    Notice.INSTRUCTION: (Audience.LEAD_DEPARTMENT, Audience.SUPERVISORS),
    Notice.EXTENSION_ASKED: (Audience.OFFICE,),
    Notice.EXTENSION_FOR_LEADER: (Audience.LEADERS,),
    Notice.EXTENSION_GRANTED: (Audience.LEAD_DEPARTMENT, Audience.PETITIONERS),
    Notice.EXTENSION_REFUSED: (Audience.LEAD_DEPARTMENT,),
    Notice.WARNING: (Audience.OWNER,),
    Notice.REMINDER: (Audience.OWNER,),
    Notice.ORDER: (Audience.OWNER, Audience.SUPERVISORS),
    Notice.ORDER_CHASED: (Audience.OWNER, Audience.SUPERVISORS),
    Notice.YELLOW_CARD: (Audience.OWNER, Audience.SUPERVISORS),
    Notice.RED_CARD: (Audience.OWNER, Audience.SUPERVISORS, Audience.LEADERS),
    Notice.DIGEST: (Audience.OWNER,),
    Notice.CALENDAR_MISSING: (Audience.ADMINISTRATORS,),
    Notice.LOST_CODE: (Audience.PETITIONERS,),
    Notice.APPEAL: (Audience.SUPERVISORS,),
    Notice.APPEAL_GRANTED: (Audience.LEAD_DEPARTMENT,),
    Notice.APPEAL_REFUSED: (Audience.LEAD_DEPARTMENT,),
    Notice.FOLLOW_CONFIRM: (Audience.FOLLOWERS,),
    Notice.FOLLOWED_ANSWERED: (Audience.FOLLOWERS,),
    Notice.FOLLOWED_PUBLISHED: (Audience.FOLLOWERS,),
    Notice.FOLLOWED_CLOSED: (Audience.FOLLOWERS,),
    Notice.CONTACT_CODE: (Audience.PETITIONERS,),
    Notice.CONTACT_CHANGED: (Audience.PETITIONERS,),
    Notice.ERASURE_ASKED: (Audience.OFFICE,),
    Notice.ERASURE_GRANTED: (Audience.PETITIONERS,),
    Notice.ERASURE_REFUSED: (Audience.PETITIONERS,),
    Notice.GUIDE_EXPIRES: (Audience.RESPONSIBLE,),
    Notice.CIRCULAR: (Audience.LEADERS, Audience.SUPERVISORS, Audience.EVERY_UNIT),
}


class NoticeGroup(StrEnum):
    """What belongs together when a member of staff chooses what comes by e-mail as well."""

    WORK = "work"
    LIMITS = "limits"
    NEWS = "news"


_NEWS = frozenset({Notice.DIGEST, Notice.CIRCULAR, Notice.CALENDAR_MISSING, Notice.PUBLISHED})
_LIMITS = frozenset(
    {
        Notice.WARNING,
        Notice.REMINDER,
        Notice.ORDER,
        Notice.ORDER_CHASED,
        Notice.YELLOW_CARD,
        Notice.RED_CARD,
        Notice.INSTRUCTION,
    }
)


def group_of(notice: Notice) -> NoticeGroup:
    """Return the group of ``notice``: what is neither a time limit nor news is work to be done."""
    if notice in _NEWS:
        return NoticeGroup.NEWS
    return NoticeGroup.LIMITS if notice in _LIMITS else NoticeGroup.WORK
