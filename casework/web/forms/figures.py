"""The period and the unit that figures are asked for."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from casework.queries.figures import Grouping, in_group
from casework.web.clock import today
from casework.web.directory import called, open_units
from casework.web.forms.base import CaseworkForm, day_field, options
from casework.web.guard import me
from casework.workflow.states import DEPARTMENT_ROLES

WITH_OFFICE = "office"
FIRST_YEAR = 1990
LONGEST_KEY, LONGEST_ID = 40, 18
NEEDED = _l("Write the day, for example 2026-11-23.")


class PeriodForm(CaseworkForm):
    """Two days, ``from`` and ``to``, and a unit. Without them it is this year so far."""

    class Meta(CaseworkForm.Meta):
        csrf = False

    department = SelectField(_l("Department"), [Optional()])
    group = HiddenField(filters=[lambda value: value or ""])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.department.choices = self.unit_choices()
        if me().role in DEPARTMENT_ROLES:  # their own unit is all they see, whatever they ask
            self.department.data, self.department.raw_data = "", []
        self._fill(self["from"], date(today().year, 1, 1))
        self._fill(self["to"], today())

    @staticmethod
    def unit_choices() -> list[SelectChoice]:
        """Return all, the petition office and each unit, as they can be chosen."""
        return [
            SelectChoice("", _l("All")),
            SelectChoice(WITH_OFFICE, _l("Petition office")),
            *options((unit.id, called(unit)) for unit in open_units()),
        ]

    @staticmethod
    def _fill(field: DateField, day: date) -> None:
        if field.raw_data is None or field.raw_data == []:
            field.data, field.raw_data = day, [day.isoformat()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check that there is such a period and that it has begun."""
        if not super().validate(extra_validators):
            return False
        if self.first.year < FIRST_YEAR:
            self["from"].errors = [_("Figures go back to %(year)s.", year=str(FIRST_YEAR))]
        elif self.last < self.first:
            self["to"].errors = [_("The last day must not be before the first.")]
        elif self.first > today():
            self["from"].errors = [_("This period has not begun.")]
        elif self.last.year > today().year + 1:
            self["to"].errors = [_("Choose a last day up to %(year)s.", year=str(today().year + 1))]
        if len(self.groups) < len(self._named_groups):
            self.group.errors = [_("There is no such filter. Choose from the lists on this page.")]
        return not self.errors

    @property
    def first(self) -> date:
        day: date = self["from"].data
        return day

    @property
    def last(self) -> date:
        day: date = self["to"].data
        return day

    @property
    def department_id(self) -> int | None:
        """Return the unit that was chosen, None for all and for the petition office."""
        return int(self.department.data) if str(self.department.data).isdecimal() else None

    @property
    def groups(self) -> tuple[tuple[Grouping, str], ...]:
        """Return the street, channel, kind and category of the address."""
        read = map(_group, self._named_groups[: len(Grouping)])
        return tuple(group for group in read if group is not None)

    @property
    def _named_groups(self) -> list[str]:
        return [name for name in (self.group.data or "").split(",") if name]

    @property
    def with_office(self) -> bool:
        return bool(self.department.data == WITH_OFFICE)


def _group(written: str) -> tuple[Grouping, str] | None:
    name, _colon, key = written.partition(":")
    try:
        grouping = Grouping(name)
        if len(key) > (LONGEST_ID if key.isdecimal() else LONGEST_KEY):
            return None
        in_group(grouping, key)
    except ValueError:
        return None
    return grouping, key


# The address says from and to, and the first of them cannot be written as a Python name.
setattr(PeriodForm, "from", day_field(_l("First day"), required=NEEDED, hint=""))  # noqa: B010
PeriodForm.to = day_field(_l("Last day"), required=NEEDED, hint="")
