"""Letters of a register become cases with a log of their own, at their own times."""

from datetime import date
from pathlib import Path
from statistics import median

import pytest
from click.testing import CliRunner
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from casework.commands.import_ import command
from casework.models import Case, CaseEvent, Category, OutboxMessage, User
from casework.queries.figures import Period, Scope
from casework.queries.figures_pages import by_department
from casework.services.log import broken_chains
from casework.services.registers import categories, importing, letters, sheets
from casework.services.registers.importing import Outcome
from casework.services.registers.letters import Letter
from casework.workflow.calendar import local_day
from casework.workflow.states import Action, State
from tests.factories import MONDAY, SEALER, District
from tests.registers import sheets as made
from tests.registers.test_reading import NOW, read

REAL = Path(__file__).parents[3] / "shared" / "letters"
needs_real_letters = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real letters are not kept in this repository"
)


def take_in(district: District, found: list[Letter], department: str | None = None) -> Outcome:
    db = district.session
    names = importing.names_known(db, department)
    steps = importing.import_letters(
        db, found, names=names, at=NOW, rules=district.rules, commit=db.commit
    )
    return list(steps)[-1]


@pytest.fixture
def register(tmp_path: Path) -> list[Letter]:
    rows = [
        made.HEADERS,
        made.line(1),
        made.line(2, 答复意见="", 答复时间=""),
        made.line(3, 留言时间="2026/2/1 8:00:00"),
    ]
    return read(made.workbook(tmp_path / "a.xlsx", rows))[0]


def test_a_batch_is_written_once_a_step_however_many_letters(
    district: District, tmp_path: Path
) -> None:
    rows = [made.HEADERS, *(made.line(number) for number in range(1, 6))]
    found = read(made.workbook(tmp_path / "five.xlsx", rows))[0]
    engine, written = district.session.get_bind().engine, list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("INSERT INTO case_events"):
            written.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert take_in(district, found, district.lead.code).answered == 5
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(written) == 6


def test_each_letter_goes_through_the_workflow_at_its_own_times(
    district: District, register: list[Letter]
) -> None:
    outcome = take_in(district, register, district.lead.code)
    assert (outcome.answered, outcome.waiting, outcome.present) == (2, 1, 0)
    db = district.session
    case = db.scalars(select(Case).where(Case.source_id == "1")).one()
    letter = next(letter for letter in register if letter.number == "1")
    assert (case.state, case.received_at) == (State.FORWARDED, letter.received_at)
    assert case.completed_at == letter.replied_at
    lines = db.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    ).all()
    assert [line.action for line in lines] == [
        action.value
        for action in (
            Action.SUBMIT,
            Action.DISPATCH,
            Action.SIGN,
            Action.DRAFT,
            Action.APPROVE,
            Action.FORWARD,
        )
    ]
    waiting = db.scalars(select(Case).where(Case.source_id == "2")).one()
    assert (waiting.state, waiting.department_id) == (State.DISPATCHED, district.lead.id)
    assert all(found is None for found in broken_chains(db, SEALER))


def test_a_second_run_takes_in_nothing_twice(district: District, register: list[Letter]) -> None:
    take_in(district, register[:1])
    outcome = take_in(district, register)
    assert (outcome.present, outcome.answered + outcome.waiting) == (1, 2)
    outcome = take_in(district, register)
    assert (outcome.present, outcome.answered + outcome.waiting) == (3, 0)
    assert district.session.scalar(select(func.count()).select_from(Case)) == 3


def test_nobody_is_told_of_what_has_long_been_told(
    district: District, register: list[Letter]
) -> None:
    take_in(district, register)
    waiting = select(func.count()).where(OutboxMessage.done_at.is_(None))
    assert district.session.scalar(waiting) == 0


def test_accounts_for_the_import_never_sign_in(district: District, register: list[Letter]) -> None:
    take_in(district, register)
    made_up = district.session.scalars(
        select(User).where(User.username.startswith("import-"))
    ).all()
    assert len(made_up) == 3
    assert all(user.disabled_at is not None for user in made_up)


def test_an_unknown_department_is_refused_before_anything_happens(
    district: District, register: list[Letter]
) -> None:
    with pytest.raises(sheets.BadRegister, match="NOWHERE"):
        importing.names_known(district.session, "NOWHERE")


def test_a_category_is_matched_by_name_or_reported(session: Session, district: District) -> None:
    session.add(Category(level=1, name="城乡建设", path="城乡建设"))
    session.flush()
    row = sheets.Row(2, dict(zip(letters.HEADERS.values(), made.line(1), strict=False)))
    found = letters.read_letter(sheets.Row(2, {**row.cells, "category": "城乡建设"}), now=NOW)
    other = letters.read_letter(
        sheets.Row(3, {**row.cells, "number": "2", "category": "没有的分类"}), now=NOW
    )
    assert isinstance(found, Letter)
    assert isinstance(other, Letter)
    outcome = take_in(district, [found, other])
    assert outcome.unknown_categories == {"没有的分类": 1}
    case = session.scalars(select(Case).where(Case.source_id == "1")).one()
    assert case.category is not None
    assert case.category.name == "城乡建设"


def test_a_broken_file_ends_the_command_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("nothing of the kind")
    result = CliRunner().invoke(command, ["letters", str(path)])
    assert result.exit_code == 1
    assert "not an Excel file" in result.output
    result = CliRunner().invoke(command, ["letters", str(path), "--map", "编号=nothing"])
    assert result.exit_code == 2


def test_categories_are_added_once(session: Session, tmp_path: Path) -> None:
    path = made.workbook(
        tmp_path / "c.xlsx",
        [
            ["一级分类", "二级分类", "三级分类"],
            ["城乡建设", "安全生产", "事故处理"],
            ["城乡建设", "安全生产", "安全生产管理"],
            ["城乡建设", "", "没有上级"],
            ["交通", "", ""],
        ],
    )
    rows = sheets.read_rows(path, categories.HEADERS, required=categories.REQUIRED)
    first = categories.import_categories(session, rows)
    assert (first.added, first.present, len(first.refused)) == (5, 0, 1)
    second = categories.import_categories(session, rows)
    assert (second.added, second.present) == (0, 3)
    leaf = session.scalars(select(Category).where(Category.name == "安全生产管理")).one()
    assert leaf.path == "城乡建设 / 安全生产 / 安全生产管理"


@needs_real_letters
def test_the_real_tree_has_517_leaves(session: Session) -> None:
    rows = sheets.read_rows(
        REAL / "categories.xlsx", categories.HEADERS, required=categories.REQUIRED
    )
    assert not categories.import_categories(session, rows).refused
    leaves = select(func.count()).where(Category.level == 3)
    assert session.scalar(leaves) == 517


@needs_real_letters
def test_real_letters_give_the_figures_that_their_sheet_gives(district: District) -> None:
    """Every seventh letter, so that the test is quick; the days are counted from the sheet."""
    every, refused = read(REAL / "letters_with_replies.xlsx")
    assert (len(every), refused) == (1_408, [])
    found = every[::7]
    days = [
        (local_day(letter.replied_at) - local_day(letter.received_at)).days
        for letter in found
        if letter.replied_at
    ]
    outcome = take_in(district, found)
    assert outcome.answered == len(found) == len(days)
    period = Period.of(date(2000, 1, 1), date(2026, 5, 31), today=MONDAY.date())
    figures = by_department(district.session, Scope(district.leader), period).whole
    assert figures.median is not None
    assert float(figures.median) == median(days)
    for name, most in (("within_15", 15), ("within_60", 60)):
        assert figures[name] == sum(day <= most for day in days)
        assert figures.denominator(name) == len(days)


@needs_real_letters
@pytest.mark.parametrize(
    ("name", "good", "bad"), [("letters.xlsx", 2_163, 0), ("letters_labelled.xlsx", 247, 1)]
)
def test_every_real_register_is_read(name: str, good: int, bad: int) -> None:
    found, refused = read(REAL / name)
    assert (len(found), len(refused)) == (good, bad)
