"""What the pages need of notices: which ways are offered, and how a delivery reads."""

import re
from collections.abc import Sequence

from flask import current_app

from casework.language import N_
from casework.models import Delivery, Medium
from casework.notify.rendering import House, Rendering
from casework.sealing import normalise_phone
from casework.web.db import session
from casework.web.directory import units
from casework.web.rules import rules
from casework.workflow.notices import Notice

NONE, BY_SMS, BY_MAIL = "none", "sms", "mail"

MOBILE = re.compile(r"1[3-9]\d{9}|00\d{8,}")
"""A number that can take text messages: a mobile of this country, or one of another."""

TOLD_BY: dict[str, str] = {
    NONE: N_("Not at all; I look for myself"),
    BY_SMS: N_("By text message to my mobile"),
    BY_MAIL: N_("By e-mail"),
}

TOLD_BY_FOR_ANOTHER: dict[str, str] = {
    NONE: N_("Not at all; the petitioner looks for it"),
    BY_SMS: N_("By text message"),
    BY_MAIL: N_("By e-mail"),
}
"""The same where an official enters the letter of somebody else."""

MEDIA: dict[Medium, str] = {
    Medium.MAIL: N_("E-mail"),
    Medium.SMS: N_("Text message"),
    Medium.INBOX: N_("Inbox of staff"),
    Medium.WEBHOOK: N_("Connected system"),
}

NOTICES: dict[Notice, str] = {
    Notice.RECEIPT: N_("Letter received"),
    Notice.DISPATCHED: N_("Given to a department"),
    Notice.RECALLED: N_("Taken back from the department"),
    Notice.DECLINED: N_("Letter not accepted"),
    Notice.MERGED: N_("Merged into another case"),
    Notice.SENT_BACK: N_("Sent back by the department"),
    Notice.UPHELD: N_("Stays with the department"),
    Notice.QUESTION: N_("Question to the petitioner"),
    Notice.SUPPLIED: N_("Petitioner has answered"),
    Notice.TO_REVIEW: N_("Reply waits for review"),
    Notice.REDRAFT: N_("Reply to be redrafted"),
    Notice.TO_FORWARD: N_("Reply waits to be forwarded"),
    Notice.REWORK: N_("Reply returned by the office"),
    Notice.REPLY: N_("Answer to the petitioner"),
    Notice.PUBLISHED: N_("Case published"),
    Notice.TO_CLEAR: N_("Public text for a leader to approve"),
    Notice.CLEARED: N_("Public text approved by a leader"),
    Notice.TURNED_DOWN: N_("Public text refused by a leader"),
    Notice.REDO: N_("To be done again"),
    Notice.REDO_REFUSED: N_("Wish to have it done again refused"),
    Notice.WITHDRAWN: N_("Withdrawn by the petitioner"),
    Notice.INSTRUCTION: N_("Instruction of a leader"),
    Notice.EXTENSION_ASKED: N_("Extension asked for"),
    Notice.EXTENSION_FOR_LEADER: N_("Extension for a leader to decide"),
    Notice.EXTENSION_GRANTED: N_("Extension granted"),
    Notice.EXTENSION_REFUSED: N_("Extension refused"),
    Notice.WARNING: N_("Warning before the due date"),
    Notice.REMINDER: N_("Reminder"),
    Notice.ORDER: N_("Supervision order"),
    Notice.ORDER_CHASED: N_("Supervision order not yet explained"),
    Notice.YELLOW_CARD: N_("Yellow card"),
    Notice.RED_CARD: N_("Red card"),
    Notice.DIGEST: N_("Digest of the day"),
    Notice.CALENDAR_MISSING: N_("Calendar of next year missing"),
    Notice.CIRCULAR: N_("Circular of the month"),
    Notice.CONTACT_CODE: N_("Confirmation number for a new contact"),
    Notice.CONTACT_CHANGED: N_("Contact was changed, to the one before"),
    Notice.GUIDE_EXPIRES: N_("Guide or article about to expire"),
    Notice.ERASURE_ASKED: N_("Erasure asked for"),
    Notice.ERASURE_GRANTED: N_("Erasure granted"),
    Notice.ERASURE_REFUSED: N_("Erasure refused"),
    Notice.LOST_CODE: N_("Confirmation number for a new access code"),
    Notice.APPEAL: N_("Appeal about the on-time rate"),
    Notice.APPEAL_GRANTED: N_("Appeal granted"),
    Notice.APPEAL_REFUSED: N_("Appeal refused"),
    Notice.FOLLOW_CONFIRM: N_("Confirmation number for who has the same problem"),
    Notice.FOLLOWED_ANSWERED: N_("Followed matter answered"),
    Notice.FOLLOWED_PUBLISHED: N_("Followed matter: answer published"),
    Notice.FOLLOWED_CLOSED: N_("Followed matter ended without an answer"),
}


def offered() -> tuple[str, ...]:
    """Return the ways by which petitioners can be told here, beside none."""
    settings = current_app.extensions["settings"]
    sms = settings.demo or settings.sms
    mail = settings.demo or settings.smtp_url
    return tuple(way for way, there in ((BY_SMS, sms), (BY_MAIL, mail)) if there)


def nearest_way(phone: str, email: str) -> str:
    """Return how somebody with this number and this address is told who has chosen nothing."""
    ways = offered()
    if BY_SMS in ways and MOBILE.fullmatch(normalise_phone(phone)):
        return BY_SMS
    return BY_MAIL if BY_MAIL in ways and email else NONE


def house() -> House:
    """Return what everything that leaves has in common."""
    named = rules().settings
    return House(
        {"zh_CN": named.district_name, "en": named.district_name_en},
        named.hotline,
        current_app.extensions["settings"].public_url,
        rules().calendar,
        rules().sealer,
    )


def rendering(deliveries: Sequence[Delivery]) -> Rendering:
    """Return the words of some deliveries."""
    return Rendering(session(), deliveries, house(), units=units())
