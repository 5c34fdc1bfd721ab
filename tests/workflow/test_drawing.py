"""The page about the workflow shows every step of the table and is up to date."""

import pytest
from click.testing import CliRunner

from casework.commands import workflow
from casework.language import LOCALES
from casework.workflow import drawing
from casework.workflow.states import State
from casework.workflow.table import TABLE


def test_the_page_in_the_documentation_is_what_the_table_says_today():
    kept = workflow.PAGE.read_text(encoding="utf-8")
    assert kept == drawing.document(), "run `casework workflow draw` and commit docs/workflow.md"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_step_has_its_line(locale):
    lines = drawing.table(locale).splitlines()[2:]
    assert len(lines) == len(TABLE)
    assert len({line.count(" | ") for line in lines}) == 1
    for line, row in zip(lines, TABLE, strict=True):
        assert f"`{row.action}`" in line


@pytest.mark.parametrize("locale", LOCALES)
def test_every_state_is_drawn_and_every_arrow_joins_known_states(locale):
    lines = [line.strip() for line in drawing.diagram(locale).splitlines()]
    drawn = {line.rpartition(" as ")[2] for line in lines if '" as ' in line and "{" not in line}
    assert drawn == set(State)
    arrows = [line.partition(":")[0].split(" --> ") for line in lines if " --> " in line]
    assert {end for arrow in arrows for end in arrow} <= {*State, "running", "[*]"}
    assert len(arrows) == len({tuple(arrow) for arrow in arrows})


def test_the_chinese_part_has_no_english_sentence_left():
    letters = [c for c in drawing.table("zh_CN") if c.isascii() and c.isalpha()]
    codes = "".join(row.action.value.replace("_", "") for row in TABLE)
    breaks = "br" * drawing.table("zh_CN").count("<br>")
    assert sorted(letters) == sorted(codes + breaks)


def test_the_command_writes_the_page(tmp_path):
    page = tmp_path / "workflow.md"
    done = CliRunner().invoke(workflow.command, ["draw", "--to", str(page)])
    assert done.exit_code == 0
    assert page.read_text(encoding="utf-8") == drawing.document()
