"""Random lives of a case: whatever anybody tries, in any order, it stays lawful."""

from types import SimpleNamespace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from casework.errors import CaseworkError
from casework.workflow import machine
from casework.workflow.guards import CaseFacts
from casework.workflow.states import COMPLETE, ENDED_OTHERWISE, RUNNING, Action, Clock, Role, State
from casework.workflow.table import INSTEAD_OF

OPENERS = {
    Action.SUBMIT: Role.PETITIONER,
    Action.ASK_REVIEW: Role.PETITIONER,
    Action.ANSWER_NOW: Role.OPERATOR,
}
RIGHTS = {Clock.OBJECTION}
"""A time in which somebody may do something; when it passes, nothing is owed."""

ONWARD = {
    Action.DISPATCH, Action.SIGN, Action.SUPPLY, Action.DRAFT, Action.APPROVE, Action.FORWARD,
    Action.PUBLISH, Action.REDO,
}  # fmt: skip

departments = st.integers(1, 3)


class AnyLife(RuleBasedStateMachine):
    """One case with its log, its clocks and what people did to it."""

    def __init__(self):
        super().__init__()
        self.case = SimpleNamespace(state=None)
        self.log: list[tuple[State | None, State]] = []
        self.clocks: dict[Clock, str] = {}
        self.started: dict[Clock, int] = {}
        self.department = self.author = None
        self.objections: set[int] = set()
        self.consent = self.redacted = self.redone = self.review = False

    @initialize(action=st.sampled_from(list(OPENERS)), consent=st.booleans())
    def open(self, action, consent):
        self.consent, self.review = consent, action is Action.ASK_REVIEW
        self._take(OPENERS[action], action, CaseFacts(text="正文"))

    @rule(
        role=st.sampled_from(Role),
        action=st.sampled_from(Action),
        mine=departments,
        sent_to=departments,
        person=st.integers(1, 2),
        text=st.sampled_from(["", "正文"]),
    )
    def anybody_tries_anything(self, role, action, mine, sent_to, person, text):
        self._try(role, action, mine, sent_to, person, text)

    @rule(data=st.data(), person=st.integers(1, 2), sent_to=departments)
    def somebody_takes_a_step_that_is_open(self, data, person, sent_to):
        self._take_one(data, self._rows(), person, sent_to)

    @rule(data=st.data(), sent_to=st.integers(1, 2))
    def the_work_goes_on(self, data, sent_to):
        on = [row for row in self._rows() if row.target not in {None, *ENDED_OTHERWISE}]
        self._take_one(data, on, 1, sent_to)

    @rule(data=st.data(), sent_to=st.integers(1, 2))
    def the_answer_comes_nearer(self, data, sent_to):
        onward = [row for row in self._rows() if row.action in ONWARD]
        author_or_other = 1 if self.case.state is State.HANDLING else 2
        self._take_one(data, onward, author_or_other, sent_to)

    def _take_one(self, data, rows, person, sent_to):
        if rows:
            row = data.draw(st.sampled_from(rows))
            role = data.draw(st.sampled_from(sorted(row.by)))
            self._try(role, row.action, self.department, sent_to, person, "正文")

    @rule()
    def the_public_text_is_prepared(self):
        self.redacted = self.case.state is State.FORWARDED or self.redacted

    def _rows(self):
        everybody = list(Role)
        return machine.open_rows(everybody, self.case.state, self._facts(self.department, 0, 2, ""))

    def _facts(self, mine, sent_to, person, text):
        return CaseFacts(
            lead_department_id=self.department,
            actor_department_id=mine,
            actor_id=person,
            objection_open=Clock.OBJECTION in self.clocks and mine not in self.objections,
            author_id=self.author,
            another_reviewer=True,
            consent=self.consent,
            redaction_ready=self.redacted,
            redactor_id=1,
            another_publisher=True,
            accused_department_id=3,
            is_review=self.review,
            target_department_ids=frozenset({sent_to}),
            target_case_running=True,
            text=text,
        )

    def _try(self, role, action, mine, sent_to, person, text):
        before = (self.case.state, len(self.log), dict(self.clocks))
        try:
            self._take(role, action, self._facts(mine, sent_to, person, text))
        except CaseworkError:
            assert (self.case.state, len(self.log), dict(self.clocks)) == before

    def _take(self, role, action, facts):
        source = self.case.state
        row = machine.check(machine.CAPACITIES[role], source, action, facts)
        machine.fire(self.case, row)
        self._move_clocks(row.clocks, action)
        self._note(action, facts)
        self.log.append((source, self.case.state))

    def _move_clocks(self, effect, action):
        for clock in (*effect.stops, *effect.cancels):
            self.clocks.pop(clock, None)
        for clock in () if self.review else effect.reopens:
            assert clock in self.started
            self.clocks[clock] = "running"
        for clock in () if self.review else effect.pauses:
            assert self.clocks[clock] == "running"
            self.clocks[clock] = "paused"
        for clock in () if self.review else effect.resumes:
            assert self.clocks[clock] == "paused"
            self.clocks[clock] = "running"
        for clock in effect.starts:
            if clock not in self.clocks and INSTEAD_OF.get(clock) not in self.clocks:
                self.clocks[clock] = "running"
                self.started[clock] = self.started.get(clock, 0) + 1
        self.redone = self.redone or action is Action.REDO

    def _note(self, action, facts):
        if action in (Action.DISPATCH, Action.REDO):
            (self.department,) = facts.target_department_ids
            self.redacted = False
        elif action is Action.RECALL:
            self.department = None
        elif action is Action.SEND_BACK:
            assert facts.actor_department_id not in self.objections
            self.objections.add(facts.actor_department_id)
        elif action is Action.DRAFT:
            self.author = facts.actor_id
        elif action is Action.APPROVE:
            assert facts.actor_id != self.author

    @invariant()
    def the_state_is_what_the_log_says(self):
        state = None
        for source, target in self.log:
            assert source is state
            state = target
        assert state is self.case.state

    @invariant()
    def a_running_case_has_a_due_date_and_an_owner(self):
        if self.case.state in RUNNING:
            ticking = {c for c, how in self.clocks.items() if how == "running"} - RIGHTS
            assert ticking
            office_owns = self.case.state in {State.SUBMITTED, State.RETURNED}
            assert office_owns or self.department is not None

    @invariant()
    def a_case_that_does_not_run_has_no_clock(self):
        if self.case.state is not None and self.case.state not in RUNNING:
            assert self.clocks == {}

    @invariant()
    def clocks_stand_still_exactly_while_the_petitioner_is_asked(self):
        paused = {clock for clock, how in self.clocks.items() if how == "paused"}
        asked = self.case.state is State.AWAITING_PETITIONER
        assert paused == ({Clock.HANDLE, Clock.WHOLE} if asked and not self.review else set())
        assert (Clock.ANSWER in self.clocks) is asked

    @invariant()
    def only_a_redo_starts_the_statutory_clocks_a_second_time(self):
        if not self.redone:
            assert self.started.get(Clock.HANDLE, 0) <= 1
            assert self.started.get(Clock.WHOLE, 0) <= 1

    @invariant()
    def nothing_is_public_without_consent_and_no_unit_has_its_own_accusation(self):
        assert self.case.state is not State.PUBLISHED or (self.consent and self.redacted)
        assert self.department != 3

    @invariant()
    def an_answer_has_an_author_unless_it_was_given_on_the_spot(self):
        if self.case.state in COMPLETE:
            assert self.author is not None or self.log[0][1] is State.ARCHIVED


AnyLife.TestCase.settings = settings(max_examples=100, stateful_step_count=80, deadline=None)
TestAnyLife = AnyLife.TestCase
