"""Fields that name one unit or one category out of many: typed in part, or chosen from a list."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField
from wtforms.validators import StopValidation

from casework.queries.directory import Subject, Unit
from casework.web.directory import called

NAMED = 4
"""How many of the possible names a message lists."""


class PickField(StringField):
    """A line of text that must name exactly one of ``among``, by name, by code or in part.

    The page puts ``among`` into a list that the browser searches; typing a part that fits only
    one of them is enough, so it works without a script as well.
    """

    among: Sequence[Any] = ()
    chosen: Any = None

    def names(self, one: Any) -> tuple[str, ...]:
        """Return every way in which ``one`` may be written out in full."""
        raise NotImplementedError

    def shown(self, one: Any) -> str:
        """Return how the list writes ``one``."""
        return called(one)

    def show(self, one: Any) -> None:
        """Fill the field with ``one``, as for a page that is opened first."""
        self.data = self.shown(one) if one is not None else ""

    def pre_validate(self, form: Any) -> None:
        """Find what was meant. Raises StopValidation for none and for several."""
        typed = (self.data or "").strip().casefold()
        self.chosen = None
        if not typed:
            return
        exact = self._fitting(lambda names: typed in names)
        part = exact or self._fitting(lambda names: any(typed in name for name in names))
        if not part:
            raise StopValidation(_("There is nothing of this name in the list."))
        if len(part) > 1:
            some = ", ".join(self.shown(one) for one in part[:NAMED])
            raise StopValidation(
                _("Several fit: %(some)s. Write more of the name.", some=some)
                if len(part) <= NAMED
                else _("Several fit: %(some)s and more. Write more of the name.", some=some)
            )
        self.chosen = part[0]

    @property
    def chosen_id(self) -> int | None:
        """Return the id of what was meant, or None for an empty field."""
        return self.chosen.id if self.chosen is not None else None

    def _fitting(self, fits: Callable[[list[str]], bool]) -> list[Any]:
        return [one for one in self.among if fits([name.casefold() for name in self.names(one)])]


class UnitField(PickField):
    """Names a department or a street."""

    def names(self, one: Unit) -> tuple[str, ...]:
        return tuple(name for name in (one.name, one.name_en, one.code) if name)


class SubjectField(PickField):
    """Names a category; the whole path is what the list shows."""

    def names(self, one: Subject) -> tuple[str, ...]:
        return tuple(name for name in (one.path, one.name, one.name_en) if name)

    def shown(self, one: Subject) -> str:
        return one.path
