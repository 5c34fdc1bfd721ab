"""The table of steps against the rules it must follow, typed here a second time from the rules.

Everything that does not stand in ``LAWFUL`` is impossible, for every role, from every state.
"""

from itertools import product
from types import SimpleNamespace

import pytest

from casework.errors import GuardFailed, IllegalStep, NotPermitted
from casework.workflow import machine, words
from casework.workflow.guards import CaseFacts
from casework.workflow.notices import AUDIENCE, TOLD_BESIDE_THE_STEPS, Notice
from casework.workflow.states import (
    COMPLETE,
    ENDED_OTHERWISE,
    RUNNING,
    STAFF_ROLES,
    Action,
    Role,
    State,
)
from casework.workflow.table import TABLE

ANY_BEFORE_FORWARDED = (
    "submitted dispatched handling returned awaiting_petitioner reviewing replied"
)

LAWFUL = [
    # action, from ("" opens a case), to ("=" stays there), who
    ("submit", "", "submitted", "petitioner operator office api"),
    ("ask_review", "", "submitted", "petitioner operator office"),
    ("answer_now", "", "archived", "operator"),
    ("dispatch", "submitted returned", "dispatched", "office"),
    ("decline", "submitted returned", "declined", "office"),
    ("recall", "dispatched handling", "submitted", "office"),
    ("merge", "submitted returned dispatched handling", "merged", "office"),
    ("sign", "dispatched", "handling", "handler"),
    ("send_back", "dispatched handling", "returned", "handler"),
    ("uphold", "returned", "dispatched", "office"),
    ("ask_petitioner", "handling", "awaiting_petitioner", "handler"),
    ("supply", "awaiting_petitioner", "handling", "petitioner operator system"),
    ("draft", "handling", "reviewing", "handler"),
    ("redraft", "reviewing", "handling", "reviewer"),
    ("approve", "reviewing", "replied", "reviewer"),
    ("rework", "replied", "handling", "office"),
    ("forward", "replied", "forwarded", "office"),
    ("publish", "forwarded", "published", "office"),
    ("withhold", "forwarded", "archived", "office system"),
    ("unpublish", "published", "archived", "office system"),
    ("redo", "forwarded published archived", "dispatched", "office"),
    ("withdraw", ANY_BEFORE_FORWARDED, "withdrawn", "petitioner"),
    ("instruct", ANY_BEFORE_FORWARDED, "=", "leader"),
    ("clear", "forwarded published", "=", "leader"),
    ("turn_down", "forwarded published", "=", "leader"),
    ("correct", "published", "=", "office"),
]

NEEDS_REASON = {"decline", "recall", "merge", "send_back", "withhold", "unpublish", "withdraw"}
NEEDS_TEXT = {
    "ask_review", "answer_now", "decline", "send_back", "ask_petitioner", "supply", "draft",
    "redraft", "rework", "redo", "instruct", "uphold",
    "turn_down",
}  # fmt: skip
LEAD_ONLY = {"sign", "send_back", "ask_petitioner", "draft", "redraft", "approve"}

STEPS: dict[tuple[State | None, Action], tuple[State, frozenset[Role]]] = {
    (State(source) if source else None, Action(action)): (
        State(source if target == "=" else target),
        frozenset(map(Role, who.split())),
    )
    for action, sources, target, who in LAWFUL
    for source in (sources.split() or [""])
}

EVERYTHING_HOLDS = CaseFacts(
    lead_department_id=1,
    actor_department_id=1,
    actor_id=1,
    objection_open=True,
    author_id=2,
    another_reviewer=True,
    consent=True,
    redaction_ready=True,
    redactor_id=2,
    another_publisher=True,
    to_clear=True,
    rating_window_open=True,
    redo_wanted=True,
    accused_department_id=9,
    target_department_ids=frozenset({1}),
    target_case_running=True,
    text="正文",
)


def attempt(role: Role, state: State | None, action: Action, facts: CaseFacts) -> State:
    """Take the step for real and return where the case is then."""
    case = SimpleNamespace(state=state)
    machine.fire(case, machine.check([role], state, action, facts))
    return case.state


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", [None, *State])
def test_exactly_the_lawful_steps_are_open_to_exactly_the_lawful_roles(state, action):
    target, roles = STEPS.get((state, action), (None, frozenset()))
    for role in Role:
        if role in roles:
            assert attempt(role, state, action, EVERYTHING_HOLDS) is target
        else:
            refusal = IllegalStep if target is None else NotPermitted
            with pytest.raises(refusal):
                attempt(role, state, action, EVERYTHING_HOLDS)


@pytest.mark.parametrize(("role", "state"), list(product(Role, State)))
def test_a_page_offers_exactly_the_lawful_steps(role, state):
    offered = {row.action for row in machine.open_rows([role], state, EVERYTHING_HOLDS)}
    assert offered == {
        action
        for (source, action), (_, roles) in STEPS.items()
        if source is state and role in roles
    }


def test_a_reviewer_can_also_do_a_handlers_work_and_nobody_else_anothers():
    assert {
        (role, capacity) for role, all_of in machine.CAPACITIES.items() for capacity in all_of
    } == {(role, role) for role in Role} | {(Role.REVIEWER, Role.HANDLER)}


def test_no_state_and_action_lead_two_ways():
    pairs = [(source, row.action) for row in TABLE for source in row.sources or (None,)]
    assert len(pairs) == len(set(pairs)) == len(STEPS)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.action.value)
def test_reasons_texts_and_the_lead_department_are_asked_where_the_rules_say(row):
    guards = {guard.name for guard in row.guards}
    assert row.needs_reason is (row.action.value in NEEDS_REASON)
    assert ("has_text" in guards) is (row.action.value in NEEDS_TEXT)
    assert ("with_your_department" in guards) is (row.action.value in LEAD_ONLY)


def refused(role, state, action, **changed):
    facts = {name: getattr(EVERYTHING_HOLDS, name) for name in CaseFacts.__dataclass_fields__}
    with pytest.raises(GuardFailed) as failed:
        attempt(role, state, action, CaseFacts(**(facts | changed)))
    return str(failed.value)


def allowed(role, state, action, **changed):
    facts = {name: getattr(EVERYTHING_HOLDS, name) for name in CaseFacts.__dataclass_fields__}
    return attempt(role, state, action, CaseFacts(**(facts | changed)))


def test_another_department_and_nobodys_department_cannot_touch_a_case():
    lead_steps = [(s, a) for (s, a) in STEPS if a.value in LEAD_ONLY]
    for state, action in lead_steps:
        (role,) = STEPS[state, action][1]
        for lead, mine in ((1, 2), (None, None), (1, None), (None, 1)):
            assert "lead department" in refused(
                role, state, action, lead_department_id=lead, actor_department_id=mine
            )


@pytest.mark.parametrize("text", [None, "", "  ", "\n\t", "\u3000"])
def test_a_step_that_needs_words_is_not_taken_without_them(text):
    for (state, action), (_, roles) in STEPS.items():
        if action.value in NEEDS_TEXT:
            for role in roles:
                assert "Write the text" in refused(role, state, action, text=text)


@pytest.mark.parametrize("state", [State.DISPATCHED, State.HANDLING])
def test_a_case_is_sent_back_in_time_and_once(state):
    assert "sent back once" in refused(Role.HANDLER, state, Action.SEND_BACK, objection_open=False)


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (State.SUBMITTED, Action.DISPATCH),
        (State.RETURNED, Action.DISPATCH),
        (State.FORWARDED, Action.REDO),
        (State.PUBLISHED, Action.REDO),
        (State.ARCHIVED, Action.REDO),
    ],
)
def test_no_unit_receives_an_accusation_of_itself_as_lead_or_co_handler(state, action):
    sent_to = {"target_department_ids": frozenset({3, 4})}
    assert "about this department" in refused(
        Role.OFFICE, state, action, accused_department_id=4, **sent_to
    )
    assert allowed(Role.OFFICE, state, action, accused_department_id=5, **sent_to)
    assert allowed(Role.OFFICE, state, action, accused_department_id=None, **sent_to)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.RETURNED])
def test_no_unit_receives_the_review_of_its_own_answer_as_lead_or_co_handler(state):
    sent_to = {"target_department_ids": frozenset({3, 4}), "is_review": True}
    assert "gave the answer" in refused(
        Role.OFFICE, state, Action.DISPATCH, barred_department_ids=frozenset({4, 7}), **sent_to
    )
    assert allowed(
        Role.OFFICE, state, Action.DISPATCH, barred_department_ids=frozenset({5}), **sent_to
    )


def test_a_review_is_neither_merged_nor_done_again_nor_is_what_it_reviews():
    for state in (State.SUBMITTED, State.RETURNED, State.DISPATCHED, State.HANDLING):
        assert "cannot be merged" in refused(Role.OFFICE, state, Action.MERGE, is_review=True)
    for state in (State.FORWARDED, State.PUBLISHED, State.ARCHIVED):
        assert "re-review" in refused(Role.OFFICE, state, Action.REDO, is_review=True)
        assert "has been asked" in refused(Role.OFFICE, state, Action.REDO, under_review=True)


@pytest.mark.parametrize("runs", [False, None])
def test_a_case_is_merged_into_a_running_one_only(runs):
    for state in (State.SUBMITTED, State.RETURNED, State.DISPATCHED, State.HANDLING):
        assert "still running" in refused(
            Role.OFFICE, state, Action.MERGE, target_case_running=runs
        )


def test_nobody_approves_their_own_reply_while_another_reviewer_is_there():
    own = {"author_id": 7, "actor_id": 7}
    step = (Role.REVIEWER, State.REVIEWING, Action.APPROVE)
    assert "You wrote this reply" in refused(*step, **own, another_reviewer=True)
    assert allowed(*step, **own, another_reviewer=False) is State.REPLIED
    assert allowed(*step, author_id=8, actor_id=7, another_reviewer=False) is State.REPLIED


def test_nothing_is_published_without_consent_a_reviewed_text_and_a_second_person():
    step = (Role.OFFICE, State.FORWARDED, Action.PUBLISH)
    own = {"redactor_id": 7, "actor_id": 7}
    assert "consented" in refused(*step, consent=False)
    assert "public text" in refused(*step, redaction_ready=False)
    assert "colleague" in refused(*step, **own, another_publisher=True)
    assert allowed(*step, **own, another_publisher=False) is State.PUBLISHED


@pytest.mark.parametrize(
    ("state", "action"), [(State.FORWARDED, Action.PUBLISH), (State.PUBLISHED, Action.CORRECT)]
)
def test_a_sensitive_text_goes_out_only_after_a_leader_has_approved_it(state, action):
    assert "leader" in refused(Role.OFFICE, state, action, wants_leader=True)


@pytest.mark.parametrize("action", [Action.CLEAR, Action.TURN_DOWN])
def test_a_leader_decides_only_where_a_text_waits_for_one(action):
    for state in (State.FORWARDED, State.PUBLISHED):
        assert "waits for a leader" in refused(Role.LEADER, state, action, to_clear=False)


def test_a_correction_needs_what_a_publication_needs():
    step = (Role.OFFICE, State.PUBLISHED, Action.CORRECT)
    assert "consented" in refused(*step, consent=False)
    assert "public text" in refused(*step, redaction_ready=False)
    assert "colleague" in refused(*step, redactor_id=7, actor_id=7, another_publisher=True)


def test_a_case_is_done_again_with_a_ground_and_within_the_window():
    for state in (State.FORWARDED, State.PUBLISHED, State.ARCHIVED):
        assert "dissatisfied" in refused(Role.OFFICE, state, Action.REDO, redo_wanted=False)
        assert "passed" in refused(Role.OFFICE, state, Action.REDO, rating_window_open=False)


def test_a_page_asks_for_what_a_step_brings_only_after_the_step_is_chosen():
    nothing_typed = CaseFacts(lead_department_id=1, actor_department_id=1, objection_open=True)
    offered = {r.action for r in machine.open_rows([Role.HANDLER], State.HANDLING, nothing_typed)}
    assert offered == {Action.SEND_BACK, Action.ASK_PETITIONER, Action.DRAFT}


def test_every_state_is_running_complete_or_ended_otherwise():
    assert sorted([*RUNNING, *COMPLETE, *ENDED_OTHERWISE]) == sorted(State)
    assert set(ANY_BEFORE_FORWARDED.split()) == RUNNING


def reachable(*starts: State) -> set[State]:
    found, waiting = set(starts), list(starts)
    while waiting:
        state = waiting.pop()
        further = {target for (source, _), (target, _) in STEPS.items() if source is state} - found
        found |= further
        waiting += further
    return found


def test_every_state_can_be_reached_from_a_new_case():
    assert reachable(State.SUBMITTED) == set(State)


@pytest.mark.parametrize("state", State)
def test_an_end_can_be_reached_from_every_state_and_an_answer_from_every_running_one(state):
    assert reachable(state) & (COMPLETE | ENDED_OTHERWISE)
    if state in RUNNING:
        assert reachable(state) >= COMPLETE | {State.WITHDRAWN}


@pytest.mark.parametrize("state", sorted(ENDED_OTHERWISE))
def test_the_three_other_ends_are_for_good(state):
    assert reachable(state) == {state}


def test_machine_and_table_agree_that_no_step_leads_around_the_table():
    assert set(machine._machine.events) == {row.action.value for row in TABLE if row.sources}


def test_every_notice_is_sent_by_some_step_and_has_somebody_to_read_it():
    told_by_steps = {notice for row in TABLE for notice in row.tells}
    assert told_by_steps == set(Notice) - TOLD_BESIDE_THE_STEPS
    assert all(AUDIENCE[notice] for notice in Notice)


def test_everything_that_people_read_has_its_words():
    assert set(words.STATES) == set(State)
    assert set(words.ACTIONS) == set(Action)
    assert set(words.ROLES) == set(Role)
    assert set(Role) - {Role.PETITIONER, Role.SYSTEM, Role.API} == STAFF_ROLES
