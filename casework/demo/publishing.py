"""How an answer becomes public: prepared, cleared, let out, at times corrected or taken down."""

from dataclasses import dataclass
from datetime import datetime

from casework.demo.stage import Stage, Story, pause
from casework.demo.texts import Letter
from casework.models import Case
from casework.services import public_texts, publication
from casework.services.actors import Actor
from casework.services.redaction.sensitive import signs_of
from casework.services.redaction.suggestions import contacts_of, suggested
from casework.services.sweeps import WITHHELD_WITHOUT_CONSENT

NOT_YET = "请删去可以认出当事人的细节后再报。"
ADDED = "（更正：办理地点以现场公告为准。）"
WHY = "公开文本中的地点写得不准确。"


@dataclass(slots=True)
class Publishing:
    """One answered case on its way to everybody, or into the archive."""

    stage: Stage
    case: Case
    letter: Letter
    detours: frozenset[str]

    @property
    def office(self) -> Actor:
        return self.stage.district.actor("office")

    def published(self, at: datetime) -> Story:
        """Tell how the text is prepared, read by a second person and let out."""
        at = yield from pause(self.stage.at_work(at, (2, 20)))
        self._redact(at)
        at = yield from self._cleared(at)
        at = yield from pause(self.stage.at_work(at, (2, 20)))
        second, rules = self.stage.district.actor("office2"), self.stage.rules
        publication.publish(self.stage.session, self.case, by=second, at=at, rules=rules)
        if "correction" in self.detours:
            return (yield from self._correct(at))
        if "unpublish" in self.detours:
            return (yield from self._take_down(at))
        return at

    def withheld(self, at: datetime) -> Story:
        """Tell how the case goes into the archive."""
        at = yield from pause(self.stage.at_work(at, (20, 60)))
        publication.withhold(
            self.stage.session,
            self.case,
            reason_code="withhold.privacy" if self.case.consent else WITHHELD_WITHOUT_CONSENT,
            by=self.office,
            at=at,
            rules=self.stage.rules,
        )
        return at

    def _words(self) -> tuple[str, str, str]:
        reply = publication.approved_reply(self.stage.session, self.case)
        contacts = contacts_of(self.stage.session, self.case, rules=self.stage.rules)
        written = reply.text if reply else self.letter.reply
        subject, body, answer = (
            suggested(text, contacts)
            for text in (self.letter.subject, self.letter.public_body, written)
        )
        return subject, body, answer

    def _redact(self, at: datetime) -> None:
        subject, body, reply = self._words()
        publication.redact(
            self.stage.session,
            self.case,
            subject=subject,
            body=body,
            reply=reply,
            sensitive=list(signs_of([self.letter.subject, self.letter.public_body])),
            by=self.office,
            at=at,
            rules=self.stage.rules,
        )

    def _cleared(self, at: datetime) -> Story:
        """Ask the leader where the text is sensitive; some are refused once."""
        session, rules = self.stage.session, self.stage.rules
        leader = self.stage.district.actor("leader")
        draft = public_texts.draft_of(session, self.case)
        if draft is None or not draft.wants_leader:
            return at
        at = yield from pause(self.stage.at_work(at, (2, 20)))
        if "turned_down" in self.detours and not draft.correction:
            publication.turn_down(session, self.case, reason=NOT_YET, by=leader, at=at, rules=rules)
            at = yield from pause(self.stage.at_work(at, (2, 8)))
            self._redact(at)
            at = yield from pause(self.stage.at_work(at, (2, 8)))
        publication.clear(session, self.case, by=leader, at=at, rules=rules)
        return at

    def _correct(self, at: datetime) -> Story:
        """Let everybody read a text that somebody has put right."""
        at = yield from pause(self.stage.after_days(at, self.stage.random.randint(1, 9)))
        subject, body, reply = self._words()
        publication.draft_correction(
            self.stage.session,
            self.case,
            subject=subject,
            body=body,
            reply=reply + ADDED,
            why=WHY,
            sensitive=list(signs_of([self.letter.subject, self.letter.public_body])),
            by=self.office,
            at=at,
            rules=self.stage.rules,
        )
        at = yield from self._cleared(at)
        at = yield from pause(self.stage.at_work(at, (1, 8)))
        second, rules = self.stage.district.actor("office2"), self.stage.rules
        publication.correct(self.stage.session, self.case, by=second, at=at, rules=rules)
        return at

    def _take_down(self, at: datetime) -> Story:
        at = yield from pause(self.stage.after_days(at, self.stage.random.randint(2, 9)))
        publication.unpublish(
            self.stage.session,
            self.case,
            reason_code="unpublish.outdated",
            by=self.office,
            at=at,
            rules=self.stage.rules,
        )
        return at
