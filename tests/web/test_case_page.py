"""The page of a case: one page for everybody, showing what each may see and do."""

import pytest

from casework.workflow.states import State
from tests.factories import PATHS, District
from tests.web.conftest import SignIn


@pytest.mark.parametrize("state", PATHS)
def test_everybody_who_sees_the_case_can_read_its_page(
    district: District, sign_in: SignIn, state: State
) -> None:
    case = district.case_in(state)
    for user in (district.clerk, district.supervisor, district.leader):
        page = sign_in(user).fetch(f"/cases/{case.number}")
        assert case.subject in page.text
