"""Which figure a table of units and months shows, and which two units stand side by side."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from casework.language import translate
from casework.queries.measures import MEASURES, RATES
from casework.web.clock import today
from casework.web.forms.figures import PeriodForm
from casework.web.language import language

RATE, MEASURE = "rate", "measure"
MONTHS_BACK = 11


class MatrixForm(PeriodForm):
    """A period, the last twelve months at first, and one measure or rate."""

    figure = SelectField(_l("Figure"), [Optional()], default=f"{RATE}:on_time")

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        books = ((RATE, RATES), (MEASURE, MEASURES))
        self.figure.choices = [
            SelectChoice(f"{kind}:{key}", translate(language(), one.name))
            for kind, book in books
            for key, one in book.items()
        ]
        if not self.figure.data:
            self.figure.data = f"{RATE}:on_time"
        if not given.get("formdata", {}).get("from"):
            day = today()
            month = day.year * 12 + day.month - 1 - MONTHS_BACK
            first = day.replace(year=month // 12, month=month % 12 + 1, day=1)
            self["from"].data, self["from"].raw_data = first, [first.isoformat()]

    @property
    def chosen(self) -> tuple[str, str]:
        """Return whether it is a rate or a measure, and its key."""
        kind, _colon, key = self.figure.data.partition(":")
        return kind, key


class BesideForm(PeriodForm):
    """A period and two units."""

    other = SelectField(_l("Beside"), [Optional()])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.department.label.text = _("Unit")
        units = self.unit_choices()[1:]  # without "all"
        self.department.choices = self.other.choices = units
        if not given.get("formdata", {}).get("other") and len(units) > 2:
            self.department.data, self.other.data = units[1].value, units[2].value

    def validate(self, extra_validators: Any = None) -> bool:
        """Check that two different units are chosen."""
        if not super().validate(extra_validators):
            return False
        if self.department.data == self.other.data:
            self.other.errors = [_("Choose two different units.")]
        return not self.errors
