"""A district in which everything there is occurs: each state, channel and entry, hostile texts."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from casework import services
from casework.models import Case, Follower, User
from casework.queries.rules import Rules, rules_in_force
from casework.sealing import row_name
from casework.services import (
    appeals,
    department,
    erasure,
    extensions,
    follow_ups,
    office,
    oversight,
    petitioner,
    publication,
    reviews,
    submission,
    totp,
)
from casework.services.actors import PETITIONER, staff
from casework.services.defaults import seed_defaults
from casework.services.petitioners import Contact
from casework.services.submission import Submission
from casework.workflow.guides import Readers
from casework.workflow.states import Action, Channel, Kind, Sensitive, State, Urgency
from tests import articles
from tests.factories import (
    CANARY,
    MONDAY,
    PATHS,
    SEALER,
    STEP,
    CategoryFactory,
    District,
    UserFactory,
)

HOSTILE = (
    '<script>window.__pwned=1</script><img src=x onerror="window.__pwned=1">\'">'
    "<svg/onload=window.__pwned=1>&lt;b&gt;\u202egnp.exe\u202c𠮷野家🏮"
)
"""What must stay text: markup, entities, a turned direction, characters of four bytes."""

UNBROKEN = "W" * 160
"""A word that no line can hold."""

ACCUSING = "举报协办单位推诿扯皮"
"""The subject of the case that is about the helping department."""

FOR_STAFF = "金丝雀内部口径"
"""The title and text of an article that stands on no page for the public."""

SECOND_CANARY = Contact(
    name="司马并案",
    phone="13698765432",
    id_number="440106199003074514",
    address="天河区并案路 8 号 802 房",
    email="second@example.org",
)
FOLLOWER = "follower@example.org"
"""The contact of somebody who follows a matter; it stands on no page at all."""

CANARIES = tuple(
    value
    for contact in (CANARY, SECOND_CANARY)
    for value in (
        contact.name,
        contact.phone,
        contact.id_number,
        contact.address,
        contact.email,
    )
) + (FOLLOWER,)
"""What must stand on no page that nobody has unmasked."""

NOW = MONDAY + timedelta(hours=5)
"""When the pages are read: after all that happened."""

Steps = Callable[["Everything", Case, datetime], None]


@dataclass
class Everything:
    """The district with its cases: ``cases`` by state, ``named`` by what is special about them.

    ``codes`` are the access codes of some, by the name or the state.
    """

    district: District
    cases: dict[State, Case] = field(default_factory=dict)
    named: dict[str, Case] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def session(self) -> Session:
        return self.district.session

    @property
    def rules(self) -> Rules:
        return self.district.rules

    def people(self) -> dict[str, User]:
        """Return everybody who can sign in, by their part."""
        return {part: user for part, user in vars(self.district).items() if isinstance(user, User)}


def fill(session: Session) -> Everything:
    """Make the district in ``session``; the caller commits."""
    seed_defaults(session, at=MONDAY)
    session.flush()
    everything = Everything(District(session, rules_in_force(session, SEALER)))
    _name_badly(everything)
    _one_case_in_each_state(everything)
    _full_lives(everything)
    _special_cases(everything)
    _articles(everything)
    _matters(everything)
    session.flush()
    return everything


def _name_badly(everything: Everything) -> None:
    """Give a street, a person and a category names that somebody with bad manners has typed."""
    d = everything.district
    d.street.name, d.street.name_en = f"街道{HOSTILE}"[:200], f"Street {HOSTILE}"[:200]
    d.second_clerk.display_name = f"李{HOSTILE}"[:64]
    top = CategoryFactory(name=f"城建{HOSTILE}"[:190], name_en=f"City {HOSTILE}"[:190])
    CategoryFactory(parent_id=top.id, level=2, name="路灯", path=f"{top.name} / 路灯")
    other_reviewer = UserFactory(reviewer=True, department=d.helper)
    street_handler = UserFactory(handler=True, department=d.street)
    seed = totp.new_seed()
    d.leader.totp_sealed = SEALER.seal({"seed": seed}, row=f"users/{d.leader.id}")
    vars(d).update(helping_reviewer=other_reviewer, street_handler=street_handler)


def _one_case_in_each_state(everything: Everything) -> None:
    d = everything.district
    for number, state in enumerate(PATHS):
        late = MONDAY - timedelta(days=28 if number % 3 == 0 else 0)
        everything.cases[state] = d.case_in(
            state,
            at=late,
            subject=f"{state.value} {HOSTILE}"[:200],
            body=HOSTILE,
            place=HOSTILE,
            form_token=f"token-of-{state.value}",
        )
        everything.codes[state.value] = SEALER.access_code_from(f"token-of-{state.value}")
    for channel in (Channel.CALL, Channel.LEADER_MAILBOX, Channel.VISIT, Channel.PAPER):
        everything.named[channel.value] = d.submitted(
            channel=channel, urgency=Urgency.CRITICAL, kind=Kind.HELP, street_id=d.street.id
        )
    everything.named["on_the_spot"] = d.answered_call()


def _full_lives(everything: Everything) -> None:
    """Lead cases through every step with a hostile text in each, to four different ends."""
    ends: dict[str, Steps] = {
        "dissatisfied": lambda e, case, at: None,
        "redone": _redo,
        "public": _publish,
        "taken_down": _publish_and_take_down,
    }
    for name, finish in ends.items():
        everything.named[name] = _life(everything, name, finish)


def _life(everything: Everything, name: str, finish: Steps) -> Case:
    d, rules, db = everything.district, everything.rules, everything.session
    made = Submission(
        Channel.LETTER,
        Kind.COMPLAINT,
        f"{name} {HOSTILE}"[:200],
        f"{HOSTILE}\n\n{UNBROKEN}\n{HOSTILE}",
        (CANARY,),
        place=UNBROKEN,
        consent=True,
        form_token=f"token-of-{name}",
    )
    receipt = submission.submit(db, made, by=PETITIONER, at=MONDAY, rules=rules)
    case, everything.codes[name] = receipt.case, receipt.access_code
    for number, step in enumerate(_steps(d), start=1):
        step(case, MONDAY + number * timedelta(minutes=5))
        db.flush()
    finish(everything, case, MONDAY + timedelta(hours=4))
    return case


def _steps(d: District) -> list[Callable[[Case, datetime], object]]:
    db, rules = d.session, d.rules
    clerk, handler, reviewer = staff(d.clerk), staff(d.handler), staff(d.reviewer)
    helper, leader = staff(d.helping_handler), staff(d.leader)

    def step(service: Callable[..., object], **brought: object) -> Callable[..., object]:
        return lambda case, at: service(db, case, at=at, rules=rules, **brought)

    return [
        step(office.dispatch, lead=d.lead, co_handlers=[d.helper], note=HOSTILE, by=clerk),
        step(oversight.instruct, text=HOSTILE, by=leader),
        step(department.send_back, reason_code="send_back.not_ours", note=HOSTILE, by=handler),
        step(office.uphold, note=HOSTILE, by=clerk),
        step(department.sign, by=handler),
        step(department.ask_petitioner, question=HOSTILE, by=handler),
        step(petitioner.supply, answer=HOSTILE, by=PETITIONER),
        step(department.save_draft, text=HOSTILE, by=handler),
        step(department.add_part, text=HOSTILE, by=helper),
        step(department.draft, text=HOSTILE, by=handler),
        step(department.redraft, note=HOSTILE, by=reviewer),
        step(department.draft, text=f"{HOSTILE}\n{UNBROKEN}", by=handler),
        step(department.approve, note=HOSTILE, by=reviewer),
        step(office.rework, note=HOSTILE, by=clerk),
        step(department.draft, text=f"答复 {HOSTILE}", by=handler),
        step(department.approve, by=reviewer),
        step(oversight.add_note, text=HOSTILE, by=clerk),
        step(oversight.unmask, reason=HOSTILE, by=clerk),
        step(office.forward, note=HOSTILE, by=clerk),
        lambda case, at: petitioner.rate(
            db, case, satisfaction=1, solved=False, comment=HOSTILE, at=at, rules=rules
        ),
        step(oversight.follow_up, text=HOSTILE, by=clerk),
    ]


def _redo(e: Everything, case: Case, at: datetime) -> None:
    d = e.district
    office.redo(e.session, case, lead=d.lead, note=HOSTILE, by=staff(d.clerk), at=at, rules=e.rules)


def _publish(e: Everything, case: Case, at: datetime) -> None:
    d = e.district
    publication.redact(
        e.session,
        case,
        subject=f"公开 {HOSTILE}"[:200],
        body=f"{HOSTILE}\n{UNBROKEN}",
        reply=HOSTILE,
        by=staff(d.clerk),
        at=at,
        rules=e.rules,
    )
    publication.publish(e.session, case, by=staff(d.second_clerk), at=at, rules=e.rules)


def _publish_and_take_down(e: Everything, case: Case, at: datetime) -> None:
    _publish(e, case, at)
    publication.unpublish(
        e.session,
        case,
        reason_code="unpublish.privacy",
        note=HOSTILE,
        by=staff(e.district.clerk),
        at=at,
        rules=e.rules,
    )


def _articles(everything: Everything) -> None:
    """Write articles with hostile texts: in force, changed since, to be checked, out of force."""
    d, db = everything.district, everything.session
    hostile = {"title": f"指南 {HOSTILE}"[:200], "text": f"{HOSTILE}\n\n{UNBROKEN}"}
    hostile["keywords"] = HOSTILE[:200]
    public = articles.in_force(d, by=d.handler, valid_until=MONDAY.date(), **hostile)
    newer = articles.content(d.reviewer, **hostile)
    services.articles.change(db, public.id, newer, seen=1, by=d.reviewer, at=MONDAY)
    services.articles.offer(db, public.id, seen=2, by=d.reviewer, at=MONDAY)
    articles.in_force(d, readers=Readers.STAFF, title=FOR_STAFF, text=FOR_STAFF)
    articles.in_force(d, readers=Readers.ENTERPRISES, title="企业开办指南")
    articles.drafted(d, **hostile)
    gone = articles.in_force(d, title="已停用的指南")
    services.articles.withdraw(
        db, gone.id, note=HOSTILE[:200], seen=1, by=d.clerk, at=MONDAY + STEP
    )


def _matters(everything: Everything) -> None:
    """Let two matters be followed, one of them by somebody."""
    d, db, rules = everything.district, everything.session, everything.rules
    titled = {State.HANDLING: HOSTILE[:80], State.DISPATCHED: "某路段路灯不亮"}
    for state, title in titled.items():
        case = everything.cases[state]
        services.matters.let_follow(
            db, case, title=title, by=staff(d.clerk), at=MONDAY + 3 * STEP, rules=rules
        )
    key = uuid.UUID(int=7, version=4)
    db.add(
        Follower(
            id=key,
            case_id=everything.cases[State.HANDLING].id,
            medium="mail",
            language="zh_CN",
            sealed=rules.sealer.seal({"email": FOLLOWER}, row=row_name("followers", key)),
            contact_hash=rules.sealer.search_hash("email", FOLLOWER),
            nonce="none",
            tries=0,
            asked_at=MONDAY,
            confirmed_at=MONDAY,
            erase_on=MONDAY.date() + timedelta(days=365),
        )
    )
    db.flush()


def _ask_for_time(everything: Everything) -> None:
    """Have more time asked for: one request each waits for the office, waits for a leader, won."""
    d, at = everything.district, MONDAY + 3 * STEP
    asked = {"wants_time": 5, "wants_much_time": 30, "has_time": 10}
    for name, days in asked.items():
        everything.named[name] = d.case_in(State.HANDLING, subject=f"{name} {HOSTILE}"[:200])
        extensions.ask_extension(
            d.session,
            everything.named[name],
            days=days,
            reason=f"{HOSTILE} {UNBROKEN}",
            by=staff(d.handler),
            at=at,
            rules=d.rules,
        )
    extensions.grant_extension(
        d.session,
        everything.named["has_time"],
        told=HOSTILE,
        by=staff(d.clerk),
        at=at,
        rules=d.rules,
    )


def _appeal(everything: Everything) -> None:
    """Answer two cases late, and have one of them appealed about."""
    d, sent = everything.district, MONDAY - timedelta(days=60)
    for name in ("late_answer", "appealed"):
        case = d.case_in(State.REPLIED, at=sent, subject=f"{name} {HOSTILE}"[:200])
        d.take(case, Action.FORWARD, at=MONDAY + STEP)
        everything.named[name] = case
    appeals.appeal(
        d.session,
        everything.named["appealed"],
        reason=f"{HOSTILE} {UNBROKEN}",
        evidence=HOSTILE,
        by=staff(d.handler),
        at=MONDAY + 2 * STEP,
        rules=d.rules,
    )


def _wish_to_erase(everything: Everything) -> None:
    """Have an answered case whose petitioner wants it erased, and one under a legal hold."""
    d, named = everything.district, everything.named
    for name in ("to_erase", "held"):
        named[name] = d.case_in(State.ARCHIVED, subject=f"{name} {HOSTILE}"[:200])
    erasure.ask_erasure(
        d.session, named["to_erase"], reason=HOSTILE, at=MONDAY + 10 * STEP, rules=d.rules
    )
    erasure.hold(
        d.session,
        named["held"],
        reason=HOSTILE,
        by=staff(d.clerk),
        at=MONDAY + 10 * STEP,
        rules=d.rules,
    )


def _sensitive_texts(everything: Everything) -> None:
    """Have a first text and a correction wait for a leader, and another one refused."""
    d, named = everything.district, everything.named
    for name, decided in (("sensitive", False), ("refused", True)):
        case = named[name] = d.case_in(State.FORWARDED, kind=Kind.REPORT, subject=f"{name}公开")
        publication.redact(
            d.session,
            case,
            subject=f"{name}公开",
            body=HOSTILE,
            reply=HOSTILE,
            sensitive=(Sensitive.HEALTH,),
            by=staff(d.clerk),
            at=MONDAY + 8 * STEP,
            rules=d.rules,
        )
        if decided:
            publication.turn_down(
                d.session,
                case,
                reason=HOSTILE,
                by=staff(d.leader),
                at=MONDAY + 9 * STEP,
                rules=d.rules,
            )
    case = named["corrected"] = d.case_in(State.PUBLISHED, subject="已更正")
    d.take(case, Action.CORRECT, at=MONDAY + 9 * STEP)
    publication.draft_correction(
        d.session,
        case,
        subject="再次更正",
        body=HOSTILE,
        reply=UNBROKEN,
        why=HOSTILE,
        sensitive=(Sensitive.MINORS,),
        by=staff(d.clerk),
        at=MONDAY + 10 * STEP,
        rules=d.rules,
    )


def _ask_for_reviews(everything: Everything) -> None:
    """Have answers reviewed: one review waits, one is with a department and has a hearing."""
    d, named = everything.district, everything.named
    for name, subject in (("review", "要求复查的来信"), ("heard", "举行听证的来信")):
        first = d.case_in(State.FORWARDED, subject=subject)
        named[f"{name}_of"] = first
        named[name] = reviews.ask_review(
            d.session,
            first,
            reason=f"{HOSTILE} {UNBROKEN}",
            form_token=f"token-of-{name}",
            by=PETITIONER,
            at=MONDAY + 8 * STEP,
            rules=d.rules,
        ).case
        everything.codes[name] = SEALER.access_code_from(f"token-of-{name}")
    brought: dict[str, Any] = {"by": staff(d.clerk), "at": MONDAY + 9 * STEP, "rules": d.rules}
    office.dispatch(d.session, named["heard"], lead=d.street, **brought)
    day = (MONDAY + timedelta(days=7)).date()
    for note in ("", HOSTILE):
        hearing = reviews.hold_hearing(
            d.session, named["heard"], first=day, last=day, note=note, **brought
        )
        if not note:
            reviews.call_off_hearing(
                d.session, named["heard"], hearing.id, reason=HOSTILE, **brought
            )


def _call_afterwards(everything: Everything) -> None:
    """Draw whom to ask afterwards; the operator has taken one of the calls, not reached before."""
    d, at = everything.district, MONDAY + 10 * STEP
    everybody = replace(d.rules.settings, follow_up_share=100, follow_up_after_days=0)
    follow_ups.draw(d.session, at=at, rules=replace(d.rules, settings=everybody))
    d.session.flush()
    follow_ups.take_next(d.session, by=staff(d.operator), at=at)


def _special_cases(everything: Everything) -> None:
    d, named = everything.district, everything.named
    accusing = d.submitted(
        kind=Kind.REPORT, subject=ACCUSING, accused_department_id=d.helper.id, unnamed=True
    )
    d.take(accusing, Action.DISPATCH, at=MONDAY + STEP)
    named["accusing"] = accusing
    first = d.case_in(State.HANDLING, subject="并入的主件")
    second = d.submitted(subject="被并入的信件", contacts=(SECOND_CANARY,))
    office.merge(
        d.session,
        second,
        into=first,
        reason_code="merge.same_matter",
        by=staff(d.clerk),
        at=MONDAY + 3 * STEP,
        rules=d.rules,
    )
    named["took_in"], named["taken_in"] = first, second
    named["joint"] = d.case_in(
        State.HANDLING, contacts=(CANARY, SECOND_CANARY), speaks_for=12, subject="联名信"
    )
    _ask_for_time(everything)
    _appeal(everything)
    _ask_for_reviews(everything)
    named["prepared"] = d.case_in(State.FORWARDED, subject="待审核公开")
    publication.redact(
        d.session,
        named["prepared"],
        subject="待审核公开",
        body=HOSTILE,
        reply=HOSTILE,
        by=staff(d.clerk),
        at=MONDAY + 8 * STEP,
        rules=d.rules,
    )
    _sensitive_texts(everything)
    _wish_to_erase(everything)
    _call_afterwards(everything)
