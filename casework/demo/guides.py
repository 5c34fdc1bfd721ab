"""The guides and articles of the made-up district, each checked by a second person."""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from casework.demo.people import OFFICE_CODE, District
from casework.demo.texts import DATA
from casework.services import articles
from casework.services.articles import Content
from casework.workflow.calendar import local_day
from casework.workflow.guides import ArticleKind, Readers

WRITTEN_BEFORE = timedelta(days=100)


@cache
def guides() -> tuple[dict[str, Any], ...]:
    """Return the guides as their file has them."""
    rows = tomllib.loads((DATA / "guides.toml").read_text(encoding="utf-8"))["guides"]
    return tuple(rows)


def write_guides(session: Session, district: District, *, at: datetime) -> None:
    """Write the guides some months before ``at``, and put in force what is to be in force."""
    written = at - WRITTEN_BEFORE
    for place, row in enumerate(guides()):
        unit = district.units[row["unit"]]
        office = unit.code == OFFICE_CODE
        writer, checker = (
            (district.people["office"], district.people["office2"])
            if office
            else (district.handler(unit).user, district.reviewer(unit).user)
        )
        if writer is None or checker is None:
            continue
        then = written + timedelta(hours=place)
        left = row.get("days_left")
        content = Content(
            kind=ArticleKind(row.get("kind", "guide")),
            readers=Readers(row.get("readers", "citizens")),
            title=row["title"],
            text=row["text"].strip(),
            keywords=row["keywords"],
            category_id=district.categories[row["category"]].id,
            valid_from=local_day(written),
            valid_until=local_day(at) + timedelta(days=left) if left is not None else None,
            responsible_id=writer.id,
        )
        article = articles.write(session, content, by=writer, at=then)
        if row.get("waits"):
            articles.offer(session, article.id, seen=1, by=writer, at=then)
            continue
        articles.publish(session, article.id, seen=1, by=checker, at=then + timedelta(minutes=40))
