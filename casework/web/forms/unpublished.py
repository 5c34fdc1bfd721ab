"""What the lists of answered and not published cases are narrowed to."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from casework.models import DepartmentType
from casework.queries.unpublished import Wanted, Which
from casework.web.directory import called, reason_text, reasons_for, units
from casework.web.forms.base import CaseworkForm, day_field, options
from casework.workflow.states import Action

LISTS = {
    Which.UNDECIDED: _l("Not decided"),
    Which.WITHHELD: _l("Not published"),
    Which.PUBLISHED: _l("Published"),
    Which.ANSWERED: _l("All answered with consent"),
}


class UnpublishedForm(CaseworkForm):
    """A list, the days of the answer, a unit and a reason; all of them come in the address."""

    class Meta(CaseworkForm.Meta):
        csrf = False

    which = HiddenField()
    department = SelectField(_l("Department"), [Optional()])
    reason = SelectField(_l("Reason"), [Optional()])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        everything = SelectChoice("", _l("All"))
        self.department.choices = [
            everything,
            *options(
                (unit.id, called(unit))
                for unit in units().values()
                if unit.type is not DepartmentType.OFFICE
            ),
        ]
        reasons = [*reasons_for(Action.WITHHOLD), *reasons_for(Action.UNPUBLISH)]
        self.reason.choices = [
            everything,
            *options((one.code, reason_text(one)) for one in reasons),
        ]

    @property
    def list(self) -> Which:
        """Return the list that was chosen, what is undecided unless another one is named."""
        return next((one for one in Which if one.value == self.which.data), Which.UNDECIDED)

    @property
    def wanted(self) -> Wanted:
        """Return what narrows the list."""
        unit = str(self.department.data or "")
        return Wanted(
            self["from"].data,
            self["to"].data,
            int(unit) if unit.isdecimal() else None,
            self.reason.data or None,
        )


# The address says from and to, and the first of them cannot be written as a Python name.
setattr(UnpublishedForm, "from", day_field(_l("Answered from"), hint=""))  # noqa: B010
UnpublishedForm.to = day_field(_l("Answered until"), hint="")
