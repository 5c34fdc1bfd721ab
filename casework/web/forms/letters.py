"""What a citizen types to write a letter."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional, StopValidation

from casework.sealing import normalise_phone
from casework.web.directory import called, open_units, streets
from casework.web.forms.base import (
    email_field,
    enum_radios,
    id_number_field,
    line_field,
    phone_field,
    text_field,
)
from casework.web.forms.files import FilesForm
from casework.web.forms.joint import JointFields
from casework.web.outward import BY_MAIL, BY_SMS, MOBILE, NONE, TOLD_BY, nearest_way, offered
from casework.workflow import words
from casework.workflow.states import Kind

LETTER = 10_000
"""How long a letter may be; the column holds twice as much."""

HINTS = {
    Kind.CONSULTATION: _l("You want to know something: a rule, a procedure, an office."),
    Kind.HELP: _l("You need something done: a repair, a check, some support."),
    Kind.COMPLAINT: _l("Something is wrong or was badly done."),
    Kind.REPORT: _l("Somebody breaks the law, or an official has done wrong."),
    Kind.SUGGESTION: _l("You have an idea how something could be better."),
    Kind.PRAISE: _l("Something was done well and you want to say so."),
}


class LetterForm(JointFields, FilesForm):
    """A letter with its writer, on one page.

    ``slip`` makes a second sending harmless; ``website`` is seen by machines only.
    """

    slip = HiddenField()
    to = HiddenField()
    category = HiddenField()
    work = HiddenField()
    kind = enum_radios(
        _l("What kind of letter is it?"),
        words.KINDS,
        required=_l("Choose what kind of letter it is."),
        hints=HINTS,
    )
    subject = line_field(
        _l("Subject"),
        required=_l("Write in a few words what it is about."),
        hint=_l("A few words, for example: street lamp is broken"),
    )
    text = text_field(
        _l("Your letter"),
        required=_l("Write your letter."),
        limit=LETTER,
        hint=_l(
            "What happened, when and where? What should be done? Write as you would tell it to a "
            "neighbour. Leave names and numbers of other people out if you can."
        ),
    )
    accused = SelectField(_l("Which unit is it about?"), [Optional()])
    place = line_field(_l("Where is it?"), hint=_l("For example: 12 Tianhe Road, at the east gate"))
    street = SelectField(_l("Street or town"), [Optional()])
    name = line_field(_l("Your name"), required=_l("Write your name."), limit=60)
    phone = phone_field(
        hint=_l("So that we can ask you something or tell you the answer. A mobile is best.")
    )
    email = email_field(hint=_l("Then we can write to you by e-mail as well."))
    address = line_field(_l("Your address"))
    id_number = id_number_field(hint=_l("Only if your matter needs it, for example for a pension."))
    told_by = RadioField(
        _l("How shall we tell you of news?"),
        [Optional()],
        description=_l(
            "If you choose nothing, we use your mobile, or else your e-mail address. Your letter "
            "itself is never in such a message."
        ),
    )
    unnamed = BooleanField(
        _l("Do not pass my name on"),
        description=_l(
            "The petition office knows who you are. The department that answers gets your letter "
            "without your name."
        ),
    )
    consent = BooleanField(
        _l("I agree that my letter and the answer may be published"),
        description=_l(
            "Only if you want it. Your name, telephone number, address and everything else that "
            "shows who you are is taken out first. You get the answer in any case, and you can "
            "take your consent back at any time."
        ),
    )
    website = StringField(_l("Leave this field empty"), [Optional()])

    def offer(self) -> None:
        """Fill the lists with the streets and units of today."""
        self.phone.flags.unmarked = True  # required, unless there is an e-mail address
        self.street.choices = [SelectChoice("", _l("I do not know"))]
        self.street.choices += [SelectChoice(str(one.id), called(one)) for one in streets()]
        self.told_by.choices = [SelectChoice(way, _l(TOLD_BY[way])) for way in (*offered(), NONE)]
        self.accused.choices = [SelectChoice("", _l("No unit in particular"))]
        self.accused.choices += [SelectChoice(str(one.id), called(one)) for one in open_units()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for one way to reach the writer as well: a telephone, or else an e-mail address."""
        fits: bool = super().validate(extra_validators)
        if self.only_files:
            return False
        fits = self.joint_fits(reachable=True) and fits
        if self.phone.data or self.phone.errors or self.email.data:
            return fits
        self.phone.errors = [
            _l("Write a phone number. If you have none, write an e-mail address below.")
        ]
        return False

    @property
    def told_by_now(self) -> str:
        """Return the chosen way of being told, or the nearest where nothing was chosen."""
        if self.told_by.data in TOLD_BY:
            return str(self.told_by.data)
        return nearest_way(self.phone.data or "", self.email.data or "")

    def validate_told_by(self, field: RadioField) -> None:
        """Ask for the number or the address to which news is to go."""
        if field.data == BY_SMS and not MOBILE.fullmatch(normalise_phone(self.phone.data or "")):
            raise StopValidation(_l("For text messages write the number of a mobile above."))
        if field.data == BY_MAIL and not self.email.data:
            raise StopValidation(_l("To be told by e-mail, write your e-mail address above."))

    def validate_accused(self, field: SelectField) -> None:
        """Only an accusation keeps a letter away from a unit; nothing typed is dropped."""
        if field.data and self.kind.data is not Kind.REPORT:
            raise StopValidation(
                _l(
                    "Choose a unit here only if you accuse it and have chosen 'Report or "
                    "accusation' above: it will not get your letter."
                )
            )

    def validate_website(self, field: StringField) -> None:
        """Stop machines that fill every field, and tell a person what to do."""
        if field.data:
            field.data = field.raw_data = None
            raise StopValidation(_l("Please press the button once more."))
