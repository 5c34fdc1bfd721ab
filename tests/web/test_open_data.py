"""Feeds, open data and sitemaps hold what is public now, and nothing else."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from casework.services import consent
from casework.services.actors import PETITIONER
from casework.web.guard import RoleBlueprint
from casework.web.tables import csv_lines, harmless
from casework.workflow.states import Kind
from tests.factories import CANARY, MONDAY, STEP, CategoryFactory, DepartmentFactory, District
from tests.web.client import LintingClient
from tests.web.test_public_answers import published

A = "{http://www.w3.org/2005/Atom}"
S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOST = "http://127.0.0.1:8000"
MONTH = "2026-03"
EVERYWHERE = (
    "/answers",
    "/answers.atom",
    f"/open-data/answers-{MONTH}.csv",
    f"/open-data/answers-{MONTH}.json",
    f"/sitemap-{MONTH}.xml",
)


def entries(client: LintingClient, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.mimetype == "application/atom+xml"
    root = ElementTree.fromstring(answer.data)
    return [entry.findtext(f"{A}title", "") for entry in root.iter(f"{A}entry")]


def test_the_feed_has_the_newest_answers_with_their_public_addresses(
    client: LintingClient, district: District
) -> None:
    first = published(district, "第一封")
    published(district, "第二封", hours=1)
    assert entries(client, "/answers.atom") == ["第二封", "第一封"]
    root = ElementTree.fromstring(client.get("/answers.atom").data)
    ids = [entry.findtext(f"{A}id") for entry in root.iter(f"{A}entry")]
    assert ids[-1] == f"{HOST}/answers/{first.number}"
    assert "evil" not in client.get("/answers.atom", headers={"Host": "evil.example"}).text


def test_departments_and_subject_areas_have_feeds_of_their_own(
    client: LintingClient, district: District
) -> None:
    category = CategoryFactory()
    published(district, "有类别", category_id=category.id)
    published(district, "没有类别", hours=1)
    other = DepartmentFactory()
    district.session.commit()
    assert entries(client, f"/answers.atom?category={category.id}") == ["有类别"]
    assert len(entries(client, f"/answers.atom?department={district.lead.id}")) == 2
    assert entries(client, f"/answers.atom?department={other.id}") == []
    assert len(entries(client, "/answers.atom?department=x'--&category=9e99")) == 2


def test_signs_that_xml_cannot_hold_do_not_break_the_feed(
    client: LintingClient, district: District
) -> None:
    published(district, "铃\x07声 <b>&")
    assert entries(client, "/answers.atom") == ["铃声 <b>&"]


def test_the_data_of_a_month_are_the_published_texts(
    client: LintingClient, district: District
) -> None:
    case = published(district, "=1+1", kind=Kind.HELP, street_id=district.street.id)
    answer = client.get(f"/open-data/answers-{MONTH}.csv")
    assert answer.data.startswith("\ufeff".encode())
    (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert row["number"] == case.number
    assert row["subject"] == "'=1+1"
    assert row["kind"] == "求助"
    assert row["department"] == district.lead.name
    assert row["street"] == district.street.name
    assert row["address"] == f"{HOST}/answers/{case.number}"
    (record,) = json.loads(client.get(f"/open-data/answers-{MONTH}.json").data)
    assert record["subject"] == "=1+1"
    assert list(record) == list(row)
    assert json.loads(client.get("/open-data/answers-2026-01.json").data) == []


@pytest.mark.parametrize("month", ["2026-13", "0001-01", "abc", "2026-3", "２０２６-03"])
def test_what_is_no_month_is_not_found(client: LintingClient, month: str) -> None:
    assert client.get(f"/open-data/answers-{month}.csv").status_code == 404
    assert client.get(f"/sitemap-{month}.xml").status_code == 404


def test_the_sitemap_leads_to_every_answer_by_month(
    client: LintingClient, district: District
) -> None:
    case = published(district, "一封")
    root = ElementTree.fromstring(client.get("/sitemap.xml").data)
    assert [place.text for place in root.iter(f"{S}loc")] == [
        f"{HOST}/sitemap-{MONTH}.xml",
        f"{HOST}/sitemap-guides.xml",
    ]
    root = ElementTree.fromstring(client.get(f"/sitemap-{MONTH}.xml").data)
    assert [place.text for place in root.iter(f"{S}loc")] == [f"{HOST}/answers/{case.number}"]
    assert f"Sitemap: {HOST}/sitemap.xml" in client.get("/robots.txt").text


def test_search_engines_are_kept_from_every_locked_door_and_from_a_followers_own_page(
    client: LintingClient, app: Flask
) -> None:
    said = client.get("/robots.txt").text
    kept = {line.removeprefix("Disallow: ") for line in said.splitlines()}
    doors = {name for name, bp in app.blueprints.items() if isinstance(bp, RoleBlueprint)}
    locked = {
        f"/{rule.rule.split('/')[1]}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint.rpartition(".")[0] in doors
    }
    assert locked - kept == set()
    assert "/matters/following" in kept
    assert "/matters" not in kept


def test_without_publications_every_file_is_empty_and_well_formed(client: LintingClient) -> None:
    assert entries(client, "/answers.atom") == []
    assert len(ElementTree.fromstring(client.get("/sitemap.xml").data)) == 1  # that of the guides
    assert list(ElementTree.fromstring(client.get("/sitemap-guides.xml").data)) == []
    assert "还没有公开" in client.fetch("/open-data").one("main").text


def test_what_is_taken_down_is_gone_from_every_place_at_once(
    client: LintingClient, session: Session, district: District
) -> None:
    case = published(district, "独一无二的标题")
    for address in EVERYWHERE:
        assert case.number in client.get(address).text, address
    consent.take_back_consent(
        session, case, by=PETITIONER, at=MONDAY + 20 * STEP, rules=district.rules
    )
    session.commit()
    for address in EVERYWHERE:
        text = client.get(address).text
        assert case.number not in text, address
        assert "独一无二的标题" not in text, address
    assert client.get(f"/answers/{case.number}").status_code == 410


def test_the_page_of_an_answer_can_be_shared_without_scripts(
    client: LintingClient, district: District
) -> None:
    case = published(district, "路灯不亮")
    page = client.fetch(f"/answers/{case.number}")
    (canonical,) = page.all("link", rel="canonical")
    assert canonical.attrs["href"] == f"{HOST}/answers/{case.number}"
    (title,) = page.all("meta", property="og:title")
    assert title.attrs["content"] == "路灯不亮"
    (description,) = page.all("meta", property="og:description")
    assert "答复：路灯不亮" in description.attrs["content"]


def test_readers_say_whether_an_answer_was_useful_and_are_counted_once_a_day(
    client: LintingClient, district: District
) -> None:
    case = published(district, "路灯不亮")
    address = f"/answers/{case.number}/opinion"
    assert client.submit(client.fetch(address), {}).status_code == 422
    for _ in range(2):
        assert client.submit(client.fetch(address), {"useful": "yes"}).status_code == 303
    text = client.fetch(f"/answers/{case.number}").one("main").text
    assert "读者认为" not in text  # too few to be told
    for number in range(4):
        client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        client.submit(client.fetch(address), {"useful": "no" if number else "yes"})
    text = client.fetch(f"/answers/{case.number}").one("main").text
    assert "5位读者中有2位" in text
    assert client.get("/answers/2026-999999/opinion").status_code == 404


def test_filters_by_kind_and_street_narrow_the_list(
    client: LintingClient, district: District
) -> None:
    published(district, "求助的", kind=Kind.HELP, street_id=district.street.id)
    published(district, "建议的", hours=1, kind=Kind.SUGGESTION)
    assert "建议的" not in client.get("/answers?kind=help").text
    assert "建议的" not in client.get(f"/answers?street={district.street.id}").text
    assert "建议的" in client.get("/answers?kind=none&street=x").text


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x", "  =1"]
)
def test_no_cell_becomes_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    (_, line) = csv_lines(["a"], [[cell]])
    assert next(csv.reader(io.StringIO(line)))[0].startswith("'")


def test_numbers_and_days_stay_what_they_are() -> None:
    assert harmless(-1) == -1
    assert harmless("1-2") == "1-2"


def test_nothing_of_the_petitioner_is_in_any_of_it(
    client: LintingClient, district: District
) -> None:
    body = f"我叫{CANARY.name}，电话{CANARY.phone}"
    published(district, "公开的", body=body, subject=CANARY.name)
    for address in EVERYWHERE:
        text = client.get(address).text
        for mark in (CANARY.name, CANARY.phone, CANARY.email, CANARY.id_number, CANARY.address):
            assert mark not in text, address
