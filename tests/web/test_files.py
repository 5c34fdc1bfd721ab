"""Photos and documents go with a letter, an answer and a reply, and nothing typed is ever lost."""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from casework.models import (
    Attachment,
    AttachmentContent,
    Case,
    CaseEvent,
    Origin,
    PublishedFile,
    Reason,
)
from casework.services import office as office_steps
from casework.services import public_texts, publication
from casework.services.actors import staff
from casework.services.attachments import baskets, reading
from casework.services.log import first_break
from casework.workflow.states import Action, Sensitive, State
from tests.factories import MONDAY, PATHS, SEALER, STEP, District
from tests.files.samples import CANARY, LARGE, REFUSED, office, pdf, photo, picture
from tests.web.citizen import CODE, LETTER, NUMBER, open_case, page_of, send, typed_in
from tests.web.client import LintingClient
from tests.web.conftest import Clock, SignIn, client_of
from tests.web.page import Element, fields

Named = tuple[str, bytes]
NAME = f"{CANARY}的身份证.jpg"


@pytest.fixture(autouse=True)
def _district(district: District) -> District:
    return district


def post(
    client: LintingClient,
    page: Element,
    files: Sequence[Named] = (),
    typed: Mapping[str, str] | None = None,
    *,
    to: str = "",
) -> TestResponse:
    """Send a form of ``page`` with files, as a browser does."""
    found = page.one("main").all("form", method="post", enctype="multipart/form-data")[0]
    data = MultiDict({**fields_of(found), **(typed or {})})
    for name, content in files:
        data.add("files", FileStorage(io.BytesIO(content), name))
    boundary, body = encode_multipart(data)
    return client.post(
        to or found.attrs.get("action") or client.here,
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def fields_of(form: Element) -> dict[str, str]:
    return {name: values[0] for name, values in fields(form).items()}


def kept_files(session: Session) -> list[Attachment]:
    session.expire_all()
    return list(session.scalars(select(Attachment).order_by(Attachment.position)))


def written(client: LintingClient, *files: Named, **changes: str) -> tuple[str, str]:
    """Send a letter with files; return its number and code."""
    answer = post(client, client.fetch("/letters/new"), files, LETTER | changes)
    assert answer.status_code == 200, answer.text
    send(client, page_of(answer))
    text = client.fetch("/letters/received").one("main").text
    return NUMBER.search(text).group(), CODE.search(text).group()  # type: ignore[union-attr]


def case_of(session: Session, number: str) -> Case:
    return session.scalars(select(Case).where(Case.number == number)).one()


def test_files_go_with_a_letter_and_its_log_knows_them(
    client: LintingClient, session: Session
) -> None:
    number, _ = written(client, (NAME, photo()), ("通知.pdf", pdf()))
    case = case_of(session, number)
    files = kept_files(session)
    assert [(f.case_id, f.basket, f.origin) for f in files] == [(case.id, None, Origin.LETTER)] * 2
    events = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    assert [event.action for event in events] == ["submit", "add_files"]
    assert events[1].data["hashes"] == [file.content_hash.hex() for file in files]
    assert first_break(case, list(events), SEALER) is None


def test_names_and_contents_lie_sealed_each_for_its_own_row(
    client: LintingClient, session: Session
) -> None:
    written(client, (NAME, pdf(CANARY.encode())), ("second.pdf", pdf()))
    first, second = session.scalars(select(AttachmentContent)).all()
    for kept in (first, second):
        assert CANARY.encode() not in bytes(kept.sealed)
        assert b"%PDF" not in bytes(kept.sealed)
    for file in kept_files(session):
        assert CANARY.encode() not in bytes(file.name_sealed)
    second.sealed, first.sealed = first.sealed, second.sealed
    session.flush()
    with pytest.raises(Exception, match="changed or moved"):
        reading.readable_content(session, kept_files(session)[0], sealer=SEALER)


def test_sending_twice_keeps_each_file_once(client: LintingClient, session: Session) -> None:
    answer = post(client, client.fetch("/letters/new"), [("a.jpg", photo())], LETTER)
    page = page_of(answer)
    for _ in range(3):
        send(client, page)
    assert session.scalar(select(func.count()).select_from(Case)) == 1
    assert len(kept_files(session)) == 1


def test_the_same_file_twice_is_kept_once(client: LintingClient, session: Session) -> None:
    written(client, ("a.jpg", photo()), ("b.jpg", photo()), ("c.pdf", pdf()))
    assert len(kept_files(session)) == 2


@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_file_costs_neither_the_text_nor_the_other_files(
    client: LintingClient, session: Session, what: str
) -> None:
    files = [("good.pdf", pdf()), REFUSED[what]]
    answer = post(client, client.fetch("/letters/new"), files, LETTER)
    assert answer.status_code == 422
    page = page_of(answer)
    assert "未能添加" in page.one(id="files-error").text
    assert {name: typed_in(page)[name] for name in LETTER if name != "text"} == {
        name: text for name, text in LETTER.items() if name != "text"
    }
    assert "good.pdf" in page.one("ul", class_="file-list").text
    again = post(client, page)
    assert again.status_code == 200
    send(client, page_of(again))
    assert [file.kind.value for file in kept_files(session)] == ["pdf"]
    assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_file_of_64_mb_is_refused_beside_the_field_and_the_letter_is_kept(
    client: LintingClient,
) -> None:
    large = b"%PDF-" + b"\0" * LARGE
    answer = post(client, client.fetch("/letters/new"), [("large.pdf", large)], LETTER)
    assert answer.status_code == 422
    page = page_of(answer)
    assert "10 MB" in page.one(id="files-error").text
    assert typed_in(page)["subject"] == LETTER["subject"]


def test_no_other_page_takes_that_much(client: LintingClient) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="code"; filename="a.jpg"\r\n\r\n'
    data = part + b"\0" * 2_000_000 + b"\r\n--x--\r\n"
    answer = client.post("/follow", data=data, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413


def test_no_more_than_ten_files_are_taken(client: LintingClient, session: Session) -> None:
    files = [(f"{n}.pdf", pdf(str(n).encode())) for n in range(12)]
    answer = post(client, client.fetch("/letters/new"), files, LETTER)
    assert answer.status_code == 422
    assert len(kept_files(session)) == 10


def test_files_are_added_and_taken_out_before_the_letter_is_complete(
    client: LintingClient, session: Session
) -> None:
    page = client.fetch("/letters/new")
    answer = post(client, page, [("a.pdf", pdf())], {"subject": "路灯", "add_files": "y"})
    assert answer.status_code == 200
    page = page_of(answer)
    assert page.all(class_="govuk-error-summary") == []
    assert typed_in(page)["subject"] == "路灯"
    drop = page.one("ul", class_="file-list").one("button", name="drop_file").attrs["value"]
    answer = post(client, page, [("b.pdf", pdf(b"b"))], {"drop_file": drop})
    assert answer.status_code == 200
    assert "a.pdf" not in page_of(answer).one(id="files-part").text
    assert "b.pdf" in page_of(answer).one(id="files-part").text
    assert len(kept_files(session)) == 1


def test_files_survive_the_way_back_from_reading_the_letter(client: LintingClient) -> None:
    answer = post(client, client.fetch("/letters/new"), [("a.pdf", pdf())], LETTER)
    page = page_of(answer)
    assert "a.pdf" in page.one("main").text
    back = page_of(send(client, page, to="/letters/change"))
    assert "a.pdf" in back.one("ul", class_="file-list").text


def test_a_script_sends_files_ahead_and_gets_their_list(
    client: LintingClient, session: Session
) -> None:
    page = client.fetch("/letters/new")
    typed = typed_in(page)
    data = {"csrf_token": typed["csrf_token"], "basket": typed["basket"]}
    answer = client.post("/files", data={**data, "files": (io.BytesIO(photo()), "a.jpg")})
    assert answer.status_code == 200
    assert "a.jpg" in answer.text
    answer = client.post("/files", data={**data, "files": (io.BytesIO(b"MZ"), "b.exe")})
    assert answer.status_code == 422
    assert "b.exe" in answer.text
    send(client, page_of(post(client, page, (), LETTER)))
    assert [file.case_id is not None for file in kept_files(session)] == [True]


def test_a_basket_that_is_not_ours_is_nobodys(client: LintingClient, session: Session) -> None:
    page = client.fetch("/letters/new")
    answer = post(client, page, [("a.pdf", pdf())], LETTER | {"basket": "mine.forged"})
    assert answer.status_code == 200
    (file,) = kept_files(session)
    assert file.basket not in [baskets.basket_of(token) for token in ("mine", "mine.forged")]
    send(client, page_of(answer))
    assert [file.case_id is None for file in kept_files(session)] == [False]


def own_link(page: Element, name: str) -> str:
    links = page.one("main").all("a", download="")
    return next(link.attrs["href"] for link in links if name in link.text)


def test_the_petitioner_gets_the_own_files_back(client: LintingClient, app: Flask) -> None:
    number, code = written(client, (NAME, photo()))
    open_case(client, number, code)
    href = own_link(client.fetch("/follow/case"), CANARY)
    answer = client.get(href)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "image/jpeg"
    assert CANARY not in href
    stranger = client_of(app)
    assert stranger.get(href).status_code == 302
    other_number, other_code = written(stranger, ("b.pdf", pdf()))
    open_case(stranger, other_number, other_code)
    foreign, unknown = stranger.get(href), stranger.get(f"{href[:-4]}0000")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert alike(foreign).replace(href[-4:], "0000") == alike(unknown)


def alike(answer: TestResponse) -> str:
    """Return a page without what differs by chance: the number of the request."""
    return re.sub(r"[0-9a-f]{16,}[\w.-]*|Ij[\w.-]+", "", answer.text)


def open_as(client: LintingClient, number: str, file: Attachment) -> TestResponse:
    page = client.fetch("/account/password")
    token = page.all("input", name="csrf_token")[0].attrs["value"]
    return client.post(f"/cases/{number}/files/{file.id}", data={"csrf_token": token})


def test_staff_open_a_file_by_the_rule_of_the_case_and_the_log_says_who(
    client: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    number, _ = written(client, (NAME, photo()))
    file = kept_files(session)[0]
    clerk = sign_in(district.clerk)
    page = clerk.fetch(f"/cases/{number}")
    assert CANARY in page.one("main").text
    answer = clerk.submit(page, action=f"/cases/{number}/files/{file.id}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    event = session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
    assert (event.action, event.actor_id) == ("read_file", district.clerk.id)
    assert event.data == {"file": str(file.id)}
    assert clerk.get(f"/cases/{number}/files/{file.id}").status_code == 405
    for person in (district.handler, district.operator, district.helping_handler):
        stranger = sign_in(person)
        assert open_as(stranger, number, file).status_code == 404
        assert open_as(stranger, "2026-999999", file).status_code == 404


def test_a_file_of_one_case_is_not_opened_through_another(
    client: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    written(client, ("a.pdf", pdf()))
    file = kept_files(session)[0]
    other = district.case_in(State.SUBMITTED)
    assert open_as(sign_in(district.clerk), other.number, file).status_code == 404


def test_a_department_does_not_learn_the_name_in_the_name_of_a_file(
    client: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    number, _ = written(client, (NAME, photo()), unnamed="y")
    district.take(case_of(session, number), Action.DISPATCH, at=MONDAY + STEP)
    session.commit()
    handler = sign_in(district.handler)
    assert CANARY not in handler.fetch(f"/cases/{number}").text
    answer = open_as(handler, number, kept_files(session)[0])
    assert answer.status_code == 200
    assert "%E6%AC%A7" not in answer.headers["Content-Disposition"]


def lead_to(district: District, case: Case, state: State) -> None:
    for step, action in enumerate(PATHS[state], start=1):
        district.take(case, action, at=MONDAY + step * STEP)


def test_a_file_goes_out_with_the_reply_and_not_before(
    client: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    number, code = written(client)
    case = case_of(session, number)
    lead_to(district, case, State.HANDLING)
    session.commit()
    handler = sign_in(district.handler)
    draft = f"/cases/{number}/draft"
    typed = {"text": "已经派人修好。"}
    to = f"{draft}/save"
    answer = post(handler, handler.fetch(draft), [("wrong.pdf", pdf())], typed, to=to)
    assert answer.status_code == 302
    answer = post(handler, handler.fetch(draft), [("现场.jpg", photo())], typed, to=to)
    wrong = next(file for file in kept_files(session) if file.kind.value == "pdf")
    page = handler.fetch(draft)
    handler.submit(page, action=f"/cases/{number}/files/{wrong.id}/take-out")
    assert session.get(AttachmentContent, wrong.id) is None
    clerk = sign_in(district.clerk)
    assert "现场" not in clerk.fetch(f"/cases/{number}").text
    assert open_as(clerk, number, kept_files(session)[0]).status_code == 404
    open_case(client, number, code)
    assert "现场" not in client.fetch("/follow/case").text
    assert post(handler, handler.fetch(draft), (), typed).status_code == 302
    session.refresh(case)
    district.take(case, Action.APPROVE, at=MONDAY)
    session.commit()
    page = clerk.fetch(f"/cases/{number}/forward")
    assert "现场" in page.text
    assert post(clerk, page, [("说明.docx", office())]).status_code == 302
    own = client.fetch("/follow/case")
    assert client.get(own_link(own, "现场")).status_code == 200
    assert client.get(own_link(own, "说明")).status_code == 200
    assert "wrong" not in own.text


def test_the_petitioner_answers_a_question_with_photos(
    client: LintingClient, session: Session, district: District
) -> None:
    number, code = written(client)
    case = case_of(session, number)
    lead_to(district, case, State.AWAITING_PETITIONER)
    session.commit()
    open_case(client, number, code)
    page = client.fetch("/follow/case")
    answer = post(
        client,
        page,
        [("bad.exe", b"MZ"), ("a.jpg", photo())],
        {"answer": "见照片。"},
        to="/follow/case/answer",
    )
    assert answer.status_code == 422
    page = page_of(answer)
    assert "a.jpg" in page.one("ul", class_="file-list").text
    answer = post(client, page, (), {"answer": "见照片。"}, to="/follow/case/answer")
    assert answer.status_code == 303
    assert [file.origin for file in kept_files(session)] == [Origin.SUPPLY]


CHOSEN_AGAIN = "Files must be chosen again."


def test_a_page_about_a_fault_asks_for_files_only_where_some_are_lost(
    client: LintingClient,
) -> None:
    client.speak("en")
    page = client.fetch("/letters/new")
    worn_out = LETTER | {"csrf_token": "worn out"}
    for files, lost in (([("", b"")], False), ([("a.pdf", pdf())], True)):
        answer = post(client, page, files, worn_out)
        assert answer.status_code == 400
        assert LETTER["subject"] in answer.text
        assert (CHOSEN_AGAIN in answer.text) is lost


def test_files_of_an_answer_outlive_a_case_that_has_closed_meanwhile(
    client: LintingClient, session: Session, district: District, clock: Clock
) -> None:
    number, code = written(client)
    lead_to(district, case_of(session, number), State.AWAITING_PETITIONER)
    session.commit()
    open_case(client, number, code)
    client.speak("en")
    page = client.fetch("/follow/case")
    clock.now = MONDAY + timedelta(minutes=40)
    typed = {"answer": "见照片。"}
    closed = post(client, page, [("a.jpg", photo())], typed, to="/follow/case/answer")
    assert closed.status_code == 401
    assert CHOSEN_AGAIN not in closed.text
    open_case(client, number, code)
    assert send(client, page_of(closed)).status_code == 303
    assert [file.origin for file in kept_files(session)] == [Origin.SUPPLY]


def test_office_and_operator_add_files_to_what_they_enter(
    client: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    clerk = sign_in(district.clerk)
    typed = {"kind": "help", "channel": "paper", "subject": "路灯", "text": "来信原文"}
    answer = post(clerk, clerk.fetch("/office/new"), [("scan.jpg", picture())], typed)
    assert answer.status_code == 303, answer.text
    operator = sign_in(district.operator)
    typed = {"kind": "help", "subject": "路灯", "text": "来电", "do": "open", "phone": ""}
    answer = post(operator, operator.fetch("/operator"), [("a.pdf", pdf())], typed)
    assert answer.status_code == 303, answer.text
    assert {file.added_by_id for file in kept_files(session)} == {
        district.clerk.id,
        district.operator.id,
    }


def test_chosen_pictures_stand_beside_the_public_answer_without_their_names(
    client: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    number, _ = written(
        client, (NAME, photo()), ("不公开.png", picture("PNG")), ("a.pdf", pdf()), consent="y"
    )
    case = case_of(session, number)
    lead_to(district, case, State.FORWARDED)
    session.commit()
    clerk, second = sign_in(district.clerk), sign_in(district.second_clerk)
    page = clerk.fetch(f"/cases/{number}/redact")
    boxes = page.all("input", name="pictures")
    assert len(boxes) == 2
    assert not any("checked" in box.attrs for box in boxes)
    chosen = str(next(file.id for file in kept_files(session) if file.kind.value == "jpg"))
    address = f"/cases/{number}/redact"
    typed = fields_of(page.one("main").all("form", method="post")[0]) | {"pictures": chosen}
    assert clerk.post(address, data=typed).status_code == 302
    assert client.get(f"/answers/{number}/pictures/1").status_code == 404
    address = f"/cases/{number}/publish"
    typed = fields_of(second.fetch(address).one("main").all("form", method="post")[-1])
    assert second.post(address, data=typed).status_code == 302
    public = client.fetch(f"/answers/{number}")
    assert [img.attrs["src"] for img in public.all("img") if "pictures" in img.attrs["src"]] == [
        f"/answers/{number}/pictures/1"
    ]
    seen = client.get(f"/answers/{number}/pictures/1")
    assert seen.status_code == 200
    assert f"{number}-1.jpg" in seen.headers["Content-Disposition"]
    assert client.get(f"/answers/{number}/pictures/2").status_code == 404
    for text in (public.text, str(seen.headers), seen.data.decode("latin-1")):
        assert CANARY not in text
        assert "canary" not in text
    page = clerk.fetch(f"/cases/{number}/unpublish")
    reason = next(o.attrs["value"] for o in page.all("option") if o.attrs.get("value"))
    assert clerk.submit(page, {"reason": reason}).status_code == 302
    assert client.get(f"/answers/{number}/pictures/1").status_code == 410
    assert session.scalar(select(func.count()).select_from(PublishedFile)) == 0


def test_the_end_of_retention_leaves_no_file(client: LintingClient, session: Session) -> None:
    number, _ = written(client, (NAME, photo()), ("a.pdf", pdf()))
    assert reading.erase(session, case_of(session, number)) == 2
    assert session.scalar(select(func.count()).select_from(AttachmentContent)) == 0
    assert kept_files(session) == []


def test_no_name_of_a_file_is_in_the_log(
    client: LintingClient, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    number, code = written(
        client,
        (NAME, photo()),
    )
    open_case(client, number, code)
    client.get(own_link(client.fetch("/follow/case"), CANARY))
    post(client, client.fetch("/letters/new"), [(f"{CANARY}.exe", b"MZ")], LETTER)
    logged = "".join(capsys.readouterr())
    assert "route=/letters/check" in logged
    assert CANARY not in logged


def test_a_text_with_a_picture_is_not_published_without_being_looked_at(
    client: LintingClient, session: Session, district: District
) -> None:
    number, _ = written(client, ("a.jpg", photo()), consent="y")
    case = case_of(session, number)
    lead_to(district, case, State.FORWARDED)
    words = {"subject": "路灯", "body": "路灯不亮。", "reply": "已经修好。"}
    at = {"by": staff(district.clerk), "at": MONDAY + 9 * STEP, "rules": district.rules}
    publication.redact(session, case, **words, **at)  # type: ignore[arg-type]
    assert public_texts.draft_of(session, case).clean  # type: ignore[union-attr]
    chosen = [file.id for file in kept_files(session)]
    publication.redact(session, case, **words, pictures=chosen, **at)  # type: ignore[arg-type]
    assert not public_texts.draft_of(session, case).clean  # type: ignore[union-attr]


def test_a_leader_sees_each_picture_of_a_sensitive_text_once(
    client: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    number, _ = written(client, ("a.jpg", photo()), consent="y", kind="complaint")
    case = case_of(session, number)
    lead_to(district, case, State.FORWARDED)
    publication.redact(
        session,
        case,
        subject="路灯",
        body="路灯不亮。",
        reply="已经修好。",
        sensitive=(Sensitive.HEALTH,),
        pictures=[file.id for file in kept_files(session)],
        by=staff(district.clerk),
        at=MONDAY + 9 * STEP,
        rules=district.rules,
    )
    session.commit()
    page = sign_in(district.leader).fetch(f"/cases/{number}/clear")
    assert page.one("main").text.count("a.jpg") == 2  # in the list and on its button


def test_files_of_a_merged_letter_are_read_where_it_is_answered(
    client: LintingClient, session: Session, district: District, sign_in: SignIn
) -> None:
    number, _ = written(client, ("merged.pdf", pdf()))
    merged = case_of(session, number)
    target = district.case_in(State.HANDLING)
    at = {"by": staff(district.clerk), "at": MONDAY + STEP, "rules": district.rules}
    reason = session.scalars(select(Reason.code).where(Reason.action == "merge")).first()
    office_steps.merge(session, merged, into=target, reason_code=reason, **at)  # type: ignore[arg-type]
    session.commit()
    handler = sign_in(district.handler)
    assert "merged.pdf" in handler.fetch(f"/cases/{target.number}").text
    file = kept_files(session)[0]
    assert open_as(handler, target.number, file).status_code == 200
    assert open_as(handler, number, file).status_code == 404
    merged.accused_department_id = district.handler.department_id
    session.commit()
    assert "merged.pdf" not in handler.fetch(f"/cases/{target.number}").text
    assert open_as(handler, target.number, file).status_code == 404
