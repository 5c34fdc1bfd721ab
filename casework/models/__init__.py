"""The tables, typed; their constraints hold whatever the code does."""

from casework.models.afterwards import FollowUp, FollowUpCall, RedoRequest
from casework.models.answers import (
    Publication,
    PublicationState,
    Question,
    Rating,
    ReaderOpinion,
    Reply,
    ReplyPart,
)
from casework.models.appeals import Appeal
from casework.models.articles import (
    Article,
    ArticleEvent,
    ArticleOpinion,
    ArticleVersion,
    PublicArticle,
)
from casework.models.attachments import (
    Attachment,
    AttachmentContent,
    FileKind,
    Origin,
    PublishedFile,
    Scan,
)
from casework.models.audit import AdminEvent, Change
from casework.models.base import Base
from casework.models.case import (
    Case,
    CaseClock,
    CaseEvent,
    CoHandler,
    Objection,
    Petitioner,
)
from casework.models.category_grams import CategoryGram
from casework.models.changes import PUBLIC_CHANGES
from casework.models.code_requests import CodeRequest
from casework.models.deliveries import Delivery, Medium, MessageText, Webhook
from casework.models.figure_days import FIGURE_DAYS, FIGURE_MARKS
from casework.models.matters import Follower, PublicMatter
from casework.models.outbox import JobSlot, OutboxMessage
from casework.models.people import (
    Department,
    DepartmentType,
    ResetLink,
    StaffSession,
    Tally,
    User,
)
from casework.models.public_texts import PublicText
from casework.models.reference import (
    CalendarDay,
    CalendarYear,
    Category,
    LimitRule,
    Reason,
    Setting,
)
from casework.models.reviews import Hearing, Review, ReviewBar
from casework.models.rights import ContactChange, Erasure, LegalHold
from casework.models.supervision import Circular, Extension, Instruction, SupervisionNotice
from casework.workflow.supervision import Level

__all__ = [
    "FollowUp",
    "FollowUpCall",
    "Hearing",
    "RedoRequest",
    "Review",
    "ReviewBar",
    "ContactChange",
    "Erasure",
    "LegalHold",
    "SupervisionNotice",
    "Level",
    "Instruction",
    "Extension",
    "FIGURE_DAYS",
    "FIGURE_MARKS",
    "Webhook",
    "MessageText",
    "Medium",
    "Delivery",
    "AdminEvent",
    "Article",
    "ArticleEvent",
    "ArticleOpinion",
    "ArticleVersion",
    "Appeal",
    "Attachment",
    "AttachmentContent",
    "Base",
    "CalendarDay",
    "CalendarYear",
    "Case",
    "Circular",
    "CaseClock",
    "CaseEvent",
    "Category",
    "CategoryGram",
    "Change",
    "CoHandler",
    "CodeRequest",
    "Department",
    "DepartmentType",
    "Follower",
    "FileKind",
    "JobSlot",
    "LimitRule",
    "Objection",
    "Origin",
    "OutboxMessage",
    "PUBLIC_CHANGES",
    "Petitioner",
    "PublicArticle",
    "PublicMatter",
    "Publication",
    "PublicText",
    "PublishedFile",
    "ReaderOpinion",
    "PublicationState",
    "Question",
    "Rating",
    "Reason",
    "Reply",
    "ReplyPart",
    "ResetLink",
    "Scan",
    "Setting",
    "StaffSession",
    "Tally",
    "User",
]
