"""One real value for each argument of an address, so that every route can be called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from casework.models import (
    Category,
    Department,
    Follower,
    LimitRule,
    PublicArticle,
    PublicMatter,
    Reason,
    User,
)

if TYPE_CHECKING:
    from tests.crawl.conftest import Whole


def samples(whole: Whole) -> dict[str, object]:
    """Return a value by the name of each argument."""
    everything = whole.everything
    with Session(whole.engine) as db:
        unit = db.scalars(select(Department.id).order_by(Department.id)).first()
        reason = db.scalars(select(Reason.code).order_by(Reason.code)).first()
        return {
            "number": everything.named["dissatisfied"].number,
            "article_id": db.scalars(select(PublicArticle.article_id)).first(),
            "matter_id": db.scalars(select(PublicMatter.id)).first(),
            "follower_key": db.scalars(select(Follower.id)).first(),
            "token": "none",
            "version": 1,
            "notice_id": 1,
            "instruction_id": 1,
            "hearing_id": 1,
            "follow_up_id": 1,
            "user_id": db.scalars(select(User.id).order_by(User.id)).first(),
            "department_id": unit,
            "category_id": db.scalars(select(Category.id).order_by(Category.id)).first(),
            "limit_id": db.scalars(select(LimitRule.id).order_by(LimitRule.id)).first(),
            "code": reason,
            "reason_code": reason,
            "action": "decline",
            "year": 2026,
            "report_year": 2026,
            "month": "2026-03",
            "grouping": "street",
            "kind": "csv",
            "day": "2026-03-02",
            "filename": "none.css",
            "delivery_id": 1,
            "notice": "receipt",
            "file_id": "00000000-0000-4000-8000-000000000000",
            "position": 1,
            "medium": "mail",
            "language": "en",
            "mode": "large",
        }


def address_of(whole: Whole, rule: Rule) -> str:
    """Return an address of ``rule`` with real values in its places."""
    known = samples(whole)
    values = {name: known[name] for name in rule.arguments}
    _domain, path = rule.build(values) or ("", rule.rule)
    return path
