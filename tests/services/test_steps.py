"""Every step of the table moves a case as the table says, and a refused one moves nothing."""

import pytest

from casework.workflow.states import State
from tests.factories import PATHS, District


@pytest.mark.parametrize("state", PATHS)
def test_a_case_can_come_into_each_state(district: District, state: State) -> None:
    assert district.case_in(state).state is state
