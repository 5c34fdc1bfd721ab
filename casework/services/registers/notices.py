"""The yearly notice of days off and make-up working days, as a sheet that offices send."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from casework.language import N_
from casework.services.calendar_changes import DayChange
from casework.services.registers.letters import Refused
from casework.services.registers.sheets import Row, read_rows
from casework.services.timing import FIRST_YEAR, LAST_YEAR, LONGEST_SPAN

HEADERS: Mapping[str, str] = {
    "日期": "day",
    "开始日期": "day",
    "date": "day",
    "from": "day",
    "结束日期": "until",
    "至": "until",
    "until": "until",
    "类型": "sort",
    "type": "sort",
    "名称": "name",
    "节日": "name",
    "name": "name",
    "英文名称": "name_en",
    "name in english": "name_en",
}
REQUIRED = ("day", "sort")

OFF = frozenset({"休", "放假", "休息", "放假日", "假日", "off", "day off", "holiday"})
WORKED = frozenset({"班", "上班", "补班", "调休上班", "调休补班", "work", "worked", "working day"})

WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?")


def read_notice(path: Path) -> tuple[list[DayChange], list[Refused]]:
    """Return the days that a sheet names, by date, and the rows that cannot be read.

    Columns: 日期 and 类型 (休 or 班), and if you like 结束日期, 名称 and 英文名称. A day that
    stands twice with other words is refused. Raises BadRegister for a file that is no such table.
    """
    found: dict[date, DayChange] = {}
    refused: list[Refused] = []
    for row in read_rows(path, HEADERS, required=REQUIRED):
        try:
            for change in _days(row):
                if found.setdefault(change.day, change) != change:
                    raise _Unreadable(N_("This day stands in the sheet twice."))
        except _Unreadable as error:
            refused.append(Refused(row.number, row.text("day"), error.reason, {}))
    return sorted(found.values(), key=lambda change: change.day), refused


class _Unreadable(Exception):
    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def _days(row: Row) -> Sequence[DayChange]:
    first = _day(row.cells.get("day"))
    last = _day(row.cells["until"]) if row.text("until") else first
    if not 0 <= (last - first).days < LONGEST_SPAN:
        raise _Unreadable(N_("Choose a last day within a month after the first."))
    sort = row.text("sort").casefold()
    if sort not in OFF | WORKED:
        raise _Unreadable(N_("Write 休 for a day off or 班 for a working day."))
    is_working, name = sort in WORKED, row.text("name")[:200]
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [DayChange(day, is_working, name, row.text("name_en")[:200]) for day in days]


def _day(value: object) -> date:
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        written = WRITTEN.fullmatch(str(value or "").strip())
        try:
            value = date(*(int(part) for part in written.groups())) if written else None
        except ValueError:
            value = None
    if value is None or not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise _Unreadable(N_("This is no date. Write it as 2027-01-01."))
    return value
