"""What people type on the page of a case beside its steps."""

from flask_babel import lazy_gettext as _l

from casework.web.forms.base import LINE, CaseworkForm, line_field, text_field


class NoteForm(CaseworkForm):
    text = text_field(
        _l("Note for colleagues"),
        required=_l("Write the note."),
        hint=_l("Everybody who may see this case can read it. The petitioner never does."),
    )


class FollowUpForm(CaseworkForm):
    said = text_field(
        _l("What the petitioner said"),
        required=_l("Write what the petitioner said."),
        hint=_l("After the answer. It can be the ground to have the case done again."),
    )


class ContactForm(CaseworkForm):
    reason = line_field(
        _l("Why do you need the contact details?"),
        required=_l("Say why you need the contact details."),
        limit=LINE,
        hint=_l("Your name and this reason are kept in the case's log."),
    )
