"""The life of one case, from its arrival to where its plan leaves it, by the real services."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from casework.demo.answering import Answering
from casework.demo.plans import Plan
from casework.demo.stage import Stage, Story, pause
from casework.demo.texts import Call, Letter, contact
from casework.models import Case, Department
from casework.services import office, petitioner, submission
from casework.services.actors import PETITIONER, Actor
from casework.services.petitioners import Contact
from casework.workflow.states import Channel, Kind, State

JOINT_EVERY = 29
"""Every so many cases are letters of several people."""


@dataclass(slots=True)
class Life:
    """One case of the demo with what is to become of it."""

    stage: Stage
    key: int
    plan: Plan
    letter: Letter
    street: Department
    received_at: datetime
    host: int | None = None
    channel: Channel | None = None
    case: Case = field(init=False)

    @property
    def session(self) -> Session:
        return self.stage.session

    def _lead(self) -> Department:
        """Return who must answer; what one street office does, each does for its own street."""
        code = self.letter.template.department
        unit = self.stage.district.units[code]
        return self.street if unit in self.stage.district.streets else unit

    def actor(self, login: str) -> Actor:
        return self.stage.district.actor(login)

    def story(self) -> Story:
        """Tell the life from its arrival to the state of its plan."""
        at = yield from self._arrive()
        until = self.plan.until
        if until is State.WITHDRAWN:
            return (yield from self._withdraw(at))
        if until is State.DECLINED:
            at = yield from pause(self.stage.at_work(at, (1, 7)))
            return self._decline(at)
        if until is State.MERGED:
            return (yield from self._merge(at))
        if until is not State.SUBMITTED:
            return (yield from self._answer(at))
        return at

    def _arrive(self) -> Story:
        at = yield from pause(self.received_at)
        template = self.letter.template
        accused = self.stage.district.units[template.accused] if template.accused else None
        channel, by = self._channel()
        others, people = self._delegates()
        self.case = submission.submit(
            self.session,
            submission.Submission(
                channel=channel,
                kind=template.kind,
                subject=self.letter.subject,
                body=self.letter.body,
                contacts=(self.letter.contact, *others),
                speaks_for=people,
                place=self.letter.place,
                street_id=self.street.id,
                category_id=self.stage.district.categories[template.category].id,
                accused_department_id=accused.id if accused else None,
                urgency=template.urgency,
                unnamed=template.kind is Kind.REPORT or self.stage.random.random() < 0.1,
                consent=self._consents(),
                language=template.language,
                form_token=f"demo-{self.key:04d}",
            ),
            by=by,
            at=at,
            rules=self.stage.rules,
        ).case
        self.stage.cases[self.key] = self.case
        return at

    def _channel(self) -> tuple[Channel, Actor]:
        if self.channel is Channel.CALL:
            return Channel.CALL, self.actor(self.stage.random.choice(("operator", "operator2")))
        if self.letter.template.mailbox or self.stage.random.random() < 0.05:
            return Channel.LEADER_MAILBOX, PETITIONER
        drawn = self.stage.random.random()
        if drawn < 0.3 and self.letter.template.language == "zh_CN":
            return Channel.CALL, self.actor("operator" if drawn < 0.2 else "operator2")
        if drawn < 0.36:
            return (Channel.VISIT if drawn < 0.33 else Channel.PAPER), self.actor("office2")
        return Channel.LETTER, PETITIONER

    def _delegates(self) -> tuple[tuple[Contact, ...], int | None]:
        """Return the other delegates and for how many they speak; few letters are joint ones."""
        if self.key % JOINT_EVERY or self.letter.template.kind is Kind.PRAISE:
            return (), None
        own = Random(self.key)  # so that no other story changes
        return (contact(own), contact(own)), own.randint(8, 60)

    def _consents(self) -> bool:
        if self.plan.until is State.PUBLISHED:
            return True
        return self.letter.template.kind is not Kind.REPORT and self.stage.random.random() < 0.5

    def _withdraw(self, at: datetime) -> Story:
        at = yield from pause(at + timedelta(hours=self.stage.random.uniform(3, 30)))
        reason = self.stage.random.choice(("solved", "mistake", "other"))
        petitioner.withdraw(
            self.session,
            self.case,
            reason_code=f"withdraw.{reason}",
            at=at,
            rules=self.stage.rules,
        )
        return at

    def _decline(self, at: datetime) -> datetime:
        reason, text = self.stage.random.choice(DECLINED)
        office.decline(
            self.session,
            self.case,
            reason_code=reason,
            text=text,
            by=self.actor("office"),
            at=at,
            rules=self.stage.rules,
        )
        return at

    def _merge(self, at: datetime) -> Story:
        at = yield from pause(self.stage.at_work(at, (1, 6)))
        into = self.stage.cases.get(self.host) if self.host is not None else None
        if into is None or not into.is_running:
            return self._decline(at)
        office.merge(
            self.session,
            self.case,
            into=into,
            reason_code="merge.same_place",
            note="反映同一地点同一问题，并入先到的来件一并办理。",
            by=self.actor("office"),
            at=at,
            rules=self.stage.rules,
        )
        return at

    def _answer(self, at: datetime) -> Story:
        task = Answering(
            self.stage, self.case, self.plan, self.letter, lead=self._lead(), street=self.street
        )
        return (yield from task.story(at))


DECLINED = (
    ("decline.not_ours", "您反映的事项不属于本区职权范围，请向事项发生地的政府反映。"),
    ("decline.court", "该事项已由法院受理，请依照诉讼程序解决。"),
    ("decline.in_hand", "同一事项正在办理，请以先前的编号查询进展，不再重复受理。"),
    ("decline.done", "同一事项已经办结并答复，如有新的情况请另行说明。"),
    ("decline.unclear", "来件没有写明地点和事情，请补充后重新提交。"),
)


def answered_call(stage: Stage, call: Call, received_at: datetime, street: Department) -> Story:
    """Tell a call that the operator answered at once."""
    yield received_at
    submission.answer_now(
        stage.session,
        submission.Submission(
            channel=Channel.CALL,
            kind=Kind.CONSULTATION,
            subject=call.subject,
            body=call.body,
            contacts=(contact(stage.random),),
            street_id=street.id,
            category_id=stage.district.categories[call.category].id,
        ),
        call.answer,
        basis=call.basis,
        by=stage.district.actor("operator"),
        at=received_at,
        rules=stage.rules,
    )
    return received_at
