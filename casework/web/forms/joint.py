"""A letter of several people: how many they are, and the delegates whom they have chosen."""

import re
from collections.abc import Iterator

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, IntegerField
from wtforms.validators import NumberRange, Optional

from casework.language import N_
from casework.services.petitioners import Contact
from casework.services.submission import MOST_DELEGATES, MOST_PEOPLE, TOO_MANY_DELEGATES
from casework.web.forms.base import email_field, line_field, phone_field
from casework.web.outward import nearest_way
from casework.web.saving import text_of

OTHERS = range(2, MOST_DELEGATES + 1)
"""The delegates beside the first, who is the writer."""

NUMBERED = re.compile(r"delegate([0-9]+)(_phone|_email)?", re.ASCII)

NUMBER_WRONG = _l("Write a number of people from 2 to %(most)s.", most=MOST_PEOPLE)
NAME_MISSING = N_("Write the name of delegate %(number)s.")
CONTACT_MISSING = N_("Write a phone number or an e-mail address of delegate %(number)s.")
LEAVE_EMPTY = _l("Leave it empty if you write for yourself alone.")


class JointFields(Form):
    """The fields of a joint letter, to be mixed into the forms that open a case."""

    speaks_for = IntegerField(
        _l("For how many people do you write, yourself included?"),
        [
            Optional(),
            NumberRange(2, MOST_PEOPLE, NUMBER_WRONG),
        ],
        description=LEAVE_EMPTY,
    )
    delegate2 = line_field(_l("Name of delegate %(number)s", number=2), limit=60)
    delegate2_phone = phone_field(_l("Phone number of delegate %(number)s", number=2))
    delegate2_email = email_field(_l("E-mail address of delegate %(number)s", number=2))
    delegate3 = line_field(_l("Name of delegate %(number)s", number=3), limit=60)
    delegate3_phone = phone_field(_l("Phone number of delegate %(number)s", number=3))
    delegate3_email = email_field(_l("E-mail address of delegate %(number)s", number=3))
    delegate4 = line_field(_l("Name of delegate %(number)s", number=4), limit=60)
    delegate4_phone = phone_field(_l("Phone number of delegate %(number)s", number=4))
    delegate4_email = email_field(_l("E-mail address of delegate %(number)s", number=4))
    delegate5 = line_field(_l("Name of delegate %(number)s", number=5), limit=60)
    delegate5_phone = phone_field(_l("Phone number of delegate %(number)s", number=5))
    delegate5_email = email_field(_l("E-mail address of delegate %(number)s", number=5))

    def other_delegates(self) -> tuple[Contact, ...]:
        """Return the delegates beside the first; each is told of news by the nearest way."""
        return tuple(
            Contact(
                name=text_of(name),
                phone=text_of(phone),
                email=text_of(email),
                told_by=nearest_way(text_of(phone), text_of(email)),
            )
            for name, phone, email in self.delegate_fields()
            if name.data or phone.data or email.data
        )

    def delegate_fields(self) -> Iterator[tuple[Field, Field, Field]]:
        """Return name, phone and mail of each delegate beside the first."""
        for number in OTHERS:
            name = f"delegate{number}"
            yield self[name], self[f"{name}_phone"], self[f"{name}_email"]

    @property
    def is_joint(self) -> bool:
        """Say whether anything of a joint letter was typed or refused."""
        fields = (self.speaks_for, *(one for row in self.delegate_fields() for one in row))
        return any(field.raw_data and field.raw_data[0] or field.errors for field in fields)

    def joint_fits(self, *, reachable: bool) -> bool:
        """Mark what is missing of the delegates; ``reachable`` asks for a contact of each."""
        fits = not self._names_too_many()
        if not fits:
            self.form_errors.append(_l(TOO_MANY_DELEGATES))
        named = 1
        for number, (name, phone, email) in zip(OTHERS, self.delegate_fields(), strict=True):
            if not (name.data or phone.data or email.data):
                continue
            named += 1
            if not name.data and not name.errors:
                name.errors, fits = [_l(NAME_MISSING, number=number)], False
            if reachable and not (phone.data or email.data or phone.errors or email.errors):
                phone.errors, fits = [_l(CONTACT_MISSING, number=number)], False
        return self._number_fits(named) and fits

    def _names_too_many(self) -> bool:
        return any(
            (found := NUMBERED.fullmatch(name)) and int(found.group(1)[:9]) not in OTHERS and value
            for name, value in request.form.items()
        )

    def _number_fits(self, named: int) -> bool:
        if self.speaks_for.errors and self.speaks_for.process_errors:
            self.speaks_for.errors = [NUMBER_WRONG]
        if self.speaks_for.errors or named == 1 and not self.speaks_for.data:
            return not self.speaks_for.errors
        if self.speaks_for.data is None:
            self.speaks_for.errors = [_l("Write for how many people you write.")]
        elif self.speaks_for.data < named:
            self.speaks_for.errors = [
                _l("There are more delegates than that. Write the number of all of you.")
            ]
        return not self.speaks_for.errors
