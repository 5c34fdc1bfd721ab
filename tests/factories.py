"""Makes people, units and cases for tests. Cases reach their state through the real services."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from factory import LazyAttribute, Sequence, SubFactory, Trait
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy.orm import Session

from casework.models import Case, Category, Department, DepartmentType, User
from casework.queries.rules import Rules
from casework.sealing import Sealer
from casework.services import (
    department,
    office,
    oversight,
    petitioner,
    public_texts,
    publication,
    submission,
)
from casework.services.actors import PETITIONER, staff
from casework.services.petitioners import Contact
from casework.services.submission import Submission
from casework.workflow.states import Action, Channel, Kind, Role, Sensitive, State

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
"""A Monday morning with four plain weeks before it and no holiday until 清明 on 6 April."""

STEP = timedelta(minutes=20)
"""How far apart the steps of one case lie; a whole walk fits into its morning."""

DATA_KEYS = "k1:3q2+78r+ur4AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhc="
HASH_KEY = "ASNFZ4mrze8QMlR2mLrc/hEzVXeZu93/IkRmiKrM7g8="
SEALER = Sealer.from_text(DATA_KEYS, HASH_KEY)
NO_PASSWORD = "!"
CANARY = Contact(
    name="欧阳测试",
    phone="13912345678",
    id_number="44010619800101123X",
    address="天河区测试路 12 号 301 房",
    email="canary@example.org",
)
"""A petitioner whose details must never show where they should not."""

_bound: list[Session] = []


def bind(session: Session) -> None:
    """Let the factories add their rows to ``session`` from now on."""
    _bound[:] = [session]


def _session() -> Session:
    return _bound[0]


class _Factory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = _session
        sqlalchemy_session_persistence = "flush"


class DepartmentFactory(_Factory):
    """A bureau of the district; ``office=True`` is the petition office, of which there is one."""

    class Meta:
        model = Department

    class Params:
        office = Trait(type=DepartmentType.OFFICE)
        street = Trait(type=DepartmentType.STREET)

    code = Sequence("unit{}".format)
    name = Sequence("测试局{}".format)
    name_en = Sequence("Bureau {}".format)
    type = DepartmentType.DEPARTMENT
    position = Sequence(int)


class CategoryFactory(_Factory):
    class Meta:
        model = Category

    name = Sequence("测试类别{}".format)
    name_en = Sequence("Category {}".format)
    parent_id = None
    level = 1
    path = LazyAttribute(lambda category: category.name)
    position = Sequence(int)


class UserFactory(_Factory):
    """A handler of a department of its own; a trait per role makes somebody else."""

    class Meta:
        model = User

    class Params:
        handler = Trait(role=Role.HANDLER)
        reviewer = Trait(role=Role.REVIEWER)
        office = Trait(role=Role.OFFICE, department=None)
        operator = Trait(role=Role.OPERATOR, department=None)
        supervisor = Trait(role=Role.SUPERVISOR, department=None)
        leader = Trait(role=Role.LEADER, department=None)
        administrator = Trait(role=Role.ADMINISTRATOR, department=None)

    username = Sequence("user{}".format)
    display_name = Sequence("测试员{}".format)
    role = Role.HANDLER
    department = SubFactory(DepartmentFactory)
    password_hash = NO_PASSWORD
    created_at = MONDAY


PATHS: dict[State, tuple[Action, ...]] = {
    State.SUBMITTED: (),
    State.DISPATCHED: (Action.DISPATCH,),
    State.RETURNED: (Action.DISPATCH, Action.SEND_BACK),
    State.HANDLING: (Action.DISPATCH, Action.SIGN),
    State.AWAITING_PETITIONER: (Action.DISPATCH, Action.SIGN, Action.ASK_PETITIONER),
    State.REVIEWING: (Action.DISPATCH, Action.SIGN, Action.DRAFT),
    State.REPLIED: (Action.DISPATCH, Action.SIGN, Action.DRAFT, Action.APPROVE),
    State.DECLINED: (Action.DECLINE,),
    State.MERGED: (Action.MERGE,),
    State.WITHDRAWN: (Action.WITHDRAW,),
}
PATHS[State.FORWARDED] = (*PATHS[State.REPLIED], Action.FORWARD)
PATHS[State.PUBLISHED] = (*PATHS[State.FORWARDED], Action.PUBLISH)
PATHS[State.ARCHIVED] = (*PATHS[State.FORWARDED], Action.WITHHOLD)
"""The shortest way to each state by the steps of the table."""


@dataclass
class District:
    """A petition office, two departments and a street with the people who work there.

    ``case_in`` and ``cases_in`` bring cases into a state at fixed times; ``take`` takes one
    more step with plain input, done by the person whose step it is.
    """

    session: Session
    rules: Rules
    office: Department = field(init=False)
    lead: Department = field(init=False)
    helper: Department = field(init=False)
    street: Department = field(init=False)
    clerk: User = field(init=False)
    second_clerk: User = field(init=False)
    handler: User = field(init=False)
    reviewer: User = field(init=False)
    helping_handler: User = field(init=False)
    operator: User = field(init=False)
    supervisor: User = field(init=False)
    leader: User = field(init=False)
    administrator: User = field(init=False)

    def __post_init__(self) -> None:
        bind(self.session)
        self.office = DepartmentFactory(office=True)
        self.lead, self.helper = DepartmentFactory(), DepartmentFactory()
        self.street = DepartmentFactory(street=True)
        self.clerk = UserFactory(office=True, department=self.office)
        self.second_clerk = UserFactory(office=True, department=self.office)
        self.handler = UserFactory(handler=True, department=self.lead)
        self.reviewer = UserFactory(reviewer=True, department=self.lead)
        self.helping_handler = UserFactory(handler=True, department=self.helper)
        self.operator = UserFactory(operator=True)
        self.supervisor = UserFactory(supervisor=True)
        self.leader = UserFactory(leader=True)
        self.administrator = UserFactory(administrator=True)

    def staff(self) -> list[User]:
        """Return one person of each role."""
        return [
            self.operator,
            self.clerk,
            self.handler,
            self.reviewer,
            self.supervisor,
            self.leader,
            self.administrator,
        ]

    def cases_in(
        self, state: State, count: int, *, at: datetime = MONDAY, **letter: object
    ) -> list[Case]:
        """Return ``count`` cases in ``state``; see ``case_in``."""
        return [self.case_in(state, at=at, **letter) for _ in range(count)]

    def case_in(self, state: State, *, at: datetime = MONDAY, **letter: object) -> Case:
        """Return a letter received at ``at`` that has come into ``state`` by the shortest way.

        ``letter`` replaces fields of its ``Submission``.
        """
        case = self.submitted(at=at, **letter)
        for number, action in enumerate(PATHS[state], start=1):
            self.take(case, action, at=at + number * STEP)
        return case

    def submitted(self, *, at: datetime = MONDAY, **letter: object) -> Case:
        """Return a letter that has just come in; a call is entered by the operator."""
        given: dict[str, object] = {
            "channel": Channel.LETTER,
            "kind": Kind.COMPLAINT,
            "subject": "路灯不亮",
            "body": "小区门口的路灯已经三天不亮，晚上很不安全。",
            "place": "测试路 12 号",
            "contacts": (CANARY,),
            "consent": True,
        } | letter
        actor = staff(self.operator) if given["channel"] is Channel.CALL else PETITIONER
        made = Submission(**given)  # type: ignore[arg-type]
        return submission.submit(self.session, made, by=actor, at=at, rules=self.rules).case

    def answered_call(self, *, at: datetime = MONDAY) -> Case:
        """Return a call that the operator answered on the spot."""
        made = Submission(
            Channel.CALL, Kind.CONSULTATION, "办理居住证需要什么材料", "来电咨询", (CANARY,)
        )
        return submission.answer_now(
            self.session,
            made,
            "需要身份证和住址证明。",
            basis="居住证办事指南",
            by=staff(self.operator),
            at=at,
            rules=self.rules,
        ).case

    def take(self, case: Case, action: Action, *, at: datetime) -> None:
        """Take ``action`` with ``case`` as the person whose step it is, with plain input."""
        PLAIN_STEPS[action](self, case, at)
        self.session.flush()


def _dispatch(d: District, case: Case, at: datetime) -> None:
    office.dispatch(d.session, case, lead=d.lead, by=staff(d.clerk), at=at, rules=d.rules)


def _decline(d: District, case: Case, at: datetime) -> None:
    office.decline(
        d.session,
        case,
        reason_code="decline.not_ours",
        text="此事项不属于本区职权范围。",
        by=staff(d.clerk),
        at=at,
        rules=d.rules,
    )


def _recall(d: District, case: Case, at: datetime) -> None:
    office.recall(
        d.session,
        case,
        reason_code="recall.wrong_unit",
        note="承办单位选错了。",
        by=staff(d.clerk),
        at=at,
        rules=d.rules,
    )


def _merge(d: District, case: Case, at: datetime) -> None:
    office.merge(
        d.session,
        case,
        into=d.submitted(at=case.received_at),
        reason_code="merge.same_matter",
        by=staff(d.clerk),
        at=at,
        rules=d.rules,
    )


def _sign(d: District, case: Case, at: datetime) -> None:
    department.sign(d.session, case, by=staff(d.handler), at=at, rules=d.rules)


def _send_back(d: District, case: Case, at: datetime) -> None:
    department.send_back(
        d.session,
        case,
        reason_code="send_back.not_ours",
        note="此事项由市政部门负责。",
        by=staff(d.handler),
        at=at,
        rules=d.rules,
    )


def _uphold(d: District, case: Case, at: datetime) -> None:
    office.uphold(
        d.session, case, note="经核实，属于贵单位职责。", by=staff(d.clerk), at=at, rules=d.rules
    )


def _ask(d: District, case: Case, at: datetime) -> None:
    department.ask_petitioner(
        d.session, case, question="请问是哪一盏路灯？", by=staff(d.handler), at=at, rules=d.rules
    )


def _supply(d: District, case: Case, at: datetime) -> None:
    petitioner.supply(
        d.session, case, answer="小区东门左边那一盏。", by=PETITIONER, at=at, rules=d.rules
    )


def _draft(d: District, case: Case, at: datetime) -> None:
    department.draft(
        d.session, case, text="路灯已于周二修好。", by=staff(d.handler), at=at, rules=d.rules
    )


def _redraft(d: District, case: Case, at: datetime) -> None:
    department.redraft(
        d.session, case, note="请写明修复的日期。", by=staff(d.reviewer), at=at, rules=d.rules
    )


def _approve(d: District, case: Case, at: datetime) -> None:
    department.approve(d.session, case, by=staff(d.reviewer), at=at, rules=d.rules)


def _rework(d: District, case: Case, at: datetime) -> None:
    office.rework(d.session, case, note="请补充依据。", by=staff(d.clerk), at=at, rules=d.rules)


def _forward(d: District, case: Case, at: datetime) -> None:
    office.forward(d.session, case, by=staff(d.clerk), at=at, rules=d.rules)


def _publish(d: District, case: Case, at: datetime) -> None:
    publication.redact(
        d.session,
        case,
        subject="路灯不亮",
        body="某小区门口的路灯不亮。",
        reply="路灯已修好。",
        by=staff(d.clerk),
        at=at,
        rules=d.rules,
    )
    draft = public_texts.draft_of(d.session, case)
    if draft is not None and draft.wants_leader:
        publication.clear(d.session, case, by=staff(d.leader), at=at, rules=d.rules)
    publication.publish(d.session, case, by=staff(d.second_clerk), at=at, rules=d.rules)


def _withhold(d: District, case: Case, at: datetime) -> None:
    publication.withhold(
        d.session,
        case,
        reason_code="withhold.privacy",
        by=staff(d.clerk),
        at=at,
        rules=d.rules,
    )


def _unpublish(d: District, case: Case, at: datetime) -> None:
    publication.unpublish(
        d.session,
        case,
        reason_code="unpublish.privacy",
        by=staff(d.clerk),
        at=at,
        rules=d.rules,
    )


def _redo(d: District, case: Case, at: datetime) -> None:
    petitioner.rate(
        d.session, case, satisfaction=1, solved=False, comment="还是不亮。", at=at, rules=d.rules
    )
    office.redo(
        d.session, case, lead=d.lead, note="重新核查。", by=staff(d.clerk), at=at, rules=d.rules
    )


def _withdraw(d: District, case: Case, at: datetime) -> None:
    petitioner.withdraw(d.session, case, reason_code="withdraw.solved", at=at, rules=d.rules)


def _instruct(d: District, case: Case, at: datetime) -> None:
    oversight.instruct(
        d.session, case, text="请尽快办理。", by=staff(d.leader), at=at, rules=d.rules
    )


def _wait_for_leader(d: District, case: Case, at: datetime) -> None:
    """Prepare a sensitive text, or a sensitive correction of what is out."""
    if case.state is State.PUBLISHED:
        _draft_correction(d, case, at, (Sensitive.HEALTH,))
        return
    publication.redact(
        d.session,
        case,
        subject="补贴标准",
        body="某住户咨询住院补贴标准。",
        reply="已电话答复。",
        sensitive=(Sensitive.HEALTH,),
        by=staff(d.clerk),
        at=at,
        rules=d.rules,
    )


def _clear(d: District, case: Case, at: datetime) -> None:
    _wait_for_leader(d, case, at)
    publication.clear(d.session, case, by=staff(d.leader), at=at, rules=d.rules)


def _turn_down(d: District, case: Case, at: datetime) -> None:
    _wait_for_leader(d, case, at)
    publication.turn_down(
        d.session, case, reason="仍可辨认当事人。", by=staff(d.leader), at=at, rules=d.rules
    )


def _draft_correction(
    d: District, case: Case, at: datetime, sensitive: tuple[Sensitive, ...] = ()
) -> None:
    publication.draft_correction(
        d.session,
        case,
        subject="路灯不亮",
        body="某小区门口的两盏路灯不亮。",
        reply="两盏路灯已修好。",
        why="数目有误。",
        sensitive=sensitive,
        by=staff(d.clerk),
        at=at,
        rules=d.rules,
    )


def _correct(d: District, case: Case, at: datetime) -> None:
    _draft_correction(d, case, at)
    draft = public_texts.draft_of(d.session, case)
    if draft is not None and draft.wants_leader:
        publication.clear(d.session, case, by=staff(d.leader), at=at, rules=d.rules)
    publication.correct(d.session, case, by=staff(d.second_clerk), at=at, rules=d.rules)


PLAIN_STEPS: dict[Action, Callable[[District, Case, datetime], None]] = {
    Action.DISPATCH: _dispatch,
    Action.DECLINE: _decline,
    Action.RECALL: _recall,
    Action.MERGE: _merge,
    Action.SIGN: _sign,
    Action.SEND_BACK: _send_back,
    Action.UPHOLD: _uphold,
    Action.ASK_PETITIONER: _ask,
    Action.SUPPLY: _supply,
    Action.DRAFT: _draft,
    Action.REDRAFT: _redraft,
    Action.APPROVE: _approve,
    Action.REWORK: _rework,
    Action.FORWARD: _forward,
    Action.PUBLISH: _publish,
    Action.WITHHOLD: _withhold,
    Action.UNPUBLISH: _unpublish,
    Action.REDO: _redo,
    Action.WITHDRAW: _withdraw,
    Action.INSTRUCT: _instruct,
    Action.CLEAR: _clear,
    Action.TURN_DOWN: _turn_down,
    Action.CORRECT: _correct,
}
"""One plain way to take each step of a case that is open."""
