"""The closed lists of the workflow: its states, actions, roles, channels, kinds and clocks."""

from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    RETURNED = "returned"
    AWAITING_PETITIONER = "awaiting_petitioner"
    REVIEWING = "reviewing"
    REPLIED = "replied"
    FORWARDED = "forwarded"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


RUNNING = frozenset(
    {
        State.SUBMITTED,
        State.DISPATCHED,
        State.HANDLING,
        State.RETURNED,
        State.AWAITING_PETITIONER,
        State.REVIEWING,
        State.REPLIED,
    }
)
"""The states in which somebody still owes the petitioner an answer."""

COMPLETE = frozenset({State.FORWARDED, State.PUBLISHED, State.ARCHIVED})
"""The states in which the answer has reached the petitioner: 办结."""

ENDED_OTHERWISE = frozenset({State.DECLINED, State.MERGED, State.WITHDRAWN})
"""The three ends without an answer; they are never counted as completed."""


class Action(StrEnum):
    """A step that somebody takes with a case."""

    SUBMIT = "submit"
    ASK_REVIEW = "ask_review"
    ANSWER_NOW = "answer_now"
    DISPATCH = "dispatch"
    DECLINE = "decline"
    RECALL = "recall"
    MERGE = "merge"
    SIGN = "sign"
    SEND_BACK = "send_back"
    UPHOLD = "uphold"
    ASK_PETITIONER = "ask_petitioner"
    SUPPLY = "supply"
    DRAFT = "draft"
    REDRAFT = "redraft"
    APPROVE = "approve"
    REWORK = "rework"
    FORWARD = "forward"
    PUBLISH = "publish"
    WITHHOLD = "withhold"
    UNPUBLISH = "unpublish"
    REDO = "redo"
    WITHDRAW = "withdraw"
    INSTRUCT = "instruct"
    CLEAR = "clear"
    TURN_DOWN = "turn_down"
    CORRECT = "correct"


class Entry(StrEnum):
    """What the log of a case keeps beside its steps; none of these moves a case."""

    UNMASK = "unmask"
    NOTE = "note"
    CLASSIFY = "classify"
    LET_FOLLOW = "let_follow"
    ADD_PART = "add_part"
    SAVE_DRAFT = "save_draft"
    REDACT = "redact"
    DRAFT_CORRECTION = "draft_correction"
    RATE = "rate"
    NEW_CODE = "new_code"
    GIVE_CONSENT = "give_consent"
    TAKE_BACK_CONSENT = "take_back_consent"
    JOIN = "join"
    FOLLOW_UP = "follow_up"
    CALL_AFTERWARDS = "call_afterwards"
    REVIEW_ASKED = "review_asked"
    HOLD_HEARING = "hold_hearing"
    CALL_OFF_HEARING = "call_off_hearing"
    ASK_REDO = "ask_redo"
    REFUSE_REDO = "refuse_redo"
    WARN = "warn"
    REMIND = "remind"
    ORDER = "order"
    YELLOW_CARD = "yellow_card"
    RED_CARD = "red_card"
    EXPLAIN = "explain"
    LIFT = "lift"
    INTERVIEW = "interview"
    ANSWER_INSTRUCTION = "answer_instruction"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    RECKON = "reckon"
    APPEAL = "appeal"
    GRANT_APPEAL = "grant_appeal"
    REFUSE_APPEAL = "refuse_appeal"
    ADD_FILES = "add_files"
    READ_FILE = "read_file"
    DROP_FILE = "drop_file"
    CHANGE_CONTACT = "change_contact"
    DOWNLOAD = "download"
    ASK_ERASURE = "ask_erasure"
    GRANT_ERASURE = "grant_erasure"
    REFUSE_ERASURE = "refuse_erasure"
    ERASE = "erase"
    HOLD = "hold"
    RELEASE = "release"


class Role(StrEnum):
    """In what capacity somebody acts. The last three never sign in."""

    OPERATOR = "operator"
    OFFICE = "office"
    HANDLER = "handler"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"
    PETITIONER = "petitioner"
    SYSTEM = "system"
    API = "api"


STAFF_ROLES = frozenset(Role) - {Role.PETITIONER, Role.SYSTEM, Role.API}
DEPARTMENT_ROLES = frozenset({Role.HANDLER, Role.REVIEWER})
DECIDE_APPEALS = frozenset({Role.SUPERVISOR, Role.LEADER})
"""Who decides whether a late case is left out of a unit's on-time rate."""


class Channel(StrEnum):
    """How a case came in."""

    LETTER = "letter"
    LEADER_MAILBOX = "leader_mailbox"
    CALL = "call"
    VISIT = "visit"
    PAPER = "paper"
    API = "api"
    REVIEW = "review"
    RE_REVIEW = "re_review"


REVIEWS = frozenset({Channel.REVIEW, Channel.RE_REVIEW})
"""Cases that look at the answer to another case again: 复查 and 复核 (条例 35, 36)."""


class Kind(StrEnum):
    """What the petitioner wants."""

    CONSULTATION = "consultation"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Sensitive(StrEnum):
    """Why a public text needs a leader beside the two people of the office."""

    ACCUSATION = "accusation"
    MINORS = "minors"
    HEALTH = "health"


class Urgency(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class Clock(StrEnum):
    """What is timed; several clocks of one case can run at once."""

    SORT = "sort"
    SIGN = "sign"
    OBJECTION = "objection"
    HANDLE = "handle"
    FORWARD = "forward"
    WHOLE = "whole"
    REVIEW = "review"
    ANSWER = "answer"


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


DISSATISFIED = 2
"""A rating of this many points or fewer asks for the case to be done again."""
