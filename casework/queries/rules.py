"""The rules that the office may change without a release, read from their tables."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import CalendarDay, LimitRule, Setting
from casework.sealing import Sealer
from casework.workflow.calendar import WorkCalendar
from casework.workflow.limits import LimitRow
from casework.workflow.supervision import Ladder


@dataclass(frozen=True, slots=True)
class DistrictSettings:
    """What the table ``settings`` may hold, with what a new district starts with.

    ``rating_window_days`` are calendar days after the answer in which a petitioner may rate
    and ask for the case to be done again; ``warn_days`` is how near a date turns yellow. The
    working days of the further levels of supervision are those of ``workflow.supervision``. An
    extension of more than ``extension_leader_days`` calendar days is decided by a leader. More
    than ``letters_busy`` letters in ten minutes are an attack, if ``letters_watch`` is "auto".
    Words and personal data go ``retention_years`` after the end of a case; 0 keeps them.
    ``public_figures`` is a value of ``queries.public_figures.Shown``.
    Of all who have an answer ``follow_up_share`` percent are called afterwards, of those reached by
    telephone only ``follow_up_phone_share``; not before ``follow_up_after_days``, and at most
    ``follow_up_tries`` times.
    """

    district_name: str = "区人民政府"
    district_name_en: str = "District Government"
    hotline: str = "95100"
    rating_window_days: int = 15
    warn_days: int = 3
    remind_after: int = 1
    order_after: int = 3
    yellow_after: int = 5
    red_after: int = 10
    explain_days: int = 3
    extension_leader_days: int = 15
    public_figures: str = "totals"
    letters_watch: str = "auto"
    letters_busy: int = 200
    retention_years: int = 10
    follow_up_share: int = 10
    follow_up_phone_share: int = 30
    follow_up_after_days: int = 2
    follow_up_tries: int = 3

    @property
    def ladder(self) -> Ladder:
        """Return the levels of supervision as the district has set them."""
        return Ladder(**{item.name: getattr(self, item.name) for item in fields(Ladder)})


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything beside the database rows that a step depends on."""

    calendar: WorkCalendar
    limits: tuple[LimitRow, ...]
    settings: DistrictSettings
    sealer: Sealer
    english_days: Mapping[str, str]


def work_calendar(session: Session) -> tuple[WorkCalendar, dict[str, str]]:
    """Return the calendar of the table, over the rule "Monday to Friday are working days".

    Beside it stand the English names of its days by their Chinese ones.
    """
    rows = session.execute(
        select(CalendarDay.day, CalendarDay.is_working, CalendarDay.name, CalendarDay.name_en)
    ).all()
    calendar = WorkCalendar(
        {row.day: row.is_working for row in rows}, {row.day: row.name for row in rows}
    )
    return calendar, {row.name: row.name_en for row in rows if row.name_en}


def limit_rows(session: Session) -> tuple[LimitRow, ...]:
    """Return all rules of all dates; ``limit_for`` picks by the day."""
    return tuple(
        LimitRow(
            row.clock,
            row.days,
            row.unit,
            row.holds_from,
            kind=row.kind,
            urgency=row.urgency,
            category_id=row.category_id,
            source=row.source,
        )
        for row in session.scalars(select(LimitRule))
    )


def district_settings(session: Session) -> DistrictSettings:
    """Return the settings; a name that the table lacks keeps its default."""
    stored: dict[str, object] = {
        row.name: row.value for row in session.execute(select(Setting.name, Setting.value))
    }
    known = {item.name for item in fields(DistrictSettings)}
    return DistrictSettings(**{k: v for k, v in stored.items() if k in known})  # type: ignore[arg-type]


def rules_in_force(session: Session, sealer: Sealer) -> Rules:
    """Return the rules as the tables hold them now (three statements; keep them for a while)."""
    calendar, english_days = work_calendar(session)
    return Rules(calendar, limit_rows(session), district_settings(session), sealer, english_days)
