"""What staff type to sign in, and what they change of their own account."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import HiddenField, PasswordField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import EqualTo, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from casework.services.passwords import ADVISED, LONGEST, SHORTEST
from casework.web.forms.base import CaseworkForm, line_field, options
from casework.workflow.notices import NoticeGroup

NEW_PASSWORD_HINT = _l(
    "At least %(shortest)d characters; %(advised)d or more are better. Put some words together "
    "that only you would think of. Any characters and spaces are welcome.",
    shortest=SHORTEST,
    advised=ADVISED,
)


def code_field() -> StringField:
    return line_field(
        _l("One-time code"),
        required=_l("Write the six digits that your telephone shows."),
        limit=20,
    )


class LoginForm(CaseworkForm):
    username = line_field(_l("User name"), required=_l("Write your user name."), limit=64)
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Write your password.")), Length(max=1_000)]
    )


class CodeForm(CaseworkForm):
    code = code_field()


class NewPasswordForm(CaseworkForm):
    """A password is chosen by somebody who came with a link."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Write a new password.")), Length(max=1_000)],
        description=NEW_PASSWORD_HINT,
    )
    again = PasswordField(
        _l("New password again"),
        [
            InputRequired(_l("Write the new password a second time.")),
            EqualTo("password", _l("The two new passwords are not the same.")),
        ],
        description=_l("At most %(longest)d characters", longest=LONGEST),
    )


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(
        _l("Your password now"), [InputRequired(_l("Write your password.")), Length(max=1_000)]
    )


class SetUpCodesForm(CodeForm):
    """The first code proves that the telephone has the seed, which comes back sealed."""

    pending = HiddenField()


class RemoveCodesForm(CodeForm):
    current = PasswordField(
        _l("Your password now"), [InputRequired(_l("Write your password.")), Length(max=1_000)]
    )


class LanguageForm(CaseworkForm):
    language = RadioField(
        _l("Language"),
        choices=[
            SelectChoice("", _l("As my browser asks")),
            SelectChoice("zh_CN", "简体中文"),
            SelectChoice("en", "English"),
        ],
        default="",
    )


def _groups(label: LazyString) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        choices=options(
            [
                (NoticeGroup.WORK, _l("Work that comes to me: dispatches, reviews, decisions")),
                (NoticeGroup.LIMITS, _l("Time limits: warnings, orders, cards, instructions")),
                (NoticeGroup.NEWS, _l("The digest of the day, circulars and other news")),
            ]
        ),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("By day and on working days; about urgent cases at once."),
    )


class NoticesForm(CaseworkForm):
    """How somebody is told beside the inbox, which nobody can turn off."""

    mailed = _groups(_l("Send me an e-mail as well about"))
    texted = _groups(_l("Send me a text message as well about"))
