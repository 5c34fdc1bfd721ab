"""What the administrator types: people, units, categories, limits, days, reasons, settings."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from casework.language import N_
from casework.models import DepartmentType
from casework.queries.public_figures import Shown
from casework.services.admission import ALWAYS, AUTO, NEVER
from casework.web.forms.base import (
    CaseworkForm,
    Words,
    day_field,
    email_field,
    enum_radios,
    enum_select,
    line_field,
    phone_field,
    str_or_lazy,
    text_field,
)
from casework.workflow import words
from casework.workflow.states import STAFF_ROLES

ROLES = {role: word for role, word in words.ROLES.items() if role in STAFF_ROLES}
DEPARTMENT_TYPES = {
    DepartmentType.DEPARTMENT: N_("Department"),
    DepartmentType.STREET: N_("Street"),
    DepartmentType.OFFICE: N_("Petition office"),
}
TABLES = {
    "users": N_("People"),
    "departments": N_("Departments"),
    "categories": N_("Categories"),
    "limit_rules": N_("Limits"),
    "calendar_days": N_("Days"),
    "calendar_years": N_("Years"),
    "reasons": N_("Reasons"),
    "settings": N_("District"),
}
"""What people call the tables of which the log speaks."""

NAME_MISSING = _l("Write a name.")
NAME_EN_HINT = _l("Shown on English pages")
POSITION_HINT = _l("Lists are in this order; the smallest number comes first.")


class WholeNumber(IntegerField):
    """A number in digits of any width; anything else is named as what it is."""

    widget = TextInput()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        typed = "".join(valuelist).strip()
        if not typed:
            self.data = None
            return
        if not typed.lstrip("-").isdecimal() or len(typed) > 9:
            self.data = None
            raise ValueError(_l("Write a whole number in digits."))
        self.data = int(typed)


def number_field(
    label: Words, *, least: int, most: int, required: Words | None = None, hint: Words = ""
) -> WholeNumber:
    """Return a field for a whole number from ``least`` to ``most``."""
    between = _l("Write a number from %(least)d to %(most)d.", least=least, most=most)
    first: Any = InputRequired(required) if required else Optional()
    return WholeNumber(
        str_or_lazy(label),
        [first, NumberRange(least, most, str_or_lazy(between))],
        description=str_or_lazy(hint),
    )


def position_field() -> WholeNumber:
    return number_field(_l("Place in the list"), least=0, most=99_999, hint=POSITION_HINT)


class Kept(CaseworkForm):
    """The form of a row that is there: ``seen`` tells what the person was looking at."""

    seen = HiddenField()


class PersonForm(Kept):
    display_name = line_field(_l("Name"), required=NAME_MISSING)
    role = enum_radios(_l("Role"), ROLES, required=_l("Choose what this person does."))
    department_id = SelectField(
        _l("Department"),
        validators=[Optional()],
        description=_l("Handlers and reviewers need one."),
    )
    email = email_field(hint=_l("For notices, not for signing in"))
    mobile = phone_field(
        _l("Mobile number"), hint=_l("For text messages, if this person wants them")
    )


class NewPersonForm(PersonForm):
    username = line_field(
        _l("User name"),
        required=_l("Write a user name."),
        limit=64,
        hint=_l("Small letters, digits, dots and dashes. It cannot be changed later."),
    )


class PeopleFilter(CaseworkForm):
    class Meta(CaseworkForm.Meta):
        csrf = False

    q = line_field(_l("Name or user name"))
    role = enum_select(_l("Role"), ROLES, everything=_l("All roles"))
    department = SelectField(_l("Department"), validators=[Optional()])
    state = SelectField(
        _l("Account"),
        choices=[
            SelectChoice("", _l("All accounts")),
            SelectChoice("open", _l("Can sign in")),
            SelectChoice("disabled", _l("Disabled")),
        ],
        validators=[Optional()],
    )


class DepartmentForm(Kept):
    name = line_field(_l("Name in Chinese"), required=NAME_MISSING)
    name_en = line_field(_l("Name in English"), required=NAME_MISSING, hint=NAME_EN_HINT)
    type = enum_radios(
        _l("What it is"), DEPARTMENT_TYPES, required=_l("Choose what kind of unit this is.")
    )
    phone = phone_field()
    position = position_field()


class NewDepartmentForm(DepartmentForm):
    code = line_field(
        _l("Code"),
        required=_l("Write a code."),
        limit=32,
        hint=_l("Registers and connected systems use it. It cannot be changed later."),
    )


class CategoryForm(Kept):
    name = line_field(_l("Name in Chinese"), required=NAME_MISSING)
    name_en = line_field(_l("Name in English"), hint=NAME_EN_HINT)
    position = position_field()


class ReasonForm(Kept):
    text = text_field(_l("Text in Chinese"), required=_l("Write the text."), limit=500)
    text_en = text_field(_l("Text in English"), required=_l("Write the text."), limit=500)
    position = position_field()


class NewReasonForm(ReasonForm):
    code = line_field(
        _l("Code"),
        required=_l("Write a code."),
        limit=32,
        hint=_l("For example decline.other. It cannot be changed later."),
    )


class ClosingForm(Kept):
    """One press closes or opens; ``seen`` makes sure that it is what was looked at."""


class LimitForm(CaseworkForm):
    clock = enum_radios(_l("What is timed"), words.CLOCKS, required=_l("Choose what is timed."))
    kind = enum_select(_l("Kind of case"), words.KINDS, everything=_l("Every kind"))
    urgency = enum_select(_l("Urgency"), words.URGENCIES, everything=_l("Every urgency"))
    category = SelectField(_l("Category"), validators=[Optional()])
    days = number_field(
        _l("Number of days"), least=1, most=366, required=_l("Write a number of days.")
    )
    unit = enum_radios(_l("Counted in"), words.UNITS, required=_l("Choose how days are counted."))
    holds_from = day_field(
        _l("Holds for cases that start on or after"), required=_l("Choose a day.")
    )
    source = line_field(
        _l("Where it comes from"),
        hint=_l("For example the article, or the decision of the district"),
    )
    confirmed = HiddenField()


class DayForm(CaseworkForm):
    is_working = RadioField(
        _l("This day is"),
        choices=[
            SelectChoice("usual", _l("As every week: Monday to Friday worked, weekends off")),
            SelectChoice("off", _l("A day off")),
            SelectChoice("worked", _l("A working day")),
        ],
        validators=[InputRequired(_l("Choose what this day is."))],
    )
    until = day_field(_l("Up to and with"), hint=_l("Leave empty for this one day."))
    name = line_field(_l("Name in Chinese"), hint=_l("For example 国庆节 or 国庆节调休补班"))
    name_en = line_field(_l("Name in English"))


class NoticeForm(CaseworkForm):
    file = FileField(
        _l("Sheet with the days (Excel or CSV)"),
        [FileRequired(_l("Choose the file."))],
        description=_l(
            "Columns 日期 (or from and until) and 类型: 休 for a day off, 班 for a working day; "
            "名称 and 英文名称 if you like."
        ),
    )


class ChangesForm(CaseworkForm):
    """Days that were shown and are to be saved; ``seen`` is what they would move."""

    days = HiddenField()
    seen = HiddenField()
    year = HiddenField()
    complete = BooleanField(
        _l("With these days the year is complete: all days off and all make-up working days.")
    )


class YearForm(CaseworkForm):
    complete = BooleanField(
        _l("All days off and all make-up working days of this year are in the calendar."),
        [InputRequired(_l("Tick the box once you have compared the calendar with the notice."))],
    )


def _days_after(label: Words) -> WholeNumber:
    return number_field(label, least=1, most=60, required=_l("Write a number of days."))


WATCH = {
    AUTO: N_("Ask for work by itself, above the number below"),
    ALWAYS: N_("Ask for work always"),
    NEVER: N_("Never ask for work"),
}


class SettingsForm(Kept):
    district_name = line_field(_l("Name of the district in Chinese"), required=NAME_MISSING)
    district_name_en = line_field(_l("Name of the district in English"), required=NAME_MISSING)
    hotline = phone_field(_l("Hotline"), required=_l("Write the number of the hotline."))
    rating_window_days = number_field(
        _l("Days in which a petitioner may rate an answer"),
        least=1,
        most=365,
        required=_l("Write a number of days."),
        hint=_l("Within them a dissatisfied petitioner can ask for the case to be done again."),
    )
    retention_years = number_field(
        _l("Years after which words and personal data are erased"),
        least=0,
        most=100,
        required=_l("Write a number of years."),
        hint=_l("Counted from the end of a case. 0 keeps them for ever."),
    )
    warn_days = number_field(
        _l("Days before a date at which it turns yellow"),
        least=0,
        most=60,
        required=_l("Write a number of days."),
    )
    remind_after = _days_after(_l("Reminder"))
    order_after = _days_after(_l("Supervision order"))
    yellow_after = _days_after(_l("Yellow card"))
    red_after = _days_after(_l("Red card"))
    explain_days = _days_after(_l("Time for the explanation of an order"))
    follow_up_share = number_field(
        _l("Percent of all petitioners who are called after the answer"),
        least=0,
        most=100,
        required=_l("Write a number from 0 to 100."),
    )
    follow_up_phone_share = number_field(
        _l("Percent of those who can be reached by telephone only"),
        least=0,
        most=100,
        required=_l("Write a number from 0 to 100."),
    )
    follow_up_after_days = number_field(
        _l("Days after the answer before anybody is called"),
        least=0,
        most=30,
        required=_l("Write a number of days."),
    )
    follow_up_tries = number_field(
        _l("Calls after which a petitioner counts as not reached"),
        least=1,
        most=10,
        required=_l("Write a number from 1 to 10."),
    )
    extension_leader_days = number_field(
        _l("Days of an extension above which a leader decides"),
        least=0,
        most=30,
        required=_l("Write a number of days."),
        hint=_l("Up to so many calendar days the petition office decides. The law allows 30."),
    )

    public_figures = SelectField(
        _l("Figures that everybody may see"),
        choices=[
            SelectChoice(Shown.NOTHING.value, _l("None")),
            SelectChoice(
                Shown.TOTALS.value, _l("The whole district, by month, kind and subject area")
            ),
            SelectChoice(Shown.UNITS.value, _l("The same, and each department")),
        ],
        default=Shown.TOTALS.value,
    )
    letters_watch = RadioField(
        _l("When very many letters come in"),
        [InputRequired(_l("Choose one."))],
        choices=[SelectChoice(key, _l(word)) for key, word in WATCH.items()],
        description=str_or_lazy(
            _l(
                "Then a browser shows a second or two of work with each letter, and whoever has no "
                "scripts waits two minutes. Nobody is shut out."
            )
        ),
    )
    letters_busy = number_field(
        _l("Letters in 10 minutes above which it begins by itself"),
        least=10,
        most=100_000,
        required=_l("Write a number of letters."),
    )

    def validate_red_after(self, _field: Field) -> None:
        """Refuse levels that would overtake each other."""
        levels = (self.remind_after, self.order_after, self.yellow_after, self.red_after)
        days = [field.data for field in levels if field.data is not None]
        if days != sorted(days):
            raise ValidationError(
                _l("Each level must come after the one before: reminder, order, yellow, red.")
            )


class LogFilter(CaseworkForm):
    class Meta(CaseworkForm.Meta):
        csrf = False

    table = SelectField(
        _l("What was changed"),
        choices=[
            SelectChoice("", _l("Everything")),
            *(SelectChoice(name, _l(word)) for name, word in TABLES.items()),
        ],
        validators=[Optional()],
    )
