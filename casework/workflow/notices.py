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
    REDO = "redo"
    WITHDRAWN = "withdrawn"
    INSTRUCTION = "instruction"


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
    Notice.REDO: (Audience.LEAD_DEPARTMENT, Audience.PETITIONERS),
    Notice.WITHDRAWN: (Audience.OFFICE, Audience.FORMER_DEPARTMENT),
    Notice.INSTRUCTION: (Audience.LEAD_DEPARTMENT, Audience.SUPERVISORS),
}
