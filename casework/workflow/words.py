"""The words for states, actions, kinds and clocks, marked for translation."""

from casework.language import N_
from casework.workflow.clock import Nearness
from casework.workflow.follow_ups import Ground, Result
from casework.workflow.states import (
    Action,
    Channel,
    Clock,
    Entry,
    Kind,
    Role,
    Sensitive,
    State,
    Unit,
    Urgency,
)
from casework.workflow.supervision import Level

STATES: dict[State, str] = {
    State.SUBMITTED: N_("To be dispatched"),
    State.DISPATCHED: N_("To be signed for"),
    State.HANDLING: N_("Being handled"),
    State.RETURNED: N_("Sent back, to be decided"),
    State.AWAITING_PETITIONER: N_("Waiting for the petitioner"),
    State.REVIEWING: N_("To be reviewed"),
    State.REPLIED: N_("To be forwarded"),
    State.FORWARDED: N_("Answered"),
    State.PUBLISHED: N_("Published"),
    State.ARCHIVED: N_("Archived, not public"),
    State.DECLINED: N_("Not accepted"),
    State.MERGED: N_("Merged"),
    State.WITHDRAWN: N_("Withdrawn"),
}

ACTIONS: dict[Action, str] = {
    Action.SUBMIT: N_("Submit"),
    Action.ASK_REVIEW: N_("Ask for a review"),
    Action.ANSWER_NOW: N_("Answer on the spot"),
    Action.DISPATCH: N_("Dispatch"),
    Action.DECLINE: N_("Decline"),
    Action.RECALL: N_("Recall"),
    Action.MERGE: N_("Merge"),
    Action.SIGN: N_("Sign for it"),
    Action.SEND_BACK: N_("Send back"),
    Action.UPHOLD: N_("Uphold the dispatch"),
    Action.ASK_PETITIONER: N_("Ask the petitioner"),
    Action.SUPPLY: N_("Supply information"),
    Action.DRAFT: N_("Draft the reply"),
    Action.REDRAFT: N_("Return for redrafting"),
    Action.APPROVE: N_("Approve the reply"),
    Action.REWORK: N_("Return for rework"),
    Action.FORWARD: N_("Forward to the petitioner"),
    Action.PUBLISH: N_("Publish"),
    Action.WITHHOLD: N_("Do not publish"),
    Action.UNPUBLISH: N_("Take down"),
    Action.REDO: N_("Have it done again"),
    Action.WITHDRAW: N_("Withdraw"),
    Action.INSTRUCT: N_("Write an instruction"),
    Action.CLEAR: N_("Approve the public text as a leader"),
    Action.TURN_DOWN: N_("Refuse the public text as a leader"),
    Action.CORRECT: N_("Correct the published text"),
}

ENTRIES: dict[Entry, str] = {
    Entry.UNMASK: N_("Read the contact details"),
    Entry.NOTE: N_("Added a note"),
    Entry.CLASSIFY: N_("Changed the classification"),
    Entry.LET_FOLLOW: N_("Changed whether others may follow the matter"),
    Entry.ADD_PART: N_("Added a part of the reply"),
    Entry.SAVE_DRAFT: N_("Saved a draft"),
    Entry.REDACT: N_("Prepared the public text"),
    Entry.DRAFT_CORRECTION: N_("Prepared a correction of the published text"),
    Entry.RATE: N_("Rated the answer"),
    Entry.NEW_CODE: N_("Got a new access code"),
    Entry.GIVE_CONSENT: N_("Consented to publication"),
    Entry.TAKE_BACK_CONSENT: N_("Took the consent to publication back"),
    Entry.JOIN: N_("Another case was merged into this one"),
    Entry.FOLLOW_UP: N_("Asked the petitioner afterwards"),
    Entry.CALL_AFTERWARDS: N_("Called the petitioner, who was not reached"),
    Entry.REVIEW_ASKED: N_("A review of this answer was asked for"),
    Entry.HOLD_HEARING: N_("Entered a hearing"),
    Entry.CALL_OFF_HEARING: N_("Took a hearing out again"),
    Entry.ASK_REDO: N_("Asked for the case to be done again"),
    Entry.REFUSE_REDO: N_("Refused to have the case done again"),
    Entry.WARN: N_("Warned that a date is near"),
    Entry.REMIND: N_("Reminded the unit that owes the case"),
    Entry.ORDER: N_("Ordered the unit to act and to explain the delay"),
    Entry.YELLOW_CARD: N_("Yellow card"),
    Entry.RED_CARD: N_("Red card"),
    Entry.EXPLAIN: N_("Explained the delay"),
    Entry.LIFT: N_("Lifted a level of supervision"),
    Entry.INTERVIEW: N_("Held an interview with the unit"),
    Entry.ASK_EXTENSION: N_("Asked for more time"),
    Entry.GRANT_EXTENSION: N_("Granted more time"),
    Entry.REFUSE_EXTENSION: N_("Refused more time"),
    Entry.ADD_FILES: N_("Added photos or documents"),
    Entry.READ_FILE: N_("Opened an attachment"),
    Entry.DROP_FILE: N_("Took an attachment out"),
    Entry.RECKON: N_("Reckoned the dates again"),
    Entry.CHANGE_CONTACT: N_("Changed the contact"),
    Entry.DOWNLOAD: N_("Downloaded all that is held about the case"),
    Entry.ASK_ERASURE: N_("Asked for the case to be erased"),
    Entry.GRANT_ERASURE: N_("Granted the erasure"),
    Entry.REFUSE_ERASURE: N_("Refused the erasure"),
    Entry.ERASE: N_("Erased words and personal data"),
    Entry.HOLD: N_("Put under a legal hold"),
    Entry.RELEASE: N_("Lifted the legal hold"),
    Entry.ANSWER_INSTRUCTION: N_("Answered the instruction"),
    Entry.APPEAL: N_("Appealed about the on-time rate"),
    Entry.GRANT_APPEAL: N_("Left the case out of the on-time rate"),
    Entry.REFUSE_APPEAL: N_("Refused to leave the case out of the on-time rate"),
}

ROLES: dict[Role, str] = {
    Role.OPERATOR: N_("Operator"),
    Role.OFFICE: N_("Petition office"),
    Role.HANDLER: N_("Handler"),
    Role.REVIEWER: N_("Reviewer"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.LEADER: N_("Leader"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.PETITIONER: N_("Petitioner"),
    Role.SYSTEM: N_("System"),
    Role.API: N_("Connected system"),
}

CHANNELS: dict[Channel, str] = {
    Channel.LETTER: N_("Letter"),
    Channel.LEADER_MAILBOX: N_("Leader's mailbox"),
    Channel.CALL: N_("Call"),
    Channel.VISIT: N_("Visit"),
    Channel.PAPER: N_("Paper letter"),
    Channel.API: N_("Connected system"),
    Channel.REVIEW: N_("Review"),
    Channel.RE_REVIEW: N_("Re-review"),
}

KINDS: dict[Kind, str] = {
    Kind.CONSULTATION: N_("Consultation"),
    Kind.HELP: N_("Request for help"),
    Kind.COMPLAINT: N_("Complaint"),
    Kind.REPORT: N_("Report or accusation"),
    Kind.SUGGESTION: N_("Suggestion"),
    Kind.PRAISE: N_("Praise"),
}

SENSITIVE: dict[Sensitive, str] = {
    Sensitive.ACCUSATION: N_("report or accusation"),
    Sensitive.MINORS: N_("concerns minors"),
    Sensitive.HEALTH: N_("concerns somebody's health"),
}

URGENCIES: dict[Urgency, str] = {
    Urgency.NORMAL: N_("Normal"),
    Urgency.URGENT: N_("Urgent"),
    Urgency.CRITICAL: N_("Critical"),
}

CLOCKS: dict[Clock, str] = {
    Clock.SORT: N_("Dispatch or decline"),
    Clock.SIGN: N_("Sign for the case"),
    Clock.OBJECTION: N_("Send back if it is not the department's matter"),
    Clock.HANDLE: N_("Reply approved"),
    Clock.FORWARD: N_("Forward the reply"),
    Clock.WHOLE: N_("Whole case"),
    Clock.REVIEW: N_("Review answered"),
    Clock.ANSWER: N_("Answer of the petitioner"),
}

UNITS: dict[Unit, str] = {
    Unit.WORKING_DAYS: N_("working days"),
    Unit.CALENDAR_DAYS: N_("days"),
}

LEVELS: dict[Level, str] = {
    Level.WARNING: N_("Early warning"),
    Level.REMINDER: N_("Reminder"),
    Level.ORDER: N_("Supervision order"),
    Level.YELLOW_CARD: N_("Yellow card"),
    Level.RED_CARD: N_("Red card"),
}

GROUNDS: dict[Ground, str] = {
    Ground.DISSATISFIED: N_("Rated as dissatisfied"),
    Ground.RED_CARD: N_("Had a red card"),
    Ground.REDONE: N_("Was done again"),
    Ground.PHONE_ONLY: N_("Reached by telephone only"),
    Ground.RANDOM: N_("Drawn at random"),
}

RESULTS: dict[Result, str] = {
    Result.REACHED: N_("Reached"),
    Result.NO_ANSWER: N_("Nobody answered"),
    Result.BUSY: N_("Busy"),
    Result.WRONG_NUMBER: N_("Wrong number"),
    Result.REFUSED: N_("Does not wish to be asked"),
}

NEARNESS: dict[Nearness, str] = {
    Nearness.GREEN: N_("In time"),
    Nearness.YELLOW: N_("Due soon"),
    Nearness.RED: N_("Overdue"),
}
