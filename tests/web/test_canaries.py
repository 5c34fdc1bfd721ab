"""Ten letters full of personal marks go through everything; none of the marks comes out."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.cn import ric

from casework.models import Case, Delivery, Medium
from casework.notify.rendering import Rendering
from casework.notify.spread import spread
from casework.services.petitioners import Contact
from casework.workflow.states import State
from tests.factories import MONDAY, PATHS, STEP, District
from tests.notify.conftest import house_in
from tests.web.citizen import receipt
from tests.web.client import LintingClient
from tests.web.conftest import SignIn
from tests.web.test_open_data import EVERYWHERE

FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈", "晓燕志强丽萍国庆春花建军秀英明亮海涛佳怡"


def contact_of(number: int) -> Contact:
    begins = f"11010119900307{number:03d}"
    return Contact(
        name=FAMILY[number] + GIVEN[2 * number : 2 * number + 2],
        phone=f"1391000{number:04d}",
        id_number=begins + ric.calc_check_digit(begins + "0"),
        address=f"龙口东路{number + 11}号{number + 3}01房",
        email=f"canary{number}@example.org",
    )


def delegate_of(number: int) -> tuple[str, str, str]:
    """Return name, phone and mail of the other delegate."""
    name = FAMILY[9 - number] + GIVEN[18 - 2 * number :][:2]
    return name, f"1381000{number:04d}", f"delegate{number}@example.net"


def marks_of(number: int) -> tuple[str, ...]:
    """Return what must not come out: the writer's own details and those of a neighbour."""
    own = contact_of(number)
    return (
        own.name,
        own.phone,
        own.id_number,
        own.address,
        own.email,
        f"1372000{number:04d}",
        f"粤B{number}K{number}88",
        f"wx_neighbour{number}",
        f"622202123456789{number:04d}",
        *delegate_of(number),
    )


def letter(number: int) -> dict[str, str]:
    own = contact_of(number)
    other_phone, plate, account, card, with_me, my_phone, my_mail = marks_of(number)[5:]
    return {
        "subject": f"{own.name}反映路灯不亮",
        "text": (
            f"我叫{own.name}，电话{own.phone[:3]} {own.phone[3:7]} {own.phone[7:]}，"
            f"身份证{own.id_number}，住{own.address}，邮箱{own.email}。\n"
            f"邻居电话{other_phone}，微信：{account}，车牌{plate}，卡号{card}。\n"
            f"同来的代表{with_me}，电话{my_phone}，邮箱{my_mail}。\n路灯已经坏了三天。"
        ),
        "name": own.name,
        "phone": own.phone,
        "id_number": own.id_number,
        "address": own.address,
        "email": own.email,
        "consent": "y",
        "told_by": "mail",
        "speaks_for": str(20 + number),
        "delegate2": with_me,
        "delegate2_phone": my_phone,
        "delegate2_email": my_mail,
    }


def publish(district: District, session: Session, sign_in: SignIn, case: Case, number: int) -> None:
    """Lead the case to its answer, prepare the public text as it is offered, and publish it."""
    for step, action in enumerate(PATHS[State.FORWARDED], start=1):
        district.take(case, action, at=MONDAY + (number * 8 + step) * STEP)
    session.commit()
    clerk = sign_in(district.clerk)
    assert clerk.submit(clerk.fetch(f"/cases/{case.number}/redact"), {}).status_code == 302
    second = sign_in(district.second_clerk)
    assert second.submit(second.fetch(f"/cases/{case.number}/publish"), {}).status_code == 302
    session.refresh(case)
    assert case.state is State.PUBLISHED


def published(
    app: Flask, client: LintingClient, session: Session, district: District, sign_in: SignIn
) -> list[str]:
    # Ways out are offered where there is something to send with, as in the demonstration.
    app.extensions["settings"] = replace(app.extensions["settings"], demo=True)
    session.commit()
    sent = [receipt(client, **letter(number))[0] for number in range(10)]
    for number, case_number in enumerate(sent):
        case = session.scalars(select(Case).where(Case.number == case_number)).one()
        publish(district, session, sign_in, case, number)
    return sent


def test_no_mark_of_ten_letters_is_on_a_public_page_in_a_file_a_mail_or_the_log(
    app: Flask,
    client: LintingClient,
    session: Session,
    district: District,
    sign_in: SignIn,
    capsys: pytest.CaptureFixture[str],
) -> None:
    numbers = published(app, client, session, district, sign_in)
    read: dict[str, str] = {}
    for address in ("/", *EVERYWHERE, *(f"/answers/{number}" for number in numbers)):
        answer = client.get(address)
        assert answer.status_code == 200, address
        read[address] = answer.text
    assert "路灯已经坏了三天" in read[f"/answers/{numbers[0]}"]
    for mark in marks_of(0):
        found = client.get("/answers", query_string={"q": mark}).text
        assert "answer-list" not in found, mark
    while spread(session, calendar=district.rules.calendar, at=MONDAY + 99 * STEP):
        session.flush()
    mails = session.scalars(select(Delivery).where(Delivery.medium == Medium.MAIL)).all()
    assert len(mails) >= 10
    rendering = Rendering(session, list(mails), house_in(session))
    for mail in mails:
        message = rendering.message(mail)
        read[f"mail {mail.id}"] = f"{message.subject}\n{message.body}"
    read["log"] = "".join(capsys.readouterr())
    assert "route=/letters/send" in read["log"]
    leaked = [
        (mark, place)
        for place, text in read.items()
        for number in range(10)
        for mark in marks_of(number)
        if mark in text
    ]
    assert leaked == []
