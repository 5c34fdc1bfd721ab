"""What the circular of a month says: figures, ranking, cards, what is owed, what was corrected.

The content is JSON, so that it can be kept as it was. Counts are those of ``measures``; shares
are made of them again when the circular is read, by the same definitions.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from casework.models import Case, Circular, Department, SupervisionNotice
from casework.queries import figures_pages
from casework.queries.digests import open_order
from casework.queries.figures import Figures, Period, Scope
from casework.queries.figures_pages import CAME_AND_WENT
from casework.queries.overview import ranking
from casework.workflow.calendar import midnight
from casework.workflow.supervision import CARDS, Level

Content = dict[str, Any]
EVERYTHING = Scope(None)
MONTHS = 12
"""How many months the trend shows, and how far back corrections are looked for."""

CORRECTED = ("received", "completed", "on_time")
"""Measures of a month that has passed; they change only when something is put right."""

PRAISED, FEWEST_DUE = 3, 5
"""The best so many places are named first, of units that had at least so many cases due."""


def last_day(month: date) -> date:
    """Return the last day of the month that begins on ``month``."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def content_of(session: Session, month: date, *, at: datetime, today: date) -> Content:
    """Return what the circular of ``month`` says at this instant."""
    found = figures_pages.by_department(session, EVERYTHING, _period(month, today), times=False)
    names = {unit.id: unit for unit in session.scalars(select(Department))}
    carded = _cards(session, month)
    first = month
    for _month in range(MONTHS - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    trend = figures_pages.by_month(
        session,
        EVERYTHING,
        first,
        last_day(month),
        today=today,
        anchors=CAME_AND_WENT,
        times=False,
    )
    ranked = ranking(found.units, "on_time")
    return {
        "as_of": at.isoformat(),
        "whole": _kept(found.whole),
        "units": [
            {**_named(names, one.key), "place": one.place, "figures": _kept(one.figures)}
            for one in ranked
        ],
        "trend": [
            [f"{one.first:%Y-%m}", one.figures["received"], one.figures["completed"]]
            for one in trend
        ],
        "cards": [
            {**_named(names, key), "yellow": yellow, "red": red}
            for key, (yellow, red) in carded.items()
        ],
        "praised": [
            _named(names, one.key)
            for one in ranked
            if one.place <= PRAISED
            and one.figures.denominator("on_time") >= FEWEST_DUE
            and one.key not in carded
        ],
        "blamed": [_named(names, key) for key, (_yellow, red) in carded.items() if red],
        "owed": _owed(session, names),
        **_corrections(session, month, _restated(found.units), names, today),
    }


def figures_of(kept: Mapping[str, Any]) -> Figures:
    """Return figures as they were kept; before there were appeals all completed cases counted."""
    return Figures({"appraised": kept.get("completed", 0), **kept})


def _kept(figures: Figures) -> dict[str, int]:
    return dict(figures.counts)


def _named(names: Mapping[int, Department], key: int) -> dict[str, object]:
    unit = names.get(key)
    if unit is None:
        return {"id": 0, "name": "信访办", "name_en": "Petition office"}
    return {"id": unit.id, "name": unit.name, "name_en": unit.name_en}


def _period(month: date, today: date) -> Period:
    return Period.of(month, last_day(month), today=today)


def _cards(session: Session, month: date) -> dict[int, tuple[int, int]]:
    yellow, red = (
        func.count().filter(SupervisionNotice.level == level)
        for level in (Level.YELLOW_CARD, Level.RED_CARD)
    )
    rows = session.execute(
        select(func.coalesce(SupervisionNotice.department_id, 0), yellow, red)
        .where(
            SupervisionNotice.level.in_(CARDS),
            SupervisionNotice.at >= midnight(month),
            SupervisionNotice.at < midnight(last_day(month) + timedelta(days=1)),
            SupervisionNotice.cancelled_at.is_(None),
        )
        .group_by(SupervisionNotice.department_id)
        .order_by(red.desc(), yellow.desc(), SupervisionNotice.department_id)
    )
    return {unit: (yellow_cards, red_cards) for unit, yellow_cards, red_cards in rows}


def _owed(session: Session, names: Mapping[int, Department]) -> list[dict[str, object]]:
    """Return the orders whose explanation is still owed, by unit; no subject stands there."""
    rows = session.execute(
        select(func.coalesce(SupervisionNotice.department_id, 0), func.count())
        .join(Case, Case.id == SupervisionNotice.case_id)
        .where(*open_order())
        .group_by(SupervisionNotice.department_id)
        .order_by(func.count().desc(), SupervisionNotice.department_id)
    )
    return [{**_named(names, unit), "orders": count} for unit, count in rows]


def _corrections(
    session: Session,
    month: date,
    counted: dict[str, dict[str, int]],
    names: Mapping[int, Department],
    today: date,
) -> Content:
    """Return the figures of the months issued before as they are now, and what has changed.

    What the newest circular said of a month, or else the month's own, is what a later change is
    compared with, so that each correction is told once.
    """
    issued: Sequence[Circular] = session.scalars(
        select(Circular)
        .where(Circular.month < month)
        .order_by(Circular.month.desc())
        .limit(MONTHS - 1)
    ).all()
    restated, changed = {}, []
    told: dict[str, Any] = issued[0].content["restated"] if issued else {}
    for circular in reversed(issued):
        name = f"{circular.month:%Y-%m}"
        period = _period(circular.month, today)
        units = figures_pages.by_department(
            session, EVERYTHING, period, anchors=CAME_AND_WENT, times=False
        ).units
        restated[name] = now = _restated(units)
        before = told.get(name) or circular.content["restated"][name]
        for unit in sorted({*before, *now}, key=int):
            for measure in CORRECTED:
                was, is_now = (found.get(unit, {}).get(measure, 0) for found in (before, now))
                if was != is_now:
                    changed.append(
                        {
                            **_named(names, int(unit)),
                            "month": name,
                            "measure": measure,
                            "was": was,
                            "now": is_now,
                        }
                    )
    restated[f"{month:%Y-%m}"] = counted
    return {"restated": restated, "corrections": changed}


def _restated(units: Mapping[int, Figures]) -> dict[str, dict[str, int]]:
    """Return the measures that can be corrected, by the id of the unit as text."""
    return {
        str(key): {measure: found[measure] for measure in CORRECTED} for key, found in units.items()
    }


def circulars(session: Session) -> Sequence[Circular]:
    """Return what was issued, newest first; a year has twelve."""
    return session.scalars(
        select(Circular)
        .options(joinedload(Circular.issued_by))
        .order_by(Circular.month.desc())
        .limit(120)
    ).all()


def first_month(session: Session) -> date | None:
    """Return the first day of the month in which the first case came; None before it."""
    first = session.scalar(select(func.min(Case.received_on)))
    return first.replace(day=1) if first else None


def circular_of(session: Session, month: date) -> Circular | None:
    """Return the circular of a month, None while it was not issued."""
    return session.get(Circular, month)
