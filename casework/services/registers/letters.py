"""One line of a register, read as a letter and perhaps its reply, or refused with the reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from casework.language import N_
from casework.models import Case, Reply
from casework.services.registers.sheets import Row
from casework.workflow.calendar import SHANGHAI
from casework.workflow.states import Kind

HEADERS: Mapping[str, str] = {
    "留言编号": "number",
    "留言用户": "name",
    "留言主题": "subject",
    "留言时间": "received",
    "留言详情": "body",
    "答复意见": "reply",
    "答复时间": "replied",
    "一级分类": "category",
    "承办单位": "department",
    "件别": "kind",
}
"""The columns that a register may have; ``--map`` adds other headers for the same fields."""

REQUIRED = ("number", "subject", "received", "body")
KINDS: Mapping[str, Kind] = {
    "咨询": Kind.CONSULTATION,
    "求助": Kind.HELP,
    "投诉": Kind.COMPLAINT,
    "举报": Kind.REPORT,
    "建议": Kind.SUGGESTION,
    "表扬": Kind.PRAISE,
}
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=SHANGHAI)
DATES = (
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d",
    "%Y-%m-%d",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
)
LONGEST = {
    "number": Case.source_id.type.length,
    "subject": Case.subject.type.length,
    "body": Case.body.type.length,
    "reply": Reply.text.type.length,
    "name": 200,
}
"""As long as the columns of the database, which would refuse more."""

_BLANK_LINES = re.compile(r"\n{3,}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Letter:
    """A line that can be taken in."""

    row: int
    number: str
    name: str
    subject: str
    body: str
    received_at: datetime
    reply: str
    replied_at: datetime | None
    kind: Kind
    category: str
    department: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that cannot be taken in, and why; ``details`` fill the placeholders of ``reason``."""

    row: int
    number: str
    reason: str
    details: Mapping[str, object]


class _Unfit(Exception):
    def __init__(self, reason: str, **details: object) -> None:
        self.reason, self.details = reason, details


def read_letter(row: Row, *, now: datetime) -> Letter | Refused:
    """Return the letter of ``row``, or why it is none. Times are those of the district."""
    try:
        return _letter(row, now)
    except _Unfit as error:
        return Refused(row.number, row.text("number")[:64], error.reason, error.details)


def _letter(row: Row, now: datetime) -> Letter:
    texts = {field: _fit(field, row) for field in ("number", "subject", "body", "reply", "name")}
    for field, reason in MISSING.items():
        if not texts[field]:
            raise _Unfit(reason)
    received_at = _instant(row, "received", now)
    if received_at is None:
        raise _Unfit(N_("The time of the letter is missing."))
    replied_at = _instant(row, "replied", now)
    if bool(texts["reply"]) != (replied_at is not None):
        raise _Unfit(N_("The reply needs both a text and a time."))
    if replied_at is not None and replied_at < received_at:
        raise _Unfit(N_("The reply is older than the letter."))
    return Letter(
        row=row.number,
        number=texts["number"],
        name=texts["name"],
        subject=" ".join(texts["subject"].split()),
        body=texts["body"],
        received_at=received_at,
        reply=texts["reply"],
        replied_at=replied_at,
        kind=_kind(row),
        category=row.text("category"),
        department=row.text("department"),
    )


MISSING = {
    "number": N_("The number of the letter is missing."),
    "subject": N_("The subject is missing."),
    "body": N_("The text of the letter is missing."),
}


def _fit(field: str, row: Row) -> str:
    text = clean(row.text(field))
    longest = LONGEST[field]
    if longest is not None and len(text) > longest:
        raise _Unfit(
            N_("Too long: %(field)s has %(length)d characters, %(longest)d fit."),
            field=field,
            length=len(text),
            longest=longest,
        )
    return text


def clean(text: str) -> str:
    """Return ``text`` without the indentation, blank lines and control signs of web exports."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    lines = (_UNPRINTABLE.sub("", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _kind(row: Row) -> Kind:
    word = row.text("kind")
    if not word:
        return Kind.CONSULTATION
    kind = KINDS.get(word) or next((kind for kind in Kind if kind.value == word.lower()), None)
    if kind is None:
        raise _Unfit(N_("The kind %(kind)s is not known."), kind=word[:40])
    return kind


def _instant(row: Row, field: str, now: datetime) -> datetime | None:
    value = row.cells.get(field)
    if value is None or not str(value).strip():
        return None
    found = _parsed(value)
    if found is None or not EARLIEST <= found <= now:
        raise _Unfit(N_("This is no possible time: %(value)s."), value=str(value)[:40])
    return found


def _parsed(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=SHANGHAI)
    if isinstance(value, date):
        return datetime.combine(value, time(), SHANGHAI)
    text = " ".join(str(value).split())
    for pattern in DATES:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    return None
