"""What supervisors and leaders fill in: filters of the watched list, an instruction."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from casework.queries.supervision import Filters
from casework.web.directory import called, open_units, streets
from casework.web.forms.base import (
    NOTE,
    CaseworkForm,
    day_field,
    enum_select,
    options,
    text_field,
)
from casework.web.forms.office import member
from casework.workflow.states import RUNNING, Channel, Kind, State, Urgency
from casework.workflow.words import CHANNELS, KINDS, STATES, URGENCIES

WITH_OFFICE = "office"
RUNNING_STATES = {state: words for state, words in STATES.items() if state in RUNNING}


class WatchForm(CaseworkForm):
    """Narrows the list. It comes in the address, so what cannot be read there is left out."""

    class Meta(CaseworkForm.Meta):
        csrf = False

    department = SelectField(_l("With"), [Optional()])
    street = SelectField(_l("Street"), [Optional()])
    kind = enum_select(_l("Kind"), KINDS, everything=_l("All"))
    channel = enum_select(_l("Channel"), CHANNELS, everything=_l("All"))
    state = enum_select(_l("State"), RUNNING_STATES, everything=_l("All"))
    urgency = enum_select(_l("Urgency"), URGENCIES, everything=_l("All"))

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        everything = SelectChoice("", _l("All"))
        office = SelectChoice(WITH_OFFICE, _l("Petition office"))
        units = options((unit.id, called(unit)) for unit in open_units())
        self.department.choices = [everything, office, *units]
        self.street.choices = [everything, *options((s.id, called(s)) for s in streets())]

    def filters(self) -> Filters:
        """Return what the list is narrowed to."""
        return Filters(
            department_id=_id(self.department),
            with_office=self.department.data == WITH_OFFICE,
            street_id=_id(self.street),
            kind=member(Kind, self.kind.data),
            channel=member(Channel, self.channel.data),
            state=member(State, self.state.data),
            urgency=member(Urgency, self.urgency.data),
        )

    def chosen(self) -> dict[str, tuple[str, str]]:
        """Return the filters that are set: their value and their words, by the field's name."""
        found: dict[str, tuple[str, str]] = {}
        for field in self:
            words = {value: label for value, label, *_ in field.iter_choices()}
            if field.data and field.data in words:
                found[field.name] = (field.data, f"{field.label.text}: {words[field.data]}")
        return found


class InstructForm(CaseworkForm):
    text = text_field(
        _l("Instruction"),
        required=_l("Write the instruction."),
        limit=NOTE,
        hint=_l("The lead department and the supervisors read it. No date moves by it."),
    )
    due_on = day_field(_l("Answer wanted by"))


def _id(field: SelectField) -> int | None:
    keys = {value for value, *_ in field.iter_choices()}
    known = field.data in keys and str(field.data).isdecimal()
    return int(field.data) if known else None
