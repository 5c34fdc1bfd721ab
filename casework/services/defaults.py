"""What every new district starts with: limits, the official calendar and the coded reasons."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.models import CalendarDay, CalendarYear, LimitRule, Reason
from casework.services.official_calendar import known_years, official_days
from casework.services.sweeps import WITHHELD_WITHOUT_CONSENT
from casework.workflow.limits import DEFAULT_LIMITS
from casework.workflow.states import Action as A

REASONS: tuple[tuple[str, A, str, str], ...] = (
    ("decline.not_ours", A.DECLINE, "不属于本区职权范围", "Not within this district's powers"),
    (
        "decline.court",
        A.DECLINE,
        "已经或者依法应当通过诉讼、仲裁、行政复议等途径解决",
        "Belongs before a court, an arbitrator or an administrative review",
    ),
    (
        "decline.in_hand",
        A.DECLINE,
        "同一事项正在办理，且在规定期限内",
        "The same matter is being handled and is in time",
    ),
    ("decline.done", A.DECLINE, "同一事项已经办结并答复", "The same matter has been answered"),
    ("decline.unclear", A.DECLINE, "内容不清，无法核实", "Too unclear to be looked into"),
    ("recall.wrong_unit", A.RECALL, "承办单位选择有误", "Dispatched to the wrong department"),
    ("recall.new_facts", A.RECALL, "有新情况，需要重新分办", "New facts; must be sorted again"),
    ("merge.same_matter", A.MERGE, "同一事项重复来信", "The same matter again"),
    ("merge.same_place", A.MERGE, "多人反映同一问题", "Several people, one problem"),
    ("send_back.not_ours", A.SEND_BACK, "不属于本单位职责", "Not our responsibility"),
    ("send_back.other_area", A.SEND_BACK, "不属于本单位辖区", "Not in our area"),
    ("send_back.shared", A.SEND_BACK, "需由其他单位主办", "Another department must lead"),
    (
        WITHHELD_WITHOUT_CONSENT,
        A.WITHHOLD,
        "信访人未同意公开",
        "The petitioner did not consent",
    ),
    ("withhold.privacy", A.WITHHOLD, "涉及个人隐私", "Would reveal private matters"),
    (
        "withhold.secret",
        A.WITHHOLD,
        "涉及国家秘密、商业秘密或者其他不宜公开事项",
        "State or business secrets, or otherwise unfit for publication",
    ),
    ("withhold.security", A.WITHHOLD, "可能影响安全稳定", "Might endanger people or safety"),
    ("unpublish.privacy", A.UNPUBLISH, "发现个人信息", "Personal details were found"),
    ("unpublish.consent", A.UNPUBLISH, "信访人撤回同意", "The petitioner withdrew consent"),
    ("unpublish.erased", A.UNPUBLISH, "信访人申请删除", "The petitioner asked for erasure"),
    ("withhold.erased", A.WITHHOLD, "信访人申请删除", "The petitioner asked for erasure"),
    ("unpublish.outdated", A.UNPUBLISH, "内容已经过时或者有误", "Outdated or wrong"),
    ("withdraw.solved", A.WITHDRAW, "问题已经解决", "The problem is solved"),
    ("withdraw.mistake", A.WITHDRAW, "提交有误", "It was sent by mistake"),
    ("withdraw.other", A.WITHDRAW, "其他原因", "Another reason"),
)


def seed_defaults(session: Session, *, at: datetime) -> None:
    """Add what is missing of the defaults and leave alone what is there, however often called."""
    for position, (code, action, text, text_en) in enumerate(REASONS, start=1):
        session.execute(
            insert(Reason)
            .values(code=code, action=action, text=text, text_en=text_en, position=position)
            .on_conflict_do_nothing()
        )
    for row, source in DEFAULT_LIMITS:
        session.execute(
            insert(LimitRule)
            .values(
                clock=row.clock,
                kind=row.kind,
                urgency=row.urgency,
                category_id=row.category_id,
                days=row.days,
                unit=row.unit,
                holds_from=row.holds_from,
                source=source,
                created_at=at,
            )
            .on_conflict_do_nothing()
        )
    for year in known_years():
        _seed_year(session, year, at=at)


def seed_when_empty(session: Session, *, at: datetime) -> None:
    """Give a district without any rule the defaults, without which no letter has a date."""
    if session.scalar(select(LimitRule.id).limit(1)) is None:
        seed_defaults(session, at=at)


def _seed_year(session: Session, year: int, *, at: datetime) -> None:
    added = session.execute(
        insert(CalendarYear)
        .values(year=year, entered_at=at)
        .on_conflict_do_nothing()
        .returning(CalendarYear.year)
    ).one_or_none()
    if added is None:
        return
    for day, is_working, name, name_en in official_days(year):
        session.execute(
            insert(CalendarDay)
            .values(day=day, is_working=is_working, name=name, name_en=name_en)
            .on_conflict_do_nothing()
        )
