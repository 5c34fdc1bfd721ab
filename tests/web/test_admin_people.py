"""The administrator keeps the people: found, added, changed, disabled, never deleted."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from casework.models import AdminEvent, Change, User
from casework.queries.people import PAGE
from casework.services import accounts
from casework.workflow.states import Role
from tests.factories import MONDAY, SEALER, District, UserFactory
from tests.web.client import LintingClient
from tests.web.conftest import SignIn
from tests.web.page import Element, parse

ADDRESSES = (
    "/admin/people",
    "/admin/departments",
    "/admin/categories",
    "/admin/limits",
    "/admin/calendar",
    "/admin/reasons",
    "/admin/district",
    "/admin/log",
)


@pytest.fixture
def admin(district: District, sign_in: SignIn) -> LintingClient:
    return sign_in(district.administrator)


def names(page: Element) -> list[str]:
    return [cell.text for cell in page.one("main").one("tbody").all("th")]


def errors(client: LintingClient, address: str, **typed: str) -> str:
    answer = client.submit(client.fetch(address), typed)
    assert answer.status_code == 422, answer.status_code
    page, _ = parse(answer.text)
    return " ".join(found.text for found in page.all(class_="govuk-error-message"))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_section_opens_in_both_languages(
    admin: LintingClient, language: str, address: str
) -> None:
    admin.speak(language)
    admin.fetch(address)


def test_administration_is_closed_to_everybody_else(
    district: District, sign_in: SignIn, client: LintingClient
) -> None:
    for person in district.staff():
        if person.role is not Role.ADMINISTRATOR:
            assert sign_in(person).get("/admin/people").status_code == 403
    assert client.get("/admin/people").status_code == 302


@pytest.fixture
def counted(app: Flask, session: Session) -> Iterator[list[str]]:
    statements: list[str] = []
    connection = session.connection()

    def count(*args: object) -> None:
        if not str(args[2]).startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(str(args[2]))

    event.listen(connection, "before_cursor_execute", count)
    yield statements
    event.remove(connection, "before_cursor_execute", count)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_section_asks_at_most_four_questions_of_the_database(
    admin: LintingClient, counted: list[str], address: str
) -> None:
    for number in range(40):
        UserFactory(username=f"many{number:02}")
    admin.get(address)
    counted.clear()
    admin.get(address)
    assert len(counted) <= 4 + 1, "\n".join(counted)


def test_people_are_found_and_paged_by_key(admin: LintingClient, district: District) -> None:
    for number in range(PAGE + 5):
        UserFactory(username=f"zz{number:03}", display_name="钱多多", department=district.lead)
    first = admin.fetch("/admin/people?q=zz")
    assert len(names(first)) == PAGE
    following = first.one("a", rel="next").attrs["href"]
    assert len(names(admin.fetch(following))) == 5
    assert len(names(admin.fetch(f"/admin/people?department={district.lead.id}&q=钱"))) == PAGE
    assert names(admin.fetch("/admin/people?q=%25")) != names(admin.fetch("/admin/people"))
    assert "administrator" not in str(names(admin.fetch("/admin/people?role=operator")))


@pytest.mark.parametrize(
    "query",
    ["role=nobody", "department=x", "department=9" + "9" * 30, "after=%00", "q=%00", "state=x"],
)
def test_odd_filters_do_no_harm(admin: LintingClient, query: str) -> None:
    assert admin.get(f"/admin/people?{query}").status_code == 200


def test_somebody_is_added_and_sets_a_password_by_the_link(
    admin: LintingClient, client: LintingClient, district: District, session: Session
) -> None:
    page = admin.fetch("/admin/people/new")
    done = admin.submit(
        page,
        {
            "username": "Liu.Yang",
            "display_name": "刘洋",
            "role": "handler",
            "department_id": str(district.lead.id),
            "email": "",
        },
    )
    user = session.scalars(select(User).where(User.username == "liu.yang")).one()
    assert done.location == f"/admin/people/{user.id}"
    assert user.password_hash == accounts.NO_PASSWORD
    page = admin.fetch(done.location)
    shown = admin.submit(page, action=f"/admin/people/{user.id}/link")
    link = parse(shown.text)[0].one("code").text
    assert link.startswith("http://127.0.0.1:8000/account/reset/")
    assert link not in admin.get(done.location).text
    page = client.fetch(link.removeprefix("http://127.0.0.1:8000"))
    new = {"password": "three old boats at dawn", "again": "three old boats at dawn"}
    assert client.submit(page, new).status_code == 302
    session.expire_all()
    assert accounts.sign_in(session, "liu.yang", new["password"], source="", at=MONDAY) == user
    logged = str([(e.before, e.after) for e in session.scalars(select(AdminEvent))])
    assert link.rpartition("/")[2] not in logged
    assert "argon2" not in logged


def test_the_link_does_not_take_its_host_from_the_request(
    admin: LintingClient, district: District
) -> None:
    page = admin.fetch(f"/admin/people/{district.handler.id}")
    form = page.one("form", action=f"/admin/people/{district.handler.id}/link")
    token = form.one("input", name="csrf_token").attrs["value"]
    answer = admin.post(
        form.attrs["action"],
        data={"csrf_token": token},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"username": "a b"}, "小写字母"),
        ({"username": "刘洋"}, "小写字母"),
        ({"username": ""}, "请填写用户名"),
        ({"role": "handler", "department_id": ""}, "请选择此人所在的单位"),
        ({"role": "petitioner"}, ""),
        ({"display_name": " "}, "请填写名称"),
        ({"display_name": "x" * 201}, ""),
        ({"display_name": "a\0b"}, ""),
        ({"email": "not mail"}, ""),
        ({"department_id": "999999"}, ""),
    ],
)
def test_bad_input_is_told_beside_its_field_and_nothing_is_lost(
    admin: LintingClient, session: Session, typed: dict[str, str], says: str
) -> None:
    good = {"username": "liu.yang", "display_name": "刘洋", "role": "operator", "email": ""}
    told = (
        errors(admin, "/admin/people/new", **good, **{})
        if not typed
        else errors(admin, "/admin/people/new", **(good | typed))
    )
    assert told
    assert says in told
    assert session.scalars(select(User).where(User.username == "liu.yang")).all() == []


def test_a_user_name_is_taken_once(admin: LintingClient, district: District) -> None:
    told = errors(
        admin,
        "/admin/people/new",
        username=district.clerk.username.upper(),
        display_name="另一位",
        role="operator",
        email="",
    )
    assert "已被使用" in told


def test_a_change_is_logged_with_before_and_after(
    admin: LintingClient, session: Session, district: District
) -> None:
    address = f"/admin/people/{district.handler.id}/change"
    page = admin.fetch(address)
    assert admin.submit(page, {"role": "reviewer"}).status_code == 302
    line = session.scalars(select(AdminEvent).order_by(AdminEvent.id.desc())).first()
    assert line is not None
    assert line.change is Change.CHANGED
    assert line.actor_id == district.administrator.id
    assert line.before == {"role": "handler"}
    assert line.after == {"role": "reviewer"}
    assert district.handler.display_name in admin.fetch("/admin/log").one("main").text


def test_two_administrators_at_one_row_the_second_is_told(
    admin: LintingClient, sign_in: SignIn, session: Session, district: District
) -> None:
    second = sign_in(UserFactory(administrator=True))
    address = f"/admin/people/{district.handler.id}/change"
    page, other = admin.fetch(address), second.fetch(address)
    assert second.submit(other, {"display_name": "张先到"}).status_code == 302
    refused = admin.submit(page, {"display_name": "李后到", "email": "li@example.cn"})
    assert refused.status_code == 409
    assert "李后到" in refused.text
    assert "li@example.cn" in refused.text
    assert "张先到" in refused.text
    session.refresh(district.handler)
    assert district.handler.display_name == "张先到"
    again = admin.submit(parse(refused.text)[0])
    assert again.status_code == 302
    session.refresh(district.handler)
    assert district.handler.display_name == "李后到"


def press(client: LintingClient, user: User, what: str) -> int:
    page = client.fetch(f"/admin/people/{user.id}")
    return client.submit(page, action=f"/admin/people/{user.id}/{what}").status_code


def test_disabling_and_enabling(
    admin: LintingClient, sign_in: SignIn, session: Session, district: District
) -> None:
    person = district.handler
    browser = sign_in(person)
    assert press(admin, person, "disable") == 302
    assert browser.get("/account").status_code == 302
    session.refresh(person)
    assert person.disabled_at is not None
    assert press(admin, person, "enable") == 302
    session.refresh(person)
    assert person.disabled_at is None
    assert browser.get("/account").status_code == 302


def test_the_last_administrator_stays(
    admin: LintingClient, session: Session, district: District
) -> None:
    me = district.administrator
    page = admin.fetch(f"/admin/people/{me.id}/change")
    assert admin.submit(page, {"role": "operator"}).status_code == 422
    other = UserFactory(administrator=True)
    session.commit()
    assert press(admin, other, "disable") == 302
    token = admin.fetch("/admin/people/new").one("main").one("input", name="csrf_token")
    own = admin.post(f"/admin/people/{me.id}/disable", data={"csrf_token": token.attrs["value"]})
    assert own.status_code in (409, 422)
    session.refresh(me)
    assert me.disabled_at is None
    assert me.role is Role.ADMINISTRATOR


def test_a_lost_telephone(admin: LintingClient, session: Session, district: District) -> None:
    person = district.handler
    person.totp_sealed = SEALER.seal({"seed": "ABC"}, row=f"users/{person.id}")
    session.commit()
    assert press(admin, person, "codes") == 302
    session.refresh(person)
    assert person.totp_sealed is None


def test_nobody_is_ever_deleted(session: Session, district: District) -> None:
    session.delete(district.handler)
    with pytest.raises(ProgrammingError, match="permission denied"), session.begin_nested():
        session.flush()


@pytest.mark.parametrize(
    "change", ["UPDATE admin_events SET label = ''", "DELETE FROM admin_events"]
)
def test_the_log_of_administration_can_only_be_added_to(session: Session, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), session.begin_nested():
        session.connection().exec_driver_sql(change)


@pytest.mark.parametrize("address", ["/admin/people/0", "/admin/people/" + "9" * 30])
def test_unknown_rows_are_not_found(admin: LintingClient, address: str) -> None:
    assert admin.get(address).status_code == 404
