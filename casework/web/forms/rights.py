"""What a petitioner and the office type about the petitioner's data."""

import unicodedata
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField
from wtforms.validators import InputRequired, StopValidation

from casework.sealing import normalise_phone
from casework.web.forms.base import (
    EMAIL,
    EMAIL_WRONG,
    NOTE,
    CaseworkForm,
    line_field,
    options,
    text_field,
)
from casework.web.outward import MOBILE

MOBILE_WRONG = _l("Write the number of a mobile: the six digits come as a text message.")

FIELDS = {"phone": _l("Phone number"), "email": _l("E-mail address")}
GRANT, REFUSE = "grant", "refuse"


class NewContactForm(CaseworkForm):
    """Another telephone number or mail address."""

    known = line_field(
        _l("Your phone number or e-mail address that we have now"),
        required=_l("Write the phone number or e-mail address that you gave us."),
        limit=254,
        hint=_l(
            "As it was written in the letter. It says whose contact changes; the other delegates' "
            "stay as they are."
        ),
    )
    field = RadioField(_l("What has changed?"), [InputRequired(_l("Choose what has changed."))])
    value = line_field(
        _l("The new one"), required=_l("Write the new number or address."), limit=254
    )

    def offer(self, fields: Iterable[str]) -> None:
        """Offer what this district can send a number to."""
        self.field.choices = options((name, FIELDS[name]) for name in fields)

    def validate_value(self, field: Field) -> None:
        """Refuse what is no address, and a number to which no text message goes."""
        typed = field.data or ""
        if self.field.data == "email":
            if not EMAIL.fullmatch(typed):
                raise StopValidation(EMAIL_WRONG)
        elif not MOBILE.fullmatch(normalise_phone(typed)):
            raise StopValidation(MOBILE_WRONG)


class NumberForm(CaseworkForm):
    """The six digits that were sent to the new contact."""

    confirmation = line_field(
        _l("The six digits of the message"),
        required=_l("Write the six digits of the message."),
        limit=20,
    )


class DownloadForm(CaseworkForm):
    """Nothing is typed: the button says it."""


class EraseForm(CaseworkForm):
    """Why somebody wants a case erased."""

    reason = text_field(
        _l("Why should it be erased?"),
        limit=2_000,
        hint=_l("You need not give a reason. It helps the petition office to decide."),
    )


class DecideErasureForm(CaseworkForm):
    """The office's word on a request to erase."""

    decision = RadioField(
        _l("Is the case erased?"),
        [InputRequired(_l("Choose what you decide."))],
        choices=options(
            (
                (GRANT, _l("Yes: words and personal data go after a day")),
                (REFUSE, _l("No")),
            )
        ),
    )
    answer = text_field(
        _l("What the petitioner reads"),
        required=_l("Write the reasons. The petitioner reads them."),
        limit=2_000,
    )


class HoldForm(CaseworkForm):
    """Why a case is kept from being erased, or is no longer."""

    reason = text_field(_l("Reason"), required=_l("Write the reason."), limit=NOTE)


def digits(form: NumberForm) -> str:
    """Return the digits that were typed, whatever stood between them."""
    plain = unicodedata.normalize("NFKC", form.confirmation.data or "")
    return "".join(sign for sign in plain if sign.isdecimal())
