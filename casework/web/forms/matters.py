"""What is typed to let others follow a matter, and to follow one."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import StopValidation

from casework.sealing import normalise_phone
from casework.web.forms.base import EMAIL, CaseworkForm, line_field
from casework.web.outward import BY_MAIL, BY_SMS, MOBILE, offered


class MatterForm(CaseworkForm):
    """The neutral title under which everybody reads of a matter."""

    title = line_field(
        _l("Public title"),
        required=_l("Write a title that everybody may read."),
        limit=80,
        hint=_l("What it is about and where, nothing of anybody: Street lamps in Tianhe Road"),
    )


class JoinForm(CaseworkForm):
    """How somebody with the same problem wants to be told."""

    contact = line_field(
        _l("Your mobile number or e-mail address"),
        required=_l("Write a mobile number or an e-mail address."),
        limit=254,
        hint=_l("Only to tell you of this matter. It is deleted afterwards."),
    )

    def validate_contact(self, field: StringField) -> None:
        """Ask for something to which a message can be sent here."""
        if self.medium_of(field.data) is None:
            raise StopValidation(_l("Write a mobile number, or an e-mail address."))
        if self.medium_of(field.data) not in offered():
            raise StopValidation(_l("Nothing can be sent in this way at present. Try the other."))

    @staticmethod
    def medium_of(contact: str | None) -> str | None:
        """Return by which way a contact is reached, None for one that cannot be."""
        if EMAIL.fullmatch(contact or ""):
            return BY_MAIL
        return BY_SMS if MOBILE.fullmatch(normalise_phone(contact or "")) else None


class JoinedForm(CaseworkForm):
    """The number of the message, with the contact that it went to."""

    contact = HiddenField()
    confirmation = line_field(
        _l("Number in the message"),
        required=_l("Write the six digits of the message."),
        limit=20,
        hint=_l("Six digits. They hold for 30 minutes."),
    )


class LeaveForm(CaseworkForm):
    """Nothing is typed: the button says it."""
