"""The search finds exactly the texts that contain what was typed, and is quick about it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, literal, select, true, update
from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.models import Case, Publication, PublicationState
from casework.queries import search
from casework.queries.search import CASES, PUBLICATIONS, certain_grams, search_page, words_of
from casework.workflow.states import State
from tests.factories import MONDAY, District

TEXTS = (
    "小区门口的路灯不亮，晚上很不安全。",
    "欧阳建国反映：天河路112号楼顶漏水",
    "咨询居住证办理，电话95100无人接听",
    "公交B12路改道后，老人出行不便",
    "满意率100%，谢谢！",
    "文件名是plan_2026.xlsx，打不开",
    '他说："路\\灯"坏了；DROP TABLE cases;--\'',
    "𠮷野家门前乱停车",
)


@pytest.fixture
def texts(session: Session, district: District) -> list[str]:
    """Publish TEXTS, the first one last, so that the list shows them in their order."""
    for position, text in enumerate(TEXTS):
        published(session, district.submitted(), text, hours=-position)
    return list(TEXTS)


def published(session: Session, case: Case, text: str, *, hours: int = 0) -> None:
    session.add(
        Publication(
            case_id=case.id,
            number=case.number,
            state=PublicationState.PUBLISHED,
            kind=case.kind,
            channel=case.channel,
            received_on=case.received_on,
            subject=text[:10],
            body=text,
            reply="",
            redacted_at=MONDAY,
            published_at=MONDAY + timedelta(hours=hours),
        )
    )
    session.flush()


def found(session: Session, words: str) -> list[str]:
    base = select(Publication.body).where(Publication.state == PublicationState.PUBLISHED)
    page = search_page(session, base, PUBLICATIONS, words, size=50, at=MONDAY)
    return [row.body for row in page.rows]


@pytest.mark.parametrize(
    "words",
    [
        "路灯",
        "建国",
        "欧阳建国",
        "阳建",
        "号楼顶漏",
        "居住证 电话",
        "无人接听",
        "95100",
        "b12路改",
        "B12",
        "12号楼",
        "100%",
        "%",
        "_2026",
        "plan_2026",
        "路\\灯",
        '"路',
        "'",
        "DROP TABLE",
        "𠮷野家",
        "亮",
        "不",
        "；drop",
        "没有这个词",
        "路灯%",
        "灯　不亮",
    ],
)
def test_a_text_is_found_exactly_when_it_contains_every_word(
    session: Session, texts: list[str], words: str
) -> None:
    expected = [t for t in texts if all(w in t.lower() for w in words.lower().split())]
    assert found(session, words) == expected


def test_latin_words_alone_are_whole_words(session: Session, texts: list[str]) -> None:
    assert found(session, "95100") == [texts[2]]
    assert found(session, "9510") == []


HAN = st.text(alphabet="路灯坏了小区中山大道停车建国", max_size=14)


@pytest.fixture
def slots(session: Session, district: District) -> list[int]:
    cases = [district.submitted() for _ in range(6)]
    for case in cases:
        published(session, case, "空")
    return [case.id for case in cases]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    bodies=st.lists(HAN, min_size=6, max_size=6),
    words=st.lists(
        st.text(alphabet="路灯坏了小区中山大道停车建国", min_size=1, max_size=4),
        min_size=1,
        max_size=2,
    ),
)
def test_random_chinese_is_found_as_python_finds_it(
    session: Session, slots: list[int], bodies: list[str], words: list[str]
) -> None:
    for case_id, body in zip(slots, bodies, strict=True):
        session.execute(
            update(Publication)
            .where(Publication.case_id == case_id)
            .values(subject="", body=body, reply="")
        )
    expected = {
        case_id
        for case_id, body in zip(slots, bodies, strict=True)
        if all(word in body for word in words)
    }
    base = select(Publication.case_id)
    page = search_page(session, base, PUBLICATIONS, " ".join(words), size=50, at=MONDAY)
    assert {row.case_id for row in page.rows} == expected
    assert page.count == len(expected)


@given(st.text(alphabet="路灯ab1 中-", min_size=1, max_size=6), HAN, HAN)
def test_certain_grams_of_chinese_stand_in_every_text_around_them(
    word: str, before: str, after: str
) -> None:
    word = word.replace(" ", "")
    if any(len(gram) == 2 for gram in certain_grams(word)):
        grown = certain_grams(f"。{before}{word}{after}。")
        assert certain_grams(word) <= grown


@pytest.mark.parametrize(
    "text", ["路\0灯", "\x1f", "\ud800", "字" * 101, " ".join("一二三四五六七八九")]
)
def test_what_nobody_means_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        words_of(text)


def many(session: Session, case: Case, count: int, body: str, *, newest_hours: int = 0) -> None:
    """Copy ``case`` often, each copy an hour older than the one before."""
    columns = [c for c in Case.__table__.columns if c.name not in ("id", "number")]
    position = func.generate_series(1, count).table_valued("n").render_derived()
    values = {c.name: c for c in columns}
    values["ref"] = func.gen_random_uuid()
    values["form_token"] = literal(None)
    values["body"] = literal(body)
    values["received_at"] = (
        literal(MONDAY + timedelta(hours=newest_hours)) - timedelta(hours=1) * position.c.n
    )
    session.execute(
        insert(Case).from_select(
            list(values),
            select(*values.values())
            .select_from(Case)
            .join(position, true())
            .where(Case.id == case.id),
        )
    )


def pages(session: Session, words: str, size: int) -> tuple[list[int], int]:
    """Follow the pages to the end and return all ids, and the count of the first page."""
    base = select(Case.id)
    ids: list[int] = []
    after, count = None, None
    while True:
        page = search_page(session, base, CASES, words, size=size, at=MONDAY, after=after)
        ids += [row.id for row in page.rows]
        count = page.count if count is None else count
        if page.next_key is None:
            return ids, count
        after = page.next_key


def newest_first(session: Session, word: str) -> list[int]:
    return list(
        session.scalars(
            select(Case.id)
            .where(Case.body.contains(word))
            .order_by(Case.received_at.desc(), Case.id.desc())
        )
    )


@pytest.mark.parametrize("walked", [20_000, 50])
def test_common_and_rare_words_page_through_every_hit_once(
    session: Session, district: District, monkeypatch: pytest.MonkeyPatch, walked: int
) -> None:
    monkeypatch.setattr(search, "WALKED", walked)
    case = district.case_in(State.SUBMITTED, body="原件")
    many(session, case, 900, "近来停车难", newest_hours=-1)
    many(session, case, 1_200, "早年噪声扰民", newest_hours=-2_000)
    many(session, case, 3, "罕见词", newest_hours=-10)
    for word, size in (("停车", 300), ("噪声", 500), ("罕见", 2)):
        expected = newest_first(session, word)
        ids, count = pages(session, word, size)
        assert ids == expected
        assert count == min(len(expected), search.COUNTED + 1)


def test_a_single_character_is_looked_for_in_the_last_year_only(
    session: Session, district: District
) -> None:
    case = district.case_in(State.SUBMITTED, body="原件")
    many(session, case, 2, "鼠", newest_hours=-5)
    many(session, case, 2, "鼠", newest_hours=-24 * 400)
    page = search_page(session, select(Case.id), CASES, "鼠", size=10, at=MONDAY)
    assert len(page.rows) == page.count == 2
    assert page.since == MONDAY - search.WINDOW


def test_a_search_stays_within_what_its_base_allows(session: Session, texts: list[str]) -> None:
    base = select(Publication.body).where(Publication.subject.contains("公交"))
    page = search_page(session, base, PUBLICATIONS, "出行", size=10, at=MONDAY)
    assert [row.body for row in page.rows] == [texts[3]]
    nothing = select(Publication.body).where(Publication.subject.contains("路灯"))
    assert search_page(session, nothing, PUBLICATIONS, "出行", size=10, at=MONDAY).count == 0
