"""The command line prints the figures of the pages, by whatever they are told apart."""

import json
from datetime import date

import click
import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from casework.commands import figures, verify
from casework.commands._work import locale
from casework.commands.figures import EVERYTHING, _all_of, _lines
from casework.language import translate
from casework.queries.figures import Grouping, Period, Scope
from casework.queries.figures_pages import by_department, by_group
from casework.queries.measures import MEASURES
from tests.figures.conftest import TODAY, empty, filled, person

__all__ = ["empty", "filled"]
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
PERIOD = Period.of(*YEAR, today=TODAY)


@pytest.mark.parametrize("grouping", Grouping)
def test_the_groups_of_a_period_add_up_to_the_whole(filled: Session, grouping: Grouping) -> None:
    whole, groups = by_group(filled, EVERYTHING, PERIOD, grouping)
    assert len(groups) > 1
    for measure in MEASURES:
        assert sum(found[measure] for found in groups.values()) == whole[measure]


def test_the_command_and_the_page_say_the_same(filled: Session) -> None:
    page = by_department(filled, Scope(person(filled, "supervisor")), PERIOD).whole
    key, name, whole = _lines(filled, *YEAR, None, today=TODAY)[0]
    assert _all_of(key, name, whole) == _all_of(key, name, page)
    assert json.loads(json.dumps(_all_of(key, name, whole)))["received"] == page["received"]


@pytest.mark.parametrize("by", [*(grouping.value for grouping in Grouping), "month"])
def test_every_group_has_a_name(filled: Session, by: str) -> None:
    lines = _lines(filled, *YEAR, by, today=TODAY)
    assert all(name and not name.isdecimal() for _, name, _ in lines)


def test_what_falls_into_no_group_stands_last_and_every_key_is_its_own(filled: Session) -> None:
    lines = _lines(filled, *YEAR, "department", today=TODAY)
    none = translate(locale(), "None of these")
    assert [name for _, name, _ in lines].index(none) == len(lines) - 1
    assert len({key for key, _, _ in lines}) == len(lines)


@pytest.mark.parametrize("command", [figures.command, verify.verify_figures])
def test_a_last_day_before_the_first_is_refused(command: click.Command) -> None:
    said = CliRunner().invoke(command, ["--from", "2026-03-02", "--to", "2026-03-01"])
    assert said.exit_code == 2
    assert "--to" in said.output
