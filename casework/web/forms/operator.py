"""What an operator types during a call, and what the office types from paper and visits."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional, StopValidation

from casework.sealing import normalise_phone
from casework.services.petitioners import Contact
from casework.services.submission import Submission
from casework.web.directory import called, open_subjects, open_units, streets
from casework.web.forms.answers import number_of
from casework.web.forms.base import (
    CaseworkForm,
    email_field,
    enum_radios,
    id_number_field,
    line_field,
    phone_field,
    text_field,
)
from casework.web.forms.files import FilesForm
from casework.web.forms.joint import JointFields
from casework.web.forms.letters import LetterForm
from casework.web.forms.office import urgency_field
from casework.web.forms.picking import SubjectField, UnitField
from casework.web.language import language
from casework.web.outward import BY_SMS, MOBILE, NONE, TOLD_BY_FOR_ANOTHER, offered
from casework.web.saving import text_of
from casework.workflow.states import Channel, Urgency
from casework.workflow.words import CHANNELS, KINDS

SAID = 10_000


class CallForm(JointFields, FilesForm):
    """One call on one screen: who calls, what was said, and the answer if there is one."""

    slip = HiddenField()
    phone = phone_field(_l("Caller's number"))
    name = line_field(_l("Caller's name"), limit=60)
    kind = enum_radios(_l("Kind"), KINDS, required=_l("Choose the kind."))
    subject = line_field(_l("Subject"), required=_l("Write in a few words what the call is about."))
    text = text_field(
        _l("What was said"), required=_l("Write down what the caller said."), limit=SAID
    )
    place = line_field(_l("Where it is"))
    street = SelectField(_l("Street or town"), [Optional()])
    category = SubjectField(_l("Category"), [Optional()])
    urgency = urgency_field()
    accused = UnitField(_l("Unit that it is about"), [Optional()])
    unnamed = BooleanField(_l("The caller does not want the name to be passed on"))
    told = BooleanField(_l("Tell the caller of news by text message"))
    consent = BooleanField(_l("The caller agrees that call and answer may be published"))
    answer = text_field(_l("Answer given on the spot"), limit=SAID)
    basis = line_field(_l("What the answer rests on"))
    article = line_field(_l("Number of the guide or article"), limit=18)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.street.choices = [
            SelectChoice("", _l("Not known")),
            *(SelectChoice(str(one.id), called(one)) for one in streets()),
        ]
        self.category.among = open_subjects()
        self.accused.among = open_units()
        if not self.is_submitted():
            self.urgency.data = Urgency.NORMAL

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the name of each delegate; whoever calls may not know their numbers."""
        fits: bool = super().validate(extra_validators)
        return not self.only_files and self.joint_fits(reachable=False) and fits

    def validate_told(self, field: BooleanField) -> None:
        """Ask for the number to which the text messages are to go."""
        if field.data and not MOBILE.fullmatch(normalise_phone(self.phone.data or "")):
            raise StopValidation(_l("For text messages write the number of a mobile above."))

    def asks_for_answer(self) -> bool:
        """Mark what is missing for an answer on the spot, and say whether all is there."""
        if not self.answer.data:
            self.answer.errors = [_l("Write the answer that you gave.")]
        if not self.basis.data and not self.article.data:
            self.basis.errors = [_l("Write what the answer rests on.")]
        return not (self.answer.errors or self.basis.errors)

    def validate_article(self, field: StringField) -> None:
        """Refuse what is no number."""
        if field.data and self.article_id is None:
            raise StopValidation(_l("Write the number in digits, as it stands beside its title."))

    @property
    def article_id(self) -> int | None:
        """Return the number of the guide or article that the answer rests on."""
        return number_of(self.article.data)

    def submission(self, token: str) -> Submission:
        """Return what was typed as a new case."""
        return Submission(
            Channel.CALL,
            self.kind.data,
            text_of(self.subject),
            text_of(self.text),
            (
                Contact(
                    name=text_of(self.name),
                    phone=text_of(self.phone),
                    told_by=BY_SMS if self.told.data else NONE,
                ),
                *self.other_delegates(),
            ),
            speaks_for=self.speaks_for.data,
            place=text_of(self.place),
            street_id=int(self.street.data) if self.street.data else None,
            category_id=self.category.chosen_id,
            accused_department_id=self.accused.chosen_id,
            urgency=self.urgency.data,
            unnamed=self.unnamed.data,
            consent=self.consent.data,
            language=language(),
            form_token=token,
        )


class CallerForm(CaseworkForm):
    """A caller's number alone, to be looked up."""

    phone = phone_field(_l("Caller's number"))


class SupplyForm(FilesForm):
    """What the petitioner answers on the telephone."""

    answer = text_field(
        _l("What the petitioner answers"), required=_l("Write down what the petitioner answers.")
    )


class IntakeForm(LetterForm):
    """A letter on paper or a visit, with the fields of the citizen's own form."""

    to = None  # type: ignore[assignment]
    work = None  # type: ignore[assignment]
    website = None  # type: ignore[assignment]
    channel = RadioField(
        _l("How it came"),
        [InputRequired(_l("Choose how it came."))],
        choices=[
            SelectChoice(one.value, _l(CHANNELS[one])) for one in (Channel.PAPER, Channel.VISIT)
        ],
    )
    kind = enum_radios(_l("Kind"), KINDS, required=_l("Choose the kind."))
    text = text_field(
        _l("What was written or said"),
        required=_l("Write down what was written or said."),
        limit=SAID,
        hint=_l("The petitioner's own words, as they stand on the paper or were spoken."),
    )
    accused = SelectField(_l("Unit that is accused"), [Optional()])
    place = line_field(_l("Where it is"))
    name = line_field(_l("Petitioner's name"), limit=60)
    phone = phone_field()
    address = line_field(_l("Petitioner's address"))
    email = email_field()
    id_number = id_number_field()
    told_by = RadioField(
        _l("How does the petitioner want to be told of news?"),
        [Optional()],
        description=_l("If nothing is chosen, the mobile is used, or else the e-mail address."),
    )
    unnamed = BooleanField(_l("The petitioner does not want the name to be passed on"))
    consent = BooleanField(
        _l("The petitioner agrees that letter and answer may be published"),
        description=_l("Only with the petitioner's own signature or word."),
    )

    def offer(self) -> None:
        """Fill the lists; a paper letter need not give a number."""
        super().offer()
        self.phone.flags.unmarked = False
        self.told_by.choices = [
            SelectChoice(way, _l(TOLD_BY_FOR_ANOTHER[way])) for way in (*offered(), NONE)
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for no way to be reached: who writes on paper may give nothing but an address."""
        fits: bool = FilesForm.validate(self, extra_validators)
        return not self.only_files and self.joint_fits(reachable=False) and fits

    def submission(self, token: str) -> Submission:
        """Return what was typed as a new case."""
        return Submission(
            Channel(self.channel.data),
            self.kind.data,
            text_of(self.subject),
            text_of(self.text),
            (
                Contact(
                    text_of(self.name),
                    text_of(self.phone),
                    text_of(self.id_number),
                    text_of(self.address),
                    text_of(self.email),
                    told_by=self.told_by_now,
                ),
                *self.other_delegates(),
            ),
            speaks_for=self.speaks_for.data,
            place=text_of(self.place),
            street_id=int(self.street.data) if self.street.data else None,
            accused_department_id=int(self.accused.data) if self.accused.data else None,
            unnamed=self.unnamed.data,
            consent=self.consent.data,
            language=language(),
            form_token=token,
        )
