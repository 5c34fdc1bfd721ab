"""The administrator keeps units, categories, limits, the calendar, reasons and settings."""

import io
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import (
    AdminEvent,
    CalendarDay,
    CalendarYear,
    Category,
    Department,
    LimitRule,
    Reason,
    Setting,
)
from casework.queries.rules import district_settings, rules_in_force
from casework.workflow.states import Clock, Kind, State, Unit
from tests.factories import MONDAY, SEALER, SHANGHAI, CategoryFactory, District
from tests.web import conftest
from tests.web.client import LintingClient
from tests.web.conftest import SignIn
from tests.web.page import parse

TODAY = MONDAY.date()


@pytest.fixture
def admin(district: District, sign_in: SignIn) -> LintingClient:
    return sign_in(district.administrator)


def errors(client: LintingClient, address: str, **typed: str) -> str:
    answer = client.submit(client.fetch(address), typed)
    assert answer.status_code == 422, answer.status_code
    page, _ = parse(answer.text)
    found = page.all(class_="govuk-error-message") or page.all(class_="govuk-error-summary")
    return " ".join(element.text for element in found)


def save_day(client: LintingClient, day: str, **typed: str) -> None:
    """Change a day and save it on the page that shows what it moves."""
    shown = client.submit(client.fetch(f"/admin/calendar/{day}"), typed)
    assert shown.status_code == 200
    assert client.submit(parse(shown.text)[0]).status_code == 302


def last_line(session: Session) -> AdminEvent:
    found = session.scalars(select(AdminEvent).order_by(AdminEvent.id.desc())).first()
    assert found is not None
    return found


DEPARTMENT = {
    "code": "water",
    "name": "水务局",
    "name_en": "Water",
    "type": "department",
    "phone": "",
    "position": "7",
}


def test_a_department_is_added_renamed_and_closed(
    admin: LintingClient, session: Session, district: District
) -> None:
    page = admin.fetch("/admin/departments/new")
    assert admin.submit(page, DEPARTMENT).status_code == 302
    row = session.scalars(select(Department).where(Department.code == "water")).one()
    address = f"/admin/departments/{row.id}"
    page = admin.fetch(address)
    assert admin.submit(page, {"name": "水利局"}, action=address).status_code == 302
    page = admin.fetch(f"{address}/close")
    assert admin.submit(page).status_code == 302
    session.refresh(row)
    assert (row.code, row.name) == ("water", "水利局")
    assert row.closed_at == MONDAY
    page = admin.fetch(address)
    assert admin.submit(page, action=f"{address}/reopen").status_code == 302
    session.refresh(row)
    assert row.closed_at is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"code": "Water Works"}, "小写字母"),
        ({"code": ""}, "请填写代码"),
        ({"name": ""}, "请填写名称"),
        ({"type": "office"}, "已有信访办"),
        ({"position": "many"}, "整数"),
        ({"position": "-1"}, "0 至"),
        ({"phone": "call me"}, ""),
        ({"name": "x" * 201}, ""),
    ],
)
def test_a_department_with_a_fault_is_told_beside_its_field(
    admin: LintingClient, typed: dict[str, str], says: str
) -> None:
    assert says in errors(admin, "/admin/departments/new", **(DEPARTMENT | typed))


def test_names_and_codes_of_departments_are_taken_once(
    admin: LintingClient, district: District
) -> None:
    same_code = DEPARTMENT | {"code": district.lead.code}
    assert "代码已被使用" in errors(admin, "/admin/departments/new", **same_code)
    same_name = DEPARTMENT | {"name": district.lead.name}
    assert "同名单位" in errors(admin, "/admin/departments/new", **same_name)


def test_closing_a_department_warns_of_its_running_cases(
    admin: LintingClient, district: District
) -> None:
    district.cases_in(State.HANDLING, 2)
    page = admin.fetch(f"/admin/departments/{district.lead.id}/close")
    assert "2 件" in page.one("main").text


def test_the_petition_office_stays(
    admin: LintingClient, session: Session, district: District
) -> None:
    page = admin.fetch(f"/admin/departments/{district.office.id}/close")
    assert admin.submit(page).status_code == 422
    address = f"/admin/departments/{district.office.id}"
    page = admin.fetch(address)
    assert admin.submit(page, {"type": "street"}, action=address).status_code == 422


def test_the_tree_of_categories_is_three_levels_deep(
    admin: LintingClient, session: Session, district: District
) -> None:
    under = ""
    for name in ("城市管理", "环境卫生", "垃圾清运"):
        page = admin.fetch(f"/admin/categories/new{under}")
        typed = {"name": name, "name_en": "", "position": "1"}
        assert admin.submit(page, typed).status_code == 302
        row = session.scalars(select(Category).where(Category.name == name)).one()
        under = f"?under={row.id}"
    assert row.path == "城市管理 / 环境卫生 / 垃圾清运"
    assert row.level == 3
    page = admin.fetch(f"/admin/categories/new{under}")
    assert admin.submit(page, {"name": "更深", "position": "1"}).status_code == 422
    found = admin.fetch("/admin/categories?q=垃圾").one("main").text
    assert "城市管理 / 环境卫生 / 垃圾清运" in found


@pytest.fixture
def tree(session: Session, district: District) -> list[Category]:
    root = CategoryFactory(name="城市管理", path="城市管理")
    middle = CategoryFactory(name="环境", parent_id=root.id, level=2, path="城市管理 / 环境")
    leaf = CategoryFactory(name="垃圾", parent_id=middle.id, level=3, path="城市管理 / 环境 / 垃圾")
    session.commit()
    return [root, middle, leaf]


def test_paths_follow_a_new_name(
    admin: LintingClient, session: Session, tree: list[Category]
) -> None:
    address = f"/admin/categories/{tree[0].id}"
    page = admin.fetch(address)
    assert admin.submit(page, {"name": "城管"}, action=address).status_code == 302
    for row in tree:
        session.refresh(row)
    assert [row.path for row in tree] == ["城管", "城管 / 环境", "城管 / 环境 / 垃圾"]


def test_closing_a_category_closes_what_is_below(
    admin: LintingClient, session: Session, tree: list[Category]
) -> None:
    def press(row: Category, what: str) -> int:
        address = f"/admin/categories/{row.id}"
        return admin.submit(admin.fetch(address), action=f"{address}/{what}").status_code

    assert press(tree[0], "close") == 302
    for row in tree:
        session.refresh(row)
    assert all(row.closed_at for row in tree)
    assert press(tree[1], "reopen") == 422
    assert press(tree[0], "reopen") == 302
    assert press(tree[1], "reopen") == 302


def test_two_categories_of_one_name_and_a_slash_are_refused(
    admin: LintingClient, tree: list[Category]
) -> None:
    new = "/admin/categories/new"
    assert "同名分类" in errors(admin, new, name="城市管理", position="1")
    assert "斜线" in errors(admin, new, name="城市/管理", position="1")


LIMIT = {
    "clock": "handle",
    "kind": "complaint",
    "urgency": "",
    "category": "",
    "days": "10",
    "unit": "working_days",
    "holds_from": "2026-04-01",
    "source": "区府办决定",
}


def test_a_limit_is_shown_with_its_effect_and_then_added(
    admin: LintingClient, app: Flask, session: Session
) -> None:
    before = len(session.scalars(select(LimitRule)).all())
    looked = admin.submit(admin.fetch("/admin/limits/new"), LIMIT)
    assert looked.status_code == 200
    assert "15 个工作日" in looked.text
    assert "10 个工作日" in looked.text
    assert len(session.scalars(select(LimitRule)).all()) == before
    assert admin.submit(parse(looked.text)[0]).status_code == 302
    added = session.scalars(select(LimitRule).order_by(LimitRule.id.desc())).first()
    assert added is not None
    assert (added.clock, added.kind, added.days) == (Clock.HANDLE, Kind.COMPLAINT, 10)
    assert added.unit is Unit.WORKING_DAYS
    assert len(session.scalars(select(LimitRule)).all()) == before + 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"holds_from": "2026-03-01"}, "今天或以后"),
        ({"holds_from": "2040-03-01"}, "三年之内"),
        ({"holds_from": "soon"}, ""),
        ({"days": "0"}, "1 至 366"),
        ({"days": "ten"}, "整数"),
        ({"clock": ""}, "请选择计时环节"),
        ({"kind": "nonsense"}, ""),
    ],
)
def test_a_limit_with_a_fault_is_told_beside_its_field(
    admin: LintingClient, typed: dict[str, str], says: str
) -> None:
    assert says in errors(admin, "/admin/limits/new", **(LIMIT | typed))


def test_the_same_limit_twice_is_refused(admin: LintingClient) -> None:
    for confirmed in (302, 422):
        looked = admin.submit(admin.fetch("/admin/limits/new"), LIMIT)
        assert admin.submit(parse(looked.text)[0]).status_code == confirmed


def test_running_cases_keep_their_limit(
    admin: LintingClient, session: Session, district: District
) -> None:
    case = district.case_in(State.HANDLING)
    promised = case.promised_on
    today = LIMIT | {"holds_from": TODAY.isoformat(), "kind": case.kind.value, "days": "1"}
    looked = admin.submit(admin.fetch("/admin/limits/new"), today)
    assert admin.submit(parse(looked.text)[0]).status_code == 302
    session.refresh(case)
    assert case.promised_on == promised
    rows = rules_in_force(session, SEALER).limits
    assert any(row.days == 1 and row.holds_from == TODAY for row in rows)


def test_a_limit_is_taken_back_only_before_its_first_day(
    admin: LintingClient, session: Session, clock: conftest.Clock
) -> None:
    admin.submit(parse(admin.submit(admin.fetch("/admin/limits/new"), LIMIT).text)[0])
    row = session.scalars(select(LimitRule).order_by(LimitRule.id.desc())).first()
    assert row is not None
    address = f"/admin/limits/{row.id}/remove"
    page = admin.fetch("/admin/limits")
    token = page.one("main").one("input", name="csrf_token").attrs["value"]
    old = session.scalars(select(LimitRule.id).where(LimitRule.holds_from <= TODAY)).first()
    held = admin.post(f"/admin/limits/{old}/remove", data={"csrf_token": token})
    assert held.status_code == 422
    assert admin.post(address, data={"csrf_token": token}).status_code == 302
    assert session.scalars(select(LimitRule).where(LimitRule.id == row.id)).all() == []


def test_a_new_limit_shows_how_many_running_clocks_keep_their_date(
    admin: LintingClient, session: Session, district: District
) -> None:
    district.cases_in(State.HANDLING, 3)
    session.commit()
    page = admin.fetch("/admin/limits/new")
    shown = admin.submit(
        page,
        {
            "clock": "handle",
            "kind": "complaint",
            "urgency": "normal",
            "days": "9",
            "unit": "working_days",
            "holds_from": "2026-06-01",
        },
    )
    cells = parse(shown.text)[0].one("main").one("table").all("td", class_="number")
    assert [cell.text for cell in cells] == ["3"]


def test_a_week_off_is_entered_and_counts(admin: LintingClient, session: Session) -> None:
    page = admin.fetch("/admin/calendar/2027-10-01")
    typed = {
        "is_working": "off",
        "until": "2027-10-07",
        "name": "国庆节",
        "name_en": "National Day",
    }
    shown = parse(admin.submit(page, typed).text)[0]
    assert admin.submit(shown).status_code == 302
    save_day(admin, "2027-10-09", is_working="worked", name="补班")
    calendar = rules_in_force(session, SEALER).calendar
    assert calendar.after(date(2027, 9, 30), 1) == date(2027, 10, 8)
    assert calendar.is_working(date(2027, 10, 9))
    save_day(admin, "2027-10-09", is_working="usual", name="")
    assert not rules_in_force(session, SEALER).calendar.is_working(date(2027, 10, 9))


@pytest.mark.parametrize(
    "typed", [{"until": "2027-09-01"}, {"until": "2028-01-01"}, {"until": "x"}, {"name": "x" * 201}]
)
def test_a_span_of_days_that_makes_no_sense_is_refused(
    admin: LintingClient, session: Session, typed: dict[str, str]
) -> None:
    assert errors(admin, "/admin/calendar/2027-10-01", **({"is_working": "off"} | typed))
    assert session.get(CalendarDay, date(2027, 10, 1)) is None


def test_two_administrators_at_one_day_the_second_is_told(
    admin: LintingClient, session: Session
) -> None:
    page = admin.fetch("/admin/calendar/2027-10-01")
    first, second = (
        parse(admin.submit(page, {"is_working": "off", "name": name}).text)[0]
        for name in ("甲", "乙")
    )
    assert admin.submit(first).status_code == 302
    refused = admin.submit(second)
    assert refused.status_code == 409
    assert "乙" in refused.text
    assert session.get_one(CalendarDay, date(2027, 10, 1), populate_existing=True).name == "甲"
    assert admin.submit(parse(refused.text)[0]).status_code == 302
    assert session.get_one(CalendarDay, date(2027, 10, 1), populate_existing=True).name == "乙"


@pytest.mark.parametrize("address", ["1999-01-01", "2101-01-01", "2027-02-30", "x"])
def test_days_that_are_none_are_not_found(admin: LintingClient, address: str) -> None:
    assert admin.get(f"/admin/calendar/{address}").status_code == 404
    assert admin.get("/admin/calendar?year=1999").status_code == 404


def test_from_november_on_the_next_year_is_asked_for_until_it_is_complete(
    admin: LintingClient,
    session: Session,
    clock: conftest.Clock,
    sign_in: SignIn,
    district: District,
) -> None:
    def warned(at: datetime) -> bool:
        clock.now = at
        browser = sign_in(district.administrator)
        return bool(browser.fetch("/admin/calendar").all(class_="govuk-warning-text"))

    assert not warned(datetime(2026, 10, 31, 23, 59, tzinfo=SHANGHAI))
    assert warned(datetime(2026, 11, 1, 0, 0, tzinfo=SHANGHAI))
    browser = sign_in(district.administrator)
    page = browser.fetch("/admin/calendar?year=2027")
    action = "/admin/calendar/2027/complete"
    assert browser.submit(page, action=action).status_code == 422
    assert browser.submit(page, {"complete": "y"}, action=action).status_code == 302
    assert session.get(CalendarYear, 2027) is not None
    assert not warned(datetime(2026, 12, 1, tzinfo=SHANGHAI))


def test_the_official_days_of_a_known_year_are_entered(
    admin: LintingClient, session: Session
) -> None:
    for row in session.scalars(select(CalendarDay)).all():
        if row.day.year == 2026:
            session.delete(row)
    session.delete(session.get_one(CalendarYear, 2026))
    session.commit()
    page = parse(admin.get("/admin/calendar/2026/official").text)[0]
    assert admin.submit(page, {"complete": "y"}).status_code == 302
    assert not rules_in_force(session, SEALER).calendar.is_working(date(2026, 10, 1))
    assert session.get(CalendarYear, 2026) is not None
    assert admin.get("/admin/calendar/2027/official").status_code == 404


def test_the_yearly_notice_is_imported_after_a_look_at_what_it_moves(
    admin: LintingClient, session: Session, district: District
) -> None:
    case = district.case_in(State.HANDLING)
    session.commit()
    notice = "日期,类型,名称\n2026-03-05,休,临时放假\n"
    page = admin.fetch("/admin/calendar/import")
    token = page.one("main").one("input", name="csrf_token").attrs["value"]
    sheet = (io.BytesIO(notice.encode()), "通知.csv")
    shown = admin.post("/admin/calendar/import", data={"csrf_token": token, "file": sheet})
    assert shown.status_code == 200
    assert case.number in shown.text
    assert session.get(CalendarDay, date(2026, 3, 5)) is None
    assert admin.submit(parse(shown.text)[0]).status_code == 302
    assert session.get(CalendarDay, date(2026, 3, 5)) is not None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.xlsx", b"no workbook"),
        ("x.csv", b""),
        ("x.csv", "日期,类型\n2027-01-01,不知道\n".encode()),
        ("x.csv", b"\xff\xfe\x00"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_refused_with_its_reason(
    admin: LintingClient, session: Session, name: str, content: bytes
) -> None:
    before = len(session.scalars(select(CalendarDay)).all())
    page = admin.fetch("/admin/calendar/import")
    token = page.one("main").one("input", name="csrf_token").attrs["value"]
    data = {"csrf_token": token, "file": (io.BytesIO(content), name)}
    answer = admin.post("/admin/calendar/import", data=data)
    assert answer.status_code == 422
    assert len(session.scalars(select(CalendarDay)).all()) == before


def test_a_reason_is_added_reworded_and_closed(admin: LintingClient, session: Session) -> None:
    page = admin.fetch("/admin/reasons/new/decline")
    typed = {"code": "decline.other", "text": "其他", "text_en": "Other", "position": "9"}
    assert admin.submit(page, typed).status_code == 302
    address = "/admin/reasons/decline.other"
    page = admin.fetch(address)
    assert admin.submit(page, {"text": "其他原因"}, action=address).status_code == 302
    page = admin.fetch(address)
    assert admin.submit(page, action=f"{address}/close").status_code == 302
    row = session.get_one(Reason, "decline.other", populate_existing=True)
    assert row.text == "其他原因"
    assert row.closed_at is not None
    assert admin.submit(admin.fetch(address), action=f"{address}/reopen").status_code == 302


def test_the_systems_own_reason_and_the_last_of_a_step_stay(
    admin: LintingClient, session: Session
) -> None:
    address = "/admin/reasons/withhold.no_consent"
    assert admin.submit(admin.fetch(address), action=f"{address}/close").status_code == 422
    merge = ["/admin/reasons/merge.same_matter", "/admin/reasons/merge.same_place"]
    codes = [admin.submit(admin.fetch(a), action=f"{a}/close").status_code for a in merge]
    assert codes == [302, 422]


def test_steps_without_reasons_take_none(admin: LintingClient) -> None:
    assert admin.get("/admin/reasons/new/sign").status_code == 404
    assert admin.get("/admin/reasons/new/nonsense").status_code == 404
    assert admin.get("/admin/reasons/nonsense").status_code == 404


def test_settings_are_kept_and_logged(admin: LintingClient, session: Session) -> None:
    page = admin.fetch("/admin/district")
    typed = {"district_name": "示范区", "hotline": "12345", "warn_days": "5"}
    assert admin.submit(page, typed).status_code == 302
    kept = district_settings(session)
    assert (kept.district_name, kept.hotline, kept.warn_days) == ("示范区", "12345", 5)
    assert "settings" in {event.table_name for event in session.scalars(select(AdminEvent))}


@pytest.mark.parametrize(
    "typed",
    [{"district_name": ""}, {"hotline": "x"}, {"warn_days": "-1"}, {"rating_window_days": "x"}],
)
def test_settings_with_a_fault_are_refused(
    admin: LintingClient, session: Session, typed: dict[str, str]
) -> None:
    assert errors(admin, "/admin/district", **typed)


def test_two_administrators_at_the_settings_the_second_is_told(
    admin: LintingClient, session: Session
) -> None:
    first, second = (admin.fetch("/admin/district") for _ in range(2))
    assert admin.submit(first, {"warn_days": "4"}).status_code == 302
    refused = admin.submit(second, {"warn_days": "6"})
    assert refused.status_code == 409
    assert session.get_one(Setting, "warn_days").value == 4
    assert admin.submit(parse(refused.text)[0]).status_code == 302
    assert session.get_one(Setting, "warn_days", populate_existing=True).value == 6


def test_nothing_changes_by_looking(admin: LintingClient, session: Session) -> None:
    addresses = [
        "/admin/people",
        "/admin/departments",
        "/admin/calendar?year=2027",
        "/admin/limits/new",
        "/admin/reasons/decline.court",
        "/admin/log",
    ]
    for address in addresses:
        admin.get(address)
    assert session.scalars(select(AdminEvent)).all() == []


def test_every_change_says_who_and_when(
    admin: LintingClient, session: Session, district: District, clock: conftest.Clock
) -> None:
    clock.now += timedelta(minutes=3)
    admin.submit(admin.fetch("/admin/departments/new"), DEPARTMENT)
    line = last_line(session)
    assert (line.actor_id, line.at) == (district.administrator.id, clock.now)
    assert line.after["name"] == "水务局"
