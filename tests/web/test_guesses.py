"""A category is suggested from the words of earlier letters, taken by a click, never demanded."""

import os
from collections import defaultdict
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Category, CategoryGram
from casework.queries.directory import Subject
from casework.queries.guesses import PAIR, best, names_of, weights_of
from casework.queries.likeness import pairs
from casework.services.learning import learn_categories
from casework.workflow.states import State
from tests.factories import CategoryFactory, District
from tests.web.citizen import LETTER, checked, page_of, send
from tests.web.client import LintingClient
from tests.web.conftest import SignIn

LETTERS = {
    "路灯": ("路灯不亮", "路灯坏了", "灯坏了晚上很黑", "路灯忽明忽暗", "路灯一直不亮"),
    "噪声": ("夜间施工噪声扰民", "广场舞太吵", "工地半夜施工很吵", "装修噪声大", "酒吧噪声"),
    "停车": ("停车位不够", "车辆乱停堵住通道", "停车收费太贵", "人行道乱停车", "停车场不开放"),
    "供水": ("自来水发黄", "停水两天没通知", "水压太低", "水管爆裂漏水", "自来水有异味"),
    "工资": ("公司拖欠工资", "工地不发工资", "老板拖欠工资", "加班工资没有发", "离职后工资不结"),
}
PLACES = ("青溪路", "柳桥北街", "翠湖苑")
UNSEEN = {
    "路灯": ("门前的路灯又坏了", "望云大道路灯不亮"),
    "噪声": ("半夜施工噪声太大", "隔壁装修很吵"),
    "停车": ("单元门口乱停车", "停车位被占"),
    "供水": ("家里停水了", "自来水有异味发黄"),
    "工资": ("单位拖欠工资不给", "辞职后没有发工资"),
}
FLOOR_FIRST, FLOOR_SHOWN = 0.55, 0.80
"""What the real letters must reach at least: the right category first, and among those shown."""


@pytest.fixture
def categories(district: District) -> dict[str, Category]:
    found = {name: CategoryFactory(name=name, name_en=f"{name} (en)") for name in LETTERS}
    for name, letters in LETTERS.items():
        for subject in (f"{place}{phrase}" for place in PLACES for phrase in letters):
            district.submitted(
                subject=subject, body=f"您好，{subject}，请处理。", category_id=found[name].id
            )
    learn_categories(district.session)
    district.session.commit()
    return found


def suggested(client: LintingClient, subject: str) -> list[str]:
    page = checked(client, subject=subject, text="请尽快处理，谢谢。")
    shown = page.all("input", name="category")
    return [one.attrs["value"] for one in shown if one.attrs["type"] == "radio"]


def test_letters_that_were_never_seen_find_their_category(
    client: LintingClient, categories: dict[str, Category]
) -> None:
    right = asked = 0
    for name, subjects in UNSEEN.items():
        for subject in subjects:
            asked += 1
            right += suggested(client, subject)[:1] == [str(categories[name].id)]
    assert right == asked


def test_nothing_is_suggested_out_of_the_blue(
    client: LintingClient, categories: dict[str, Category]
) -> None:
    assert suggested(client, "hello") == []
    assert suggested(client, "鸿鹄凌霄") == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_writer_takes_a_suggestion_or_none(
    client: LintingClient, categories: dict[str, Category], session: Session, language: str
) -> None:
    client.speak(language)
    light = categories["路灯"].id
    for typed, expected in (
        ({"category": str(light)}, light),
        ({}, None),
        ({"category": ""}, None),
    ):
        page = checked(client, subject="门前的路灯又坏了")
        assert send(client, page, typed).status_code == 303
        newest = select(Case.category_id).order_by(Case.id.desc()).limit(1)
        assert session.scalars(newest).one() == expected


@pytest.mark.parametrize("value", ["999999", "x", "9" * 30, "-1"])
def test_a_category_of_nobody_is_left_out(
    client: LintingClient, categories: dict[str, Category], session: Session, value: str
) -> None:
    page = checked(client, subject="门前的路灯又坏了")
    assert send(client, page, {"category": value}).status_code == 303
    newest = select(Case.category_id).order_by(Case.id.desc()).limit(1)
    assert session.scalars(newest).one() is None


def test_what_was_taken_survives_a_change_of_the_letter(
    client: LintingClient, categories: dict[str, Category]
) -> None:
    chosen = str(categories["路灯"].id)
    page = checked(client, subject="门前的路灯又坏了")
    changed = page_of(send(client, page, {"category": chosen}, to="/letters/change"))
    again = page_of(send(client, changed, LETTER | {"subject": "路灯一直不亮"}))
    ticked = [
        one.attrs["value"] for one in again.all("input", type="radio") if "checked" in one.attrs
    ]
    assert ticked == [chosen]


def test_the_office_and_the_operator_take_a_suggestion_with_one_click(
    district: District, sign_in: SignIn, categories: dict[str, Category]
) -> None:
    case = district.case_in(State.SUBMITTED, subject="门前的路灯又坏了", body="请修。")
    district.session.commit()
    office = sign_in(district.clerk)
    for page in ("dispatch", "classify"):
        buttons = office.fetch(f"/cases/{case.number}/{page}").all("button", type="button")
        offered = [one.attrs.get("data-fill-value") for one in buttons]
        assert "路灯" in offered, page
    desk = sign_in(district.operator)
    page = desk.fetch("/operator")
    token = page.one("main").all("input", name="csrf_token")[0].attrs["value"]
    asked = {"subject": "家里停水了", "text": "", "csrf_token": token}
    assert 'data-fill-value="供水"' in desk.post("/operator/suggestions", data=asked).text


def test_what_is_classified_already_gets_no_suggestion(
    district: District, sign_in: SignIn, categories: dict[str, Category]
) -> None:
    case = district.case_in(
        State.SUBMITTED, subject="门前的路灯又坏了", category_id=categories["停车"].id
    )
    district.session.commit()
    page = sign_in(district.clerk).fetch(f"/cases/{case.number}/classify")
    assert not page.all("button", type="button")


def test_only_pairs_of_several_letters_are_kept_and_no_digits(
    district: District, categories: dict[str, Category], session: Session
) -> None:
    district.submitted(
        subject="欧阳修竹的电话13912345678", body="欧阳", category_id=categories["路灯"].id
    )
    learn_categories(session)
    kept = set(session.scalars(select(CategoryGram.gram)))
    assert "路灯" in kept
    assert not {gram for gram in kept if gram and not PAIR.fullmatch(gram)}
    assert "修竹" not in kept


def test_learning_anew_forgets_what_is_gone(
    district: District, categories: dict[str, Category], session: Session
) -> None:
    for case in session.scalars(select(Case)):
        case.category_id = None
    session.flush()
    assert learn_categories(session) == 0
    assert session.scalars(select(CategoryGram.gram)).all() == []


def labelled() -> list[tuple[str, str, str]]:
    """Return subject, text and category of real letters, where somebody has put them."""
    place = Path(os.environ.get("CASEWORK_LETTERS", "nowhere")) / "letters_labelled.xlsx"
    if not place.exists():
        pytest.skip("no labelled letters: CASEWORK_LETTERS names no folder that has them")
    from python_calamine import load_workbook

    rows = load_workbook(place).get_sheet_by_index(0).to_python()[1:]
    return [(str(row[2]), str(row[4]), str(row[5])) for row in rows]


def test_real_letters_find_their_first_level_category() -> None:
    letters = labelled()
    Random(1).shuffle(letters)
    labels = sorted({label for _subject, _text, label in letters})
    ids = {label: place for place, label in enumerate(labels, start=1)}
    among = [Subject(key, None, 1, label, label, "", True) for label, key in ids.items()]
    first = shown = 0
    for fold in range(10):
        counts: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for subject, text, label in (x for i, x in enumerate(letters) if i % 10 != fold):
            counts[""][ids[label]] += 1
            for gram in filter(PAIR.fullmatch, pairs(f"{subject} {text[:400]}")):
                counts[gram][ids[label]] += 1
        known = {gram: per for gram, per in counts.items() if not gram or sum(per.values()) > 1}
        for subject, text, label in letters[fold::10]:
            weights = weights_of(subject, text)
            found = [one.category_id for one in best(weights, known, names_of(among, weights))]
            first += found[:1] == [ids[label]]
            shown += ids[label] in found
    assert first / len(letters) >= FLOOR_FIRST
    assert shown / len(letters) >= FLOOR_SHOWN
