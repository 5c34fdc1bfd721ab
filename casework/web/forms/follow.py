"""What a citizen types to follow the own case."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional

from casework.web.forms.base import NOTE, CaseworkForm, line_field, text_field
from casework.web.forms.files import FilesForm

SATISFACTION = (
    (5, _l("Very satisfied")),
    (4, _l("Satisfied")),
    (3, _l("So-so")),
    (2, _l("Dissatisfied")),
    (1, _l("Very dissatisfied")),
)


class FollowForm(CaseworkForm):
    """The two things on the receipt."""

    number = line_field(
        _l("Case number"),
        required=_l("Write the case number. It is on your receipt."),
        limit=40,
        hint=_l("For example 2026-000123"),
    )
    code = line_field(
        _l("Access code"),
        required=_l("Write the access code. It is on your receipt."),
        limit=60,
        hint=_l("13 letters and digits. Capitals, spaces and dashes do not matter."),
    )


class AnswerForm(FilesForm):
    """The answer to a question of the department."""

    answer = text_field(_l("Your answer"), required=_l("Write your answer."), limit=NOTE)


class WithdrawForm(CaseworkForm):
    """Why a letter is taken back."""

    reason = RadioField(
        _l("Why do you take it back?"), [InputRequired(_l("Choose a reason."))], choices=[]
    )
    note = text_field(_l("Do you want to tell us more?"), limit=1_000)


class ConsentForm(CaseworkForm):
    """Nothing is typed: the button says it."""


class RateForm(CaseworkForm):
    """What the answer was worth."""

    satisfaction = RadioField(
        _l("How satisfied are you with how your matter was handled?"),
        [InputRequired(_l("Choose how satisfied you are."))],
        choices=[SelectChoice(value, words) for value, words in SATISFACTION],
        coerce=int,
    )
    solved = RadioField(
        _l("Has your problem been solved?"),
        [InputRequired(_l("Choose whether your problem has been solved."))],
        choices=[SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))],
    )
    truthful = RadioField(
        _l("Does the answer say truthfully what was done?"),
        [Optional()],
        choices=[SelectChoice("yes", _l("Truthful")), SelectChoice("no", _l("Not truthful"))],
    )
    comment = text_field(_l("Do you want to add something?"), limit=2_000)


class LostForm(CaseworkForm):
    """What tells whose case it is, to be compared with what is on file."""

    number = line_field(
        _l("Case number"),
        required=_l("Write the case number. It is in every message that we sent you."),
        limit=40,
        hint=_l("For example 2026-000123"),
    )
    contact = line_field(
        _l("Your phone number or e-mail address"),
        required=_l("Write the phone number or e-mail address that you gave us."),
        limit=254,
        hint=_l("The one that you gave with your letter or call. The message goes there only."),
    )


class ConfirmForm(CaseworkForm):
    """The number of the message, with the case that it is for."""

    number = line_field(_l("Case number"), required=_l("Write the case number."), limit=40)
    confirmation = line_field(
        _l("Number in the message"),
        required=_l("Write the six digits of the message."),
        limit=20,
        hint=_l("Six digits. They hold for 15 minutes."),
    )
