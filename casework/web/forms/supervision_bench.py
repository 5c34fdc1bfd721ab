"""How the supervisors' bench is narrowed and ordered."""

from flask_babel import lazy_gettext as _l

from casework.language import N_
from casework.queries.supervision_bench import Sort
from casework.web.forms.base import enum_select
from casework.web.forms.supervision import WatchForm

SORTS = {
    Sort.DUE: N_("Nearest date first"),
    Sort.RECEIVED: N_("Oldest letter first"),
}


class BenchForm(WatchForm):
    """The filters of the watched list, and the order."""

    sort = enum_select(_l("Order"), SORTS, everything=_l("As usual"))

    def order(self) -> Sort:
        """Return the order that was chosen; what cannot be read is the usual one."""
        known = {sort.value: sort for sort in Sort}
        return known.get(str(self.sort.data), Sort.DUE)
