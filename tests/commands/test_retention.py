"""``casework retention`` erases what is out of its time, and says beforehand what that would be."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from casework.commands.retention import _walk, command
from casework.commands.verify import verify_clocks, verify_figures, verify_log
from casework.services.erased_parts import ERASED
from casework.workflow.states import State
from tests.commands.conftest import Run
from tests.factories import MONDAY, SEALER, District

LATE = MONDAY + timedelta(days=366 * 11)


@pytest.fixture
def work(district: District) -> Any:
    return SimpleNamespace(session=district.session, sealer=SEALER)


def test_the_dry_run_names_the_cases_and_changes_nothing(
    district: District, work: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    old = district.case_in(State.ARCHIVED)
    running = district.case_in(State.HANDLING)
    assert _walk(work, LATE, dry_run=True) == 1
    said = capsys.readouterr().out
    assert old.number in said
    assert "petitioners: 1" in said
    assert running.number not in said
    district.session.refresh(old)
    assert old.subject != ERASED


def test_a_second_run_finds_nothing(district: District, work: Any) -> None:
    old = district.case_in(State.ARCHIVED)
    assert _walk(work, LATE, dry_run=False) == 1
    district.session.refresh(old)
    assert old.subject == ERASED
    assert _walk(work, LATE, dry_run=False) == 0


@pytest.mark.parametrize("arguments", [("--dry-run",), ()])
def test_an_empty_district_has_nothing_to_erase_and_holds(
    run: Run, arguments: tuple[str, ...]
) -> None:
    assert run(command, *arguments).exit_code == 0
    for check in (verify_log, verify_clocks, verify_figures):
        assert run(check).exit_code == 0
