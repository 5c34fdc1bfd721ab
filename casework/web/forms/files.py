"""A form to which photos and documents can be added."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, MultipleFileField

from casework.web.baskets import new_basket, token_of_basket
from casework.web.forms.base import CaseworkForm

ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,.pdf,.docx,.xlsx,.txt"
"""What the browser offers; a telephone turns its own kind of photo into one of these."""


class FilesForm(CaseworkForm):
    """``basket`` carries what was kept; ``only_files`` says that nothing else was pressed."""

    basket = HiddenField()
    files = MultipleFileField(_l("Photos and documents"), render_kw={"accept": ACCEPTED})
    only_files = False
    basket_is_new = False

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        if token_of_basket(self.basket.data) is None:
            self.basket.data = new_basket()
            self.basket_is_new = True

    @property
    def basket_token(self) -> str:
        """Return the token under which the files of this form are kept."""
        return token_of_basket(self.basket.data) or ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for nothing while files are chosen: the same page is drawn again."""
        if self.only_files:
            return False
        fits: bool = super().validate(extra_validators)
        return fits
