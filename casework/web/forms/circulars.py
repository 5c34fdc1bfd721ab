"""What a supervisor writes above the figures of a month."""

from flask_babel import lazy_gettext as _l

from casework.web.forms.base import NOTE, CaseworkForm, text_field


class ForewordForm(CaseworkForm):
    foreword = text_field(
        _l("Foreword"),
        limit=NOTE,
        hint=_l("What leaders and units should read first. It cannot be changed later."),
    )
