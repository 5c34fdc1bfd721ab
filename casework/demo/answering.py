"""How a case is answered: dispatched, handled, reviewed, forwarded, made public or kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework.demo.contesting import appeal, ask_for_review
from casework.demo.following import let_follow
from casework.demo.plans import Plan
from casework.demo.publishing import Publishing
from casework.demo.stage import Stage, Story, pause
from casework.demo.texts import Letter
from casework.models import Case, Department
from casework.services import (
    department,
    extensions,
    office,
    oversight,
    petitioner,
)
from casework.services.actors import PETITIONER, Actor
from casework.workflow.calendar import local_day
from casework.workflow.states import Kind, State

S = State
QUESTION = "请补充事情发生的具体时间和准确位置，如有照片请说明画面内容，便于我们核实。"
SUPPLIED = "是上周三晚上八点左右，就在路口东侧公交站旁边，当时还有两位邻居在场。"
FIRST_DRAFT = "您反映的问题已收悉，我单位正在处理，感谢您的关心。"
REDRAFT = "没有写明查实的情况和完成时间，请逐条回答来信人提出的问题。"
REWORK = "答复中的完成时间与现场情况不符，请核实后重新答复。"
REDO_NOTE = "来信人反映问题反复出现，请到现场复查，彻底解决后重新答复。"
SECOND_REPLY = (
    "我们再次到现场复查，确认上次处理不够彻底，现已返工并增加一次巡查，"
    "今后每周由专人查看。给您添了麻烦，请谅解。"
)
HELP_PART = "我单位已按分工派人配合现场核查，相关路段的巡查记录已提供给主办单位。"
MORE_TIME = "需委托专业机构现场检测，检测报告预计一周后出具，申请适当延长办理期限。"
MORE_TIME_TOLD = "需要专业机构现场检测，检测结果出来后才能给您准确的答复。"
NO_MORE_TIME = "现有期限足以办结，请按期答复。"
INSTRUCTION = "群众反映的是身边小事，要当作大事来办。请抓紧核查，限期答复，并举一反三。"
FOLLOWED = "电话回访：来信人表示问题已经解决，对答复基本满意。"
UNHAPPY = "说是处理了，可这两天又和原来一样，希望认真一点。"
COMMENTS = ("办得很快，谢谢。", "问题解决了。", "答复清楚，比想的好。", "希望保持下去。", "")


@dataclass(slots=True)
class Answering:
    """One case on its way to an answer."""

    stage: Stage
    case: Case
    plan: Plan
    letter: Letter
    lead: Department
    street: Department

    @property
    def session(self) -> Session:
        return self.stage.session

    @property
    def office(self) -> Actor:
        return self.stage.district.actor("office")

    @property
    def handler(self) -> Actor:
        return self.stage.district.handler(self.lead)

    @property
    def reviewer(self) -> Actor:
        return self.stage.district.reviewer(self.lead)

    def has(self, detour: str) -> bool:
        return detour in self.plan.detours

    def leaves_in(self, state: State) -> bool:
        return self.plan.until is state

    def story(self, at: datetime) -> Story:
        """Tell the way from the inbox to the state of the plan."""
        at = yield from pause(self.stage.at_work(at, (0.5, 7)))
        if self.has("send_back") or self.leaves_in(S.RETURNED):
            at = yield from self._misdirect(at)
            if self.leaves_in(S.RETURNED):
                return at
            at = yield from pause(self.stage.at_work(at, (1, 6)))
        self._dispatch(at)
        if self.leaves_in(S.DISPATCHED):
            return at
        at = yield from self._sign(at)
        if self.has("followed"):
            at = yield from let_follow(self.stage, self.case, at)
        if self.leaves_in(S.HANDLING):
            return (yield from self._ask_for_time(at)) if self.has("extension") else at
        if self.has("question") or self.leaves_in(S.AWAITING_PETITIONER):
            at = yield from self._ask(at)
            if self.leaves_in(S.AWAITING_PETITIONER):
                return at
        if self.has("extension"):
            at = yield from self._take_longer(at)
        at = yield from self._reply(at, self.letter.reply)
        if self.case.state is not S.FORWARDED or self.leaves_in(S.FORWARDED):
            return at
        return (yield from self._after(at))

    def _dispatch(self, at: datetime, *, to: Department | None = None) -> None:
        helpers = [self.street] if self.has("helpers") and self.street is not self.lead else []
        office.dispatch(
            self.session,
            self.case,
            lead=to or self.lead,
            co_handlers=helpers if to is None else [],
            note="请按时答复。" if self.has("note") else "",
            by=self.office,
            at=at,
            rules=self.stage.rules,
        )

    def _misdirect(self, at: datetime) -> Story:
        """Send the case to a unit that objects, as happens when an office has to guess."""
        wrong = self.stage.district.units["SERVICES" if self.lead.code != "SERVICES" else "CIVIL"]
        self._dispatch(at, to=wrong)
        at = yield from pause(self.stage.at_work(at, (3, 20)))
        department.send_back(
            self.session,
            self.case,
            reason_code="send_back.not_ours",
            note=f"经核对职责分工，该事项应由{self.lead.name}办理。",
            by=self.stage.district.handler(wrong),
            at=at,
            rules=self.stage.rules,
        )
        return at

    def _sign(self, at: datetime) -> Story:
        at = yield from pause(self.stage.at_work(at, (1, 9)))
        rules = self.stage.rules
        department.sign(self.session, self.case, by=self.handler, at=at, rules=rules)
        if self.has("unmask"):
            oversight.unmask(
                self.session,
                self.case,
                reason="需要电话联系来信人核实位置",
                by=self.handler,
                at=at + timedelta(minutes=10),
                rules=rules,
            )
        if self.has("instruction"):
            at = yield from pause(self.stage.at_work(at, (2, 8)))
            leader = self.stage.district.actor("leader")
            oversight.instruct(
                self.session, self.case, text=INSTRUCTION, by=leader, at=at, rules=rules
            )
        if self.has("helpers") and self.street is not self.lead:
            at = yield from pause(self.stage.at_work(at, (4, 20)))
            helper = self.stage.district.handler(self.street)
            department.add_part(
                self.session, self.case, text=HELP_PART, by=helper, at=at, rules=rules
            )
        return at

    def _ask(self, at: datetime) -> Story:
        at = yield from pause(self.stage.at_work(at, (2, 12)))
        rules = self.stage.rules
        department.ask_petitioner(
            self.session, self.case, question=QUESTION, by=self.handler, at=at, rules=rules
        )
        if self.leaves_in(S.AWAITING_PETITIONER):
            return at
        if self.has("silent"):
            return (yield from self._until_given_back(at))
        at = yield from pause(at + timedelta(hours=self.stage.random.uniform(3, 60)))
        petitioner.supply(
            self.session, self.case, answer=SUPPLIED, by=PETITIONER, at=at, rules=rules
        )
        return at

    def _until_given_back(self, at: datetime) -> Story:
        """Wait without an answer until the system gives the case back to its department."""
        while self.case.state is S.AWAITING_PETITIONER:
            at = yield from pause(self.stage.after_days(at, 1))
        return at

    def _ask_for_time(self, at: datetime) -> Story:
        """Ask for more time, unless the date has passed by then."""
        at = yield from pause(self.stage.at_work(at, (2, 8)))
        today = local_day(at)
        if extensions.why_not_asked(self.session, self.case, by=self.handler, today=today) is None:
            extensions.ask_extension(
                self.session,
                self.case,
                days=self.stage.random.choice((5, 7, 10, 15, 20, 30)),
                reason=MORE_TIME,
                by=self.handler,
                at=at,
                rules=self.stage.rules,
            )
        return at

    def _take_longer(self, at: datetime) -> Story:
        """Ask for more time, and have it granted four times of five."""
        at = yield from self._ask_for_time(at)
        at = yield from pause(self.stage.at_work(at, (1, 5)))
        rules, random = self.stage.rules, self.stage.random
        asked = extensions.open_request(self.session, self.case)
        if asked is None:
            return at
        by = self.stage.district.actor("leader") if asked.for_leader else self.office
        in_time = self.case.due_on is not None and local_day(at) <= self.case.due_on
        if in_time and random.random() < 0.8:
            extensions.grant_extension(
                self.session, self.case, told=MORE_TIME_TOLD, by=by, at=at, rules=rules
            )
        else:
            extensions.refuse_extension(
                self.session, self.case, reason=NO_MORE_TIME, by=by, at=at, rules=rules
            )
        return at

    def _reply(self, at: datetime, text: str) -> Story:
        rules = self.stage.rules
        days = self.stage.random.randint(8, 22) if self.has("late") else self._days()
        at = yield from pause(self.stage.after_days(at, days))
        if self.has("redraft"):
            at = yield from self._first_try(at)
        department.draft(self.session, self.case, text=text, by=self.handler, at=at, rules=rules)
        if self.leaves_in(S.REVIEWING):
            return at
        at = yield from pause(self.stage.at_work(at, (1, 8)))
        department.approve(self.session, self.case, by=self.reviewer, at=at, rules=rules)
        if self.leaves_in(S.REPLIED):
            return at
        at = yield from pause(self.stage.at_work(at, (1, 8)))
        if self.has("rework"):
            at = yield from self._rework(at, text)
        office.forward(self.session, self.case, by=self.office, at=at, rules=rules)
        return at

    def _days(self) -> int:
        """Return how many working days the answer takes; most take less than their limit."""
        soon = self.letter.template.kind in (Kind.CONSULTATION, Kind.HELP, Kind.PRAISE)
        return self.stage.random.randint(1, 3 if soon or self.plan.age < 12 else 8)

    def _first_try(self, at: datetime) -> Story:
        rules = self.stage.rules
        department.draft(
            self.session, self.case, text=FIRST_DRAFT, by=self.handler, at=at, rules=rules
        )
        at = yield from pause(self.stage.at_work(at, (1, 6)))
        department.redraft(
            self.session, self.case, note=REDRAFT, by=self.reviewer, at=at, rules=rules
        )
        return (yield from pause(self.stage.at_work(at, (2, 8))))

    def _rework(self, at: datetime, text: str) -> Story:
        rules = self.stage.rules
        office.rework(self.session, self.case, note=REWORK, by=self.office, at=at, rules=rules)
        at = yield from pause(self.stage.at_work(at, (4, 20)))
        department.draft(self.session, self.case, text=text, by=self.handler, at=at, rules=rules)
        at = yield from pause(self.stage.at_work(at, (1, 6)))
        department.approve(self.session, self.case, by=self.reviewer, at=at, rules=rules)
        return (yield from pause(self.stage.at_work(at, (1, 6))))

    def _after(self, at: datetime) -> Story:
        """Tell what comes after the answer: rating, redo, the public text or the archive."""
        at = yield from self._rate(at)
        if self.has("redo"):
            at = yield from self._redo(at)
        text = Publishing(self.stage, self.case, self.letter, self.plan.detours)
        at = yield from (text.published(at) if self.leaves_in(S.PUBLISHED) else text.withheld(at))
        return (yield from self._contested(at))

    def _contested(self, at: datetime) -> Story:
        """Tell what unit and petitioner have against it: an appeal, a review."""
        if self.has("appeal"):
            at = yield from appeal(self.stage, self.case, at)
        if self.has("review"):
            at = yield from ask_for_review(self.stage, self.case, at)
        return at

    def _rate(self, at: datetime) -> Story:
        if not (self.has("pleased") or self.has("redo")):
            return at
        at = yield from pause(at + timedelta(hours=self.stage.random.uniform(1, 40)))
        if self.case.satisfaction is not None:  # said on the telephone meanwhile
            return at
        unhappy = self.has("redo")
        drawn = self.stage.random.choices((5, 4, 3, 2), (50, 30, 14, 6))[0]
        points = 1 if unhappy else drawn
        petitioner.rate(
            self.session,
            self.case,
            satisfaction=points,
            solved=points > 2,
            comment=UNHAPPY if points <= 2 else self.stage.random.choice(COMMENTS),
            at=at,
            rules=self.stage.rules,
        )
        if self.has("follow_up"):
            at = yield from pause(self.stage.at_work(at, (5, 20)))
            oversight.follow_up(
                self.session,
                self.case,
                text=FOLLOWED,
                by=self.stage.district.actor("operator"),
                at=at,
                rules=self.stage.rules,
            )
        return at

    def _redo(self, at: datetime) -> Story:
        at = yield from pause(self.stage.at_work(at, (4, 20)))
        rules = self.stage.rules
        office.redo(
            self.session,
            self.case,
            lead=self.lead,
            note=REDO_NOTE,
            by=self.office,
            at=at,
            rules=rules,
        )
        at = yield from pause(self.stage.at_work(at, (1, 9)))
        department.sign(self.session, self.case, by=self.handler, at=at, rules=rules)
        return (yield from self._reply(at, self.letter.reply + "\n\n" + SECOND_REPLY))
