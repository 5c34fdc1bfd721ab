"""What an administrator types to word a notice, and to try it."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from casework.notify.texts import Text
from casework.web.forms.base import LONG_TEXT, CaseworkForm, line_field, text_field
from casework.web.saving import text_of


class TextForm(CaseworkForm):
    """The words of a notice; ``seen`` is the number of the version that was read before."""

    seen = HiddenField()
    subject = line_field(_l("Subject"), required=_l("Write the subject."))
    body = text_field(_l("Words"), required=_l("Write the text."), limit=LONG_TEXT)
    case_number = line_field(
        _l("Case for the preview"), limit=24, hint=_l("A case number; empty shows made-up values.")
    )

    @property
    def text(self) -> Text:
        """Return what was typed."""
        subject = text_of(self.subject) if "subject" in self else ""
        return Text(subject, text_of(self.body))

    @property
    def seen_version(self) -> int:
        """Return the version that was read, 0 for none and for anything that is no number."""
        given = self.seen.data or ""
        return int(given) if given.isdecimal() and len(given) < 10 else 0


class ResetForm(CaseworkForm):
    """A press on the button that puts the words of the product back."""

    seen = HiddenField()
